package web

import (
	"fmt"
	"time"

	"tiepdan/internal/casework"
)

// Span is a part of a working day in minutes after midnight.
type Span struct{ From, To int }

// Hours (giờ làm việc) are the parts of a working day in which counters are open.
type Hours []Span

// UsualHours are those most communes keep; the province decides.
func UsualHours() Hours { return Hours{{7*60 + 30, 11*60 + 30}, {13*60 + 30, 17 * 60}} }

// opening says whether counters are open, and until or from when.
type opening struct {
	Now   bool
	Until time.Time // while open
	Next  time.Time // while closed; zero when unknown
}

// openAt looks at the legal calendar: a day on which one working day ends is one.
func openAt(cal casework.Calendar, h Hours, now time.Time) opening {
	now = now.In(vietnam)
	y, m, d := now.Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, vietnam)
	if workday(cal, midnight) {
		for _, s := range h {
			from, to := at(midnight, s.From), at(midnight, s.To)
			switch {
			case now.Before(from):
				return opening{Next: from}
			case now.Before(to):
				return opening{Now: true, Until: to}
			}
		}
	}
	due, _ := cal.Workdays(now, 1)
	y, m, d = due.In(vietnam).Date()
	return opening{Next: at(time.Date(y, m, d, 0, 0, 0, 0, vietnam), h[0].From)}
}

func at(midnight time.Time, minutes int) time.Time {
	return midnight.Add(time.Duration(minutes) * time.Minute)
}

func workday(cal casework.Calendar, day time.Time) bool {
	due, _ := cal.Workdays(day.AddDate(0, 0, -1), 1)
	return sameDay(due.In(vietnam), day)
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}

// OpenWords says in words whether the counter is open.
func (p counterPage) OpenWords() string {
	clock := func(t time.Time) string { return fmt.Sprintf("%d:%02d", t.Hour(), t.Minute()) }
	switch o := p.Open; {
	case o.Now:
		return p.T("counter.open", "time", clock(o.Until))
	case sameDay(o.Next, p.Now.In(vietnam)):
		return p.T("counter.closed_today", "time", clock(o.Next))
	default:
		return p.T("counter.closed", "time", clock(o.Next), "date", p.Date(o.Next))
	}
}
