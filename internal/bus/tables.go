package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The subjects under which events are published.
const (
	CaseSubject   = "tiepdan.case."
	RatingSubject = "tiepdan.rating."
)

// The durable consumers.
const (
	Router   = "router"   // routes what was received
	Tallier  = "tallier"  // counts ratings
	Notifier = "notifier" // writes notices
	Sealer   = "sealer"   // ends what a move into or out of the seal began
)

// streamConfig is the one stream. The window of duplicates is longer than any retry of a writer.
func streamConfig(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: "TIEPDAN", Subjects: []string{"tiepdan.>"}, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
		MaxAge: 7 * 24 * time.Hour, MaxBytes: 4 << 30, Discard: jetstream.DiscardOld, Duplicates: 2 * time.Minute,
		Replicas: max(replicas, 1), AllowDirect: true, Description: "what happened to cases and ratings",
	}
}

// consumers are the durable readers: several processes share the load of each.
func consumers() []jetstream.ConsumerConfig {
	durable := func(name, what string, filters ...string) jetstream.ConsumerConfig {
		return jetstream.ConsumerConfig{
			Durable: name, Description: what, FilterSubjects: filters, AckPolicy: jetstream.AckExplicitPolicy,
			AckWait: 30 * time.Second, MaxDeliver: 20, MaxAckPending: 4096, DeliverPolicy: jetstream.DeliverAllPolicy,
		}
	}
	// No sweep finds a notice that was not written, so its event is never given up.
	notifier := durable(Notifier, "writes notices of what the watch said", CaseSubject+"warned")
	notifier.MaxDeliver = -1
	return []jetstream.ConsumerConfig{
		notifier,
		durable(Router, "gives received cases to the head of the responsible unit", CaseSubject+"received"),
		durable(Sealer, "files the parts of split letters, takes what was sealed later out of the index", CaseSubject+"split", CaseSubject+"reclassified"),
		durable(Tallier, "counts ratings", RatingSubject+"recorded"),
	}
}

// declare makes stream and consumers what the tables say.
func (b *Bus) declare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	var err error
	if b.stream, err = b.js.CreateOrUpdateStream(ctx, streamConfig(b.cfg.Replicas)); err != nil {
		return fmt.Errorf("declare stream: %w", err)
	}
	for _, c := range consumers() {
		if _, err := b.stream.CreateOrUpdateConsumer(ctx, c); err != nil {
			return fmt.Errorf("declare consumer %s: %w", c.Durable, err)
		}
	}
	return nil
}
