package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/web/api"
	"tiepdan/pkg/trackcode"
)

// A tracking code stands in no address: what stands there is read over shoulders, kept in histories and written down by
// proxies. It comes in the body of a form, goes from page to page in a sealed cookie of its case, and addresses carry a
// handle that means something to this browser alone.
const (
	caseCookie = "case-" // and the handle of the case
	caseLasts  = 30 * time.Minute
	mostCases  = 6 // open in one browser at a time

	caseLastsShared = 10 * time.Minute // on a phone that is not the visitor's own
)

// carried is a code as a cookie holds it.
type carried struct {
	Code  string
	Until time.Time
	Left  int `json:",omitempty"` // how often a receipt is still shown
}

// carry seals a value for this browser and one use of it.
func (s *Server) carry(c *fiber.Ctx, use string, v carried) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	sealed, err := s.Desk.Vault.SealPersonal(raw, "cookie/"+use+"/"+s.visitor(c))
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// carriedIn opens what carry sealed; it reports false for what is too old, of another browser or of another use.
func (s *Server) carriedIn(c *fiber.Ctx, use, value string) (carried, bool) {
	var v carried
	sealed, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil || value == "" {
		return v, false
	}
	raw, err := s.Desk.Vault.OpenPersonal(sealed, "cookie/"+use+"/"+s.visitor(c))
	if err != nil || json.Unmarshal(raw, &v) != nil {
		return v, false
	}
	return v, s.Now().Before(v.Until)
}

// handle is what addresses call a case in this browser.
func (s *Server) handle(c *fiber.Ctx, typed string) string {
	code, err := trackcode.Parse(typed)
	if err != nil {
		return ""
	}
	return s.mark("case", s.visitor(c), code.Plain())
}

// here is the address of a case's page in this browser.
func here(handle string) string { return "/t/h/" + handle }

// keepCode lets this browser go on with the case for a while, and returns the address of its page.
func (s *Server) keepCode(c *fiber.Ctx, code string) (string, error) {
	h, lasts := s.handle(c, code), caseLasts
	if onAShared(c) {
		lasts = caseLastsShared
	}
	value, err := s.carry(c, h, carried{Code: code, Until: s.Now().Add(lasts)})
	if err != nil {
		return "", err
	}
	s.forgetOldest(c, h)
	s.setCookie(c, caseCookie+h, value, time.Time{})
	return here(h), nil
}

// stay is the address of a case's page that is open; looking at it keeps its code for a while longer.
func (s *Server) stay(c *fiber.Ctx, code string) (string, error) {
	if c.Method() == fiber.MethodPost {
		return here(c.Params("handle")), nil
	}
	return s.keepCode(c, code)
}

// forgetOldest makes room for one more case.
func (s *Server) forgetOldest(c *fiber.Ctx, keep string) {
	names, oldest := caseCookies(c), ""
	var until time.Time
	for _, name := range names {
		h := strings.TrimPrefix(name, caseCookie)
		v, ok := s.carriedIn(c, h, c.Cookies(name))
		switch {
		case h == keep:
			return
		case !ok:
			oldest, until = name, time.Time{}
		case oldest == "" || v.Until.Before(until):
			oldest, until = name, v.Until
		}
	}
	if len(names) >= mostCases {
		s.setCookie(c, oldest, "", time.Unix(0, 0))
	}
}

// caseCookies are the names of the cookies that carry codes.
func caseCookies(c *fiber.Ctx) []string {
	var out []string
	c.Request().Header.VisitAllCookie(func(name, _ []byte) {
		if strings.HasPrefix(string(name), caseCookie) {
			out = append(out, string(name))
		}
	})
	return out
}

// ofCase lets a page see the code of the case that its address names.
func (s *Server) ofCase(c *fiber.Ctx) error {
	found, err := s.findCase(c, nil)
	if err != nil || !found {
		return err
	}
	return c.Next()
}

// findCase finds the code of the case that the address names: in its cookie, or in a genuine form itself. Without one it asks
// for it, and keeps what was typed.
func (s *Server) findCase(c *fiber.Ctx, problem error) (bool, error) {
	h := c.Params("handle")
	if v, ok := s.carriedIn(c, h, c.Cookies(caseCookie+h)); ok {
		c.Locals("code", v.Code)
		return true, nil
	}
	typed := ""
	if c.Method() == fiber.MethodPost {
		typed = c.FormValue("code")
	}
	switch {
	case problem != nil:
		return false, s.askCode(c, typed, problem)
	case typed == "":
		return false, s.askCode(c, "", errForgotten)
	}
	if _, err := s.follow(c, typed); err != nil {
		return false, s.wrongCode(c, typed, err)
	}
	if h != s.handle(c, typed) { // a code of another case, or of another browser: its own page is the safe one
		return false, s.enter(c, typed, "")
	}
	c.Locals("code", typed)
	_, err := s.keepCode(c, typed)
	return err == nil, err
}

var errReference = &api.FaultError{Status: http.StatusNotFound, Key: "error.code_is_reference"}

var errForgotten = &api.FaultError{Status: http.StatusNotFound, Key: "error.code_again"}

// codeOf is the tracking code of the case that the address names.
func codeOf(c *fiber.Ctx) string {
	code, _ := c.Locals("code").(string)
	return code
}

// follow finds the case of a code that a visitor gave. Wrong ones are counted, and answered alike whatever is wrong with them.
func (s *Server) follow(c *fiber.Ctx, typed string) (casework.Following, error) {
	f, err := s.Desk.Follow(c.UserContext(), typed)
	return f, s.guessed(c, err)
}

// enter leads from a code to the page of its case, or to one of the pages under it.
func (s *Server) enter(c *fiber.Ctx, typed, under string) error {
	if _, err := s.follow(c, typed); err != nil {
		return s.wrongCode(c, typed, err)
	}
	to, err := s.keepCode(c, typed)
	if err != nil {
		return err
	}
	return lead(c, to+under)
}

// wrongCode asks again for a code that no case has, or after one wrong code too many; other errors stay what they are.
func (s *Server) wrongCode(c *fiber.Ctx, typed string, err error) error {
	if st := api.FaultOf(err).Status; st != http.StatusNotFound && st != http.StatusTooManyRequests {
		return err
	}
	if _, ok := trackcode.ParseReference(typed); ok && api.FaultOf(err).Status == http.StatusNotFound {
		err = errReference // whether there is such a case is not said
	}
	return s.askCode(c, typed, err)
}

// askCode shows the page that asks for the code, with what is wrong.
func (s *Server) askCode(c *fiber.Ctx, typed string, problem error) error {
	f := api.FaultOf(problem)
	p := trackPage{page: s.page(c, "page.track.title"), Code: typed, To: "/t", Shared: onAShared(c), Key: f.Key, Wrong: map[string]string{"code": f.Key}}
	p.Path = "/t" // where the language switch leads: an old address may hold a code
	if c.Method() == fiber.MethodPost && c.Params("handle") != "" {
		p.To, p.Carried = c.Path(), typedFields(c)
	}
	f.Headers(c)
	c.Status(f.Status)
	return s.render(c, "citizen/track", p)
}

// typedFields are what a form on a case's page may have brought when its code was forgotten meanwhile.
func typedFields(c *fiber.Ctx) map[string]string {
	out := map[string]string{}
	for _, name := range []string{"text", "subject", "reason", "comment", "score", "sure"} {
		if v := c.FormValue(name); v != "" {
			out[name] = v
		}
	}
	return out
}

// enterCode takes the code from the form that asks for it.
func (s *Server) enterCode(c *fiber.Ctx) error {
	if c.FormValue("to") == "receipt" {
		return s.enter(c, c.FormValue("code"), "/receipt")
	}
	return s.enter(c, c.FormValue("code"), "")
}

// enterAgain shows that form again.
func (s *Server) enterAgain(c *fiber.Ctx, problem error) error {
	return s.askCode(c, c.FormValue("code"), problem)
}

// oldLink takes an address with a code in it, as receipts once showed it, and leads on to one without.
func (s *Server) oldLink(c *fiber.Ctx) error {
	under := c.Params("*")
	if c.Params("code") == "h" {
		return fiber.ErrNotFound
	}
	switch {
	case under == "withdraw", under == "appeal", under == "data", strings.HasPrefix(under, "files/"):
		under = "/" + under
	default:
		under = ""
	}
	return s.enter(c, c.Params("code"), under)
}
