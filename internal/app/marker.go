package app

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"tiepdan/internal/bus"
	"tiepdan/internal/domain/casework"
)

// marker raises the marks of cases whose entries called for notices in bulk, some seconds after these were written: most such cases change
// again before, and that change carries the mark for nothing. It holds marks in memory only; what a crash takes with it, the sweep finds.
type marker struct {
	desk  *casework.Desk
	now   func() time.Time
	log   *slog.Logger
	mu    sync.Mutex
	marks map[string]pending
	queue []string // ids in the order they came
	added atomic.Int64
}

type pending struct {
	mark casework.Mark
	at   time.Time
}

const (
	markPatience = bus.SyncWithin + 3*time.Second // by then the events are on the disk
	markLatest   = time.Minute
	markBusy     = 50 // announcements in one turn
	markEvery    = 250 * time.Millisecond
	markBatch    = 256
	maxMarks     = 300_000
)

// add notes that all of the case, as it was at that version, has been announced.
func (m *marker) add(mk casework.Mark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.added.Add(1)
	if m.marks == nil {
		m.marks = map[string]pending{}
	}
	was, ok := m.marks[mk.ID]
	if ok && was.mark == mk {
		return // it waits since then
	}
	if !ok {
		if len(m.marks) >= maxMarks {
			return
		}
		m.queue = append(m.queue, mk.ID)
	}
	m.marks[mk.ID] = pending{mark: mk, at: m.now()}
}

// ripe takes a batch when there is time for it: while many cases come in, marks wait, for a minute at most.
func (m *marker) ripe() []casework.Mark {
	if m.added.Swap(0) > markBusy {
		return m.due(markLatest)
	}
	return m.due(markPatience)
}

// due takes up to a batch of marks that have waited long enough.
func (m *marker) due(patience time.Duration) []casework.Mark {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []casework.Mark
	ripe := m.now().Add(-patience)
	for len(m.queue) > 0 && len(out) < markBatch {
		p := m.marks[m.queue[0]]
		if p.at.After(ripe) {
			break
		}
		out = append(out, p.mark)
		delete(m.marks, p.mark.ID)
		m.queue = m.queue[1:]
	}
	if len(m.queue) == 0 {
		m.queue = nil
	}
	return out
}

// run raises marks until ctx ends, and then once more what is left.
func (m *marker) run(ctx context.Context) {
	tick := time.NewTicker(markEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			m.flush(context.WithoutCancel(ctx), 0)
			return
		case <-tick.C:
			m.raise(ctx, m.ripe())
		}
	}
}

// flush raises everything, a bounded number of batches: ending the program must not take long.
func (m *marker) flush(ctx context.Context, patience time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		marks := m.due(patience)
		if len(marks) == 0 {
			return
		}
		m.raise(ctx, marks)
	}
}

func (m *marker) raise(ctx context.Context, marks []casework.Mark) {
	if len(marks) == 0 {
		return
	}
	if _, err := m.desk.Mark(ctx, marks...); err != nil && ctx.Err() == nil {
		m.log.WarnContext(ctx, "which cases are announced could not be noted; they are announced again, which does no harm", "cases", len(marks), "error", err)
	}
}
