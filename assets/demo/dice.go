package demo

// dice is a small generator of numbers (SplitMix64): the same seed throws the same numbers for ever, which a library's
// generator does not promise.
type dice struct{ state uint64 }

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below throws a number from 0 to n-1; 0 when n is 0.
func (d *dice) below(n int) int {
	if n <= 0 {
		return 0
	}
	return int(d.next() >> 1 % uint64(n)) //nolint:gosec // G115: smaller than n, which is an int
}

// between throws a number from low to high.
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

// chance is true so many times in a hundred.
func (d *dice) chance(percent int) bool { return d.below(100) < percent }

// weighted throws an index of weights, each as often as its weight says.
func (d *dice) weighted(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	left := d.below(sum)
	for i, w := range weights {
		if left < w {
			return i
		}
		left -= w
	}
	return 0
}

// shuffle puts the elements in any order.
func shuffle[T any](d *dice, all []T) {
	for i := len(all) - 1; i > 0; i-- {
		j := d.below(i + 1)
		all[i], all[j] = all[j], all[i]
	}
}

// pick throws one of the elements.
func pick[T any](d *dice, all []T) T { return all[d.below(len(all))] }
