package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/single"
	"tiepdan/internal/web/api"
	"tiepdan/pkg/localpath"
)

// SingleBack is where the provider of single sign-on leads back to.
const SingleBack = "/staff/sign-in/single/back"

const (
	singlePath   = "/staff/me/single"
	singleCookie = "single" // what must be remembered of somebody who is at the provider, sealed
	singleLasts  = 10 * time.Minute
)

func (s *Server) singleRoutes(r fiber.Router) {
	if s.Single == nil {
		return
	}
	r.Get("/staff/sign-in/single", s.goSingle)
	r.Get(SingleBack, s.backSingle)
	r.Get(singlePath, s.signedIn(s.showSingle))
	r.Get(singlePath+"/go", s.signedIn(s.goSingle))
	r.Get(singlePath+"/prove", s.signedIn(s.goSingle))
	s.staffPost(r, singlePath, s.linkSingle)
	s.staffPost(r, singlePath+"/end", s.unlinkSingle)
}

// away is somebody who is at the provider.
type away struct {
	Trip    single.Trip `json:"trip"`
	Next    string      `json:"next"`
	Session string      `json:"session"` // of whom wants to link his account, or to prove who he is; "" wants to come in
	Prove   bool        `json:"prove"`
	Sent    time.Time   `json:"sent"`
	Until   time.Time   `json:"until"`
}

func (s *Server) sealFor(v any, place string) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	sealed, err := s.Desk.Vault.SealPersonal(raw, place)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// unsealFor reads what was sealed for the place into v, and reports whether it was.
func (s *Server) unsealFor(text, place string, v any) bool {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || text == "" {
		return false
	}
	raw, err := s.Desk.Vault.OpenPersonal(sealed, place)
	return err == nil && json.Unmarshal(raw, v) == nil
}

// goSingle leads to the provider. It is a link and no form: pages allow no form to lead off, and nothing is changed by it here.
func (s *Server) goSingle(c *fiber.Ctx) error {
	prove := c.Path() == singlePath+"/prove"
	address, trip, err := s.Single.Begin(c.UserContext(), token, prove)
	if err != nil && prove {
		return s.singlePage(c, "", "", err)
	}
	if err != nil {
		return s.singleAgain(c, c.Query("next"), err)
	}
	a := away{Trip: trip, Next: c.Query("next"), Session: sessionOf(c).ID, Prove: prove, Sent: s.Now(), Until: s.Now().Add(singleLasts)}
	a.Next = a.Next[:min(len(a.Next), 500)]
	sealed, err := s.sealFor(a, singleCookie)
	if err != nil {
		return err
	}
	s.setCookie(c, singleCookie, sealed, a.Until)
	return leadToProvider(c, address)
}

// backSingle takes in who comes back from the provider. The way there is good once.
func (s *Server) backSingle(c *fiber.Ctx) error {
	var a away
	ok := s.unsealFor(c.Cookies(singleCookie), singleCookie, &a) && s.Now().Before(a.Until)
	s.setCookie(c, singleCookie, "", time.Unix(0, 0))
	if !ok {
		return s.singleAgain(c, "", single.ErrRefused)
	}
	who, err := s.came(c, a, single.Answer{State: c.Query("state"), Code: c.Query("code"), Issuer: c.Query("iss")})
	if err != nil {
		return s.singleAgain(c, a.Next, err)
	}
	if a.Prove {
		return s.signedIn(func(c *fiber.Ctx) error { return s.provedSingle(c, a, who) })(c)
	}
	if a.Session != "" {
		return s.signedIn(func(c *fiber.Ctx) error { return s.askToLink(c, a, who) })(c)
	}
	return s.enterAs(c, a.Next, who)
}

// came asks the provider who came back. What does not fit the way there asks nobody and counts against nobody; the way is good once,
// whichever browser comes, and each caller has so many.
func (s *Server) came(c *fiber.Ctx, a away, answer single.Answer) (none single.Account, err error) {
	if !s.Single.Fits(a.Trip, answer) {
		return none, single.ErrRefused
	}
	if err := s.api.Gate.Ask(c, api.DoorSingle, ""); err != nil {
		return none, err
	}
	first, err := s.Doors.Factors.Spend(c.UserContext(), "single/"+a.Trip.State, a.Until)
	if err == nil && !first {
		err = single.ErrRefused
	}
	if err != nil {
		return none, err
	}
	return s.Single.Finish(c.UserContext(), a.Trip, answer)
}

// enterAs signs in who is linked to the account.
func (s *Server) enterAs(c *fiber.Ctx, next string, a single.Account) error {
	in := s.fromWhere(c)
	in.Present = c.Cookies(staffCookie)
	token, who, err := s.Doors.SignInAs(c.UserContext(), accountOf(a), in)
	if err != nil {
		return s.singleAgain(c, next, err)
	}
	s.setCookie(c, staffCookie, token, s.Now().Add(s.Doors.Lasts))
	s.setCookie(c, deviceCookie, s.Doors.Remember(c.Cookies(deviceCookie), who.ID), s.Now().Add(signin.DeviceLasts))
	return lead(c, staffPage(next))
}

func accountOf(a single.Account) signin.Account {
	return signin.Account{Issuer: a.Issuer, Subject: a.Subject, Factor: a.Factor, AuthAt: a.AuthAt}
}

// singleAgain shows the sign-in page with what went wrong; the password goes on working.
func (s *Server) singleAgain(c *fiber.Ctx, next string, problem error) error {
	if errors.Is(problem, single.ErrAway) && s.Single.News() {
		s.Log.WarnContext(c.UserContext(), "the provider of single sign-on does not answer", "issuer", s.Single.Issuer, "error", problem)
	}
	c.Locals(nextKey, localpath.Within("/staff", next))
	c.Locals(bySingleKey, true)
	return s.signInAgain(c, problem)
}

// bySingleKey is where a request keeps that somebody came from the provider, and gave no password.
const bySingleKey = "by_single"

// provedSingle notes that whoever is in has shown the provider once more who he is. It is bound to the session that sent him there and to
// the account of its person; the page that he came from stays open beside, with what was typed in it.
func (s *Server) provedSingle(c *fiber.Ctx, a away, who single.Account) error {
	if sessionOf(c).ID != a.Session {
		return s.singlePage(c, "", "", single.ErrRefused)
	}
	err := s.Doors.ProveAs(c.UserContext(), staffOf(c), accountOf(who), a.Sent, s.fromWhere(c))
	if errors.Is(err, signin.ErrWrong) {
		return s.singlePage(c, "", "", &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.single_not_anew"})
	}
	if err != nil {
		return err
	}
	return lead(c, singlePath+"?done=single_proved")
}

// nextKey is where a request keeps where its sign-in leads, where no form says it.
const nextKey = "next"

// singlePage (đăng nhập một lần) shows whether an account at the provider is linked, links one, and ends that.
type singlePage struct {
	page
	At      string // the provider, as staff call it
	Link    office.Linked
	Account string // that asks to be linked
	Token   string
	Done    string
	Key     string
	Args    map[string]string
}

// Says is what was wrong.
func (p singlePage) Says() string { return p.words(p.Key, p.Args) }

// toLink is an account that its person has shown and may link.
type toLink struct {
	Account signin.Account `json:"account"`
	Name    string         `json:"name"`
	Until   time.Time      `json:"until"`
}

func linkPlace(session string) string { return "single/" + session }

func (s *Server) showSingle(c *fiber.Ctx) error { return s.singlePage(c, "", "", nil) }

func (s *Server) singlePage(c *fiber.Ctx, account, sealed string, problem error) error {
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p := singlePage{page: s.page(c, "page.single.title"), At: s.Single.Name, Link: staffOf(c).Link, Account: account, Token: sealed, Key: f.Key, Args: f.Args}
	if d := c.Query("done"); d == "single_on" || d == "single_off" || d == "single_proved" {
		p.Done = d
	}
	return s.render(c, "staff/single", p)
}

// askToLink asks whether the account is his: another may be signed in there, on a machine that several share.
func (s *Server) askToLink(c *fiber.Ctx, a away, who single.Account) error {
	if sessionOf(c).ID != a.Session {
		return s.singlePage(c, "", "", single.ErrRefused)
	}
	l := toLink{Account: accountOf(who), Name: who.Name, Until: s.Now().Add(singleLasts)}
	sealed, err := s.sealFor(l, linkPlace(a.Session))
	if err != nil {
		return err
	}
	if l.Name == "" {
		l.Name = who.Subject
	}
	return s.singlePage(c, l.Name, sealed, nil)
}

func (s *Server) linkSingle(c *fiber.Ctx) error {
	var l toLink
	if !s.unsealFor(c.FormValue("token"), linkPlace(sessionOf(c).ID), &l) || !s.Now().Before(l.Until) {
		return s.singlePage(c, "", "", single.ErrRefused)
	}
	if err := s.proveAgain(c); err != nil {
		return s.singlePage(c, l.Name, c.FormValue("token"), err)
	}
	next, err := s.Doors.LinkTo(c.UserContext(), staffOf(c), l.Account, s.fromWhere(c))
	return s.changedSingle(c, next, "single_on", err)
}

func (s *Server) unlinkSingle(c *fiber.Ctx) error {
	if err := s.proveAgain(c); err != nil {
		return s.singlePage(c, "", "", err)
	}
	next, err := s.Doors.Unlink(c.UserContext(), staffOf(c), s.fromWhere(c))
	return s.changedSingle(c, next, "single_off", err)
}

func (s *Server) changedSingle(c *fiber.Ctx, next, done string, err error) error {
	if err != nil {
		return s.singlePage(c, "", "", err)
	}
	s.setCookie(c, staffCookie, next, s.Now().Add(s.Doors.Lasts))
	return lead(c, singlePath+"?done="+done)
}
