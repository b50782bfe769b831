package live

import (
	"maps"
	"slices"
	"time"
)

// Renew is how often a page says again that somebody looks at a case; after Lasts without a word he is taken to have gone.
const (
	Renew = 15 * time.Second
	Lasts = 40 * time.Second
)

// mostLooking bounds how many cases are known to be looked at.
const mostLooking = 5000

// Look is somebody looking at a case, or going from it.
type Look struct {
	Case, Staff string
	Gone        bool
}

// Seen notes that somebody looks at a case, in whichever process. Who looks at it too is told when that is news.
func (h *Hub) Seen(l Look) {
	h.mu.Lock()
	there, known := h.looking[l.Case]
	_, was := there[l.Staff]
	switch {
	case l.Gone:
		delete(there, l.Staff)
		if len(there) == 0 {
			delete(h.looking, l.Case)
		}
	case known || len(h.looking) < mostLooking:
		if !known {
			there = map[string]time.Time{}
			h.looking[l.Case] = there
		}
		there[l.Staff] = h.Now().Add(Lasts)
	}
	h.mu.Unlock()
	if was == l.Gone {
		h.note(l.Case, change{seen: true})
	}
}

// Looking lists who else than this person looks at the case, in a fixed order.
func (h *Hub) Looking(id, but string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	var out []string
	for _, staff := range slices.Sorted(maps.Keys(h.looking[id])) {
		if staff != but && now.Before(h.looking[id][staff]) {
			out = append(out, staff)
		}
	}
	return out
}

// forget drops those of whom nothing was heard for long.
func (h *Hub) forget() {
	h.mu.Lock()
	now := h.Now()
	var gone []Look
	for id, there := range h.looking {
		for staff, until := range there {
			if !now.Before(until) {
				gone = append(gone, Look{Case: id, Staff: staff, Gone: true})
			}
		}
	}
	h.mu.Unlock()
	for _, l := range gone {
		h.Seen(l)
	}
}
