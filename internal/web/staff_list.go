package web

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/api"
)

const listPath = "/staff/cases"

// listPage is a list with its conditions.
type listPage struct {
	page
	landing
	Wanted casework.Wanted
	Cases  []*casework.Case
	Count  int // of all pages; negative where nobody counted
	Pager  pager
	Picked []string // references that were ticked, where the form comes back
	Name   string   // under which the list is kept, or was to be
	Done   string
	Key    string // what was wrong with keeping it, or with what was to be done to those chosen
	Wrong  map[string]string
	names
}

func (s *Server) showList(c *fiber.Ctx) error { return s.listPage(c, api.WantedOf(c), nil) }

// listPage shows the list, with what was wrong with a form on it.
func (s *Server) listPage(c *fiber.Ctx, w casework.Wanted, problem error) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := listPage{page: s.page(c, "page.list.title"), names: names{o, lang(c)}, Wanted: w, Count: -1}
	wrong, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key = wrong.Key
	p.named(c)
	for _, v := range c.Request().PostArgs().PeekMulti("ref") {
		ref, _, _ := strings.Cut(string(v), "/")
		p.Picked = append(p.Picked, ref)
	}
	if p.landing, err = s.landing(c); err != nil {
		return err
	}
	next, err := s.fillList(c, &p)
	if f := api.FaultOf(err); err != nil && f.Status == http.StatusUnprocessableEntity {
		p.Wrong = f.Fields
		c.Status(f.Status)
	} else if err != nil {
		return err
	}
	p.Pager = newPager(c, p.page, next, pairs(p.Wanted)...)
	p.Pager.path = listPath // a form that comes back has another
	return s.render(c, "staff/list", p)
}

// fillList reads one page, and on the first one counts all.
func (s *Server) fillList(c *fiber.Ctx, p *listPage) (next string, err error) {
	p.Cases, next, err = s.Desk.List(c.UserContext(), staffOf(c), p.Wanted)
	if err != nil || p.Wanted.After != "" {
		return next, err
	}
	p.Count, err = s.Desk.Count(c.UserContext(), staffOf(c), p.Wanted)
	return next, err
}

// pairs are a list's conditions as names and values in turn.
func pairs(w casework.Wanted) []string {
	var out []string
	for name, v := range api.Conditions(w) {
		out = append(out, name, v[0])
	}
	return out
}

// Export is where the list is as a file.
func (p listPage) Export(as string) string {
	q := api.Conditions(p.Wanted).Encode()
	if q == "" {
		return "/staff/cases." + as
	}
	return "/staff/cases." + as + "?" + q
}

// Finds reports whether the bar shows its own field to search by: this page has one.
func (listPage) Finds() bool { return false }

// More reports whether one of the rarer conditions is set, so that they are not hidden.
func (p listPage) More() bool {
	w := p.Wanted
	return w.From+w.To+w.Category+w.Channel+w.Rating+w.Ended+w.Timely != "" || len(p.Wrong) > 0
}

// Rows prepares cases for the shared table.
func (p listPage) Rows(cs []*casework.Case) rows {
	return rows{page: p.page, names: p.names, Cases: cs, Label: "board.table", Picks: p.Assigns(), Picked: p.Picked}
}

// Views lists the views the list can be narrowed to.
func (listPage) Views() []string { return casework.Views() }

// States lists what the list can be narrowed to.
func (listPage) States() []law.State { return law.States() }

// Kinds lists the kinds the list can be narrowed to.
func (listPage) Kinds() []law.Kind { return law.Kinds() }

// Units lists the units the list can be narrowed to.
func (p listPage) Units() []office.Unit { return p.office.Units() }

// Categories lists the subjects the list can be narrowed to.
func (p listPage) Categories() []office.Category { return p.office.Categories() }

// Channels lists the ways a case may have come.
func (listPage) Channels() []string {
	return []string{"qr", "web", "api", casework.ByMail, casework.ByZalo, casework.ByFacebook, casework.ByComment, "paper", "walk_in", "phone", "forwarded"}
}

// Ratings lists how a citizen may have found the answer.
func (listPage) Ratings() []string { return []string{"low", "good", "any", "1", "2", "3", "4", "5"} }

// People lists whom a case may be with.
func (p listPage) People() []office.Staff {
	var out []office.Staff
	for _, m := range p.office.AllStaff() {
		if m.Has(office.Officer) || m.Has(office.Head) {
			out = append(out, m)
		}
	}
	return out
}

// Problem is the message for a condition that cannot be, or "".
func (p listPage) Problem(field string) string {
	if key := p.Wrong[field]; key != "" {
		return p.T(key)
	}
	return ""
}

// exportList answers the list as a file.
func (s *Server) exportList(as string) fiber.Handler {
	return func(c *fiber.Ctx) error { return s.api.SendCases(c, staffOf(c), as) }
}
