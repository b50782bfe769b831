package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tiepdan/internal/casework/caseworktest"
)

// TestTheCitizenChoosesHisNotice on his case's page, and stops it there; the page never says the address.
func TestTheCitizenChoosesHisNotice(t *testing.T) {
	st := newStand(t)
	path := "/t/h/" + st.handle
	if a := st.ask(t, http.MethodGet, path, nil); strings.Contains(a.body, path+"/notice") {
		t.Error("offered without a mail server")
	}
	st.desk.Outbox = &caseworktest.Outbox{}
	choose := func(email, stop string, want int) string {
		t.Helper()
		form := url.Values{"csrf": {st.csrfOf(t, path)}, "email": {email}}
		if stop != "" {
			form.Set("stop", stop)
		}
		if a := st.ask(t, http.MethodPost, path+"/notice", form); a.status != want {
			t.Fatalf("%q %q: %d %s", email, stop, a.status, a.body)
		}
		return st.ask(t, http.MethodGet, path, nil).body
	}
	choose("", "", http.StatusUnprocessableEntity)
	choose("la", "", http.StatusUnprocessableEntity)
	on := st.Words.Say("vi", "notice.on", nil)
	if page := choose("be@example.vn", "", http.StatusSeeOther); !strings.Contains(page, on) || strings.Contains(page, "be@example.vn") {
		t.Error("the page does not say that he is told, or says where")
	}
	if page := choose("", "yes", http.StatusSeeOther); strings.Contains(page, on) {
		t.Error("still told")
	}
}
