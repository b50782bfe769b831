package single

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// TestASlowProviderHoldsUpSoManyAtOnce: whoever comes beyond that hears at once that it does not answer, and the page that anybody may open
// asks it nothing.
func TestASlowProviderHoldsUpSoManyAtOnce(t *testing.T) {
	asked, answer := make(chan struct{}, 100), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-answer
	}))
	defer slow.Close()
	p := &Provider{Config: Config{Issuer: slow.URL, Client: "tiepdan"}, Back: func() string { return "" }, Client: slow.Client(), Now: time.Now}
	var all sync.WaitGroup
	ends := make(chan error, 3*atOnce)
	for range 3 * atOnce {
		all.Go(func() {
			_, _, err := p.Begin(t.Context(), func() string { return "x" }, false)
			ends <- err
		})
	}
	<-asked
	for range 2 * atOnce { // while nobody was answered
		if err := <-ends; !errors.Is(err, ErrAway) {
			t.Errorf("beyond the bound: %v", err)
		}
	}
	if to := p.Leaves(); to != "" || len(asked) > 0 {
		t.Errorf("the page of who left asked, and leads to %q", to)
	}
	close(answer)
	all.Wait()
	if n := len(ends); n != atOnce || p.asking.Load() != 0 {
		t.Errorf("%d were let through, %d still are", n, p.asking.Load())
	}
}

// TestItIsSaidOnceAnHourThatAProviderIsAway.
func TestItIsSaidOnceAnHourThatAProviderIsAway(t *testing.T) {
	now := time.Date(2026, 7, 6, 8, 0, 0, 0, time.UTC)
	p := &Provider{Now: func() time.Time { return now }}
	for _, tc := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {time.Minute, false}, {58 * time.Minute, false}, {time.Minute, true}, {time.Second, false}} {
		now = now.Add(tc.after)
		if got := p.News(); got != tc.want {
			t.Errorf("at %s: %t", now, got)
		}
	}
}
