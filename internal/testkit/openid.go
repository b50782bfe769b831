package testkit

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// OpenID is a provider of single sign-on that a test talks to over HTTP: with the users test-user@localhost and test-user2, whose
// password is verysecure, and who are asked for nothing else (amr pwd).
type OpenID struct{ Issuer string }

// OpenIDProvider starts one, which ends with the test.
func OpenIDProvider(tb testing.TB) OpenID {
	tb.Helper()
	bin := built(tb, "openid", ".ci/oidc", "./provider")
	return OpenID{process(tb, func(line string) string {
		if strings.HasPrefix(line, "http://") {
			return line
		}
		return ""
	}, bin)}
}

// Register makes a client known to the provider, by where it is led back to.
func (o OpenID) Register(tb testing.TB, id, secret, redirect string) {
	tb.Helper()
	form := url.Values{"id": {id}, "secret": {secret}, "redirect": {redirect}}
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, o.Issuer+"register", strings.NewReader(form.Encode()))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		tb.Fatalf("register: %s", resp.Status)
	}
}
