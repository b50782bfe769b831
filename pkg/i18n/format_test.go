package i18n_test

import (
	"encoding/json"
	"testing"
	"time"
)

func quoted(s string) string {
	raw, _ := json.Marshal(s) // a string always has a JSON form
	return string(raw)
}

func TestDatesAreThoseOfVietnam(t *testing.T) {
	b := bundle(t)
	late := time.Date(2026, 7, 9, 17, 30, 0, 0, time.UTC) // half past midnight of the tenth in Vietnam
	for _, c := range []struct{ got, want string }{
		{b.Date("vi", late), "10/07/2026"},
		{b.Date("en", late), "10/07/2026"},
		{b.Time("vi", late), "00:30"},
		{b.DateTime("vi", late.Add(14*time.Hour)), "14:30 10/07/2026"},
		{b.LongDate("vi", late), "ngày 10 tháng 7 năm 2026"},
		{b.LongDate("en", late), "10 July 2026"},
		{b.LongDate("vi", time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)), "ngày 05 tháng 01 năm 2026"},
		{b.LongDate("vi", time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)), "ngày 28 tháng 02 năm 2026"},
		{b.LongDate("vi", time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)), "ngày 09 tháng 3 năm 2026"},
		{b.LongDate("vi", time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC)), "ngày 01 tháng 01 năm 2027"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestRelativeCountsMidnightsNotHours(t *testing.T) {
	b := bundle(t)
	now := time.Date(2026, 7, 10, 16, 59, 0, 0, time.UTC) // one minute before midnight in Vietnam
	for _, c := range []struct {
		after  time.Duration
		vi, en string
	}{
		{0, "hôm nay", "today"},
		{-23 * time.Hour, "hôm nay", "today"},
		{time.Minute, "ngày mai", "tomorrow"},
		{24*time.Hour + time.Minute, "2 ngày nữa", "in 2 days"},
		{-24 * time.Hour, "hôm qua", "yesterday"},
		{-72 * time.Hour, "3 ngày trước", "3 days ago"},
	} {
		if got := b.Relative("vi", now, now.Add(c.after)); got != c.vi {
			t.Errorf("after %s: got %q, want %q", c.after, got, c.vi)
		}
		if got := b.Relative("en", now, now.Add(c.after)); got != c.en {
			t.Errorf("after %s: got %q, want %q", c.after, got, c.en)
		}
	}
}

func TestNumbersHaveTheLanguagesSeparators(t *testing.T) {
	b := bundle(t)
	for _, c := range []struct{ got, want string }{
		{b.Number("vi", 1234567), "1.234.567"},
		{b.Number("en", 1234567), "1,234,567"},
		{b.Number("vi", -1234), "-1.234"},
		{b.Number("vi", -123), "-123"},
		{b.Number("vi", 0), "0"},
		{b.Number("vi", -1<<63), "-9.223.372.036.854.775.808"},
		{b.Decimal("vi", 1234.5, 1), "1.234,5"},
		{b.Decimal("en", 1234.5, 1), "1,234.5"},
		{b.Decimal("vi", 999.96, 1), "1.000,0"},
		{b.Decimal("vi", 4.25, 0), "4"},
		{b.Decimal("fr", 0.5, 2), "0,50"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
