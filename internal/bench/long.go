package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

type long struct {
	For    time.Duration `default:"2m" help:"How long cases come in."`
	Step   time.Duration `default:"10s" help:"How long one figure covers."`
	Before string        `help:"A commit to compare with."`
}

// Run measures whether intake stays what it is when it goes on, and what a case costs the processor.
func (l *long) Run(ctx context.Context) error {
	return compare(ctx, l.Before, func(dir string, all []side) error { return l.measure(ctx, dir, all) })
}

func (l *long) measure(ctx context.Context, dir string, all []side) error {
	var was tally
	for _, s := range all {
		data := filepath.Join(dir, s.name+"-data")
		if _, err := s.filled(ctx, data, 1); err != nil {
			return err
		}
		got, err := l.side(ctx, s, data)
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stdout, "%-7s all    %7.0f/s  %4.0f µs of the processor a case  %5.0f bytes a case", s.name, got.perSecond(), got.cost(), float64(got.bytes)/got.cases)
		if was.cases > 0 {
			fmt.Fprintf(os.Stdout, "  %.2f times as many, %.2f times the cost", got.perSecond()/was.perSecond(), got.cost()/was.cost())
		}
		fmt.Fprintln(os.Stdout)
		was = got
	}
	return nil
}

// tally is what a stretch of the load gave.
type tally struct {
	cases, seconds float64
	cpu            time.Duration
	bytes          int64
}

func (t tally) perSecond() float64 { return t.cases / t.seconds }

func (t tally) cost() float64 { return float64(t.cpu.Microseconds()) / t.cases }

// side loads one program and prints each step beside the first.
func (l *long) side(ctx context.Context, s side, data string) (sum tally, err error) {
	p, err := start(ctx, s.bin, data)
	if err != nil {
		return sum, err
	}
	defer p.stop()
	var first float64
	for at := time.Duration(0); at < l.For; at += l.Step {
		cpu := p.cpu()
		r := load(ctx, p.addr, job{n: connections, d: l.Step, want: fasthttp.StatusCreated, fill: filing(fmt.Sprint("long-", at))})
		step := tally{cases: float64(len(r.times)), seconds: r.took.Seconds(), cpu: p.cpu() - cpu}
		if first == 0 {
			first = r.perSecond()
		}
		fmt.Fprintf(os.Stdout, "%-7s %4.0f s %s  %4.0f µs a case  %3.0f %% of the first\n", s.name, (at + l.Step).Seconds(), r, step.cost(), 100*r.perSecond()/first)
		sum.cases, sum.seconds, sum.cpu = sum.cases+step.cases, sum.seconds+step.seconds, sum.cpu+step.cpu
	}
	if at, err := os.Stat(filepath.Join(data, "tiepdan.db")); err == nil {
		sum.bytes = at.Size()
	}
	return sum, nil
}

// ticks of the processor's clock in a second, as the kernel counts for programs.
const ticks = 100

// cpu is the time of the processor that the program has used.
func (p *program) cpu() time.Duration {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	f := strings.Fields(rest)
	const user, system = 11, 12
	if len(f) <= system {
		return 0
	}
	u, _ := strconv.Atoi(f[user]) // not a number would be another kernel
	k, _ := strconv.Atoi(f[system])
	return time.Duration(u+k) * time.Second / ticks
}
