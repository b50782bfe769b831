package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/register"
	"tiepdan/internal/web/api"
)

// passwordPage is where a person chooses his password; with a one-time one he sees no other page before.
type passwordPage struct {
	page
	Once  bool
	Key   string
	Wrong map[string]string
	Args  map[string]string
}

// Says is what was wrong as a whole.
func (p passwordPage) Says() string { return p.words(p.Key, p.Args) }

// Least is the least number of characters.
func (passwordPage) Least() int { return register.MinPassword }

// Problem is the message for a field, or "".
func (p passwordPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

func (s *Server) showPassword(c *fiber.Ctx) error { return s.passwordPage(c, nil) }

func (s *Server) passwordPage(c *fiber.Ctx, problem error) error {
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	return s.render(c, "staff/password", passwordPage{s.page(c, "page.password.title"), staffOf(c).OnceUntil != nil, f.Key, f.Fields, f.Args})
}

// choosePassword changes it and signs the person out everywhere.
func (s *Server) choosePassword(c *fiber.Ctx) error {
	if c.FormValue("password") != c.FormValue("again") {
		return s.passwordPage(c, wrongField("again", "error.field.again"))
	}
	if err := s.api.ChoosePassword(c, staffOf(c), c.FormValue("old"), c.FormValue("password")); err != nil {
		return s.passwordPage(c, err)
	}
	s.setCookie(c, staffCookie, "", time.Unix(0, 0))
	return lead(c, "/staff/sign-in?chosen=1")
}

func wrongField(field, key string) error {
	return &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{field: key}}
}
