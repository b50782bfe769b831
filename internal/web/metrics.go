package web

import (
	"crypto/subtle"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// mayMeasure lets through who may read the figures: with a token whoever shows it, without one only a program on this
// machine that speaks for nobody else. To all others there is no such page.
func (s *Server) mayMeasure(c *fiber.Ctx) error {
	if s.MetricToken != "" {
		shown, _ := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
		if subtle.ConstantTimeCompare([]byte(shown), []byte(s.MetricToken)) == 1 {
			return c.Next()
		}
		return fiber.ErrNotFound
	}
	forwarded := c.Get(fiber.HeaderXForwardedFor) + c.Get("Forwarded") + c.Get("X-Real-IP")
	if forwarded != "" || !c.Context().RemoteIP().IsLoopback() {
		return fiber.ErrNotFound
	}
	return c.Next()
}
