package web

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/single"
	"tiepdan/internal/web/api"
)

type signInPage struct {
	page
	Username string
	Next     string
	Half     string // the password was right, or the provider said who it is: the second step
	BySingle bool   // the provider did
	Chosen   bool   // a new password has just been chosen
	Key      string
	Wait     int    // seconds
	Ticket   string // the place that a refusal kept
	Single   string // the provider of single sign-on, as staff call it
	Left     string // where one who came by it signs out there as well
	Held     string // a form that came after its session had ended, sealed; see heldForm
}

// Script is what asks for a passkey.
func (p signInPage) Script() string {
	if p.Unlocks {
		return "door.js"
	}
	return ""
}

func (s *Server) signInPage(c *fiber.Ctx) signInPage {
	p := signInPage{page: s.page(c, "page.signin.title"), Next: c.FormValue("next")}
	p.Unlocks = s.Doors.HasPasskeys()
	if next, ok := c.Locals(nextKey).(string); ok {
		p.Next = next
	}
	if s.Single != nil {
		p.Single, p.BySingle = s.Single.Name, c.FormValue("by") == "single" || c.Locals(bySingleKey) == true
	}
	return p
}

func (s *Server) showSignIn(c *fiber.Ctx) error {
	if err := s.foreseeSignIn(c); err != nil {
		return err
	}
	p := s.signInPage(c)
	p.Next, p.Chosen, p.Left = c.Query("next", "/staff"), c.Query("chosen") != "", s.leavesSingle(c)
	return s.render(c, "staff/signin", p)
}

// foreseeSignIn asks beforehand whoever comes on a device on which nobody has signed in.
func (s *Server) foreseeSignIn(c *fiber.Ctx) error {
	if c.Cookies(deviceCookie) != "" {
		return nil
	}
	return s.foresee(c, door{name: api.DoorSignIn, place: func(*fiber.Ctx) string { return "" }})
}

func (s *Server) signIn(c *fiber.Ctx) error {
	in := signin.In{
		Username: c.FormValue("username"), Password: c.FormValue("password"), OTP: c.FormValue("otp"),
		Devices: c.Cookies(deviceCookie), Ticket: c.FormValue("ticket"), Half: c.FormValue("half"),
		Passkey: shownPasskey(c),
	}
	token, who, err := s.api.SignIn(c, in)
	if err == nil {
		s.setCookie(c, staffCookie, token, s.Now().Add(s.Doors.Lasts))
		s.setCookie(c, deviceCookie, s.Doors.Remember(in.Devices, who.ID), s.Now().Add(signin.DeviceLasts))
		if h, ok := s.released(who, c.FormValue("held")); ok {
			return s.showHeld(c, who, token, h)
		}
		if c.FormValue("held") != "" {
			return lead(c, "/staff?lost=yes")
		}
		return lead(c, staffPage(c.FormValue("next")))
	}
	return s.signInAgain(c, err)
}

// signInSays is what this page says instead of what others do: it does not keep a password.
var signInSays = map[string]string{
	"error.proof": "error.sign_in_proof", "error.proof_wrong": "error.sign_in_proof_wrong", "error.too_many_sent": "error.sign_in_many",
}

// signInAgain asks once more; the password is not kept.
func (s *Server) signInAgain(c *fiber.Ctx, problem error) error {
	f := api.FaultOf(problem)
	if f.Question != nil {
		c.Locals(questionKey, f.Question)
	} else if err := s.foreseeSignIn(c); err != nil {
		return err
	}
	p := s.signInPage(c)
	p.Username, p.Key, p.Held = c.FormValue("username"), cmp.Or(signInSays[f.Key], f.Key), c.FormValue("held")
	if second, ok := errors.AsType[*signin.SecondError](problem); ok {
		p.Half, p.Key = second.Half, ""
		if second.Wrong {
			p.Key = "error.otp_wrong"
		}
	}
	if w, waits := errors.AsType[*signin.WaitError](problem); waits {
		p.Ticket, p.Wait, p.Half = w.Ticket, w.Seconds(), c.FormValue("half")
	} else if f.Status >= http.StatusInternalServerError && !errors.Is(problem, signin.ErrBusy) && !errors.Is(problem, single.ErrAway) {
		return problem
	}
	f.Headers(c)
	c.Status(f.Status)
	return s.render(c, "staff/signin", p)
}

func (s *Server) signOut(c *fiber.Ctx) error {
	_, session, err := s.Doors.Look(c.UserContext(), c.Cookies(staffCookie))
	if err == nil || errors.Is(err, signin.ErrSignedOut) {
		err = s.Doors.SignOut(c.UserContext(), c.Cookies(staffCookie))
	}
	if err != nil {
		return err
	}
	s.setCookie(c, staffCookie, "", time.Unix(0, 0))
	s.setCookie(c, visitorCookie, token(), time.Time{}) // a sign-in that this browser still holds, sent again, is no longer ours
	c.Set("Clear-Site-Data", `"cache"`)                 // nor does Back show a page that it holds in memory
	if session.Single {
		return lead(c, "/staff/sign-in?left=single")
	}
	return lead(c, "/staff/sign-in")
}

// leavesSingle is where somebody who came by single sign-on signs out of it as well: the next at this machine would come in as he.
func (s *Server) leavesSingle(c *fiber.Ctx) string {
	if s.Single == nil || c.Query("left") != "single" {
		return ""
	}
	return s.Single.Leaves()
}

func staffOf(c *fiber.Ctx) office.Staff {
	who, _ := c.Locals("staff").(office.Staff)
	return who
}

// names lets templates write units and people by name.
type names struct {
	office *office.Office
	lang   string
}

// Unit is a unit's name, or its id when it is gone.
func (n names) Unit(id string) string {
	if u, ok := n.office.Unit(id); ok {
		return u.Name.In(n.lang)
	}
	return id
}

// Person is a member of staff's name, or his id when he is gone.
func (n names) Person(id string) string {
	if m, ok := n.office.Staff(id); ok {
		return m.Name
	}
	return id
}

// Days is how many days are left until the moment; negative when it has passed.
func (p page) Days(due time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(vietnam).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, vietnam)
	}
	return int(day(due).Sub(day(p.Now)).Hours() / 24)
}
