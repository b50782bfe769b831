package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tiepdan/internal/testkit"
)

// cutOff lists what is cut off within the window or in a box that hides what does not fit into it; only what is read aloud alone may
// be, and what lies in a field.
const cutOff = `JSON.stringify([...document.querySelectorAll("body *")].filter(e => {
  if (e.closest(".sr, .skip, svg, textarea, input, select, [hidden], pre")) return false;
  const box = e.getBoundingClientRect();
  if (!box.width || !box.height) return false;
  const hides = ["hidden", "clip"].includes(getComputedStyle(e).overflowX);
  return box.left < -1 || box.right > innerWidth + 1 || hides && e.scrollWidth > e.clientWidth + 1;
}).map(e => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 40)).slice(0, 5))`

// TestTwiceTheTextLosesNothing reads every page on the narrowest phone with letters of twice the size (WCAG 1.4.4, 1.4.10).
func TestTwiceTheTextLosesNothing(t *testing.T) {
	r := open(t, nil)
	pages := citizenPages(t, r)
	for name, opts := range map[string][]testkit.BrowserOption{
		"Vietnamese": {testkit.Narrow(), testkit.LargeText()}, "English": {testkit.Narrow(), testkit.LargeText(), testkit.Language("en")},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			for page, path := range pages {
				p.open(path)
				if size := p.eval(`getComputedStyle(document.querySelector("main p, main h1")).fontSize`); page != "kiosk" && !strings.HasPrefix(size, "36") && !strings.HasPrefix(size, "5") {
					t.Errorf("%s is written %s large", page, size)
				}
				if wide := p.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
					t.Errorf("%s is %s px wider than the screen", page, wide)
				}
				if cut := p.eval(cutOff); cut != "[]" {
					t.Errorf("%s cuts off %s", page, cut)
				}
			}
		})
	}
}

// untold lists what can be told by its colour alone, where colours are forced: dots, bars, ticks and borders that became the ground.
const untold = `JSON.stringify((() => {
  const seen = (e, of, what) => getComputedStyle(e, of)[what], ground = getComputedStyle(document.body).backgroundColor, out = [];
  const must = (css, of, what, but) => document.querySelectorAll(css).forEach(e => { if (seen(e, of, what) === (but || ground)) out.push(css + (of || "") + " " + what); });
  must(".timeline li:not(.ahead)", "::before", "backgroundColor");
  must(".path li::before", "::before", "borderTopColor");
  must(".path li:not(:last-child)", "::after", "backgroundColor");
  must(".status.good", "::before", "backgroundColor");
  must(".gauge rect", null, "fill");
  must(".mark path", null, "fill");
  must(".face svg, .scale svg, svg.icon", null, "stroke");
  must(".main, .next, .card, .second, .choice", null, "borderTopStyle", "none");
  must("select", null, "appearance", "none");
  document.querySelectorAll(".choice:has(:checked), .scale label:has(:checked), .spans [aria-current]").forEach(e => { if (seen(e, null, "outlineStyle") === "none") out.push("chosen " + e.className); });
  return [...new Set(out)];
})())`

// TestForcedColoursTellAll looks at every page in the colours that somebody forced: what was told by a ground of its own is told by
// an edge, and what is chosen stands out.
func TestForcedColoursTellAll(t *testing.T) {
	r := open(t, nil)
	rateMonths(t, r)
	for name, opts := range map[string][]testkit.BrowserOption{
		"light": {testkit.Phone(), testkit.ForcedColours()}, "dark": {testkit.Phone(), testkit.ForcedColours(), testkit.Dark()},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			for page, path := range citizenPages(t, r) {
				p.open(path)
				if forced := p.eval(`matchMedia("(forced-colors: active)").matches`); forced != "true" {
					t.Fatal("no colours are forced")
				}
				if got := p.eval(untold); got != "[]" {
					t.Errorf("%s loses %s", page, got)
				}
			}
		})
	}
}

// TestADesktopUsesItsWidth looks for columns beside each other where there is room, and for one below the other where there is none.
func TestADesktopUsesItsWidth(t *testing.T) {
	r := open(t, nil)
	rateMonths(t, r)
	pages := citizenPages(t, r)
	columns := `(() => {
	  const boxes = [...document.querySelectorAll("main > div:not(.all):not(.units), .units > section, .pair > *")].map(e => e.getBoundingClientRect()).filter(b => b.height > 40);
	  const beside = boxes.some((a, i) => boxes.some((b, j) => i !== j && b.left >= a.right && b.top < a.bottom && a.top < b.bottom));
	  return (beside ? "beside " : "below ") + Math.round(Math.max(...boxes.map(b => b.right)) - Math.min(...boxes.map(b => b.left)));
	})()`
	for name, opts := range map[string][]testkit.BrowserOption{"desk": {testkit.Desktop()}, "phone": {testkit.Phone()}} {
		p := newPhone(t, r, opts...)
		for _, page := range []string{"home", "counter", "tracked", "answered", "results"} {
			p.open(pages[page])
			how, wide, _ := strings.Cut(p.eval(columns), " ")
			if name == "desk" && (how != "beside" || number(t, []byte(wide)) < 1000) || name == "phone" && how != "below" {
				t.Errorf("on the %s of %s, columns stand %s, %s px wide", page, name, how, wide)
			}
		}
	}
}

// onPaper is what a page says when it is printed.
func onPaper(t *testing.T, p phone) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.pdf")
	if err := os.WriteFile(path, p.printed(), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", path, "-").Output()
	if err != nil {
		testkit.Missing(t, "pdftotext")
	}
	return string(said)
}

// TestPagesPrintWhatIsReadAndNothingToPress prints what people take home.
func TestPagesPrintWhatIsReadAndNothingToPress(t *testing.T) {
	r := open(t, nil)
	rateMonths(t, r)
	pages := citizenPages(t, r)
	p := newPhone(t, r, testkit.Desktop())
	for page, says := range map[string][]string{
		"answered": {"Diện tích đã được đo lại", "Mức bồi thường khi thu hồi đất"}, "results": {"100,0 %", "Theo từng tháng"}, "counter": {"Quầy 3"},
	} {
		p.open(pages[page])
		got := onPaper(t, p)
		for _, want := range says {
			if !strings.Contains(got, want) {
				t.Errorf("%s on paper lacks %q:\n%s", page, want, got)
			}
		}
		for _, never := range []string{"English", "Gửi đánh giá", "Rút đơn", "30 ngày qua"} {
			if strings.Contains(got, never) && !slices.Contains(says, never) {
				t.Errorf("%s on paper says %q", page, never)
			}
		}
	}
}
