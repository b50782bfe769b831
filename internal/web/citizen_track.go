package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/api"
)

// trackPage asks for a code, or shows the case behind it.
type trackPage struct {
	page
	Code    string            // as it was typed, on the page that asks for it; on a case's page its own
	Shared  bool              // the phone is not the visitor's own
	To      string            // where that page sends it
	Carried map[string]string // what a form had brought when its code was forgotten
	Over    bool              // it stands where a receipt stood that is not shown any more
	Here    string            // the address of the case in this browser
	Seen    *casework.Following
	Unit    office.Unit
	Ways    []way
	Files   bool // attachments can be kept and opened
	Refused []refusedFile
	Wrong   map[string]string
	Key     string
	Typed   string
	Subject string
	MayTell bool   // he can be told of each step
	BySMS   bool   // also by SMS
	ByZNS   bool   // or by Zalo to his number
	Zalo    bool   // he ticked it
	ByMail  bool   // also by mail
	PushKey string // what this browser subscribes with to be told; empty where it cannot
	Told    casework.Way
	ToldEnd string // the last digits of the number he is told at
	// What was typed of where to be told, when something in it was wrong.
	Email, Phone string
	Knowing      bool
	Done         string // what was just done here, a word of doneHere
}

// Problem returns the message for a field, or "".
func (p trackPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Script reads a code from the address and takes it out of there; on a case's page it shrinks photos.
func (trackPage) Script() string { return "citizen.js" }

// Also reads a receipt's QR on the page that asks for a code, and lists the codes that the phone remembers; on a case's page it
// remembers one.
func (p trackPage) Also() string {
	if p.Seen != nil {
		return "codes.js"
	}
	return "scan.js"
}

// Accept lists what may be attached.
func (trackPage) Accept() string { return filePage{}.Accept() }

// Faces lists the scores, the best first.
func (trackPage) Faces() []int { return []int{5, 4, 3, 2, 1} }

// Gave reports whether the citizen gave this score.
func (p trackPage) Gave(score int) bool { return p.Rated() == score }

// Rated is the score the citizen gave the answer, or 0.
func (p trackPage) Rated() int {
	if p.Seen.Case.Satisfaction == nil {
		return 0
	}
	return p.Seen.Case.Satisfaction.Score
}

// Asked is what the office waits for, or "".
func (p trackPage) Asked() string {
	if p.Seen.Case.State != law.NeedsInfo {
		return ""
	}
	for _, v := range slices.Backward(p.Seen.Messages) {
		if m := v; !m.Citizen {
			return m.Text
		}
	}
	return ""
}

// Ended reports whether the office has said its last word, so that the law's next steps are worth telling.
func (p trackPage) Ended() bool {
	switch p.Seen.Case.State.Status() {
	case "answered", "refused", "closed":
		return len(p.Ways) > 0
	default:
		return false
	}
}

// MayWrite reports whether messages are still taken.
func (p trackPage) MayWrite() bool { return p.Seen.Case.TakesWords() }

// MayWithdraw reports whether the case can still be withdrawn.
func (p trackPage) MayWithdraw() bool {
	m, ok := casework.FindMove(p.Seen.Case, "withdraw")
	return ok && p.Seen.Case.Begins(m)
}

// showTrack asks for the code. A form of old led here with ?code=.
func (s *Server) showTrack(c *fiber.Ctx) error {
	if code := c.Query("code"); code != "" {
		return s.enter(c, code, "")
	}
	return s.render(c, "citizen/track", trackPage{page: s.page(c, "page.track.title"), To: "/t", Shared: onAShared(c)})
}

func (s *Server) showTracked(c *fiber.Ctx) error { return s.aboutCase(c, "citizen/tracked", nil) }

// aboutCase renders a page about the case that the address names; problem is the mistake of a form on it, if any.
func (s *Server) aboutCase(c *fiber.Ctx, template string, problem error) error {
	code := codeOf(c)
	f, err := s.follow(c, code)
	if err != nil {
		return s.wrongCode(c, "", err)
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := trackPage{page: s.page(c, "page.track.title"), Files: s.Attachments != nil, Refused: s.refusedFiles(c), Code: code, Shared: onAShared(c)}
	if p.Here, err = s.stay(c, code); err != nil {
		return err
	}
	p.MayTell, p.BySMS, p.ByMail, p.Told = s.Desk.MayTell(f.Case), s.Desk.Tells(casework.WaySMS), s.Desk.Tells(casework.WayMail), s.Desk.ReachWay(f.Case)
	p.ByZNS, p.ToldEnd = s.Desk.Tells(casework.WayZNS), s.Desk.ReachEnd(f.Case)
	if p.PushKey, err = s.pushKey(c); err != nil {
		return err
	}
	if done := c.Query("done"); slices.Contains(doneHere, done) {
		p.Done = done
	}
	if template == "citizen/tracked" {
		p.Path = p.Here // the language switch cannot lead to where a form was sent
	}
	p.Title = p.T("page.tracked.title", "ref", f.Case.Ref)
	p.Seen, p.Ways = &f, waysOn(s.Desk.Calendar(), f.Case)
	p.Unit, _ = o.Unit(f.Unit)
	fault, err := formFault(c, problem)
	if err != nil {
		return err
	}
	if p.Key, p.Wrong = fault.Key, fault.Fields; problem != nil {
		p.Typed, p.Subject = c.FormValue("text", c.FormValue("reason")), c.FormValue("subject")
		p.Email, p.Phone, p.Knowing, p.Zalo = c.FormValue("email"), c.FormValue("phone"), c.FormValue("knowing") == "yes", c.FormValue("zalo") == "yes"
	}
	return s.render(c, template, p)
}

// again finishes a form on the tracking page: back to it, or the same page with the mistake.
func (s *Server) again(c *fiber.Ctx, err error) error {
	if err != nil {
		return s.aboutCase(c, "citizen/tracked", err)
	}
	return lead(c, here(c.Params("handle")))
}

// doneHere are the things that the tracking page confirms.
var doneHere = []string{"message", "forced", "rated", "withdrawn", "erased", "told", "untold"}

// done leads back to the case, to a sentence that says what was done: the address names it, so that also a browser without scripts
// sets the reader's place there.
func (s *Server) done(c *fiber.Ctx, what string) error {
	return lead(c, here(c.Params("handle"))+"?done="+what+"#done")
}

// writeMessage keeps a message and its files. Files alone are a message too, and so is the tick that says one is forced to
// withdraw.
func (s *Server) writeMessage(c *fiber.Ctx) error {
	code, text, sent, forced := codeOf(c), c.FormValue("text"), files(c), c.FormValue("forced") == "yes"
	write := s.Desk.Write
	if forced {
		write = s.Desk.WriteForced
	}
	if text != "" || len(sent) == 0 || forced {
		if _, err := write(c.UserContext(), code, text); err != nil {
			return s.again(c, err)
		}
	}
	s.tellRefused(c, s.keepFiles(c, code, false))
	if forced {
		return s.done(c, "forced")
	}
	return s.done(c, "message")
}

func (s *Server) rateAnswer(c *fiber.Ctx) error {
	score, _ := strconv.Atoi(c.FormValue("score")) // not a number is 0, which Rate refuses
	if _, err := s.Desk.Rate(c.UserContext(), codeOf(c), score, c.FormValue("comment")); err != nil {
		return s.again(c, err)
	}
	return s.done(c, "rated")
}

// pushKey is what the browser subscribes with to be told; none on a phone that others hold too.
func (s *Server) pushKey(c *fiber.Ctx) (string, error) {
	if s.Push == nil || !s.Desk.Tells(casework.WayPush) || onAShared(c) {
		return "", nil
	}
	return s.Push.Public()
}

// wishOf is where the citizen says that he wants to be told.
func (s *Server) wishOf(c *fiber.Ctx) (casework.TellWish, error) {
	wish := api.WishOf(c.FormValue("email"), c.FormValue("phone"), c.FormValue("knowing") == "yes")
	if wish.Way == casework.WaySMS && (c.FormValue("zalo") == "yes" || !s.Desk.Tells(casework.WaySMS)) {
		wish.Way = casework.WayZNS
	}
	switch push := c.FormValue("push"); {
	case c.FormValue("stop") == "yes":
		return casework.TellWish{}, nil
	case push != "" && s.Push != nil:
		reach, err := api.PushReach(s.Push, push)
		wish.Reach = reach
		return wish, err
	case wish.Empty():
		return wish, badNotice("email", "error.field.tell_where")
	}
	return wish, nil
}

func badNotice(field, key string) error {
	return &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{field: key}}
}

// chooseNotice takes where the citizen wants to be told, or that he does not.
func (s *Server) chooseNotice(c *fiber.Ctx) error {
	wish, err := s.wishOf(c)
	if err != nil {
		return s.again(c, err)
	}
	if _, err := s.Desk.TellAt(c.UserContext(), codeOf(c), wish); err != nil {
		return s.again(c, err)
	}
	if wish.Empty() {
		return s.done(c, "untold")
	}
	return s.done(c, "told")
}

// showWithdraw asks once more, and says what withdrawing means for this kind.
func (s *Server) showWithdraw(c *fiber.Ctx) error {
	return s.aboutCase(c, "citizen/withdraw", nil)
}

func (s *Server) withdrawAgain(c *fiber.Ctx, problem error) error {
	return s.aboutCase(c, "citizen/withdraw", problem)
}

func (s *Server) withdraw(c *fiber.Ctx) error {
	if c.FormValue("sure") != "yes" {
		return s.aboutCase(c, "citizen/withdraw", &api.FaultError{
			Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"sure": "error.field.sure"},
		})
	}
	wish := casework.Wish{Reason: c.FormValue("reason"), Second: c.FormValue("second")}
	if _, err := s.Desk.Withdraw(c.UserContext(), codeOf(c), wish); err != nil {
		return s.withdrawAgain(c, err)
	}
	return s.done(c, "withdrawn")
}
