package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// crafted are addresses that have led browsers elsewhere or put a stranger's header into an answer.
var crafted = []string{
	"//evil.example", `/\evil.example`, "/\t/evil.example", "https://evil.example", "javascript:alert(1)", "/staff\r\nSet-Cookie: staff=stolen",
	"/staff\nX-Evil: 1", "/staff/\r\n\r\n<script>", "/staff\x00", "/staff//evil.example/..//..//evil.example", "/staff\\..\\\\evil.example", "evil.example", "",
	"/staff%0d%0aSet-Cookie:%20a=b", "/staffing", "/staff\u2028x",
}

// home fails when an answer leads out of the service or carries what the stranger wanted.
func home(t *testing.T, what string, a reply) {
	t.Helper()
	for name, values := range a.header {
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n\x00") || strings.Contains(strings.ToLower(name), "evil") || strings.Contains(v, "stolen") && name == "Set-Cookie" {
				t.Errorf("%s: %s: %q", what, name, v)
			}
		}
	}
	to := a.header.Get("Location")
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || to != "" && (to[0] != '/' || strings.HasPrefix(to, "//")) || strings.ContainsAny(to, "\\\t\r\n") {
		t.Errorf("%s leads to %q", what, to)
	}
}

func TestNoRedirectLeavesTheService(t *testing.T) {
	st := newStand(t)
	for _, address := range crafted {
		in := full(st.csrfOf(t, "/staff/sign-in"))
		in.Set("next", address)
		a := st.ask(t, http.MethodPost, "/staff/sign-in", in)
		home(t, "sign-in with "+address, a)
		if !isText(address) { // is shown again, and leads nowhere
			if a.status != http.StatusUnprocessableEntity || a.header.Get("Location") != "" {
				t.Errorf("sign-in with %q: %d", address, a.status)
			}
			continue
		}
		if to := a.header.Get("Location"); a.status != http.StatusSeeOther || !strings.HasPrefix(to, "/staff") {
			t.Errorf("sign-in with %q: %d %q", address, a.status, to)
		}
		in.Set("back", address)
		a = st.ask(t, http.MethodPost, "/language", in)
		home(t, "language with "+address, a)
		if a.status != http.StatusSeeOther || a.header.Get("Location") == "" {
			t.Errorf("language with %q: %d", address, a.status)
		}
		home(t, "a staff page signed out", st.out().ask(t, http.MethodGet, "/staff/cases?q="+url.QueryEscape(address), nil))
	}
}

// out is the same stand seen by a browser that is not signed in.
func (st *stand) out() *stand {
	other := *st
	other.cookies = nil
	return &other
}

func TestEveryPostWithHostileValuesStaysAtHome(t *testing.T) {
	st := newStand(t)
	for _, route := range st.posts() {
		for _, evil := range []string{"x\r\nSet-Cookie: staff=stolen", "//evil.example"} {
			form := full(st.csrfOf(t, "/"))
			for name := range form {
				if name != "csrf" && name != "sure" {
					form.Set(name, evil)
				}
			}
			form.Set("next", evil)
			home(t, route, st.ask(t, http.MethodPost, st.real(route), form))
			path := strings.NewReplacer(":token", url.PathEscape(evil), ":code", url.PathEscape(evil), ":handle", url.PathEscape(evil), ":ref", url.PathEscape(evil), ":move", "start", ":id", url.PathEscape(evil)).Replace(route)
			home(t, path, st.ask(t, http.MethodPost, path, form))
		}
	}
}

func TestASignInLeadsWhereOneWanted(t *testing.T) {
	st := newStand(t)
	a := st.out().ask(t, http.MethodGet, "/staff/cases?due=today&q=r%C3%A1c", nil)
	to, err := url.Parse(a.header.Get("Location"))
	if err != nil || to.Path != "/staff/sign-in" || to.Query().Get("next") != "/staff/cases?due=today&q=r%C3%A1c" {
		t.Fatalf("signed out: %d %v", a.status, a.header)
	}
	in := full(st.csrfOf(t, "/staff/sign-in"))
	in.Set("next", to.Query().Get("next"))
	if got := st.ask(t, http.MethodPost, "/staff/sign-in", in).header.Get("Location"); got != "/staff/cases?due=today&q=r%C3%A1c" {
		t.Errorf("the sign-in leads to %q", got)
	}
}

func TestAHeaderThatSplitsTheAnswerIsLeftOut(t *testing.T) {
	var log bytes.Buffer
	st := newStand(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	handler := st.edge(func() *fiber.App {
		app := fiber.New()
		app.Get("/", func(c *fiber.Ctx) error {
			c.Response().Header.SetCanonical([]byte("X-Typed"), []byte("a\r\nSet-Cookie: staff=stolen"))
			c.Set("X-Fine", "b")
			return c.SendString("ok")
		})
		return app
	}().Handler())
	st.App().Server().Handler = handler
	a := st.ask(t, http.MethodGet, "/", nil)
	home(t, "a handler that forgot", a)
	if a.header.Get("X-Typed") != "" || a.header.Get("X-Fine") != "b" || a.body != "ok" || !strings.Contains(log.String(), "X-Typed") {
		t.Errorf("%v %q, log %s", a.header, a.body, &log)
	}
}
