package web

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/signin"
)

// mePage (tài khoản của tôi) shows a person where he is signed in, and who has tried to sign in under his name.
type mePage struct {
	page
	Sessions []signin.Session
	Own      string // the id of the sign-in that asks
	Attempts []signin.Attempt
	Needed   bool   // a role demands a second factor
	OTPOff   bool   // one-time codes may be turned off
	Single   string // the provider of single sign-on, as staff call it
	Done     string
	Key      string
	Args     map[string]string
}

// Says is what was wrong with what was asked for.
func (p mePage) Says() string { return p.words(p.Key, p.Args) }

// attemptsShown is how many lines of the journal stand on the page.
const attemptsShown = 50

func (s *Server) showMe(c *fiber.Ctx) error { return s.mePage(c, nil) }

// mePage shows the page, with what was wrong with a form of it.
func (s *Server) mePage(c *fiber.Ctx, problem error) error {
	who := staffOf(c)
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := mePage{page: s.page(c, "page.me.title"), Needed: o.NeedsFactor(who), Key: f.Key, Args: f.Args}
	if d := c.Query("done"); slices.Contains([]string{"otp_on", "otp_off", "codes_seen", "passkey_on", "passkey_off"}, d) {
		p.Done = d
	}
	p.Own, p.OTPOff = sessionOf(c).ID, len(who.OTP) > 0 && (!p.Needed || len(who.Passkeys) > 0)
	if s.Single != nil {
		p.Single = s.Single.Name
	}
	if p.Sessions, err = s.Doors.Open(c.UserContext(), who); err != nil {
		return err
	}
	if s.Doors.Journal != nil {
		if p.Attempts, err = s.Doors.Journal.AttemptsOf(c.UserContext(), who.ID, attemptsShown); err != nil {
			return err
		}
	}
	return s.render(c, "staff/me", p)
}

// signOutEverywhere ends every session of the person, this one among them.
func (s *Server) signOutEverywhere(c *fiber.Ctx) error {
	if err := s.Doors.SignOutEverywhere(c.UserContext(), staffOf(c).ID); err != nil {
		return err
	}
	s.setCookie(c, staffCookie, "", time.Unix(0, 0))
	return lead(c, "/staff/sign-in")
}
