package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/i18n"
)

// TestThePagesInEnglishAreEnglish walks the citizen's pages and finds no Vietnamese letter in what is seen or heard, but for names and
// words that somebody typed: those of the office and those of the letter.
func TestThePagesInEnglishAreEnglish(t *testing.T) {
	st := newStand(t)
	st.cookies = append(st.cookies, &http.Cookie{Name: langCookie, Value: "en"})
	o, err := st.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	typed := []string{st.Words.Say("en", "site.vi", nil), st.Words.Say("en", "site.name", nil)}
	for _, u := range o.Units() {
		typed = append(typed, u.Name.VI, u.Name.EN, u.Address)
	}
	for _, k := range o.Counters() {
		typed = append(typed, k.Name.VI, k.Name.EN)
	}
	held, err := st.desk.Hold(t.Context(), st.code)
	if err != nil {
		t.Fatal(err)
	}
	typed = append(typed, held.Letter.Subject, held.Letter.Body, held.Letter.Location.Address)
	paths := []string{
		"/", "/rate", "/q/" + st.sticker, "/q/" + st.sticker + "/rate", "/q/" + st.sticker + "/file?of=voice", "/q/" + st.sticker + "/file?of=letter", "/k/" + st.tablet,
		"/procedures", "/waiting", "/leave", "/left", "/t", "/nowhere",
	}
	for _, k := range law.Kinds() {
		paths = append(paths, "/q/"+st.sticker+"/file?kind="+string(k))
	}
	for _, under := range []string{"", "/data", "/withdraw", "/receipt"} {
		paths = append(paths, "/t/h/"+st.handle+under)
	}
	for _, path := range paths {
		a := st.ask(t, http.MethodGet, path, nil)
		if a.status != http.StatusOK && path != "/nowhere" {
			t.Errorf("%s: %d", path, a.status)
		}
		for _, said := range vietnameseIn(t, a.body) {
			for _, name := range typed {
				if name != "" {
					said = strings.ReplaceAll(said, name, "")
				}
			}
			if strings.ContainsFunc(said, vietnamese) {
				t.Errorf("%s says %q", path, said)
			}
		}
	}
}

// vietnamese reports whether a letter is one that English does not write.
func vietnamese(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }

// vietnameseIn lists what a page says with such letters, outside of what is marked as Vietnamese.
func vietnameseIn(t *testing.T, page string) []string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "lang" && a.Val == "vi" }) {
			return
		}
		said := []string{}
		if n.Type == html.TextNode {
			said = append(said, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "data-") || slices.Contains(spoken, a.Key) {
				said = append(said, a.Val)
			}
		}
		for _, s := range said {
			if s = strings.TrimSpace(s); strings.ContainsFunc(s, vietnamese) {
				out = append(out, s)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return out
}

// TestTheEnglishCatalogIsEnglish but for the forms of papers, which go out in Vietnamese, and for names.
func TestTheEnglishCatalogIsEnglish(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"office.settings.name.hint", "office.units.short.hint", "setup.agency.example", "site.name", "site.vi"}
	for _, key := range words.Keys("en") {
		if said := words.Say("en", key, nil); strings.ContainsFunc(said, vietnamese) && !strings.HasPrefix(key, "letter.") && !slices.Contains(names, key) {
			t.Errorf("%s says %q", key, said)
		}
	}
}
