package i18n_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"tiepdan/pkg/i18n"
)

const vi = `{
  "title": "Phản ánh",
  "left": "Còn {n} ngày",
  "filed": "{name} gửi ngày {date}, {name} ký",
  "only.vi": "Riêng",
  "files": "{n} tệp"
}`

const en = `{
  "title": "Feedback",
  "left": "{n} days left",
  "left.one": "1 day left",
  "filed": "Filed by {name} on {date}; {name} signed",
  "files.one": "{n} file",
  "files.other": "{n} files"
}`

func load(t *testing.T, vi, en string) (*i18n.Bundle, error) {
	t.Helper()
	return i18n.Load(fstest.MapFS{"l/vi.json": {Data: []byte(vi)}, "l/en.json": {Data: []byte(en)}}, "l", "vi", "en")
}

func bundle(t *testing.T) *i18n.Bundle {
	t.Helper()
	b, err := load(t, vi, en)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSayFillsPlaceholders(t *testing.T) {
	b := bundle(t)
	for _, c := range []struct {
		lang, key string
		args      map[string]string
		want      string
	}{
		{"vi", "title", nil, "Phản ánh"},
		{"en", "title", nil, "Feedback"},
		{"en", "filed", map[string]string{"name": "{date}", "date": "1/2"}, "Filed by {date} on 1/2; {date} signed"},
		{"vi", "filed", map[string]string{"date": "1/2"}, "{name} gửi ngày 1/2, {name} ký"},
		{"en", "left", map[string]string{"n": "1"}, "1 day left"},
		{"en", "left", map[string]string{"n": "2"}, "2 days left"},
		{"vi", "left", map[string]string{"n": "1"}, "Còn 1 ngày"},
		{"en", "files", map[string]string{"n": "1"}, "1 file"},
		{"en", "files", map[string]string{"n": "11"}, "11 files"},
		{"en", "only.vi", nil, "Riêng"},
		{"fr", "title", nil, "Phản ánh"},
		{"en", "nowhere", map[string]string{"n": "1"}, "nowhere"},
	} {
		if got := b.Say(c.lang, c.key, c.args); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.lang, c.key, got, c.want)
		}
		var pairs []any
		for k, v := range c.args {
			pairs = append(pairs, k, v)
		}
		if got := b.T(c.lang, c.key, pairs...); got != c.want {
			t.Errorf("T: %s %s: got %q, want %q", c.lang, c.key, got, c.want)
		}
	}
	if got := b.T("en", "left", "n", 1); got != "1 day left" {
		t.Errorf("got %q", got)
	}
	if got := b.T("vi", "left", "n", int64(3), "odd"); got != "Còn 3 ngày" {
		t.Errorf("got %q", got)
	}
}

// TestAnotherTongueMayBeginWithOneSentence: a catalog that says a part is used for that part, and Vietnamese stands in for the rest,
// sentence by sentence; whose browser asks for it is answered in it.
func TestAnotherTongueMayBeginWithOneSentence(t *testing.T) {
	b, err := i18n.Load(fstest.MapFS{"l/vi.json": {Data: []byte(vi)}, "l/en.json": {Data: []byte(en)}, "l/cjm.json": {Data: []byte(`{"title": "Titel"}`)}}, "l", "vi", "en", "cjm")
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Choose("cjm, vi;q=0.5", ""); got != "cjm" {
		t.Errorf("a browser that asks for it is answered in %q", got)
	}
	if got, want := b.Say("cjm", "title", nil), "Titel"; got != want {
		t.Errorf("its own sentence is %q", got)
	}
	if got, want := b.T("cjm", "files", "n", 1), b.T("vi", "files", "n", 1); got != want {
		t.Errorf("what it lacks is %q, want %q", got, want)
	}
}

func TestMissingIsToldOfEveryKeyThatALanguageLacks(t *testing.T) {
	b := bundle(t)
	var told []string
	b.Missing = func(lang, key string) { told = append(told, lang+" "+key) }
	b.Say("vi", "title", nil)
	b.Say("en", "only.vi", nil)
	b.Say("vi", "nowhere", nil)
	b.Say("en", "nowhere", nil)
	want := []string{"en only.vi", "vi nowhere", "en nowhere", "vi nowhere"}
	if d := cmp.Diff(want, told); d != "" {
		t.Error(d)
	}
}

func TestManyMaySpeakAtOnce(t *testing.T) {
	b := bundle(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				if got := b.T("en", "left", "n", 2); got != "2 days left" || b.Choose("en", "") != "en" {
					t.Errorf("got %q", got)
				}
			}
		})
	}
	all.Wait()
}

func TestLoadRefusesWhatIsNoCatalog(t *testing.T) {
	for name, bad := range map[string]string{
		"key twice": `{"a":"1","a":"2"}`, "number": `{"a":1}`, "nested": `{"a":{"b":"c"}}`, "list": `["a"]`, "cut off": `{"a":"b"`,
		"nothing": ``, "more after": `{"a":"b"} {}`,
	} {
		if _, err := load(t, `{}`, bad); err == nil || !strings.Contains(err.Error(), "catalog en") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := i18n.Load(fstest.MapFS{}, "l", "vi"); err == nil {
		t.Error("a catalog that is not there was read")
	}
	if _, err := i18n.Load(fstest.MapFS{}, "l"); err == nil {
		t.Error("a bundle without a language was made")
	}
}

func TestProblemsNamesWhatDiffers(t *testing.T) {
	b, err := load(t, `{
		"same": "một {a} {b}", "holders": "{a}", "vi.only": "x", "files": "{n} tệp", "empty": "", "space": "x ", "brace": "{A}",
		"form": "a\u0301", "step.one": "Bước một", "kind.other": "Khác"
	}`, `{
		"same": "one {b} {a} {b}", "holders": "{b}", "en.only": "x", "files.one": "{m} file", "files.other": "{n} files",
		"empty": "x", "space": "x", "brace": "x", "form": "x", "step.one": "Step one", "kind.other": "Other"
	}`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"en has in files.one a placeholder that its plural lacks: m", "en has other placeholders than vi in holders",
		"en lacks vi.only", "vi has a stray brace in brace", "vi has spaces at an end of space", "vi is not in NFC in form",
		"vi lacks en.only", "vi says nothing in empty",
	}
	got := b.Problems()
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestCatalogsThatAgreeHaveNoProblems(t *testing.T) {
	b, err := load(t, `{"left":"Còn {n} ngày","files":"{n} tệp"}`, `{"left":"{n} left","left.one":"1 left","files.one":"{n} file","files.other":"{n} files"}`)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Problems(); len(got) > 0 {
		t.Error(got)
	}
	if d := cmp.Diff([]string{"files.one", "files.other", "left", "left.one"}, b.Keys("en")); d != "" {
		t.Error(d)
	}
}

func TestChooseTakesTheReadersChoiceThenTheBrowsersThenVietnamese(t *testing.T) {
	b := bundle(t)
	for _, c := range []struct{ accept, chosen, want string }{
		{"en", "vi", "vi"},
		{"vi", "en", "en"},
		{"en-GB,en;q=0.9", "", "en"},
		{"vi-VN,vi;q=0.9,en;q=0.8", "", "vi"},
		{"en;q=0.5, vi;q=0.9", "", "vi"},
		{"ja, en;q=0.5", "", "en"},
		{"ja", "", "vi"},
		{"en", "xx", "en"},
		{"*", "", "vi"},
		{"", "", "vi"},
		{";;;q=", "", "vi"},
		{strings.Repeat("en,", 1000), "", "vi"},
	} {
		if got := b.Choose(c.accept, c.chosen); got != c.want {
			t.Errorf("%.40q %q: got %s, want %s", c.accept, c.chosen, got, c.want)
		}
	}
}

func FuzzChoose(f *testing.F) {
	b, err := i18n.Load(fstest.MapFS{"vi.json": {Data: []byte(vi)}, "en.json": {Data: []byte(en)}}, ".", "vi", "en")
	if err != nil {
		f.Fatal(err)
	}
	f.Add("en-GB,en;q=0.9", "")
	f.Add("x-a;q=2,*;q=-1,art-lojban,zh-min-nan", "\xff")
	f.Fuzz(func(t *testing.T, accept, chosen string) {
		if got := b.Choose(accept, chosen); !slices.Contains(b.Langs(), got) {
			t.Errorf("%q %q: got %q", accept, chosen, got)
		}
	})
}

func FuzzSay(f *testing.F) {
	f.Add("Còn {n} ngày {", "3")
	f.Add("{{n}}{n", "{n}")
	f.Fuzz(func(t *testing.T, said, value string) {
		raw := fstest.MapFS{"vi.json": {Data: []byte(`{"k":` + quoted(said) + `}`)}}
		b, err := i18n.Load(raw, ".", "vi")
		if err != nil {
			t.Fatal(err)
		}
		said = string([]rune(said)) // JSON writes each invalid byte as one U+FFFD
		if got := b.T("vi", "k"); got != said {
			t.Errorf("%q without values: got %q", said, got)
		}
		if got, want := b.T("vi", "k", "n", value), strings.ReplaceAll(said, "{n}", value); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	})
}

func BenchmarkSay(b *testing.B) {
	c, err := i18n.Load(fstest.MapFS{"vi.json": {Data: []byte(vi)}}, ".", "vi")
	if err != nil {
		b.Fatal(err)
	}
	args := map[string]string{"name": "An", "date": "01/02/2026"}
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = c.Say("vi", "title", nil)
		}
	})
	b.Run("filled", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = c.Say("vi", "filed", args)
		}
	})
	b.Run("choose", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = c.Choose("vi-VN,vi;q=0.9,fr-FR;q=0.8,fr;q=0.7,en-US;q=0.6,en;q=0.5", "")
		}
	})
}
