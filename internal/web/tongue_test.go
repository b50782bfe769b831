package web

import (
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"

	"tiepdan/assets"
	"tiepdan/internal/testkit"
	"tiepdan/pkg/i18n"
)

// half is a catalog that says every second sentence, in a tongue that nobody speaks.
func half(t *testing.T) *i18n.Bundle {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"locales/vi.json", "locales/en.json"} {
		raw, err := fs.ReadFile(assets.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: raw}
	}
	vi, err := i18n.LoadAll(files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{"site.art": "Zyx"}
	for i, key := range vi.Keys("vi") {
		if i%2 == 0 {
			said[key] = "zyx " + key
		}
	}
	raw, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	files["locales/art.json"] = &fstest.MapFile{Data: raw}
	b, err := i18n.LoadAll(files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// unmarkedIn lists the Vietnamese sentences of a page that no element says to be Vietnamese, and counts those that one does.
func unmarkedIn(page string) (missed []string, marked int) {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return []string{err.Error()}, 0
	}
	var walk func(n *html.Node, lang string)
	walk = func(n *html.Node, lang string) {
		for _, a := range n.Attr {
			if a.Key == "lang" {
				lang = a.Val
			}
		}
		if n.Type == html.TextNode && strings.ContainsFunc(n.Data, vietnamese) {
			if lang == "vi" {
				marked++
			} else {
				missed = append(missed, strings.TrimSpace(n.Data))
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Data != "title" && c.Data != "option" { // hold text alone
				walk(c, lang)
			}
		}
	}
	walk(doc, "")
	return missed, marked
}

// TestAHalfCatalogGivesWholePages: what it lacks is said in Vietnamese and marked so; no key and no mark is seen; the tongue is among
// those to choose, and a letter sent from a page in it is taken.
func TestAHalfCatalogGivesWholePages(t *testing.T) {
	words := half(t)
	st := newStand(t, func(cfg *Config) { cfg.Words, cfg.Langs = words, words.Choose })
	home := st.ask(t, http.MethodGet, "/", nil)
	if !strings.Contains(home.body, `value="en" lang="en">English</button> <button class="plain" type="submit" name="lang" value="art" lang="art">Zyx</button>`) {
		t.Error("the tongue is not among those to choose")
	}
	chosen := st.ask(t, http.MethodPost, "/language", url.Values{"csrf": {st.csrfOf(t, "/")}, "lang": {"art"}, "back": {"/"}})
	cookie, _, _ := strings.Cut(chosen.header.Get("Set-Cookie"), ";")
	if cookie != langCookie+"=art" {
		t.Fatalf("choosing it keeps %q", cookie)
	}
	st.cookies = append(st.cookies, &http.Cookie{Name: langCookie, Value: "art"})
	o, err := st.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"Tiếng Việt", "Đèn đường hỏng", "Đèn hỏng.", "Trần Thị Đường"}
	for _, u := range o.Units() {
		names = append(names, u.Name.VI, u.Address)
	}
	for _, k := range o.Counters() {
		names = append(names, k.Name.VI)
	}
	own := 0
	for _, path := range []string{
		"/", "/rate", "/q/" + st.sticker, "/q/" + st.sticker + "/rate", "/q/" + st.sticker + "/file?of=letter", "/q/" + st.sticker + "/file?kind=complaint",
		"/q/" + st.sticker + "/file?kind=denunciation", "/q/" + st.sticker + "/file?kind=feedback", "/procedures", "/waiting", "/leave", "/t", "/verify", "/results", "/nowhere",
		"/t/h/" + st.handle, "/t/h/" + st.handle + "/data", "/t/h/" + st.handle + "/withdraw", "/t/h/" + st.handle + "/receipt", "/k/" + st.tablet, "/staff/me",
	} {
		a := st.ask(t, http.MethodGet, path, nil)
		if strings.ContainsAny(a.body, fallenFrom+fallenTo) || strings.Contains(a.body, "%EE%80%8") || strings.Contains(a.body, `\ue00`) {
			t.Errorf("%s shows a mark", path)
		}
		if !strings.Contains(a.body, `<html lang="art">`) || !strings.Contains(a.body, "</html>") {
			t.Errorf("%s is not a page in the tongue: %d", path, a.status)
		}
		own += strings.Count(a.body, "zyx ")
		missed, marked := unmarkedIn(a.body)
		if marked == 0 {
			t.Errorf("%s marks nothing as Vietnamese", path)
		}
		for _, said := range missed {
			for _, name := range names {
				if name != "" {
					said = strings.ReplaceAll(said, name, "")
				}
			}
			if strings.ContainsFunc(said, vietnamese) {
				t.Errorf("%s says %q and not that it is Vietnamese", path, said)
			}
		}
	}
	if own < 100 {
		t.Errorf("%d sentences are the tongue's own", own)
	}
}

// TestManyTonguesFitTheNarrowestScreen also beside the quick exit.
func TestManyTonguesFitTheNarrowestScreen(t *testing.T) {
	words := half(t)
	st := newStand(t, func(cfg *Config) { cfg.Words, cfg.Langs = words, words.Choose })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go st.app.Listener(l) //nolint:errcheck // ends with the listener
	t.Cleanup(func() { _ = st.app.Shutdown() })
	browser := testkit.Browser(t, testkit.Narrow(), testkit.Language("art"))
	for _, path := range []string{"/", "/q/" + st.sticker + "/file?kind=denunciation", "/q/" + st.sticker + "/rate"} {
		testkit.Open(t, browser, "http://"+l.Addr().String()+path)
		wide, err := chromedp.Run(browser, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
		if err != nil || wide != 0 {
			t.Errorf("%s is %d px wider than the screen: %v", path, wide, err)
		}
		if n, err := chromedp.Run(browser, chromedp.Evaluate[int](`[...document.querySelectorAll(".languages button")].filter((b) => { const r = b.getBoundingClientRect(); return r.left >= 0 && r.right <= innerWidth && r.width > 0; }).length`)); err != nil || n != 2 {
			t.Errorf("%s shows %d tongues: %v", path, n, err)
		}
	}
}
