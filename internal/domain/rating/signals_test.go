package rating_test

import (
	"testing"
	"time"

	"tiepdan/internal/domain/rating"
)

// TestASignalIsOfAWeekThatIsOver: how often somebody said that money was asked for, by counter and week; nothing of the week that
// runs, and nothing of weeks in which nobody said so.
func TestASignalIsOfAWeekThatIsOver(t *testing.T) {
	now := time.Date(2026, 11, 18, 5, 0, 0, 0, time.UTC) // a Wednesday
	asked := func(n int, of ...int) *rating.Tally {
		d := day(n, 1, 5)
		d.Criteria = map[string][5]int{"costs": [5]int(of), "time": {9, 0, 0, 0, 0}}
		return d
	}
	b, _ := voices(&now, asked(2, 1, 0, 0, 0, 4), asked(8, 1, 1, 0, 0, 3), asked(9, 0, 0, 2, 0, 5), asked(16, 7, 0, 0, 0, 0))
	got, err := b.Signals(t.Context(), []string{"c1"}, rating.QuarterOf(now))
	if err != nil || len(got) != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	if s := got[0]; s.Counter != "c1" || s.Yes != 3 || s.Of != 10 || s.From.Format(time.DateOnly) != "2026-11-02" || s.To.Format(time.DateOnly) != "2026-11-08" {
		t.Errorf("%+v", s)
	}
	now = now.AddDate(0, 0, 5) // the week after
	got, err = b.Signals(t.Context(), []string{"c1"}, rating.QuarterOf(now))
	if err != nil || len(got) != 2 || got[0].Yes != 7 {
		t.Errorf("the newest first: %+v %v", got, err)
	}
	if got, err = b.Signals(t.Context(), nil, rating.QuarterOf(now)); err != nil || got != nil {
		t.Errorf("of no counter: %+v %v", got, err)
	}
}

// TestWhoAskedForMoneyIsInNoFigure: neither a page nor a program tells day by day that somebody said so.
func TestWhoAskedForMoneyIsInNoFigure(t *testing.T) {
	now := time.Date(2026, 11, 18, 5, 0, 0, 0, time.UTC)
	d := day(2, 9, 5)
	d.Criteria = map[string][5]int{"costs": {9, 0, 0, 0, 0}, "time": {9, 0, 0, 0, 0}}
	b, _ := voices(&now, d)
	fs, err := b.Figures(t.Context(), []string{"c1"}, now.AddDate(0, 0, -30), now)
	if names := fs["c1"].Names(); err != nil || len(names) != 1 || names[0] != "time" {
		t.Errorf("%v, %v", names, err)
	}
}
