package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/register"
	"tiepdan/internal/web/api"
)

// importPage shows what a table would do, or did.
type importPage struct {
	page
	Kind   register.Kind
	Key    string
	Args   map[string]string
	Lines  []register.Imported
	Table  string // what was read, to be carried out
	Counts map[string]int
	Done   bool
	Asks   bool // what it would cost has to be known first
	names  officeNames
}

// Message says what is wrong with a line.
func (p importPage) Message(l register.Imported) string {
	var out []string
	for _, x := range api.InOrder(l.Problems) {
		label := x[0]
		for _, f := range register.Fields(p.Kind) {
			if f.Name == x[0] {
				label = p.names.Label(f)
			}
		}
		out = append(out, label+": "+p.T(x[1]))
	}
	return strings.Join(out, " ")
}

// Columns are the names that a table's first line may have.
func (p importPage) Columns() []string {
	out := []string{"id"}
	for _, f := range register.Fields(p.Kind) {
		out = append(out, f.Name)
	}
	return append(out, "closed")
}

// Problem is what is wrong with the whole.
func (p importPage) Problem() string {
	var args []any
	for k, v := range p.Args {
		args = append(args, k, v)
	}
	return p.T(p.Key, args...)
}

func (s *Server) showImport(k register.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if _, err := s.Register.List(c.UserContext(), staffOf(c), k); err != nil { // whether he may
			return err
		}
		return s.importPage(c, importPage{Kind: k}, nil)
	}
}

func (s *Server) importPage(c *fiber.Ctx, p importPage, problem error) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	f, err := formFault(c, problem)
	if err != nil || f.Status == http.StatusForbidden {
		return problem
	}
	p.page, p.Key, p.Args = s.page(c, "page.import.title"), f.Key, f.Args
	p.names, p.Counts = officeNames{p.page, o, p.Kind}, map[string]int{}
	for _, l := range p.Lines {
		p.Counts[l.Do]++
	}
	return s.render(c, "staff/office_import", p)
}

// importItems reads a table, shows what it would do, and does it when that was seen.
func (s *Server) importItems(k register.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p := importPage{Kind: k}
		var rows [][]string
		var err error
		if text := c.FormValue("table"); text != "" {
			rows, err = register.ReadTable([]byte(text))
		} else {
			rows, err = api.TableOf(c)
		}
		if err != nil {
			return s.importPage(c, p, err)
		}
		raw, err := register.CSV(rows)
		if err != nil {
			return err
		}
		p.Table = string(raw)
		p.Lines, p.Done, err = s.readItems(c, k, rows)
		if err != nil {
			p.Done, p.Asks = false, slices.Contains([]string{register.LosesReader, register.LosesConfirmer}, api.FaultOf(err).Key)
			if !p.Asks {
				p.Lines = nil
			}
			return s.importPage(c, p, err)
		}
		if slices.ContainsFunc(p.Lines, func(l register.Imported) bool { return l.Do == register.Wrong }) {
			p.Done = false
			c.Status(http.StatusUnprocessableEntity)
		}
		return s.importPage(c, p, nil)
	}
}

// readItems carries a table out that was seen, or shows what it would do.
func (s *Server) readItems(c *fiber.Ctx, k register.Kind, rows [][]string) (lines []register.Imported, done bool, err error) {
	if c.FormValue("sure") == "" {
		lines, err = s.Register.Preview(c.UserContext(), staffOf(c), k, rows)
		return lines, false, err
	}
	lines, err = s.Register.Import(c.UserContext(), staffOf(c), k, rows, c.FormValue("known") != "")
	return lines, true, err
}
