package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/casework"
	"tiepdan/internal/office"
	"tiepdan/internal/signin"
	"tiepdan/internal/web/api"
	"tiepdan/pkg/trackcode"
)

type signInPage struct {
	page
	Username string
	Next     string
	NeedsOTP bool
	Chosen   bool // a new password has just been chosen
	Key      string
	Wait     int    // seconds
	Ticket   string // the place that a refusal kept
	Held     string // a form that came after its session had ended, sealed; see heldForm
}

func (s *Server) showSignIn(c *fiber.Ctx) error {
	if err := s.foreseeSignIn(c); err != nil {
		return err
	}
	return s.render(c, "staff/signin", signInPage{page: s.page(c, "page.signin.title"), Next: c.Query("next", "/staff"), Chosen: c.Query("chosen") != ""})
}

// foreseeSignIn asks beforehand whoever comes on a device on which nobody has signed in.
func (s *Server) foreseeSignIn(c *fiber.Ctx) error {
	if c.Cookies(deviceCookie) != "" {
		return nil
	}
	return s.foresee(c, door{name: api.DoorSignIn, place: func(*fiber.Ctx) string { return "" }})
}

func (s *Server) signIn(c *fiber.Ctx) error {
	in := signin.In{
		Username: c.FormValue("username"), Password: c.FormValue("password"), OTP: c.FormValue("otp"),
		Devices: c.Cookies(deviceCookie), Ticket: c.FormValue("ticket"),
	}
	token, who, err := s.api.SignIn(c, in)
	if err == nil {
		s.setCookie(c, staffCookie, token, s.Now().Add(s.Doors.Lasts))
		s.setCookie(c, deviceCookie, s.Doors.Remember(in.Devices, who.ID), s.Now().Add(signin.DeviceLasts))
		if h, ok := s.released(who, c.FormValue("held")); ok {
			return s.showHeld(c, who, token, h)
		}
		if c.FormValue("held") != "" {
			return lead(c, "/staff?lost=yes")
		}
		return lead(c, staffPage(c.FormValue("next")))
	}
	return s.signInAgain(c, err)
}

// signInSays is what this page says instead of what others do: it does not keep a password.
var signInSays = map[string]string{
	"error.proof": "error.sign_in_proof", "error.proof_wrong": "error.sign_in_proof_wrong", "error.too_many_sent": "error.sign_in_many",
}

// signInAgain asks once more; the password is not kept.
func (s *Server) signInAgain(c *fiber.Ctx, problem error) error {
	f := api.FaultOf(problem)
	if f.Question != nil {
		c.Locals(questionKey, f.Question)
	} else if err := s.foreseeSignIn(c); err != nil {
		return err
	}
	p := signInPage{
		page: s.page(c, "page.signin.title"), Username: c.FormValue("username"), Next: c.FormValue("next"), Key: cmp.Or(signInSays[f.Key], f.Key),
		NeedsOTP: errors.Is(problem, signin.ErrNeedsOTP), Held: c.FormValue("held"),
	}
	if w, waits := errors.AsType[*signin.WaitError](problem); waits {
		p.Ticket, p.Wait = w.Ticket, w.Seconds()
	} else if f.Status >= http.StatusInternalServerError && !errors.Is(problem, signin.ErrBusy) {
		return problem
	}
	f.Headers(c)
	c.Status(f.Status)
	return s.render(c, "staff/signin", p)
}

func (s *Server) signOut(c *fiber.Ctx) error {
	if err := s.Doors.SignOut(c.UserContext(), c.Cookies(staffCookie)); err != nil {
		return err
	}
	s.setCookie(c, staffCookie, "", time.Unix(0, 0))
	s.setCookie(c, visitorCookie, token(), time.Time{}) // a sign-in that this browser still holds, sent again, is no longer ours
	c.Set("Clear-Site-Data", `"cache"`)                 // nor does Back show a page that it holds in memory
	return lead(c, "/staff/sign-in")
}

func staffOf(c *fiber.Ctx) office.Staff {
	who, _ := c.Locals("staff").(office.Staff)
	return who
}

// boardPage is the head's first page.
type boardPage struct {
	page
	Board casework.Board
	Gone  string // the reference of the case that a move has just taken out of this person's sight
	Lost  bool   // a form that lay in the sign-in page was another's, or too old
	// Vouching is how many people's standing waits for this person as the second one.
	Vouching int
	names
}

// Receives reports whether this person enters letters.
func (p boardPage) Receives() bool { return p.Staff != nil && p.Staff.Has(office.Reception) }

// names lets templates write units and people by name.
type names struct {
	office *office.Office
	lang   string
}

// Unit is a unit's name, or its id when it is gone.
func (n names) Unit(id string) string {
	if u, ok := n.office.Unit(id); ok {
		return u.Name.In(n.lang)
	}
	return id
}

// Person is a member of staff's name, or his id when he is gone.
func (n names) Person(id string) string {
	if m, ok := n.office.Staff(id); ok {
		return m.Name
	}
	return id
}

// Days is how many days are left until the moment; negative when it has passed.
func (p page) Days(due time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(vietnam).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, vietnam)
	}
	return int(day(due).Sub(day(p.Now)).Hours() / 24)
}

func (s *Server) showBoard(c *fiber.Ctx) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	b, err := s.Desk.Board(c.UserContext(), staffOf(c))
	if err != nil {
		return err
	}
	waiting, err := s.Register.Waiting(c.UserContext(), staffOf(c))
	if err != nil {
		return err
	}
	gone, _ := trackcode.ParseReference(c.Query("gone")) // anything else says nothing
	return s.render(c, "staff/board", boardPage{page: s.page(c, "page.board.title"), Board: b, Gone: gone, Lost: c.Query("lost") == "yes", Vouching: len(waiting), names: names{o, lang(c)}})
}

// listPage is a list with its conditions.
type listPage struct {
	page
	Wanted casework.Wanted
	Cases  []*casework.Case
	Pager  pager
	Wrong  map[string]string
	names
}

func (s *Server) showList(c *fiber.Ctx) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := listPage{page: s.page(c, "page.list.title"), names: names{o, lang(c)}, Wanted: casework.Wanted{
		State: c.Query("state"), Kind: c.Query("kind"), Unit: c.Query("unit"), Assignee: c.Query("assignee"), Due: c.Query("due"),
		Query: c.Query("q"), After: c.Query("cursor"),
	}}
	var next string
	p.Cases, next, err = s.Desk.List(c.UserContext(), staffOf(c), p.Wanted)
	if f := api.FaultOf(err); err != nil && f.Status == http.StatusUnprocessableEntity {
		p.Wrong = f.Fields
		c.Status(f.Status)
	} else if err != nil {
		return err
	}
	w := p.Wanted
	p.Pager = newPager(c, p.page, next, "state", w.State, "kind", w.Kind, "unit", w.Unit, "assignee", w.Assignee, "due", w.Due, "q", w.Query)
	return s.render(c, "staff/list", p)
}

// casePage is one case with the moves open to this person.
type casePage struct {
	page
	Opened    casework.Opened
	Unitcases []office.Staff
	Units     []office.Unit
	Team      []office.Staff // who may be in a verification team
	People    []unitPeople   // everybody, by unit: whom a case may be about
	Judge     office.Judge   // who may decide it
	MayStrip  bool
	MayAsk    bool
	Key       string
	Wrong     map[string]string
	Move      string // the move whose form had the mistake
	Typed     map[string]string
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

// Chosen reports whether the value was chosen in the failed move's form; whether the place is remote is filled in as it is known.
func (p casePage) Chosen(move, field, value string) bool {
	if move != p.Move && field == "remote" {
		return (value == "yes") == p.Opened.Case.Legal.Remote
	}
	return slices.Contains(strings.Split(p.Value(move, field), ","), value)
}

// Choice names one of an ask's values.
func (p casePage) Choice(field, value string) string {
	if field == "kind" || field == "kinds" {
		return p.T("kind." + value)
	}
	return p.T("outcome." + value)
}

// Sent writes to whom something went, which way and when; "" where the entry says nothing of it.
func (p casePage) Sent(e casework.Entry) string {
	s, ok := e.Sent()
	if !ok {
		return ""
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
func (casePage) Single(a casework.Ask) bool { return len(a.OneOf) == 1 && a.OneOf[0] == "yes" }

// Grouped reports whether an ask is answered with several boxes or buttons.
func (casePage) Grouped(a casework.Ask) bool {
	return a.Many || len(a.OneOf) > 0 && len(a.OneOf) <= fewChoices || slices.Contains([]string{"team", "people", "units"}, a.Name)
}

// Script narrows long lists of choices.
func (casePage) Script() string { return "staff.js" }

func (s *Server) showCase(c *fiber.Ctx) error { return s.casePage(c, nil, nil) }

func (s *Server) casePage(c *fiber.Ctx, problem error, typed map[string]string) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	v, err := s.Desk.Open(c.UserContext(), staffOf(c), c.Params("ref"))
	if err != nil {
		return err
	}
	p := casePage{
		page: s.page(c, "page.case.title"), Opened: v, names: names{o, lang(c)}, Typed: typed, Move: c.Params("move"),
		Units: o.Units(), Unitcases: o.Colleagues(v.Case.Unit), Team: team(o, v.Case, s.Now()),
		People: people(o),
	}
	if whole, ok := c.Locals("contact").(casework.Contact); ok {
		p.Opened.Contact, p.Opened.Masked, p.Opened.MayUnmask = whole, false, false
	}
	p.Judge = v.Case.Judge(o, s.Now())
	p.MayStrip, p.MayAsk = mayStrip(v), mayAsk(o, staffOf(c), p)
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key, p.Wrong = f.Key, f.Fields
	return s.render(c, "staff/case", p)
}

// move makes a move from its form; a mistake brings the case back with what was typed.
func (s *Server) move(c *fiber.Ctx) error {
	rev, _ := strconv.Atoi(c.FormValue("rev")) // not a number is a stale revision
	args, ref := typedArgs(c), c.Params("ref")
	after, err := s.Desk.Move(c.UserContext(), staffOf(c), casework.Order{Ref: ref, Rev: rev, Move: c.Params("move"), Args: args})
	if err != nil {
		return s.casePage(c, err, args)
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
func cutStaff(actor string) (string, bool) { return strings.CutPrefix(actor, casework.ByStaff("")) }
