package web

import (
	"testing"

	"tiepdan/internal/domain/signin"
)

func TestKeyInFoursAndAsLink(t *testing.T) {
	for _, c := range []struct{ secret, url, grouped, opens string }{
		{"ABCDEFGHIJ", "otpauth://totp/a:b?secret=ABCDEFGHIJ", "ABCD EFGH IJ", "otpauth://totp/a:b?secret=ABCDEFGHIJ"},
		{"ABCDEFGH", "javascript:alert(1)", "ABCD EFGH", ""},
		{"", "", "", ""},
	} {
		p := factorPage{New: signin.NewOTP{Secret: c.secret, URL: c.url}}
		if got := p.Grouped(); got != c.grouped {
			t.Errorf("%q in fours is %q, not %q", c.secret, got, c.grouped)
		}
		if got := string(p.Opens()); got != c.opens {
			t.Errorf("%q opens %q, not %q", c.url, got, c.opens)
		}
	}
}
