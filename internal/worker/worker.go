// Package worker does what nobody waits for at a page: routing, the deadline watch, the sweeps that find what a crash or an outage left
// behind. Several workers run side by side; each of their steps may run twice without harm.
package worker

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"tiepdan/internal/casework"
)

// Store is what the sweeps read.
type Store interface {
	// Unsent lists a page of the cases with entries that have waited to be announced since before the time, and the cursor to
	// go on ("" at the end).
	Unsent(ctx context.Context, before time.Time, after string, limit int) ([]*casework.Case, string, error)
	// Waiting lists likewise the cases that were received before the time and not routed.
	Waiting(ctx context.Context, before time.Time, after string, limit int) ([]*casework.Case, string, error)
	// Due lists open cases that the deadline watch must look at before the time, the most urgent first.
	Due(ctx context.Context, before time.Time, limit int) ([]*casework.Case, error)
}

// Publisher publishes the entries of cases after their marks and waits until the bus has them. It answers one error per case;
// Hopeless tells those that no waiting mends.
type Publisher interface {
	Publish(ctx context.Context, cs ...*casework.Case) []error
	Hopeless(err error) bool
	// Raise raises marks once nothing that the bus has can be lost any more.
	Raise(marks ...casework.Mark)
}

// Worker runs the loops.
type Worker struct {
	Desk    *casework.Desk
	Store   Store
	Bus     Publisher
	Now     func() time.Time
	Log     *slog.Logger
	Every   time.Duration   // how often the sweeps look
	Patient time.Duration   // how long a case may wait before a sweep takes it up
	Wake    <-chan struct{} // the bus is back: sweep now
	Swept   func(announced, routed int)
	Mail    *Mail // nil where no mail is sent
}

// sweepBatch bounds one step of a sweep.
const sweepBatch = 256

// Run sweeps until ctx ends, and returns when the last sweep has.
func (w *Worker) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { w.sweepLost(ctx) })
	wg.Go(func() {
		w.offbeat(ctx)
		w.repeat(ctx, "watch", w.watch)
	})
	wg.Go(func() { w.repeat(ctx, "calendar", w.Desk.ContinueCalendar) })
	wg.Go(func() { w.repeat(ctx, "parts", w.Desk.DropParts) })
	wg.Go(func() { w.repeat(ctx, "readers", w.Desk.Heal) })
	if w.Mail != nil {
		wg.Go(func() { w.repeat(ctx, "mail", w.SendMail) })
	}
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
		w.once(ctx, what, sweep)
	}
}

func (w *Worker) once(ctx context.Context, what string, sweep func(context.Context) (int, error)) {
	if _, err := sweep(ctx); err != nil && ctx.Err() == nil {
		w.Log.WarnContext(ctx, "a sweep (work done every few seconds) ended early and goes on at its next turn; if this line keeps coming, look at /readyz", "sweep", what, "error", err)
	}
}

// sweepLost routes and announces what the bus lost at every turn, and at once when the bus is back. One does not begin before
// the other has ended: both write the same cases.
func (w *Worker) sweepLost(ctx context.Context) {
	tick := time.NewTicker(w.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			w.sweepBoth(ctx)
		case <-w.Wake: // what came while the bus was away has waited long enough
			now := *w
			now.Patient = 0
			now.sweepBoth(ctx)
		}
	}
}

func (w *Worker) sweepBoth(ctx context.Context) {
	w.once(ctx, "route", w.SweepWaiting)
	w.once(ctx, "announce", w.SweepUnsent)
}

// SweepUnsent publishes what writers could not, raises the marks, and returns how many cases it took up. The bus drops
// what it had already. A case whose entries can never be published is told in the log each time and holds nobody up.
func (w *Worker) SweepUnsent(ctx context.Context) (int, error) {
	total := 0
	for after := ""; ; {
		cs, next, err := w.Store.Unsent(ctx, w.Now().Add(-w.Patient), after, sweepBatch)
		if err != nil {
			return total, err
		}
		raised, err := w.announce(ctx, cs)
		err = errors.Join(err, w.fulfil(ctx, cs))
		total += raised
		if w.Swept != nil {
			w.Swept(raised, 0)
		}
		if after = next; err != nil || next == "" {
			return total, err
		}
	}
}

// fulfil files what split letters still promise: such a case stays unsent until its parts are filed. One that fails holds nobody
// up; the next sweep finds it again.
func (w *Worker) fulfil(ctx context.Context, cs []*casework.Case) (failed error) {
	for _, c := range cs {
		if len(c.Promised) > 0 {
			failed = errors.Join(failed, w.Desk.Fulfil(ctx, c.ID))
		}
	}
	return failed
}

// announce publishes one page, writes the notices that its entries call for, and has the marks raised of what the bus has.
func (w *Worker) announce(ctx context.Context, cs []*casework.Case) (int, error) {
	var marks []casework.Mark
	var failed error
	for i, err := range w.Bus.Publish(ctx, cs...) {
		switch {
		case err == nil:
			err = errors.Join(w.Desk.Notify(ctx, cs[i].Tells()...)...)
			if failed = cmp.Or(failed, err); err == nil {
				marks = append(marks, casework.MarkOf(cs[i]))
			}
		case w.Bus.Hopeless(err):
			w.Log.ErrorContext(ctx, "an event of this case can never be published; the case itself is kept and worked on: report this line to the maker", "case", cs[i].ID, "error", err)
		default:
			failed = err
		}
	}
	w.Bus.Raise(marks...)
	return len(marks), failed
}

// SweepWaiting routes what the bus lost and returns how many cases it took up. A case that cannot be routed holds nobody up; the
// last such error is returned at the end.
func (w *Worker) SweepWaiting(ctx context.Context) (int, error) {
	total := 0
	var failed error
	for after := ""; ; {
		cs, next, err := w.Store.Waiting(ctx, w.Now().Add(-w.Patient), after, sweepBatch)
		if err != nil {
			return total, errors.Join(failed, err)
		}
		routed, err := w.route(ctx, cs)
		total, failed = total+routed, cmp.Or(err, failed)
		if w.Swept != nil {
			w.Swept(0, routed)
		}
		if after = next; next == "" || ctx.Err() != nil {
			return total, failed
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
