package testkit_test

import (
	"context"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/testkit"
)

// goodPage breaks no rule; its script runs only where scripts do.
const goodPage = `<!doctype html><html lang="vi"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Tiếp dân</title></head>
<body><main><h1 id="h">Tiếp nhận đơn</h1><p id="script">không</p><p style="height:3000px">Ộ Ễ</p></main>
<script src="/s.js"></script></body></html>`

// serve answers every path with a page, under the strictest policy for scripts that our pages have.
func serve(tb testing.TB, pages map[string]string) string {
	tb.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/favicon.ico":
			w.WriteHeader(http.StatusNoContent)
			return
		case "/sw.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, `addEventListener("activate", e => e.waitUntil(clients.claim()))
				addEventListener("fetch", e => e.respondWith(fetch(e.request)))`)
			return
		case "/s.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, `document.getElementById("script").textContent = "có"`)
			return
		}
		body, known := pages[r.URL.Path]
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "script-src 'self'")
		if !known {
			w.WriteHeader(http.StatusNotFound)
			body = "Không có trang này"
		}
		fmt.Fprint(w, strings.ReplaceAll(body, "{language}", r.Header.Get("Accept-Language")))
	}))
	tb.Cleanup(srv.Close)
	return srv.URL
}

func evaluate[T any](tb testing.TB, ctx context.Context, expression string) T {
	tb.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		tb.Fatalf("%s: %v", expression, err)
	}
	return got
}

func TestBrowserIsWhatItsOptionsSay(t *testing.T) {
	url := serve(t, map[string]string{"/": goodPage})
	const tell = `[innerWidth, devicePixelRatio, navigator.maxTouchPoints > 0, matchMedia("(prefers-color-scheme: dark)").matches,
		matchMedia("(prefers-reduced-motion: reduce)").matches, document.getElementById("script").textContent].join(" ")`
	for name, tc := range map[string]struct {
		opts []testkit.BrowserOption
		want string
	}{
		"desktop unless told":       {nil, "1280 1 false false false có"},
		"phone":                     {[]testkit.BrowserOption{testkit.Phone()}, "360 2 true false false có"},
		"narrow":                    {[]testkit.BrowserOption{testkit.Narrow()}, "320 2 true false false có"},
		"dark and still":            {[]testkit.BrowserOption{testkit.Dark(), testkit.ReducedMotion()}, "1280 1 false true true có"},
		"phone, JavaScript off":     {[]testkit.BrowserOption{testkit.Phone(), testkit.WithoutJavaScript()}, "360 2 true false false không"},
		"the last size named holds": {[]testkit.BrowserOption{testkit.Phone(), testkit.Desktop()}, "1280 1 false false false có"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := testkit.Browser(t, tc.opts...)
			testkit.Open(t, ctx, url)
			if diff := cmp.Diff(tc.want, evaluate[string](t, ctx, tell)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBrowserSpeaksTheLanguageOfThePerson(t *testing.T) {
	url := serve(t, map[string]string{"/": `<p id="l">{language}</p>`})
	for want, opts := range map[string][]testkit.BrowserOption{"vi": nil, "en": {testkit.Language("en")}} {
		ctx := testkit.Browser(t, opts...)
		testkit.Open(t, ctx, url)
		if got := evaluate[string](t, ctx, `document.getElementById("l").textContent`); got != want {
			t.Errorf("Accept-Language = %q, want %q", got, want)
		}
	}
}

func TestFormsWorkWithoutJavaScript(t *testing.T) {
	url := serve(t, map[string]string{
		"/":     `<form action="/done"><label>Họ tên <input id="n" name="n"></label><button>Gửi đơn</button></form>`,
		"/done": `<h1 id="done">Đã nhận</h1>`,
	})
	ctx := testkit.Browser(t, testkit.WithoutJavaScript())
	testkit.Open(t, ctx, url)
	if err := chromedp.Do(ctx,
		chromedp.SendKeys(chromedp.CSS("#n"), "Nguyễn Thị Ổn"),
		chromedp.Click(chromedp.CSS("button")),
		chromedp.WaitVisible(chromedp.CSS("#done"))); err != nil {
		t.Fatal(err)
	}
	if got, want := evaluate[string](t, ctx, `decodeURIComponent(location.search)`), "?n=Nguyễn+Thị+Ổn"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func TestSlowNetworkAndOfflineAreFelt(t *testing.T) {
	url := serve(t, map[string]string{"/": goodPage})
	ctx := testkit.Browser(t, testkit.SlowNetwork(), testkit.AllowConsole("ERR_INTERNET_DISCONNECTED"))
	began := time.Now()
	testkit.Open(t, ctx, url)
	if took := time.Since(began); took < 400*time.Millisecond {
		t.Errorf("loaded in %v, want the latency of a slow network", took)
	}
	const reach = `fetch("/s.js").then(() => "reached " + navigator.onLine, () => "cut off " + navigator.onLine)`
	fetch := func() string {
		got, err := chromedp.Run(ctx, chromedp.Evaluate[string](reach, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	testkit.Offline(t, ctx)
	if got := fetch(); got != "cut off false" {
		t.Errorf("offline: %s", got)
	}
	testkit.Online(t, ctx)
	began = time.Now()
	if got := fetch(); got != "reached true" {
		t.Errorf("online: %s", got)
	}
	if took := time.Since(began); took < 400*time.Millisecond {
		t.Errorf("fetched in %v, want the network as slow as before", took)
	}
}

func TestOfflineCutsTheServiceWorkerOffToo(t *testing.T) {
	url := serve(t, map[string]string{"/": goodPage})
	ctx := testkit.Browser(t, testkit.AllowConsole("ERR_INTERNET_DISCONNECTED"), testkit.AllowConsole("ERR_FAILED"))
	testkit.Open(t, ctx, url)
	const register = `new Promise(done => {
		navigator.serviceWorker.addEventListener("controllerchange", () => done(true))
		navigator.serviceWorker.register("/sw.js")
	})`
	const reach = `fetch("/s.js?" + Math.random()).then(() => "reached", () => "cut off")`
	run := func(expression string) string {
		got, err := chromedp.Run(ctx, chromedp.Evaluate[any](expression, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatalf("%s: %v", expression, err)
		}
		return fmt.Sprint(got)
	}
	got := []string{run(register), run(reach)}
	testkit.Offline(t, ctx)
	got = append(got, run(reach))
	testkit.Online(t, ctx)
	got = append(got, run(reach))
	if diff := cmp.Diff([]string{"true", "reached", "cut off", "reached"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestScreenshotShowsTheWholePage(t *testing.T) {
	url := serve(t, map[string]string{"/": goodPage})
	ctx := testkit.Browser(t, testkit.Phone())
	testkit.Open(t, ctx, url)
	path := filepath.Join(t.TempDir(), "screens", "page.png")
	testkit.Screenshot(t, ctx, path)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := png.DecodeConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.Width != 720 || got.Height < 6000 {
		t.Errorf("%d × %d, want 720 wide and more than 6000 high", got.Width, got.Height)
	}
}

func TestAxeAcceptsAGoodPageUnderAStrictPolicy(t *testing.T) {
	url := serve(t, map[string]string{"/": goodPage})
	ctx := testkit.Browser(t)
	testkit.Open(t, ctx, url)
	testkit.Axe(t, ctx)
}

func TestAxeFindsWhatIsWrong(t *testing.T) {
	page := func(body string) string {
		return `<!doctype html><html lang="vi"><meta charset="utf-8"><title>Tiếp dân</title><body><main><h1>Đơn</h1>` + body
	}
	pages := map[string]string{
		"/label":           page(`<input name="phone">`),
		"/image-alt":       page(`<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">`),
		"/color-contrast":  page(`<p style="color:#aaa;background:#fff">Quá hạn</p>`),
		"/target-size":     page(`<button style="width:10px;height:10px;padding:0">x</button><button style="width:10px;height:10px;padding:0">y</button>`),
		"/html-has-lang":   `<!doctype html><html><meta charset="utf-8"><title>Tiếp dân</title><main><h1>Đơn</h1></main>`,
		"/document-title":  `<!doctype html><html lang="vi"><meta charset="utf-8"><main><h1>Đơn</h1></main>`,
		"/aria-valid-attr": page(`<p aria-lable="x">x</p>`),
	}
	url := serve(t, pages)
	ctx := testkit.Browser(t)
	for rule := range pages {
		testkit.Open(t, ctx, url+rule)
		var found []string
		for _, v := range testkit.Violations(t, ctx) {
			found = append(found, "/"+v.ID)
		}
		if diff := cmp.Diff([]string{rule}, found); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAxeFailsItsTestWithTheRuleAndThePlace(t *testing.T) {
	url := serve(t, map[string]string{"/": `<!doctype html><html lang="vi"><title>Đơn</title><main><h1>Đơn</h1><input name="phone">`})
	ctx := testkit.Browser(t)
	testkit.Open(t, ctx, url)
	r := &recorder{TB: t}
	testkit.Axe(r, ctx)
	said := strings.Join(r.said, "\n")
	for _, want := range []string{"label (critical)", `<input name="phone">`} {
		if !strings.Contains(said, want) {
			t.Errorf("reported %q, want %q in it", said, want)
		}
	}
}

// recorder is a test that only takes notes, to see that a helper would fail it.
type recorder struct {
	testing.TB
	ctx      context.Context
	cleanups []func()
	said     []string
	ended    string
}

func (r *recorder) Context() context.Context { return r.ctx }
func (r *recorder) Cleanup(f func())         { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(string, ...any) {
	r.ended = "failed"
	runtime.Goexit()
}

func (r *recorder) Skipf(string, ...any) {
	r.ended = "skipped"
	runtime.Goexit()
}

// end runs the cleanups as a test does when it ends.
func (r *recorder) end() {
	for _, cleanup := range slices.Backward(r.cleanups) {
		cleanup()
	}
}

func TestBrowserFailsItsTestForConsoleErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		html, want string
		opts       []testkit.BrowserOption
	}{
		"inline script against the policy": {html: `<script>1</script>`, want: "Content Security Policy"},
		"missing picture":                  {html: `<img alt="" src="/none.png">`, want: "404"},
		"uncaught exception":               {html: `<script src="/s.js"></script>`, want: "TypeError"},
		"quiet page":                       {html: goodPage},
		"provoked on purpose":              {html: `<img alt="" src="/none.png">`, opts: []testkit.BrowserOption{testkit.AllowConsole("none.png")}},
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, map[string]string{"/": tc.html})
			r := &recorder{TB: t, ctx: t.Context()}
			ctx := testkit.Browser(r, tc.opts...)
			testkit.Open(t, ctx, url)
			r.end()
			switch said := strings.Join(r.said, "\n"); {
			case tc.want == "" && said != "":
				t.Errorf("reported %s, want nothing", said)
			case !strings.Contains(said, tc.want):
				t.Errorf("reported %q, want %q in it", said, tc.want)
			}
		})
	}
}

func TestStatusOfAPageIsNoConsoleError(t *testing.T) {
	url := serve(t, nil)
	testkit.Open(t, testkit.Browser(t), url+"/gone")
}

func TestMissingSkipsOnALaptopAndFailsOnCI(t *testing.T) {
	for ci, want := range map[string]string{"": "skipped", "true": "failed"} {
		t.Setenv("CI", ci)
		r := &recorder{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			testkit.Missing(r, "a part")
		}()
		<-done
		if r.ended != want {
			t.Errorf("CI=%q: %s, want %s", ci, r.ended, want)
		}
	}
}
