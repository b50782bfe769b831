package workday_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"tiepdan/pkg/workday"
)

func moment(text string) time.Time {
	t, err := time.ParseInLocation("02/01/2006 15:04", text, workday.Vietnam)
	if err != nil {
		panic(err)
	}
	return t
}

func TestWorkingHours(t *testing.T) {
	hours, err := workday.ParseHours("07:30-11:30, 13:30-17:00; 07:30-11:00")
	if err != nil {
		t.Fatal(err)
	}
	c := calendar(t)
	usual, saturdays := workday.Schedule{Days: c, Hours: workday.UsualHours()}, workday.Schedule{Days: c, Hours: hours}
	for _, x := range []struct {
		s    workday.Schedule
		from string
		d    time.Duration
		want string
	}{
		{usual, "20/11/2026 08:00", time.Hour, "20/11/2026 09:00"},
		{usual, "20/11/2026 11:00", time.Hour, "20/11/2026 14:00"},
		{usual, "20/11/2026 07:30", 7*time.Hour + 30*time.Minute, "20/11/2026 17:00"},
		{usual, "20/11/2026 16:00", 9 * time.Hour, "25/11/2026 08:00"},     // over a weekend and 24/11
		{saturdays, "20/11/2026 16:00", 8 * time.Hour, "23/11/2026 11:00"}, // and a Saturday morning
		{usual, "20/11/2026 22:00", time.Hour, "23/11/2026 08:30"},
		{usual, "22/08/2026 06:00", time.Hour, "22/08/2026 08:30"},     // a Saturday worked in exchange
		{saturdays, "14/02/2026 06:00", time.Hour, "23/02/2026 08:30"}, // Tết falls on that Saturday
		{usual, "12/02/2026 16:30", time.Hour, "13/02/2026 08:00"},
		{usual, "13/02/2026 16:30", time.Hour, "23/02/2026 08:00"},
		{workday.Schedule{Days: c}, "13/02/2026 16:30", time.Hour, ""},
	} {
		got, text := x.s.AddHours(moment(x.from), x.d), ""
		if !got.IsZero() {
			text = got.In(workday.Vietnam).Format("02/01/2006 15:04")
		}
		if text != x.want {
			t.Errorf("%s + %v: got %q, want %q", x.from, x.d, text, x.want)
		}
	}
	for text, want := range map[string]bool{
		"20/11/2026 07:29": false, "20/11/2026 07:30": true, "20/11/2026 11:30": false, "20/11/2026 17:00": false,
		"21/11/2026 08:00": false, "24/11/2026 08:00": false,
	} {
		if usual.IsOpen(moment(text)) != want {
			t.Errorf("%s: open is %v", text, !want)
		}
	}
	if !saturdays.IsOpen(moment("21/11/2026 08:00")) || saturdays.IsOpen(moment("22/11/2026 08:00")) {
		t.Error("Saturday is open in the morning, Sunday is not")
	}
}

func TestWrongHoursAreRefused(t *testing.T) {
	for _, text := range []string{"", "7h-11h", "11:30-07:30", "13:30-17:00,07:30-11:30", "07:30", "07:30-11:30;x"} {
		if h, err := workday.ParseHours(text); err == nil {
			t.Errorf("%q was read as %v", text, h)
		}
	}
}

// TestHoursAddUp: hours in two parts end where they end in one, never outside the hours, never earlier for more.
func TestHoursAddUp(t *testing.T) {
	s := workday.Schedule{Days: calendar(t), Hours: workday.UsualHours()}
	rapid.Check(t, func(r *rapid.T) {
		from := time.Unix(rapid.Int64Range(1735689600, 1924905600).Draw(r, "from"), 0)
		a := time.Duration(rapid.IntRange(1, 2000).Draw(r, "a")) * time.Minute
		b := time.Duration(rapid.IntRange(1, 2000).Draw(r, "b")) * time.Minute
		end, parts := s.AddHours(from, a+b), s.AddHours(s.AddHours(from, a), b)
		if !end.Equal(parts) || end.Before(from.Add(a+b)) || !s.IsOpen(end.Add(-time.Second)) {
			r.Fatalf("%v + %v + %v: %v, in parts %v", from, a, b, end, parts)
		}
		if later := s.AddHours(from.Add(b), a+b); later.Before(end) {
			r.Fatalf("beginning later ends earlier: %v, %v", end, later)
		}
	})
}
