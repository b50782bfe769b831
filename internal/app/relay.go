package app

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"tiepdan/internal/bus"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
)

// relay turns history entries into events. It is the announcer of the desk and the publisher of the sweep.
type relay struct {
	bus   *bus.Bus
	store announced
	marks *marker
	log   *slog.Logger
}

// announced is told which writes the bus has all entries of.
type announced interface{ Announced(stamp int64) }

// Announce publishes what is new without waiting. Of what the bus does not acknowledge the store goes on to say that it is owed.
func (r *relay) Announce(cs ...*casework.Case) {
	for _, c := range cs {
		events := eventsOf(c)
		if len(events) == 0 {
			continue
		}
		id, stamp := c.ID, c.Stamp
		r.bus.Announce(events, func(err error) {
			if err != nil {
				r.log.Debug("left to the sweep", "case", id, "error", err)
				return
			}
			r.store.Announced(stamp)
		})
	}
}

// Publish publishes what is new and waits until the bus has it; one error per case.
func (r *relay) Publish(ctx context.Context, cs ...*casework.Case) []error {
	groups := make([][]bus.Event, 0, len(cs))
	for _, c := range cs {
		groups = append(groups, eventsOf(c))
	}
	return r.bus.PublishEach(ctx, groups...)
}

// Raise raises the marks when the bus has had the time to write the events to its disk.
func (r *relay) Raise(marks ...casework.Mark) {
	for _, m := range marks {
		r.marks.add(m)
	}
}

// Hopeless reports whether the error stays however often the event is published.
func (*relay) Hopeless(err error) bool { return bus.IsHopeless(err) }

// eventsOf lists the case's entries after its mark as events: ids only.
func eventsOf(c *casework.Case) []bus.Event { return eventsIn(c, c.Unannounced()) }

// eventsSince lists the case's entries since a time as events, announced or not.
func eventsSince(c *casework.Case, since time.Time) []bus.Event {
	at := slices.IndexFunc(c.History, func(e history.Entry) bool { return !e.At.Before(since) })
	if at < 0 {
		return nil
	}
	return eventsIn(c, c.History[at:])
}

func eventsIn(c *casework.Case, fresh []history.Entry) []bus.Event {
	out := make([]bus.Event, 0, len(fresh))
	for _, e := range fresh {
		seq := strconv.Itoa(e.Seq)
		data := map[string]string{"seq": seq}
		for _, key := range []string{"unit", "assignee"} {
			if v := e.Data[key]; v != "" {
				data[key] = v
			}
		}
		out = append(out, bus.Event{ID: c.ID + "/" + seq, Subject: bus.CaseSubject + e.What, About: c.ID, Time: e.At, Data: data})
	}
	return out
}
