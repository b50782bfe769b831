package web

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
)

// minePage (việc của tôi) is an officer's first page: what is his, the most urgent first.
type minePage struct {
	page
	landing
	View  string
	Tabs  []mineTab
	Cases []*casework.Case
	Pager pager
	names
}

// mineTab is one view of one's own cases, with how many there are.
type mineTab struct {
	View  string
	Count int
}

// mineViews are the tabs, the first being the one that is shown unasked.
var mineViews = []string{casework.ViewDue, casework.ViewWaiting, casework.ViewReturned, casework.ViewTeam, casework.ViewDone}

func (s *Server) showMine(c *fiber.Ctx) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := minePage{page: s.page(c, "page.mine.title"), names: names{o, lang(c)}, View: c.Query("view", mineViews[0])}
	if !slices.Contains(mineViews, p.View) {
		return fiber.ErrNotFound
	}
	if p.landing, err = s.landing(c); err != nil {
		return err
	}
	for _, v := range mineViews {
		n, err := s.Desk.Count(c.UserContext(), staffOf(c), casework.Wanted{View: v})
		if err != nil {
			return err
		}
		p.Tabs = append(p.Tabs, mineTab{v, n})
	}
	cs, next, err := s.Desk.List(c.UserContext(), staffOf(c), casework.Wanted{View: p.View, After: c.Query("cursor")})
	if err != nil {
		return err
	}
	p.Cases, p.Pager = cs, newPager(c, p.page, next, "view", p.View)
	return s.render(c, "staff/mine", p)
}

// Groups are the cases by when they fall due; what ended, and what has no order of due times, stands in one.
func (p minePage) Groups() []rows {
	if p.View == casework.ViewDone || p.View == casework.ViewTeam {
		return []rows{{page: p.page, names: p.names, Cases: p.Cases, Label: "view." + p.View}}
	}
	var out []rows
	for _, c := range p.Cases {
		label := p.span(c.DueAt)
		if n := len(out); n == 0 || out[n-1].Label != label {
			out = append(out, rows{page: p.page, names: p.names, Label: label})
		}
		at := &out[len(out)-1]
		at.Cases = append(at.Cases, c)
	}
	return out
}

// span says when something falls due: what is late stands with today's.
func (p minePage) span(due *time.Time) string {
	if due == nil {
		return "mine.later"
	}
	sunday := (7 - int(p.Now.In(vietnam).Weekday())) % 7
	switch n := p.Days(*due); {
	case n <= 0:
		return "mine.today"
	case n <= casework.SoonDays:
		return "mine.soon"
	case n <= sunday:
		return "mine.week"
	default:
		return "mine.later"
	}
}
