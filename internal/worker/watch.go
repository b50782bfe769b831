package worker

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"tiepdan/internal/domain/casework"
)

// Watched is what one pass of the deadline watch did.
type Watched struct {
	Read int // cases read, all of them due
	Done int // cases written
	Lost int // writes in vain, because another worker or a member of staff was first
}

// Watch (theo dõi thời hạn) looks at every case whose time has come, the most urgent first, and at no other. Several workers
// may look at once: each case is written over the version that was read, so one of them wins.
func (w *Worker) Watch(ctx context.Context) (Watched, error) {
	var sum Watched
	now := w.Desk.Now()
	for {
		// The index ends before the time, and a case is due from its moment on.
		cs, err := w.Store.Due(ctx, now.Add(time.Millisecond), sweepBatch)
		sum.Read += len(cs)
		if err != nil || len(cs) == 0 {
			return sum, err
		}
		done, lost, err := w.watchBatch(ctx, cs)
		sum.Done, sum.Lost = sum.Done+done, sum.Lost+lost
		// Where every write comes too late, another worker is at the same batch, and the rest is left to him.
		if err != nil || len(cs) < sweepBatch || done == 0 {
			return sum, err
		}
	}
}

func (w *Worker) watchBatch(ctx context.Context, cs []*casework.Case) (done, lost int, err error) {
	rest := make([]*casework.Case, 0, len(cs))
	for _, c := range cs {
		effective, e := w.Desk.TakeEffect(ctx, c)
		switch {
		case effective:
			done++
		case e != nil:
			err = e
		default:
			rest = append(rest, c)
		}
	}
	for _, e := range w.Desk.Watch(ctx, rest...) {
		switch {
		case e == nil:
			done++
		case errors.Is(e, casework.ErrStale):
			lost++
		default:
			err = e
		}
	}
	return done, lost, err
}

// offbeat waits a part of the time between two passes, by chance, so that workers started together do not look together.
func (w *Worker) offbeat(ctx context.Context) {
	wait := time.NewTimer(rand.N(w.Every)) //nolint:gosec // only spreads load
	defer wait.Stop()
	select {
	case <-ctx.Done():
	case <-wait.C:
	}
}

func (w *Worker) watch(ctx context.Context) (int, error) {
	sum, err := w.Watch(ctx)
	return sum.Done, err
}
