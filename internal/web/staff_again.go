package web

import (
	"errors"
	"net/http"
	"regexp"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/signin"
	"tiepdan/internal/web/api"
)

// signInKey and againKey are where a request keeps its session, and what was wrong with what its person proved again.
const (
	signInKey = "signin"
	againKey  = "again"
)

func sessionOf(c *fiber.Ctx) signin.Session {
	ses, _ := c.Locals(signInKey).(signin.Session)
	return ses
}

// fromWhere is what the journal notes of where a request came from.
func (s *Server) fromWhere(c *fiber.Ctx) signin.In {
	return signin.In{Session: sessionOf(c).ID, From: s.api.Gate.Client(c), Agent: c.Get(fiber.HeaderUserAgent)}
}

var sixDigits = regexp.MustCompile(`^\s*\d{3}\s?\d{3}\s*$`)

// proveAgain (xác nhận lại) lets through whoever has just proved who he is, or does so with the field that the form has for it. Else the
// page with the form is to be shown once more, with that field.
func (s *Server) proveAgain(c *fiber.Ctx) error {
	ses := sessionOf(c)
	if s.Doors.Fresh(ses) {
		return nil
	}
	typed, in := c.FormValue("again"), s.fromWhere(c)
	in.Passkey = shownPasskey(c)
	if typed == "" && in.Passkey.Token == "" {
		return s.notAgain(c, "error.field.again_needed")
	}
	if in.Password = typed; sixDigits.MatchString(typed) {
		in.OTP = typed
	}
	err := s.Doors.Prove(c.UserContext(), staffOf(c), in)
	switch {
	case errors.Is(err, signin.ErrWrong):
		return s.notAgain(c, "error.field.again")
	case errors.Is(err, signin.ErrPasskey), errors.Is(err, signin.ErrPasskeyOver):
		return s.notAgain(c, api.FaultOf(err).Key)
	}
	if err == nil {
		ses.ProvedAt = s.Now()
		c.Locals(signInKey, ses)
	}
	return err
}

func (s *Server) notAgain(c *fiber.Ctx, key string) error {
	c.Locals(againKey, key)
	return &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.prove_again", Fields: map[string]string{"again": key}}
}
