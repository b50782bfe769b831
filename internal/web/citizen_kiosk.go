package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/office"
	"tiepdan/internal/rating"
	"tiepdan/internal/web/api"
)

// kioskPage is the rating on a tablet at the counter: one question, no way to leave, back to the start by itself.
type kioskPage struct {
	counterPage
	Other   page // the other language: a tablet has no time for a switch
	Visit   string
	Given   bool
	Version string // changes with the program's files; the tablet loads itself anew when it does
}

// Faces lists the scores, the best first.
func (kioskPage) Faces() []int { return []int{5, 4, 3, 2, 1} }

// Kiosks signs the addresses of tablets. They differ from the stickers everybody scans, so that a rating from the tablet can be
// told from one that somebody made up at home.
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
		k, err = s.Stickers.Read(o, c.Params("token"))
		return k, false, err
	}
	return k, true, err
}

func (s *Server) showKiosk(c *fiber.Ctx) error {
	k, _, err := s.kiosk(c)
	if err != nil {
		return err
	}
	return s.renderKiosk(c, k, false)
}

func (s *Server) renderKiosk(c *fiber.Ctx, k office.Counter, given bool) error {
	other := "en"
	if lang(c) == "en" {
		other = "vi"
	}
	p := kioskPage{
		counterPage: counterPage{page: s.page(c, "page.rate.title"), Token: c.Params("token"), Counter: k},
		Other:       s.words(other), Visit: token(), Given: given, Version: s.version(),
	}
	return s.render(c, "citizen/kiosk", p)
}

// kioskKeeps is how long a tablet may keep a tap to itself.
const kioskKeeps = 7 * 24 * time.Hour

// tapped reads when the tablet was tapped, in milliseconds; a tablet whose clock is wrong was tapped now.
func (s *Server) tapped(at string) time.Time {
	now := s.Now()
	ms, err := strconv.ParseInt(at, 10, 64)
	if t := time.UnixMilli(ms); err == nil && t.Before(now) && now.Sub(t) < kioskKeeps {
		return t
	}
	return now
}

// version names the program's static files together.
func (s *Server) version() string {
	return strings.TrimPrefix(s.link("kiosk.js"), "/static/") + "+" + strings.TrimPrefix(s.link("tiepdan.css"), "/static/")
}

// rateKiosk keeps a tap. The tablet numbers its visits itself and may send them hours later, again and again until it hears
// that they were kept: the same visit is the same rating. The address is the tablet's right to vote, so no cookie counts.
func (s *Server) rateKiosk(c *fiber.Ctx) error {
	k, genuine, err := s.kiosk(c)
	if err != nil {
		return err
	}
	if err := s.api.Gate.Ask(c, api.DoorKiosk, "kiosk/"+k.ID); err != nil {
		return err // the tablet keeps the tap and sends it again
	}
	visit := c.FormValue("visit")
	score, _ := strconv.Atoi(c.FormValue("score")) // not a number is 0, which Record refuses
	if len(visit) < 16 || len(visit) > 64 {
		return &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"visit": "error.field.key"}}
	}
	at := s.tapped(c.FormValue("at"))
	ballot := rating.Ballot{
		Visit: "kiosk/" + visit, Counter: k.ID, Score: score, At: at, Verified: genuine && s.pace.take("kiosk/"+k.ID, at, perKiosk),
	}
	if _, err := s.Book.Record(c.UserContext(), ballot); err != nil {
		return err
	}
	if c.Get(fiber.HeaderAccept) == fiber.MIMEApplicationJSON {
		c.Set("X-Kiosk-Version", s.version())
		return c.SendStatus(http.StatusNoContent)
	}
	return s.renderKiosk(c, k, true)
}
