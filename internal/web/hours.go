package web

import (
	"fmt"
	"time"

	"tiepdan/internal/casework"
	"tiepdan/pkg/workday"
)

// opening says whether counters are open, and until or from when.
type opening struct {
	Now   bool
	Until time.Time // while open
	Next  time.Time // while closed; zero when unknown
}

// openAt looks at the legal calendar and the office's hours.
func openAt(cal casework.Calendar, h workday.Hours, now time.Time) opening {
	days, ok := cal.(workday.Days)
	if !ok {
		days = limits{cal}
	}
	at, open := workday.Schedule{Days: days, Hours: h}.Next(now)
	if at = at.In(vietnam); open {
		return opening{Now: true, Until: at}
	}
	return opening{Next: at}
}

// limits finds working days in a calendar that only counts limits: a day on which one working day ends is one.
type limits struct{ casework.Calendar }

func (l limits) IsWorkday(t time.Time) bool {
	due, _ := l.Workdays(t.AddDate(0, 0, -1), 1)
	return sameDay(due.In(vietnam), t.In(vietnam))
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
