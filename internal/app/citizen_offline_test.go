package app_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/testkit"
)

// workerRules waits for a worker that answers the next address opened; whether it also took over the page that was there first
// is the browser's to decide.
const workerRules = "navigator.serviceWorker.ready.then(() => 1)"

// TestAFormFilledWithoutANetworkSendsItselfLater opens the form once, loses the network, opens it again, sends it, closes it,
// and finds it sent after the network has returned.
func TestAFormFilledWithoutANetworkSendsItselfLater(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("ERR_INTERNET_DISCONNECTED"), testkit.AllowConsole("ERR_FAILED"))
	form := counterPath(t, r, 2) + "/file?kind=feedback"
	p.open(form)
	p.await(workerRules)
	p.settled("keeping the page", `caches.open("pages-1").then(c => c.match("`+form+`")).then(r => !!r)`)

	testkit.Offline(t, p.ctx)
	p.open(form)
	p.see("#offline")
	if got := p.eval("document.documentElement.lang"); got != "vi" {
		t.Errorf("the form kept on the phone speaks %s", got)
	}
	p.says("Cầu bị ngập", "Nước lên từ tối qua.")
	picture(t, p, "phone", "offline")
	p.click("button.main", "#queue section")
	picture(t, p, "phone", "queued")
	if got := p.eval("document.documentElement.lang"); got != "vi" {
		t.Errorf("the list kept on the phone speaks %s", got)
	}
	if got := p.text("#queue"); !strings.Contains(got, "Cầu bị ngập") {
		t.Fatalf("what waits is not shown: %s", got)
	}
	p.open("/waiting")
	p.see("#queue section")

	testkit.Online(t, p.ctx)
	p.open("/waiting")
	p.see("#queue .code")
	code := p.text("#queue .code")
	picture(t, p, "phone", "sent")
	seen := r.call(t, "GET", "/api/v1/cases/"+code, nil)
	if seen.Status != 200 || seen.JSON["kind"] != "feedback" {
		t.Errorf("the case with code %s: %d %s", code, seen.Status, seen.Raw)
	}
	if left := p.await(`box.all("queue").then(JSON.stringify)`); strings.Contains(left, "Nước lên") {
		t.Error("the phone still keeps the text of what was sent")
	}
	p.await("sendAll()")
	if n := p.await(`box.all("queue").then(q => q.length)`); n != "1" {
		t.Errorf("%s cases on the phone, want the one that went", n)
	}
}

// TestADyingNetworkLosesNothing sends while the phone still believes in its network.
func TestADyingNetworkLosesNothing(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("ERR_"), testkit.AllowConsole("Failed"))
	p.open(counterPath(t, r, 2) + "/file?kind=praise")
	p.await(workerRules)
	p.settled("keeping the page", `caches.open("pages-1").then(c => c.match("/waiting")).then(r => !!r)`)
	p.says("Chị Quỳnh tận tình", "Cảm ơn chị.")
	testkit.Offline(t, p.ctx)
	p.do(chromedp.Evaluate[chromedp.Void](`Object.defineProperty(navigator, "onLine", {get: () => true})`))
	p.click("button.main", "#queue section")
	testkit.Online(t, p.ctx)
	p.open("/waiting")
	p.see("#queue .code")
}

func TestDraftsSurviveAClosedTabUntilTheyAreSentOrDeleted(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Phone())
	form := counterPath(t, r, 2) + "/file?kind=denunciation"
	p.open(form)
	p.do(chromedp.Click(chromedp.CSS("#shared"))) // his own phone
	p.says("Xin xem", "Đòi tiền khi làm giấy tờ")
	p.fill(`[id="contact.name"]`, "Lê Văn Ổn")
	p.settled("the draft", `localStorage.getItem("draft:denunciation") !== null && localStorage.getItem("draft:denunciation").includes("giấy tờ")`)
	if p.eval(`localStorage.getItem("draft:denunciation").includes("Ổn")`) != "false" {
		t.Error("the draft keeps the name of a denouncer")
	}
	p.open("/t")
	p.open(form)
	p.see("#restored")
	if got := p.eval(`document.querySelector("#body").value`); got != "Đòi tiền khi làm giấy tờ" {
		t.Errorf("the draft came back as %q", got)
	}
	p.click("#restored button", "#body")
	p.settled("an empty form", `document.querySelector("#body").value === ""`)
	p.says("Đòi tiền", "Đòi tiền")
	p.reach(`[name=anonymous]`)
	p.do(chromedp.Click(chromedp.CSS(`[name=anonymous][value=yes]`)))
	p.click("button.main", "#code")
	p.settled("forgetting", `localStorage.getItem("draft:denunciation") === null`)
}
