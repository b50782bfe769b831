package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/web/api"
)

// failTime is how long the page of a failed request may take.
const failTime = 2 * time.Second

// fail is the one place where an error becomes an answer: a problem for programs, a page for people.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	if c.Locals("lang") == nil {
		c.Locals("lang", s.Langs(c.Get(fiber.HeaderAcceptLanguage), c.Cookies(langCookie)))
	}
	if strings.HasPrefix(c.Path(), open311Path+"/") {
		return s.failOpen311(c, err)
	}
	if strings.HasPrefix(c.Path(), "/api/") || strings.HasPrefix(c.Path(), "/hooks/") {
		return api.WriteProblem(c, s.Words, s.Log, err)
	}
	// The request's own time is over when its handlers are: the page about what went wrong has a little of its own.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), failTime)
	defer cancel()
	c.SetUserContext(ctx)
	f := api.FaultOf(err)
	if f.Status == http.StatusInternalServerError {
		s.Log.ErrorContext(c.UserContext(), "page failed", "method", c.Method(), "route", c.Route().Path, "error", err)
	}
	if f.Status == http.StatusUnauthorized && strings.HasPrefix(c.Path(), "/staff") {
		if held, says, err := s.hold(c); err != nil {
			s.Log.WarnContext(ctx, "a form sent after its session is not kept", "error", err)
		} else if says != "" {
			return s.signInFirst(c, held, says)
		}
		return lead(c, "/staff/sign-in?next="+url.QueryEscape(staffPage(c.OriginalURL())))
	}
	if strings.HasPrefix(c.Path(), "/staff") && c.Locals("staff") == nil { // nothing there, so nobody asked who it is
		if who, _, err := s.Doors.Who(ctx, c.Cookies(staffCookie)); err == nil {
			c.Locals("staff", who)
		}
	}
	f.Headers(c)
	c.Status(f.Status)
	return s.render(c, "shared/error", errorPage{page: s.page(c, "page.error.title"), Status: f.Status, Key: f.Key})
}

// formFault gives the answer the status of what is wrong with a form and returns it for the form's page, which shows it again; an
// error that nobody's typing caused is returned for the error page. Without a problem there is no mistake.
func formFault(c *fiber.Ctx, problem error) (*api.FaultError, error) {
	if problem == nil {
		return &api.FaultError{}, nil
	}
	f := api.FaultOf(problem)
	if f.Status >= http.StatusInternalServerError {
		return nil, problem
	}
	c.Status(f.Status)
	return f, nil
}

type errorPage struct {
	page
	Status int
	Key    string
}

// panicked logs a panic with its stack; the request fails as an internal error and the program goes on.
func (s *Server) panicked(c *fiber.Ctx, what any) {
	s.Log.ErrorContext(c.UserContext(), "handler panicked", "route", c.Route().Path, "panic", fmt.Sprint(what), "stack", string(debug.Stack()))
}
