package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tiepdan/internal/domain/audit"
)

// TestBeyondItsCapacityTheServerRefusesAtOnce lets as many requests wait for the store as are worked on at once: the next is told at
// once when to come back, health and slow bodies are not counted among them, and when the store answers all is as before.
func TestBeyondItsCapacityTheServerRefusesAtOnce(t *testing.T) {
	const most = 3
	inside, answers := make(chan struct{}), make(chan struct{})
	st := newStand(t, func(cfg *Config) {
		cfg.Crowd = most
		cfg.Roots = func(context.Context) ([]*audit.Root, error) {
			inside <- struct{}{}
			<-answers
			return nil, nil
		}
	})
	var wg sync.WaitGroup
	for range most {
		wg.Go(func() {
			if got := st.ask(t, http.MethodGet, "/verify/roots", nil); got.status != http.StatusOK {
				t.Errorf("one that was let in: %d", got.status)
			}
		})
	}
	for range most {
		<-inside
	}
	for path, form := range map[string]string{"/": "text/html", "/api/v1/results": "application/problem+json"} {
		got := st.ask(t, http.MethodGet, path, nil)
		if wait := got.header.Get("Retry-After"); got.status != http.StatusServiceUnavailable || len(wait) != 1 || wait < "2" || wait > "6" {
			t.Errorf("%s: %d, Retry-After %q", path, got.status, wait)
		}
		if kind := got.header.Get("Content-Type"); !strings.HasPrefix(kind, form) {
			t.Errorf("%s: %s", path, kind)
		}
	}
	if got := st.ask(t, http.MethodGet, "/healthz", nil); got.status != http.StatusOK {
		t.Errorf("health: %d", got.status)
	}
	long := fmt.Sprintf(`{"kind": "praise", "subject": "Tận tình", "body": %q}`, strings.Repeat("Cảm ơn. ", wholeBody/8))
	if got := st.post(t, "/api/v1/cases", "application/json", []byte(long)); got.status == http.StatusServiceUnavailable {
		t.Error("a body that may come slowly takes a place from others")
	}
	close(answers)
	wg.Wait()
	if got := st.ask(t, http.MethodGet, "/", nil); got.status != http.StatusOK {
		t.Errorf("afterwards: %d", got.status)
	}
}
