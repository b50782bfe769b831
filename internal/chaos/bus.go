package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tiepdan/internal/process"
)

// busFaults happen to what carries events.
var busFaults = []fault{
	{name: "bus gone, then the program", short: true, rounds: 3, ready: onOwnBus, strike: busGone, after: announced},
	{name: "bus paused", rounds: 2, ready: onOwnBus, strike: busPaused, after: announced},
	{name: "bus deleted", rounds: 2, ready: onOwnBus, strike: busDeleted},
	{name: "embedded bus deleted under the program", rounds: 2, strike: embeddedDeleted},
}

// onOwnBus runs an event server beside the program.
func onOwnBus(ctx context.Context, s *scene) (err error) {
	if s.nats == "" {
		if s.nats, err = process.Build(ctx, s.ground.dir, "nats-server", "github.com/nats-io/nats-server/v2"); err != nil {
			return err
		}
	}
	if s.bus, err = process.NewNATS(ctx, s.nats, s.dir); err != nil {
		return err
	}
	s.atEnd(s.bus.Kill)
	s.env = append(slices.Clip(s.env), "TIEPDAN_NATS="+s.bus.URL)
	return s.bus.Start(ctx)
}

// busGone takes the bus away while letters come, then the program, and brings both back.
func busGone(ctx context.Context, s *scene) error {
	return errors.Join(s.bus.Kill(), s.storm.more(ctx, enough), s.p.Kill(), s.bus.Start(ctx), s.p.Start(ctx, "serve"))
}

func busPaused(ctx context.Context, s *scene) error {
	return errors.Join(s.bus.Signal(syscall.SIGSTOP), s.storm.more(ctx, enough), hold(ctx, 3*time.Second), s.bus.Signal(syscall.SIGCONT))
}

// busDeleted takes the bus away with all that it kept, and brings an empty one back; the program stays. What it had handled before is
// not told again.
func busDeleted(ctx context.Context, s *scene) error {
	return errors.Join(s.bus.Kill(), s.storm.more(ctx, enough), os.RemoveAll(s.bus.Dir), s.bus.Start(ctx), s.storm.more(ctx, enough))
}

// embeddedDeleted removes the folder of the bus in the program while it serves.
func embeddedDeleted(ctx context.Context, s *scene) error {
	return errors.Join(os.RemoveAll(filepath.Join(s.data, "nats")), s.storm.more(ctx, enough))
}

// announced looks in the stream for an event of every entry; what an empty bus has to be told anew may take a start.
func announced(ctx context.Context, s *scene, got *tally) error {
	now, err := s.read(ctx, nil)
	if err != nil {
		return err
	}
	if err := s.p.Start(ctx, "serve"); err != nil {
		return err
	}
	nc, err := nats.Connect(s.bus.URL)
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	missing := 0
	if await(ctx, "events", func() bool {
		missing, err = unannounced(ctx, js, now.entries)
		return err == nil && missing == 0
	}) != nil {
		got.unannounced = max(missing, 1)
		got.because("no event of %d of %d entries: %v", missing, len(now.entries), err)
	}
	return s.p.End()
}

// unannounced counts the entries that the stream holds no event of.
func unannounced(ctx context.Context, js jetstream.JetStream, entries []string) (missing int, err error) {
	s, err := js.Stream(ctx, "TIEPDAN")
	if err != nil {
		return len(entries), err
	}
	seen := map[string]bool{}
	for seq, last := s.CachedInfo().State.FirstSeq, s.CachedInfo().State.LastSeq; seq <= last; seq++ {
		if m, err := s.GetMsg(ctx, seq); err == nil { // one that is gone has no event
			seen[m.Header.Get("Nats-Msg-Id")] = true
		}
	}
	for _, id := range entries {
		if !seen[id] {
			missing++
		}
	}
	return missing, nil
}
