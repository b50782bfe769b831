package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// procedureRow is a procedure as a page shows it.
type procedureRow struct {
	page
	office.Procedure
	At []string // the counters that serve it, by name
}

func (p page) procedures(o *office.Office, list []office.Procedure) []procedureRow {
	out := make([]procedureRow, 0, len(list))
	for _, x := range list {
		row := procedureRow{page: p, Procedure: x}
		for _, id := range x.Counters {
			if k, ok := o.Counter(id); ok {
				row.At = append(row.At, k.Name.In(p.Lang))
			}
		}
		out = append(out, row)
	}
	return out
}

// proceduresPage (thủ tục hành chính) is what can be applied for, searchable with and without tones.
type proceduresPage struct {
	page
	Query      string
	Procedures []procedureRow
	Any        bool
	Links      []office.Link
}

func (s *Server) showProcedures(c *fiber.Ctx) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := proceduresPage{page: s.page(c, "page.procedures.title"), Query: c.Query("q")}
	all := offered(o)
	p.Any, p.Links = len(all) > 0, linksOf(o)
	words := strings.Fields(vntext.Words(p.Query))
	var found []office.Procedure
	for _, x := range all {
		if holdsAll(vntext.Words(strings.Join([]string{x.Name.VI, x.Name.EN, x.Field}, " ")), words) {
			found = append(found, x)
		}
	}
	p.Procedures = p.procedures(o, found)
	return s.render(c, "citizen/procedures", p)
}

// offered is what can be applied for, and what else counters say that they do.
func offered(o *office.Office) []office.Procedure {
	all := o.Procedures()
	names := map[string]bool{}
	for i := range all {
		names[vntext.Words(all[i].Name.VI)] = true
	}
	for _, k := range o.Counters() {
		for _, v := range k.Services {
			if folded := vntext.Words(v.Name.VI); !names[folded] {
				names[folded] = true
				all = append(all, office.Procedure{Name: v.Name, Time: v.Time, Fee: v.Fee, Law: v.Law, Apply: v.URL, Counters: []string{k.ID}})
			}
		}
	}
	return all
}

// linksOf are the pages elsewhere that counters send people to, each once.
func linksOf(o *office.Office) []office.Link {
	var out []office.Link
	for _, k := range o.Counters() {
		for _, l := range k.Links {
			if !slices.ContainsFunc(out, func(x office.Link) bool { return x.URL == l.URL }) {
				out = append(out, l)
			}
		}
	}
	return out
}

// holdsAll reports whether the text has every word, or one that begins with it.
func holdsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(" "+text, " "+w) {
			return false
		}
	}
	return true
}
