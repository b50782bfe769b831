package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"tiepdan/internal/testkit"
)

// TestASecondFactorFromStartToLoss: an administrator demands it of heads; one sets it up on his phone without a script, by the QR code
// on the page, comes in with codes and with a recovery code, and loses his phone.
func TestASecondFactorFromStartToLoss(t *testing.T) {
	r := open(t, nil)
	admin := r.signIn(t, "nhatcm")
	was := r.signIn(t, "lucht")
	settings := r.call(t, "GET", "/api/v1/staff/office/settings/office", nil, admin...)
	if a := r.call(t, "PUT", "/api/v1/staff/office/settings/office", map[string]any{"factor": []string{"head"}}, append(admin, "If-Match", settings.Header.Get("ETag"))...); a.Status != http.StatusOK {
		t.Fatalf("demanded: %d %s", a.Status, a.Raw)
	}
	if a := r.call(t, "GET", "/api/v1/staff/board", nil, was...); a.Status != http.StatusForbidden || a.JSON["code"] != "error.factor_first" {
		t.Errorf("who has none yet reads the board: %d %s", a.Status, a.Raw)
	}
	p := newPhone(t, r, testkit.Phone(), testkit.WithoutJavaScript())
	p.open("/staff/sign-in")
	p.fill("[name=username]", "lucht")
	p.fill("[name=password]", r.password(t))
	p.click("main button[type=submit]", "svg.qr") // led there before anything else
	picture, err := chromedp.Run(p.ctx, chromedp.Screenshot(chromedp.CSS("svg.qr")))
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.ReplaceAll(p.text("code.secret"), " ", "")
	if url := readQR(t, picture); !strings.Contains(url, "secret="+secret) || !strings.Contains(url, "lucht") {
		t.Errorf("the QR code says %s", url)
	}
	code := func(step int) string {
		c, err := totp.GenerateCode(secret, r.Now().Add(time.Duration(step)*30*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	keep(t, p, "otp")
	p.fill("[name=otp]", "000000")
	p.click("main button[type=submit]", ".wrong")
	if strings.ReplaceAll(p.text("code.secret"), " ", "") != secret {
		t.Error("a wrong code changes the secret that was scanned")
	}
	p.fill("[name=otp]", code(0))
	p.click("main button[type=submit]", ".codes")
	keep(t, p, "codes")
	codes := strings.Fields(p.text(".codes"))
	if len(codes) != 10 {
		t.Fatalf("recovery codes: %q", codes)
	}
	p.click("main a.main", "#factor")
	keep(t, p, "me-factor")
	enter := func(second, then string) {
		t.Helper()
		p.open("/staff/sign-in?next=/staff/me")
		p.fill("[name=username]", "lucht")
		p.fill("[name=password]", r.password(t))
		p.click("main button[type=submit]", "[name=otp]")
		p.fill("[name=otp]", second)
		p.click("main button[type=submit]", then)
	}
	enter(code(1), "#factor")
	enter(codes[3], "#factor")
	if text := p.text("#factor ~ details"); text == "" || !strings.Contains(p.eval("document.querySelector('main').textContent"), "Còn 9 mã dự phòng") {
		t.Errorf("after a recovery code: %s", text)
	}
	enter(codes[3], ".alert")
	keep(t, p, "signin-second")

	// He has lost all: a new password keeps the factor, and taking it away casts doubt.
	id := r.person(t, "lucht").ID
	if a := r.call(t, "POST", "/api/v1/staff/office/people/"+id+"/reset", nil, admin...); a.Status != http.StatusOK || a.JSON["second_factor"] != true || a.JSON["vouched"] != true {
		t.Errorf("a new password: %d %s", a.Status, a.Raw)
	}
	a := r.call(t, "POST", "/api/v1/staff/office/people/"+id+"/drop-factor", nil, admin...)
	if a.Status != http.StatusOK || a.JSON["second_factor"] != false || a.JSON["vouched"] != false {
		t.Errorf("the factor taken away: %d %s", a.Status, a.Raw)
	}
}

// keep is sound for a page on which no script runs, so without axe.
func keep(t *testing.T, p phone, name string) {
	t.Helper()
	if wide := p.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
		t.Errorf("%s is %s px wider than the screen", name, wide)
	}
	if folder := os.Getenv("TIEPDAN_SCREENS"); folder != "" {
		testkit.Screenshot(t, p.ctx, filepath.Join(folder, name+".png"))
	}
}
