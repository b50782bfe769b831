// Command chaos breaks what the real program stands on, while letters, ratings and moves pour in over HTTP. It keeps every
// acknowledgement, sends again under the same key what was not acknowledged, and then counts from the stored documents. It ends
// with 1 when anything was lost, doubled or changed, and says of a fault that cannot be made here why.
//
// Words choose faults by a part of their name; --for=DURATION goes on, fault after fault, until that long has passed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fault is one way to break the ground under the program. A new one is a row in the table.
type fault struct {
	name   string
	short  bool // in the tests too
	rounds int  // how often it strikes
	// ready prepares the scene before the program starts; errSkip says that the fault cannot be made here.
	ready func(ctx context.Context, s *scene) error
	// strike breaks something while everybody sends, and mends it: when it returns the program serves again.
	strike func(ctx context.Context, s *scene) error
	// after counts what only this fault can harm, from the folder that rests.
	after func(ctx context.Context, s *scene, found *tally) error
}

var errSkip = errors.New("not made here")

func faults() []fault { return slices.Concat(ownFaults, diskFaults, busFaults, upgradeFaults) }

func main() { os.Exit(code()) }

// code is the program's exit code: 1 when a count was not zero, 2 when the faults could not be made or none has such a name.
func code() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	long := flag.Duration("for", 0, "go on for this long; once through all faults without it")
	flag.Parse()
	list := chosen(faults(), flag.Args())
	if len(list) == 0 {
		return 2
	}
	broken, err := run(ctx, os.Stdout, list, *long)
	if err != nil {
		slog.New(slog.NewTextHandler(os.Stderr, nil)).ErrorContext(ctx, "faults not finished", "error", err)
		return 2
	}
	return min(broken, 1)
}

func chosen(list []fault, words []string) []fault {
	return slices.DeleteFunc(list, func(f fault) bool {
		return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(f.name, w) })
	})
}

// run makes the faults, each on a folder of its own, and returns how many left a count that is not zero.
func run(ctx context.Context, out io.Writer, list []fault, long time.Duration) (broken int, err error) {
	dir, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	g, err := newGround(ctx, dir)
	if err != nil {
		return 0, err
	}
	begun, sum := time.Now(), tally{}
	for n := 0; n < len(list) || time.Since(begun) < long; n++ {
		got, err := g.told(ctx, out, list[n%len(list)], filepath.Join(dir, strconv.Itoa(n)))
		if err != nil {
			return broken, err
		}
		if got.bad() > 0 {
			broken++
		}
		sum.add(got)
	}
	fmt.Fprintf(out, "%-8s %-44s %s\n", "in all", time.Since(begun).Round(time.Second), sum)
	return broken, nil
}

// told makes a fault and prints what was counted; one that is not made here leaves nothing to count.
func (g *ground) told(ctx context.Context, out io.Writer, f fault, dir string) (*tally, error) {
	got, err := g.play(ctx, f, dir)
	if errors.Is(err, errSkip) {
		fmt.Fprintf(out, "NOT HERE %-44s %v\n", f.name, err)
		return &tally{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	verdict := "held"
	if got.bad() > 0 {
		verdict = "BROKEN"
	}
	fmt.Fprintf(out, "%-8s %-44s %s\n", verdict, f.name, got)
	return got, nil
}
