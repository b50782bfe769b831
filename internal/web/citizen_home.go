package web

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/workday"
)

// homePage is the front door for those who come without a QR code: whose office this is, when it is open, and what can be done here.
type homePage struct {
	page
	House    office.House
	Open     opening
	Hours    []workday.Span
	Saturday []workday.Span
	Token    string // leads to the forms of the office as a whole; "" while there is no counter
	Doors    []counterDoor
	Searches bool // there are procedures to look for
}

// counterDoor leads to a counter through the front door.
type counterDoor struct {
	office.Counter
	Unit  office.Name // whose counter it is, where the one before it is another's
	Token string
}

// Installs lets a phone keep the page.
func (homePage) Installs() bool { return true }

// Lean is on: the front door opens fast.
func (homePage) Lean() bool { return true }

// Map is where a map finds an address.
func (page) Map(address string) string {
	return "https://www.google.com/maps/search/?" + url.Values{"api": {"1"}, "query": {address}}.Encode()
}

// Dial is a telephone as a link dials it.
func (page) Dial(phone string) string { return dialled(phone) }

// Spans writes the hours of a day.
func (p page) Spans(day []workday.Span) string {
	clock := func(d time.Duration) string { return p.clock(time.Time{}.Add(d)) }
	out := make([]string, 0, len(day))
	for _, s := range day {
		out = append(out, clock(s.From)+" – "+clock(s.To))
	}
	return strings.Join(out, "; ")
}

// front is what the pages of the front door share.
func (s *Server) front(c *fiber.Ctx, title string) (homePage, error) {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return homePage{}, err
	}
	h := s.Hours()
	p := homePage{page: s.page(c, title), Open: openAt(s.Desk.Calendar(), h, s.Now()), Hours: h.Week, Saturday: h.Saturday, Searches: len(offered(o)) > 0}
	last := ""
	for _, k := range o.Counters() {
		d := counterDoor{Counter: k, Token: s.Stickers.Online(k)}
		if u, ok := o.Unit(k.Unit); ok && u.ID != last {
			d.Unit, last = u.Name, u.ID
		}
		p.Doors = append(p.Doors, d)
	}
	unit := ""
	if len(p.Doors) > 0 {
		unit = p.Doors[0].Counter.Unit
		p.Token = s.Stickers.Online(office.Counter{Unit: unit})
	} else if all := o.Units(); len(all) > 0 {
		unit = all[0].ID
	}
	p.House = o.House(unit)
	return p, nil
}

func (s *Server) showHome(c *fiber.Ctx) error {
	p, err := s.front(c, "page.counter.title")
	if err != nil {
		return err
	}
	return s.render(c, "citizen/home", p)
}

// showWhich asks at which counter somebody was served, before he rates it.
func (s *Server) showWhich(c *fiber.Ctx) error {
	p, err := s.front(c, "page.which.title")
	if err != nil {
		return err
	}
	return s.render(c, "citizen/which", p)
}
