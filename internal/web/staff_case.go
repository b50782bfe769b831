package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// casePage is one case with the moves open to this person.
type casePage struct {
	page
	Opened    casework.Opened
	Unitcases []office.Staff
	Units     []office.Unit
	Team      []office.Staff // who may be in a verification team
	People    []unitPeople   // everybody, by unit: whom a case may be about
	Judge     office.Judge   // who may decide it
	Actions   casework.Actions
	Papers    []*casework.Paper
	Types     []string // of papers that may be begun; none where this person writes none
	Related   []casework.Link
	Refused   []refusedFile // files of the form before that were not kept
	Adds      bool          // this person may add files
	MayStrip  bool
	MayAsk    bool
	Key       string
	Wrong     map[string]string
	Move      string // the move whose form had the mistake
	Typed     map[string]string
	Next      string // where a move leads when it is done; empty for the case itself
	names
}

// Problem returns the message for a field of the failed move, or "".
func (p casePage) Problem(move, field string) string {
	if key, ok := p.Wrong[field]; ok && move == p.Move {
		return p.T(key)
	}
	return ""
}

// Value returns what was typed into a field of the failed move.
func (p casePage) Value(move, field string) string {
	if move == p.Move {
		return p.Typed[field]
	}
	return ""
}

// Chosen reports whether the value was chosen in the failed move's form, or is what an empty one begins with.
func (p casePage) Chosen(move string, a law.Ask, value string) bool {
	if move != p.Move {
		return p.Opened.Case.FirstOf(a) == value
	}
	return slices.Contains(strings.Split(p.Value(move, a.Name), ","), value)
}

// moveForm is one move with its form.
type moveForm struct {
	casePage
	M     law.Move
	Leads bool // it is the main action
	Sure  bool // it is hard to take back, so it is asked twice
}

// Form prepares the form of a move.
func (p casePage) Form(m law.Move, leads bool) moveForm {
	return moveForm{casePage: p, M: m, Leads: leads, Sure: m.Stands == law.Danger}
}

// MoveName is what a move is called on this case.
func (p casePage) MoveName(m law.Move) string {
	key := "move." + m.Name
	if m.Name == "refuse" && !p.Opened.Case.Kind.NeedsIdentity() {
		key += ".plain" // "thụ lý" is a word of complaints and denunciations alone
	}
	return p.T(key)
}

// Address is where a move is made: its own page, or its form on this one.
func (p casePage) Address(m law.Move) string {
	if m.Page != "" {
		return "/staff/cases/" + p.Opened.Case.Ref + "/" + m.Page
	}
	return "#do-" + m.Name
}

// Within reports whether the move whose form had a mistake is among these.
func (p casePage) Within(ms []law.Move) bool {
	return slices.ContainsFunc(ms, func(m law.Move) bool { return m.Name == p.Move })
}

// Duty is what the clock on top counts to.
func (p casePage) Duty() string {
	k, ok := p.Opened.Case.Running()
	if !ok || p.Opened.Case.State.Ended() {
		return ""
	}
	return p.T(p.Opened.Case.ClockKey(k.Name))
}

// Writes reports whether this person writes papers on the case, and reads those of others.
func (p casePage) Writes() bool { return p.Opened.OwnFiles }

// Noted are the internal notes.
func (p casePage) Noted() []history.Entry {
	return slices.DeleteFunc(slices.Clone(p.Opened.Case.History), func(e history.Entry) bool { return e.What != "noted" || p.Opened.Notes[e.Seq] == "" })
}

// Event says what happened, to staff: who did it stands in the sentence, and the sender is not spoken to.
func (p casePage) Event(e history.Entry) string {
	who := p.Actor(e.Actor)
	key := "did." + e.What
	if e.What == "refused" && !p.Opened.Case.Kind.NeedsIdentity() {
		key += ".plain"
	}
	if said := p.T(key, "who", who); said != key {
		return said
	}
	return strings.TrimSpace(p.T("event."+e.What) + " " + who)
}

// Choice names one of an ask's values.
func (p casePage) Choice(field, value string) string {
	if field == "kind" || field == "kinds" {
		return p.T("kind." + value)
	}
	return p.T("outcome." + value)
}

// Called are the ids of those whom an internal note called.
func (casePage) Called(e history.Entry) []string { return casework.Called(e) }

// Sent writes to whom something went, which way and when; "" where the entry says nothing of it.
func (p casePage) Sent(e history.Entry) string {
	s, ok := casework.SentBy(e)
	if !ok {
		return p.mailChecks(e)
	}
	words := func(of []string) string {
		out := make([]string, 0, len(of))
		for _, one := range of {
			out = append(out, p.Choice("", one))
		}
		return strings.Join(out, ", ")
	}
	return p.T("case.sent", "to", words(s.To), "way", words(s.Way), "date", p.Date(s.On))
}

// mailChecks writes what was found about the sender of a mail.
func (p casePage) mailChecks(e history.Entry) string {
	var out []string
	for _, check := range casework.MailChecks() {
		if found := e.Data[check]; found != "" {
			out = append(out, p.T("mail.check."+check)+": "+p.T("mail.result."+found))
		}
	}
	return strings.Join(out, " · ")
}

// ByMail reports whether the case came by mail.
func (p casePage) ByMail() bool { return p.Opened.Case.Channel == casework.ByMail }

// Asked is what a move asks for, in words.
func (p casePage) Asked(name string) string {
	if name == "people" {
		return p.AccusedTitle()
	}
	return p.T("ask." + name)
}

// fewChoices are so few that each can be seen at once.
const fewChoices = 3

// Single reports whether an ask is answered by ticking it.
func (casePage) Single(a law.Ask) bool { return len(a.OneOf) == 1 && a.OneOf[0] == "yes" }

// Grouped reports whether an ask is answered with several boxes or buttons.
func (casePage) Grouped(a law.Ask) bool {
	return a.Many || len(a.OneOf) > 0 && len(a.OneOf) <= fewChoices || slices.Contains([]string{"team", "people", "units"}, a.Name)
}

func (s *Server) showCase(c *fiber.Ctx) error { return s.casePage(c, nil, nil) }

func (s *Server) casePage(c *fiber.Ctx, problem error, typed map[string]string) error {
	p, err := s.caseFor(c, c.Params("ref"))
	if err != nil {
		return err
	}
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key, p.Wrong, p.Move, p.Typed, p.Next = f.Key, f.Fields, c.Params("move"), typed, inboxOf(c.FormValue("next"))
	if asksFragment(c) {
		return s.inboxAgain(c, p)
	}
	return s.render(c, "staff/case", p)
}

// caseFor is the case as this person may see it, for its own page and for whatever shows it beside a list: the template "case" takes
// it whole.
func (s *Server) caseFor(c *fiber.Ctx, ref string) (casePage, error) {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return casePage{}, err
	}
	v, err := s.Desk.Open(c.UserContext(), staffOf(c), ref)
	if err != nil {
		return casePage{}, err
	}
	p := casePage{
		page: s.page(c, "site.name"), Opened: v, names: names{o, lang(c)},
		Units: o.Units(), Unitcases: o.Colleagues(v.Case.Unit), Team: team(o, v.Case, s.Now()),
		People: people(o),
	}
	if whole, ok := c.Locals("contact").(casework.Contact); ok {
		p.Opened.Contact, p.Opened.Masked, p.Opened.MayUnmask = whole, false, false
	}
	p.Judge, p.Actions = v.Case.Judge(o, s.Now()), v.Case.Arrange(v.Moves)
	if c.Query("files") == "added" {
		p.Refused = s.refusedFiles(c)
	}
	p.Title = p.caseTitle()
	if p.Related, err = s.Desk.Related(c.UserContext(), staffOf(c), v.Case); err != nil {
		return p, err
	}
	if _, err := s.Desk.AttachableBy(c.UserContext(), staffOf(c), ref); err == nil {
		p.Adds = s.Attachments != nil
	}
	if v.OwnFiles {
		if _, p.Papers, err = s.Desk.PapersOn(c.UserContext(), staffOf(c), ref); err != nil {
			return p, err
		}
		p.Types = v.Case.PaperTypes()
	}
	p.MayStrip, p.MayAsk = mayStrip(v), mayAsk(o, staffOf(c), p)
	return p, nil
}

// CameBy names the way the letter came, with the program that brought it; nothing where nobody noted it.
func (p casePage) CameBy() string {
	channel, program, _ := strings.Cut(p.Opened.Case.Channel, "/")
	key := "channel." + channel
	if said := p.T(key, "name", program); said != key {
		return said
	}
	return ""
}

// caseTitle tells which case it is, among many that are open. No word of what is sealed stands in it: browsers keep titles.
func (p casePage) caseTitle() string {
	c := p.Opened.Case
	if c.Kind.Secret() || c.Subject == "" {
		return c.Ref + " · " + p.T("kind."+string(c.Kind))
	}
	return c.Ref + " · " + c.Subject
}

// move makes a move from its form; a mistake brings the case back with what was typed.
func (s *Server) move(c *fiber.Ctx) error {
	rev, _ := strconv.Atoi(c.FormValue("rev")) // not a number is a stale revision
	args, ref := typedArgs(c), c.Params("ref")
	if law.PageOf(c.Params("move")) == "approve" { // nothing goes out of a page without a preview
		return lead(c, "/staff/cases/"+ref+"/approve")
	}
	after, err := s.Desk.Move(c.UserContext(), staffOf(c), casework.Order{Ref: ref, Rev: rev, Move: c.Params("move"), Args: args})
	if err != nil {
		return s.casePage(c, err, args)
	}
	if next := inboxOf(c.FormValue("next")); next != "" {
		return s.nextLetter(c, next, after)
	}
	return s.moved(c, after)
}

// moved leads back to the case, or, when the move took it out of this person's sight, to his first page with a word about it.
func (s *Server) moved(c *fiber.Ctx, after *casework.Case) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	if !o.May(staffOf(c), office.See, after.File(), s.Now()) {
		return lead(c, "/staff?gone="+url.QueryEscape(after.Ref))
	}
	return lead(c, "/staff/cases/"+after.Ref)
}

// team lists who may verify the case: those who work on cases with the same People's Committee, but nobody it is about.
func team(o *office.Office, c *casework.Case, now time.Time) []office.Staff {
	seat := o.Seat(c.Unit)
	return slices.DeleteFunc(o.AllStaff(), func(s office.Staff) bool {
		return o.Seat(s.Unit) != seat || o.Barred(s, c.File(), now) || !s.Has(office.Officer) && !s.Has(office.Head)
	})
}

// cutStaff returns the staff id in an actor, and whether it is one.
func cutStaff(actor string) (string, bool) { return strings.CutPrefix(actor, history.ByStaff("")) }
