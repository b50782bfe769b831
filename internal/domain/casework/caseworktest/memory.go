// Package caseworktest holds a desk that works in memory: what the use cases need from outside, written out by hand and
// strict about versions and unique values, so that tests of the rules need no engine and no bus.
package caseworktest

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"tiepdan/internal/domain/casework"
)

// Cases keeps cases in memory under the contract of casework.Cases.
type Cases struct {
	mu      sync.Mutex
	byID    map[string]*casework.Case
	secrets map[string]*casework.Secrets
	Purged  int // how often Purge was called
	// FailInsert runs before each new case is kept, if set; its error stops it.
	FailInsert func() error
	// BeforeReplace runs before each write of a change, if set: the place to let somebody else be first.
	BeforeReplace func()
}

// Insert keeps a new case, or says which unique value is taken.
func (m *Cases) Insert(_ context.Context, c *casework.Case) error {
	if m.FailInsert != nil {
		if err := m.FailInsert(); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byID == nil {
		m.byID = map[string]*casework.Case{}
	}
	if m.byID[c.ID] != nil {
		return &casework.TakenError{Index: "_id"}
	}
	for _, k := range m.byID {
		if k.Ref == c.Ref {
			return &casework.TakenError{Index: "ref"}
		}
	}
	m.byID[c.ID] = c.Clone()
	return nil
}

// Replace writes each case whose stored version is the one before.
func (m *Cases) Replace(_ context.Context, cs ...*casework.Case) []error {
	if m.BeforeReplace != nil {
		m.BeforeReplace()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	errs := make([]error, len(cs))
	for i, c := range cs {
		was, ok := m.byID[c.ID]
		if !ok || was.V != c.V-1 {
			errs[i] = casework.ErrStale
			continue
		}
		m.byID[c.ID] = c.Clone()
	}
	return errs
}

// Get reads one case by its id.
func (m *Cases) Get(_ context.Context, id string) (*casework.Case, error) {
	return m.first(func(c *casework.Case) bool { return c.ID == id })
}

// ByRef reads one case by its reference.
func (m *Cases) ByRef(_ context.Context, ref string) (*casework.Case, error) {
	return m.first(func(c *casework.Case) bool { return c.Ref == ref })
}

// ByRefs reads those of the cases that exist.
func (m *Cases) ByRefs(_ context.Context, refs ...string) ([]*casework.Case, error) {
	return m.all(func(c *casework.Case) bool { return slices.Contains(refs, c.Ref) }), nil
}

func (m *Cases) first(is func(*casework.Case) bool) (*casework.Case, error) {
	if cs := m.all(is); len(cs) > 0 {
		return cs[0], nil
	}
	return nil, &casework.Error{Code: casework.NotFound, Key: "error.case_not_found"}
}

// Many reads those of the cases that exist.
func (m *Cases) Many(_ context.Context, ids []string) ([]*casework.Case, error) {
	return m.all(func(c *casework.Case) bool { return slices.Contains(ids, c.ID) }), nil
}

// List reads what meets the conditions, by rank; pages are the engines' matter.
func (m *Cases) List(_ context.Context, f casework.Filter) ([]*casework.Case, string, error) {
	out := m.all(func(c *casework.Case) bool {
		return f.Holds(c) && (f.Helper != "" || f.Speaks(c))
	})
	from, _ := strconv.Atoi(f.After) // a cursor is how many came before it
	out = out[min(from, len(out)):]
	if f.Limit > 0 && len(out) > f.Limit {
		return out[:f.Limit], strconv.Itoa(from + f.Limit), nil
	}
	return out, "", nil
}

// Count counts what List finds.
func (m *Cases) Count(_ context.Context, f casework.Filter, by casework.Grouping) ([]casework.Tally, error) {
	f.Words = nil
	return by.Tallied(m.all(f.Holds)), nil
}

// Wary reads the open cases of which it can be in doubt who may read them.
func (m *Cases) Wary(context.Context, string, int) ([]*casework.Case, string, error) {
	return m.all(func(c *casework.Case) bool { return c.WaryAt != nil }), "", nil
}

// Shown reads the cases that Open311 tells of and that changed in the time, the newest first.
func (m *Cases) Shown(_ context.Context, from, to time.Time, _ string, _ int) ([]*casework.Case, string, error) {
	out := m.all(func(c *casework.Case) bool {
		return c.ShownAt != nil && !c.ShownAt.Before(from) && c.ShownAt.Before(to)
	})
	slices.SortStableFunc(out, func(a, b *casework.Case) int { return b.ShownAt.Compare(*a.ShownAt) })
	return out, "", nil
}

// all returns copies of the cases that are meant, by rank.
func (m *Cases) all(is func(*casework.Case) bool) []*casework.Case {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []*casework.Case
	for _, c := range m.byID {
		if is(c) {
			out = append(out, c.Clone())
		}
	}
	slices.SortFunc(out, func(a, b *casework.Case) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Len is how many cases are kept.
func (m *Cases) Len() int { return len(m.all(func(*casework.Case) bool { return true })) }

// PutSecrets keeps the sealed parts of a denunciation.
func (m *Cases) PutSecrets(_ context.Context, s *casework.Secrets) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.secrets == nil {
		m.secrets = map[string]*casework.Secrets{}
	}
	m.secrets[s.ID] = s
	return nil
}

// AddSecrets keeps the sealed parts of a denunciation unless they are there already.
func (m *Cases) AddSecrets(ctx context.Context, s *casework.Secrets) error {
	if _, err := m.Secrets(ctx, s.ID); err == nil {
		return &casework.TakenError{Index: "_id"}
	}
	return m.PutSecrets(ctx, s)
}

// Secrets reads the sealed parts of a denunciation.
func (m *Cases) Secrets(_ context.Context, id string) (*casework.Secrets, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.secrets[id]; ok {
		return s, nil
	}
	return nil, &casework.Error{Code: casework.NotFound, Key: "error.case_not_found"}
}

// EachSecrets changes the sealed parts of all cases.
func (m *Cases) EachSecrets(change func(*casework.Secrets)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.secrets {
		change(s)
	}
}

// Put keeps the case as it is given, whatever was there: tests go back in time with it.
func (m *Cases) Put(c *casework.Case) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.byID[c.ID] = c.Clone()
}

// Purge has no files to clean.
func (m *Cases) Purge(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.Purged++
	return nil
}
