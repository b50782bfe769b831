package api

import (
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Slow throttles guessing: it counts what an address got wrong and refuses it for a while past a limit. Right codes count
// nothing, so an office whose citizens share one address is not shut out by its own use.
type Slow struct {
	Max int           // mistakes …
	Per time.Duration // … within this time
	Now func() time.Time

	mu   sync.Mutex
	seen map[string]mistakes
}

type mistakes struct {
	n     int
	since time.Time
}

// maxAddresses bounds the memory a flood of addresses can take.
const maxAddresses = 100_000

// Refuses reports whether the address made too many mistakes.
func (s *Slow) Refuses(from string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.seen[from]
	if ok && s.Now().Sub(m.since) > s.Per {
		delete(s.seen, from)
		return false
	}
	return m.n >= s.Max
}

// Wrong counts a mistake.
func (s *Slow) Wrong(from string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil || len(s.seen) >= maxAddresses {
		s.seen = map[string]mistakes{}
	}
	m := s.seen[from]
	if m.n == 0 {
		m.since = s.Now()
	}
	m.n++
	s.seen[from] = m
}

// slowed wraps a call that takes a tracking code.
func (a *API) slowed(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if a.Slow.Refuses(c.IP()) {
			return &FaultError{Status: fiber.StatusTooManyRequests, Key: "error.too_many"}
		}
		err := next(c)
		if err != nil && FaultOf(err).Status == fiber.StatusNotFound {
			a.Slow.Wrong(c.IP())
		}
		return err
	}
}
