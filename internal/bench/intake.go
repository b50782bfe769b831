package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"tiepdan/internal/domain/casework"
)

type intake struct {
	Burst  time.Duration `default:"30s" help:"How long the burst lasts."`
	Steady time.Duration `default:"60s" help:"How long the sustained load lasts."`
}

// Run measures intake: a burst, the catching up, and a load that routing must follow.
func (in *intake) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "tiepdan-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, err := build(ctx, dir)
	if err != nil {
		return err
	}
	for _, phase := range []struct {
		name string
		d    time.Duration
	}{{"burst", in.Burst}, {"sustained", in.Steady}} {
		data := filepath.Join(dir, phase.name)
		if _, err := seedOffice(ctx, data); err != nil {
			return err
		}
		p, err := start(ctx, bin, data)
		if err != nil {
			return err
		}
		idle, _ := p.memory()
		r := load(ctx, p.addr, job{n: connections, d: phase.d, want: fasthttp.StatusCreated, fill: filing(phase.name)})
		_, peak := p.memory()
		fmt.Fprintf(os.Stdout, "intake %-9s %s  idle %d MB  peak %d MB  start %d ms\n", phase.name, r, idle, peak, p.up.Milliseconds())
		if r.first != "" {
			fmt.Fprintln(os.Stdout, "  first bad answer:", r.first)
		}
		caughtUp(p)
		p.stop()
	}
	return ceiling(ctx, filepath.Join(dir, "ceiling"))
}

// caughtUp files one more case and prints how long after it all cases before it were routed too: events keep their order.
func caughtUp(p *program) {
	begun := time.Now()
	client := &fasthttp.HostClient{Addr: p.addr}
	for time.Since(begun) < catchUp {
		if _, err := follow(client, func(r *fasthttp.Request) { filing("last")(begun.UnixNano(), r) }, true); err == nil {
			break
		}
	}
	fmt.Fprintf(os.Stdout, "  routing caught up %d ms after the load ended\n", time.Since(begun).Milliseconds())
}

// catchUp bounds how long routing may lag behind a burst.
const catchUp = 3 * time.Minute

// ceilingCases is how many documents the engine alone writes.
const ceilingCases = 60_000

// ceiling writes the same documents by the engine alone, with the same group commit from as many writers.
func ceiling(ctx context.Context, data string) error {
	if _, err := seedOffice(ctx, data); err != nil {
		return err
	}
	a, err := opened(ctx, data)
	if err != nil {
		return err
	}
	cases := make([]*casework.Case, ceilingCases)
	for i := range cases {
		if cases[i], err = received(ctx, a, i); err != nil {
			return errors.Join(err, a.Close())
		}
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	begun := time.Now()
	for range connections {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < ceilingCases; i = next.Add(1) - 1 {
				_ = a.Store.Insert(ctx, cases[i]) // a reference drawn twice is refused after the same work
			}
		})
	}
	wg.Wait()
	fmt.Fprintf(os.Stdout, "ceiling          %7.0f/s  the same documents by the engine alone\n", ceilingCases/time.Since(begun).Seconds())
	return a.Close()
}
