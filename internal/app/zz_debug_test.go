package app_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"tiepdan/internal/testkit"
)

func TestZZ(t *testing.T) {
	r := open(t, nil)
	p := newPhone(t, r, testkit.Desktop(), testkit.AllowConsole(""))
	p.open(counterPath(t, r, 2) + "/file?of=voice")
	p.click(`a[href$="kind=feedback"]`, "#body")
	p.tabTo("#subject", "Đèn đường hỏng")
	p.tabTo("#body", "Trước chợ Hà Lam")
	p.tabTo("button.main", kb.Enter)
	t.Log(p.eval("!!navigator.serviceWorker.controller"))
	time.Sleep(3 * time.Second)
	t.Log(p.eval("location.href"), p.eval("document.readyState"))
	t.Log(p.eval("!!navigator.serviceWorker.controller"))
	t.Log(p.await(`box.all("queue").then(x => JSON.stringify(x))`))
	t.Log(r.Log.String())
}
