// Package worker does what nobody waits for at a page: routing, the deadline watch, the sweeps that find what a crash or an outage left
// behind. Several workers run side by side; each of their steps may run twice without harm.
package worker

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"tiepdan/internal/casework"
)

// Store is what the sweeps read.
type Store interface {
	// Unsent lists cases with entries that have waited to be announced since before the time.
	Unsent(ctx context.Context, before time.Time, limit int) ([]*casework.Case, error)
	// Waiting lists cases that were received before the time and not routed.
	Waiting(ctx context.Context, before time.Time, limit int) ([]*casework.Case, error)
	// Due lists open cases that the deadline watch must look at before the time, the most urgent first.
	Due(ctx context.Context, before time.Time, limit int) ([]*casework.Case, error)
}

// Publisher publishes the entries of cases after their marks and waits until the bus has them.
type Publisher interface {
	Publish(ctx context.Context, cs ...*casework.Case) error
}

// Worker runs the loops.
type Worker struct {
	Desk    *casework.Desk
	Store   Store
	Bus     Publisher
	Now     func() time.Time
	Log     *slog.Logger
	Every   time.Duration // how often the sweeps look
	Patient time.Duration // how long a case may wait before a sweep takes it up
	Swept   func(announced, routed int)
}

// sweepBatch bounds one step of a sweep.
const sweepBatch = 256

// Run sweeps until ctx ends, and returns when the last sweep has.
func (w *Worker) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { w.repeat(ctx, "announce", w.SweepUnsent) })
	wg.Go(func() { w.repeat(ctx, "route", w.SweepWaiting) })
	wg.Go(func() {
		w.offbeat(ctx)
		w.repeat(ctx, "watch", w.watch)
	})
	wg.Go(func() { w.repeat(ctx, "calendar", w.Desk.ContinueCalendar) })
	wg.Wait()
}

func (w *Worker) repeat(ctx context.Context, what string, sweep func(context.Context) (int, error)) {
	tick := time.NewTicker(w.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := sweep(ctx); err != nil && ctx.Err() == nil {
			w.Log.WarnContext(ctx, "sweep stopped early", "sweep", what, "error", err)
		}
	}
}

// SweepUnsent publishes what writers could not, raises the marks, and returns how many cases it took up. The bus drops
// what it had already.
func (w *Worker) SweepUnsent(ctx context.Context) (int, error) {
	total := 0
	for {
		cs, err := w.Store.Unsent(ctx, w.Now().Add(-w.Patient), sweepBatch)
		if err != nil || len(cs) == 0 {
			return total, err
		}
		if err := w.Bus.Publish(ctx, cs...); err != nil {
			return total, err
		}
		marks := make([]casework.Mark, 0, len(cs))
		for _, c := range cs {
			marks = append(marks, casework.MarkOf(c))
		}
		raised, err := w.Desk.Mark(ctx, marks...)
		total += raised
		if w.Swept != nil {
			w.Swept(raised, 0)
		}
		if err != nil || raised == 0 || len(cs) < sweepBatch {
			return total, err
		}
	}
}

// route returns how many were routed, and the last error.
func (w *Worker) route(ctx context.Context, cs []*casework.Case) (routed int, err error) {
	ids := make([]string, 0, len(cs))
	for _, c := range cs {
		ids = append(ids, c.ID)
	}
	for _, e := range w.Desk.Route(ctx, ids...) {
		if e == nil {
			routed++
			continue
		}
		err = e
	}
	return routed, err
}

// SweepWaiting routes what the bus lost and returns how many cases it took up.
func (w *Worker) SweepWaiting(ctx context.Context) (int, error) {
	total := 0
	for {
		cs, err := w.Store.Waiting(ctx, w.Now().Add(-w.Patient), sweepBatch)
		if err != nil || len(cs) == 0 {
			return total, err
		}
		routed, err := w.route(ctx, cs)
		total += routed
		if w.Swept != nil {
			w.Swept(0, routed)
		}
		if err != nil || routed == 0 || len(cs) < sweepBatch {
			return total, err
		}
	}
}
