package rating

import (
	"context"
	"slices"
	"time"
)

// under is the score from which on somebody counts as not dissatisfied.
const under = 3

// lowDays is how far back Low looks.
const lowDays = 14

// Low lists the periods of the counters that ended within the last two weeks and hold a verified rating under 3. Like all that those who
// serve are told, it says nothing of a day that is not over, nor of days with few ratings: see Served.
func (b *Book) Low(ctx context.Context, counters []string) (map[string][]Period, error) {
	now := b.Now()
	since := now.In(vietnam).AddDate(0, 0, -lowDays).Format(time.DateOnly)
	out := map[string][]Period{}
	q := QuarterOf(now)
	for _, of := range []Quarter{q.Before(), q} {
		told, err := b.periods(ctx, counters, of)
		if err != nil {
			return nil, err
		}
		for id, gs := range told {
			for _, g := range gs {
				if g.to >= since && g.low() {
					out[id] = append(out[id], Period{g.from, g.to, g.sum.figure()})
				}
			}
		}
	}
	return out, nil
}

// low reports whether somebody was not satisfied.
func (g group) low() bool {
	return slices.ContainsFunc(g.sum.Verified[:under-1], func(n int) bool { return n > 0 })
}
