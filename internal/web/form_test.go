package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// bound to no cookie: the tablet's address is its right to vote, and whoever checks a receipt changes nothing.
var boundToNoCookie = []string{"/k/:token", "/k/:token/enrol", "/verify"}

// posts are the pages' POST routes; programs sign theirs.
func (st *stand) posts() []string {
	var out []string
	for _, r := range st.App().GetRoutes(true) {
		if r.Method == http.MethodPost && !strings.HasPrefix(r.Path, "/api/") && !strings.HasPrefix(r.Path, "/hooks/") && !strings.HasPrefix(r.Path, "/open311/") && !slices.Contains(boundToNoCookie, r.Path) {
			out = append(out, r.Path)
		}
	}
	return out
}

// full is a form in which every page finds what it asks for.
func full(csrf string) url.Values {
	return url.Values{
		"csrf": {csrf}, "lang": {"en"}, "back": {"/t"}, "kind": {"feedback"}, "subject": {"Chữ đã nhập"}, "body": {"Nội dung đã nhập"}, "key": {strings.Repeat("f", 20)},
		"score": {"5"}, "visit": {"x"}, "text": {"Lời đã nhập"}, "reason": {"Lý do đã nhập"}, "sure": {"yes"}, "username": {"roadhead"}, "password": {password}, "rev": {"1"},
	}
}

func TestEveryFormRefusesWhatNoPageOfOursGaveOut(t *testing.T) {
	st := newStand(t)
	routes := st.posts()
	if len(routes) < 20 {
		t.Fatalf("only %d routes are known", len(routes))
	}
	stale, reload := st.Words.Say("vi", "error.csrf", nil), st.Words.Say("vi", "error.csrf_reload", nil)
	cases, sessions := st.desk.Kept.Len(), len(st.kept.sessions)
	before, err := st.desk.Cases.ByRef(t.Context(), st.ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range routes {
		genuine := st.csrfOf(t, "/")
		for name, tc := range map[string]struct{ token, site string }{
			"no token": {"", "same-origin"}, "a made-up token": {strings.Repeat("A", len(genuine)), ""}, "the token of another site's form": {genuine, "cross-site"},
		} {
			a := st.ask(t, http.MethodPost, st.real(route), full(tc.token), "Sec-Fetch-Site", tc.site)
			told := strings.Contains(a.body, stale) || strings.Contains(a.body, reload) || route == "/receipt/files" // which names the files instead
			if a.status != http.StatusForbidden || !told {
				t.Errorf("%s with %s: %d %v", route, name, a.status, a.header)
			}
			if cookies := a.header.Values("Set-Cookie"); len(cookies) > 0 {
				t.Errorf("%s with %s set %v", route, name, cookies)
			}
		}
	}
	after, err := st.desk.Cases.ByRef(t.Context(), st.ref)
	if err != nil || after.V != before.V || st.desk.Kept.Len() != cases || len(st.kept.sessions) != sessions || st.kept.ratings != 0 || st.kept.raised != 0 {
		t.Errorf("a forged form did something: %v, version %d to %d, %d cases, %d sessions, %d ratings",
			err, before.V, after.V, st.desk.Kept.Len(), len(st.kept.sessions), st.kept.ratings)
	}
}

func TestTheSameFormsAreDoneWithTheirToken(t *testing.T) {
	st := newStand(t)
	for _, route := range st.posts() {
		a := st.ask(t, http.MethodPost, st.real(route), full(st.csrfOf(t, "/")), "Sec-Fetch-Site", "same-origin")
		if a.status == http.StatusForbidden && strings.Contains(a.body, st.Words.Say("vi", "error.csrf", nil)) {
			t.Errorf("%s: the genuine form was refused", route)
		}
	}
}

func TestAStaleFormIsShownAgainWithAllThatWasTyped(t *testing.T) {
	for route, typed := range map[string][]string{
		"/q/:token/file":            {"Chữ đã nhập", "Nội dung đã nhập"},
		"/t/h/:handle/messages":     {"Lời đã nhập"},
		"/t/h/:handle/withdraw":     {"Lý do đã nhập"},
		"/staff/sign-in":            {"roadhead"},
		"/q/:token/rate":            {`value="5"`},
		"/t/h/:handle/satisfaction": {`id="status"`},
	} {
		st := newStand(t) // what one form did would change the page of the next
		form := full("stale")
		if strings.HasSuffix(route, "withdraw") {
			form.Del("text")
		}
		a := st.ask(t, http.MethodPost, st.real(route), form)
		for _, text := range typed {
			if a.status != http.StatusForbidden || !strings.Contains(a.body, text) {
				t.Errorf("%s: %d, without %q", route, a.status, text)
			}
		}
		again := form
		_, rest, _ := strings.Cut(a.body, `name="csrf" value="`)
		token, _, _ := strings.Cut(rest, `"`)
		again.Set("csrf", token)
		if b := st.ask(t, http.MethodPost, st.real(route), again); strings.Contains(b.body, st.Words.Say("vi", "error.csrf", nil)) {
			t.Errorf("%s: sending it once more did not work: %d", route, b.status)
		}
	}
}
