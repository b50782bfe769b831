package web

import (
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/casework"
	"tiepdan/internal/office"
	"tiepdan/internal/web/api"
)

// trackPage asks for a code, or shows the case behind it.
type trackPage struct {
	page
	Code  string
	Seen  *casework.Following
	Unit  office.Unit
	Wrong map[string]string
	Key   string
	Typed string
}

// Problem returns the message for a field, or "".
func (p trackPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Faces lists the scores, the best first.
func (trackPage) Faces() []int { return []int{5, 4, 3, 2, 1} }

// Gave reports whether the citizen gave this score.
func (p trackPage) Gave(score int) bool {
	return p.Seen.Case.Satisfaction != nil && p.Seen.Case.Satisfaction.Score == score
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
	if s.api.Slow.Refuses(c.IP()) {
		return &api.FaultError{Status: http.StatusTooManyRequests, Key: "error.too_many"}
	}
	p := trackPage{page: s.page(c, "page.track.title"), Code: code, Typed: c.FormValue("text")}
	f, err := s.Desk.Follow(c.UserContext(), code)
	if casework.CodeOf(err) == casework.NotFound && err != nil {
		s.api.Slow.Wrong(c.IP())
		p.Wrong = map[string]string{"code": "error.code_not_found"}
		c.Status(http.StatusNotFound)
		return s.render(c, "citizen/track", p)
	}
	if err != nil {
		return err
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p.Seen = &f
	p.Unit, _ = o.Unit(f.Unit)
	if problem != nil {
		fault := api.FaultOf(problem)
		if fault.Status >= http.StatusInternalServerError {
			return problem
		}
		p.Key, p.Wrong = fault.Key, fault.Fields
		c.Status(fault.Status)
	}
	return s.render(c, "citizen/tracked", p)
}

// again finishes a form on the tracking page: back to it, or the same page with the mistake.
func (s *Server) again(c *fiber.Ctx, err error) error {
	code := c.Params("code")
	if forged(c) {
		err = &api.FaultError{Status: http.StatusForbidden, Key: "error.csrf"}
	}
	if err != nil {
		return s.tracked(c, code, err)
	}
	return c.Redirect("/t/"+code, http.StatusSeeOther)
}

func (s *Server) writeMessage(c *fiber.Ctx) error {
	if forged(c) {
		return s.again(c, nil)
	}
	_, err := s.Desk.Write(c.UserContext(), c.Params("code"), c.FormValue("text"))
	return s.again(c, err)
}

func (s *Server) rateAnswer(c *fiber.Ctx) error {
	if forged(c) {
		return s.again(c, nil)
	}
	score, _ := strconv.Atoi(c.FormValue("score")) // not a number is 0, which Rate refuses
	_, err := s.Desk.Rate(c.UserContext(), c.Params("code"), score, c.FormValue("comment"))
	return s.again(c, err)
}

func (s *Server) withdraw(c *fiber.Ctx) error {
	if forged(c) {
		return s.again(c, nil)
	}
	_, err := s.Desk.Withdraw(c.UserContext(), c.Params("code"), c.FormValue("reason"))
	return s.again(c, err)
}

// switchLanguage keeps the visitor's choice and returns to the page he came from.
func (s *Server) switchLanguage(c *fiber.Ctx) error {
	l := c.FormValue("lang")
	if l == "vi" || l == "en" {
		s.setCookie(c, langCookie, l, s.Now().AddDate(1, 0, 0))
	}
	back := c.FormValue("back")
	if len(back) == 0 || back[0] != '/' || len(back) > 1 && (back[1] == '/' || back[1] == '\\') {
		back = "/"
	}
	return c.Redirect(back, http.StatusSeeOther)
}
