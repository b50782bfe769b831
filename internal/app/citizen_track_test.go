package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/testkit"
)

// onPhones runs a story on a narrow phone and on a desk, with scripts and without.
func onPhones(t *testing.T, r *running, story func(t *testing.T, p phone, sound func())) {
	t.Helper()
	for name, opts := range map[string][]testkit.BrowserOption{
		"narrow": {testkit.Narrow()}, "phone without JavaScript": {testkit.Phone(), testkit.WithoutJavaScript()}, "desk": {testkit.Desktop()},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, opts...)
			story(t, p, func() {
				if len(opts) == 1 { // axe is a script, and reads the same page elsewhere
					testkit.Axe(t, p.ctx)
				}
			})
		})
	}
}

// TestThePageOfACaseBeginsWithWhatItsSenderHasToDo, confirms what he did with the place set there, and draws the way with its days.
func TestThePageOfACaseBeginsWithWhatItsSenderHasToDo(t *testing.T) {
	r := open(t, nil)
	onPhones(t, r, func(t *testing.T, p phone, sound func()) {
		t.Helper()
		code := caseAt(t, r, "petition", "ask_info")
		p.open("/t/" + code)
		p.see("#todo")
		text := p.text("main")
		todo, way, talk := strings.Index(text, "Việc ông/bà cần làm"), strings.Index(text, "Quá trình giải quyết"), strings.Index(text, "Tin nhắn với cơ quan")
		if todo < 0 || way < todo || talk < way || !strings.Contains(text, "Xin cho biết số thửa đất") {
			t.Errorf("what to do, the way and the talk stand at %d, %d, %d: %s", todo, way, talk, text)
		}
		if got := p.text(".path .now"); !strings.Contains(got, "Bắt đầu giải quyết") || !strings.Contains(got, "bước tiếp theo") {
			t.Errorf("next: %q", got)
		}
		p.fill("#text", "Thửa đất số 214, tờ bản đồ số 7.")
		p.click(`form[action$="/messages"] button[type=submit]`, "#done")
		if at := p.eval("document.activeElement.id"); at != "done" {
			t.Errorf("after a message the reader stands at %q", at)
		}
		if text := p.text("main"); !strings.Contains(text, "Thửa đất số 214") || strings.Contains(text, "Việc ông/bà cần làm") {
			t.Errorf("after the answer: %s", text)
		}
		sound()
		track(t, p, "way")
	})
}

// TestADialogueGoesIntoTheCitizensCalendar, as a day that tells nothing of the case.
func TestADialogueGoesIntoTheCitizensCalendar(t *testing.T) {
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", complainant())
	head := r.signIn(t, headOf(t, r, d.ref))
	head = d.judge(t, head)
	on := time.Now().In(casework.Vietnam).AddDate(0, 0, 9)
	d.moves(t, head, do("record_signature", "signed", "counter", "paper", "citizen_card", "complete", "yes"), do("accept"), do("start"),
		do("invite_dialogue", "on", on.Format(time.DateOnly), "hour", "08:30", "text", "Mời ông/bà đến phòng tiếp công dân."))
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("404"))
	p.open("/t/" + d.code)
	p.see("#dialogue")
	if got := p.text("#dialogue"); !strings.Contains(got, "08:30 ngày "+on.Format("02/01/2006")) {
		t.Errorf("the page names no day and hour: %q", got)
	}
	testkit.Axe(t, p.ctx)
	track(t, p, "dialogue")
	file := p.await(`fetch(document.querySelector('a[href$="dialogue.ics"]').href).then(a => a.text())`)
	for _, want := range []string{"BEGIN:VEVENT\r\n", "DTSTART:" + on.Format("20060102") + "T013000Z\r\n", "UID:" + d.ref + "-dialogue@"} {
		if !strings.Contains(file, want) {
			t.Errorf("the calendar's file lacks %q: %q", want, file)
		}
	}
	if strings.Contains(file, d.code) || strings.Contains(strings.ToLower(file), "khiếu nại") {
		t.Errorf("the calendar's file tells of the case: %q", file)
	}
	other := caseAt(t, r, "feedback", "start")
	p.open("/t/" + other)
	if got := p.await("fetch(location.pathname + '/dialogue.ics').then(a => String(a.status))"); got != "404" {
		t.Errorf("a case without a dialogue has a day for it: %s", got)
	}
}

// TestErasingAsksFirst: the first press erases nothing, and what was erased is said.
func TestErasingAsksFirst(t *testing.T) {
	r := open(t, nil)
	onPhones(t, r, func(t *testing.T, p phone, sound func()) {
		t.Helper()
		second := map[string]string{"second": "123456"}
		code := caseAt(t, r, "feedback", "start")
		ref := r.call(t, "GET", "/api/v1/cases/"+code, nil).JSON["reference"].(string)
		(&dossier{running: r, code: code, ref: ref}).moves(t, r.signIn(t, headOf(t, r, ref)), do("answer", "text", "Đã sửa."), do("close"))
		p.open("/t/" + code)
		p.click(`a.danger[href$="/erase"]`, "#sure")
		p.click(`form[action$="/erase"] button[type=submit]`, ".alert")
		if held := r.call(t, "POST", "/api/v1/cases/"+code+"/data", second); held.Status != http.StatusOK || !strings.Contains(string(held.Raw), "Võ Thị Bé") {
			t.Fatalf("erased without being sure: %d %s", held.Status, held.Raw)
		}
		sound()
		track(t, p, "erase")
		p.click("#sure", "#sure:checked")
		p.click(`form[action$="/erase"] button[type=submit]`, "#done")
		if got := p.text("#done"); !strings.Contains(got, "Đã xóa thông tin liên hệ") {
			t.Errorf("said %q", got)
		}
		if held := r.call(t, "POST", "/api/v1/cases/"+code+"/data", second); strings.Contains(string(held.Raw), "Võ Thị Bé") {
			t.Error("not erased")
		}
	})
}

// TestWhatIsRefusedIsSaidWithoutPraise, and a further complaint and the first lead to each other.
func TestWhatIsRefusedIsSaidWithoutPraise(t *testing.T) {
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", complainant())
	head := d.judge(t, r.signIn(t, headOf(t, r, d.ref)))
	d.moves(t, head, do("record_signature", "signed", "counter", "paper", "citizen_card", "complete", "yes"), do("accept"), do("start"))
	d.meet(t, head)
	d.moves(t, head, do("decide", "text", "Giữ nguyên diện tích thu hồi.", "outcome", "rejected"), do("notify"))
	p := newPhone(t, r, testkit.Phone())
	p.open("/t/" + d.code)
	p.see("#answer")
	if got := p.eval(`String(document.querySelector('section .chip').classList.contains('good'))`); got != "false" {
		t.Error("a rejected complaint is praised in green")
	}
	r.appealOnce(t, d)
	second := r.secondOf(t, d)
	p.open("/t/" + d.code)
	p.click("#further button", "#prior")
	if text := p.text("main"); !strings.Contains(text, second.ref) || !strings.Contains(text, d.ref) {
		t.Errorf("the second complaint does not name both: %s", text)
	}
}

// track takes a picture of the page of a case.
func track(t *testing.T, p phone, name string) {
	t.Helper()
	if folder := os.Getenv("TIEPDAN_SCREENS"); folder != "" {
		testkit.Screenshot(t, p.ctx, filepath.Join(folder, name+"-"+strings.ReplaceAll(t.Name(), "/", "-")+".png"))
	}
}
