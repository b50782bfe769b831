package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The subjects under which events are published.
const (
	CaseSubject   = "tiepdan.case."
	RatingSubject = "tiepdan.rating."
	probeSubject  = "tiepdan.probe" // proves that the stream takes events; nobody reads it
	// ToldSubject begins the subjects of what others may hear: it lies outside the stream, and is all that an account for reading opens.
	ToldSubject = "tiepdan_events."
)

const streamName = "TIEPDAN"

// The durable consumers.
const (
	Router   = "router"   // routes what was received
	Tallier  = "tallier"  // counts ratings
	Notifier = "notifier" // writes notices
	Sealer   = "sealer"   // ends what a move into or out of the seal began
	Teller   = "teller"   // tells programs of others
)

// streamConfig is the one stream. The window of duplicates is longer than any retry of a writer.
func streamConfig(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: streamName, Subjects: []string{"tiepdan.>"}, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
		MaxAge: 7 * 24 * time.Hour, MaxBytes: 4 << 30, Discard: jetstream.DiscardOld, Duplicates: 2 * time.Minute,
		Replicas: max(replicas, 1), AllowDirect: true, Description: "what happened to cases and ratings",
	}
}

// consumers are the durable readers: several processes share the load of each.
func consumers(told, noticed []string) []jetstream.ConsumerConfig {
	durable := func(name, what string, filters ...string) jetstream.ConsumerConfig {
		return jetstream.ConsumerConfig{
			Durable: name, Description: what, FilterSubjects: filters, AckPolicy: jetstream.AckExplicitPolicy,
			AckWait: 30 * time.Second, MaxDeliver: 20, MaxAckPending: 4096, DeliverPolicy: jetstream.DeliverAllPolicy,
		}
	}
	// No sweep finds a notice that was not written, so its event is never given up.
	notifier := durable(Notifier, "writes notices of what people have to know")
	for _, what := range noticed {
		notifier.FilterSubjects = append(notifier.FilterSubjects, CaseSubject+what)
	}
	notifier.MaxDeliver = -1
	teller := durable(Teller, "tells programs of others what happens", RatingSubject+"recorded")
	teller.MaxDeliver = -1 // nor is this
	for _, what := range told {
		teller.FilterSubjects = append(teller.FilterSubjects, CaseSubject+what)
	}
	return []jetstream.ConsumerConfig{
		notifier, teller,
		durable(Router, "gives received cases to the head of the responsible unit", CaseSubject+"received"),
		durable(Sealer, "files the parts of split letters, takes what was sealed later out of the index", CaseSubject+"split", CaseSubject+"reclassified"),
		durable(Tallier, "counts ratings", RatingSubject+"recorded"),
	}
}

// declare makes stream and consumers what the tables say.
func (b *Bus) declare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	stream, err := b.js.CreateOrUpdateStream(ctx, streamConfig(b.cfg.Replicas))
	if err != nil {
		return fmt.Errorf("declare stream: %w", err)
	}
	for _, c := range consumers(b.cfg.Told, b.cfg.Noticed) {
		if _, err := stream.CreateOrUpdateConsumer(ctx, c); err != nil {
			return fmt.Errorf("declare consumer %s: %w", c.Durable, err)
		}
	}
	return nil
}

// declared reports whether the stream and all consumers are there.
func (b *Bus) declared(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	stream, err := b.js.Stream(ctx, streamName)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look up stream: %w", err)
	}
	for _, c := range consumers(b.cfg.Told, b.cfg.Noticed) {
		switch _, err := stream.Consumer(ctx, c.Durable); {
		case errors.Is(err, jetstream.ErrConsumerNotFound):
			return false, nil
		case err != nil:
			return false, fmt.Errorf("look up consumer %s: %w", c.Durable, err)
		}
	}
	return true, nil
}
