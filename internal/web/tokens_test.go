package web

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
)

var tokenLine = regexp.MustCompile(`security: \[\{bearer: \[\]\}, \{token: \[([^\]]*)\]`)

// scoped lists the calls of the contract that access tokens may make, with the scope of each; "" is any.
func scoped(t *testing.T) map[string]signin.Scope {
	t.Helper()
	raw, err := fs.ReadFile(assets.Files, "static/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out, at, method := map[string]signin.Scope{}, "", ""
	for line := range strings.SplitSeq(string(raw), "\n") {
		if m := pathLine.FindStringSubmatch(line); m != nil {
			at = parameter.ReplaceAllString(m[1], "{}")
		}
		if m := methodLine.FindStringSubmatch(line); m != nil {
			method = strings.ToUpper(m[1])
		}
		if m := tokenLine.FindStringSubmatch(line); m != nil {
			out[method+" "+at] = signin.Scope(strings.Trim(m[1], "'"))
		}
	}
	return out
}

// give puts an access token of the stand's person into the store, whatever scopes he could give it himself.
func (st *stand) give(t *testing.T, scopes ...signin.Scope) string {
	t.Helper()
	who := st.person(t, "roadhead")
	token, err := st.Doors.MakeToken(t.Context(), who, signin.NewToken{Name: "x", Scopes: []signin.Scope{signin.ReadCases}, Lasts: time.Hour}, signin.In{})
	if err != nil {
		t.Fatal(err)
	}
	for id, s := range st.kept.sessions {
		if s.Token() && slices.Equal(s.Scopes, []signin.Scope{signin.ReadCases}) && s.Name == "x" {
			s.Scopes, s.Name = scopes, "given"
			st.kept.sessions[id] = s
		}
	}
	return token
}

// TestAccessTokensDoWhatTheContractSaysAndNothingElse walks every call of the staff with tokens of every scope.
func TestAccessTokensDoWhatTheContractSaysAndNothingElse(t *testing.T) {
	st := newStand(t)
	contract := scoped(t)
	all := []signin.Scope{signin.ReadCases, signin.WriteCases, signin.ReadOffice, signin.WriteOffice}
	with := map[signin.Scope]string{}
	for _, s := range all {
		with[s] = st.give(t, s)
	}
	every := st.give(t, all...)
	code := func(method, path, token string) string {
		var body struct{ Code string }
		a := st.call(t, method, path, nil, "Authorization", "Bearer "+token)
		_ = json.Unmarshal([]byte(a.body), &body) // a table is none
		return body.Code
	}
	seen := 0
	for _, r := range st.App().GetRoutes(true) {
		if !strings.HasPrefix(r.Path, "/api/v1/staff") || r.Method == http.MethodHead || r.Method == http.MethodPost && r.Path == "/api/v1/staff/sessions" || r.Path == "/api/v1/staff/passkeys/challenge" { // signing in
			continue
		}
		seen++
		path := strings.ReplaceAll(st.real(r.Path), ":kind", "counters")
		scope, ok := contract[r.Method+" "+parameter.ReplaceAllString(r.Path, "{}")]
		if !ok {
			if got := code(r.Method, path, every); got != "error.token_never" {
				t.Errorf("%s %s, which no token may call: %q", r.Method, r.Path, got)
			}
			continue
		}
		for has, token := range with {
			may := scope == "" || has == scope || scope == signin.ReadCases && has == signin.WriteCases || scope == signin.ReadOffice && has == signin.WriteOffice
			if got := code(r.Method, path, token); (got == "error.token_scope") == may || got == "error.token_never" {
				t.Errorf("%s %s, which asks for %q, with %q: %q", r.Method, r.Path, scope, has, got)
			}
		}
	}
	if seen < 50 || len(contract) < 30 {
		t.Errorf("only %d calls were walked, and %d are named in the contract", seen, len(contract))
	}
	for _, kind := range []string{"people", "units", "settings"} {
		if got := code(http.MethodPut, "/api/v1/staff/office/"+kind+"/x", every); got != "error.token_never" {
			t.Errorf("changing %s: %q", kind, got)
		}
	}
}

func TestAnAccessTokenDecidesNothingAndSeesNoDenunciation(t *testing.T) {
	st := newStand(t)
	st.routed(t, st.ref)
	auth := []string{"Authorization", "Bearer " + st.give(t, signin.WriteCases), "If-Match", `"0"`}
	for move, never := range map[string]bool{"answer": true, "refuse": true, "extend": true, "transfer": true, "send_back": true, "note": false, "assign": false, "start": false} {
		a := st.call(t, http.MethodPost, "/api/v1/staff/cases/"+st.ref+"/moves/"+move, map[string]any{"reason": "x"}, auth...)
		if got := strings.Contains(a.body, "error.token_never"); got != never {
			t.Errorf("%s: %d %s", move, a.status, a.body)
		}
	}
	secret, err := st.desk.Submit(t.Context(), casework.Draft{
		Key: strings.Repeat("s", 20), Kind: law.Denunciation, Subject: "Tố cáo", About: "Đỗ Văn Máy", Category: "roads", Body: "Nhận tiền.", Counter: "c1", Channel: "qr",
		Contact: casework.Contact{Name: "Lê Văn Tám", Address: "Thôn 1", Phone: "0912345678"},
	})
	if err != nil {
		t.Fatal(err)
	}
	st.routed(t, secret.Case.Ref)
	who := st.person(t, "chair")
	session, _, err := st.Doors.SignIn(t.Context(), signin.In{Username: who.Username, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	token, err := st.Doors.MakeToken(t.Context(), who, signin.NewToken{Name: "y", Scopes: []signin.Scope{signin.WriteCases}, Lasts: time.Hour}, signin.In{})
	if err != nil {
		t.Fatal(err)
	}
	path := "/api/v1/staff/cases/" + secret.Case.Ref
	if a := st.call(t, http.MethodGet, path, nil, "Authorization", "Bearer "+session); a.status != http.StatusOK {
		t.Fatalf("the chair himself: %d %s", a.status, a.body)
	}
	for _, call := range [][2]string{{"GET", ""}, {"POST", "/moves/note"}, {"GET", "/letters"}, {"GET", "/attachments/x"}} {
		if a := st.call(t, call[0], path+call[1], nil, "Authorization", "Bearer "+token, "If-Match", `"0"`); a.status != http.StatusNotFound || !strings.Contains(a.body, "error.case_not_found") {
			t.Errorf("%s %s with a token of his: %d %s", call[0], call[1], a.status, a.body)
		}
	}
	if a := st.call(t, http.MethodGet, "/api/v1/staff/cases/"+st.ref, nil, "Authorization", "Bearer "+token); a.status != http.StatusOK {
		t.Errorf("another case with it: %d %s", a.status, a.body)
	}
}

func TestATokenIsShownOnceToWhoHasJustProvedWhoHeIs(t *testing.T) {
	st := newStand(t)
	page := st.ask(t, http.MethodGet, "/staff/me/tokens", nil)
	form := url.Values{"csrf": {st.csrfOf(t, "/staff/me/tokens")}, "name": {"Máy tính bàn"}, "scope": {"cases:read"}, "days": {"90"}}
	st.desk.Clock = st.desk.Clock.Add(6 * time.Minute)
	if a := st.ask(t, http.MethodPost, "/staff/me/tokens", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `name="again"`) || !strings.Contains(a.body, `value="Máy tính bàn"`) || !strings.Contains(a.body, `value="cases:read" checked`) {
		t.Errorf("six minutes after signing in: %d", a.status)
	}
	form.Set("again", password)
	for name, change := range map[string]func(url.Values){
		"no name": func(f url.Values) { f.Set("name", " ") }, "no scope": func(f url.Values) { f.Del("scope") }, "days of his own": func(f url.Values) { f.Set("days", "4000") },
		"the office": func(f url.Values) { f.Set("scope", "office:write") },
	} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = slices.Clone(v)
		}
		change(bad)
		if a := st.ask(t, http.MethodPost, "/staff/me/tokens", bad); a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, signin.TokenPrefix) {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	made := st.ask(t, http.MethodPost, "/staff/me/tokens", form)
	token := regexp.MustCompile(`tiepdan_pat_[A-Za-z0-9_-]{43}`).FindString(made.body)
	if made.status != http.StatusOK || token == "" || made.header.Get("Cache-Control") != "no-store" || strings.Contains(page.body, signin.TokenPrefix) {
		t.Fatalf("made: %d %s", made.status, made.header.Get("Cache-Control"))
	}
	if a := st.call(t, http.MethodGet, "/api/v1/staff/me", nil, "Authorization", "Bearer "+token); a.status != http.StatusOK {
		t.Errorf("it lets a program in: %d %s", a.status, a.body)
	}
	again := st.ask(t, http.MethodGet, "/staff/me/tokens", nil)
	if strings.Contains(again.body, token) || !strings.Contains(again.body, "Máy tính bàn") {
		t.Error("the list shows the token, or not its name")
	}
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(again.body)
	if id == nil {
		t.Fatal("no token can be ended")
	}
	if a := st.ask(t, http.MethodPost, "/staff/me/tokens/end", url.Values{"csrf": form["csrf"], "id": {id[1]}}); a.status != http.StatusSeeOther {
		t.Errorf("ended: %d", a.status)
	}
	if a := st.call(t, http.MethodGet, "/api/v1/staff/me", nil, "Authorization", "Bearer "+token); a.status != http.StatusUnauthorized {
		t.Errorf("after its end: %d", a.status)
	}
}

func (st *stand) person(t *testing.T, id string) office.Staff {
	t.Helper()
	o, err := st.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, ok := o.Staff(id)
	if !ok {
		t.Fatalf("there is no %s", id)
	}
	return who
}

// routed brings a case to whom the rules say.
func (st *stand) routed(t *testing.T, ref string) {
	t.Helper()
	c, err := st.desk.Kept.ByRef(t.Context(), ref)
	if err == nil {
		err = errors.Join(st.desk.Route(t.Context(), c.ID)...)
	}
	if err != nil {
		t.Fatal(err)
	}
}
