package app

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"tiepdan/internal/bus"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/rating"
	"tiepdan/pkg/pace"
)

// tended is what looking after the bus knows from one look to the next.
type tended struct {
	wake chan struct{} // the sweeps are to look now

	mu    sync.Mutex
	last  seenBus
	kept  time.Time // when a look was last kept beside the data
	err   error     // of the last look
	since time.Time // when the looks began to fail
}

// seenBus is a look that found the bus well, as it is kept beside the data: so a loss is noticed over a restart too.
type seenBus struct {
	bus.State
	At time.Time `json:"at"`
}

const (
	seenName  = "stream"
	seenEvery = time.Minute     // between two notes of a stream that is well
	lossSlack = 2 * time.Minute // before the last good look, for what was under way
)

// tendBus looks after the bus until ctx ends. When it had lost what it had, what may be missing is made good.
func (a *App) tendBus(ctx context.Context) {
	if raw, known, err := a.Store.Meta(ctx, seenName); err == nil && known {
		_ = json.Unmarshal([]byte(raw), &a.tended.last) // unreadable is never seen
	}
	a.tended.kept = a.tended.last.At
	a.Bus.Run(ctx, func(s bus.State, err error) {
		before, failed := a.look(ctx, s, err)
		if err != nil {
			return
		}
		lost := !before.At.IsZero() && s.LostSince(before.State)
		if failed || lost {
			a.wakeSweeps()
		}
		if lost && !a.makeGood(ctx, before.At.Add(-lossSlack)) {
			return // the next look finds the loss again
		}
		a.tended.saw(seenBus{State: s, At: a.Now()})
		a.keepSeen(ctx, lost)
	})
}

// look notes how a look ended, and returns the last good one and whether those since then failed.
func (a *App) look(ctx context.Context, s bus.State, err error) (before seenBus, failed bool) {
	a.tended.mu.Lock()
	defer a.tended.mu.Unlock()
	failed = a.tended.err != nil
	a.tended.err = err
	switch {
	case err != nil && !failed:
		a.tended.since = a.Now()
		a.Log.WarnContext(ctx, "the event store does not work: letters are kept and wait to be routed; it is mended by itself if the disk has room and nats-server runs, see /readyz", "error", err)
	case err == nil && failed:
		a.Log.InfoContext(ctx, "the event store works again", "events", s.Events, "failed_for", a.Now().Sub(a.tended.since).Round(time.Second).String())
	}
	return a.tended.last, failed
}

func (t *tended) saw(s seenBus) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = s
}

// keepSeen keeps the last good look beside the data when it is time or after a loss; what fails is tried again at the next.
func (a *App) keepSeen(ctx context.Context, now bool) {
	s := a.tended.last
	if !now && s.At.Sub(a.tended.kept).Abs() < seenEvery {
		return
	}
	if raw, err := json.Marshal(s); err == nil && a.Store.PutMeta(ctx, seenName, string(raw)) == nil {
		a.tended.kept = s.At
	}
}

func (a *App) wakeSweeps() {
	select {
	case a.tended.wake <- struct{}{}:
	default:
	}
}

// makeGood does again what lost events may not have brought about since a time: entries are published once more, under the ids
// they had, ratings counted, and the files purged of what was sealed. All of it may be done any number of times. It reports
// whether all was done; without the worker role it is left to those that have it.
func (a *App) makeGood(ctx context.Context, since time.Time) bool {
	if !a.Config.Has("worker") {
		return true
	}
	a.Log.WarnContext(ctx, "the event store is another than at the last look, or has fewer events than it had; all entries since then are announced again and ratings counted anew, nothing of letters is lost", "since", since.UTC().Format(time.RFC3339))
	n, err := a.announceAgain(ctx, since)
	_, counted := a.Book.Recount(ctx)
	if err = errors.Join(err, counted, a.Store.Purge(ctx)); err != nil {
		a.Log.WarnContext(ctx, "not all could be announced again to the event store; it is tried again within half a minute", "error", err)
		return false
	}
	a.Log.InfoContext(ctx, "all that the event store may lack was announced again", "cases", n)
	return true
}

// announceAgain publishes the entries since a time of all cases that have such, and returns of how many.
func (a *App) announceAgain(ctx context.Context, since time.Time) (n int, err error) {
	var groups [][]bus.Event
	send := func() {
		for _, e := range a.Bus.PublishEach(ctx, groups...) {
			if e != nil && !bus.IsHopeless(e) {
				err = e
			}
		}
		n, groups = n+len(groups), groups[:0]
	}
	read := a.Store.EachCase(ctx, func(c *casework.Case) error {
		if events := eventsSince(c, since); len(events) > 0 {
			groups = append(groups, events)
		}
		if len(groups) == markBatch {
			send()
		}
		return err
	})
	if err == nil && len(groups) > 0 {
		send()
	}
	return n, errors.Join(read, err)
}

// missed are the counters' days whose ratings the bus did not take: they are counted without it.
type missed struct {
	mu   sync.Mutex
	keys map[rating.Key]bool
}

func (m *missed) add(keys ...rating.Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.keys == nil {
		m.keys = map[rating.Key]bool{}
	}
	for _, k := range keys {
		m.keys[k] = true
	}
}

func (m *missed) take() (keys []rating.Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k := range m.keys {
		keys = append(keys, k)
	}
	m.keys = nil
	return keys
}

// countMissed counts the days of ratings that could not be announced, until ctx ends.
func (a *App) countMissed(ctx context.Context) {
	for range pace.Every(ctx, a.Config.Sweep) {
		keys := a.missed.take()
		for i, err := range a.Book.Count(ctx, keys...) {
			if err != nil {
				a.missed.add(keys[i])
			}
		}
	}
}
