package bus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// State is what the stream says of itself. One that was created at another time, or counts fewer events than before, has lost
// what it had.
type State struct {
	Created time.Time `json:"created"`
	Last    uint64    `json:"last"` // the number of the newest event
	Events  uint64    `json:"events"`

	Clock time.Time `json:"-"` // what time it is where the stream lies; zero when its server does not say
}

// LostSince reports whether the stream is not the one that was seen before, or no longer has all it had then.
func (s State) LostSince(before State) bool {
	return !s.Created.Equal(before.Created) || s.Last < before.Last
}

// The times of looking after the bus.
const (
	lookEvery    = 30 * time.Second
	lookLeast    = time.Second      // between two looks, whoever asks
	mendTime     = 20 * time.Second // for all that mends
	lookTime     = 3 * time.Second  // for a question to a stream that may be dying
	restartRest  = 5 * time.Second  // between two starts of the embedded server
	reconnecting = 5 * time.Second
	probeFresh   = 5 * time.Second // an event taken that recently proves as much as a probe
)

// Wake asks for a look at the bus now instead of at its time. It never waits.
func (b *Bus) Wake() {
	select {
	case b.ask <- struct{}{}:
	default:
	}
}

// Run looks after the bus every half minute, and at once when somebody met trouble, until ctx ends: what is missing is declared
// again, and an embedded server that stands still is started anew. seen is told what each look found.
func (b *Bus) Run(ctx context.Context, seen func(State, error)) {
	rest := lookLeast
	for {
		s, err := b.Mend(ctx)
		if ctx.Err() != nil {
			return
		}
		seen(s, err)
		after := lookEvery
		if err != nil {
			rest = min(2*rest, lookEvery)
			after = rest
		} else {
			rest = lookLeast
		}
		if !b.pause(ctx, after) {
			return
		}
	}
}

// pause waits until the next look: shorter when somebody asks, but never shorter than the least.
func (b *Bus) pause(ctx context.Context, d time.Duration) bool {
	least, most := time.NewTimer(lookLeast), time.NewTimer(d)
	defer least.Stop()
	defer most.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-least.C:
	}
	select {
	case <-ctx.Done():
		return false
	case <-b.ask:
	case <-most.C:
	}
	return true
}

// Mend makes the bus what the tables say and proves that the stream takes events.
func (b *Bus) Mend(ctx context.Context) (State, error) {
	b.mending.Lock()
	defer b.mending.Unlock()
	ctx, cancel := context.WithTimeout(ctx, mendTime)
	defer cancel()
	if b.standsStill() {
		if err := b.restart(ctx); err != nil {
			return State{}, err
		}
	}
	if !b.conn.IsConnected() { // it connects by itself, and asks for a look when it has
		return State{}, fmt.Errorf("event store: %w", nats.ErrDisconnected)
	}
	if err := b.redeclare(ctx); err != nil {
		return State{}, err
	}
	s, err := b.Look(ctx)
	if err != nil && b.cfg.URL == Embedded && ctx.Err() == nil && b.conn.IsConnected() {
		// A store that failed to write once takes nothing more until it is opened anew.
		if err := b.restart(ctx); err != nil {
			return State{}, err
		}
		if err := b.redeclare(ctx); err != nil {
			return State{}, err
		}
		return b.Look(ctx)
	}
	return s, err
}

// standsStill reports whether the embedded server has switched its store off, or lost its files.
func (b *Bus) standsStill() bool {
	if b.cfg.URL != Embedded {
		return false
	}
	s := b.server.Load()
	if !s.Running() || !s.JetStreamEnabled() {
		return true
	}
	_, err := os.Stat(filepath.Join(b.cfg.Dir, "jetstream", "$G", "streams", streamName, "msgs"))
	return errors.Is(err, os.ErrNotExist)
}

// restart starts the embedded server anew and waits until this process is connected to it.
func (b *Bus) restart(ctx context.Context) error {
	if now := b.cfg.Now(); now.Sub(b.restarts).Abs() < restartRest {
		return errors.New("the embedded event store stands still and was started anew a moment ago")
	}
	b.restarts = b.cfg.Now()
	b.cfg.Log.WarnContext(ctx, "the embedded event store stood still, as after a full disk or lost files, and is started anew; nothing that was filed is lost")
	old := b.server.Load()
	changed := b.conn.StatusChanged(nats.CONNECTED)
	defer b.conn.RemoveStatusListener(changed)
	old.Shutdown()
	old.WaitForShutdown()
	if err := b.serve(); err != nil {
		return err
	}
	_ = b.conn.ForceReconnect() // it connects by itself, only later
	wait := time.NewTimer(reconnecting)
	defer wait.Stop()
	for !b.conn.IsConnected() {
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-wait.C:
			return errors.New("no connection to the embedded event store after it was started anew")
		}
	}
	b.renew()
	return nil
}

// redeclare declares what is missing, and tells the consumers to begin again when something was.
func (b *Bus) redeclare(ctx context.Context) error {
	there, err := b.declared(ctx)
	if err != nil || there {
		return err
	}
	if err := b.declare(ctx); err != nil {
		return err
	}
	b.cfg.Log.WarnContext(ctx, "the event store had lost its stream or a consumer; both are there again, and what was not announced is announced now")
	b.renew()
	return nil
}

// whenRenewed is closed when stream or consumers are made anew.
func (b *Bus) whenRenewed() <-chan struct{} {
	b.renewing.Lock()
	defer b.renewing.Unlock()
	return b.renewed
}

func (b *Bus) renew() {
	b.renewing.Lock()
	defer b.renewing.Unlock()
	close(b.renewed)
	b.renewed = make(chan struct{})
}

// Look asks the stream how it is and, unless it took an event a moment ago, lets it take one. It mends nothing.
func (b *Bus) Look(ctx context.Context) (State, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	if !b.conn.IsConnected() {
		return State{}, fmt.Errorf("event store: %w", nats.ErrDisconnected)
	}
	if b.cfg.Now().Sub(b.LastGood()).Abs() > probeFresh {
		if _, err := b.js.Publish(ctx, probeSubject, nil, jetstream.WithExpectStream(streamName), jetstream.WithRetryAttempts(0)); err != nil {
			return State{}, fmt.Errorf("event store takes nothing: %w", err)
		}
		b.good.Store(b.cfg.Now().UnixNano())
	}
	stream, err := b.js.Stream(ctx, streamName)
	if err != nil {
		return State{}, fmt.Errorf("look up stream: %w", err)
	}
	i := stream.CachedInfo()
	return State{Created: i.Created, Last: i.State.LastSeq, Events: i.State.Msgs, Clock: i.TimeStamp}, nil
}

// LastGood is when the stream last took an event; zero before the first.
func (b *Bus) LastGood() time.Time {
	if n := b.good.Load(); n != 0 {
		return time.Unix(0, n)
	}
	return time.Time{}
}
