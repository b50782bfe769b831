package web

import (
	"encoding/base64"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// showContact opens the case with its sender in full; the showing is recorded.
func (s *Server) showContact(c *fiber.Ctx) error {
	contact, err := s.Desk.ShowContact(c.UserContext(), staffOf(c), c.Params("ref"))
	if err != nil {
		return s.casePage(c, err, nil)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Locals("contact", contact)
	return s.casePage(c, nil, nil)
}

// stripPage is a denunciation beside the words its verifiers will read.
type stripPage struct {
	page
	Case  *casework.Case
	Whole casework.Letter
	Blank casework.Letter
	Key   string
	Wrong map[string]string
}

// Problem returns the message for a field, or "".
func (p stripPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

func (s *Server) showStrip(c *fiber.Ctx) error { return s.stripPage(c, nil, nil) }

func (s *Server) stripPage(c *fiber.Ctx, typed *casework.Letter, problem error) error {
	v, l, err := s.Desk.ToStrip(c.UserContext(), staffOf(c), c.Params("ref"))
	if err != nil {
		return err
	}
	p := stripPage{page: s.page(c, "page.strip.title"), Case: v.Case, Whole: v.Letter, Blank: l}
	if typed != nil {
		p.Blank = *typed
	}
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key, p.Wrong = f.Key, f.Fields
	return s.render(c, "staff/strip", p)
}

func (s *Server) strip(c *fiber.Ctx) error {
	rev, _ := strconv.Atoi(c.FormValue("rev")) // not a number is a stale revision
	l := casework.Letter{
		Subject: c.FormValue("subject"), Body: c.FormValue("body"), Location: casework.Location{Address: c.FormValue("location")},
	}
	if _, err := s.Desk.Strip(c.UserContext(), staffOf(c), c.Params("ref"), rev, l); err != nil {
		return s.stripPage(c, &l, err)
	}
	return lead(c, "/staff/cases/"+c.Params("ref"))
}

// accessesPage (lượt mở thông tin) lists what was shown, and the identities that wait for a second person.
type accessesPage struct {
	page
	Kind    string
	Rows    []*casework.Access
	Pager   pager
	Me      string
	Contact *casework.Contact // an identity that is being shown
	Ref     string
	Key     string
	names
}

// MayApprove reports whether this person may be the second one.
func (p accessesPage) MayApprove(a *casework.Access) bool {
	return a.Kind == casework.IdentityOpened && a.Approved == "" && a.By != p.Me && p.Now.Sub(a.At) <= casework.AskLasts
}

// MayShow reports whether this person's request was approved and still holds.
func (p accessesPage) MayShow(a *casework.Access) bool {
	return a.By == p.Me && a.Until != nil && p.Now.Before(*a.Until) && a.Lacks() == 0
}

func (s *Server) showAccesses(c *fiber.Ctx) error {
	return s.accessesPage(c, accessesPage{Kind: c.Query("kind")}, nil)
}

// accesses reads one page of a kind. Where none was asked for it is the identities, which may wait for this person, or the
// contacts when no identity is on his list.
func (s *Server) accesses(c *fiber.Ctx, p *accessesPage) (next string, err error) {
	asked := p.Kind
	if asked == "" {
		p.Kind = casework.IdentityOpened
	}
	p.Rows, next, err = s.Desk.AccessList(c.UserContext(), staffOf(c), p.Kind, c.Query("cursor"))
	if err != nil || asked != "" || len(p.Rows) > 0 {
		return next, err
	}
	contacts, after, err := s.Desk.AccessList(c.UserContext(), staffOf(c), casework.ContactShown, "")
	if len(contacts) > 0 {
		p.Kind, p.Rows, next = casework.ContactShown, contacts, after
	}
	return next, err
}

func (s *Server) accessesPage(c *fiber.Ctx, p accessesPage, problem error) error {
	who := staffOf(c)
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p.page, p.Me, p.names = s.page(c, "page.accesses.title"), who.ID, names{o, lang(c)}
	next, err := s.accesses(c, &p)
	if err != nil {
		return err
	}
	p.Pager = newPager(c, p.page, next, "kind", p.Kind)
	p.Pager.path = "/staff/accesses" // a form of the page may have been sent
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key = f.Key
	return s.render(c, "staff/accesses", p)
}

// openingCookie begins the names of cookies that hold the secret half of an opening's key: the asker's browser keeps it, and
// nobody else.
const openingCookie = "opening-"

func (s *Server) askIdentity(c *fiber.Ctx) error {
	ref := c.Params("ref")
	if err := s.proveAgain(c); err != nil {
		return s.casePage(c, err, map[string]string{"reason": c.FormValue("reason")})
	}
	a, err := s.Desk.AskIdentity(c.UserContext(), staffOf(c), ref, c.FormValue("reason"))
	if err != nil {
		return s.casePage(c, err, map[string]string{"reason": c.FormValue("reason")})
	}
	if len(a.Key) > 0 {
		s.setCookie(c, openingCookie+a.ID, base64.RawURLEncoding.EncodeToString(a.Key), s.Now().Add(casework.AskLasts+casework.GatherWithin))
	}
	return lead(c, "/staff/accesses?kind="+casework.IdentityOpened)
}

func (s *Server) approveIdentity(c *fiber.Ctx) error {
	p := accessesPage{Kind: casework.IdentityOpened}
	if err := s.proveAgain(c); err != nil {
		return s.accessesPage(c, p, err)
	}
	if _, err := s.Desk.ApproveOpening(c.UserContext(), staffOf(c), c.Params("id"), c.FormValue("sender") == "yes"); err != nil {
		return s.accessesPage(c, p, err)
	}
	return lead(c, "/staff/accesses?kind="+p.Kind)
}

func (s *Server) showIdentity(c *fiber.Ctx) error {
	p := accessesPage{Kind: casework.IdentityOpened}
	if err := s.proveAgain(c); err != nil {
		return s.accessesPage(c, p, err)
	}
	key, _ := base64.RawURLEncoding.DecodeString(c.Cookies(openingCookie + c.Params("id"))) // a damaged one opens nothing
	contact, err := s.Desk.ShowIdentity(c.UserContext(), staffOf(c), c.Params("id"), key)
	if err == nil {
		p.Contact = &contact
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return s.accessesPage(c, p, err)
}

// mayStrip reports whether this person prepares the words for the verifiers.
func mayStrip(v casework.Opened) bool { return v.Case.Kind.Secret() && !v.Hidden && !v.Blanked }

// mayAsk reports whether this person may ask for the denouncer's identity.
func mayAsk(o *office.Office, who office.Staff, p casePage) bool {
	c := p.Opened.Case
	return c.Guarded() && !c.Anonymous && o.May(who, office.AskIdentity, c.File(), p.Now)
}
