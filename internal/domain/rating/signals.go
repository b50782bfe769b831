package rating

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// costs is the criterion that asks whether somebody wanted money that no rule knows; whoever says yes gives it the lowest value.
const (
	costs   = "costs"
	saysYes = 2 // of the scale that was asked before, the two lowest
)

// Signal (tín hiệu chưa xác minh) is how often people said in a week that they were asked for money beyond the fees at a counter. It
// proves nothing and names nobody: inspection looks into it.
type Signal struct {
	Counter  string
	From, To time.Time // Monday to Sunday
	Yes, Of  int
}

// Signals lists the weeks of a quarter that are over and in which somebody said so, the newest first. Only ratings given at the counter
// are heard, so a stranger adds no more to them than the counter vouches for.
func (b *Book) Signals(ctx context.Context, counters []string, q Quarter) ([]Signal, error) {
	if len(counters) == 0 {
		return nil, nil
	}
	from, to := q.Span()
	now := b.Now().In(vietnam)
	type week struct {
		counter string
		monday  time.Time
	}
	found := map[week]*Signal{}
	err := b.Tallies.TalliesOf(ctx, counters, from.Format(time.DateOnly), to.Format(time.DateOnly), func(t *Tally) {
		day, err := time.ParseInLocation(time.DateOnly, t.Day, vietnam)
		if err != nil {
			return
		}
		monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
		if now.Before(monday.AddDate(0, 0, 7)) {
			return
		}
		at := week{t.Counter, monday}
		if found[at] == nil {
			found[at] = &Signal{Counter: t.Counter, From: monday, To: monday.AddDate(0, 0, 6)}
		}
		for i, n := range t.Criteria[costs] {
			found[at].Of += n
			if i < saysYes {
				found[at].Yes += n
			}
		}
	})
	var out []Signal
	for _, s := range found {
		if s.Yes > 0 {
			out = append(out, *s)
		}
	}
	slices.SortFunc(out, func(a, b Signal) int {
		return cmp.Or(b.From.Compare(a.From), cmp.Compare(a.Counter, b.Counter))
	})
	return out, err
}
