package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/valyala/fasthttp"
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
		p.stop()
	}
	return nil
}
