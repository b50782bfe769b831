package workday_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"tiepdan/pkg/workday"
)

func TestTetAndGioTo(t *testing.T) {
	for year, want := range map[int][2]string{
		2025: {"29/01/2025", "07/04/2025"},
		2026: {"17/02/2026", "26/04/2026"},
		2027: {"06/02/2027", "16/04/2027"},
		2028: {"26/01/2028", "04/04/2028"},
		2029: {"13/02/2029", "23/04/2029"},
		2030: {"02/02/2030", "12/04/2030"},
	} {
		gioTo, ok := workday.Solar(workday.LunarDate{Day: 10, Month: 3, Year: year})
		if got := [2]string{day(workday.Tet(year)), day(gioTo)}; got != want || !ok {
			t.Errorf("%d: got %v, want %v", year, got, want)
		}
	}
}

// TestVietnamIsNotChina are the years in which the hour of difference moves Tết by a day, or by a month.
func TestVietnamIsNotChina(t *testing.T) {
	for year, want := range map[int][2]string{
		1968: {"29/01/1968", "30/01/1968"},
		1985: {"21/01/1985", "20/02/1985"},
		2007: {"17/02/2007", "18/02/2007"},
		2030: {"02/02/2030", "03/02/2030"},
	} {
		if got := [2]string{day(workday.TetAt(7, year)), day(workday.TetAt(8, year))}; got != want {
			t.Errorf("%d: got %v, want %v", year, got, want)
		}
	}
	same := 0
	for year := 2008; year < 2030; year++ {
		if day(workday.TetAt(7, year)) == day(workday.TetAt(8, year)) {
			same++
		}
	}
	if same != 22 {
		t.Errorf("of the 22 years between 2007 and 2030 only %d agree", same)
	}
}

func TestLeapMonths(t *testing.T) {
	for solar, want := range map[string]workday.LunarDate{
		"25/07/2025": {Day: 1, Month: 6, Year: 2025, Leap: true},
		"24/07/2025": {Day: 30, Month: 6, Year: 2025},
		"22/03/2023": {Day: 1, Month: 2, Year: 2023, Leap: true},
		"24/11/2026": {Day: 16, Month: 10, Year: 2026},
		"16/02/2026": {Day: 29, Month: 12, Year: 2025},
	} {
		if got := workday.Lunar(at(solar)); got != want {
			t.Errorf("%s: got %+v, want %+v", solar, got, want)
		}
	}
	for _, none := range []workday.LunarDate{
		{Day: 1, Month: 5, Year: 2025, Leap: true},
		{Day: 31, Month: 1, Year: 2026},
		{Day: 1, Month: 13, Year: 2026},
		{Month: 1, Year: 2026},
		{Day: 30, Month: 12, Year: 2025},
	} {
		if when, ok := workday.Solar(none); ok {
			t.Errorf("%+v is %s", none, day(when))
		}
	}
}

// TestLunarDatesAreWhole walks through three centuries: every day has a date that leads back to it, and the next day's
// date follows it.
func TestLunarDatesAreWhole(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		from := time.Date(1900, 2, 1, 0, 0, 0, 0, workday.Vietnam)
		when := from.AddDate(0, 0, rapid.IntRange(0, 109_500).Draw(r, "day"))
		d := workday.Lunar(when)
		back, ok := workday.Solar(d)
		if !ok || !back.Equal(when) {
			r.Fatalf("%s is %+v, which is %s", day(when), d, day(back))
		}
		next := workday.Lunar(when.AddDate(0, 0, 1))
		switch {
		case next.Day == d.Day+1 && next.Month == d.Month && next.Leap == d.Leap && next.Year == d.Year:
		case next.Day == 1 && d.Day >= 29 && next.Month == d.Month && next.Leap && !d.Leap && next.Year == d.Year:
		case next.Day == 1 && d.Day >= 29 && next.Month == d.Month%12+1 && !next.Leap && next.Year == d.Year+d.Month/12:
		default:
			r.Fatalf("%s: %+v is followed by %+v", day(when), d, next)
		}
	})
}
