package pace

import (
	"sync"
	"time"
)

// Seldom lets something that goes on be said once, and again when some time has passed. Many may ask it at once: one of them says it.
type Seldom struct {
	mu   sync.Mutex
	last time.Time
}

// Due reports whether it is to be said now, which is so again after that time, and notes that it was. A clock that is set back keeps it
// silent for no longer.
func (s *Seldom) Due(now time.Time, again time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.last.IsZero() && now.Sub(s.last).Abs() < again {
		return false
	}
	s.last = now
	return true
}
