package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// ownFaults happen to the program itself.
var ownFaults = []fault{
	{name: "kill", short: true, rounds: 4, strike: func(ctx context.Context, s *scene) error { return s.again(ctx) }},
	{name: "pause", short: true, rounds: 2, strike: paused},
	{name: "kill in start-up", short: true, rounds: 4, strike: killedAtStart},
	{name: "key file gone", short: true, rounds: 1, strike: withoutKeys},
	{name: "clock back", ready: func(context.Context, *scene) error {
		return fmt.Errorf("%w: nobody can move the clock that one process sees, and the machine's is everybody's; "+
			"TestTimelineNeverRunsBackwards moves the program's own", errSkip)
	}},
}

// paused stops the program for longer than the bus and the senders wait for it.
func paused(ctx context.Context, s *scene) error {
	return errors.Join(s.p.Signal(syscall.SIGSTOP), hold(ctx, 3*time.Second), s.p.Signal(syscall.SIGCONT), s.storm.more(ctx, 1))
}

// killedAtStart kills the program five times before it is ready, each time at another moment, while senders wait at its door.
func killedAtStart(ctx context.Context, s *scene) error {
	for range 5 {
		err := errors.Join(s.p.Kill(), s.p.Begin(ctx, "serve"), hold(ctx, rand.N(400*time.Millisecond)), s.p.Kill())
		if err != nil {
			return err
		}
	}
	return s.again(ctx)
}

// withoutKeys takes the key file away from the running program, which goes on with what it has read, and kills it: without its keys
// it must not start, and least of all make new ones.
func withoutKeys(ctx context.Context, s *scene) error {
	path := filepath.Join(s.data, "keys.json")
	if err := errors.Join(os.Rename(path, path+".away"), s.storm.more(ctx, enough), s.p.Kill(), s.p.Begin(ctx, "serve")); err != nil {
		return err
	}
	select {
	case <-s.p.Gone():
	case <-time.After(patience):
		return errors.New("the program goes on without its keys")
	}
	if _, err := os.Stat(path); s.p.ExitCode() == 0 || !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("without its keys the program ended with %d, and %w", s.p.ExitCode(), err)
	}
	return errors.Join(os.Rename(path+".away", path), s.again(ctx))
}
