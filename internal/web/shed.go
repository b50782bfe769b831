package web

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/web/api"
)

// crowd is how many requests are worked on at once, unless Config says otherwise. It is far more than keeps two processors busy and
// fills a group of writes, so fewer would serve no more; each one more would only make all wait longer.
const crowd = 128

// wholeBody is how much of a body the server reads with the header. A larger one is read by its handler, as slowly as its sender likes,
// so it takes no place here: with so many slow senders nobody would get in. Uploads have places of their own.
const wholeBody = 8 << 10

// shed answers 503 at once when too many requests are worked on: whoever is let in is served in time, and whoever is not hears when to
// come back before he has waited. They are told different times, so that they do not come back together.
func (s *Server) shed(c *fiber.Ctx) error {
	if n := c.Request().Header.ContentLength(); (n == chunked || n > wholeBody) && c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return c.Next()
	}
	defer s.under.Add(-1)
	if s.under.Add(1) > int64(cmp.Or(s.Crowd, crowd)) {
		return &api.FaultError{Status: http.StatusServiceUnavailable, Key: "error.busy", Wait: 2*time.Second + rand.N(4*time.Second)} //nolint:gosec // chance, not secrecy
	}
	return c.Next()
}
