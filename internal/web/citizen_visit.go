package web

import (
	"crypto/hmac"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// A rating counts as verified when it came from a page this service gave out, from a device that has not rated too often
// today, from an address and at a counter that are not rated faster than a counter can serve: one a minute, after a few at
// once. All others are kept too, and counted apart. None of this names a person: the marks live in the visitor's own cookie and
// in short-lived counts.
const (
	visitLasts  = 2 * time.Hour
	perDevice   = 3 // verified ratings a day
	ratedCookie = "rated"
)

// newVisit is a token for one visit to a counter, signed so that nobody makes his own.
func (s *Server) newVisit(counter string) string {
	made := strconv.FormatInt(s.Now().Unix(), 36)
	id := token()
	return id + "." + made + "." + s.mark("visit", counter, id, made)
}

// mark is a short keyed hash for what goes through a visitor's hands.
func (s *Server) mark(domain string, parts ...string) string {
	raw := make([][]byte, len(parts))
	for i, p := range parts {
		raw[i] = []byte(p)
	}
	sum := s.MAC("mark-"+domain, raw...)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// genuineVisit reports whether we gave out the token for this counter, not long ago.
func (s *Server) genuineVisit(visit, counter string) bool {
	parts := strings.Split(visit, ".")
	if len(parts) != 3 || !hmac.Equal([]byte(parts[2]), []byte(s.mark("visit", counter, parts[0], parts[1]))) {
		return false
	}
	made, err := strconv.ParseInt(parts[1], 36, 64)
	return err == nil && s.Now().Sub(time.Unix(made, 0)) < visitLasts
}

// mayCount decides whether a first tap is verified, and counts it when it is.
func (s *Server) mayCount(c *fiber.Ctx, visit, counter string) bool {
	if !s.genuineVisit(visit, counter) {
		return false
	}
	day := s.Now().In(vietnam).Format(time.DateOnly)
	n := s.ratedToday(c, day)
	if n >= perDevice || !s.api.Gate.Vouches(c, counter) {
		return false
	}
	text := strconv.Itoa(n + 1)
	s.setCookie(c, ratedCookie, day+"."+text+"."+s.mark("rated", day, text), s.Now().AddDate(0, 0, 1))
	return true
}

// ratedToday reads how many verified ratings this device has given today; a cookie that was tampered with counts as full.
func (s *Server) ratedToday(c *fiber.Ctx, day string) int {
	parts := strings.Split(c.Cookies(ratedCookie), ".")
	if len(parts) != 3 || parts[0] != day {
		return 0
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil || !hmac.Equal([]byte(parts[2]), []byte(s.mark("rated", day, parts[1]))) {
		return perDevice
	}
	return n
}
