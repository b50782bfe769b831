package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/casework"
	"tiepdan/internal/office"
	"tiepdan/internal/web/api"
)

// trackPage asks for a code, or shows the case behind it.
type trackPage struct {
	page
	Code    string
	Seen    *casework.Following
	Unit    office.Unit
	Ways    []way
	Files   bool // attachments can be kept and opened
	Refused []refusedFile
	Wrong   map[string]string
	Key     string
	Typed   string
	Subject string
}

// Problem returns the message for a field, or "".
func (p trackPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Script shrinks photos where files can be attached.
func (p trackPage) Script() string {
	if p.Files && p.Seen != nil {
		return "citizen.js"
	}
	return ""
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
	if p.Seen.Case.State != casework.NeedsInfo {
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
func (p trackPage) MayWrite() bool {
	return p.Seen.Case.State != casework.Closed && p.Seen.Case.State.Status() != "withdrawn"
}

// MayWithdraw reports whether the case can still be withdrawn.
func (p trackPage) MayWithdraw() bool {
	m, ok := casework.FindMove(p.Seen.Case, "withdraw")
	return ok && m.StartsFrom(p.Seen.Case.State)
}

// showTrack asks for the code. The form's GET leads here with ?code=, and on to the case.
func (s *Server) showTrack(c *fiber.Ctx) error {
	if code := c.Query("code"); code != "" {
		return s.tracked(c, code, nil)
	}
	return s.render(c, "citizen/track", trackPage{page: s.page(c, "page.track.title")})
}

func (s *Server) showTracked(c *fiber.Ctx) error { return s.tracked(c, c.Params("code"), nil) }

// tracked shows the case with this code; problem is the mistake of a form on the page, if any.
func (s *Server) tracked(c *fiber.Ctx, code string, problem error) error {
	return s.aboutCase(c, "citizen/tracked", code, problem)
}

// aboutCase renders a page about the case with this code. A wrong code asks for it again, as slowly and with the same
// answer whatever is wrong with it.
func (s *Server) aboutCase(c *fiber.Ctx, template, code string, problem error) error {
	p := trackPage{page: s.page(c, "page.track.title"), Code: code, Files: s.Attachments != nil, Refused: s.refusedFiles(c)}
	f, err := s.Desk.Follow(c.UserContext(), code)
	if casework.CodeOf(err) == casework.NotFound && err != nil {
		return s.askAgain(c, code, s.guessed(c, err))
	}
	if err != nil {
		return err
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p.Title = p.T("page.tracked.title", "ref", f.Case.Ref)
	p.Seen, p.Ways = &f, waysOn(s.Desk.Calendar(), f.Case)
	p.Unit, _ = o.Unit(f.Unit)
	if problem != nil {
		fault := api.FaultOf(problem)
		if fault.Status >= http.StatusInternalServerError {
			return problem
		}
		p.Key, p.Wrong, p.Typed = fault.Key, fault.Fields, c.FormValue("text", c.FormValue("reason"))
		p.Subject = c.FormValue("subject")
		c.Status(fault.Status)
	}
	return s.render(c, template, p)
}

// askAgain asks for the code once more: no case has the one that was typed, or it was one wrong code too many.
func (s *Server) askAgain(c *fiber.Ctx, code string, problem error) error {
	f := api.FaultOf(problem)
	p := trackPage{page: s.page(c, "page.track.title"), Code: code, Key: f.Key, Wrong: map[string]string{"code": f.Key}}
	f.Headers(c)
	c.Status(f.Status)
	return s.render(c, "citizen/track", p)
}

// again finishes a form on the tracking page: back to it, or the same page with the mistake.
func (s *Server) again(c *fiber.Ctx, err error) error {
	code := c.Params("code")
	if err != nil {
		return s.tracked(c, code, err)
	}
	return lead(c, "/t/"+code)
}

// writeMessage keeps a message and its files. Files alone are a message too.
func (s *Server) writeMessage(c *fiber.Ctx) error {
	code, text, sent := c.Params("code"), c.FormValue("text"), files(c)
	if text != "" || len(sent) == 0 {
		if _, err := s.Desk.Write(c.UserContext(), code, text); err != nil {
			return s.again(c, err)
		}
	}
	s.tellRefused(c, s.keepFiles(c, code, false))
	return s.again(c, nil)
}

func (s *Server) rateAnswer(c *fiber.Ctx) error {
	score, _ := strconv.Atoi(c.FormValue("score")) // not a number is 0, which Rate refuses
	_, err := s.Desk.Rate(c.UserContext(), c.Params("code"), score, c.FormValue("comment"))
	return s.again(c, err)
}

// showWithdraw asks once more, and says what withdrawing means for this kind.
func (s *Server) showWithdraw(c *fiber.Ctx) error {
	return s.aboutCase(c, "citizen/withdraw", c.Params("code"), nil)
}

func (s *Server) withdrawAgain(c *fiber.Ctx, problem error) error {
	return s.aboutCase(c, "citizen/withdraw", c.Params("code"), problem)
}

func (s *Server) withdraw(c *fiber.Ctx) error {
	code := c.Params("code")
	if c.FormValue("sure") != "yes" {
		return s.aboutCase(c, "citizen/withdraw", code, &api.FaultError{
			Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"sure": "error.field.sure"},
		})
	}
	_, err := s.Desk.Withdraw(c.UserContext(), code, c.FormValue("reason"))
	return s.again(c, err)
}
