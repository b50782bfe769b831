package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/testkit"
)

// novice is somebody who has never seen the program: what he presses and types is counted.
type novice struct {
	phone
	clicks, keys int
}

func (n *novice) types(css, text string) {
	n.t.Helper()
	n.clicks++ // into the field
	n.keys += len([]rune(text))
	n.fill(css, text)
}

func (n *novice) presses(css, then string) {
	n.t.Helper()
	n.clicks++
	n.click(css, then)
}

// TestANewOfficeReachesItsPosters as a new user would: from the program's start on an empty folder over the one form to the test letter
// that reached its head, and the posters to print. It prints what that took of him; the time is the machine's alone.
func TestANewOfficeReachesItsPosters(t *testing.T) {
	began := time.Now()
	r, at := emptyHouse(t, nil)
	n := &novice{phone: newPhone(t, r, testkit.Desktop())}
	const password = "trời hôm nay nhiều mây"
	n.open(at)
	for _, in := range [][2]string{
		{"#agency", "Ủy ban nhân dân xã Bình An"},
		{"#person_0", "Lê Thị Quản"},
		{"#password", password},
		{"#again", password},
		{"#person_1", "Trần Văn Chủ"},
		{"#person_2", "Phạm Thị Tâm"},
	} {
		n.types(in[0], in[1])
	}
	n.clicks++
	n.do(chromedp.Click(chromedp.CSS("[name=key_copied]")))
	n.presses("main button.main", ".posters img")
	if text := n.text("main .good"); !strings.Contains(text, "Phạm Thị Tâm") {
		t.Errorf("the test letter: %s", text)
	}
	user := n.eval("document.querySelector('tbody tr td').innerText")
	n.presses("main a.second", "#username")
	n.types("#username", user)
	n.types("#password", password)
	n.presses("main button[type=submit]", "body.staff")
	n.presses("main a[href$='/admin/counters']", "main a[href*='posters']")
	n.clicks++
	got := n.await("fetch(document.querySelector(\"main a[href*='posters']\").href).then(async r => r.status + ' ' + new TextDecoder().decode(await r.arrayBuffer()).slice(0, 5))")
	if got != fmt.Sprint(http.StatusOK, " %PDF-") {
		t.Errorf("the posters: %s", got)
	}
	t.Logf("from an empty folder to the posters: %d clicks, %d keys, %s of the machine's time", n.clicks, n.keys, time.Since(began).Round(100*time.Millisecond))
}
