package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/signin"
)

// mePage (tài khoản của tôi) shows a person where he is signed in, and who has tried to sign in under his name.
type mePage struct {
	page
	Sessions []signin.Session
	Own      string // the id of the sign-in that asks
	Attempts []signin.Attempt
}

// attemptsShown is how many lines of the journal stand on the page.
const attemptsShown = 50

func (s *Server) showMe(c *fiber.Ctx) error {
	who := staffOf(c)
	p := mePage{page: s.page(c, "page.me.title")}
	p.Own, _ = c.Locals("session").(string)
	var err error
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
