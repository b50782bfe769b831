package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
)

// running is the real program in this process, on port 0.
type running struct {
	*app.App
	URL  string
	Log  *locked
	stop func()
	jar  http.CookieJar // of a browser, see asBrowser
}

// asBrowser is the same program, asked by somebody who keeps cookies.
func (r *running) asBrowser(t *testing.T) *running {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := *r
	b.jar = jar
	return &b
}

func (r *running) client() *http.Client { return &http.Client{Jar: r.jar} }

// open starts the program on the embedded default, or with what change makes of the configuration, filled with the demo.
func open(t *testing.T, change func(*app.Config)) *running {
	t.Helper()
	return openAs(t, change, func(a *app.App) error { return a.Demo(t.Context(), false) })
}

// openSeeded is open with the demo's cases.
func openSeeded(t *testing.T) *running {
	t.Helper()
	return openAs(t, nil, func(a *app.App) error { return a.Demo(t.Context(), true) })
}

// openAs is open with something else done before the program serves.
func openAs(t *testing.T, change func(*app.Config), first func(*app.App) error) *running {
	t.Helper()
	cfg, err := app.FromEnv("127.0.0.1:0", filepath.Join(t.TempDir(), "data"), nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Sweep = time.Second
	cfg.Limits = 1000 // a test is busier than a commune
	if change != nil {
		change(&cfg)
	}
	r := &running{Log: &locked{}}
	log := slog.New(slog.NewTextHandler(r.Log, nil))
	if r.App, err = app.Open(t.Context(), cfg, log); err != nil {
		t.Fatal(err)
	}
	if err := first(r.App); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		t.Fatal(err)
	}
	r.URL = "http://" + l.Addr().String()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- r.RunOn(ctx, l) }()
	r.stop = func() {
		cancel()
		if err := <-done; err != nil && casework.CodeOf(err) != casework.Unavailable { // a test may have taken its database away
			t.Errorf("run: %v", err)
		}
		r.stop = func() {}
	}
	t.Cleanup(func() { r.stop() })
	return r
}

// counterToken returns the token of a counter's sticker.
func (r *running) counterToken(t *testing.T, id string) string {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	k, ok := o.Counter(id)
	if !ok {
		t.Fatalf("no counter %s", id)
	}
	return r.Stickers.Token(k)
}

// password is the demo's.
func (r *running) password(t *testing.T) string {
	t.Helper()
	p, _, err := r.Store.Meta(t.Context(), "demo_password")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// answer is what a call gave.
type answer struct {
	Status int
	Header http.Header
	Raw    []byte
	JSON   map[string]any
}

// call sends JSON (or a raw string) and reads JSON.
func (r *running) call(t *testing.T, method, path string, body any, headers ...string) answer {
	t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		in = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, r.URL+path, in)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := r.client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	a := answer{Status: resp.StatusCode, Header: resp.Header}
	if a.Raw, err = io.ReadAll(resp.Body); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(a.Raw, &a.JSON) // not every answer is JSON
	return a
}

// signIn returns the Authorization header of a member of staff.
func (r *running) signIn(t *testing.T, username string) []string {
	t.Helper()
	a := r.call(t, "POST", "/api/v1/staff/sessions", map[string]string{"username": username, "password": r.password(t)})
	if a.Status != http.StatusCreated {
		t.Fatalf("sign in as %s: %d %s", username, a.Status, a.Raw)
	}
	return []string{"Authorization", "Bearer " + a.JSON["token"].(string)}
}

// until calls f until it reports true; the journey fails after a minute.
func until(t *testing.T, what string, f func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for !f() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("waited too long for " + what)
		}
	}
}
