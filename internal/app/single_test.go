package app_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/single"
	"tiepdan/internal/testkit"
	"tiepdan/internal/web"
)

// withProvider is open beside a provider of single sign-on whose amr values are believed.
func withProvider(t *testing.T, factor ...string) *running {
	t.Helper()
	return withProviderOn(t, func(*testing.T, *app.Config) {}, factor...)
}

// withProviderOn is withProvider on an engine.
func withProviderOn(t *testing.T, engine func(*testing.T, *app.Config), factor ...string) *running {
	t.Helper()
	op := testkit.OpenIDProvider(t)
	r := open(t, func(c *app.Config) {
		engine(t, c)
		c.OIDC = &single.Config{Issuer: op.Issuer, Client: "tiepdan", Secret: "bí mật", Name: "Cổng đăng nhập tỉnh", Factor: factor}
	})
	op.Register(t, "tiepdan", "bí mật", r.URL+web.SingleBack)
	return r
}

// atProvider says who he is at the provider.
func (p phone) atProvider(username string) {
	p.t.Helper()
	p.fill("#username", username)
	p.fill("#password", "verysecure")
	p.do(chromedp.Click(chromedp.CSS("button[type=submit]")))
}

// links links an account of the provider to whoever is signed in.
func (p phone) links(account string) {
	p.t.Helper()
	p.open("/staff/me/single")
	p.click("main a.main", "form[action='/login/username']")
	p.atProvider(account)
	p.see("main [name=token] ~ p")
}

// TestSingleSignOnFromStartToEnd: somebody comes in by his account in the province after he has linked it himself, and by no other;
// he signs out of both; with the provider's account alone nobody comes in whom no one linked.
func TestSingleSignOnFromStartToEnd(t *testing.T) {
	for name, engine := range map[string]func(*testing.T, *app.Config){"sqlite": func(*testing.T, *app.Config) {}, "mongodb": mongoServer} {
		t.Run(name, func(t *testing.T) { singleFromStartToEnd(t, withProviderOn(t, engine)) })
	}
}

func singleFromStartToEnd(t *testing.T, r *running) {
	t.Helper()
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("/staff/live"), testkit.AllowConsole("favicon.ico"), testkit.AllowConsole("401"))
	p.open("/staff/sign-in?next=/staff/me")
	p.sound("signin-single")
	in := "main a.second[href^='/staff/sign-in/single']"
	p.click(in, "form[action='/login/username']")
	p.atProvider("test-user@localhost")
	p.see(".alert")
	if text := p.text(".alert"); text != r.Words.Say("vi", "error.unlinked", nil) {
		t.Errorf("an account that nobody linked: %s", text)
	}

	p.signIn("lucht", r.password(t))
	p.links("test-user@localhost")
	p.sound("single-link")
	if text := p.text("main form.box strong"); !strings.Contains(text, "test-user@localhost") {
		t.Errorf("asked to link %s", text)
	}
	p.click("main form.box button.main", "main .danger")
	if l := r.person(t, "lucht").Link; l.Subject != "id1" || l.Issuer == "" || strings.Contains(l.Subject, "@") {
		t.Errorf("linked: %+v", l)
	}
	p.click(".who button", "#username")

	p.open("/staff/sign-in?next=/staff/me")
	p.click(in, "form[action='/login/username']")
	p.atProvider("test-user@localhost")
	p.see("#journal")
	if text := p.text("#journal ~ ol"); !strings.Contains(text, r.Words.Say("vi", "me.good.single", nil)) {
		t.Errorf("the journal says %s", text)
	}
	p.open("/staff/me/passkeys") // he showed nothing now, so he proves once more who he is
	p.see("main [name=again]")
	p.open("/staff/me")
	p.click(".who button", "main .note a")
	if href := p.eval("document.querySelector('main .note a').href"); !strings.Contains(href, "end_session") {
		t.Errorf("signing out there leads to %s", href)
	}

	// Another account of the same provider is nobody here, and another person cannot take this one.
	p.signIn("nhatcm", r.password(t))
	p.links("test-user@localhost")
	p.click("main form.box button.main", ".alert")
	if text := p.text(".alert"); text != r.Words.Say("vi", "error.linked", nil) {
		t.Errorf("another's account: %s", text)
	}

	// It ends with doubt, as his sessions do.
	if err := r.Store.ChangeStaff(t.Context(), r.person(t, "lucht").ID, func(m *office.Staff) { m.Doubt("admin") }); err != nil {
		t.Fatal(err)
	}
	if l := r.person(t, "lucht").Link; l.Subject != "" {
		t.Errorf("still linked: %+v", l)
	}
	if _, err := r.Doors.LinkTo(t.Context(), r.person(t, "lucht"), signin.Account{Issuer: "x", Subject: "y"}, signin.In{}); err == nil {
		t.Error("somebody in doubt links an account")
	}
}

// TestWhatComesBackFromAProviderIsGoodOnceForItsBrowser: with another's state, without the cookie, or again, it lets nobody in.
func TestWhatComesBackFromAProviderIsGoodOnceForItsBrowser(t *testing.T) {
	r := withProvider(t)
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("401"), testkit.AllowConsole("/staff/live"), testkit.AllowConsole("favicon.ico"))
	p.signIn("lucht", r.password(t))
	p.links("test-user@localhost")
	back := p.eval("location.href")
	refused := r.Words.Say("vi", "error.single_refused", nil)
	p.open(strings.TrimPrefix(back, r.URL))
	if text := p.text(".alert"); text != refused {
		t.Errorf("once more: %s", text)
	}
	if a := r.call(t, "GET", strings.TrimPrefix(back, r.URL), nil); a.Status != http.StatusUnauthorized {
		t.Errorf("in another browser: %d", a.Status)
	}
	go1 := func() (cookie, state string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+"/staff/sign-in/single", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		to, err := resp.Location()
		if err != nil {
			t.Fatal(err)
		}
		q := to.Query()
		if q.Get("nonce") == "" || q.Get("code_challenge_method") != "S256" || strings.Contains(q.Get("scope"), "email") {
			t.Errorf("asked with %v", q)
		}
		for _, c := range resp.Cookies() {
			if c.Name == "single" && c.HttpOnly {
				cookie = c.Value
			}
		}
		return cookie, q.Get("state")
	}
	cookie, own := go1()
	_, other := go1()
	for range 80 { // which shuts out nobody: it fits no way there
		if a := r.call(t, "GET", web.SingleBack+"?code=x&state="+other, nil, "Cookie", "single="+cookie); a.Status != http.StatusUnauthorized {
			t.Fatalf("with another's state: %d", a.Status)
		}
	}
	for range 2 { // the code is wrong, then the way was gone already
		if a := r.call(t, "GET", web.SingleBack+"?code=x&state="+own, nil, "Cookie", "single="+cookie); a.Status != http.StatusUnauthorized {
			t.Errorf("with a made-up code: %d", a.Status)
		}
	}
	if first, err := r.Store.Spend(t.Context(), "single/"+own, r.Now().Add(time.Hour)); first || err != nil {
		t.Errorf("the way is good once more: %v", err)
	}
}

// TestTheProvidersSecondFactorIsBelievedWhereTheSettingSaysSo: else whoever has one here shows it, and whose role needs one sets it up.
func TestTheProvidersSecondFactorIsBelievedWhereTheSettingSaysSo(t *testing.T) {
	for name, believed := range map[string][]string{"believed": {"pwd"}, "not": nil} {
		t.Run(name, func(t *testing.T) {
			r := withProvider(t, believed...)
			admin := r.signIn(t, "nhatcm")
			p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("/staff/live"), testkit.AllowConsole("favicon.ico"), testkit.AllowConsole("401"))
			p.signIn("lucht", r.password(t))
			p.links("test-user@localhost")
			p.click("main form.box button.main", "main .danger")
			settings := r.call(t, "GET", "/api/v1/staff/office/settings/office", nil, admin...)
			if a := r.call(t, "PUT", "/api/v1/staff/office/settings/office", map[string]any{"factor": []string{"head"}}, append(admin, "If-Match", settings.Header.Get("ETag"))...); a.Status != http.StatusOK {
				t.Fatalf("demanded: %d %s", a.Status, a.Raw)
			}
			enter := func(then string) {
				t.Helper()
				p.do(chromedp.Navigate(r.URL + "/staff/sign-in?next=/staff/me"))
				p.click("main a.second[href^='/staff/sign-in/single']", "form[action='/login/username']")
				p.atProvider("test-user@localhost")
				p.see(then)
			}
			enter(map[bool]string{true: "#journal", false: "svg.qr"}[believed != nil])
			// A program shows a factor of its own: what the provider says opens pages alone.
			if a := r.call(t, "GET", "/api/v1/staff/board", nil, r.signIn(t, "lucht")...); a.Status != http.StatusForbidden || a.JSON["code"] != "error.factor_first" {
				t.Errorf("by the API: %d %s", a.Status, a.Raw)
			}
			if err := r.Store.ChangeStaff(t.Context(), r.person(t, "lucht").ID, func(m *office.Staff) { m.OTP = []byte("sealed") }); err != nil {
				t.Fatal(err)
			}
			enter(map[bool]string{true: "#journal", false: "[name=otp]"}[believed != nil])
			if want := r.Words.Say("vi", "signin.half_single", map[string]string{"name": "Cổng đăng nhập tỉnh"}); believed == nil && p.text("main .note") != want {
				t.Errorf("before the second step: %s", p.text("main .note"))
			}
		})
	}
}

// TestAProviderThatIsAwayKeepsNobodyOut: the page says so in words, and the password works.
func TestAProviderThatIsAwayKeepsNobodyOut(t *testing.T) {
	r := open(t, func(c *app.Config) {
		c.OIDC = &single.Config{Issuer: "http://127.0.0.1:1/", Client: "tiepdan", Name: "Cổng đăng nhập tỉnh"}
	})
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("503"))
	p.open("/staff/sign-in?next=/staff/me")
	p.click("main a.second[href^='/staff/sign-in/single']", ".alert")
	if text := p.text(".alert"); text != r.Words.Say("vi", "error.single_away", nil) {
		t.Errorf("the page says %s", text)
	}
	p.fill("[name=username]", "lucht")
	p.fill("[name=password]", r.password(t))
	p.click("main button[type=submit]", "#journal")
}

// TestTheProviderProvesOnceMoreWhoSomebodyIs before an identity is opened: by his own account, shown after he was sent there, in the
// session that sent him. Another's account, or one that was shown before, proves nothing.
func TestTheProviderProvesOnceMoreWhoSomebodyIs(t *testing.T) {
	r := withProvider(t)
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("/staff/live"), testkit.AllowConsole("favicon.ico"), testkit.AllowConsole("422"), testkit.AllowConsole("409"))
	p.signIn("lucht", r.password(t))
	p.links("test-user@localhost")
	p.click("main form.box button.main", "main .danger")
	p.click(".who button", "#username")
	in := "main a.second[href^='/staff/sign-in/single']"
	p.open("/staff/sign-in?next=/staff/me/passkeys")
	p.click(in, "form[action='/login/username']")
	p.atProvider("test-user@localhost")
	p.see("main [name=again]:not([required])") // he has shown nothing here
	p.sound("again-single")
	prove := func(account, then string) string {
		t.Helper()
		p.open("/staff/me/single/prove")
		p.see("form[action='/login/username']")
		p.atProvider(account)
		p.see(then)
		return p.text(then)
	}
	if text := prove("test-user2", ".alert"); text != r.Words.Say("vi", "error.single_not_anew", nil) {
		t.Errorf("another's account: %s", text)
	}
	p.open("/staff/me/passkeys")
	p.see("main [name=again]")
	prove("test-user@localhost", "main .good")
	p.open("/staff/me/passkeys")
	if p.eval("document.querySelector('main [name=again]')") != "null" {
		t.Error("asked once more although the provider has proved who he is")
	}

	lan := r.person(t, "lucht")
	at := signin.Account{Issuer: lan.Link.Issuer, Subject: lan.Link.Subject}
	for name, when := range map[string]time.Time{"the provider does not say when": {}, "an hour ago": r.Now().Add(-time.Hour)} {
		at.AuthAt = when
		if err := r.Doors.ProveAs(t.Context(), lan, at, r.Now(), signin.In{Session: "none"}); !errors.Is(err, signin.ErrWrong) {
			t.Errorf("%s: %v", name, err)
		}
	}

	// Nobody is put into another's place: who works here signs out first.
	p.click(".who button", "#username")
	p.signIn("nhatcm", r.password(t))
	p.open("/staff/sign-in")
	p.open("/staff/sign-in/single")
	p.see("form[action='/login/username']")
	p.atProvider("test-user@localhost")
	p.see(".alert")
	if text := p.text(".alert"); text != r.Words.Say("vi", "error.other_in", nil) {
		t.Errorf("over another's session: %s", text)
	}
	p.open("/staff/me")
	if text := p.text(".who"); !strings.Contains(text, r.person(t, "nhatcm").Name) {
		t.Errorf("who is in now: %s", text)
	}
}
