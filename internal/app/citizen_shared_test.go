package app_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
)

// withAndWithoutScripts are two phones, one of which runs no script.
func withAndWithoutScripts() map[string][]testkit.BrowserOption {
	return map[string][]testkit.BrowserOption{
		"script": {testkit.Phone()}, "no script": {testkit.Phone(), testkit.WithoutJavaScript()},
	}
}

// typed is everything that stands in the fields of the page.
func (p phone) typed() string {
	p.t.Helper()
	return p.eval(`[...document.querySelectorAll("input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea")].map(f => f.value).join("")`)
}

// writeDenunciation fills the form in and sends nothing.
func (p phone) writeDenunciation(form string) {
	p.t.Helper()
	p.open(form)
	p.says("Đòi tiền", "Đòi tiền khi làm giấy tờ")
	p.fill(`[id="contact.name"]`, "Lê Văn Ổn")
	p.fill(`[id="contact.address"]`, "Thôn Tất Viên")
}

// TestTheNextPersonFindsNothingOfAnUnsentDenunciation hands one phone to another person in the middle of a letter.
func TestTheNextPersonFindsNothingOfAnUnsentDenunciation(t *testing.T) {
	r := open(t, nil)
	form := counterPath(t, r, 2) + "/file?kind=denunciation"
	for name, opts := range withAndWithoutScripts() {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			p.writeDenunciation(form)
			p.click(`a[href="/verify"]`, "#proof")
			p.do(chromedp.NavigateBack())
			p.see("#body")
			if got := p.typed(); got != "" {
				t.Errorf("Back shows %q", got)
			}
			p.open(form)
			if got := p.typed(); got != "" {
				t.Errorf("the form opened again shows %q", got)
			}
			if kept := p.eval("JSON.stringify(localStorage)"); kept != "{}" {
				t.Errorf("the phone keeps %s", kept)
			}
		})
	}
}

// TestBackAfterSendingShowsAnEmptyForm sends a letter of a kind that is secret and of one that is not; the receipt opens once more,
// and then asks for the code.
func TestBackAfterSendingShowsAnEmptyForm(t *testing.T) {
	r := open(t, nil)
	for name, opts := range withAndWithoutScripts() {
		for _, l := range letters()[3:] {
			t.Run(name+", "+l.kind, func(t *testing.T) {
				p := newPhone(t, r, opts...)
				p.open(counterPath(t, r, 2) + "/file?kind=" + l.kind)
				p.write(l)
				p.click("button.main", "#code.num")
				p.do(chromedp.NavigateBack())
				p.see("#body")
				if got := p.typed(); got != "" {
					t.Errorf("Back shows %q", got)
				}
				p.open("/receipt")
				p.see("p#code")
				p.open("/receipt")
				p.see("input#code")
				if got := p.eval("document.querySelector('p#code, #over')?.id"); got != "over" {
					t.Errorf("the receipt opened a third time shows %q", got)
				}
			})
		}
	}
}

// TestASharedPhoneKeepsNoDraft turns the switch of a kind that keeps drafts.
func TestASharedPhoneKeepsNoDraft(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone())
	form := counterPath(t, r, 2) + "/file?kind=petition"
	p.open(form)
	p.fill("#body", "Xin lắp đèn")
	p.settled("the draft", `(localStorage.getItem("draft:petition") || "").includes("lắp đèn")`)
	p.do(chromedp.Click(chromedp.CSS("#shared")))
	p.settled("forgetting", `localStorage.length === 0`)
	p.fill("#body", " trước chợ")
	p.open(form)
	if got := p.typed() + p.eval("JSON.stringify(localStorage)") + p.eval("document.querySelector('#shared').checked"); got != "{}true" {
		t.Errorf("the next form shows %s", got)
	}
}

// TestASharedPhoneQueuesNothing loses the network under a letter that may not stay.
func TestASharedPhoneQueuesNothing(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("ERR_"), testkit.AllowConsole("Failed"))
	p.open("/waiting")
	p.await(workerRules)
	p.writeDenunciation(counterPath(t, r, 2) + "/file?kind=denunciation")
	for _, believes := range []bool{false, true} {
		testkit.Offline(t, p.ctx)
		if believes {
			p.do(chromedp.Evaluate[chromedp.Void](`Object.defineProperty(navigator, "onLine", {get: () => true})`))
		}
		p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#offline").hidden = true`))
		p.reach("button.main")
		p.do(chromedp.Click(chromedp.CSS("button.main")))
		p.settled("being told", `!document.querySelector("#offline").hidden && !document.querySelector("button.main").disabled`)
		if got := p.await(`box.all("queue").then(q => q.length)`) + p.eval("document.querySelector('#body').value"); got != "0Đòi tiền khi làm giấy tờ" {
			t.Errorf("waiting, and on the page: %s", got)
		}
		testkit.Online(t, p.ctx)
	}
	p.click("button.main", "p#code")
	p.nothingKept("Đòi tiền", "Ổn", "kind=denunciation", p.text("#code"))
}

// nothingKept searches caches, stores and databases of the phone.
func (p phone) nothingKept(secrets ...string) {
	p.t.Helper()
	kept := p.await(`(async () => {
		let all = JSON.stringify(localStorage) + JSON.stringify(sessionStorage);
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const r of await cache.keys()) all += r.url + await (await cache.match(r)).text();
		}
		for (const drawer of ["queue", "files", "ratings"]) all += JSON.stringify(await box.all(drawer));
		return all;
	})()`)
	if !strings.Contains(kept, "/static/") {
		p.t.Error("the search finds not even the scripts")
	}
	for _, secret := range secrets {
		if strings.Contains(kept, secret) {
			p.t.Errorf("the phone keeps %q", secret)
		}
	}
}

// TestTheQueueForgetsACodeThatWasSeen sends later, reads the code, and comes back: within the minutes that the page promises the code
// still stands there, after them it is gone.
func TestTheQueueForgetsACodeThatWasSeen(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("ERR_INTERNET_DISCONNECTED"), testkit.AllowConsole("ERR_FAILED"))
	p.open(counterPath(t, r, 2) + "/file?kind=feedback")
	p.await(workerRules)
	p.settled("keeping the page", `caches.open("pages-1").then(c => c.match("/waiting")).then(r => !!r)`)
	testkit.Offline(t, p.ctx)
	p.says("Cầu bị ngập", "Nước lên từ tối qua.")
	p.click("button.main", "#queue section")
	testkit.Online(t, p.ctx)
	for range 4 {
		p.open("/waiting")
		p.see("#queue .code")
		p.settled("seeing", `box.all("queue").then(q => q[0].state === "sent" && q[0].seen > 0)`)
	}
	p.await(`box.all("queue").then(q => box.put("queue", { ...q[0], seen: q[0].seen - SEEN_FOR - 1 }))`)
	p.open("/waiting")
	p.see("#none")
	if n := p.await(`box.all("queue").then(q => q.length)`); n != "0" {
		t.Errorf("%s cases are kept after their code was seen", n)
	}
}

// TestTheQuickExitLeavesNothing presses the button on a form and on the page of a case.
func TestTheQuickExitLeavesNothing(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = fmt.Fprintf(w, `<!doctype html><title>x</title><p id="weather">%s</p>`, html.EscapeString(req.Referer()))
	}))
	t.Cleanup(elsewhere.Close)
	r := open(t, func(c *app.Config) { c.Exit = elsewhere.URL + "/weather" })
	code := caseAt(t, r, "denunciation")
	for name, opts := range withAndWithoutScripts() {
		for _, at := range []string{counterPath(t, r, 2) + "/file?kind=denunciation", "/t/" + code} {
			t.Run(name, func(t *testing.T) {
				p := newPhone(t, r, opts...)
				p.open("/")
				p.click(`button[name="lang"]`, `button[value="vi"]`)
				p.open(at)
				left := p.eval("location.pathname")
				p.do(chromedp.Click(chromedp.CSS("a.exit")))
				p.see("#weather")
				if from := p.text("#weather"); from != "" {
					t.Errorf("the other site is told %q", from)
				}
				o := &overheard{}
				p.history(o)
				p.open("/leave")
				p.cleared("lang")
				if l := p.eval("document.documentElement.lang"); l != "en" {
					t.Errorf("the language became %s", l)
				}
				if name == "script" && strings.Contains(strings.Join(o.lines, "\n"), left) {
					t.Errorf("Back leads to %s: %q", left, o.lines)
				}
				p.open("/receipt")
				p.see("input#code")
			})
		}
	}
}

// cleared fails when anything of before is left in the browser.
func (p phone) cleared(keeps ...string) {
	p.t.Helper()
	all, err := chromedp.Call(p.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range all.Cookies {
		if c.Name != "visitor" && !slices.Contains(keeps, c.Name) { // the first is the new page's own
			p.t.Errorf("the cookie %s is left", c.Name)
		}
	}
	if kept := p.eval("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"); kept != "{}{}" {
		p.t.Errorf("%s is left", kept)
	}
}

func TestLeavingNoTraceNeedsNoScript(t *testing.T) {
	r := open(t, nil)
	for name, opts := range withAndWithoutScripts() {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			p.open(counterPath(t, r, 2) + "/file?kind=feedback")
			p.fill("#body", "Rác")
			if name == "script" {
				p.settled("the draft", `localStorage.length > 0`)
			}
			p.click(`.foot a[href="/leave"]`, "form[data-leave]")
			p.click("button.main", ".note.good")
			p.cleared()
			picture(t, p, "phone", "leave")
		})
	}
	for site, to := range map[string]string{"cross-site": "/leave", "same-origin": "https://dichvucong.gov.vn/", "": "https://dichvucong.gov.vn/"} {
		got := r.client()
		got.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+"/exit", nil)
		if err != nil {
			t.Fatal(err)
		}
		if site != "" {
			req.Header.Set("Sec-Fetch-Site", site)
		}
		resp, err := got.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if resp.Header.Get("Location") != to || (resp.Header.Get("Clear-Site-Data") == "") != (to == "/leave") {
			t.Errorf("from %q the exit leads to %s and clears %q", site, resp.Header.Get("Location"), resp.Header.Get("Clear-Site-Data"))
		}
	}
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(\w+)"[^>]* value="([^"]*)"`)

// TestAFormSentAgainTellsNothing repeats what a browser offers to send again: a form with mistakes, and one that was filed.
func TestAFormSentAgainTellsNothing(t *testing.T) {
	r := open(t, nil).asBrowser(t)
	path := counterPath(t, r, 2) + "/file"
	post := func(v url.Values) answer {
		return r.call(t, "POST", path, v.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	}
	form := func(text string, more ...string) url.Values {
		v := url.Values{"body": {text}, "shared": {"yes"}}
		for _, m := range hidden.FindAllStringSubmatch(string(r.call(t, "GET", path+"?kind=denunciation", nil).Raw), -1) {
			v.Set(m[1], m[2])
		}
		for i := 0; i+1 < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	wrong := form("ZTYPEDZ đòi tiền")
	if got := post(wrong); got.Status != http.StatusUnprocessableEntity || !strings.Contains(string(got.Raw), "ZTYPEDZ") {
		t.Errorf("a mistake: %d, with what was typed: %v", got.Status, strings.Contains(string(got.Raw), "ZTYPEDZ"))
	}
	if got := post(wrong); got.Status != http.StatusConflict || strings.Contains(string(got.Raw), "ZTYPEDZ") {
		t.Errorf("the mistake sent again: %d, with what was typed: %v", got.Status, strings.Contains(string(got.Raw), "ZTYPEDZ"))
	}
	right := form("ZTYPEDZ đòi tiền", "subject", "Đòi tiền", "anonymous", "yes")
	for i, shown := range []bool{true, false} {
		got := post(right)
		if has := strings.Contains(string(got.Raw), "data-receipt"); got.Status != http.StatusOK || has != shown {
			t.Errorf("time %d: %d, the receipt is shown: %v", i+1, got.Status, has)
		}
		r.call(t, "GET", "/receipt", nil)
	}
}
