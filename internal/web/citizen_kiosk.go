package web

import (
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

// kioskPage is the rating on a tablet at the counter: one question, no way to leave, back to the start by itself.
type kioskPage struct {
	counterPage
	Other   page // the other language: a tablet has no time for a switch
	Visit   string
	Given   bool
	Version string // changes with the program's files; the tablet loads itself anew when it does
	Code    string // enrols the tablet, when its page was opened with one
}

// Faces lists the scores, the best first.
func (kioskPage) Faces() []int { return []int{5, 4, 3, 2, 1} }

// Kiosks signs the addresses of tablets. They differ from the stickers everybody scans, so that a rating from the tablet can be
// told from one that somebody made up at home. Whoever stood before a tablet knows its address: what verifies is its key.
func Kiosks(mac func(domain string, parts ...[]byte) [32]byte) office.Stickers {
	return office.Stickers{MAC: func(domain string, parts ...[]byte) [32]byte { return mac("kiosk-"+domain, parts...) }}
}

// kiosk reads a tablet's address. A sticker's token opens the page as well, but its ratings are not verified.
func (s *Server) kiosk(c *fiber.Ctx) (k office.Counter, genuine bool, err error) {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return office.Counter{}, false, err
	}
	k, err = Kiosks(s.MAC).Read(o, c.Params("token"))
	if errors.Is(err, office.ErrForged) {
		if k, err = s.Stickers.Read(o, c.Params("token")); k.Online() {
			err = office.ErrForged
		}
		return k, false, err
	}
	return k, true, err
}

func (s *Server) showKiosk(c *fiber.Ctx) error {
	k, _, err := s.kiosk(c)
	if err != nil {
		return err
	}
	if id, secret, ok := tabletKey(c); ok && c.Get("X-Kiosk-Waiting") != "" {
		if err := s.Book.Heard(c.UserContext(), id, k.ID, secret, saidHealth(c)); err != nil && !errors.Is(err, rating.ErrNoTablet) {
			return err
		}
	}
	return s.renderKiosk(c, k, false)
}

// saidHealth reads what a tablet says of itself. A number that is none is some: only a plain 0 says that nothing waits.
func saidHealth(c *fiber.Ctx) rating.Health {
	const mostWaiting, mostVersion = 9999, 100
	h := rating.Health{Waiting: 1, Version: c.Get("X-Kiosk-Version")}
	if n, err := strconv.Atoi(c.Get("X-Kiosk-Waiting")); err == nil && n >= 0 {
		h.Waiting = min(n, mostWaiting)
	}
	if len(h.Version) > mostVersion || !isText(h.Version) {
		h.Version = ""
	}
	return h
}

func (s *Server) renderKiosk(c *fiber.Ctx, k office.Counter, given bool) error {
	other := "en"
	if lang(c) == "en" {
		other = "vi"
	}
	p := kioskPage{
		counterPage: counterPage{page: s.page(c, "page.rate.title"), Token: c.Params("token"), Counter: k},
		Other:       s.words(other), Visit: token(), Given: given, Version: s.version(), Code: c.Query("enrol"),
	}
	return s.render(c, "citizen/kiosk", p)
}

// tapped is when the tablet was tapped. The tablet tells by its own clock when that was and when it sends: what lies between
// counts, so a tablet whose clock is wrong still tells the truth.
func (s *Server) tapped(at, sent string) time.Time {
	now := s.Now()
	then, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return now
	}
	said, err := strconv.ParseInt(sent, 10, 64)
	if err != nil {
		said = now.UnixMilli()
	}
	age := time.Duration(said-then) * time.Millisecond
	if age < 0 || age > rating.TabletKeeps {
		return now
	}
	return now.Add(-age)
}

// version names the program's static files together.
func (s *Server) version() string {
	return strings.TrimPrefix(s.link("kiosk.js"), "/static/") + "+" + strings.TrimPrefix(s.link(styles), "/static/")
}

// rateKiosk keeps a tap. The tablet numbers its visits itself and may send them hours later, again and again until it hears
// that they were kept: the same visit is the same rating. Only taps that an enrolled tablet signed are verified, at their own
// time; what comes without its key is counted apart, now.
func (s *Server) rateKiosk(c *fiber.Ctx) error {
	k, genuine, err := s.kiosk(c)
	if err != nil {
		return err
	}
	id, secret, _ := tabletKey(c)
	enrolled := false
	if genuine && id != "" {
		if enrolled, err = s.Book.Knows(c.UserContext(), id, k.ID, secret); err != nil {
			return err
		}
	}
	place := map[bool]string{true: "tablet/" + id, false: "kiosk/" + k.ID}[enrolled] // who only knows the address uses up no tablet's budget
	if err := s.api.Gate.Ask(c, api.DoorKiosk, place); err != nil {
		return err // the tablet keeps the tap and sends it again
	}
	ballot, err := tapIn(c, k.ID)
	if err != nil {
		return err
	}
	if enrolled && s.validBallot(c.UserContext(), ballot) {
		tap := s.signedTap(c)
		if ballot.Verified, err = s.Book.Tapped(c.UserContext(), id, k.ID, secret, tap); err != nil {
			return err
		}
		ballot.At = map[bool]time.Time{true: tap.When}[ballot.Verified]
	}
	if _, err := s.Book.Record(c.UserContext(), ballot); err != nil {
		return err
	}
	c.Set("X-Kiosk-Verified", map[bool]string{true: "yes", false: "no"}[ballot.Verified])
	if c.Get(fiber.HeaderAccept) == fiber.MIMEApplicationJSON {
		c.Set("X-Kiosk-Version", s.version())
		return c.SendStatus(http.StatusNoContent)
	}
	return s.renderKiosk(c, k, true)
}

// tapIn reads a tap.
func tapIn(c *fiber.Ctx, counter string) (rating.Ballot, error) {
	b := rating.Ballot{Visit: "kiosk/" + c.FormValue("visit"), Counter: counter}
	b.Score, _ = strconv.Atoi(c.FormValue("score")) // not a number is 0, which Record refuses
	if n := len(c.FormValue("visit")); n < 16 || n > 64 {
		return b, &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"visit": "error.field.key"}}
	}
	return b, nil
}

// tabletCookie is what an enrolled tablet holds: its number and its secret. No script reads it, and no other site sends it.
const tabletCookie = "tablet"

// tabletKey reads the tablet's cookie; one that another site made the browser send is none.
func tabletKey(c *fiber.Ctx) (id, secret string, ok bool) {
	if foreign(c) {
		return "", "", false
	}
	return strings.Cut(c.Cookies(tabletCookie), ".")
}

// signedTap reads what the tablet signed; it may be nothing.
func (s *Server) signedTap(c *fiber.Ctx) rating.Tap {
	n, _ := strconv.ParseInt(c.FormValue("n"), 10, 64)                   // no number is none that a tablet has signed
	sign, _ := base64.RawURLEncoding.DecodeString(c.FormValue("signed")) // no signature signs nothing
	return rating.Tap{
		Token: c.Params("token"), Visit: c.FormValue("visit"), Score: c.FormValue("score"), At: c.FormValue("at"), N: n, Sign: sign,
		When: s.tapped(c.FormValue("at"), c.FormValue("sent")),
	}
}
