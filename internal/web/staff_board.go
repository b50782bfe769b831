package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/api"
)

// firstPages are where a person's day begins: by the first of his roles.
var firstPages = []struct {
	role office.Role
	path string
}{
	{office.Head, "/staff/board"},
	{office.Reception, "/staff/inbox"},
	{office.Officer, "/staff/mine"},
	{office.Inspector, "/staff/cases"},
	{office.Admin, "/staff/admin"},
}

// showFirst leads to where the person's day begins, with what the page before has to say.
func (s *Server) showFirst(c *fiber.Ctx) error {
	to := "/staff/cases"
	for _, h := range firstPages {
		if staffOf(c).Has(h.role) {
			to = h.path
			break
		}
	}
	return lead(c, saying(c, to))
}

// landing is what a person reads on his first page besides.
type landing struct {
	// Vouching is how many people's standing waits for this person as the second one.
	Vouching int
}

// saying carries what a page has to say on to another address.
func saying(c *fiber.Ctx, to string) string {
	said := url.Values{}
	for _, name := range []string{"gone", "lost"} {
		if v := c.Query(name); v != "" {
			said.Set(name, v)
		}
	}
	if len(said) == 0 {
		return to
	}
	if strings.Contains(to, "?") {
		return to + "&" + said.Encode()
	}
	return to + "?" + said.Encode()
}

func (s *Server) landing(c *fiber.Ctx) (landing, error) {
	waiting, err := s.Register.Waiting(c.UserContext(), staffOf(c))
	return landing{Vouching: len(waiting)}, err
}

// boardPage (bảng điều hành) is the head's first page.
type boardPage struct {
	page
	landing
	Board  casework.Board
	Urgent rows // the most urgent of what is late
	names
}

// urgentShown is how many late cases the board itself shows.
const urgentShown = 5

func (s *Server) showBoard(c *fiber.Ctx) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := boardPage{page: s.page(c, "page.board.title"), names: names{o, lang(c)}}
	if p.landing, err = s.landing(c); err != nil {
		return err
	}
	if p.Board, err = s.Desk.Board(c.UserContext(), staffOf(c), c.Query("unit")); err != nil {
		return err
	}
	p.Urgent = rows{page: p.page, names: p.names, Label: "view.overdue"}
	late := casework.Wanted{View: casework.ViewOverdue, Unit: p.Board.Unit, Limit: urgentShown}
	if p.Urgent.Cases, _, err = s.Desk.List(c.UserContext(), staffOf(c), late); err != nil {
		return err
	}
	return s.render(c, "staff/board", p)
}

// Address is where the list of a number is.
func (boardPage) Address(n casework.Counted) string { return listAddress(n.Of) }

// listAddress is where a list is.
func listAddress(w casework.Wanted) string {
	q := api.Conditions(w).Encode()
	if q == "" {
		return "/staff/cases"
	}
	return "/staff/cases?" + q
}

// Class is how a tile looks: late and soon are told by shape and colour too, where there is anything.
func (boardPage) Class(n casework.Counted) string {
	switch {
	case n.N > 0 && n.Of.View == casework.ViewOverdue:
		return "late"
	case n.N > 0 && n.Of.View == casework.ViewSoon:
		return "soon"
	default:
		return ""
	}
}

// Width is a bar's length in hundredths.
func (boardPage) Width(n, of int) int { return 100 * n / max(of, 1) }

// Most is the largest of the ageing groups.
func (p boardPage) Most() int {
	most := 0
	for _, a := range p.Board.Ageing {
		most = max(most, a.N)
	}
	return most
}

// Age names a group of the ageing.
func (p boardPage) Age(a casework.Age) string {
	if a.To == 0 {
		return p.T("board.age_over", "n", a.From)
	}
	return p.T("board.age", "from", a.From, "to", a.To-1)
}

// Waited is how many days ago the oldest came in.
func (p boardPage) Waited(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return p.T("board.days", "n", -p.Days(at))
}

// Share is a part of a whole in percent, or a dash where there is none.
func (boardPage) Share(n, of int) string {
	if of == 0 {
		return "–"
	}
	return strconv.Itoa((200*n+of)/(2*of)) + " %"
}

// MonthName writes a month as people do.
func (boardPage) MonthName(m casework.Month) string {
	at, err := time.Parse("2006-01", m.Month)
	if err != nil {
		return m.Month
	}
	return at.Format("01/2006")
}

// Choices lists the units that the board may be limited to: those with open cases, and the one it is limited to.
func (p boardPage) Choices() []office.Unit {
	var out []office.Unit
	for _, u := range p.office.Units() {
		for _, l := range p.Board.Units {
			if l.ID == u.ID {
				out = append(out, u)
			}
		}
	}
	return out
}

// loadCells are the cells of a unit's or a person's row.
type loadCells struct {
	casework.Load
	LateAt, OpenAt, LateSaid, OpenSaid, Waited string
}

// Load prepares a row.
func (p boardPage) Load(l casework.Load) loadCells {
	return loadCells{
		Load: l, LateAt: p.Address(l.Late), OpenAt: p.Address(l.Open), Waited: p.Waited(l.Oldest),
		LateSaid: p.T("board.late_n", "n", l.Late.N), OpenSaid: p.T("board.open_n", "n", l.Open.N),
	}
}
