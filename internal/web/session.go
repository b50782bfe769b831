package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/web/api"
)

// The cookies: the staff session, and a random visitor number that only binds forms to the browser they were given to.
const (
	staffCookie   = "staff"
	visitorCookie = "visitor"
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

// csrf refuses a form that was not given to this browser by one of our own pages.
func (s *Server) csrf(c *fiber.Ctx) error {
	site := c.Get("Sec-Fetch-Site")
	if site == "cross-site" || c.Cookies(visitorCookie) == "" || !s.ours(c, c.FormValue("csrf")) {
		c.Locals("csrf", "bad")
		if strings.HasPrefix(c.Path(), "/staff") || site == "cross-site" {
			return &api.FaultError{Status: http.StatusForbidden, Key: "error.csrf"}
		}
	}
	return c.Next()
}

// forged reports whether a citizen's form came without its token: the form is shown again with all that was typed, and
// sending it once more works. Only a form from a foreign site is refused outright.
func forged(c *fiber.Ctx) bool { return c.Locals("csrf") == "bad" }

// signedIn lets in whoever has a session cookie, and remembers who it is.
func (s *Server) signedIn(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		who, _, err := s.Doors.Who(c.UserContext(), c.Cookies(staffCookie))
		if err != nil {
			return err
		}
		c.Locals("staff", who)
		return next(c)
	}
}

// safeNext keeps only addresses of our own staff pages, so a sign-in link cannot lead elsewhere.
func safeNext(next string) string {
	if !strings.HasPrefix(next, "/staff") || strings.HasPrefix(next, "//") {
		next = "/staff"
	}
	return url.QueryEscape(next)
}

// unescapedNext is where a sign-in leads: a staff page of ours, whatever the form says.
func unescapedNext(next string) string {
	if !strings.HasPrefix(next, "/staff") {
		return "/staff"
	}
	return next
}
