package web

import (
	"html/template"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/web/api"
)

// tabletsPage lists the tablets at the counters, and shows the link that enrols another one just after it was made.
type tabletsPage struct {
	page
	Tablets  []rating.Tablet
	Counters []office.Counter
	Counter  string // chosen
	Wrong    map[string]string
	Offer    api.TabletOffer
	Picture  template.URL // of the offered link
	Version  string       // of the page that tablets should show
	names
}

// Problem returns the message for a field, or "".
func (p tabletsPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Silent reports whether the tablet should have said something by now.
func (p tabletsPage) Silent(t rating.Tablet) bool { return t.Silent(p.Now) }

// Old reports whether the tablet shows a page of before; one that said nothing of it yet does not.
func (p tabletsPage) Old(t rating.Tablet) bool {
	return t.Health.Version != "" && t.Health.Version != p.Version
}

// Name is a counter's name, or its id when it is gone.
func (p tabletsPage) Name(id string) string {
	if k, ok := p.office.Counter(id); ok {
		return k.Name.In(p.lang)
	}
	return id
}

func (s *Server) showTablets(c *fiber.Ctx) error { return s.tabletsPage(c, api.TabletOffer{}, nil) }

func (s *Server) tabletsPage(c *fiber.Ctx, offer api.TabletOffer, problem error) error {
	list, err := s.api.ListTablets(c.UserContext(), staffOf(c))
	if err != nil {
		return err
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := tabletsPage{
		page: s.page(c, "page.tablets.title"), Tablets: list, Counters: o.Counters(), Counter: c.FormValue("counter"), Offer: offer, Version: s.version(), names: names{o, lang(c)},
	}
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Wrong = f.Fields
	if offer.URL != "" {
		if p.Picture, err = picture(api.NewQR(offer.URL)); err != nil {
			return err
		}
	}
	return s.render(c, "staff/tablets", p)
}

// offerTablet makes a link and shows it once: it stands in no address and no list.
func (s *Server) offerTablet(c *fiber.Ctx) error {
	offer, err := s.api.OfferTablet(c, staffOf(c), c.FormValue("counter"))
	if f := api.FaultOf(err); err != nil && f.Status != http.StatusUnprocessableEntity {
		return err
	}
	return s.tabletsPage(c, offer, err)
}

func (s *Server) endTablet(c *fiber.Ctx) error {
	if err := s.api.EndTablet(c.UserContext(), staffOf(c), c.Params("id")); err != nil {
		return err
	}
	return lead(c, "/staff/admin/tablets")
}
