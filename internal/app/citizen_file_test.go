package app_test

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
)

// letter is what a citizen writes in these tests.
type letter struct {
	kind, of string
	fields   map[string]string // css → text
}

func letters() []letter {
	text := func(more map[string]string) map[string]string {
		m := map[string]string{"#subject": "Rác không được dọn ở kênh N22", "#body": "Đã ba tuần.\nXin cho dọn."}
		maps.Copy(m, more)
		return m
	}
	return []letter{
		{"feedback", "voice", text(map[string]string{"#when": "ba tuần nay", `[id="location.address"]`: "Kênh N22, thôn Quý Mỹ"})},
		{"praise", "voice", text(map[string]string{"#about": "Chị Quỳnh, quầy 1"})},
		{"petition", "letter", text(nil)},
		{"complaint", "letter", text(map[string]string{
			"#when": "15/09/2026", `[id="contact.name"]`: "Võ Thị Bé", `[id="contact.address"]`: "Thôn Quý Mỹ", `[id="contact.phone"]`: "0905 123 456",
		})},
		{"denunciation", "letter", text(map[string]string{`[id="contact.name"]`: "Lê Văn Ổn", `[id="contact.address"]`: "Thôn Tất Viên"})},
	}
}

// TestCitizensFileEveryKind goes from the counter's page to the receipt and the case, with and without scripts, in both
// languages, on three screens.
func TestCitizensFileEveryKind(t *testing.T) {
	r := open(t, nil)
	for name, opts := range map[string][]testkit.BrowserOption{
		"phone":                        {testkit.Phone()},
		"narrow, no script, English":   {testkit.Narrow(), testkit.WithoutJavaScript(), testkit.Language("en")},
		"desk, no script, no movement": {testkit.Desktop(), testkit.WithoutJavaScript(), testkit.ReducedMotion()},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			for _, l := range letters() {
				fileLetter(t, p, counterPath(t, r, 2), l)
			}
		})
	}
}

// write fills a letter in, as its screens ask for it.
func (p phone) write(l letter) {
	p.t.Helper()
	for _, css := range slices.Sorted(maps.Keys(l.fields)) {
		p.fill(css, l.fields[css])
	}
}

func fileLetter(t *testing.T, p phone, counter string, l letter) {
	t.Helper()
	p.open(counter)
	p.click(`a[href$="of=`+l.of+`"]`, `a[href$="kind=`+l.kind+`"]`)
	p.click(`a[href$="kind=`+l.kind+`"]`, "#body")
	p.write(l)
	p.click("button.main", "#code")
	code, ref := p.text("#code"), p.text("#reference")
	if len(code) != 19 || !strings.HasPrefix(ref, "TD") {
		t.Fatalf("%s: code %q, reference %q", l.kind, code, ref)
	}
	proof := p.eval("document.querySelector('#proof').textContent")
	picture(t, p, path.Base(t.Name()), "receipt-"+l.kind)
	p.click(`form[action="/t"] button.main`, "#status")
	if got := p.eval("document.title"); !strings.Contains(got, ref) {
		t.Errorf("%s: followed to %q", l.kind, got)
	}
	p.open("/verify")
	p.fill("#proof", proof)
	p.click("button.main", ".note.good")
	if got := p.text(".note.good dl"); !strings.Contains(got, ref) {
		t.Errorf("%s: the proof tells of %q", l.kind, got)
	}
}

func TestAChangedProofIsFalse(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone())
	fileLetter(t, p, counterPath(t, r, 0), letters()[0])
	changed := strings.Replace(p.eval("document.querySelector('#proof').value"), "Loại: Phản ánh", "Loại: Khiếu nại", 1)
	p.open("/verify")
	p.do(chromedp.SetValue(chromedp.CSS("#proof"), changed))
	p.click("button.main", ".alert")
}

func TestMistakesComeBackBesideTheFieldWithAllThatWasTyped(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Narrow(), testkit.WithoutJavaScript(), testkit.AllowConsole("422"))
	p.open(counterPath(t, r, 2) + "/file?kind=complaint")
	p.fill("#body", "Tôi không đồng ý")
	p.fill(`[id="contact.phone"]`, "12345")
	p.click("button.main", "#mistakes")
	if got := p.eval("[...document.querySelectorAll('#mistakes a')].map(a => a.hash).join()"); got != "#subject,#contact.name,#contact.address,#contact.phone" {
		t.Errorf("the summary leads to %s", got)
	}
	for css, want := range map[string]string{"#body": "Tôi không đồng ý", `[id="contact.phone"]`: "12345"} {
		if got := p.eval("document.querySelector(`" + css + "`).value"); got != want {
			t.Errorf("%s came back as %q", css, got)
		}
	}
	if p.eval("document.querySelector('#subject').closest('.field').querySelector('[role=alert]') !== null") != "true" {
		t.Error("no message beside the empty field")
	}
	if got := p.eval("[...document.querySelectorAll('main button[type=submit], [data-step]')].filter(b => b.checkVisibility()).map(b => b.className).join()"); got != "main" {
		t.Errorf("without scripts there is one way on, and no step of several: %q", got)
	}
	picture(t, p, "phone", "mistakes")
	if status := p.eval("performance.getEntriesByType('navigation')[0].responseStatus"); status != "422" {
		t.Errorf("the form answers %s", status)
	}
}

// TestAllMistakesAreSaidAtOnce sends a denunciation with everything wrong: a screen, or without scripts the page, says all that is
// wrong with it, each message tied to its field, and takes back what is mended.
func TestAllMistakesAreSaidAtOnce(t *testing.T) {
	r := open(t, nil)
	marked := `[...document.querySelectorAll("form [aria-invalid=true]")].filter(f => f.getAttribute("aria-describedby").split(" ").includes(f.id + "-wrong") && document.getElementById(f.id + "-wrong").textContent).map(f => f.id).join()`
	who := map[string]string{"contact.phone": "12345", "contact.email": "an@", "contact.id_number": "12", "passphrase": "ngắn"}
	t.Run("no script", func(t *testing.T) {
		p := newPhone(t, r, testkit.Phone(), testkit.WithoutJavaScript(), testkit.AllowConsole("422"))
		p.open(counterPath(t, r, 2) + "/file?kind=denunciation")
		for css, text := range who {
			p.fill(`[id="`+css+`"]`, text)
		}
		p.click("main button.main", ".wrong")
		if got, want := p.eval(marked), "subject,body,contact.name,contact.address,contact.id_number,contact.phone,contact.email,passphrase"; got != want {
			t.Errorf("marked are %s", got)
		}
	})
	t.Run("script", func(t *testing.T) {
		p := newPhone(t, r, testkit.Phone())
		p.open(counterPath(t, r, 2) + "/file?kind=denunciation")
		p.click(".next", "#mistakes a")
		if got := p.eval(marked) + " " + p.eval("document.activeElement.id"); got != "subject,body mistakes" {
			t.Errorf("marked are, and the place is, %s", got)
		}
		testkit.Axe(t, p.ctx)
		p.fill("#subject", "Đòi tiền")
		if got := p.eval(marked) + p.text("#mistakes li"); got != "body"+p.text("#body-wrong") {
			t.Errorf("after one is mended it says %s", got)
		}
		p.fill("#body", "Đòi tiền khi làm giấy tờ")
		p.settled("the summary to go", "!document.querySelector('#mistakes, .wrong')")
		for css, text := range who {
			p.fill(`[id="`+css+`"]`, text)
		}
		p.click(".next", "#mistakes a")
		if got, want := p.eval(marked), "contact.name,contact.address,contact.id_number,contact.phone,contact.email,passphrase"; got != want {
			t.Errorf("marked are %s", got)
		}
		testkit.Axe(t, p.ctx)
	})
}

// TestALetterIsCheckedBeforeItIsSent: one thing a screen, the phone's own way back keeps everything, and the last screen shows what was
// answered and leads back to it.
func TestALetterIsCheckedBeforeItIsSent(t *testing.T) {
	r := open(t, func(c *app.Config) { c.SMTP = "smtp://127.0.0.1:9" })
	p := newPhone(t, r, testkit.Phone())
	p.open(counterPath(t, r, 2) + "/file?kind=complaint")
	first := p.eval("document.title")
	p.says("Quyết định thu hồi đất số 15", "Diện tích đo chưa đúng.")
	picture(t, p, "phone", "screen-1")
	p.fill("#about", "Phòng Kinh tế")
	picture(t, p, "phone", "screen-2")
	p.fill(`[id="contact.name"]`, "Võ Thị Bé")
	p.fill(`[id="contact.address"]`, "Thôn Quý Mỹ")
	if now := p.eval("document.title"); now == first || !strings.HasPrefix(now, p.text("h1")) {
		t.Errorf("the title of the third screen is %q", now)
	}
	p.do(chromedp.SetValue(chromedp.CSS("#tell"), "mail"))
	p.do(chromedp.Click(chromedp.CSS(".next")))
	p.see("#tell-wrong")
	picture(t, p, "phone", "screen-3")
	p.fill(`[id="contact.email"]`, "be@example.vn")
	p.settled("the message to go", `!document.querySelector("#tell-wrong, #mistakes")`)
	p.do(chromedp.NavigateBack())
	p.see("#about")
	if got := p.eval("document.querySelector('#about').value + document.querySelector('.step span').textContent"); got != "Phòng Kinh tếBước 2/4 · " {
		t.Errorf("the way back shows %q", got)
	}
	p.reach("#files")
	p.see("[data-answers] dt")
	picture(t, p, "phone", "screen-4")
	testkit.Axe(t, p.ctx)
	got := p.text("[data-answers]")
	for _, want := range []string{"Quyết định thu hồi đất số 15", "Diện tích đo chưa đúng.", "Người bị khiếu nại", "Phòng Kinh tế", "Võ Thị Bé", "Thôn Quý Mỹ", "Qua email"} {
		if !strings.Contains(got, want) {
			t.Errorf("what is checked lacks %q: %s", want, got)
		}
	}
	p.click("[data-answers] button", "#subject")
	p.fill("#subject", "/QĐ-UBND")
	p.click("button.main", "#code")
	if got := p.text(".sheet .cut"); got != "Quyết định thu hồi đất số 15/QĐ-UBND" {
		t.Errorf("sent was %q", got)
	}
}

// TestGoingBackAndWritingSomethingElseFilesAnotherCase keeps what was typed when a form's key was used before.
func TestGoingBackAndWritingSomethingElseFilesAnotherCase(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone(), testkit.WithoutJavaScript())
	fileOnce := func(text string) string {
		p.do(chromedp.SetValue(chromedp.CSS("#subject"), text), chromedp.SetValue(chromedp.CSS("#body"), text))
		p.click("button.main", "#code, #mistakes")
		return p.text("#code")
	}
	p.open(counterPath(t, r, 2) + "/file?kind=feedback")
	key := p.eval("document.querySelector('[name=key]').value")
	first := fileOnce("Việc thứ nhất")
	p.open(counterPath(t, r, 2) + "/file?kind=feedback")
	p.do(chromedp.Evaluate[chromedp.Void]("document.querySelector('[name=key]').value = '" + key + "'"))
	fileOnce("Việc thứ hai")
	if p.eval("document.querySelector('#body').value") != "Việc thứ hai" {
		t.Fatal("what was typed is lost")
	}
	p.click("button.main", "#code")
	if second := p.text("#code"); second == first {
		t.Error("the second case has the first one's code")
	}
}

// TestAKeyboardIsEnough files a case and rates with Tab, space and Enter alone.
func TestAKeyboardIsEnough(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Desktop())
	p.open(counterPath(t, r, 2))
	p.tabTo(`a[href$="of=voice"]`, kb.Enter)
	p.see(`a[href$="kind=feedback"]`)
	p.tabTo(`a[href$="kind=feedback"]`, kb.Enter)
	p.see("#body")
	p.tabTo("#subject", "Đèn đường hỏng")
	p.tabTo("#body", "Trước chợ Hà Lam")
	p.tabTo("button.main", kb.Enter)
	p.see("#code")
	p.open(counterPath(t, r, 2) + "/rate")
	p.tabTo(`button[value="4"]`, kb.Enter)
	p.see(".note.good")
	p.tabTo(`[name="criteria.attitude"]`, " ")
	p.tabTo("button.main", kb.Enter)
	p.settled("thanks", `!document.querySelector("form.faces, [name=kept]")`)
}

// tabTo presses Tab until the element has the focus, then types.
func (p phone) tabTo(css, keys string) {
	p.t.Helper()
	for range 60 {
		p.do(chromedp.KeyEvent(kb.Tab))
		if p.eval("document.activeElement.matches(`"+css+"`)") == "true" {
			p.do(chromedp.KeyEvent(keys))
			return
		}
	}
	p.t.Fatalf("Tab does not reach %s", css)
}

func TestWithdrawingAsksFirst(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone(), testkit.WithoutJavaScript())
	fileLetter(t, p, counterPath(t, r, 2), letters()[3])
	filed := r.call(t, "POST", "/api/v1/cases", map[string]any{"kind": "petition", "subject": "Đèn đường", "body": "Xin lắp đèn"})
	if filed.Status != http.StatusCreated {
		t.Fatalf("%d %s", filed.Status, filed.Raw)
	}
	code, _ := filed.JSON["tracking_code"].(string)
	p.open("/t/" + code)
	p.click(".danger", "#sure")
	p.click("button.danger", "#mistakes")
	p.do(chromedp.Click(chromedp.CSS("#sure")))
	picture(t, p, "phone", "withdraw")
	p.click("button.danger", ".timeline")
	if got := r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["status"]; got != "withdrawn" {
		t.Errorf("the case is %v", got)
	}
}
