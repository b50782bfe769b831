package bus

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Verdict is what a handler made of an event: nil is done, an error wrapped by Hopeless never comes back, any other error
// comes again after a rest.
type Verdict error

// hopeless marks an error that waiting cannot mend.
type hopeless struct{ error }

func (h hopeless) Unwrap() error { return h.error }

// Hopeless marks err: the event is not delivered again.
func Hopeless(err error) error { return hopeless{err} }

// IsHopeless reports whether waiting cannot mend the error.
func IsHopeless(err error) bool { return errors.As(err, new(hopeless)) }

// maxBatch is how many events a handler is given at once; batchWait how long a batch may gather after its first event.
const (
	maxBatch  = 256
	batchWait = 2 * time.Millisecond
	prefetch  = 1024
)

// Consume hands batches of the durable consumer's events to the handler, which answers one verdict per event, until ctx
// ends and the last batch is done. Several processes share one consumer's events. When the consumer is deleted, or the bus
// was made anew, it begins again.
func (b *Bus) Consume(ctx context.Context, consumer string, handle func(ctx context.Context, events []Event) []error) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		err := b.consume(ctx, consumer, handle)
		if ctx.Err() != nil {
			return
		}
		b.cfg.Log.WarnContext(ctx, "reading events was interrupted and begins again", "consumer", consumer, "error", err)
		b.Wake()
		pause.Reset(againAfter)
	}
}

// againAfter is the rest before a consumer that was interrupted begins again.
const againAfter = 250 * time.Millisecond

// errRenewed and errClosed say why a consumer has to begin again.
var (
	errRenewed = errors.New("stream or consumers were made anew")
	errClosed  = errors.New("consumer is gone")
)

// consume reads until ctx ends, the consumer is gone or the bus was made anew.
func (b *Bus) consume(ctx context.Context, consumer string, handle func(ctx context.Context, events []Event) []error) (why error) {
	renewed := b.whenRenewed()
	c, err := b.lookUp(ctx, consumer)
	if err != nil {
		return err
	}
	work, stop := context.WithCancel(ctx)
	defer stop()
	msgs := make(chan jetstream.Msg, prefetch)
	cc, err := c.Consume(func(m jetstream.Msg) {
		select {
		case msgs <- m:
		case <-work.Done():
			b.told(ctx, m.Nak())
		}
	}, jetstream.PullMaxMessages(prefetch), jetstream.PullHeartbeat(heartbeat), jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
		b.Wake()
		if !errors.Is(err, jetstream.ErrNoHeartbeat) && ctx.Err() == nil {
			b.cfg.Log.WarnContext(ctx, "reading events is disturbed; the bus is looked after", "consumer", consumer, "error", err)
		}
	}))
	if err != nil {
		return fmt.Errorf("consume %s: %w", consumer, err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for work.Err() == nil {
			if batch := gather(work, msgs); len(batch) > 0 {
				b.handle(ctx, batch, handle)
			}
		}
	})
	select {
	case <-ctx.Done():
	case <-cc.Closed():
		why = errClosed
	case <-renewed:
		why = errRenewed
	}
	cc.Stop()
	stop()
	wg.Wait()
	b.giveBack(ctx, cc, msgs)
	return why
}

// heartbeat is how often the server of a silent consumer says that it is there.
const heartbeat = 5 * time.Second

func (b *Bus) lookUp(ctx context.Context, consumer string) (jetstream.Consumer, error) {
	ctx, cancel := context.WithTimeout(ctx, ackWait)
	defer cancel()
	c, err := b.js.Consumer(ctx, streamName, consumer)
	if err != nil {
		return nil, fmt.Errorf("look up consumer %s: %w", consumer, err)
	}
	return c, nil
}

// giveBack returns what was fetched and not begun, when a consumer ends; else it would rest until its time to be
// acknowledged is over.
func (b *Bus) giveBack(ctx context.Context, cc jetstream.ConsumeContext, msgs <-chan jetstream.Msg) {
	for {
		select {
		case m := <-msgs:
			b.told(ctx, m.Nak())
		case <-cc.Closed():
			for len(msgs) > 0 {
				b.told(ctx, (<-msgs).Nak())
			}
			return
		}
	}
}

// gather waits for one message and takes what else is there.
func gather(ctx context.Context, msgs <-chan jetstream.Msg) []jetstream.Msg {
	var out []jetstream.Msg
	select {
	case m := <-msgs:
		out = append(out, m)
	case <-ctx.Done():
		return nil
	}
	for len(out) < maxBatch {
		select {
		case m := <-msgs:
			out = append(out, m)
		default:
			return out
		}
	}
	return out
}

func (b *Bus) handle(ctx context.Context, batch []jetstream.Msg, handle func(context.Context, []Event) []error) {
	events := make([]Event, 0, len(batch))
	msgs := make([]jetstream.Msg, 0, len(batch))
	for _, m := range batch {
		e, err := decode(m.Data())
		if err != nil {
			b.cfg.Log.WarnContext(ctx, "an event that is not ours is left out; look who else publishes under tiepdan.", "subject", m.Subject(), "error", err)
			b.told(ctx, m.TermWithReason("unreadable"))
			continue
		}
		if meta, err := m.Metadata(); err == nil {
			e.Tries = meta.NumDelivered
		}
		events, msgs = append(events, e), append(msgs, m)
	}
	verdicts := b.safely(ctx, events, handle)
	for i, m := range msgs {
		b.verdict(ctx, m, events[i], verdicts[i])
	}
}

// safely turns a panic of the handler into an error for every event of the batch.
func (b *Bus) safely(ctx context.Context, events []Event, handle func(context.Context, []Event) []error) (out []error) {
	defer func() {
		if r := recover(); r != nil {
			out = make([]error, len(events))
			for i := range out {
				out[i] = fmt.Errorf("handler panicked: %v", r)
			}
		}
	}()
	return handle(context.WithoutCancel(ctx), events)
}

func (b *Bus) verdict(ctx context.Context, m jetstream.Msg, e Event, v error) {
	switch {
	case v == nil:
		b.told(ctx, m.Ack())
	case IsHopeless(v):
		b.cfg.Log.WarnContext(ctx, "an event is not handled again: what it is about is gone; tiepdan verify tells whether anything is missing", "event", e.ID, "error", v)
		b.told(ctx, m.TermWithReason("hopeless"))
	default:
		b.again.Add(1)
		b.cfg.Log.InfoContext(ctx, "an event could not be handled yet and comes again by itself", "event", e.ID, "try", e.Tries, "error", v)
		b.told(ctx, m.NakWithDelay(rest(e.Tries)))
	}
}

// told logs an acknowledgement that could not be sent: the event will come again, which does no harm.
func (b *Bus) told(ctx context.Context, err error) {
	if err != nil {
		b.cfg.Log.DebugContext(ctx, "an event was handled, but the event store was not told; it comes again and does no harm", "error", err)
	}
}

// rest grows from a quarter of a second to a minute, with some chance so that a crowd does not return at once.
func rest(tries uint64) time.Duration {
	d := 250 * time.Millisecond << min(tries, 8)
	d = min(d, time.Minute)
	return d/2 + rand.N(d/2) //nolint:gosec // only spreads load
}
