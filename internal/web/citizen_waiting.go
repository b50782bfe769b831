package web

import (
	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework/law"
)

// waitingPage lists what this phone still has to send and what it has sent. The list lives on the phone; the server knows
// nothing of it.
type waitingPage struct{ page }

// Script fills the list and sends.
func (waitingPage) Script() string { return "citizen.js" }

// Kinds gives the list its words.
func (waitingPage) Kinds() []law.Kind { return law.Kinds() }

// Installs lets a phone keep the page.
func (waitingPage) Installs() bool { return true }

func (s *Server) showWaiting(c *fiber.Ctx) error {
	return s.render(c, "citizen/waiting", waitingPage{page: s.page(c, "page.waiting.title")})
}
