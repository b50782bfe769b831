package app_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/testkit"
)

// TestBackAfterSigningOutShowsNoCase: on a computer that others use, Back shows no page of whoever has left.
func TestBackAfterSigningOutShowsNoCase(t *testing.T) {
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", good(nil))
	desk := testkit.Browser(t, testkit.Desktop())
	r.signInBrowser(t, desk, headOf(t, r, d.ref))
	if shown := step(t, desk, chromedp.Evaluate[string](`document.body.innerText`)); !strings.Contains(shown, d.ref) {
		t.Fatalf("the board does not show the case: %s", shown)
	}
	step(t, desk, chromedp.Click(`a[href="/staff/cases/`+d.ref+`"]`))
	step(t, desk, chromedp.WaitReady(`form[action*="/moves/"]`))
	step(t, desk, chromedp.Click(`form[action="/staff/sign-out"] button`))
	step(t, desk, chromedp.WaitReady(`#username`))
	for range 3 {
		step(t, desk, chromedp.NavigateBack())
		step(t, desk, chromedp.WaitReady(`body`))
		if shown := step(t, desk, chromedp.Evaluate[string](`document.body.innerText`)); strings.Contains(shown, d.ref) {
			t.Errorf("Back shows %s", shown)
		}
	}
}
