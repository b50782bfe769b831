package web

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var heldField = regexp.MustCompile(`name="held" value="([^"]+)"`)

// TestWhatWasTypedOutlivesTheSession: a form sent after the idle time comes back to whoever sent it, after he has signed in again,
// to be sent with one press; to nobody else, and not for ever.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	const typed = "Đã gọi ông Bảy, hẹn thứ Hai."
	for _, tc := range []struct {
		name, who string
		later     time.Duration
		comesBack bool
	}{
		{"the same person", "roadhead", time.Minute, true},
		{"another person", "officer", time.Minute, false},
		{"too late", "roadhead", 16 * time.Minute, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			st := newStand(t, func(c *Config) { c.Doors.Idle, c.Doors.Lasts = 30*time.Minute, 24*time.Hour })
			path := "/staff/cases/" + st.ref + "/moves/start"
			form := url.Values{"csrf": {st.csrfOf(t, "/staff/board")}, "rev": {"1"}, "note": {typed}}
			st.desk.Clock = st.desk.Clock.Add(31 * time.Minute)
			got := st.ask(t, http.MethodPost, path, form)
			held := heldField.FindStringSubmatch(got.body)
			if got.status != http.StatusUnauthorized || held == nil || strings.Contains(got.body, "Bảy") {
				t.Fatalf("after the idle time: %d %s", got.status, got.body)
			}
			csrf := tokenIn(t, got.body)
			st.desk.Clock = st.desk.Clock.Add(tc.later)
			sign := url.Values{"csrf": {csrf}, "held": {held[1]}, "next": {"/staff"}, "username": {tc.who}, "password": {"sai"}}
			if again := st.ask(t, http.MethodPost, "/staff/sign-in", sign); heldField.FindStringSubmatch(again.body) == nil {
				t.Errorf("a wrong password loses it: %d %s", again.status, again.body)
			}
			sign.Set("password", password)
			in := st.ask(t, http.MethodPost, "/staff/sign-in", sign)
			if strings.Contains(in.body, typed) != tc.comesBack {
				t.Fatalf("after signing in: %d %s", in.status, in.body)
			}
			if !tc.comesBack {
				if to := in.header.Get("Location"); to != "/staff?lost=yes" {
					t.Errorf("nothing is said of it: %d %s", in.status, to)
				}
				return
			}
			if !strings.Contains(in.body, st.Words.Say("vi", "move.start", nil)) || !strings.Contains(in.body, st.ref) {
				t.Errorf("it does not say what would be sent: %s", in.body)
			}
			for _, k := range (&http.Response{Header: in.header}).Cookies() {
				for i := range st.cookies {
					if st.cookies[i].Name == k.Name {
						st.cookies[i] = k
					}
				}
			}
			form.Set("csrf", tokenIn(t, in.body))
			if sent := st.ask(t, http.MethodPost, path, form); sent.status == http.StatusForbidden || sent.status == http.StatusUnauthorized {
				t.Errorf("sent again: %d %s", sent.status, sent.body)
			}
		})
	}
}

// TestAFormThatIsNotKeptIsSaid, on the page that asks to sign in and on the one that comes after.
func TestAFormThatIsNotKeptIsSaid(t *testing.T) {
	st := newStand(t, func(c *Config) { c.Doors.Idle, c.Doors.Lasts = 30*time.Minute, 24*time.Hour })
	says := func(body, key string) bool {
		return strings.Contains(body, html.EscapeString(st.Words.Say("vi", key, nil)))
	}
	if page := st.ask(t, http.MethodGet, "/staff/board?lost=yes", nil); !says(page.body, "board.lost") {
		t.Error("the first page does not say that something was lost")
	}
	if page := st.ask(t, http.MethodGet, "/staff/board", nil); says(page.body, "board.lost") {
		t.Error("the first page says that something was lost")
	}
	form := url.Values{"csrf": {st.csrfOf(t, "/staff/board")}, "note": {strings.Repeat("dai ", maxHeld/4)}}
	st.desk.Clock = st.desk.Clock.Add(31 * time.Minute)
	got := st.ask(t, http.MethodPost, "/staff/cases/"+st.ref+"/moves/start", form)
	if got.status != http.StatusUnauthorized || heldField.MatchString(got.body) || !says(got.body, formLarge) {
		t.Errorf("too large: %d %s", got.status, got.body)
	}
}

// TestOnlyFormsOfCasesAreHeld: what holds passphrases is not kept, nor what was not sent from a page of ours, nor the form of a
// session that was ended on purpose.
func TestOnlyFormsOfCasesAreHeld(t *testing.T) {
	st := newStand(t, func(c *Config) { c.Doors.Idle, c.Doors.Lasts = 30*time.Minute, 24*time.Hour })
	csrf := st.csrfOf(t, "/staff/board")
	st.desk.Clock = st.desk.Clock.Add(31 * time.Minute)
	path := "/staff/cases/" + st.ref + "/moves/start"
	not := func(what string, got reply) {
		t.Helper()
		if strings.Contains(got.body, `name="held"`) {
			t.Errorf("%s is held", what)
		}
	}
	not("a passphrase", st.ask(t, http.MethodPost, "/staff/quorum/prove", url.Values{"csrf": {csrf}, "passphrase": {"mật khẩu phần khóa"}}))
	not("what would open a sender", st.ask(t, http.MethodPost, "/staff/cases/"+st.ref+"/contact", url.Values{"csrf": {csrf}, "reason": {"x y"}}))
	not("what no page of ours sent", st.ask(t, http.MethodPost, path, url.Values{"note": {"x y"}}))
	if err := st.Doors.SignOut(t.Context(), st.cookies[0].Value); err != nil {
		t.Fatal(err)
	}
	not("the form of an ended session", st.ask(t, http.MethodPost, path, url.Values{"csrf": {csrf}, "note": {"x y"}}))
	if staff, err := st.Doors.Was(t.Context(), "nobody"); staff != "" || err != nil {
		t.Errorf("an unknown token was %q, %v", staff, err)
	}
}

func tokenIn(t *testing.T, body string) string {
	t.Helper()
	_, rest, _ := strings.Cut(body, `name="csrf" value="`)
	token, _, found := strings.Cut(rest, `"`)
	if !found {
		t.Fatalf("no form: %s", body)
	}
	return token
}

// TestASignInSentAgainAfterSigningOutLetsNobodyIn: a browser may still hold the form that was answered with a mistake or a wait,
// and send it again when somebody else presses Back.
func TestASignInSentAgainAfterSigningOutLetsNobodyIn(t *testing.T) {
	st := newStand(t)
	st.cookies = st.cookies[1:] // signed out, in the same browser
	sign := url.Values{"csrf": {st.csrfOf(t, "/staff/sign-in")}, "username": {"roadhead"}, "password": {password}, "next": {"/staff"}}
	keep := func(got reply) {
		for _, k := range (&http.Response{Header: got.header}).Cookies() {
			st.cookies = slices.DeleteFunc(st.cookies, func(was *http.Cookie) bool { return was.Name == k.Name })
			if k.Value != "" {
				st.cookies = append(st.cookies, k)
			}
		}
	}
	in := st.ask(t, http.MethodPost, "/staff/sign-in", sign)
	if keep(in); in.status != http.StatusSeeOther {
		t.Fatalf("signing in: %d %s", in.status, in.body)
	}
	out := st.ask(t, http.MethodPost, "/staff/sign-out", url.Values{"csrf": {st.csrfOf(t, "/staff/board")}})
	if keep(out); out.status != http.StatusSeeOther || out.header.Get("Clear-Site-Data") != `"cache"` {
		t.Fatalf("signing out: %d %v", out.status, out.header)
	}
	again := st.ask(t, http.MethodPost, "/staff/sign-in", sign)
	if again.status != http.StatusForbidden || slices.ContainsFunc((&http.Response{Header: again.header}).Cookies(), func(k *http.Cookie) bool { return k.Name == staffCookie }) {
		t.Errorf("sent again: %d %v", again.status, again.header)
	}
}
