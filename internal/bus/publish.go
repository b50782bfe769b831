package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrFull says that too many events wait for their acknowledgement; the sweep will publish this one.
var ErrFull = errors.New("bus: too many events in flight")

// Publish publishes the events and waits until the stream has them all.
func (b *Bus) Publish(ctx context.Context, events ...Event) error {
	return b.PublishEach(ctx, events)[0]
}

// PublishEach publishes groups of events and waits until the stream has them; it answers one error per group. A group with an
// event that can never be published is Hopeless (see IsHopeless) and the others go on; when the bus fails, they fail too.
func (b *Bus) PublishEach(ctx context.Context, groups ...[]Event) []error {
	errs := make([]error, len(groups))
	futures := make([][]jetstream.PubAckFuture, len(groups))
	var down error
	for i, events := range groups {
		if errs[i] = down; down != nil {
			continue
		}
		if futures[i], errs[i] = b.sendAll(events); errs[i] != nil && !IsHopeless(errs[i]) {
			down = errs[i]
		}
	}
	for i, group := range futures {
		if err := b.acknowledged(ctx, group); err != nil {
			errs[i] = err
		}
	}
	return errs
}

// sendAll sends events in their order up to the first that fails.
func (b *Bus) sendAll(events []Event) (sent []jetstream.PubAckFuture, err error) {
	for _, e := range events {
		f, err := b.send(e)
		if err != nil {
			return sent, err
		}
		sent = append(sent, f)
	}
	return sent, nil
}

// acknowledged waits until the stream has all of them and returns the last error.
func (b *Bus) acknowledged(ctx context.Context, futures []jetstream.PubAckFuture) (failed error) {
	for _, f := range futures {
		select {
		case <-f.Ok():
			b.took(1)
		case err := <-f.Err():
			b.refused(1)
			failed = fmt.Errorf("publish to %s: %w", f.Msg().Subject, err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return failed
}

func (b *Bus) send(e Event) (jetstream.PubAckFuture, error) {
	raw, err := e.encode()
	if err != nil {
		return nil, Hopeless(err)
	}
	m := &nats.Msg{Subject: e.Subject, Data: raw, Header: nats.Header{"Nats-Msg-Id": {e.ID}, "content-type": {"application/cloudevents+json"}}}
	f, err := b.js.PublishMsgAsync(m)
	if err == nil {
		return f, nil
	}
	b.failed.Add(1)
	err = fmt.Errorf("publish %s: %w", e.ID, err)
	if errors.Is(err, nats.ErrMaxPayload) || errors.Is(err, nats.ErrBadSubject) {
		return nil, Hopeless(err)
	}
	return nil, err
}

// took notes that the stream has taken events.
func (b *Bus) took(n uint64) {
	b.published.Add(n)
	b.good.Store(b.cfg.Now().UnixNano())
}

// refused notes that it has not, and asks for a look at the bus.
func (b *Bus) refused(n uint64) {
	b.failed.Add(n)
	b.Wake()
}

// Announce publishes the events without waiting; done is called once, with nil when the stream has them all. It never
// blocks: when the bus is away or too much is in flight, done is told so at once.
func (b *Bus) Announce(events []Event, done func(error)) {
	if b.conn.Status() != nats.CONNECTED {
		b.failed.Add(uint64(len(events)))
		done(nats.ErrDisconnected)
		return
	}
	if b.js.PublishAsyncPending()+len(events) > maxInFlight-256 || !b.acks.room() {
		b.failed.Add(uint64(len(events)))
		done(ErrFull)
		return
	}
	w := waiting{done: done, bus: b}
	for _, e := range events {
		f, err := b.send(e)
		if err != nil {
			w.failed = err
			break
		}
		w.futures = append(w.futures, f)
	}
	b.acks.add(w)
}

// waiting is one announcement whose acknowledgements are under way.
type waiting struct {
	futures []jetstream.PubAckFuture
	done    func(error)
	failed  error
	bus     *Bus
}

// acks reads acknowledgements in order, in one goroutine for all.
type acks struct {
	queue chan waiting
	wg    sync.WaitGroup
	once  sync.Once
}

func newAcks(n int) *acks {
	a := &acks{queue: make(chan waiting, n)}
	a.wg.Go(func() {
		for w := range a.queue {
			w.done(w.wait())
		}
	})
	return a
}

func (w waiting) wait() error {
	err := w.failed
	for _, f := range w.futures {
		select {
		case <-f.Ok():
			w.bus.took(1)
		case e := <-f.Err():
			w.bus.refused(1)
			err = e
		}
	}
	return err
}

func (a *acks) room() bool { return len(a.queue) < cap(a.queue)-64 }

func (a *acks) add(w waiting) {
	defer func() {
		if recover() != nil { // the bus is closing; the sweep will publish it
			w.done(ErrFull)
		}
	}()
	a.queue <- w
}

func (a *acks) close() {
	a.once.Do(func() { close(a.queue) })
	a.wg.Wait()
}
