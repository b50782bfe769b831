package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"time"

	"github.com/gofiber/fiber/v2"
)

// The cookies: the staff session, and a random visitor number that only binds forms to the browser they were given to.
const (
	staffCookie   = "staff"
	visitorCookie = "visitor"
	deviceCookie  = "device" // says who has signed in here before, and lets nobody in
)

func (s *Server) setCookie(c *fiber.Ctx, name, value string, ends time.Time) {
	c.Cookie(&fiber.Cookie{
		Name: name, Value: value, Path: "/", Expires: ends, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
		Secure: s.Secure || c.Protocol() == "https", SessionOnly: ends.IsZero(),
	})
}

// visitor returns the browser's random number, giving it one on its first page.
func (s *Server) visitor(c *fiber.Ctx) string {
	if v := c.Cookies(visitorCookie); v != "" && len(v) <= 64 {
		return v
	}
	if v, ok := c.Locals(visitorCookie).(string); ok {
		return v
	}
	v := token()
	c.Locals(visitorCookie, v)
	s.setCookie(c, visitorCookie, v, time.Time{})
	return v
}

// csrfMark is a keyed hash of this browser's cookies, so no server keeps anything.
func (s *Server) csrfMark(c *fiber.Ctx) []byte {
	sum := s.MAC("csrf", []byte(s.visitor(c)), []byte(c.Cookies(staffCookie)))
	return sum[:markSize]
}

const markSize = 16

// csrfToken is what a form of this browser must carry: the mark under a fresh mask, for a page is compressed together with
// what strangers may have put into its address, and a token that stays the same could be guessed from the length.
func (s *Server) csrfToken(c *fiber.Ctx) string {
	masked := make([]byte, 2*markSize)
	rand.Read(masked[:markSize])
	subtle.XORBytes(masked[markSize:], masked[:markSize], s.csrfMark(c))
	return base64.RawURLEncoding.EncodeToString(masked)
}

// ours reports whether the token was given to this browser.
func (s *Server) ours(c *fiber.Ctx, token string) bool {
	masked, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(masked) != 2*markSize {
		return false
	}
	subtle.XORBytes(masked[markSize:], masked[markSize:], masked[:markSize])
	return hmac.Equal(masked[markSize:], s.csrfMark(c))
}

// signedIn is ownPassword for whoever has the second factor that his role demands; others are led to where they set one up.
func (s *Server) signedIn(next fiber.Handler) fiber.Handler {
	return s.ownPassword(func(c *fiber.Ctx) error {
		o, err := s.Offices.Office(c.UserContext())
		if err != nil {
			return err
		}
		if o.LacksFactor(staffOf(c)) && !sessionOf(c).Factor {
			return lead(c, factorPath)
		}
		return next(c)
	})
}

// ownPassword is anybodySignedIn for whoever has a password of his own; others are led to the page where they choose one.
func (s *Server) ownPassword(next fiber.Handler) fiber.Handler {
	return s.anybodySignedIn(func(c *fiber.Ctx) error {
		if staffOf(c).OnceUntil != nil {
			return lead(c, "/staff/me/password")
		}
		return next(c)
	})
}

// anybodySignedIn lets in whoever has a session cookie, and remembers who it is. What a page asks by itself is no use of the
// session: a page left open does not keep it from ending.
func (s *Server) anybodySignedIn(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		find := s.Doors.Who
		if c.Get(automatic) != "" {
			find = s.Doors.Look
		}
		who, session, err := find(c.UserContext(), c.Cookies(staffCookie))
		if err != nil {
			return err
		}
		c.Locals("staff", who)
		c.Locals("session", session.ID)
		c.Locals(signInKey, session)
		return next(c)
	}
}
