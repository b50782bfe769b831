// Package pace repeats what is done now and then, until a context ends.
package pace

import (
	"context"
	"time"
)

// Every is ranged over for a turn after each such time: for range pace.Every(ctx, time.Second) { … }. A turn that takes longer makes the
// next one late, never twice as many.
func Every(ctx context.Context, d time.Duration) func(yield func() bool) {
	return func(yield func() bool) {
		tick := time.NewTicker(d)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if !yield() {
				return
			}
		}
	}
}

// FromNow is Every with a turn before all others, at once.
func FromNow(ctx context.Context, d time.Duration) func(yield func() bool) {
	return func(yield func() bool) {
		if yield() {
			Every(ctx, d)(yield)
		}
	}
}
