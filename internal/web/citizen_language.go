package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"
)

// tongue is a language to choose, by the name that its own catalog gives it.
type tongue struct{ Tag, Name string }

// tongues lists the languages that pages can be read in besides one.
func (s *Server) tongues(but string) []tongue {
	var out []tongue
	for _, l := range s.Words.Langs() {
		if l == but {
			continue
		}
		key := "site." + l
		name := s.Words.Say(l, key, nil)
		if name == key {
			name = l // a catalog that does not say how it is called
		}
		out = append(out, tongue{l, name})
	}
	return out
}

// switchLanguage keeps the visitor's choice and returns to the page he came from.
func (s *Server) switchLanguage(c *fiber.Ctx) error {
	l := c.FormValue("lang")
	if slices.Contains(s.Words.Langs(), l) {
		s.setCookie(c, langCookie, l, s.Now().AddDate(1, 0, 0))
	}
	return lead(c, c.FormValue("back"))
}
