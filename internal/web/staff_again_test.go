package web

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"tiepdan/internal/domain/register"
	"tiepdan/internal/domain/signin"
)

// TestOpeningAnIdentityNeedsProofOfAMomentAgo: at a desk left alone nobody asks for an identity, approves or sees one.
func TestOpeningAnIdentityNeedsProofOfAMomentAgo(t *testing.T) {
	for name, to := range map[string]string{"approve": "/staff/accesses/x/approve", "show": "/staff/accesses/x/show", "ask": ""} {
		t.Run(name, func(t *testing.T) {
			st := newStand(t)
			f, err := st.desk.Follow(t.Context(), st.code)
			if err == nil {
				err = errors.Join(st.desk.Route(t.Context(), f.Case.ID)...)
			}
			if err != nil {
				t.Fatal(err)
			}
			if to == "" {
				to = "/staff/cases/" + st.ref + "/identity"
			}
			send := func(again string) reply {
				t.Helper()
				form := full(st.csrfOf(t, "/staff/me"))
				form.Set("reason", "vì sao tôi hỏi")
				form.Del("again")
				if again != "" {
					form.Set("again", again)
				}
				return st.ask(t, http.MethodPost, to, form)
			}
			asks := func(a reply) bool { return strings.Contains(a.body, st.Words.Say("vi", "error.prove_again", nil)) }
			if a := send(""); asks(a) || a.status == http.StatusUnprocessableEntity {
				t.Errorf("just signed in: %d", a.status)
			}
			st.desk.Clock = st.desk.Clock.Add(signin.FreshFor)
			a := send("")
			if a.status != http.StatusUnprocessableEntity || !asks(a) {
				t.Errorf("five minutes later: %d %s", a.status, a.body)
			}
			if a := send("sai"); a.status != http.StatusUnprocessableEntity || !asks(a) {
				t.Errorf("a wrong password: %d", a.status)
			}
			if a := send(password); asks(a) {
				t.Errorf("the right password: %d", a.status)
			}
			if a := send(""); asks(a) {
				t.Errorf("a moment after it: %d", a.status)
			}
		})
	}
}

func TestOpeningAnIdentityByTheAPINeedsProof(t *testing.T) {
	st := newStand(t)
	auth := []string{"Authorization", "Bearer " + st.cookies[0].Value}
	calls := []string{"/api/v1/staff/accesses/x/approve", "/api/v1/staff/accesses/x/show", "/api/v1/staff/cases/" + st.ref + "/identity"}
	refused := func() (n int) {
		t.Helper()
		for _, path := range calls {
			if a := st.call(t, http.MethodPost, path, map[string]any{}, auth...); strings.Contains(a.body, "error.prove_again") && a.status == http.StatusForbidden {
				n++
			}
		}
		return n
	}
	if n := refused(); n != 0 {
		t.Errorf("just signed in: %d calls ask for proof", n)
	}
	st.desk.Clock = st.desk.Clock.Add(signin.FreshFor)
	if n := refused(); n != len(calls) {
		t.Errorf("five minutes later: %d of %d calls ask for proof", n, len(calls))
	}
	if a := st.call(t, http.MethodPost, "/api/v1/staff/me/proof", map[string]any{"password": "sai"}, auth...); a.status != http.StatusUnauthorized {
		t.Errorf("a wrong password: %d", a.status)
	}
	if n := refused(); n != len(calls) {
		t.Errorf("after a wrong password: %d of %d calls ask for proof", n, len(calls))
	}
	if a := st.call(t, http.MethodPost, "/api/v1/staff/me/proof", map[string]any{"password": password}, auth...); a.status != http.StatusNoContent {
		t.Errorf("the right password: %d %s", a.status, a.body)
	}
	if n := refused(); n != 0 {
		t.Errorf("after it: %d calls ask for proof", n)
	}
}

// TestWrongOldPasswordsAreSpaced: whoever finds a desk open cannot try passwords there as fast as he likes.
func TestWrongOldPasswordsAreSpaced(t *testing.T) {
	st := newStand(t, func(c *Config) {
		c.Register = &register.Register{Offices: c.Offices, Now: c.Now, Matches: func(string, string) bool { return false }}
	})
	refused := 0
	for range signInFree + 5 {
		form := full(st.csrfOf(t, "/staff/me/password"))
		form.Set("old", "sai")
		form.Set("password", "một mật khẩu đủ dài")
		form.Set("again", "một mật khẩu đủ dài")
		if a := st.ask(t, http.MethodPost, "/staff/me/password", form); a.status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < 4 {
		t.Errorf("%d of %d wrong passwords in one moment were refused", refused, signInFree+5)
	}
}

// signInFree is how many failures are free.
const signInFree = 5
