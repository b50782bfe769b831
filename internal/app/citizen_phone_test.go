package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/testkit"
)

// phone is a citizen's browser at the running program.
type phone struct {
	t   *testing.T
	ctx context.Context
	url string
}

func newPhone(t *testing.T, r *running, opts ...testkit.BrowserOption) phone {
	t.Helper()
	return phone{t: t, ctx: testkit.Browser(t, opts...), url: r.URL}
}

func (p phone) open(path string) {
	p.t.Helper()
	testkit.Open(p.t, p.ctx, p.url+path)
}

// signIn signs a member of staff in on the page.
func (p phone) signIn(username, password string) {
	p.t.Helper()
	p.open("/staff/sign-in")
	p.fill("[name=username]", username)
	p.fill("[name=password]", password)
	p.click("main button[type=submit]", "body.staff")
}

// sound looks at the open page with axe, and for what is wider than the screen; with TIEPDAN_SCREENS set to a folder it keeps a
// picture under the name.
func (p phone) sound(name string) {
	p.t.Helper()
	testkit.Axe(p.t, p.ctx)
	if wide := p.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
		p.t.Errorf("%s is %s px wider than the screen", name, wide)
	}
	if folder := os.Getenv("TIEPDAN_SCREENS"); folder != "" {
		testkit.Screenshot(p.t, p.ctx, filepath.Join(folder, name+".png"))
	}
}

func (p phone) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("at %s: %v\n%s", p.eval("location.href"), err, p.eval("document.body.innerText"))
	}
}

// reach goes to the screen of a form that asks one thing at a time where something is asked for.
func (p phone) reach(css string) {
	p.t.Helper()
	const there = "document.querySelector(`%s`)?.closest('[data-screen][hidden]')?.dataset.screen ?? ''"
	for range 4 {
		at := p.eval(fmt.Sprintf(there, css))
		if at == "" {
			return
		}
		now := p.eval("document.querySelector('[data-screens]').dataset.screen")
		p.do(chromedp.Click(chromedp.CSS(map[bool]string{true: ".next", false: ".back"}[at > now])))
		p.settled("another screen", "document.querySelector('[data-screens]').dataset.screen !== '"+now+"'")
	}
}

// click presses something and waits for what must come.
func (p phone) click(css, then string) {
	p.t.Helper()
	p.reach(css)
	p.do(chromedp.Click(chromedp.CSS(css)))
	p.see(then)
}

func (p phone) see(css string) {
	p.t.Helper()
	p.do(chromedp.WaitVisible(chromedp.CSS(css)))
}

func (p phone) fill(css, text string) {
	p.t.Helper()
	p.reach(css)
	p.do(chromedp.SendKeys(chromedp.CSS(css), text))
}

// says fills in what a letter is about and what it tells.
func (p phone) says(subject, body string) {
	p.t.Helper()
	p.fill("#subject", subject)
	p.fill("#body", body)
}

func (p phone) eval(expression string) string {
	p.t.Helper()
	got, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return got
}

// await waits for a promise.
func (p phone) await(expression string) string {
	p.t.Helper()
	got, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("Promise.resolve("+expression+").then(String)", chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return got
}

func (p phone) text(css string) string {
	p.t.Helper()
	return strings.TrimSpace(p.eval("document.querySelector(`" + css + "`)?.innerText"))
}

// settled waits until an expression is true.
func (p phone) settled(what, expression string) {
	p.t.Helper()
	until(p.t, what, func() bool { return p.await(expression) == "true" })
}

// counter is the path of a counter's page.
func counterPath(t *testing.T, r *running, i int) string {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return "/q/" + r.Stickers.Token(o.Counters()[i])
}
