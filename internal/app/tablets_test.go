package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
)

// TestAnAdministratorEnrolsAndEndsATablet: the page shows a link that the tablet opens, lists the tablet, and ends it.
func TestAnAdministratorEnrolsAndEndsATablet(t *testing.T) {
	r := open(t, nil)
	h := listen(r)
	desk := newPhone(t, r, testkit.Desktop())
	r.signInBrowser(t, desk.ctx, oneOf(t, r, office.Admin))
	desk.open("/staff/admin/tablets")
	desk.do(chromedp.SetValue("#counter", "quay-3"))
	desk.click("main button.main", "#offer")
	shot := func(p phone, name string) {
		if folder := os.Getenv("TIEPDAN_SCREENS"); folder != "" {
			testkit.Screenshot(t, p.ctx, filepath.Join(folder, name+".png"))
		}
	}
	shot(desk, "tablets-desk")
	testkit.Axe(t, desk.ctx)
	link := strings.TrimPrefix(desk.eval("document.querySelector('.note .said').textContent"), r.URL)

	tablet := newPhone(t, r, testkit.Desktop(), testkit.AllowConsole("Failed"))
	tablet.open(link)
	tablet.click("#enrol", `button[value="5"]`)
	tablet.settled("enrolling", `Promise.resolve(document.readyState === "complete" && !document.getElementById("enrolment"))`)
	tap := func() {
		tablet.click(`button[value="5"]`, "#thanks")
		tablet.settled("sending", `box.all("ratings").then(x => x.length === 0)`)
		tablet.click("#again", `button[value="5"]`)
	}
	tap()
	if yes, no := h.verified(); yes != 1 || no != 0 {
		t.Errorf("%d verified and %d not, want 1 and 0", yes, no)
	}
	if got := tablet.eval("document.documentElement.dataset.light"); got != "day" && got != "night" {
		t.Errorf("the tablet is lit for %q", got)
	}
	desk.open("/staff/admin/tablets")
	if got := desk.text(".health"); got != "Hoạt động tốt" {
		t.Errorf("the tablet is said to be %q", got)
	}
	shot(desk, "tablets-health")
	shot(tablet, "tablet-lit")
	thief := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("Failed"))
	thief.open(link)
	thief.click("#enrol", `main a[href="/t"]`)
	if said := thief.text("h1"); !strings.Contains(said, "đã dùng") {
		t.Errorf("the link a second time: %s", said)
	}

	small := newPhone(t, r, testkit.Phone())
	r.signInBrowser(t, small.ctx, oneOf(t, r, office.Admin))
	small.open("/staff/admin/tablets")
	if wide := small.eval("document.documentElement.scrollWidth - innerWidth"); wide != "0" {
		t.Errorf("%s px wider than the screen", wide)
	}
	shot(small, "tablets-phone")
	small.click(`form[action$="/end"] button`, "#counter")
	tap()
	if yes, no := h.verified(); yes != 1 || no != 1 {
		t.Errorf("%d verified and %d not, want 1 and 1: the tablet was ended", yes, no)
	}
}

// TestOnlyAnAdministratorKeepsTablets, over the API too.
func TestOnlyAnAdministratorKeepsTablets(t *testing.T) {
	r := open(t, nil)
	admin, head := r.signIn(t, oneOf(t, r, office.Admin)), r.signIn(t, oneOf(t, r, office.Head))
	const path = "/api/v1/staff/tablets"
	for _, ask := range []struct {
		method, path string
		body         map[string]string
		who          []string
		want         int
	}{
		{"GET", path, nil, head, http.StatusForbidden},
		{"POST", path, map[string]string{"counter": "quay-3"}, head, http.StatusForbidden},
		{"DELETE", path + "/x", nil, head, http.StatusForbidden},
		{"GET", path, nil, nil, http.StatusUnauthorized},
		{"GET", path, nil, admin, http.StatusOK},
		{"POST", path, map[string]string{"counter": "nowhere"}, admin, http.StatusUnprocessableEntity},
		{"POST", path, map[string]string{"counter": "quay-3"}, admin, http.StatusCreated},
		{"DELETE", path + "/x", nil, admin, http.StatusNotFound},
	} {
		if a := r.call(t, ask.method, ask.path, ask.body, ask.who...); a.Status != ask.want {
			t.Errorf("%s %s by %v: %d %s, want %d", ask.method, ask.path, ask.who != nil, a.Status, a.Raw, ask.want)
		}
	}
}
