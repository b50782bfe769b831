package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"tiepdan/internal/testkit"
)

// overheard is everything about requests and answers that a proxy, a log or a history would write down.
type overheard struct {
	mu    sync.Mutex
	lines []string
}

func (o *overheard) note(lines ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lines = append(o.lines, lines...)
}

// telling are the lines that hold the code, in any spelling.
func (o *overheard) telling(code string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	plain := func(s string) string {
		return strings.ToUpper(strings.NewReplacer("-", "", "%20", "", "+", "").Replace(s))
	}
	return slices.DeleteFunc(slices.Clone(o.lines), func(l string) bool { return !strings.Contains(plain(l), plain(code)) })
}

// overhear puts a proxy before the program that writes down every request line, referrer and redirect.
func overhear(t *testing.T, r *running) (*running, *overheard) {
	t.Helper()
	to, err := url.Parse(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	o := &overheard{}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(resp *http.Response) error {
		o.note(resp.Header.Get("Location"), resp.Header.Get("Content-Location"), resp.Header.Get("Link"), resp.Header.Get("Refresh"))
		return nil
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		o.note(req.Method+" "+req.RequestURI, "Referer: "+req.Referer())
		proxy.ServeHTTP(w, req)
	}))
	t.Cleanup(s.Close)
	seen := *r
	seen.URL = s.URL
	return &seen, o
}

// history notes the addresses that the browser's Back would lead to.
func (p phone) history(o *overheard) {
	p.t.Helper()
	got, err := chromedp.Call(p.ctx, page.GetNavigationHistory, cdp.Empty{})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, e := range got.Entries {
		o.note("history " + e.URL)
	}
}

// TestACodeStandsInNoAddress leads citizens from the form to the withdrawal, with and without scripts, and reads every line
// that the way there leaves behind.
func TestACodeStandsInNoAddress(t *testing.T) {
	r, o := overhear(t, open(t, nil))
	for name, opts := range map[string][]testkit.BrowserOption{
		"script": {testkit.Phone()}, "no script": {testkit.Narrow(), testkit.WithoutJavaScript()},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			fileLetter(t, p, counterPath(t, r, 2), letters()[2])
			p.open("/receipt")
			code := strings.TrimSpace(p.text("#code"))
			if code == "" {
				t.Fatal("no code on the receipt")
			}
			p.click(`form[action="/t"] button.main`, "#status")
			p.fill("#text", "Xin thêm một việc")
			p.click(`form[action$="/messages"] button[type=submit]`, ".talk .ours")
			p.click(`form.languages button`, "html[lang=en]")
			p.open("/t")
			p.fill("#code", code)
			p.click("button.main", "#status")
			p.click(`a.danger[href$="/withdraw"]`, "#sure")
			p.do(chromedp.Click(chromedp.CSS("#sure")))
			p.click("button.danger", ".timeline")
			p.history(o)
			if told := o.telling(code); len(told) > 0 {
				t.Errorf("the code was told: %q", told)
			}
			if n := len(o.telling("/t/h/")); n < 5 {
				t.Errorf("the search hears %d addresses of the case", n)
			}
		})
	}
}

// TestACodeInAnAddressIsTakenOut opens what receipts, posters and old links say.
func TestACodeInAnAddressIsTakenOut(t *testing.T) {
	plain := open(t, nil)
	filed := plain.call(t, "POST", "/api/v1/cases", map[string]any{"kind": "petition", "subject": "Đèn đường", "body": "Xin lắp đèn"})
	code, _ := filed.JSON["tracking_code"].(string)
	if got := filed.JSON["track_url"]; got != plain.URL+"/t#"+code {
		t.Errorf("the address for programs to hand on is %v", got)
	}
	for _, script := range []bool{true, false} {
		for _, path := range []string{"/t#" + code, "/t/" + strings.ToLower(code), "/t/" + code + "/withdraw", "/t?code=" + code} {
			r, o := overhear(t, plain)
			opts := []testkit.BrowserOption{testkit.Phone()}
			if !script {
				opts = append(opts, testkit.WithoutJavaScript())
			}
			p := newPhone(t, r, opts...)
			p.open(path)
			if strings.Contains(path, "#") && !script {
				p.fill("#code", code)
				p.do(chromedp.Click(chromedp.CSS("button.main")))
			}
			p.see("main p.step")
			if got := p.eval("location.pathname.slice(0, 5) + location.search + location.hash"); got != "/t/h/" {
				t.Errorf("%s leads to %s", path, p.eval("location.href"))
			}
			p.history(o)
			told := slices.DeleteFunc(o.telling(code), func(l string) bool { return l == "GET "+path }) // what was typed into the browser
			if len(told) > 0 && (script || !strings.Contains(path, "#")) {
				t.Errorf("%s, script %v: the code was told: %q", path, script, told)
			}
		}
	}
}

// TestTwoCasesInTwoTabsDoNotMix follows two cases in one browser and writes into each from its own tab.
func TestTwoCasesInTwoTabsDoNotMix(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone(), testkit.WithoutJavaScript())
	other, closeTab := chromedp.NewContext(p.ctx)
	defer closeTab()
	tabs := []phone{p, {t: t, ctx: other, url: r.URL}}
	codes := make([]string, len(tabs))
	for i, tab := range tabs {
		filed := r.call(t, "POST", "/api/v1/cases", map[string]any{"kind": "petition", "subject": "Đèn đường", "body": "Xin lắp đèn"})
		codes[i], _ = filed.JSON["tracking_code"].(string)
		tab.open("/t")
		tab.fill("#code", codes[i])
		tab.click("button.main", "#status")
	}
	for i, tab := range tabs {
		tab.fill("#text", "Từ trang "+string(rune('A'+i)))
		tab.click(`form[action$="/messages"] button[type=submit]`, ".talk .ours")
		if got := tab.text(".talk"); !strings.Contains(got, "Từ trang "+string(rune('A'+i))) || strings.Count(got, "Từ trang") != 1 {
			t.Errorf("tab %d shows %s", i, got)
		}
	}
	for i, code := range codes {
		seen := string(r.call(t, "GET", "/api/v1/cases/"+code, nil).Raw)
		if strings.Count(seen, "Từ trang") != 1 || !strings.Contains(seen, "Từ trang "+string(rune('A'+i))) {
			t.Errorf("case %d was told %s", i, seen)
		}
	}
}

// TestAForgottenCodeKeepsWhatWasTyped sends a message after the cookie of its case is gone: the page asks for the code, and the
// message arrives.
func TestAForgottenCodeKeepsWhatWasTyped(t *testing.T) {
	r := open(t, nil)
	filed := r.call(t, "POST", "/api/v1/cases", map[string]any{"kind": "petition", "subject": "Đèn đường", "body": "Xin lắp đèn"})
	code, _ := filed.JSON["tracking_code"].(string)
	p := newPhone(t, r, testkit.Phone(), testkit.WithoutJavaScript(), testkit.AllowConsole("404"))
	p.open("/t/" + code)
	p.see("#text")
	p.forgetCases()
	p.fill("#text", "Xin lắp hai bóng")
	p.click(`form[action$="/messages"] button[type=submit]`, "#code")
	if p.eval(`document.body.innerHTML.includes("hai bóng") && document.querySelector("#status") === null`) != "true" {
		t.Error("without its cookie the case is shown, or what was typed is lost")
	}
	p.fill("#code", code)
	p.click("button.main", ".talk .ours")
	if got := p.text(".talk"); !strings.Contains(got, "hai bóng") {
		t.Errorf("the office was told %s", got)
	}
}

// forgetCases takes the cookies of the cases away, as the end of their time does.
func (p phone) forgetCases() {
	p.t.Helper()
	all, err := chromedp.Call(p.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		p.t.Fatal(err)
	}
	n := 0
	for _, c := range all.Cookies {
		if !c.HTTPOnly && c.Name != "phone" {
			p.t.Errorf("scripts may read the cookie %s", c.Name)
		}
		if !strings.HasPrefix(c.Name, "case-") {
			continue
		}
		n++
		if _, err := chromedp.Call(p.ctx, network.DeleteCookies, network.DeleteCookiesParams{Name: c.Name, URL: p.url}); err != nil {
			p.t.Fatal(err)
		}
	}
	if n == 0 {
		p.t.Error("no cookie carried a code")
	}
}

// TestWhoFoundThePaperLearnsNoName files a denunciation with a passphrase and reads it with the code alone, with a wrong second
// thing and with the right one, on the page and over the API.
func TestWhoFoundThePaperLearnsNoName(t *testing.T) {
	r := open(t, nil)
	filed := r.call(t, "POST", "/api/v1/cases", map[string]any{
		"kind": "denunciation", "subject": "Đòi tiền", "body": "Đòi tiền khi làm giấy tờ", "passphrase": "bông lúa vàng",
		"contact": map[string]string{"name": "Lê Văn Ổn", "address": "Thôn Tất Viên", "phone": "0905123456", "id_number": "049071234567"},
	})
	code, _ := filed.JSON["tracking_code"].(string)
	for _, path := range []string{"", "/data"} {
		got := string(r.call(t, "GET", "/api/v1/cases/"+code+path, nil).Raw)
		for _, secret := range []string{"Ổn", "Tất Viên", "905123456", "234567"} {
			if strings.Contains(got, secret) {
				t.Errorf("the code alone tells %q: %s", secret, got)
			}
		}
	}
	for second, status := range map[string]int{"bông lúa": 422, "bông lúa vàng": 200} {
		got := r.call(t, "POST", "/api/v1/cases/"+code+"/data", map[string]string{"second": second})
		if got.Status != status || strings.Contains(string(got.Raw), "Lê Văn Ổn") != (status == 200) {
			t.Errorf("%q: %d %s", second, got.Status, got.Raw)
		}
	}
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("422"))
	p.open("/t#" + code)
	p.see("#status")
	if got := p.text("main"); strings.Contains(got, "Ổn") || !strings.Contains(got, "Thông tin của ông/bà đã được mở lúc") {
		t.Errorf("the page of the case says %s", got)
	}
	p.click(`a[href$="/data"]`, "#second")
	if got := p.text("main"); strings.Contains(got, "Ổn") || !strings.Contains(got, "giấy tờ") {
		t.Errorf("the page of the data says %s", got)
	}
	testkit.Axe(t, p.ctx)
	picture(t, p, "phone", "data")
	p.fill("#second", "000000")
	p.click("button.main", "#mistakes")
	p.fill("#second", "234567")
	p.do(chromedp.Click(chromedp.CSS("button.main")))
	p.settled("the name", `document.querySelector("main")?.innerText.includes("Lê Văn Ổn") === true`)
	testkit.Axe(t, p.ctx)
	if n := p.eval(`document.querySelectorAll("#opened p").length + "/" + document.querySelectorAll("#refused-tries p").length`); n != "2/2" {
		t.Errorf("opened and refused are told %s times", n)
	}
}
