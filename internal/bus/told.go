package bus

import (
	"fmt"

	"github.com/nats-io/nats.go"
)

// Told is an event as programs of others hear it.
type Told struct {
	What string // the end of its subject, such as case.answered
	Body []byte // a CloudEvents document
}

// Pass publishes what others may hear now. Nobody keeps it: who does not listen never hears it.
func (b *Bus) Pass(events ...Told) error {
	for _, e := range events {
		m := &nats.Msg{Subject: ToldSubject + e.What, Data: e.Body, Header: nats.Header{"content-type": {"application/cloudevents+json"}}}
		if err := b.conn.PublishMsg(m); err != nil {
			return fmt.Errorf("publish %s for others: %w", e.What, err)
		}
	}
	return nil
}
