package web

import (
	"fmt"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"tiepdan/internal/domain/casework"
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

// clock says an hour as people do.
func (p page) clock(t time.Time) string {
	if t.Minute() == 0 {
		return p.T("clock.hour", "h", t.Hour())
	}
	return p.T("clock.minutes", "h", t.Hour(), "m", fmt.Sprintf("%02d", t.Minute()))
}

// weekday is the name of a day within a sentence.
func (p page) weekday(t time.Time) string {
	name := p.T("weekday." + strconv.Itoa(int(t.Weekday())))
	if p.Lang == "en" {
		return name
	}
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[size:]
}

// OpenWords says in words whether counters are open.
func (p page) OpenWords(o opening) string {
	if o.Now {
		return p.T("counter.open", "time", p.clock(o.Until))
	}
	today, next := p.Now.In(vietnam), o.Next.In(vietnam)
	at := []any{"time", p.clock(next), "weekday", p.weekday(next), "date", p.Date(next)}
	switch {
	case o.Next.IsZero():
		return p.T("counter.closed_now")
	case sameDay(next, today):
		return p.T("counter.closed_today", at...)
	case sameDay(next, today.AddDate(0, 0, 1)) && next.Hour() < noon:
		return p.T("counter.closed_tomorrow", at...)
	default:
		return p.T("counter.closed", at...)
	}
}

const noon = 12
