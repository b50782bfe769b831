package web

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/web/api"
)

// TabletPath is where a device becomes the tablet of a counter, once, until a moment.
func TabletPath(mac func(domain string, parts ...[]byte) [32]byte, k office.Counter, until time.Time) string {
	id, ends := token(), strconv.FormatInt(until.Unix(), 36)
	return "/k/" + Kiosks(mac).Token(k) + "?enrol=" + id + "." + ends + "." + tabletMark(mac, k.ID, id, ends)
}

func tabletMark(mac func(domain string, parts ...[]byte) [32]byte, counter, id, ends string) string {
	sum := mac("tablet-code", []byte(counter), []byte(id), []byte(ends))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// codeID reads the number out of a code that this program made for the counter and that has not ended.
func (s *Server) codeID(code, counter string) (id string, ok bool) {
	parts := strings.Split(code, ".")
	if len(parts) != 3 || !hmac.Equal([]byte(parts[2]), []byte(tabletMark(s.MAC, counter, parts[0], parts[1]))) {
		return "", false
	}
	ends, err := strconv.ParseInt(parts[1], 36, 64)
	return parts[0], err == nil && !s.Now().After(time.Unix(ends, 0))
}

// enrolTablet makes the device that sends this the counter's tablet, and gives it its secret.
func (s *Server) enrolTablet(c *fiber.Ctx) error {
	k, genuine, err := s.kiosk(c)
	if err != nil {
		return err
	}
	id, ok := s.codeID(c.FormValue("code"), k.ID)
	if !genuine || foreign(c) || !ok {
		return &api.FaultError{Status: http.StatusForbidden, Key: "error.tablet_code"}
	}
	public, _ := base64.RawURLEncoding.DecodeString(c.FormValue("key")) // no key is refused below
	device := rating.Device{Secret: token(), Public: public}
	switch err := s.Book.Enrol(c.UserContext(), id, k.ID, device); {
	case errors.Is(err, rating.ErrEnrolled):
		return &api.FaultError{Status: http.StatusForbidden, Key: "error.tablet_code"}
	case errors.Is(err, rating.ErrNoKey):
		return &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.tablet_key"}
	case err != nil:
		return err
	}
	c.Cookie(&fiber.Cookie{
		Name: tabletCookie, Value: id + "." + device.Secret, Path: "/k/", Expires: s.Now().AddDate(5, 0, 0), HTTPOnly: true,
		SameSite: fiber.CookieSameSiteStrictMode, Secure: s.Secure || c.Protocol() == "https",
	})
	return lead(c, "/k/"+c.Params("token"))
}
