package app_test

import (
	"net/http"
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
	testkit.Open(t, desk, r.URL+"/staff/cases")
	if shown := step(t, desk, chromedp.Evaluate[string](`document.body.innerText`)); !strings.Contains(shown, d.ref) {
		t.Fatalf("the list does not show the case: %s", shown)
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

// TestTheQuickExitEndsASessionOfStaff: a copy of the cookie that it takes away opens nothing more; pressed by another site it ends none.
func TestTheQuickExitEndsASessionOfStaff(t *testing.T) {
	r := open(t, nil)
	who := r.signIn(t, "thuanbc")
	for _, tc := range []struct {
		site string
		want int
	}{{"cross-site", http.StatusOK}, {"same-origin", http.StatusUnauthorized}} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+"/exit", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", "staff="+strings.TrimPrefix(who[1], "Bearer "))
		req.Header.Set("Sec-Fetch-Site", tc.site)
		c := r.client()
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if got := r.call(t, "GET", "/api/v1/staff/notices", nil, who...); got.Status != tc.want {
			t.Errorf("after the exit from %s: %d, want %d", tc.site, got.Status, tc.want)
		}
	}
}
