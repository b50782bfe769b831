package api

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/limit"
)

// Gate asks the one budget of what strangers may do, for pages and API alike.
type Gate struct {
	Budget  *limit.Budget
	Prover  *limit.Prover
	Proxies limit.Proxies
	Device  func(c *fiber.Ctx) string // the browser's own number, or ""
}

// Question is what a visitor is asked above the budget: a search for his script, and a sum for himself. Either answer opens.
type Question struct {
	Door string
	Work limit.Work
	Sum  limit.Sum
}

// HeaderProof carries the answer of a program; a form brings it in the fields below.
const HeaderProof = "X-Proof"

// The fields of a form that was asked: what its script found, or the sum's token and what the visitor wrote.
const (
	fieldWork  = "proof_work"
	fieldToken = "proof_token"
	fieldSum   = "proof"
)

// Address is the real address of the caller: the right-most hop that is no proxy of ours.
func (g *Gate) Address(c *fiber.Ctx) netip.Addr {
	peer, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	var lines []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		lines = append(lines, string(line))
	}
	return g.Proxies.Client(peer, lines...)
}

// Client is what a caller counts as: his address, or the /64 of an IPv6 address.
func (g *Gate) Client(c *fiber.Ctx) string { return limit.Key(g.Address(c)) }

func (g *Gate) who(c *fiber.Ctx, place string) limit.Who {
	return limit.Who{Client: g.Client(c), Device: g.Device(c), Place: place}
}

// Ask lets a request through a door, or returns a FaultError: with a question where a proof opens, else with the time to wait.
// place is where the request enters, such as a counter; an empty one is not counted.
func (g *Gate) Ask(c *fiber.Ctx, door, place string) error {
	_, err := g.pass(c, door, g.who(c, place), g.Budget.Ask)
	return err
}

// Try is Ask for what counts only when it fails: it looks whether there is room, and failed counts. Who brought a proof has
// spent it either way.
func (g *Gate) Try(c *fiber.Ctx, door, place string) (failed func(), err error) {
	who := g.who(c, place)
	proven, err := g.pass(c, door, who, g.Budget.Peek)
	return func() { g.Budget.Ask(door, who, proven) }, err
}

// pass decides by a way of asking the budget, and tells whether the request brought a proof.
func (g *Gate) pass(c *fiber.Ctx, door string, who limit.Who, decide func(string, limit.Who, bool) limit.Decision) (proven bool, err error) {
	d := decide(door, who, false)
	answer := ""
	if d.Verdict == limit.NeedsProof { // else it is not looked for: that may read a body which nobody wants
		answer = proofIn(c)
	}
	if answer != "" {
		if g.Prover.Check(door, answer) != nil {
			return false, g.question(door, d.Wait, "error.proof_wrong")
		}
		proven = true
		d = decide(door, who, true)
	}
	switch d.Verdict {
	case limit.Passes:
		return proven, nil
	case limit.NeedsProof:
		return false, g.question(door, d.Wait, "error.proof")
	default:
		return false, &FaultError{Status: http.StatusTooManyRequests, Key: "error.too_many_sent", Wait: d.Wait}
	}
}

// Closed tells, without counting, what a request would be told that has no chance at this door whatever its body says. It is
// asked before a large body is read: an answer to a question may stand in a form, but a program's stands in the header.
func (g *Gate) Closed(c *fiber.Ctx, door, place string) error {
	d := g.Budget.Peek(door, g.who(c, place), false)
	switch {
	case d.Verdict == limit.Refused:
		return &FaultError{Status: http.StatusTooManyRequests, Key: "error.too_many_sent", Wait: d.Wait}
	case d.Verdict == limit.NeedsProof && strings.HasPrefix(c.Path(), "/api/") && c.Get(HeaderProof) == "":
		return g.question(door, d.Wait, "error.proof")
	default:
		return nil
	}
}

// Foresee is the question that the next request at this door would be asked, or nil: a form carries it from the start, so that
// nothing chosen in it has to be chosen again.
func (g *Gate) Foresee(c *fiber.Ctx, door, place string) (*Question, error) {
	if g.Budget.Peek(door, g.who(c, place), false).Verdict != limit.NeedsProof {
		return nil, nil //nolint:nilnil // no question is the usual answer
	}
	return g.ask(door)
}

// Vouches reports whether one more rating of a counter is verified: see DoorVouch.
func (g *Gate) Vouches(c *fiber.Ctx, counter string) bool {
	return g.Budget.Ask(DoorVouch, g.who(c, counter), false).Verdict == limit.Passes
}

// Wrong counts a tracking code that no case has, and returns what to say of it: err, until the budget of wrong codes is used
// up. A right code never comes here, so no limit refuses it.
func (g *Gate) Wrong(c *fiber.Ctx, err error) error {
	if limited := g.Ask(c, DoorCode, ""); limited != nil {
		return limited
	}
	return err
}

// The doors, each with a budget of its own.
const (
	DoorFile    = "file"    // a new letter
	DoorRate    = "rate"    // a rating
	DoorWrite   = "write"   // a message, a verdict on the answer, a withdrawal, an erasure: by the code of a case
	DoorNotice  = "notice"  // where one is told of a case: who tries addresses shuts out no message
	DoorForced  = "forced"  // that one is forced to withdraw: who holds the code and says so again and again shuts out no message
	DoorUpload  = "upload"  // a file to a case
	DoorCode    = "code"    // a wrong tracking code
	DoorSignIn  = "sign_in" // a sign-in that failed
	DoorSingle  = "single"  // one who comes back from single sign-on
	DoorKiosk   = "kiosk"   // a tap on a tablet
	DoorHook    = "hook"    // a letter that a program brings, signed
	DoorOpen311 = "open311" // a letter or further words that a program brings by its key
	DoorLook    = "look"    // a question of Open311, by whomever
	DoorVouch   = "vouch"   // a rating that is to count as verified; one beyond it is counted apart
)

func (g *Gate) ask(door string) (*Question, error) {
	w, err := g.Prover.Work(door)
	if err != nil {
		return nil, err
	}
	s, err := g.Prover.Sum(door)
	if err != nil {
		return nil, err
	}
	return &Question{Door: door, Work: w, Sum: s}, nil
}

func (g *Gate) question(door string, wait time.Duration, key string) error {
	q, err := g.ask(door)
	if err != nil {
		return err
	}
	return &FaultError{Status: http.StatusTooManyRequests, Key: key, Wait: wait, Question: q}
}

// proofIn is the answer that a request brings: a program's in its header, a form's in its fields.
func proofIn(c *fiber.Ctx) string {
	if h := c.Get(HeaderProof); h != "" || strings.HasPrefix(c.Path(), "/api/") {
		return h
	}
	kind := c.Get(fiber.HeaderContentType)
	if !strings.HasPrefix(kind, fiber.MIMEMultipartForm) && !strings.HasPrefix(kind, fiber.MIMEApplicationForm) {
		return ""
	}
	if w := c.FormValue(fieldWork); w != "" {
		return w
	}
	if t := c.FormValue(fieldToken); t != "" {
		return t + "." + c.FormValue(fieldSum)
	}
	return ""
}

// limited wraps a call: the budget is asked before anything else is done.
func (a *API) limited(door string, next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := a.Gate.Ask(c, door, a.place(c)); err != nil {
			return err
		}
		return next(c)
	}
}

// noPlace is where those enter who name no counter: a place of its own, so that they share one budget.
const noPlace = "none"

// place is the counter that the body names by a genuine sticker.
func (a *API) place(c *fiber.Ctx) string {
	var in struct {
		Counter string `json:"counter"`
	}
	if json.Unmarshal(c.BodyRaw(), &in) != nil || in.Counter == "" {
		return noPlace
	}
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return noPlace
	}
	k, err := a.Stickers.Read(o, in.Counter)
	if err != nil {
		return noPlace
	}
	return k.Place()
}

// byCode wraps a call that takes a tracking code. It looks first: a right code passes on to the door's own budget, and only
// wrong ones are throttled as guesses.
func (a *API) byCode(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := next(c)
		if err != nil && FaultOf(err).Status == fiber.StatusNotFound {
			return a.Gate.Wrong(c, err)
		}
		return err
	}
}

// PlaceOf is where a change of a case enters: the case itself.
func PlaceOf(c *casework.Case) string { return "case/" + c.Ref }

// moves wraps a call that changes a case by its code: wrong codes are guesses, right ones have the budget of their case.
func (a *API) moves(door string, next fiber.Handler) fiber.Handler {
	return a.movesBy(func(*fiber.Ctx) string { return door }, next)
}

func (a *API) movesBy(door func(c *fiber.Ctx) string, next fiber.Handler) fiber.Handler {
	return a.byCode(func(c *fiber.Ctx) error {
		f, err := a.Desk.Follow(c.UserContext(), c.Params("code"))
		if err != nil {
			return err
		}
		if err := a.Gate.Ask(c, door(c), PlaceOf(f.Case)); err != nil {
			return err
		}
		return next(c)
	})
}
