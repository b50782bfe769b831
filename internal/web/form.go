package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/web/api"
)

// form is the POST of a page. It is registered through post alone, which lets do see only what one of our own pages gave
// to this very browser; so no handler can forget the check.
type form struct {
	read fiber.Handler // takes the body in: small, or upload where files may come
	// named finds what the address names, before the door is asked; where it finds nothing it has answered. problem is what
	// is wrong with the form, or nil. A nil named finds all there is.
	named func(c *fiber.Ctx, problem error) (bool, error)
	do    fiber.Handler // what a genuine form does
	// again shows a form whose token is stale with all that was typed, so that sending it once more works. Without it the
	// answer is an error page.
	again func(c *fiber.Ctx, problem error) error
	door  door // the budget that a genuine form is asked about before do; its zero value asks nothing
}

// The refusals of a form that no page of ours gave to this browser: the first says that what was typed is still there.
var (
	errForged = &api.FaultError{Status: http.StatusForbidden, Key: "error.csrf"}
	errReload = &api.FaultError{Status: http.StatusForbidden, Key: "error.csrf_reload"}
)

// post registers a form.
func (s *Server) post(r fiber.Router, path string, f form) {
	r.Post(path, f.read, func(c *fiber.Ctx) error {
		problem, err := s.wrongWith(c, f)
		if err != nil {
			return err
		}
		if f.named != nil {
			if found, err := f.named(c, problem); err != nil || !found {
				return err
			}
		}
		if problem != nil {
			return f.again(c, problem)
		}
		return s.through(c, f)
	})
}

// wrongWith is what keeps a form from being done: problem where its page can show it again, else err.
func (s *Server) wrongWith(c *fiber.Ctx, f form) (problem, err error) {
	if !s.genuine(c) {
		problem = errForged
	}
	if problem != nil && (f.again == nil || foreign(c)) {
		return nil, errReload
	}
	if err := legibleForm(c); err != nil {
		if f.again == nil {
			return nil, err
		}
		cleanForm(c)
		problem = errCleaned
	}
	return problem, nil
}

// through lets a genuine form pass its door. One that is asked a question, or told to wait, is shown again as it was typed.
func (s *Server) through(c *fiber.Ctx, f form) error {
	if f.door.name == "" {
		return f.do(c)
	}
	problem := s.ask(c, f.door)
	switch {
	case problem == nil:
		return f.do(c)
	case f.again == nil:
		return problem
	default:
		api.FaultOf(problem).Headers(c)
		return f.again(c, problem)
	}
}

// staffPost registers a form of the staff's pages.
func (s *Server) staffPost(r fiber.Router, path string, do fiber.Handler) {
	s.post(r, path, form{read: small, do: s.signedIn(do)})
}

// unbound registers a POST that acts on no cookie, so that nobody can make another's browser send it: what it may do is in
// the address or in the body.
func (s *Server) unbound(r fiber.Router, path string, do fiber.Handler) {
	r.Post(path, small, legible, do)
}

// foreign reports whether the browser says that another site made it send this.
func foreign(c *fiber.Ctx) bool { return c.Get("Sec-Fetch-Site") == "cross-site" }

// genuine reports whether the form was given to this browser by one of our own pages.
func (s *Server) genuine(c *fiber.Ctx) bool {
	return !foreign(c) && c.Cookies(visitorCookie) != "" && s.ours(c, c.FormValue("csrf"))
}

// Once is the mark of a form that does something once, however often its answer is loaded again.
func (page) Once() string { return token() }

// onceLasts is how long a form may lie open.
const onceLasts = 24 * time.Hour

// firstTime reports whether a form that bears the mark of Once came for the first time.
func (s *Server) firstTime(c *fiber.Ctx) (bool, error) {
	mark := c.FormValue("once")
	if mark == "" || len(mark) > 100 {
		return true, nil
	}
	return s.Doors.Factors.Spend(c.UserContext(), "form/"+staffOf(c).ID+"/"+mark, s.Now().Add(onceLasts))
}
