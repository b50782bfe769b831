package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tiepdan/internal/app"
	"tiepdan/internal/bus"
	"tiepdan/internal/testkit"
)

// word is one event of a stream.
type word struct {
	What string
	Ref  string `json:"ref"`
	Rev  int    `json:"rev"`
	N    int    `json:"unread"`
}

// hearing opens the stream of a member of staff. Its words come until it ends; then the channel is closed.
func (r *running) hearing(t *testing.T, who []string) (<-chan word, http.Header) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL+"/staff/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Cookie", "staff="+strings.TrimPrefix(who[1], "Bearer "))
	req.Header.Set("Accept-Encoding", "gzip, br")
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() }) // the test is over
	words := make(chan word, 1000)
	go func() {
		defer close(words)
		var w word
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			switch key, value, _ := strings.Cut(lines.Text(), ": "); key {
			case "event":
				w = word{What: value}
			case "data":
				_ = json.Unmarshal([]byte(value), &w) // what is not as it should be is not what the test waits for
				words <- w
			}
		}
	}()
	return words, resp.Header
}

// hears waits for a word and reports how long it took; everything else that comes meanwhile is returned.
func hears(t *testing.T, words <-chan word, want word) (took time.Duration, before []word) {
	t.Helper()
	began, limit := time.Now(), time.After(20*time.Second)
	for {
		select {
		case w, open := <-words:
			if !open {
				t.Fatalf("the stream ended before %+v", want)
			}
			if want.Rev == 0 {
				w.Rev = 0
			}
			if w == want {
				return time.Since(began), before
			}
			before = append(before, w)
		case <-limit:
			t.Fatalf("%+v did not come, but %+v", want, before)
		}
	}
}

// TestAPageHearsWhatHappensElsewhere: a head hears of a letter that another session gives to him, in this process
// or another, and a colleague who may not see a denunciation hears nothing of it.
func TestAPageHearsWhatHappensElsewhere(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *app.Config){
		"sqlite, embedded bus": func(*testing.T, *app.Config) {}, "sqlite, nats-server process": natsProcess,
		"mongodb, embedded bus": mongoServer,
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, func(c *app.Config) { change(t, c) })
			hearsElsewhere(t, r)
		})
	}
}

func hearsElsewhere(t *testing.T, r *running) {
	t.Helper()
	d := r.begin(t, "/api/v1/cases", good(map[string]any{"counter": r.counterToken(t, "quay-1")}))
	reception := r.signIn(t, "thuanbc")
	words, header := r.hearing(t, r.signIn(t, "lucht"))
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream", "X-Accel-Buffering": "no", "Content-Encoding": "", "Cache-Control": "no-store, no-transform",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	hears(t, words, word{What: "counts"})
	others, _ := r.hearing(t, r.signIn(t, "thuanbc"))
	hears(t, others, word{What: "counts"})
	if got := d.move(t, reception, "assign", map[string]string{"unit": "phong-kinh-te", "assignee": "truong-phong-kt"}); got.Status != http.StatusOK {
		t.Fatalf("assign: %d %s", got.Status, got.Raw)
	}
	took, _ := hears(t, words, word{What: "case", Ref: d.ref, Rev: d.kept(t).Rev()})
	t.Logf("heard after %s", took.Round(time.Millisecond))
	if nats := r.Config.NATS; nats != bus.Embedded {
		another, err := bus.Open(t.Context(), bus.Config{URL: nats, Name: "another", Log: r.App.Log, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(another.Close)
		if err := another.Publish(t.Context(), bus.Event{ID: "x/1", Subject: bus.CaseSubject + "answered", About: d.kept(t).ID, Time: time.Now()}); err != nil {
			t.Fatal(err)
		}
		took, _ = hears(t, words, word{What: "case", Ref: d.ref})
		t.Logf("heard of what another process did after %s", took.Round(time.Millisecond))
	}
	secret := r.begin(t, "/api/v1/cases", good(map[string]any{
		"kind": "denunciation", "counter": r.counterToken(t, "quay-1"), "contact": map[string]string{"name": "Võ Thị Bé", "address": "thôn Quý Thạnh 1"},
	}))
	last := r.begin(t, "/api/v1/cases", good(map[string]any{"counter": r.counterToken(t, "quay-1")}))
	if _, before := hears(t, others, word{What: "case", Ref: last.ref}); strings.Contains(fmt.Sprint(before), secret.ref) {
		t.Errorf("reception hears of a denunciation: %+v", before)
	}
}

// TestAnOpenBoardShowsWhatIsNew: a line says that there is something, nothing jumps, and the line shows it; the page of a case says
// that somebody else has moved it.
func TestAnOpenBoardShowsWhatIsNew(t *testing.T) {
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", good(map[string]any{"counter": r.counterToken(t, "quay-1")}))
	head := headOf(t, r, d.ref)
	desk := testkit.Browser(t, testkit.Desktop())
	r.signInBrowser(t, desk, head)
	testkit.Open(t, desk, r.URL+"/staff/cases")
	phone{t, desk, r.URL}.await(`new Promise((heard) => { // a stream that was opened after the page's own hears: so does that
		const s = new EventSource("/staff/live");
		s.addEventListener("counts", () => { s.close(); heard(); });
	})`)
	other := r.begin(t, "/api/v1/cases", good(map[string]any{"counter": r.counterToken(t, "quay-1")}))
	step(t, desk, chromedp.WaitReady(`#live a`))
	if said := step(t, desk, chromedp.TextContent(`#live`)); !strings.Contains(said, "1 đơn mới") {
		t.Errorf("the line says %q", said)
	}
	if shown := step(t, desk, chromedp.TextContent(`main`)); strings.Contains(shown, other.ref) {
		t.Error("the list jumped")
	}
	step(t, desk, chromedp.Click(`#live a`))
	step(t, desk, chromedp.Click(`a[href="/staff/cases/`+other.ref+`"]`))
	step(t, desk, chromedp.WaitReady(`form[action$="/moves/ask_info"]`))
	if got := other.move(t, r.signIn(t, head), "ask_info", map[string]string{"text": "Đoạn nào?"}); got.Status != http.StatusOK {
		t.Fatalf("asking: %d %s", got.Status, got.Raw)
	}
	step(t, desk, chromedp.WaitReady(`#live a`))
	testkit.Axe(t, desk)
}

// TestAStreamEndsWithItsSessionAndWithTheProgram, and not with the time that other requests have.
func TestAStreamEndsWithItsSessionAndWithTheProgram(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Timeout = 2 * time.Second })
	began := time.Now()
	d := r.begin(t, "/api/v1/cases", good(map[string]any{"counter": r.counterToken(t, "quay-1")}))
	head := headOf(t, r, d.ref)
	who, other := r.signIn(t, head), r.signIn(t, head)
	until(t, "the notice that it is given to him", func() bool { return len(d.told(t, who)) == 1 })
	words, _ := r.hearing(t, who)
	kept, _ := r.hearing(t, other)
	hears(t, words, word{What: "counts", N: 1})
	hears(t, kept, word{What: "counts", N: 1})
	if left := r.Config.Timeout - time.Since(began); left > 0 {
		<-time.After(left) // the deadline of other requests, which is what is tested
	}
	r.pass(t, *d.kept(t).DueAt)
	hears(t, words, word{What: "notice", N: 2})
	if a := r.call(t, "DELETE", "/api/v1/staff/sessions", nil, who...); a.Status >= 300 {
		t.Fatalf("signing out: %d %s", a.Status, a.Raw)
	}
	ends(t, words, "its session")
	later := r.begin(t, "/api/v1/cases", good(map[string]any{"counter": r.counterToken(t, "quay-1")}))
	hears(t, kept, word{What: "case", Ref: later.ref}) // another session's goes on
	began = time.Now()
	r.stop()
	ends(t, kept, "the program")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the program took %s to end", took)
	}
}

func ends(t *testing.T, words <-chan word, with string) {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		select {
		case _, open := <-words:
			if !open {
				return
			}
		case <-limit:
			t.Fatalf("the stream did not end with %s", with)
		}
	}
}

// TestNobodyWithoutASessionHears anything.
func TestNobodyWithoutASessionHears(t *testing.T) {
	r := open(t, nil)
	for _, cookie := range []string{"", "staff=x"} {
		if a := r.call(t, "GET", "/staff/live", nil, "Cookie", cookie); a.Status != http.StatusUnauthorized || len(a.Raw) > 0 {
			t.Errorf("%q: %d %s", cookie, a.Status, a.Raw)
		}
	}
}

// TestTwoHundredOpenPagesCostLittle prints what they cost the program in memory, the reading ends in the same process among it.
func TestTwoHundredOpenPagesCostLittle(t *testing.T) {
	r := open(t, nil)
	const sessions, pages = 25, 8
	var tokens []string
	for range sessions {
		tokens = append(tokens, strings.TrimPrefix(r.signIn(t, "lucht")[1], "Bearer "))
	}
	cost := func() uint64 {
		runtime.GC()
		runtime.GC() // what the first found in pools
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	before := cost()
	for _, token := range tokens {
		for range pages {
			c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.URL, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() }) // the test is over
			if _, err := fmt.Fprintf(c, "GET /staff/live HTTP/1.1\r\nHost: x\r\nCookie: staff=%s\r\n\r\n", token); err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(c).ReadString('}'); err != nil {
				t.Fatal(err)
			}
		}
	}
	cost200 := float64(int64(cost())-int64(before)) / (1 << 20)
	t.Logf("%d open pages cost %.1f MB", sessions*pages, cost200)
	if cost200 > 60 {
		t.Error("that is too much")
	}
}
