package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/worker"
)

type watch struct {
	Sizes  []int `default:"10000,1000000" help:"How many cases are stored, one in ten of them open."`
	Due    int   `default:"500"           help:"How many are due in a pass."`
	Passes int   `default:"9"             help:"How many passes are timed; the middle one is told."`
}

// Run grows one store and lets the deadline watch look at it with nothing due and with some cases due, at each size.
func (w *watch) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "tiepdan-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	data := filepath.Join(dir, "data")
	if _, err := seedOffice(ctx, data); err != nil {
		return err
	}
	have := 0
	var first, last timed
	for i, n := range w.Sizes {
		if _, err := grow(ctx, data, have, n); err != nil {
			return err
		}
		have = n
		if last, err = w.at(ctx, data, n); err != nil {
			return err
		}
		if i == 0 {
			first = last
		}
	}
	fmt.Fprintf(os.Stdout, "ratio: nothing due %.2f, %d due %.2f\n", over(last.none, first.none), w.Due, over(last.some, first.some))
	return nil
}

func over(a, b time.Duration) float64 { return float64(a) / float64(b) }

// timed are the middle passes at one size.
type timed struct{ none, some time.Duration }

func (w *watch) at(ctx context.Context, data string, n int) (out timed, err error) {
	a, err := opened(ctx, data)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	now, warned, took, err := settle(ctx, a)
	if err != nil {
		return out, err
	}
	fmt.Fprintf(os.Stdout, "%8d cases  never watched before: %d warned in %v, %.0f/s\n",
		n, warned, took.Round(time.Millisecond), float64(warned)/took.Seconds())
	var none, some []time.Duration
	read := 0
	for range w.Passes {
		sum, took, err := pass(ctx, a, now)
		if err != nil || sum.Read != 0 {
			return out, errors.Join(err, fmt.Errorf("%d rows were read with nothing due", sum.Read))
		}
		none = append(none, took)
		next, err := a.Store.Due(ctx, now.AddDate(1, 0, 0), w.Due)
		if err != nil || len(next) < w.Due {
			return out, errors.Join(err, fmt.Errorf("only %d open cases", len(next)))
		}
		now = *next[w.Due-1].WatchAt
		if sum, took, err = pass(ctx, a, now); err != nil {
			return out, err
		}
		// Cases warned together are due together, so some more than asked for may be.
		read, some = max(read, sum.Read), append(some, took*time.Duration(w.Due)/time.Duration(sum.Read))
	}
	out = timed{middle(none), middle(some)}
	fmt.Fprintf(os.Stdout, "  nothing due: 0 rows read, %v\n  %d due: at most %d rows read, %v for %d\n",
		out.none.Round(time.Microsecond), w.Due, read, out.some.Round(10*time.Microsecond), w.Due)
	return out, nil
}

// settle watches until nothing is due and returns the time it is then. The clock moves on between small batches, so that
// the next steps do not all come at the same moment.
func settle(ctx context.Context, a *app.App) (now time.Time, warned int, took time.Duration, err error) {
	const batch = 100
	now = time.Now()
	began := time.Now()
	for {
		cs, err := a.Store.Due(ctx, now, batch)
		if err != nil || len(cs) == 0 {
			return now, warned, time.Since(began), err
		}
		if err := errors.Join(deskAt(a, now).Watch(ctx, cs...)...); err != nil {
			return now, warned, 0, err
		}
		warned, now = warned+len(cs), now.Add(time.Second)
	}
}

// deskAt is a desk that lives at the time and tells nobody.
func deskAt(a *app.App, now time.Time) *casework.Desk {
	d := *a.Desk
	d.Announce, d.Now, d.Log = nobody{}, func() time.Time { return now }, slog.New(slog.DiscardHandler)
	return &d
}

// pass lets one worker watch at the time.
func pass(ctx context.Context, a *app.App, now time.Time) (worker.Watched, time.Duration, error) {
	w := &worker.Worker{Desk: deskAt(a, now), Store: a.Store}
	began := time.Now()
	sum, err := w.Watch(ctx)
	return sum, time.Since(began), err
}

func middle(ds []time.Duration) time.Duration {
	slices.SortFunc(ds, cmp.Compare[time.Duration])
	return ds[len(ds)/2]
}
