package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tiepdan/internal/testkit"
)

func TestAPersonSeesHisSignInsAndEndsThemAll(t *testing.T) {
	r := open(t, nil)
	older := r.signIn(t, "lucht")
	wrong := map[string]string{"username": "lucht", "password": "wrong"}
	if a := r.call(t, "POST", "/api/v1/staff/sessions", wrong); a.Status != http.StatusUnauthorized {
		t.Fatalf("a wrong password: %d", a.Status)
	}
	for name, size := range map[string]testkit.BrowserOption{"phone": testkit.Phone(), "desk": testkit.Desktop()} {
		p := newPhone(t, r, size)
		p.open("/staff/sign-in?next=/staff/me")
		p.fill("[name=username]", "lucht")
		p.fill("[name=password]", r.password(t))
		p.click("main button[type=submit]", "#journal")
		text := p.eval("document.querySelector('main').innerText")
		for _, want := range []string{"(thiết bị này)", "Đăng nhập không thành công", "127.0.0.0/24", "Chrome"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the page does not say %q: %s", name, want, text)
			}
		}
		if wide := p.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
			t.Errorf("%s: %s px wider than the screen", name, wide)
		}
		testkit.Axe(t, p.ctx)
		if folder := os.Getenv("TIEPDAN_SCREENS"); folder != "" {
			testkit.Screenshot(t, p.ctx, filepath.Join(folder, "me-"+name+".png"))
		}
		p.click(`form[action="/staff/me/sign-out-everywhere"] button`, "#username")
	}
	if a := r.call(t, "GET", "/api/v1/staff/cases", nil, older...); a.Status != http.StatusUnauthorized {
		t.Errorf("an older session after signing out everywhere: %d", a.Status)
	}
}
