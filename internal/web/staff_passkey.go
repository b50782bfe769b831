package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/web/api"
)

// passkeysPath is where a person keeps his passkeys.
const passkeysPath = "/staff/me/passkeys" //nolint:gosec // an address

func (s *Server) passkeyRoutes(r fiber.Router) {
	r.Get(passkeysPath, s.ownPassword(s.showPasskeys))
	s.post(r, passkeysPath, form{read: small, do: s.ownPassword(s.addPasskey), again: func(c *fiber.Ctx, problem error) error {
		return s.ownPassword(func(c *fiber.Ctx) error { return confirmAgain(c, problem) })(c)
	}})
	s.staffPost(r, passkeysPath+"/name", s.namePasskey)
	s.staffPost(r, passkeysPath+"/end", s.dropPasskey)
}

// passkeysPage (khóa đăng nhập) lists a person's passkeys, and makes another.
type passkeysPage struct {
	page
	Keys   []office.Passkey
	New    signin.Asked
	Works  bool // passkeys do, at the address of the service
	Doubt  bool // nobody has confirmed his standing yet
	Needed bool // a role demands a second factor, and nothing else is to be had before
	Done   string
	Key    string
	Args   map[string]string
	Wrong  map[string]string
}

// Says is what was wrong as a whole.
func (p passkeysPage) Says() string { return p.words(p.Key, p.Args) }

// Problem is the message for a field, or "".
func (p passkeysPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Asks is what the browser is asked, as its script reads it.
func (p passkeysPage) Asks() string { return string(p.New.Options) }

func (s *Server) showPasskeys(c *fiber.Ctx) error { return s.passkeysPage(c, nil) }

func (s *Server) passkeysPage(c *fiber.Ctx, problem error) error {
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	who := staffOf(c)
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p := passkeysPage{
		page: s.page(c, "page.passkeys.title"), Keys: who.Passkeys, Doubt: !who.Vouched(), Needed: o.LacksFactor(who) && !sessionOf(c).Factor,
		Key: f.Key, Args: f.Args, Wrong: f.Fields,
	}
	if d := c.Query("done"); slices.Contains([]string{"passkey_named", "passkey_off"}, d) {
		p.Done = d
	}
	p.New, err = s.Doors.BeginPasskey(who, sessionOf(c).ID, p.Site())
	if p.Works = err == nil; err != nil && !errors.Is(err, signin.ErrNoPasskeys) {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return s.render(c, "staff/passkeys", p)
}

func (s *Server) addPasskey(c *fiber.Ctx) error {
	if err := s.proveAgain(c); err != nil {
		return s.passkeysPage(c, err)
	}
	in := s.fromWhere(c)
	in.Passkey = signin.Shown{Token: c.FormValue("made_token"), Credential: c.FormValue("made")}
	if in.Passkey.Credential == "" {
		return s.passkeysPage(c, wrongField("made", "error.field.passkey_made"))
	}
	codes, next, err := s.Doors.AddPasskey(c.UserContext(), staffOf(c), c.FormValue("name"), in)
	if err != nil {
		return s.passkeysPage(c, err)
	}
	return s.showCodes(c, codes, next, "passkey_on")
}

func (s *Server) namePasskey(c *fiber.Ctx) error {
	if c.FormValue("name") == "" {
		return s.passkeysPage(c, &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.passkey_name"})
	}
	if err := s.Doors.NamePasskey(c.UserContext(), staffOf(c), c.FormValue("id"), c.FormValue("name")); err != nil {
		return s.passkeysPage(c, err)
	}
	return lead(c, passkeysPath+"?done=passkey_named")
}

func (s *Server) dropPasskey(c *fiber.Ctx) error {
	if err := s.proveAgain(c); err != nil {
		return s.passkeysPage(c, err)
	}
	next, err := s.Doors.DropPasskey(c.UserContext(), staffOf(c), c.FormValue("id"), s.fromWhere(c))
	if errors.Is(err, signin.ErrFactorNeeded) {
		err = &api.FaultError{Status: http.StatusConflict, Key: "error.factor_needed"}
	}
	if err != nil {
		return s.passkeysPage(c, err)
	}
	return s.showCodes(c, nil, next, "passkey_off")
}

// shownPasskey is what the form brings of a passkey, if it does.
func shownPasskey(c *fiber.Ctx) signin.Shown {
	return signin.Shown{Token: c.FormValue("passkey_token"), Credential: c.FormValue("passkey")}
}
