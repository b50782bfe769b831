package caseworktest

import (
	"context"
	"slices"
	"sync"
	"time"

	"tiepdan/internal/domain/casework"
)

// Accesses keeps what was shown, in memory.
type Accesses struct {
	mu   sync.Mutex
	byID map[string]casework.Access
	// FailSet is what SetAccess answers, if set.
	FailSet error
}

// AddAccess keeps a new access.
func (m *Accesses) AddAccess(_ context.Context, a *casework.Access) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byID == nil {
		m.byID = map[string]casework.Access{}
	}
	if _, have := m.byID[a.ID]; have {
		return casework.ErrStale
	}
	m.byID[a.ID] = *a
	return nil
}

// SetAccess stores a changed access over the version before it.
func (m *Accesses) SetAccess(_ context.Context, a *casework.Access) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.FailSet != nil {
		return m.FailSet
	}
	if m.byID[a.ID].V != a.V-1 {
		return casework.ErrStale
	}
	m.byID[a.ID] = *a
	return nil
}

// GetAccess reads one.
func (m *Accesses) GetAccess(_ context.Context, id string) (*casework.Access, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.byID[id]
	if !ok {
		return nil, &casework.Error{Code: casework.NotFound, Key: "error.not_found"}
	}
	return &a, nil
}

// ListAccesses lists them, the newest first, in one page.
func (m *Accesses) ListAccesses(_ context.Context, kind, seat, _ string, limit int) ([]*casework.Access, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []*casework.Access
	for _, a := range m.byID {
		if a.Kind == kind && a.Seat == seat {
			out = append(out, &a)
		}
	}
	slices.SortFunc(out, func(a, b *casework.Access) int { return b.At.Compare(a.At) })
	return out[:min(len(out), limit)], "", nil
}

// Gathering reads the openings that parts may be brought to.
func (m *Accesses) Gathering(_ context.Context, now time.Time) ([]*casework.Access, error) {
	return m.gathering(func(until time.Time) bool { return !until.Before(now) }), nil
}

// Gathered reads those whose time is over.
func (m *Accesses) Gathered(_ context.Context, now time.Time) ([]*casework.Access, error) {
	return m.gathering(func(until time.Time) bool { return until.Before(now) }), nil
}

func (m *Accesses) gathering(is func(time.Time) bool) (out []*casework.Access) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.byID {
		if a.PartsUntil != nil && is(*a.PartsUntil) {
			out = append(out, &a)
		}
	}
	return out
}
