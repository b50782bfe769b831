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

	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/pace"
)

// Store is what the sweeps read.
type Store interface {
	// Owed lists the stretches of writes before the time whose entries may not have been announced, Stamped a page of the cases of one,
	// and the cursor to go on ("" at the end); Settle says that all of one was announced.
	Owed(ctx context.Context, before time.Time) ([]casework.Stretch, error)
	Stamped(ctx context.Context, of casework.Stretch, after string, limit int) ([]*casework.Case, string, error)
	Settle(ctx context.Context, of casework.Stretch) error
	// Unsent lists likewise the cases whose entries have called for notices since before the time, or whose parts wait to be filed.
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
	Tell    *Tell // nil where nobody is told by short messages
	// Also is other work that is looked for at every turn, each by a name for the log.
	Also map[string]func(context.Context) (int, error)
	// Quiet keeps what sends to people from sending while nothing is to leave the house; nil never does.
	Quiet func(send func(context.Context) (int, error)) func(context.Context) (int, error)

	troubles *troubles
}

// sweepBatch bounds one step of a sweep.
const sweepBatch = 256

// Run sweeps until ctx ends, and returns when the last sweep has.
func (w *Worker) Run(ctx context.Context) {
	var wg sync.WaitGroup
	w.troubles = newTroubles()
	wg.Go(func() { w.sweepLost(ctx) })
	wg.Go(func() {
		w.offbeat(ctx)
		w.repeat(ctx, "watch", w.watch)
	})
	wg.Go(func() { w.repeat(ctx, "calendar", w.Desk.ContinueCalendar) })
	wg.Go(func() { w.repeat(ctx, "parts", w.Desk.DropParts) })
	wg.Go(func() { w.repeat(ctx, "readers", w.Desk.Heal) })
	quiet := w.Quiet
	if quiet == nil {
		quiet = func(send func(context.Context) (int, error)) func(context.Context) (int, error) { return send }
	}
	if w.Mail != nil {
		wg.Go(func() { w.repeat(ctx, "mail", quiet(w.SendMail)) })
	}
	if w.Tell != nil {
		wg.Go(func() { w.repeat(ctx, "messages", quiet(w.SendTold)) })
	}
	for what, do := range w.Also {
		wg.Go(func() { w.repeat(ctx, what, do) })
	}
	wg.Wait()
}

func (w *Worker) repeat(ctx context.Context, what string, sweep func(context.Context) (int, error)) {
	for range pace.Every(ctx, w.Every) {
		w.once(ctx, what, sweep)
	}
}

func (w *Worker) once(ctx context.Context, what string, sweep func(context.Context) (int, error)) {
	if _, err := sweep(ctx); ctx.Err() == nil {
		w.troubles.note(ctx, w.Log, w.Now(), what, err)
	}
}

// sweepLost routes and announces what the bus lost at every turn, and at once when the bus is back. One does not begin before
// the other has ended: both write the same cases.
func (w *Worker) sweepLost(ctx context.Context) {
	w.turns(ctx, func(w *Worker) { w.sweepBoth(ctx) })
}

// turns sweeps at every turn, and when the bus is back.
func (w *Worker) turns(ctx context.Context, sweep func(*Worker)) {
	tick := time.NewTicker(w.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			sweep(w)
		case <-w.Wake: // what came while the bus was away has waited long enough
			now := *w
			now.Patient = 0
			sweep(&now)
		}
	}
}

func (w *Worker) sweepBoth(ctx context.Context) {
	w.once(ctx, "route", w.SweepWaiting)
	w.once(ctx, "announce", w.SweepOwed)
	w.once(ctx, "notify", w.SweepUnsent)
}

// SweepOwed publishes what writers could not, and returns how many cases it took up. The bus drops what it had already. A case whose
// entries can never be published is told in the log and holds nobody up.
func (w *Worker) SweepOwed(ctx context.Context) (int, error) {
	owed, err := w.Store.Owed(ctx, w.Now().Add(-w.Patient))
	total := 0
	for _, of := range owed {
		n, e := w.settle(ctx, of)
		total, err = total+n, errors.Join(err, e)
	}
	return total, err
}

// RunOwed publishes what this process owes, at every turn and at once when the bus is back, until ctx ends: for a process that does none of
// the other work. Nobody else knows what a process owes that lives.
func (w *Worker) RunOwed(ctx context.Context) {
	w.troubles = newTroubles()
	w.turns(ctx, func(w *Worker) { w.once(ctx, "announce", w.SweepOwed) })
}

// settle publishes a stretch page by page; when the bus has all of it, it is owed no more.
func (w *Worker) settle(ctx context.Context, of casework.Stretch) (int, error) {
	total := 0
	for after := ""; ; {
		cs, next, err := w.Store.Stamped(ctx, of, after, sweepBatch)
		if err != nil {
			return total, err
		}
		n, err := w.publish(ctx, cs)
		total += n
		if w.Swept != nil {
			w.Swept(n, 0)
		}
		if err != nil {
			return total, err
		}
		if after = next; next == "" {
			return total, w.Store.Settle(ctx, of)
		}
	}
}

// SweepUnsent writes the notices that writers' events were lost of, files promised parts, raises the marks, and returns how many cases it
// took up.
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
	_, failed := w.publish(ctx, cs, func(c *casework.Case) error {
		err := errors.Join(w.Desk.Notify(ctx, c.Tells()...)...)
		if err == nil {
			marks = append(marks, casework.MarkOf(c))
		}
		return err
	})
	w.Bus.Raise(marks...)
	return len(marks), failed
}

// publish publishes one page, does for each case that the bus has what is to be done then, and returns how many these are.
func (w *Worker) publish(ctx context.Context, cs []*casework.Case, then ...func(*casework.Case) error) (n int, failed error) {
	for i, err := range w.Bus.Publish(ctx, cs...) {
		switch {
		case err == nil:
			n++
			for _, do := range then {
				failed = cmp.Or(failed, do(cs[i]))
			}
		case w.Bus.Hopeless(err):
			w.Log.ErrorContext(ctx, "an event of this case can never be published; the case itself is kept and worked on: report this line to the maker", "case", cs[i].ID, "error", err)
		default:
			failed = err
		}
	}
	return n, failed
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
