package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"tiepdan/internal/testkit"
	"tiepdan/internal/web"
)

// citizenPages are the pages that can be opened by their address alone, by the name of their picture.
func citizenPages(t *testing.T, r *running) map[string]string {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	counter := o.Counters()[2]
	q := "/q/" + r.Stickers.Token(counter)
	code, ok, err := r.Store.Meta(t.Context(), "demo_code")
	if err != nil || !ok || code == "" {
		t.Fatalf("the demo names no case to follow: %v", err)
	}
	return map[string]string{
		"home": "/", "counter": q, "choose": q + "/file", "choose-letter": q + "/file?of=letter", "feedback": q + "/file?kind=feedback",
		"praise": q + "/file?kind=praise", "petition": q + "/file?kind=petition", "complaint": q + "/file?kind=complaint",
		"denunciation": q + "/file?kind=denunciation", "rate": q + "/rate", "track": "/t", "tracked": "/t/" + code,
		"code-unknown": "/t?code=0000-0000-0000-0001", "verify": "/verify", "waiting": "/waiting", "not-found": "/q/nowhere",
		"kiosk": "/k/" + web.Kiosks(r.Keys.MAC).Token(counter),
	}
}

// TestCitizenPagesBreakNoRuleOfAccess looks at every page with axe, in both languages, light and dark, on the narrowest phone
// and on a desk. With TIEPDAN_SCREENS set it also takes the pictures of the README.
func TestCitizenPagesBreakNoRuleOfAccess(t *testing.T) {
	r := open(t, nil)
	pages := citizenPages(t, r)
	for name, opts := range map[string][]testkit.BrowserOption{
		"phone": {testkit.Phone()}, "narrow, dark, English": {testkit.Narrow(), testkit.Dark(), testkit.Language("en")},
		"desk": {testkit.Desktop(), testkit.ReducedMotion()},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			for page, path := range pages {
				p.open(path)
				testkit.Axe(t, p.ctx)
				if wide := p.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
					t.Errorf("%s is %s px wider than the screen", page, wide)
				}
				if t.Failed() {
					t.Fatalf("%s breaks a rule", page)
				}
				picture(t, p, name, page)
			}
		})
	}
}

func picture(t *testing.T, p phone, browser, page string) {
	t.Helper()
	folder := os.Getenv("TIEPDAN_SCREENS")
	if folder == "" {
		return
	}
	testkit.Screenshot(t, p.ctx, filepath.Join(folder, browser, page+".png"))
}
