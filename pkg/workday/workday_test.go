package workday_test

import (
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tiepdan/pkg/workday"
)

func calendar(tb testing.TB) *workday.Calendar {
	tb.Helper()
	raw, err := os.ReadFile("../../assets/calendar/holidays.json")
	if err != nil {
		tb.Fatal(err)
	}
	c, err := workday.Parse(raw)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func at(date string) time.Time {
	t, err := time.ParseInLocation("02/01/2006 15:04", date+" 09:30", workday.Vietnam)
	if err != nil {
		panic(err)
	}
	return t
}

func day(t time.Time) string { return t.In(workday.Vietnam).Format("02/01/2006") }

// TestLimitsOfTheLaw are known ends of limits in 2026, for 3, 5, 7 and 10 working days and 30, 45, 60 and 90 days.
func TestLimitsOfTheLaw(t *testing.T) {
	c := calendar(t)
	for from, want := range map[string][8]string{
		"01/07/2026": {"06/07/2026", "08/07/2026", "10/07/2026", "15/07/2026", "31/07/2026", "17/08/2026", "03/09/2026", "29/09/2026"},
		"24/08/2026": {"27/08/2026", "03/09/2026", "07/09/2026", "10/09/2026", "23/09/2026", "08/10/2026", "23/10/2026", "23/11/2026"},
		"10/02/2026": {"13/02/2026", "24/02/2026", "26/02/2026", "03/03/2026", "12/03/2026", "27/03/2026", "13/04/2026", "11/05/2026"},
		"20/11/2026": {"26/11/2026", "30/11/2026", "02/12/2026", "07/12/2026", "21/12/2026", "04/01/2027", "", ""},
	} {
		for i, n := range []int{3, 5, 7, 10, 30, 45, 60, 90} {
			count := c.Workdays
			if i >= 4 {
				count = c.Days
			}
			if due, _ := count(at(from), n); want[i] != "" && day(due) != want[i] {
				t.Errorf("%s + %d: got %s, want %s", from, n, day(due), want[i])
			}
		}
	}
}

func TestTargetIsTheLastWorkingDayBefore(t *testing.T) {
	due, target := calendar(t).Days(at("01/07/2026"), 45) // Saturday 15/08
	if day(due) != "17/08/2026" || day(target) != "14/08/2026" {
		t.Errorf("due %s, target %s", day(due), day(target))
	}
}

func TestLimitsNeverEndOnADayOffAndGrow(t *testing.T) {
	c := calendar(t)
	rapid.Check(t, func(r *rapid.T) {
		from := time.Unix(rapid.Int64Range(1735689600, 2500000000).Draw(r, "from"), 0) // the table ends in 2030
		n := rapid.IntRange(1, 120).Draw(r, "n")
		for name, count := range map[string]func(time.Time, int) (time.Time, time.Time){"days": c.Days, "workdays": c.Workdays} {
			due, target := count(from, n)
			more, _ := count(from, n+1)
			later, _ := count(from.Add(time.Duration(rapid.Int64Range(0, 1e16).Draw(r, "later"))), n)
			if !c.IsWorkday(due) || due.Before(from) || target.After(due) || more.Before(due) || later.Before(due) {
				r.Fatalf("%s: %v + %d: due %v, target %v, one more %v, from later %v", name, from, n, due, target, more, later)
			}
			if !c.IsWorkday(target) && day(target) != day(from) {
				r.Fatalf("%s: %v + %d: target %v is a day off", name, from, n, target)
			}
		}
		worked := 0
		due, _ := c.Workdays(from, n)
		for d := from.In(workday.Vietnam).AddDate(0, 0, 1); !d.After(due) || day(d) == day(due); d = d.AddDate(0, 0, 1) {
			if c.IsWorkday(d) {
				worked++
			}
		}
		if worked != n {
			r.Fatalf("%v + %d working days holds %d", from, n, worked)
		}
	})
}

func TestWrongTablesAreRefused(t *testing.T) {
	for _, raw := range []string{
		`{`, `[{"date":"2026-13-01","kind":"holiday"}]`, `[{"date":"2026-01-01","kind":"party"}]`,
		`[{"date":"2026-01-01","kind":"holiday"},{"date":"2026-01-01","kind":"holiday"}]`,
	} {
		if _, err := workday.Parse([]byte(raw)); err == nil {
			t.Errorf("%s was accepted", raw)
		}
	}
}

func BenchmarkWorkdays(b *testing.B) {
	c := calendar(b)
	from := at("10/02/2026")
	for b.Loop() {
		c.Workdays(from, 10)
	}
}
