package limit

import "time"

// pace is a rate as the generic cell rate algorithm keeps it: one number says all, the time at which the bucket will be full again.
type pace struct {
	each int64 // ns until one more fits
	span int64 // ns that a full burst takes to come back
}

func (r Rate) pace() pace {
	if r.N <= 0 || r.Per <= 0 {
		return pace{}
	}
	each := max(1, int64(r.Per)/int64(r.N))
	return pace{each, each * int64(max(r.Burst, 1))}
}

// mend keeps a clock that was set back from shutting anybody out for longer than a burst takes to come back.
func (p pace) mend(full, now int64) int64 { return min(full, now+p.span) }

// wait is how many nanoseconds until one more fits; 0 or less: now.
func (p pace) wait(full, now int64) int64 {
	if p.each == 0 {
		return 0
	}
	return max(now, full) + p.each - p.span - now
}

// take counts one more and returns the time at which the bucket is full again.
func (p pace) take(full, now int64) int64 {
	if p.each == 0 {
		return full
	}
	return max(now, full) + p.each
}

// Every is the rate of n in a time, with a burst of a part of them.
func Every(n int, per time.Duration, burst int) Rate { return Rate{N: n, Per: per, Burst: burst} }
