package app_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"tiepdan/internal/testkit"
)

// TestAVoiceIsRecordedOnThePage: the button says that it records, the note lies among the files, can be dropped again, and what is left
// goes along with the letter as sound. On a denunciation neither recording nor dictation is offered, whatever the browser can do.
func TestAVoiceIsRecordedOnThePage(t *testing.T) {
	r := open(t, nil)
	k := withFiles(t, r)
	p := newPhone(t, r, testkit.Phone(), testkit.Microphone())
	p.open(counterPath(t, r, 2) + "/file?kind=feedback")
	p.says("Loa phường quá to", "Tôi nói trong bản ghi âm.")
	const files = `document.querySelectorAll("[data-files] li").length`
	for n := range 2 {
		p.click("[data-voice]", "[data-voice]")
		p.settled("something recorded", `/^Dừng ghi âm \([1-9] giây\)$/.test(document.querySelector("[data-voice]").textContent)`)
		p.click("[data-voice]", "[data-voice]")
		p.settled("the note", files+" === "+string(rune('1'+n)))
		if got := p.text("[data-voice]"); got != "Ghi âm lời nói" {
			t.Errorf("after it the button says %q", got)
		}
	}
	if got := p.text("[data-files]"); !strings.Contains(got, "Ghi âm.m4a · ") {
		t.Errorf("the list says %q", got)
	}
	p.click("[data-files] li button", "#files")
	p.settled("one note left", files+" === 1")
	p.sound("voice")
	p.click("button.main", "#code")
	sound := k.kept["Ghi âm.m4a"]
	if len(sound) < 100 || !bytes.Equal(sound[4:8], []byte("ftyp")) {
		t.Errorf("%d bytes of sound were kept, of %s: %.12x", len(sound), k.names(), sound)
	}
}

func TestNoVoiceOfADenouncerIsAskedFor(t *testing.T) {
	r := open(t, nil)
	withFiles(t, r)
	p := newPhone(t, r, testkit.Phone(), testkit.Microphone())
	p.open(counterPath(t, r, 2) + "/file?kind=complaint")
	for _, offered := range []string{"[data-voice]", "[data-dictate]"} {
		if p.eval("document.querySelector('"+offered+"')?.hidden") != "false" {
			t.Errorf("a complaint offers no %s", offered)
		}
	}
	if hint := p.text("[data-dictate-hint]"); !strings.Contains(hint, "gửi giọng nói đến hãng làm ra nó") {
		t.Errorf("of dictation is said %q", hint)
	}
	p.open(counterPath(t, r, 2) + "/file?kind=denunciation")
	p.see("#subject")
	if p.eval(`document.querySelector("[data-voice], [data-dictate]") === null`) != "true" {
		t.Error("a denunciation offers to hear the voice")
	}
}

// TestThePlaceIsShownAndTakenAway on every width: a card with coordinates and how sure they are; after removal nothing of it is sent.
func TestThePlaceIsShownAndTakenAway(t *testing.T) {
	r := open(t, nil)
	for name, size := range map[string]testkit.BrowserOption{"narrow": testkit.Narrow(), "phone": testkit.Phone(), "desk": testkit.Desktop()} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, size, testkit.At(15.73012, 108.36345, 12))
			p.open(counterPath(t, r, 2) + "/file?kind=feedback")
			p.says("Ổ gà trước trường học", "Xe máy hay ngã.")
			p.fill(`[id="location.address"]`, "Trước trường Nguyễn Trãi")
			p.click("[data-locate]", "[data-spot]")
			const want = "Đã thêm vị trí của máy này (15.73012, 108.36345), sai số khoảng 12 m."
			if got := p.text("[data-located]"); got != want {
				t.Errorf("the card says %q", got)
			}
			p.sound("place-" + name)
			p.do(chromedp.SendKeys(chromedp.CSS("[data-unlocate]"), kb.Enter))
			p.settled("the card gone", `document.querySelector("[data-spot]").hidden && document.activeElement === document.querySelector("[data-locate]")`)
			if left := p.eval(`document.querySelector("[name='location.lat']").value + document.querySelector("[name='location.lng']").value`); left != "" {
				t.Errorf("%q of the place is left", left)
			}
			p.click("[data-locate]", "[data-spot]")
			p.click("button.main", "#code")
			held, err := r.Desk.Hold(t.Context(), p.text("#code"))
			if err != nil {
				t.Fatal(err)
			}
			if l := held.Letter.Location; l.Lat != 15.73012 || l.Lng != 108.36345 || l.Address != "Trước trường Nguyễn Trãi" {
				t.Errorf("kept as %v", l)
			}
		})
	}
}

// TestAPhoneOffersItsCamera and shows what it took as a small picture; a screen without touch has none to offer.
func TestAPhoneOffersItsCamera(t *testing.T) {
	r := open(t, nil)
	withFiles(t, r)
	for name, c := range map[string]struct {
		size    testkit.BrowserOption
		offered string
	}{"narrow": {testkit.Narrow(), "true"}, "phone": {testkit.Phone(), "true"}, "desk": {testkit.Desktop(), "false"}} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, c.size)
			p.open(counterPath(t, r, 2) + "/file?kind=petition")
			p.settled("the button", `document.querySelector("[data-camera]").checkVisibility() === `+c.offered)
			if c.offered == "false" {
				return
			}
			asked := p.eval(`(() => {
				let asked = "";
				HTMLInputElement.prototype.click = function () { asked = [this.type, this.accept, this.capture].join(" "); };
				document.querySelector("[data-camera]").click();
				return asked;
			})()`)
			if asked != "file image/* environment" {
				t.Errorf("the button asks for %q", asked)
			}
			p.choose("#files", photo(t, "den.jpg"))
			p.settled("the small picture", `document.querySelector("[data-files] img")?.naturalWidth > 0`)
		})
	}
}

// TestAnUploadSaysHowFarItIs on a slow network: the share only rises and ends at all of it.
func TestAnUploadSaysHowFarItIs(t *testing.T) {
	r := open(t, nil)
	k := withFiles(t, r)
	p := newPhone(t, r, testkit.Phone(), testkit.SlowNetwork())
	p.open(counterPath(t, r, 2) + "/file?kind=feedback")
	p.says("Rác", "Rác ở chợ.")
	p.choose("#files", photo(t, "cho.jpg"))
	p.settled("the photo", `document.querySelectorAll("[data-files] li").length === 1`)
	p.eval(`(() => {
		const said = document.querySelector("[data-upload-said]"), seen = [];
		new MutationObserver(() => { seen.push(said.textContent); sessionStorage.setItem("said", JSON.stringify(seen)); }).observe(said, { childList: true });
	})()`)
	p.click("button.main", "#code")
	all := p.eval(`(() => {
		const said = JSON.parse(sessionStorage.getItem("said") ?? "[]"), n = said.map((s) => Number(s.match(/^Đang gửi tệp: (\d+) %$/)?.[1]));
		return n.length > 1 && n.every((x, i) => x >= (n[i - 1] ?? 0)) && n.at(-1) === 100 ? "all" : JSON.stringify(said);
	})()`)
	if all != "all" {
		t.Errorf("it said %s", all)
	}
	if k.names() != "cho.jpg" {
		t.Errorf("kept %s", k.names())
	}
}
