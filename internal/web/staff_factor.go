package web

import (
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/signin"
	"tiepdan/internal/web/api"
)

// factorPath is where a second factor is set up.
const factorPath = "/staff/me/otp"

func (s *Server) factorRoutes(r fiber.Router) {
	r.Get(factorPath, s.ownPassword(s.showOTP))
	s.post(r, factorPath, form{read: small, do: s.ownPassword(s.confirmOTP), again: func(c *fiber.Ctx, problem error) error {
		return s.ownPassword(func(c *fiber.Ctx) error { return confirmAgain(c, problem) })(c)
	}})
	s.staffPost(r, "/staff/me/otp/off", s.stopOTP)
	s.staffPost(r, "/staff/me/codes", s.renewCodes)
	s.passkeyRoutes(r)
}

// factorPage (mã xác thực) shows a secret as a QR code and as text, until a code of it proves that the phone has it.
type factorPage struct {
	page
	New    signin.NewOTP
	Size   int    // of the QR code, in modules
	QR     string // its path
	Needed bool   // a role demands it, and nothing else is to be had before
	Had    bool   // it takes the place of another
	Key    string
	Args   map[string]string
	Wrong  map[string]string
}

// Says is what was wrong as a whole.
func (p factorPage) Says() string { return p.words(p.Key, p.Args) }

// Problem is the message for a field, or "".
func (p factorPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Private keeps the secret from whoever presses Back.
func (factorPage) Private() bool { return true }

// Grouped is the secret in fours, as one reads it off a screen and types it.
func (p factorPage) Grouped() string {
	var b strings.Builder
	for i, r := range p.New.Secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Opens is the address that opens the authenticator on the phone that shows this page, which cannot scan its own screen.
func (p factorPage) Opens() template.URL {
	if !strings.HasPrefix(p.New.URL, "otpauth://totp/") {
		return ""
	}
	return template.URL(p.New.URL) //nolint:gosec // its scheme is checked above
}

func (s *Server) showOTP(c *fiber.Ctx) error { return s.factorPage(c, "", nil) }

func (s *Server) factorPage(c *fiber.Ctx, token string, problem error) error {
	who := staffOf(c)
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := factorPage{page: s.page(c, "page.otp.title"), Needed: o.LacksFactor(who) && !sessionOf(c).Factor, Had: len(who.OTP) > 0}
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.Key, p.Args, p.Wrong = f.Key, f.Args, f.Fields
	if p.New, err = s.Doors.AgainOTP(who, sessionOf(c).ID, p.T("site.name"), token); err != nil {
		if p.New, err = s.Doors.BeginOTP(who, sessionOf(c).ID, p.T("site.name")); err != nil {
			return err
		}
	}
	q, err := api.NewQR(p.New.URL)
	if err != nil {
		return err
	}
	p.Size, p.QR = q.Path()
	c.Set(fiber.HeaderCacheControl, "no-store")
	return s.render(c, "staff/otp", p)
}

func (s *Server) confirmOTP(c *fiber.Ctx) error {
	token := c.FormValue("token")
	if err := s.proveAgain(c); err != nil {
		return s.factorPage(c, token, err)
	}
	in := s.fromWhere(c)
	in.OTP = c.FormValue("otp")
	codes, next, err := s.Doors.ConfirmOTP(c.UserContext(), staffOf(c), token, in)
	switch {
	case errors.Is(err, signin.ErrCode):
		return s.factorPage(c, token, wrongField("otp", "error.field.otp"))
	case errors.Is(err, signin.ErrEnrolOver):
		return s.factorPage(c, "", wrongField("otp", "error.field.otp_over"))
	case err != nil:
		return s.factorPage(c, token, err)
	}
	return s.showCodes(c, codes, next, "otp_on")
}

// confirmAgain answers a form whose session another one took the place of: most often the page of the codes, loaded again.
func confirmAgain(c *fiber.Ctx, problem error) error {
	if staffOf(c).HasFactor() {
		return lead(c, "/staff/me?done=codes_seen")
	}
	if errors.Is(problem, errForged) {
		problem = errReload
	}
	return problem
}

// showCodes shows recovery codes once, in the answer itself; where there are none it leads on. next is the session that goes on.
func (s *Server) showCodes(c *fiber.Ctx, codes []string, next, done string) error {
	if next != "" {
		s.setCookie(c, staffCookie, next, s.Now().Add(s.Doors.Lasts))
		c.Request().Header.SetCookie(staffCookie, next) // the forms of the page are signed for the new token
	}
	if len(codes) == 0 {
		return lead(c, "/staff/me?done="+done)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return s.render(c, "staff/codes", codesPage{s.page(c, "page.codes.title"), codes, done})
}

// codesPage (mã dự phòng) shows them once.
type codesPage struct {
	page
	Codes []string
	Done  string
}

// Private keeps them from whoever presses Back.
func (codesPage) Private() bool { return true }

func (s *Server) stopOTP(c *fiber.Ctx) error {
	return s.withFactor(c, func() (string, error) {
		return s.Doors.StopOTP(c.UserContext(), staffOf(c), s.fromWhere(c))
	}, "otp_off")
}

// withFactor takes a factor away from whoever has just proved who he is.
func (s *Server) withFactor(c *fiber.Ctx, drop func() (string, error), done string) error {
	if err := s.proveAgain(c); err != nil {
		return s.mePage(c, err)
	}
	next, err := drop()
	if errors.Is(err, signin.ErrFactorNeeded) {
		err = &api.FaultError{Status: http.StatusConflict, Key: "error.factor_needed"}
	}
	if err != nil {
		return s.mePage(c, err)
	}
	return s.showCodes(c, nil, next, done)
}

func (s *Server) renewCodes(c *fiber.Ctx) error {
	if err := s.proveAgain(c); err != nil {
		return s.mePage(c, err)
	}
	if first, err := s.firstTime(c); err != nil || !first { // loaded again: new ones would put those at an end that were just written down
		return errors.Join(err, lead(c, "/staff/me?done=codes_seen"))
	}
	codes, err := s.Doors.RenewCodes(c.UserContext(), staffOf(c), s.fromWhere(c))
	if err != nil {
		return err
	}
	return s.showCodes(c, codes, "", "codes_on")
}
