// Package live tells open pages of the staff that something changed: only that, never what. A hub hears the bus for one process
// and passes on to each open page what its person may know of.
package live

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// The events of a stream.
const (
	Counts   = "counts"   // look at everything anew
	Case     = "case"     // something happened to a case
	Presence = "presence" // who else looks at a case changed
	Notice   = "notice"   // the person has been told something
)

// ErrFull says that no further page can be told now.
var ErrFull = errors.New("live: too many open pages")

// The bounds of a hub.
const (
	mostStreams  = 2000
	mostOfOne    = 8    // streams of one session; browsers keep six connections
	mostWaiting  = 1000 // cases that wait to be looked at; beyond, everybody looks at everything anew
	mostAtOnce   = 20   // events for one page in one look; beyond, it looks at everything anew
	mostQueued   = 64   // events that a slow reader may leave unread
	gatherWithin = 20 * time.Millisecond
	lookWithin   = 10 * time.Second
)

// Message is one event of a stream: ids only.
type Message struct {
	Event string
	Data  []byte
}

// Hub knows which pages are open in this process and who looks at which case anywhere.
type Hub struct {
	Cases interface {
		Many(ctx context.Context, ids []string) ([]*casework.Case, error)
	}
	Offices interface {
		Office(ctx context.Context) (*office.Office, error)
	}
	Log *slog.Logger
	Now func() time.Time

	mu      sync.Mutex
	streams map[*Stream]bool
	waiting map[string]*change
	missed  bool
	closed  bool
	wake    chan struct{}
	looking map[string]map[string]time.Time // case → staff → until when he is taken to look at it
}

// change is what happened to a case since the hub last looked at it.
type change struct{ moved, seen bool }

// New returns a hub with these fields, which hears nothing before Run.
func New(h *Hub) *Hub {
	return &Hub{
		Cases: h.Cases, Offices: h.Offices, Log: h.Log, Now: h.Now,
		streams: map[*Stream]bool{}, waiting: map[string]*change{}, wake: make(chan struct{}, 1), looking: map[string]map[string]time.Time{},
	}
}

// Run passes on what happens until ctx ends, then ends every stream.
func (h *Hub) Run(ctx context.Context) {
	defer h.Close()
	tick := time.NewTicker(Renew)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			h.forget()
			continue
		case <-h.wake:
		}
		gather := time.NewTimer(gatherWithin)
		select {
		case <-ctx.Done():
			gather.Stop()
			return
		case <-gather.C:
		}
		h.look(ctx)
	}
}

// Changed notes that something happened to a case. Like all that the hub is told it never waits.
func (h *Hub) Changed(id string) { h.note(id, change{moved: true}) }

// Missed notes that something may have happened that was not heard: every page looks at everything anew.
func (h *Hub) Missed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.missed = true
	h.ring()
}

// Told notes that people have been told something.
func (h *Hub) Told(staff ...string) {
	h.each(func(s *Stream) bool { return slices.Contains(staff, s.staff) }, Message{Event: Notice, Data: []byte("{}")})
}

// Ended ends the streams of a session, or with an empty one all of the person's.
func (h *Hub) Ended(session, staff string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		if session != "" && s.session == session || session == "" && s.staff == staff {
			h.drop(s)
		}
	}
}

func (h *Hub) note(id string, c change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.streams) == 0 {
		return
	}
	if len(h.waiting) >= mostWaiting {
		clear(h.waiting)
		h.missed = true
	}
	w, ok := h.waiting[id]
	if !ok {
		w = &change{}
		h.waiting[id] = w
	}
	w.moved, w.seen = w.moved || c.moved, w.seen || c.seen
	h.ring()
}

func (h *Hub) ring() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// each sends a message to the streams that are meant.
func (h *Hub) each(meant func(*Stream) bool, m Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		if meant(s) {
			h.send(s, m)
		}
	}
}

// look reads the cases to which something happened, and tells of each whoever may see it.
func (h *Hub) look(ctx context.Context) {
	h.mu.Lock()
	waiting, missed := h.waiting, h.missed
	h.waiting, h.missed = map[string]*change{}, false
	h.mu.Unlock()
	if !missed {
		err := h.pass(ctx, waiting)
		if err == nil {
			return
		}
		h.Log.WarnContext(ctx, "open pages are not told what changed and look at everything anew", "error", err)
	}
	h.each(func(*Stream) bool { return true }, Message{Event: Counts})
}

// pass tells each stream which of the changed cases it may know of.
func (h *Hub) pass(ctx context.Context, waiting map[string]*change) error {
	if len(waiting) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	ids := make([]string, 0, len(waiting))
	for id := range waiting {
		ids = append(ids, id)
	}
	cs, err := h.Cases.Many(ctx, ids)
	if err != nil {
		return err
	}
	o, err := h.Offices.Office(ctx)
	if err != nil {
		return err
	}
	now := h.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		if who, ok := o.Staff(s.staff); ok {
			h.tell(s, slices.DeleteFunc(slices.Clone(cs), func(c *casework.Case) bool { return !o.May(who, office.See, c.File(), now) }), waiting)
		}
	}
	return nil
}

// tell sends a stream what happened to the cases that its person may see.
func (h *Hub) tell(s *Stream, seen []*casework.Case, waiting map[string]*change) {
	var out []Message
	for _, c := range seen {
		out = append(out, h.messages(s, c, waiting[c.ID])...)
	}
	if len(out) > mostAtOnce {
		out = []Message{{Event: Counts}}
	}
	for _, m := range out {
		h.send(s, m)
	}
}

// messages are what a stream is told of a case that its person may see; of who looks at it only who looks too.
func (h *Hub) messages(s *Stream, c *casework.Case, w *change) (out []Message) {
	if w.moved {
		out = append(out, Message{Event: Case, Data: about(c)})
	}
	if _, looks := h.looking[c.ID][s.staff]; w.seen && looks {
		out = append(out, Message{Event: Presence, Data: about(c)})
	}
	return out
}

// about names a case as people do.
func about(c *casework.Case) []byte {
	raw, _ := json.Marshal(struct { // a text and a number
		Ref string `json:"ref"`
		Rev int    `json:"rev"`
	}{c.Ref, c.Rev()})
	return raw
}
