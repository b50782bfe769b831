package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
)

// vouchingPage lists whose standing waits for a second person.
type vouchingPage struct {
	page
	People []office.Staff
	names
}

// Heads names the units that a person heads.
func (p vouchingPage) Heads(id string) string {
	var out []string
	for _, u := range p.office.Heads(id) {
		out = append(out, p.Unit(u))
	}
	return strings.Join(out, ", ")
}

// StandsFor names whom a person stands in for.
func (p vouchingPage) StandsFor(id string) string {
	var out []string
	for _, m := range p.office.StandsFor(id) {
		out = append(out, p.Person(m))
	}
	return strings.Join(out, ", ")
}

func (s *Server) showVouching(c *fiber.Ctx) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	list, err := s.Register.Waiting(c.UserContext(), staffOf(c))
	if err != nil {
		return err
	}
	return s.render(c, "staff/vouching", vouchingPage{s.page(c, "page.vouching.title"), list, names{o, lang(c)}})
}

func (s *Server) vouch(c *fiber.Ctx) error {
	if err := s.Register.Vouch(c.UserContext(), staffOf(c), c.Params("id"), version(c)); err != nil {
		return err
	}
	return lead(c, "/staff/vouching")
}
