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
