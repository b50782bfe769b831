package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"sync/atomic"
	"time"
)

// crowd floods a counter while the citizens of one office file there, all behind its one address and in minutes as many as come
// in half an hour: each of them gets through, with a proof where he is asked for one.
func crowd(strangers, citizens int) func(context.Context, *target) (outcome, error) {
	return func(ctx context.Context, t *target) (outcome, error) {
		f := &flooding{target: t, strangers: strangers, ended: make(chan error, 1)}
		begun := time.Now()
		go f.run(ctx)
		got, told, err := f.citizens(ctx, citizens)
		f.over.Store(true)
		if flooded := <-f.ended; err != nil || !errors.Is(flooded, errEnough) {
			return got, fmt.Errorf("the flood broke off: %w", errors.Join(flooded, err))
		}
		got.add(f.passed <= allowed(counterBurst, counterHour, begun), "%d letters of the flood passed", f.passed)
		if got.held == got.tried {
			got.why = fmt.Sprintf("(%d strangers in %v, %d of them passed; %s)", f.sent.Load(), time.Since(begun).Round(time.Second), f.passed, told)
		}
		return got, nil
	}
}

// flooding is a flood that goes on until it is over, and has then had at least so many strangers.
type flooding struct {
	*target
	strangers int
	sent      atomic.Int64
	over      atomic.Bool
	passed    int
	ended     chan error
}

func (f *flooding) run(ctx context.Context) {
	var err error
	f.passed, err = together(math.MaxInt32, func(i int) (bool, error) {
		if f.over.Load() && i >= f.strangers {
			return false, errEnough
		}
		defer f.sent.Add(1)
		return f.drop(ctx, i)
	})
	f.ended <- err
}

// citizens file one after the other, spread over the whole flood.
func (f *flooding) citizens(ctx context.Context, n int) (got outcome, told string, err error) {
	from, slowest, asked := f.address(), time.Duration(0), 0
	for i := range n {
		for f.sent.Load() < int64((i+1)*f.strangers/(n+1)) && len(f.ended) == 0 {
			time.Sleep(time.Millisecond)
		}
		begun := time.Now()
		r, questioned, err := f.patiently(ctx, from)
		if err != nil {
			return got, "", err
		}
		got.add(r.status == http.StatusCreated, "citizen %d: %d %.200s", i, r.status, r.body)
		slowest = max(slowest, time.Since(begun))
		if questioned {
			asked++
		}
	}
	return got, fmt.Sprintf("%d citizens asked for a proof, the slowest took %v", asked, slowest.Round(time.Millisecond)), nil
}

// errEnough ends a flood.
var errEnough = errors.New("the flood has done its work")

// patiently files at the flooded counter, and answers the question if one is asked.
func (t *target) patiently(ctx context.Context, from string) (r reply, asked bool, err error) {
	r, err = t.letter(ctx, from, t.counters[0])
	if err == nil && r.status == http.StatusTooManyRequests && solve(r) != "" {
		asked = true
		r, err = t.letter(ctx, from, t.counters[0], "X-Proof", solve(r))
	}
	return r, asked, err
}
