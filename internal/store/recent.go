package store

import (
	"sync"

	"tiepdan/internal/domain/casework"
)

// recent remembers cases that were just filed, for the routing that follows at once in the same process: it spares reading
// and decoding them again. It decides nothing: a case that changed meanwhile is refused as stale when it is written, and
// then read from the database.
type recent struct {
	mu    sync.Mutex
	cases map[string]*casework.Case
	order []string
}

// maxRecent bounds the memory: some ten megabytes.
const maxRecent = 4096

func (r *recent) put(c *casework.Case) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cases == nil {
		r.cases = make(map[string]*casework.Case, maxRecent)
	}
	if len(r.order) >= maxRecent {
		delete(r.cases, r.order[0])
		r.order = r.order[1:]
	}
	r.cases[c.ID] = c
	r.order = append(r.order, c.ID)
}

// take returns the remembered cases among ids and forgets them, and the ids that are not remembered.
func (r *recent) take(ids []string) (found []*casework.Case, missing []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		c, ok := r.cases[id]
		if !ok {
			missing = append(missing, id)
			continue
		}
		delete(r.cases, id)
		found = append(found, c)
	}
	return found, missing
}

func (r *recent) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.cases, id)
}
