package app_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"tiepdan/internal/testkit"
)

// The budget of a first visit over a slow network.
const (
	mostBytes    = 20_000 // of a form
	mostPlain    = 12_000 // of a page that only leads on, and of the faces
	mostShift    = 0.02   // how far the page may move under the eye
	mostRequests = 2      // the page and its script: a first visit brings its look along
)

// shifted sums up how far the page moved while it loaded, as browsers measure it.
const shifted = `(() => {
  const seen = new PerformanceObserver(() => {});
  seen.observe({ type: "layout-shift", buffered: true });
  return seen.takeRecords().reduce((sum, e) => sum + (e.hadRecentInput ? 0 : e.value), 0);
})()`

// traffic counts what a page asks for.
type traffic struct {
	mu       sync.Mutex
	requests []string
	bytes    float64
}

func (l *traffic) hear(event any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.Request.URL[:4] == "http" {
			l.requests = append(l.requests, e.Request.URL)
		}
	case *network.EventLoadingFinished:
		l.bytes += e.EncodedDataLength
	}
}

// TestTheFirstVisitFitsASlowNetwork loads each page with nothing kept, at 400 kbit/s and 400 ms, and prints what it took.
func TestTheFirstVisitFitsASlowNetwork(t *testing.T) {
	r := open(t, nil)
	counter := counterPath(t, r, 1)
	newPhone(t, r, testkit.Phone()).open(counter) // what a machine does once, when a program and a browser are started first, is no page's
	for name, page := range map[string]struct{ path, usable string }{
		"counter": {counter, "ul.actions a"}, "form": {counter + "/file?kind=complaint", ".next"}, "rate": {counter + "/rate", ".face"}, "home": {"/", "ul.actions a"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, r, testkit.Phone(), testkit.SlowNetwork())
			seen := &traffic{}
			if err := chromedp.Listen(p.ctx, seen.hear); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			p.open(page.path)
			p.see(page.usable)
			took := time.Since(began)
			p.settled("the load to end", `document.readyState === "complete" && performance.getEntriesByName("first-contentful-paint").length > 0`)
			painted := p.eval(`Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime)`)
			seen.mu.Lock()
			defer seen.mu.Unlock()
			t.Logf("%s: %d requests, %.0f bytes, painted after %s ms, loaded after %v", name, len(seen.requests), seen.bytes, painted, took.Round(time.Millisecond))
			most := mostPlain
			if name == "form" {
				most = mostBytes
			}
			if len(seen.requests) > mostRequests || seen.bytes > float64(most) {
				t.Errorf("%d requests and %.0f bytes, want at most %d and %d: %v", len(seen.requests), seen.bytes, mostRequests, most, seen.requests)
			}
			if moved, err := strconv.ParseFloat(p.eval(shifted), 64); err != nil || moved >= mostShift {
				t.Errorf("%s moves by %v, want less than %v: %v", name, moved, mostShift, err)
			}
		})
	}
}
