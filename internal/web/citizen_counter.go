package web

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
)

// counterPage is where a counter's QR code leads: whose counter this is, whether it is open, and five plain actions.
type counterPage struct {
	page
	Token   string
	Counter office.Counter
	Unit    office.Unit
	House   office.House
	Open    opening
	// Procedures are what citizens apply for at this counter; its own page shows them.
	Procedures []procedureRow
	office     *office.Office
}

// ServicesHint says what is to be found about the counter's services, and nothing that is not there.
func (p counterPage) ServicesHint() string {
	if slices.ContainsFunc(p.Procedures, func(row procedureRow) bool { return len(row.Papers) > 0 }) {
		return p.T("action.services.papers")
	}
	if len(p.Counter.Services) > 0 || len(p.Procedures) > 0 {
		return p.T("action.services.hint")
	}
	return p.T("action.services.links")
}

// Beside reports whether there is anything to show beside the actions.
func (p counterPage) Beside() bool {
	return len(p.Counter.Services)+len(p.Counter.Links)+len(p.Procedures) > 0
}

// Host is where a link leads, so that nobody is surprised.
func (page) Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// Installs lets a phone keep the counter's page.
func (counterPage) Installs() bool { return true }

// Lean is on: what a sticker leads to opens fast.
func (counterPage) Lean() bool { return true }

func (s *Server) showCounter(c *fiber.Ctx) error {
	p, err := s.counterPage(c, "page.counter.title")
	if err != nil {
		return err
	}
	p.Procedures = p.procedures(p.office, p.office.ProceduresAt(p.Counter.ID))
	return s.render(c, "citizen/counter", p)
}

// counterPage reads the sticker of the address; a forged or revoked one is a page that says where to go.
func (s *Server) counterPage(c *fiber.Ctx, title string) (counterPage, error) {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return counterPage{}, err
	}
	k, err := s.Stickers.Read(o, c.Params("token"))
	if err != nil {
		return counterPage{}, err
	}
	u, _ := o.Unit(k.Unit)
	return counterPage{
		page: s.page(c, title), House: o.House(k.Unit), Token: c.Params("token"), Counter: k, Unit: u, office: o, Open: openAt(s.Desk.Calendar(), s.Hours(), s.Now()),
	}, nil
}
