package app_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
)

// wire is a connection to a database that can go silent: nothing is refused and nothing answered.
type wire struct {
	addr            string
	silent, refuses atomic.Bool
	mu              sync.Mutex
	open            []net.Conn
}

// speak lets the database answer again; connections from before are broken off.
func (w *wire) speak() {
	w.silent.Store(false)
	w.refuses.Store(false)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.open {
		_ = c.Close()
	}
}

// cut breaks all connections off, and lets none come about.
func (w *wire) cut() {
	w.refuses.Store(true)
	w.speak()
	w.refuses.Store(true)
}

func stallable(t *testing.T, server string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{addr: l.Addr().String()}
	t.Cleanup(func() { _ = l.Close() })
	pass := func(to, from net.Conn) {
		defer to.Close()
		buf := make([]byte, 32<<10)
		for {
			n, err := from.Read(buf)
			if err != nil {
				return
			}
			if w.silent.Load() {
				continue // swallowed
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if w.refuses.Load() {
				_ = c.Close()
				continue
			}
			s, err := net.Dial("tcp", server)
			if err != nil {
				_ = c.Close()
				continue
			}
			w.mu.Lock()
			w.open = append(w.open, c, s)
			w.mu.Unlock()
			go pass(s, c)
			go pass(c, s)
		}
	}()
	return w
}

const limit = 3 * time.Second

// stalled is the program on a database behind such a wire, with a short limit for requests.
func stalled(t *testing.T) (w *wire, r *running) {
	t.Helper()
	r = open(t, func(c *app.Config) {
		u, err := url.Parse(testkit.Mongo(t))
		if err != nil {
			t.Fatal(err)
		}
		w = stallable(t, u.Host)
		u.Host = w.addr
		c.Store, c.Timeout = u.String(), limit
	})
	t.Cleanup(func() { // the program ends in order once its database answers
		w.speak()
		ctx := context.WithoutCancel(t.Context())
		until(t, "the database again", func() bool { return r.Store.PutMeta(ctx, "alive", "again") == nil })
	})
	return w, r
}

// TestNoRequestOutlivesItsLimitThoughTheDatabaseIsSilent lets the database fall silent and asks 64 things at once.
func TestNoRequestOutlivesItsLimitThoughTheDatabaseIsSilent(t *testing.T) {
	w, r := stalled(t)
	token := r.counterToken(t, "quay-1")
	if _, err := r.Store.Office(t.Context()); err != nil { // so that the first to come meet the ledger, and the others the office
		t.Fatal(err)
	}
	w.silent.Store(true)
	defer w.speak()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	asks := []struct{ method, path, body string }{
		{http.MethodGet, "/q/" + token, ""},
		{http.MethodGet, "/api/v1/results", ""},
		{http.MethodPost, "/api/v1/ratings", `{"counter": "` + token + `", "score": 4}`},
		{http.MethodPost, "/api/v1/cases", `{"kind": "praise", "counter": "` + token + `", "subject": "Tận tình", "body": "Cảm ơn."}`},
	}
	var wg sync.WaitGroup
	took := make([]time.Duration, 64)
	status := make([]int, len(took))
	for i := range took {
		ask := asks[i%len(asks)]
		wg.Go(func() {
			began := time.Now()
			req, err := http.NewRequestWithContext(ctx, ask.method, r.URL+ask.path, strings.NewReader(ask.body))
			if err != nil {
				t.Error(err)
				return
			}
			req.Header.Set("Content-Type", "application/json")
			resp, err := (&http.Client{}).Do(req)
			took[i] = time.Since(began)
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			status[i] = resp.StatusCode
		})
	}
	wg.Wait()
	late, worst := 0, time.Duration(0)
	for i, d := range took {
		worst = max(worst, d)
		if d > 3*limit { // a busy machine is slow to answer; without the limit it took seven times as long
			late++
		}
		if status[i] != http.StatusServiceUnavailable && status[i] != http.StatusOK { // the office of a second ago shows the counter
			t.Errorf("request %d: %d", i, status[i])
		}
	}
	t.Logf("%d of %d answers came after their limit of %s; the slowest after %s", late, len(took), limit, worst.Round(time.Millisecond))
	if late > 0 {
		t.Error("requests outlive their limit")
	}
}
