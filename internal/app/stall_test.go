package app_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
)

// wire is a connection to a database that can go silent: nothing is refused and nothing answered.
type wire struct {
	addr   string
	silent atomic.Bool
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
			s, err := net.Dial("tcp", server)
			if err != nil {
				_ = c.Close()
				continue
			}
			go pass(s, c)
			go pass(c, s)
		}
	}()
	return w
}

// TestNoRequestOutlivesItsLimitThoughTheDatabaseIsSilent lets the database fall silent and asks 64 things at once.
func TestNoRequestOutlivesItsLimitThoughTheDatabaseIsSilent(t *testing.T) {
	const limit = 3 * time.Second
	var w *wire
	r := open(t, func(c *app.Config) {
		u, err := url.Parse(testkit.Mongo(t))
		if err != nil {
			t.Fatal(err)
		}
		w = stallable(t, u.Host)
		u.Host = w.addr
		c.Store, c.Timeout = u.String(), limit
	})
	token := r.counterToken(t, "quay-1")
	at := time.Now()
	w.silent.Store(true)
	until(t, "the office to be read again", func() bool { return time.Since(at) > 1100*time.Millisecond })
	defer w.silent.Store(false)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	took := make([]time.Duration, 64)
	status := make([]int, len(took))
	for i := range took {
		path := []string{"/q/" + token, "/api/v1/counters/" + token, "/api/v1/results", "/results"}[i%4]
		wg.Go(func() {
			began := time.Now()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL+path, nil)
			if err != nil {
				t.Error(err)
				return
			}
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
		if d > limit+1500*time.Millisecond {
			late++
		}
		if status[i] != http.StatusServiceUnavailable {
			t.Errorf("request %d: %d", i, status[i])
		}
	}
	t.Logf("%d of %d answers came after their limit of %s; the slowest after %s", late, len(took), limit, worst.Round(time.Millisecond))
	if late > 0 {
		t.Error("requests outlive their limit")
	}
}
