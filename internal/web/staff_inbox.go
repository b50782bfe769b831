package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/localpath"
	"tiepdan/pkg/trackcode"
)

const (
	inboxPath = "/staff/inbox"
	inboxRows = 50
	// fragmentHeader asks for a part of a page, and tells that the answer is one.
	fragmentHeader = "X-Fragment"
)

// inboxView is one of the inbox's lists.
type inboxView struct {
	Name   string
	Wanted casework.Wanted
}

// inboxViews are what reception looks through, in the order of a morning.
var inboxViews = []inboxView{
	{"unrouted", casework.Wanted{State: string(law.Triage)}},
	{"new", casework.Wanted{State: string(law.Assigned)}},
	{"late", casework.Wanted{Due: "overdue"}},
}

// inboxPage (tiếp nhận) is a list of letters and one of them beside it.
type inboxPage struct {
	page
	View    string
	Cases   []*casework.Case
	More    string // where the list goes on, if it does
	Picked  bool   // the person chose the letter: on a phone it stands alone
	Case    *casePage
	Alikes  []casework.Alike
	Why     *casework.Why
	Lookers []string
	Did     string // the move that was just made, and of which case
	DidRef  string
	UndoRev int // the revision of that case, where the move may be taken back; 0 where it may not
	names
}

// Views lists the names of the inbox's lists.
func (inboxPage) Views() []string {
	out := make([]string, 0, len(inboxViews))
	for _, v := range inboxViews {
		out = append(out, v.Name)
	}
	return out
}

// At is the address of a letter in the list that is shown.
func (p inboxPage) At(ref string) string { return inboxAt(p.View, ref) }

// Ref is the letter that is shown, or "".
func (p inboxPage) Ref() string {
	if p.Case == nil {
		return ""
	}
	return p.Case.Opened.Case.Ref
}

// Back is where taking back the last move leads: to the case it was made in.
func (p inboxPage) Back() string { return p.At(p.DidRef) }

// Percent is how much of two letters is the same.
func (inboxPage) Percent(a casework.Alike) int { return int(a.Text*100 + .5) }

// Joins reports whether this person may set the letter aside as the same as another.
func (p inboxPage) Joins() bool {
	return p.Case != nil && slices.ContainsFunc(p.Case.Opened.Moves, func(m law.Move) bool { return m.Name == "find_ineligible" })
}

// Assigns reports whether this person may give the letter to a unit.
func (p inboxPage) Assigns() bool {
	return p.Case != nil && slices.ContainsFunc(p.Case.Opened.Moves, func(m law.Move) bool { return m.Name == "assign" })
}

// Category is the name of a rule's category.
func (p inboxPage) Category(id string) string {
	for _, k := range p.office.Categories() {
		if k.ID == id {
			return k.Name.In(p.lang)
		}
	}
	return id
}

// CounterName is the name of a rule's counter.
func (p inboxPage) CounterName(id string) string {
	if k, ok := p.office.Counter(id); ok {
		return k.Name.In(p.lang)
	}
	return id
}

func inboxAt(view, ref string) string {
	at := inboxPath + "?view=" + url.QueryEscape(view)
	if ref != "" {
		at += "&ref=" + url.QueryEscape(ref)
	}
	return at
}

// inboxOf is the address if it is one of the inbox, else "".
func inboxOf(address string) string {
	if clean := localpath.Within(inboxPath, address); strings.HasPrefix(address, inboxPath) {
		return clean
	}
	return ""
}

func asksFragment(c *fiber.Ctx) bool { return c.Get(fragmentHeader) == "inbox" }

func (s *Server) showInbox(c *fiber.Ctx) error {
	ref, _ := trackcode.ParseReference(c.Query("ref"))
	return s.inbox(c, inboxAsked{view: c.Query("view"), ref: ref, after: c.Query("cursor"), did: c.Query("did"), didRef: c.Query("done")})
}

// inboxAsked is what is to be shown.
type inboxAsked struct {
	view, ref, after string
	did, didRef      string
	again            *casePage // a form with a mistake
}

// nextLetter goes on to the letter after the one that was just moved.
func (s *Server) nextLetter(c *fiber.Ctx, next string, moved *casework.Case) error {
	move := c.Params("move")
	if !asksFragment(c) {
		return lead(c, next+"&done="+url.QueryEscape(moved.Ref)+"&did="+url.QueryEscape(move))
	}
	u, err := url.Parse(next)
	if err != nil {
		return lead(c, inboxPath)
	}
	ref, _ := trackcode.ParseReference(u.Query().Get("ref"))
	return s.inbox(c, inboxAsked{view: u.Query().Get("view"), ref: ref, did: move, didRef: moved.Ref})
}

// inboxAgain shows the letter whose form had a mistake, with what was typed.
func (s *Server) inboxAgain(c *fiber.Ctx, p casePage) error {
	view := ""
	if u, err := url.Parse(p.Next); err == nil {
		view = u.Query().Get("view")
	}
	return s.inbox(c, inboxAsked{view: view, ref: p.Opened.Case.Ref, again: &p})
}

func (s *Server) inbox(c *fiber.Ctx, a inboxAsked) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	view := inboxViews[max(0, slices.IndexFunc(inboxViews, func(v inboxView) bool { return v.Name == a.view }))]
	w := view.Wanted
	w.After, w.Limit = a.after, inboxRows
	cs, next, err := s.Desk.List(c.UserContext(), staffOf(c), w)
	if err != nil {
		return err
	}
	p := inboxPage{page: s.page(c, "page.inbox.title"), View: view.Name, Cases: cs, Picked: a.ref != "", names: names{o, lang(c)}}
	if next != "" {
		p.More = inboxAt(view.Name, "") + "&cursor=" + url.QueryEscape(next)
	}
	if err := s.letter(c, &p, a); err != nil {
		return err
	}
	if err := s.justDid(c, &p, a); err != nil {
		return err
	}
	if p.Case != nil {
		p.Title = p.Ref() + " · " + p.Title
	}
	c.Vary(fragmentHeader)
	if asksFragment(c) {
		c.Set(fragmentHeader, "inbox")
		return s.render(c, "staff/inbox_part", p)
	}
	return s.render(c, "staff/inbox", p)
}

// letter puts one letter beside the list: the one that was chosen, or the first. One that has left this person's sight is none.
func (s *Server) letter(c *fiber.Ctx, p *inboxPage, a inboxAsked) error {
	ref := a.ref
	if ref == "" && len(p.Cases) > 0 {
		ref = p.Cases[0].Ref
	}
	switch {
	case a.again != nil:
		p.Case = a.again
	case ref == "":
		return nil
	default:
		shown, err := s.caseFor(c, ref)
		if casework.CodeOf(err) == casework.NotFound {
			if len(p.Cases) > 0 && p.Cases[0].Ref != ref {
				return s.letter(c, p, inboxAsked{})
			}
			return nil
		}
		if err != nil {
			return err
		}
		p.Case = &shown
	}
	p.Case.Next = p.At(p.after(ref))
	return s.beside(c, p)
}

// after is the letter that follows in the list; the one before it at the end.
func (p *inboxPage) after(ref string) string {
	i := slices.IndexFunc(p.Cases, func(c *casework.Case) bool { return c.Ref == ref })
	switch {
	case i >= 0 && i+1 < len(p.Cases):
		return p.Cases[i+1].Ref
	case i > 0:
		return p.Cases[i-1].Ref
	}
	return ""
}

// beside adds what helps to place the letter: where it belongs and why, what is like it, and who else looks at it.
func (s *Server) beside(c *fiber.Ctx, p *inboxPage) (err error) {
	v := p.Case.Opened
	if p.Alikes, err = s.Desk.Alikes(c.UserContext(), staffOf(c), v); err != nil {
		return err
	}
	why, ok, err := s.Desk.Suggest(c.UserContext(), v, p.Alikes)
	if err != nil {
		return err
	}
	if !ok {
		why, ok = casework.WhyThere(p.office, v.Case)
	}
	if ok {
		p.Why = &why
	}
	p.Lookers = s.lookers(p.office, staffOf(c), v.Case)
	return nil
}

// justDid says what was just done, and whether it may be taken back.
func (s *Server) justDid(c *fiber.Ctx, p *inboxPage, a inboxAsked) error {
	ref, ok := trackcode.ParseReference(a.didRef)
	if !ok || !slices.ContainsFunc(law.Moves(), func(m law.Move) bool { return m.Name == a.did && m.By == law.Staff }) {
		return nil
	}
	p.Did, p.DidRef = a.did, ref
	done, err := s.Desk.Find(c.UserContext(), staffOf(c), ref)
	if casework.CodeOf(err) == casework.NotFound {
		return nil // it has left this person's sight
	}
	if err == nil && p.office.May(staffOf(c), office.Triage, done.File(), s.Now()) && done.MayTakeBack(staffOf(c).ID, s.Now()) {
		p.UndoRev = done.Rev()
	}
	return err
}

// Keys are what each key does.
func (inboxPage) Keys() map[string]string {
	out := map[string]string{}
	for key := range strings.FieldsSeq("j k Enter y a c s d x g t p z ?") {
		name := key
		if key == "?" {
			name = "help"
		}
		out[key] = "inbox.key." + strings.ToLower(name)
	}
	return out
}
