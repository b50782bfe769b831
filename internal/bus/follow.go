package bus

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"
)

// LiveSubject is where what is only for the moment is published: it lies outside the stream, so nothing keeps it.
const LiveSubject = "tiepdan_live."

// Follow hands every event about cases, and everything for the moment, to heard as this process hears it, until ctx ends. Nothing
// of it is durable: what is published while the connection is away is not heard, and missed is called when it is back.
func (b *Bus) Follow(ctx context.Context, heard func(Event), missed func()) error {
	back := b.conn.StatusChanged(nats.CONNECTED)
	defer b.conn.RemoveStatusListener(back)
	for _, subject := range []string{CaseSubject + ">", LiveSubject + ">"} {
		sub, err := b.conn.Subscribe(subject, func(m *nats.Msg) {
			if e, err := decode(m.Data); err == nil { // what is not ours is named in the log by who consumes the stream
				heard(e)
			}
		})
		if err != nil {
			return fmt.Errorf("follow %s: %w", subject, err)
		}
		defer func() { _ = sub.Unsubscribe() }() // a closed connection has no subscriptions
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-back:
			missed()
		}
	}
}

// Tell publishes what is only for the moment. Who does not listen now never hears it, and when the bus is away nobody does.
func (b *Bus) Tell(what, about string, data map[string]string) error {
	e := Event{ID: nats.NewInbox(), Subject: LiveSubject + what, About: about, Time: b.cfg.Now(), Data: data}
	raw, err := e.encode()
	if err != nil {
		return err
	}
	if err := b.conn.Publish(e.Subject, raw); err != nil {
		return fmt.Errorf("publish to %s: %w", e.Subject, err)
	}
	return nil
}
