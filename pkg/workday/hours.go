package workday

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Span is a part of a day, told as the time since midnight.
type Span struct{ From, To time.Duration }

// Hours (giờ làm việc) are when agencies are open: on every working day, and on a Saturday that is no working day, where the
// office receives people in the morning. Saturdays count for hours only, never for days.
type Hours struct{ Week, Saturday []Span }

// UsualHours are those most communes keep; the province decides.
func UsualHours() Hours {
	const h, half = time.Hour, 30 * time.Minute
	return Hours{Week: []Span{{7*h + half, 11*h + half}, {13*h + half, 17 * h}}}
}

// ParseHours reads hours as an office writes them, "07:30-11:30, 13:30-17:00"; after a semicolon those of Saturday.
func ParseHours(text string) (Hours, error) {
	week, saturday, _ := strings.Cut(text, ";")
	var h Hours
	var errs [2]error
	h.Week, errs[0] = parseSpans(week)
	h.Saturday, errs[1] = parseSpans(saturday)
	if len(h.Week) == 0 && errs[0] == nil {
		errs[0] = errors.New("hours: none on working days")
	}
	return h, errors.Join(errs[:]...)
}

func parseSpans(text string) ([]Span, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var spans []Span
	last := time.Duration(-1)
	for part := range strings.SplitSeq(text, ",") {
		from, to, _ := strings.Cut(part, "-")
		a, errA := clock(from)
		b, errB := clock(to)
		if errA != nil || errB != nil || a >= b || a <= last {
			return nil, fmt.Errorf("hours: %q: want 07:30-11:30, in order", strings.TrimSpace(part))
		}
		spans, last = append(spans, Span{a, b}), b
	}
	return spans, nil
}

func clock(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}

// Days tells working days from others.
type Days interface {
	IsWorkday(t time.Time) bool
}

// Schedule is when an office is open: its days and its hours.
type Schedule struct {
	Days  Days
	Hours Hours
}

// unknown bounds the search for the next open day, so that hours without any span end.
const unknown = 60

// IsOpen reports whether the office is open at the moment.
func (s Schedule) IsOpen(t time.Time) bool {
	at, open := s.Next(t)
	return open && at.After(t)
}

// Next is when the office closes, with true, where it is open at the moment, else when it opens; the zero time if it does
// not open within two months.
func (s Schedule) Next(t time.Time) (at time.Time, open bool) {
	for day := number(t); day <= number(t)+unknown; day++ {
		midnight := begin(day)
		for _, span := range s.spans(midnight) {
			from, to := midnight.Add(span.From), midnight.Add(span.To)
			switch {
			case t.Before(from):
				return from, false
			case t.Before(to):
				return to, true
			}
		}
	}
	return time.Time{}, false
}

func (s Schedule) spans(midnight time.Time) []Span {
	switch {
	case s.Days.IsWorkday(midnight):
		return s.Hours.Week
	case midnight.Weekday() == time.Saturday && !s.holiday(midnight):
		return s.Hours.Saturday
	}
	return nil
}

// holiday reports whether a day that is not worked is more than a plain Saturday or Sunday, where the calendar can tell.
func (s Schedule) holiday(t time.Time) bool {
	c, ok := s.Days.(interface{ IsHoliday(t time.Time) bool })
	return ok && c.IsHoliday(t)
}

// AddHours ends a limit counted in working hours, such as "08 giờ làm việc" (Nghị định 118/2025 Đ.17): the moment at which
// the office has been open so long since the given one; the zero time if it never is.
func (s Schedule) AddHours(from time.Time, d time.Duration) time.Time {
	for t := from; ; {
		at, open := s.Next(t)
		if at.IsZero() {
			return at
		}
		if open {
			left := at.Sub(t)
			if left >= d {
				return t.Add(d)
			}
			d -= left
		}
		t = at
	}
}
