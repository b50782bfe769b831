package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
)

// Check is one thing that the service needs, as a look at it found it. Its name is one of a fixed few; Err is for the log alone.
type Check struct {
	Name   string     `json:"name"`
	Failed bool       `json:"failed"`
	Since  *time.Time `json:"since,omitempty"` // when it began to fail
	Last   *time.Time `json:"last,omitempty"`  // when what is done now and then was last done well
	// Aside marks what the service goes on without: it is told, and takes no process out of service.
	Aside bool  `json:"aside,omitempty"`
	Err   error `json:"-"`
}

func failing(cs []Check) bool {
	return slices.ContainsFunc(cs, func(c Check) bool { return c.Failed })
}

// unready reports whether something fails that the service cannot go on without.
func unready(cs []Check) bool {
	return slices.ContainsFunc(cs, func(c Check) bool { return c.Failed && !c.Aside })
}

// ready answers 200 when all that the service needs works, else 503, and says which does not.
func (s *Server) ready(c *fiber.Ctx) error {
	checks := s.Ready(c.UserContext())
	ready := !unready(checks)
	c.Set(fiber.HeaderCacheControl, "no-store")
	if !ready {
		c.Status(http.StatusServiceUnavailable)
	}
	return c.JSON(struct {
		Ready  bool    `json:"ready"`
		Checks []Check `json:"checks"`
	}{ready, checks})
}

// healthPage says to the administrator what fails, since when, and what to do.
type healthPage struct {
	page
	Checks []Check
	Well   bool
}

func (s *Server) showHealth(c *fiber.Ctx) error {
	if who := staffOf(c); !slices.Contains(who.Roles, office.Admin) {
		return fiber.ErrNotFound
	}
	checks := s.Ready(c.UserContext())
	return s.render(c, "staff/health", healthPage{page: s.page(c, "page.health.title"), Checks: checks, Well: !failing(checks)})
}
