package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
	"tiepdan/internal/domain/signin"
)

// staffHandler is a handler that knows who calls.
type staffHandler func(c *fiber.Ctx, who office.Staff) error

// errOnce tells whose password somebody else knows what he has to do first.
var errOnce = &FaultError{Status: http.StatusForbidden, Key: "error.password_once"}

// errFactor tells whose role demands a second factor that he has to set one up, and errAgain that something is done by those alone
// who have just proved who they are.
var (
	errFactor = &FaultError{Status: http.StatusForbidden, Key: "error.factor_first"}
	errAgain  = &FaultError{Status: http.StatusForbidden, Key: "error.prove_again"}
	// errTokenNever tells a program that what it asks for is done by its person alone.
	errTokenNever = &FaultError{Status: http.StatusForbidden, Key: "error.token_never"}
)

// staff is what people do in sign-ins of their own, and no access token ever does.
func (a *API) staff(next staffHandler) fiber.Handler { return a.scoped("", next) }

// reads, writes, readsOffice and writesOffice are staff for whoever calls with an access token of the scope as well.
func (a *API) reads(next staffHandler) fiber.Handler { return a.scoped(signin.ReadCases, next) }

func (a *API) writes(next staffHandler) fiber.Handler { return a.scoped(signin.WriteCases, next) }

func (a *API) readsOffice(next staffHandler) fiber.Handler { return a.scoped(signin.ReadOffice, next) }

func (a *API) writesOffice(next staffHandler) fiber.Handler {
	return a.scoped(signin.WriteOffice, func(c *fiber.Ctx, who office.Staff) error {
		if k := kindOf(c); sessionOf(c).Token() && (k == register.People || k == register.Units || k == register.Settings) {
			return errTokenNever // who may come in, what is demanded of him, and who heads a unit, is decided by a person
		}
		return next(c, who)
	})
}

// scoped is caller for whoever has a password of his own, and the second factor that his role demands.
func (a *API) scoped(want signin.Scope, next staffHandler) fiber.Handler {
	return a.caller(want, func(c *fiber.Ctx, who office.Staff) error {
		if who.OnceUntil != nil {
			return errOnce
		}
		o, err := a.Offices.Office(c.UserContext())
		if err != nil {
			return err
		}
		if o.LacksFactor(who) {
			return errFactor
		}
		if sessionOf(c).Token() && (want == signin.ReadCases || want == signin.WriteCases) {
			who.Doubt(who.ID) // lists, counts and notices know no guarded letter either: what nobody has vouched for sees none
		}
		return next(c, who)
	})
}

// proved is staff for whoever has just proved who he is.
func (a *API) proved(next staffHandler) fiber.Handler {
	return a.staff(func(c *fiber.Ctx, who office.Staff) error {
		if !a.Doors.Fresh(sessionOf(c)) {
			return errAgain
		}
		return next(c, who)
	})
}

// sessionKey is where a request keeps its session.
const sessionKey = "api_session"

func sessionOf(c *fiber.Ctx) signin.Session {
	s, _ := c.Locals(sessionKey).(signin.Session)
	return s
}

// prove lets the caller prove once more who he is.
func (a *API) prove(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Password string  `json:"password" validate:"max=1000"`
		OTP      string  `json:"otp" validate:"max=100"`
		Passkey  passkey `json:"passkey"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	err := a.Doors.Prove(c.UserContext(), who, signin.In{Session: sessionOf(c).ID, Password: in.Password, OTP: in.OTP, Passkey: in.Passkey.answer(), From: a.Gate.Client(c), Agent: c.Get(fiber.HeaderUserAgent)})
	if err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}

// anyStaff lets in whoever shows the bearer token of a sign-in.
func (a *API) anyStaff(next staffHandler) fiber.Handler { return a.caller("", next) }

// caller lets in whoever shows a bearer token: of a sign-in, or an access token of the scope. Cookies are for pages only: a JSON call
// never acts on a cookie, so it needs no defence against forged requests.
func (a *API) caller(want signin.Scope, next staffHandler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		who, session, err := a.bearer(c)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderCacheControl, "no-store")
		if err := a.mayCall(c, who, session, want); err != nil {
			return err
		}
		c.Locals(sessionKey, session)
		return next(c, who)
	}
}

// bearer returns whose token the call shows.
func (a *API) bearer(c *fiber.Ctx) (office.Staff, signin.Session, error) {
	token := bearer(c)
	if strings.HasPrefix(token, signin.TokenPrefix) {
		return a.Doors.ByToken(c.UserContext(), token, signin.In{From: a.Gate.Client(c), Agent: c.Get(fiber.HeaderUserAgent)})
	}
	return a.Doors.Who(c.UserContext(), token)
}

// mayCall refuses what an access token is not good for. A case that is, was or came of a denunciation is as good as absent for every
// one of them.
func (a *API) mayCall(c *fiber.Ctx, who office.Staff, session signin.Session, want signin.Scope) error {
	switch {
	case !session.Token():
		return nil
	case want == "":
		return errTokenNever
	case !session.Allows(want):
		return &FaultError{Status: http.StatusForbidden, Key: "error.token_scope", Args: map[string]string{"scope": string(want)}}
	}
	ref := c.Params("ref")
	if ref == "" {
		return nil
	}
	v, err := a.Desk.Open(c.UserContext(), who, ref)
	if err == nil && v.Case.Guarded() {
		err = &casework.Error{Code: casework.NotFound, Key: "error.case_not_found"}
	}
	return err
}

func bearer(c *fiber.Ctx) string {
	scheme, token, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func (a *API) signIn(c *fiber.Ctx) error {
	var in struct {
		Username string  `json:"username" validate:"required_without=Passkey.Token"`
		Password string  `json:"password" validate:"required_without=Passkey.Token,max=1000"`
		Passkey  passkey `json:"passkey"`
		OTP      string  `json:"otp"`
		Ticket   string  `json:"ticket" validate:"max=100"` // the place that a refusal kept
		Device   string  `json:"device" validate:"max=700"` // what an earlier sign-in gave to this program
	}
	if err := read(c, &in); err != nil {
		return err
	}
	token, who, err := a.SignIn(c, signin.In{Username: in.Username, Password: in.Password, OTP: in.OTP, Ticket: in.Ticket, Devices: in.Device, Passkey: in.Passkey.answer()})
	tellTicket(c, err)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(fiber.StatusCreated).JSON(fiber.Map{
		"token": token, "token_type": "Bearer", "expires_at": a.Now().Add(a.Doors.Lasts).UTC(),
		"device": a.Doors.Remember(in.Device, who.ID),
		"staff":  fiber.Map{"id": who.ID, "name": who.Name, "unit": who.Unit, "roles": who.Roles},
	})
}

// SignIn signs somebody in, for pages and API alike. A device on which he has signed in before goes straight on; failures of all
// others have one budget, above which each attempt brings a proof. A passkey cannot be guessed, so it needs none.
func (a *API) SignIn(c *fiber.Ctx, in signin.In) (token string, who office.Staff, err error) {
	in.From, in.Agent = a.Gate.Client(c), c.Get(fiber.HeaderUserAgent)
	known, err := a.Doors.Knows(c.UserContext(), in.Devices, in.Username)
	if err != nil {
		return "", who, err
	}
	failed := func() {}
	if !known && in.Passkey.Token == "" {
		if failed, err = a.Gate.Try(c, DoorSignIn, ""); err != nil {
			return "", who, err
		}
	}
	token, who, err = a.Doors.SignIn(c.UserContext(), in)
	if errors.Is(err, signin.ErrWrong) {
		failed()
	}
	return token, who, err
}

// ticketHeader carries the place that a refused sign-in keeps.
const ticketHeader = "Tiepdan-Ticket"

func tellTicket(c *fiber.Ctx, err error) {
	if w, ok := errors.AsType[*signin.WaitError](err); ok && w.Ticket != "" {
		c.Set(ticketHeader, w.Ticket)
	}
}

// signOutEverywhere ends every session of the caller, this one among them.
func (a *API) signOutEverywhere(c *fiber.Ctx, who office.Staff) error {
	if err := a.Doors.SignOutEverywhere(c.UserContext(), who.ID); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (a *API) signOut(c *fiber.Ctx, _ office.Staff) error {
	if err := a.Doors.SignOut(c.UserContext(), bearer(c)); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// listed is one row of a list.
type listed struct {
	Reference  string     `json:"reference"`
	Kind       string     `json:"kind"`
	Status     string     `json:"status"`
	State      string     `json:"state"`
	Subject    string     `json:"subject"`
	From       string     `json:"from,omitempty"`
	Unit       string     `json:"unit,omitempty"`
	Assignee   string     `json:"assignee,omitempty"`
	Category   string     `json:"category,omitempty"`
	ReceivedAt time.Time  `json:"received_at"`
	DueAt      *time.Time `json:"due_at"`
	Overdue    bool       `json:"overdue"`
	Version    int        `json:"version"`
}

func (a *API) listed(c *casework.Case) listed {
	return listed{
		Reference: c.Ref, Kind: string(c.Kind), Status: string(c.State.Status()), State: string(c.State), Subject: c.Subject,
		From: c.Masked, Unit: c.Unit, Assignee: c.Assignee, Category: c.Category, ReceivedAt: c.ReceivedAt, DueAt: c.DueAt,
		Overdue: c.Overdue(a.Now()), Version: c.Rev(),
	}
}

// opened is one case in full, as far as this person may see it.
type opened struct {
	listed
	Body     string            `json:"body"`
	Location casework.Location `json:"location"`
	Accused  accusedNow        `json:"accused"`
	Contact  *casework.Contact `json:"contact,omitempty"`
	Masked   bool              `json:"contact_masked,omitempty"`
	Guarded  bool              `json:"sender_sealed,omitempty"` // the case is, was or came of a denunciation
	Sealed   bool              `json:"sealed,omitempty"`        // a denunciation's words, not open to this person
	Stripped bool              `json:"stripped,omitempty"`      // its words without what identifies
	Channel  string            `json:"channel,omitempty"`       // how it came
	Passed   string            `json:"forwarder,omitempty"`     // who passed it on
	Remote   *bool             `json:"remote,omitempty"`        // a complaint's place is hard to reach, which gives longer times
	Belated  bool              `json:"belated,omitempty"`       // a second complaint that came after its time
	Excused  string            `json:"excused,omitempty"`       // the obstacle found for it
	Attached []attachment      `json:"attachments,omitempty"`
	Messages []message         `json:"messages"`
	Answer   *answer           `json:"answer"`
	History  []entry           `json:"history"`
	Clocks   []clock           `json:"clocks"`
	Moves    []offered         `json:"moves"`
}

// remote says of a complaint whether its place is hard to reach; the other kinds know no longer times for it.
func remote(c *casework.Case) *bool {
	if c.Kind != law.Complaint {
		return nil
	}
	return &c.Legal.Remote
}

// accusedNow is whom the case is about, as far as that is known.
type accusedNow struct {
	Said     string   `json:"said,omitempty"`     // the sender's words
	People   []string `json:"people,omitempty"`   // staff ids
	Possible []string `json:"possible,omitempty"` // staff ids, while it is not clear
	Units    []string `json:"units,omitempty"`    // unit ids, while it is not clear who of them
	Unclear  bool     `json:"unclear,omitempty"`
}

type entry struct {
	Seq   int       `json:"seq"`
	At    time.Time `json:"at"`
	Actor string    `json:"actor"`
	Event string    `json:"event"`
	Note  string    `json:"note,omitempty"`
	Sent  *sent     `json:"sent,omitempty"`
}

// sent is to whom something went, by their parts in the case, which way and on which day.
type sent struct {
	To  []string `json:"to"`
	Way []string `json:"way"`
	On  string   `json:"on"`
}

func sending(e history.Entry) *sent {
	s, ok := casework.SentBy(e)
	if !ok {
		return nil
	}
	return &sent{To: s.To, Way: s.Way, On: s.On.Format(time.DateOnly)}
}

type clock struct {
	Name    string     `json:"name"`
	Start   time.Time  `json:"start"`
	Due     time.Time  `json:"due_at"`
	Done    *time.Time `json:"done_at,omitempty"`
	Stopped *time.Time `json:"stopped_at,omitempty"` // since when it stands still
	Law     string     `json:"law,omitempty"`
}

type offered struct {
	Move string       `json:"move"`
	Name string       `json:"name"`
	Asks []askedField `json:"asks"`
}

type askedField struct {
	Name     string   `json:"name"`
	Required bool     `json:"required"`
	OneOf    []string `json:"one_of,omitempty"`
}

func (a *API) open(c *fiber.Ctx, who office.Staff) error {
	v, err := a.Desk.Open(c.UserContext(), who, c.Params("ref"))
	if err != nil {
		return err
	}
	return a.show(c, v)
}

func (a *API) show(c *fiber.Ctx, v casework.Opened) error {
	c.Set(fiber.HeaderETag, etag(v.Case.Rev()))
	out := opened{
		listed: a.listed(v.Case), Body: v.Letter.Body, Location: v.Letter.Location, Masked: v.Masked, Guarded: v.Case.Guarded(), Sealed: v.Hidden, Stripped: v.Blanked,
		Channel: v.Case.Channel, Passed: v.Case.Forwarder, Remote: remote(v.Case), Belated: v.Case.Legal.Belated, Excused: v.Case.Legal.Excused,
		Messages: make([]message, 0, len(v.Messages)), History: make([]entry, 0, len(v.Case.History)),
		Clocks: make([]clock, 0, len(v.Case.Clocks)), Moves: make([]offered, 0, len(v.Moves)),
	}
	out.Subject = v.Letter.Subject
	out.Accused = accusedNow{v.Letter.Accused, v.Case.About, v.Case.Suspects, v.Case.Lines, v.Case.Kind.Secret() && v.Case.Unclear()}
	if !v.Contact.Empty() {
		out.Contact = &v.Contact
	}
	for _, at := range v.Case.Attachments {
		out.Attached = append(out.Attached, attachment{ID: at.ID, Name: at.Name, Type: at.Type, Size: at.Size})
	}
	for _, m := range v.Messages {
		out.Messages = append(out.Messages, message{At: m.At, From: side(m.Citizen), Text: m.Text})
	}
	if v.Answer != nil {
		out.Answer = &answer{At: v.Answer.At, Outcome: v.Answer.Outcome, Text: v.Answer.Text}
	}
	for _, e := range v.Case.History {
		out.History = append(out.History, entry{Seq: e.Seq, At: e.At, Actor: e.Actor, Event: e.What, Note: v.Notes[e.Seq], Sent: sending(e)})
	}
	for _, k := range v.Case.Clocks {
		out.Clocks = append(out.Clocks, clock{Name: string(k.Name), Start: k.Start, Due: k.Due, Done: k.Done, Stopped: k.Stopped, Law: k.Law})
	}
	for _, m := range v.Moves {
		out.Moves = append(out.Moves, a.offered(c, m))
	}
	return c.JSON(out)
}

func (a *API) offered(c *fiber.Ctx, m law.Move) offered {
	o := offered{Move: m.Name, Name: a.Words.Say(lang(c), "move."+m.Name, nil), Asks: make([]askedField, 0, len(m.Asks))}
	for _, k := range m.Asks {
		o.Asks = append(o.Asks, askedField{Name: k.Name, Required: k.Required, OneOf: k.OneOf})
	}
	return o
}

func etag(rev int) string { return `"` + strconv.Itoa(rev) + `"` }

// revision reads If-Match: a move without it is refused, so that nobody overwrites what he has not seen.
func revision(c *fiber.Ctx) (int, error) {
	tag := strings.TrimPrefix(c.Get(fiber.HeaderIfMatch), "W/")
	if tag == "" {
		return 0, &FaultError{Status: http.StatusPreconditionRequired, Key: "error.if_match"}
	}
	rev, err := strconv.Atoi(strings.Trim(tag, `"`))
	if err != nil {
		return 0, &FaultError{Status: http.StatusBadRequest, Key: "error.if_match"}
	}
	return rev, nil
}

// values reads a move's body: texts by name, or nothing at all.
func values(c *fiber.Ctx) (map[string]string, error) {
	if len(c.BodyRaw()) == 0 {
		return nil, nil
	}
	var in map[string]any
	if err := read(c, &in); err != nil {
		return nil, err
	}
	out, bad := make(map[string]string, len(in)), map[string]string{}
	for name, v := range in {
		text, ok := v.(string)
		if !ok {
			bad[name] = "error.field.type"
		}
		out[name] = text
	}
	if len(bad) > 0 {
		return nil, &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: bad}
	}
	return out, nil
}

func (a *API) move(c *fiber.Ctx, who office.Staff) error {
	rev, err := revision(c)
	if err != nil {
		return err
	}
	args, err := values(c)
	if err != nil {
		return err
	}
	if sessionOf(c).Token() && law.Signs(c.Params("move")) {
		return errTokenNever
	}
	ref := c.Params("ref")
	order := casework.Order{Ref: ref, Rev: rev, Move: c.Params("move"), Args: args}
	done, err := a.Desk.Move(c.UserContext(), who, order)
	if err != nil {
		return err
	}
	v, err := a.Desk.Open(c.UserContext(), who, ref)
	if errors.Is(err, casework.ErrStale) || casework.CodeOf(err) == casework.NotFound && err != nil {
		// The move took the case out of this person's sight.
		c.Set(fiber.HeaderETag, etag(done.Rev()))
		return c.JSON(a.listed(done))
	}
	if err != nil {
		return err
	}
	return a.show(c, v)
}
