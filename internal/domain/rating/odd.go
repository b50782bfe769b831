package rating

import (
	"math"
	"slices"
)

// A day is odd (cần xem xét) when it lies far outside its own counter's history: many more ratings than ever, or quite another
// verdict. What stuffed votes do to a figure is seen beside it, whether they were verified or not.
const (
	oddHistory = 7   // days with ratings that make a history
	oddFar     = 6.0 // robust deviations (median absolute deviation × 1.4826) from the median
	oddMany    = 15  // fewer ratings on a day are never odd
	oddMean    = 0.8 // a mean that differs by less is never odd
	madScale   = 1.4826
)

// oddDays names the days of one counter that are far outside the others, in order.
func oddDays(days []*Tally) []string {
	var counts, means []float64
	of := func(t *Tally) (n int, mean float64) {
		all := t.Verified
		for i, k := range t.Unverified {
			all[i] += k
		}
		return average(all)
	}
	for _, t := range days {
		if n, mean := of(t); n > 0 {
			counts, means = append(counts, float64(n)), append(means, mean)
		}
	}
	if len(counts) < oddHistory {
		return nil
	}
	usual, spread := robust(counts)
	usualMean, spreadMean := robust(means)
	var odd []string
	for _, t := range days {
		n, mean := of(t)
		if n < oddMany {
			continue
		}
		many := float64(n)-usual > oddFar*math.Max(spread, 1)
		away := math.Abs(mean - usualMean)
		if many || away >= oddMean && away > oddFar*spreadMean {
			odd = append(odd, t.Day)
		}
	}
	slices.Sort(odd)
	return odd
}

// robust is the median and the scaled median absolute deviation: a few forged days cannot move them.
func robust(values []float64) (usual, spread float64) {
	usual = median(values)
	away := make([]float64, len(values))
	for i, v := range values {
		away[i] = math.Abs(v - usual)
	}
	return usual, madScale * median(away)
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	n := len(s)
	if n%2 == 1 {
		return s[n/2]
	}
	return (s[n/2-1] + s[n/2]) / 2
}
