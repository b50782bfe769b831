// Package workday is the Vietnamese legal calendar: which days agencies work, and when a time limit ends.
//
// Counting follows Bộ luật Dân sự 2015 Đ.147, 148: the first day is not counted; "ngày" are days of the calendar, and a last
// day that is a day off moves the end to the next working day; "ngày làm việc" leave days off out. A limit ends at 24:00 of
// its last day, told here as 23:59:59 in Vietnam, so that it still bears the date of that day.
//
// The table of days is data: a JSON list of Day, each with its source and whether it has been confirmed.
package workday

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Vietnam is the legal time: UTC+7, without daylight saving time.
var Vietnam = time.FixedZone("+07", 7*60*60)

// Kind says what a day of the table is.
type Kind string

// The kinds. The first three are days off; the last is a Saturday or Sunday on which agencies work.
const (
	Holiday      Kind = "holiday"      // ngày lễ, tết: Bộ luật Lao động Đ.112
	Compensatory Kind = "compensatory" // nghỉ bù: Bộ luật Lao động Đ.111.3
	SwapOff      Kind = "swap_off"     // hoán đổi: nghỉ
	SwapWork     Kind = "swap_work"    // hoán đổi: làm bù
)

// Day is one row of the table.
type Day struct {
	Date      string `json:"date"` // 2026-11-24
	Kind      Kind   `json:"kind"`
	Name      string `json:"name"`
	Source    string `json:"source"`
	Confirmed bool   `json:"confirmed"`
	Proposed  bool   `json:"proposed,omitempty"` // announced by nobody yet: not counted
}

// Calendar answers which days are worked. It is immutable and safe for concurrent use.
//
// A year of which the table holds no holiday is counted by what the law alone says, see Propose: no limit ends at Tết
// because nobody has entered the year yet.
type Calendar struct {
	days     map[int]Kind // by day number, see number
	years    map[int]bool // those whose holidays the table holds
	proposed sync.Map     // year to map[int]Kind: the years it does not hold, as they are asked for
}

// Parse reads a table; all that is wrong with it is told at once.
func Parse(raw []byte) (*Calendar, error) {
	var days []Day
	if err := json.Unmarshal(raw, &days); err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	return New(days)
}

// New makes a calendar of a table.
func New(days []Day) (*Calendar, error) {
	c := &Calendar{days: make(map[int]Kind, len(days)), years: map[int]bool{}}
	var errs []error
	for _, d := range days {
		at, err := time.ParseInLocation(time.DateOnly, d.Date, Vietnam)
		if err != nil {
			errs = append(errs, fmt.Errorf("calendar: %q is no date", d.Date))
			continue
		}
		if _, twice := c.days[number(at)]; twice {
			errs = append(errs, fmt.Errorf("calendar: %s stands twice", d.Date))
		}
		switch d.Kind {
		case Holiday, Compensatory, SwapOff, SwapWork:
		default:
			errs = append(errs, fmt.Errorf("calendar: %s has unknown kind %q", d.Date, d.Kind))
		}
		if !d.Proposed {
			c.days[number(at)] = d.Kind
		}
		if !d.Proposed && d.Kind == Holiday {
			c.years[at.Year()] = true
		}
	}
	return c, errors.Join(errs...)
}

// Holds reports whether the table holds the holidays of the year; else they are those the law alone sets.
func (c *Calendar) Holds(year int) bool { return c.years[year] }

const secondsOfDay = 24 * 60 * 60

// number counts the days in Vietnam since 01/01/1970, which was a Thursday.
func number(t time.Time) int {
	seconds := t.Unix() + 7*60*60
	if seconds < 0 {
		seconds -= secondsOfDay - 1
	}
	return int(seconds / secondsOfDay)
}

// begin is the first moment of the day in Vietnam.
func begin(day int) time.Time {
	return time.Unix(int64(day)*secondsOfDay-7*60*60, 0).In(Vietnam)
}

func dayOf(year int, month time.Month, day int) int {
	return number(time.Date(year, month, day, 0, 0, 0, 0, Vietnam))
}

// weekday of the day; the sum keeps days before 1970 positive.
func weekday(day int) time.Weekday { return time.Weekday((day%7 + 7 + int(time.Thursday)) % 7) }

// works reports whether agencies work on the day.
func (c *Calendar) works(day int) bool {
	kind, ok := c.kind(day)
	if ok {
		return kind == SwapWork
	}
	return !resting(day)
}

// kind is what the table says of the day, or the law where the table does not know the year.
func (c *Calendar) kind(day int) (Kind, bool) {
	if kind, ok := c.days[day]; ok {
		return kind, true
	}
	year := begin(day).Year()
	if c.years[year] {
		return "", false
	}
	days, ok := c.proposed.Load(year)
	if !ok {
		days, _ = c.proposed.LoadOrStore(year, proposal(year))
	}
	kind, ok := days.(map[int]Kind)[day]
	return kind, ok
}

func proposal(year int) map[int]Kind {
	days := map[int]Kind{}
	for _, d := range Propose(year) {
		if at, err := time.ParseInLocation(time.DateOnly, d.Date, Vietnam); err == nil {
			days[number(at)] = d.Kind
		}
	}
	return days
}

// IsWorkday reports whether agencies work on the day of the moment in Vietnam.
func (c *Calendar) IsWorkday(t time.Time) bool { return c.works(number(t)) }

// IsHoliday reports whether the table, or the law, makes the day of the moment a day off: not a plain Saturday or Sunday.
func (c *Calendar) IsHoliday(t time.Time) bool {
	kind, ok := c.kind(number(t))
	return ok && kind != SwapWork
}

// Days ends a limit of n days of the calendar that began at the moment: due is the end of the last day, or of the next
// working day where that is a day off; target the end of the last working day on or before it, never before the beginning.
func (c *Calendar) Days(from time.Time, n int) (due, target time.Time) {
	start := number(from)
	last := start + n
	return end(c.forward(last)), end(c.back(last, start))
}

// Workdays ends a limit of n working days that began at the moment; due and target are the same day.
func (c *Calendar) Workdays(from time.Time, n int) (due, target time.Time) {
	day := number(from)
	for n > 0 {
		day++
		if c.works(day) {
			n--
		}
	}
	return end(c.forward(day)), end(c.forward(day))
}

func (c *Calendar) forward(day int) int {
	for !c.works(day) {
		day++
	}
	return day
}

func (c *Calendar) back(day, least int) int {
	for day > least && !c.works(day) {
		day--
	}
	return day
}

// end is the last moment of the day that a limit's date shows.
func end(day int) time.Time {
	return time.Unix(int64(day+1)*secondsOfDay-7*60*60-1, 0).UTC()
}
