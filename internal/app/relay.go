package app

import (
	"context"
	"log/slog"
	"strconv"

	"tiepdan/internal/bus"
	"tiepdan/internal/casework"
)

// relay turns history entries into events. It is the announcer of the desk and the publisher of the sweep.
type relay struct {
	bus   *bus.Bus
	marks *marker
	log   *slog.Logger
}

// Announce publishes what is new without waiting. A case that waits for routing is marked by whoever routes it.
func (r *relay) Announce(cs ...*casework.Case) {
	for _, c := range cs {
		events := eventsOf(c)
		if len(events) == 0 {
			continue
		}
		mark, waits := casework.MarkOf(c), c.State == casework.Received
		r.bus.Announce(events, func(err error) {
			switch {
			case err != nil:
				r.log.Debug("left to the sweep", "case", mark.ID, "error", err)
			case !waits:
				r.marks.add(mark)
			}
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

// Hopeless reports whether the error stays however often the event is published.
func (*relay) Hopeless(err error) bool { return bus.IsHopeless(err) }

// eventsOf lists the case's entries after its mark as events: ids only.
func eventsOf(c *casework.Case) []bus.Event {
	fresh := c.Unannounced()
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
