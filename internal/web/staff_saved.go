package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/api"
)

// named says under which name the person keeps the list.
func (p *listPage) named(c *fiber.Ctx) {
	if d := c.Query("done"); d == "saved" || d == "dropped" {
		p.Done = d
	}
	for _, v := range p.Staff.Saved {
		if api.Saved(v.Query) == p.Wanted {
			p.Name = v.Name
		}
	}
}

// Kept reports whether the person keeps the list by name.
func (p listPage) Kept() bool { return p.Name != "" && p.Key == "" }

// Where is what the list is asked for, as its address has it.
func (p listPage) Where() string { return api.Conditions(p.Wanted).Encode() }

// Saves reports whether there is something to keep: conditions, and no words to search by, which name people.
func (p listPage) Saves() bool {
	return p.Wanted.Query == "" && p.Where() != "" && len(p.Wrong) == 0 && (p.Kept() || len(p.Staff.Saved) < office.MostSaved)
}

// saveView keeps a list by name.
func (s *Server) saveView(c *fiber.Ctx) error {
	w := api.Parsed(c.FormValue("where"))
	if w.Query != "" {
		return s.listPage(c, w, &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.saved_words"})
	}
	if _, err := s.Desk.Count(c.UserContext(), staffOf(c), w); err != nil {
		return s.listPage(c, w, err)
	}
	if err := s.Register.SaveView(c.UserContext(), staffOf(c), office.SavedView{Name: c.FormValue("name"), Query: api.Conditions(w).Encode()}); err != nil {
		return s.listPage(c, w, err)
	}
	return lead(c, savedAddress(w, "saved"))
}

func (s *Server) dropView(c *fiber.Ctx) error {
	if err := s.Register.DropView(c.UserContext(), staffOf(c), c.FormValue("name")); err != nil {
		return err
	}
	return lead(c, savedAddress(api.Saved(c.FormValue("where")), "dropped"))
}

func savedAddress(w casework.Wanted, done string) string {
	q := api.Conditions(w)
	q.Set("done", done)
	return "/staff/cases?" + q.Encode()
}
