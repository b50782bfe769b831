package pace_test

import (
	"context"
	"testing"
	"time"

	"tiepdan/pkg/pace"
)

// TestTurnsComeUntilTheContextEnds: after each time, and FromNow before the first one too; a turn that leaves the loop is the last.
func TestTurnsComeUntilTheContextEnds(t *testing.T) {
	for name, repeat := range map[string]func(context.Context, time.Duration) func(func() bool){"every": pace.Every, "from now": pace.FromNow} {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		turns := 0
		for range repeat(ctx, time.Millisecond) {
			if turns++; turns == 3 {
				end()
			}
		}
		if turns < 3 || turns > 5 { // one more may have been due when it ended
			t.Errorf("%s: %d turns", name, turns)
		}
		turns = 0
		for range repeat(t.Context(), time.Millisecond) {
			if turns++; turns == 2 {
				break
			}
		}
		if turns != 2 {
			t.Errorf("%s goes on after a break: %d turns", name, turns)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for range pace.Every(ended, time.Hour) {
		t.Error("a turn after the end")
	}
	first := 0
	for range pace.FromNow(ended, time.Hour) {
		first++
	}
	if first != 1 {
		t.Errorf("%d turns from now, want the first one", first)
	}
}

// TestSeldomIsSaidOnceAndAgainLater, whichever way the clock goes.
func TestSeldomIsSaidOnceAndAgainLater(t *testing.T) {
	var s pace.Seldom
	now := time.Date(2026, 7, 6, 8, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {time.Minute, false}, {58 * time.Minute, false}, {time.Minute, true}, {time.Second, false}, {-2 * time.Hour, true}, {-time.Minute, false}} {
		now = now.Add(tc.after)
		if got := s.Due(now, time.Hour); got != tc.want {
			t.Errorf("at %s: %t", now, got)
		}
	}
}
