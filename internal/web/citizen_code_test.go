package web

import (
	"net/http"
	"strings"
	"testing"
)

// TestAForgedFormWithARightCodeOpensNothing sends what another site could send: the code in the body, and no cookie of the case.
func TestAForgedFormWithARightCodeOpensNothing(t *testing.T) {
	st := newStand(t)
	st.cookies = st.cookies[:2] // the sign-in and the browser's number
	for token, opens := range map[string]bool{"made up": false, st.csrfOf(t, "/"): true} {
		form := full(token)
		form.Set("code", st.code)
		a := st.ask(t, http.MethodPost, st.real("/t/h/:handle/messages"), form)
		carries := strings.Contains(strings.Join(a.header.Values("Set-Cookie"), "\n"), caseCookie+st.handle)
		if carries != opens || !opens && (a.status != http.StatusForbidden || strings.Contains(a.body, st.ref)) {
			t.Errorf("genuine %v: %d, the cookie of the case: %v", opens, a.status, carries)
		}
	}
}

// TestACookieOfACaseOpensOnlyWhereItWasMade moves a sealed code to another browser and to another case.
func TestACookieOfACaseOpensOnlyWhereItWasMade(t *testing.T) {
	st := newStand(t)
	page := st.real("/t/h/:handle")
	if a := st.ask(t, http.MethodGet, page, nil); a.status != http.StatusOK {
		t.Fatalf("its own browser: %d", a.status)
	}
	visitor := st.cookies[1].Value
	st.cookies[1].Value = strings.Repeat("w", len(visitor))
	if a := st.ask(t, http.MethodGet, page, nil); a.status != http.StatusNotFound || strings.Contains(a.body, st.ref) {
		t.Errorf("another browser: %d", a.status)
	}
	st.cookies[1].Value = visitor
	st.desk.Clock = st.desk.Clock.AddDate(2, 0, 0)
	if a := st.ask(t, http.MethodGet, page, nil); a.status != http.StatusNotFound || strings.Contains(a.body, st.ref) {
		t.Errorf("long after: %d", a.status)
	}
}

// TestAReferenceIsNoCode: whoever types the reference of a case is told what he typed, alike for one that there is and one that there
// is not.
func TestAReferenceIsNoCode(t *testing.T) {
	st := newStand(t)
	reference, unknown := st.Words.Say("vi", "error.code_is_reference", nil), st.Words.Say("vi", "error.code_not_found", nil)
	for typed, want := range map[string]string{st.ref: reference, "ZZ26-7K3M9Q": reference, "0000-0000-0000-0001": unknown, "chữ": unknown} {
		form := full(st.csrfOf(t, "/t"))
		form.Set("code", typed)
		a := st.ask(t, http.MethodPost, "/t", form)
		if a.status != http.StatusNotFound || !strings.Contains(a.body, want) {
			t.Errorf("%q is answered by %d without %q", typed, a.status, want)
		}
	}
}
