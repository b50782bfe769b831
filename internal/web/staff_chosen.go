package web

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/api"
)

// Assigns reports whether the person may assign at all; for each letter his right is looked at when he does.
func (p listPage) Assigns() bool {
	return hasAny(*p.Staff, []office.Role{office.Reception, office.Head}) || len(p.office.Headed(p.Staff.ID, p.Now)) > 0
}

// chosenPage (kết quả phân công) tells for each of the letters that were chosen whether it was assigned, or why not.
type chosenPage struct {
	page
	names
	Done     []string // references
	Held     []refusal
	Receiver string // to whom they went
	To       string // to which unit
	Back     string
}

// assignChosen gives the letters that were chosen to one person or unit. Each goes through the desk by itself: its own right, its own
// state, the version that the list showed. One that cannot go keeps no other from going.
func (s *Server) assignChosen(c *fiber.Ctx) error {
	w := api.Parsed(c.FormValue("where"))
	w.After = c.FormValue("cursor")
	picked := c.Request().PostArgs().PeekMulti("ref")
	to := map[string]string{}
	for _, field := range []string{"unit", "assignee", "note"} {
		if v := strings.TrimSpace(c.FormValue("to_" + field)); v != "" {
			to[field] = v
		}
	}
	chosen := make([]casework.Picked, 0, len(picked))
	for _, v := range picked {
		ref, rev, _ := strings.Cut(string(v), "/")
		n, _ := strconv.Atoi(rev) // not a number is a stale revision
		chosen = append(chosen, casework.Picked{Ref: ref, Rev: n})
	}
	done, held, err := s.Desk.AssignMany(c.UserContext(), staffOf(c), chosen, to)
	if err != nil {
		return s.listPage(c, w, err)
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := chosenPage{page: s.page(c, "page.chosen.title"), names: names{o, lang(c)}, Receiver: to["assignee"], To: to["unit"], Back: "/staff/cases?" + api.Conditions(w).Encode()}
	p.Done = done
	for _, h := range held {
		p.Held = append(p.Held, refusal{h.Ref, api.FaultOf(h.Err).Key})
	}
	return s.render(c, "staff/chosen", p)
}
