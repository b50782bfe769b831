package app_test

import (
	"strings"
	"testing"

	"tiepdan/internal/testkit"
)

// TestAPhoneRemembersACodeOnItsOwnersWish on the page of a case, lists it where a code is asked for, opens the case from there and takes
// it off again. Of a denunciation nothing is ever remembered, also when the letter has become one since.
func TestAPhoneRemembersACodeOnItsOwnersWish(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Narrow())
	kept := func() string { return p.eval(`JSON.stringify(localStorage)`) }
	code := caseAt(t, r, "feedback")
	p.open("/t/" + code)
	p.see("[data-remember]")
	ref := p.text(".step .num")
	if got := kept(); got != "{}" {
		t.Errorf("kept unasked: %s", got)
	}
	readAloud(p)
	p.click("[data-remember]", "[data-keeps] [data-drop]")
	if got := kept(); !strings.Contains(got, code) || !strings.Contains(got, ref) {
		t.Errorf("kept %s", got)
	}
	p.sound("codes_case")
	p.open("/t")
	p.see("[data-codes] li")
	if got := p.text("[data-codes] li"); !strings.Contains(got, ref) || !strings.Contains(got, "Phản ánh") || strings.Contains(got, "Khen") {
		t.Errorf("the list says %q", got)
	}
	p.sound("codes_list")
	p.click("[data-codes] [data-open]", "#status")
	if got := p.text(".step .num"); got != ref {
		t.Errorf("%s opened %s", ref, got)
	}
	secret := caseAt(t, r, "denunciation")
	p.open("/t/" + secret)
	p.see("#status")
	if got := p.eval(`String(document.querySelector("[data-keeps]")) + document.documentElement.outerHTML.includes("` + secret + `")`); got != "nullfalse" {
		t.Errorf("a denunciation's page offers to remember its code: %s", got)
	}
	p.eval(`localStorage.setItem("codes", JSON.stringify([...JSON.parse(localStorage.getItem("codes")), { code: "x", ref: "` + p.text(".step .num") + `", kind: "petition", at: "" }]))`)
	p.open("/t/" + secret)
	p.see("#status")
	if got := kept(); strings.Contains(got, `\"x\"`) || !strings.Contains(got, code) {
		t.Errorf("of what has become a denunciation there stays %s", got)
	}
	p.open("/t")
	p.click("[data-codes] [data-drop]", "[data-codes] [role=status]")
	p.settled("the list to be empty", `document.querySelectorAll("[data-codes] li").length === 0`)
	if got := kept(); got != "{}" {
		t.Errorf("after taking it off there stays %s", got)
	}
}

// readAloud lends the open page voices: one of the device's maker is sent no word, one of the device reads what the page says, and
// neither a form nor what is folded away.
func readAloud(p phone) {
	p.t.Helper()
	hidden := func() string { return p.eval(`document.querySelector("[data-aloud]").hidden`) }
	lend := func(voices string) {
		p.t.Helper()
		p.await(`new Promise((done) => {
			Object.defineProperty(self, "speechSynthesis", { configurable: true, value: { said: [], getVoices: () => [` + voices + `], speak(u) { this.said.push(u.text); }, cancel() { this.said.push("quiet"); } } });
			Object.defineProperty(self, "SpeechSynthesisUtterance", { configurable: true, value: class { constructor(text) { this.text = text; } } });
			const again = document.createElement("script");
			again.src = document.querySelector("script[src*=codes]").src;
			again.onload = done;
			document.head.append(again);
		})`)
	}
	lend(`{ lang: "vi-VN", localService: false }, { lang: "en-US", localService: true }`)
	if got := hidden(); got != "true" {
		p.t.Error("offered without a Vietnamese voice of the device")
	}
	lend(`{ lang: "vi-VN", localService: true }`)
	if got := hidden(); got != "false" {
		p.t.Error("not offered with a voice of the device")
	}
	p.click("[data-aloud]", "[data-aloud]")
	heading := p.text("h1")
	said := p.eval(`speechSynthesis.said.join("|")`)
	if !strings.Contains(said, heading) || !strings.Contains(said, "Quá trình giải quyết") || strings.Contains(said, "Nghe đọc") || strings.Contains(said, "Nhắn cho cơ quan") || strings.Count(said, heading) != 1 {
		p.t.Errorf("read aloud: %s", said)
	}
	p.click("[data-aloud]", "[data-aloud]")
	if got := p.eval(`speechSynthesis.said.at(-1) + document.querySelector("[data-aloud]").textContent`); got != "quietNghe đọc trang này" {
		p.t.Errorf("stopped: %s", got)
	}
}
