package app

import (
	"time"

	"tiepdan/internal/casework"
)

type weekdays struct{}

func (weekdays) Days(from time.Time, n int) (due, target time.Time) {
	d := from.In(casework.Vietnam).AddDate(0, 0, n)
	return end(d), end(d)
}

func (weekdays) Workdays(from time.Time, n int) (due, target time.Time) {
	d := from.In(casework.Vietnam)
	for n > 0 {
		d = d.AddDate(0, 0, 1)
		if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
			n--
		}
	}
	return end(d), end(d)
}

func end(d time.Time) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), 23, 59, 59, 0, casework.Vietnam).UTC()
}

func (a *App) calendar() func() casework.Calendar {
	return func() casework.Calendar { return weekdays{} }
}
