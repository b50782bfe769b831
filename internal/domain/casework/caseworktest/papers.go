package caseworktest

import (
	"context"
	"slices"
	"sync"

	"tiepdan/internal/domain/casework"
)

// Papers keeps papers and their numbers in memory.
type Papers struct {
	mu      sync.Mutex
	byID    map[string]casework.Paper
	order   []string
	numbers []casework.Number
	// BeforeSet and BeforeNumber run before such a write, if set; an error stops it.
	BeforeSet, BeforeNumber func() error
}

// AddPaper keeps a new paper.
func (m *Papers) AddPaper(_ context.Context, p *casework.Paper) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byID == nil {
		m.byID = map[string]casework.Paper{}
	}
	if _, have := m.byID[p.ID]; have {
		return &casework.TakenError{Index: "_id"}
	}
	m.order = append(m.order, p.ID)
	m.byID[p.ID] = bare(p)
	return nil
}

// SetPaper stores a changed paper over the version before it.
func (m *Papers) SetPaper(_ context.Context, p *casework.Paper) error {
	if m.BeforeSet != nil {
		if err := m.BeforeSet(); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byID[p.ID].V != p.V-1 {
		return casework.ErrStale
	}
	m.byID[p.ID] = bare(p)
	return nil
}

// bare is the paper as it rests: without its opened words.
func bare(p *casework.Paper) casework.Paper {
	out := *p
	out.Said = casework.Wording{}
	return out
}

// PapersOf reads the papers of a case.
func (m *Papers) PapersOf(_ context.Context, id string) (out []*casework.Paper, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range m.order {
		if p := m.byID[name]; p.Case == id {
			out = append(out, &p)
		}
	}
	return out, nil
}

// AddNumber takes a number.
func (m *Papers) AddNumber(_ context.Context, n *casework.Number) error {
	if m.BeforeNumber != nil {
		if err := m.BeforeNumber(); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, had := range m.numbers {
		switch {
		case had.ID == n.ID:
			return &casework.TakenError{Index: "_id"}
		case had.Paper == n.Paper:
			return &casework.TakenError{Index: "paper"}
		}
	}
	m.numbers = append(m.numbers, *n)
	return nil
}

// NumberOf is the number of a paper.
func (m *Papers) NumberOf(_ context.Context, paper string) (*casework.Number, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.numbers, func(n casework.Number) bool { return n.Paper == paper })
	if i < 0 {
		return nil, &casework.Error{Code: casework.NotFound, Key: "error.not_found"}
	}
	n := m.numbers[i]
	return &n, nil
}

// LastNumber is the last one of a series.
func (m *Papers) LastNumber(_ context.Context, book string) (last int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, n := range m.numbers {
		if n.Book == book {
			last = max(last, n.N)
		}
	}
	return last, nil
}

// All are the papers as they rest.
func (m *Papers) All() (out []casework.Paper) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range m.order {
		out = append(out, m.byID[id])
	}
	return out
}
