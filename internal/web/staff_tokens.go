package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/signin"
	"tiepdan/internal/web/api"
)

const tokensPath = "/staff/me/tokens"

func (s *Server) tokenRoutes(r fiber.Router) {
	r.Get(tokensPath, s.signedIn(s.showTokens))
	s.staffPost(r, tokensPath, s.makeToken)
	s.staffPost(r, tokensPath+"/end", s.endToken)
}

// tokenDays are the times that an access token may be given, in days.
var tokenDays = []int{30, 90, 180, 365}

// tokensPage (khóa truy cập) lists a person's keys for programs, and makes another. One that was just made stands on it once.
type tokensPage struct {
	page
	Tokens []signin.Session
	Offers []signin.Scope // what he may give one
	Days   []int
	Made   string
	Done   bool // one was ended
	// As typed.
	Name   string
	Chosen []signin.Scope
	Lasts  int
	Key    string
	Args   map[string]string
	Wrong  map[string]string
}

// Private keeps the token from whoever presses Back.
func (p tokensPage) Private() bool { return p.Made != "" }

// Says is what was wrong as a whole.
func (p tokensPage) Says() string { return p.words(p.Key, p.Args) }

// Problem is the message for a field, or "".
func (p tokensPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Chose reports whether the scope was chosen.
func (p tokensPage) Chose(scope signin.Scope) bool { return slices.Contains(p.Chosen, scope) }

// Used reports whether a program has shown the token.
func (tokensPage) Used(t signin.Session) bool { return !t.SeenAt.IsZero() }

func (s *Server) showTokens(c *fiber.Ctx) error { return s.tokensPage(c, "", nil) }

func (s *Server) tokensPage(c *fiber.Ctx, made string, problem error) error {
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	who := staffOf(c)
	p := tokensPage{
		page: s.page(c, "page.tokens.title"), Offers: signin.ScopesFor(who), Days: tokenDays, Lasts: tokenDays[1], Made: made, Done: c.Query("done") != "",
		Key: f.Key, Args: f.Args, Wrong: f.Fields,
	}
	if p.Tokens, err = s.Doors.Tokens(c.UserContext(), who); err != nil {
		return err
	}
	if problem != nil {
		ask := askedToken(c)
		p.Name, p.Chosen, p.Lasts = ask.Name, ask.Scopes, int(ask.Lasts/(24*time.Hour))
	}
	if made != "" {
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
	return s.render(c, "staff/tokens", p)
}

func askedToken(c *fiber.Ctx) signin.NewToken {
	ask := signin.NewToken{Name: strings.TrimSpace(c.FormValue("name"))}
	for _, v := range c.Request().PostArgs().PeekMulti("scope") {
		ask.Scopes = append(ask.Scopes, signin.Scope(v))
	}
	if n, err := strconv.Atoi(c.FormValue("days")); err == nil && slices.Contains(tokenDays, n) {
		ask.Lasts = time.Duration(n) * 24 * time.Hour
	}
	return ask
}

// wrongToken says beside each field what is wrong with a token that is asked for.
func wrongToken(ask signin.NewToken) error {
	wrong := map[string]string{}
	if ask.Name == "" {
		wrong["name"] = "error.field.required"
	}
	if len(ask.Scopes) == 0 {
		wrong["scope"] = "error.field.token_scope"
	}
	if ask.Lasts == 0 {
		wrong["days"] = "error.field.required"
	}
	if len(wrong) == 0 {
		return nil
	}
	return &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: wrong}
}

func (s *Server) makeToken(c *fiber.Ctx) error {
	ask := askedToken(c)
	if err := wrongToken(ask); err != nil {
		return s.tokensPage(c, "", err)
	}
	if err := s.proveAgain(c); err != nil {
		return s.tokensPage(c, "", err)
	}
	if first, err := s.firstTime(c); err != nil || !first {
		return errors.Join(err, lead(c, tokensPath))
	}
	made, err := s.Doors.MakeToken(c.UserContext(), staffOf(c), ask, s.fromWhere(c))
	switch {
	case errors.Is(err, signin.ErrTokenDoubt):
		err = &api.FaultError{Status: http.StatusForbidden, Key: "error.token_doubt"}
	case errors.Is(err, signin.ErrTokenMany):
		err = &api.FaultError{Status: http.StatusConflict, Key: "error.token_many"}
	case errors.Is(err, signin.ErrTokenShape):
		err = &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid"}
	}
	return s.tokensPage(c, made, err)
}

func (s *Server) endToken(c *fiber.Ctx) error {
	if err := s.Doors.EndToken(c.UserContext(), staffOf(c), c.FormValue("id"), s.fromWhere(c)); err != nil {
		return err
	}
	return lead(c, tokensPath+"?done=1")
}
