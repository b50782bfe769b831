package worker

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// toldAgain is how long the log is silent about a sweep that goes on failing.
const toldAgain = time.Hour

// troubles remembers which sweeps fail, so that the log is told of each change once, and not of every turn of an outage.
type troubles struct {
	mu  sync.Mutex
	has map[string]trouble
}

// trouble is since when a sweep fails, and when the log was told last.
type trouble struct{ since, told time.Time }

func newTroubles() *troubles { return &troubles{has: map[string]trouble{}} }

// note takes the end of one turn.
func (t *troubles) note(ctx context.Context, log *slog.Logger, now time.Time, what string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	had, failing := t.has[what]
	if !failing {
		had.since = now
	}
	switch {
	case err == nil && failing:
		delete(t.has, what)
		log.InfoContext(ctx, "a sweep that failed works again", "sweep", what, "failed_for", now.Sub(had.since).Round(time.Second).String())
	case err != nil && (!failing || now.Sub(had.told) >= toldAgain):
		t.has[what] = trouble{had.since, now}
		log.WarnContext(ctx, "a sweep (work done every few seconds) ended early and goes on at its next turn; told again in an hour, or when it works again; what waits is on /readyz and /staff/admin/health",
			"sweep", what, "error", err)
	}
}
