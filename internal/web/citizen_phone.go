package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/web/api"
)

// Whose phone it is decides what may stay on it. A visitor says so on a form; of a denunciation nothing stays unless he said
// that the phone is his own.
const (
	phoneCookie = "phone"
	sharedPhone = "shared"
	ownPhone    = "own"
	ownLasts    = 30 * 24 * time.Hour
)

// onSharedPhone reports whether nothing of this kind of letter may stay on the phone.
func onSharedPhone(c *fiber.Ctx, k law.Kind) bool {
	switch c.Cookies(phoneCookie) {
	case sharedPhone:
		return true
	case ownPhone:
		return false
	default:
		return k.Secret()
	}
}

// onAShared reports whether the visitor said that the phone is not his own.
func onAShared(c *fiber.Ctx) bool { return c.Cookies(phoneCookie) == sharedPhone }

// rememberPhone keeps what the visitor said of his phone: that it is not his own, until the browser closes.
func (s *Server) rememberPhone(c *fiber.Ctx, f fileForm) {
	switch {
	case f.Shared && (!law.Kind(f.Kind).Secret() || c.Cookies(phoneCookie) != ""): // else it was set from the start
		s.setCookie(c, phoneCookie, sharedPhone, time.Time{})
	case !f.Shared && law.Kind(f.Kind).Secret():
		s.setCookie(c, phoneCookie, ownPhone, s.Now().Add(ownLasts))
	}
}

// usedCookie lists the forms that this browser has sent. A browser offers to send a form again long after; what was typed
// into a used one is not shown to whoever does.
const (
	usedCookie = "used"
	mostUsed   = 12
	usedSize   = 8
)

// used reports whether the form was sent before, as far as this browser has heard.
func (s *Server) used(c *fiber.Ctx, once string) bool {
	return slices.Contains(strings.Split(c.Cookies(usedCookie), "."), s.mark("once", once)[:usedSize])
}

// use notes that the form is sent now.
func (s *Server) use(c *fiber.Ctx, once string) {
	now := append([]string{s.mark("once", once)[:usedSize]}, strings.Split(c.Cookies(usedCookie), ".")...)
	s.setCookie(c, usedCookie, strings.Trim(strings.Join(now[:min(len(now), mostUsed)], "."), "."), time.Time{})
}

// Seal names the first field of the form. A browser fills a form it loads again with what was typed when the names are those
// of before: this one changes with every sending, and with every showing where nothing may stay on the phone.
func (p filePage) Seal() string { return "f" + p.seal }

func (s *Server) seal(c *fiber.Ctx, f fileForm) string {
	if f.private() {
		return f.Once
	}
	return s.mark("seal", c.Cookies(usedCookie))[:usedSize]
}

// private reports whether nothing of the form may stay on the phone.
func (f fileForm) private() bool { return f.Shared || law.Kind(f.Kind).Secret() }

// openCookie changes whenever a private page is left for another of ours. Browsers hold pages in memory for Back, even those
// that say no-store, but not when a cookie changed that scripts cannot read: that needs no script of the page.
const openCookie = "open"

func (s *Server) turn(c *fiber.Ctx, private bool) {
	switch {
	case c.Response().StatusCode() == http.StatusForbidden: // a forged form changes nothing in the browser
	case private:
		s.setCookie(c, openCookie, token(), time.Time{})
	case c.Cookies(openCookie) != "":
		s.setCookie(c, openCookie, "", time.Unix(0, 0))
	}
}

// Private is a form of which nothing may stay on the phone.
func (p filePage) Private() bool { return p.Form.private() }

// Private is every page about a case.
func (p trackPage) Private() bool { return p.Seen != nil }

// Private is the page with the code.
func (receiptPage) Private() bool { return true }

// Exits shows the way out that leaves nothing behind.
func (p filePage) Exits() bool { return law.Kind(p.Form.Kind).Secret() }

// Exits shows the way out on pages about a case.
func (p trackPage) Exits() bool { return p.Seen != nil }

// Exits shows the way out beside the code.
func (receiptPage) Exits() bool { return true }

// Fill is what a browser may offer to fill a field in with: nothing where the offer itself would tell the next person.
func (p filePage) Fill(purpose string) string {
	if p.Form.private() {
		return "off"
	}
	return purpose
}

type leavePage struct {
	page
	Done  bool
	Key   string
	Wrong map[string]string
}

// Script takes away what old browsers do not clear when they are told.
func (leavePage) Script() string { return "citizen.js" }

// showLeave explains what stays on a phone and offers to take it away.
func (s *Server) showLeave(c *fiber.Ctx) error {
	return s.render(c, "citizen/leave", leavePage{page: s.page(c, "page.leave.title")})
}

// leaveAgain shows it again when the button was too old.
func (s *Server) leaveAgain(c *fiber.Ctx, problem error) error {
	f := api.FaultOf(problem)
	c.Status(f.Status)
	return s.render(c, "citizen/leave", leavePage{page: s.page(c, "page.leave.title"), Key: f.Key})
}

func (s *Server) showLeft(c *fiber.Ctx) error {
	return s.render(c, "citizen/leave", leavePage{page: s.page(c, "page.leave.done"), Done: true})
}

// leave takes away everything that this service keeps in the browser.
func (s *Server) leave(c *fiber.Ctx) error {
	s.clearPhone(c)
	return lead(c, "/left")
}

// exit (thoát nhanh) is the way out for somebody who is being watched: one tap, everything gone but the language, and a harmless
// page of another site, so that not even the address tells where he was. A foreign site or a browser that looks ahead cannot
// press it.
func (s *Server) exit(c *fiber.Ctx) error {
	site := c.Get("Sec-Fetch-Site")
	if site == "cross-site" || site == "same-site" || c.Get("Sec-Purpose") != "" || c.Get("Purpose") != "" {
		return lead(c, "/leave")
	}
	s.clearPhone(c, langCookie)
	return s.leadOff(c)
}

// clearPhone tells the browser to forget us, but for the cookies that are named, and ends every other cookie by name for those
// that do not listen.
func (s *Server) clearPhone(c *fiber.Ctx, keep ...string) {
	if token := c.Cookies(staffCookie); token != "" { // whoever kept a copy of the cookie is signed out with it
		if err := s.Doors.SignOut(c.UserContext(), token); err != nil {
			s.Log.WarnContext(c.UserContext(), "session not ended on leaving", "error", err)
		}
	}
	what := `"cache", "storage"`
	if len(keep) == 0 {
		what += `, "cookies"`
	}
	c.Set("Clear-Site-Data", what)
	c.Request().Header.VisitAllCookie(func(name, _ []byte) {
		if !slices.Contains(keep, string(name)) {
			s.setCookie(c, string(name), "", time.Unix(0, 0))
		}
	})
}
