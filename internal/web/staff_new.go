package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// newPage (tiếp nhận đơn) is where reception enters what came on paper, by phone, in person or from somebody who passed it on.
type newPage struct {
	page
	Form       fileForm
	Channel    string
	Forwarder  string
	On         string
	Counter    string
	Counters   []office.Counter // of his authority
	Files      bool
	Categories []office.Category
	Key        string
	Wrong      map[string]string
}

// Channels lists the ways in which a letter comes to the desk.
func (newPage) Channels() []string { return casework.EnteredChannels() }

// Accept lists what a scan may be.
func (newPage) Accept() string { return filePage{}.Accept() }

// Kinds lists the kinds of letter.
func (newPage) Kinds() []law.Kind { return law.Kinds() }

// Problem returns the message for a field, or "".
func (p newPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

func (s *Server) showNew(c *fiber.Ctx) error {
	return s.newPage(c, fileForm{Key: token()}, nil)
}

func (s *Server) newPage(c *fiber.Ctx, form fileForm, problem error) error {
	if !staffOf(c).Has(office.Reception) {
		return &casework.Error{Code: casework.Forbidden, Key: "error.take_in_forbidden"}
	}
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	elsewhere := func(k office.Counter) bool { return o.Seat(k.Unit) != o.Seat(staffOf(c).Unit) }
	return s.render(c, "staff/new", newPage{
		page: s.page(c, "page.new.title"), Form: form, Channel: c.FormValue("channel"), Forwarder: c.FormValue("forwarder"),
		Counter: c.FormValue("counter"), Counters: slices.DeleteFunc(o.Counters(), elsewhere), Files: s.Attachments != nil,
		On: c.FormValue("received_on"), Categories: o.Categories(), Key: f.Key, Wrong: f.Fields,
	})
}

// takeIn keeps the letter and leads to its receipt, which is printed for whoever brought it.
func (s *Server) takeIn(c *fiber.Ctx) error {
	form := readFileForm(c)
	filed, err := s.Desk.TakeIn(c.UserContext(), staffOf(c), casework.Taken{
		Draft: form.draft(office.Counter{ID: c.FormValue("counter")}, lang(c), ""), Channel: c.FormValue("channel"), On: c.FormValue("received_on"), Forwarder: c.FormValue("forwarder"),
	})
	if err != nil {
		return s.newPage(c, form, err)
	}
	if err := s.setReceipt(c, filed.Code.String()); err != nil {
		return err
	}
	if s.Attachments != nil {
		s.tellRefused(c, s.keepFiles(c, filed.Code.String(), false))
	}
	return lead(c, "/receipt")
}
