package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/bus"
	"tiepdan/internal/testkit"
)

// each runs a test on the embedded server and on a server process.
func each(t *testing.T, test func(t *testing.T, cfg bus.Config)) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) { test(t, config(bus.Embedded, t.TempDir())) })
	t.Run("process", func(t *testing.T) { test(t, config(testkit.NATS(t), "")) })
}

func config(url, dir string) bus.Config {
	return bus.Config{URL: url, Dir: dir, Name: "test", Log: slog.New(slog.DiscardHandler), Now: time.Now}
}

func open(t *testing.T, cfg bus.Config) *bus.Bus {
	t.Helper()
	b, err := bus.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func received(n int) bus.Event {
	id := strconv.Itoa(n)
	return bus.Event{ID: id + "/1", Subject: bus.CaseSubject + "received", About: id, Time: time.Now(), Data: map[string]string{"seq": "1"}}
}

// collect consumes until n events were handled well, and returns what they were about, with how often each came.
func collect(t *testing.T, n int, verdict func(e bus.Event) error, buses ...*bus.Bus) map[string]int {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var mu sync.Mutex
	seen, done := map[string]int{}, 0
	var wg sync.WaitGroup
	for _, b := range buses {
		wg.Go(func() {
			b.Consume(ctx, bus.Router, func(_ context.Context, events []bus.Event) []error {
				out := make([]error, len(events))
				mu.Lock()
				defer mu.Unlock()
				for i, e := range events {
					seen[e.About]++
					if out[i] = verdict(e); out[i] == nil {
						done++
					}
				}
				if done >= n {
					time.AfterFunc(300*time.Millisecond, stop) // long enough for one too many to arrive
				}
				return out
			})
		})
	}
	wg.Wait()
	return seen
}

func fine(bus.Event) error { return nil }

func TestPublishedEventsAreHandledOnceThoughPublishedTwice(t *testing.T) {
	each(t, func(t *testing.T, cfg bus.Config) {
		t.Helper()
		b := open(t, cfg)
		if err := b.Publish(t.Context(), received(1), received(2), received(1)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]int{"1": 1, "2": 1}, collect(t, 2, fine, b)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAgainComesBackAndHopelessDoesNot(t *testing.T) {
	each(t, func(t *testing.T, cfg bus.Config) {
		t.Helper()
		b := open(t, cfg)
		if err := b.Publish(t.Context(), received(1), received(2), received(3)); err != nil {
			t.Fatal(err)
		}
		seen := collect(t, 2, func(e bus.Event) error {
			switch {
			case e.About == "1" && e.Tries == 1:
				return errors.New("not yet")
			case e.About == "2":
				return bus.Hopeless(errors.New("never"))
			}
			return nil
		}, b)
		if diff := cmp.Diff(map[string]int{"1": 2, "2": 1, "3": 1}, seen); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTwoProcessesShareTheLoad(t *testing.T) {
	cfg := config(testkit.NATS(t), "")
	a, b := open(t, cfg), open(t, cfg)
	want := map[string]int{}
	for n := range 200 {
		want[strconv.Itoa(n)] = 1
		if err := a.Publish(t.Context(), received(n)); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, collect(t, 200, fine, a, b)); diff != "" {
		t.Error(diff)
	}
}

func TestEmbeddedBusKeepsItsEventsOverARestart(t *testing.T) {
	cfg := config(bus.Embedded, t.TempDir())
	b := open(t, cfg)
	if err := b.Publish(t.Context(), received(1)); err != nil {
		t.Fatal(err)
	}
	collect(t, 1, fine, b)
	if err := b.Publish(t.Context(), received(2)); err != nil {
		t.Fatal(err)
	}
	b.Close()
	if diff := cmp.Diff(map[string]int{"2": 1}, collect(t, 1, fine, open(t, cfg))); diff != "" {
		t.Error(diff)
	}
}

func TestAnnounceTellsOnceWhatBecameOfIt(t *testing.T) {
	each(t, func(t *testing.T, cfg bus.Config) {
		t.Helper()
		b := open(t, cfg)
		told := make(chan error, 10)
		b.Announce([]bus.Event{received(1), received(2)}, func(err error) { told <- err })
		if err := <-told; err != nil {
			t.Fatal(err)
		}
		b.Close()
		b.Announce([]bus.Event{received(3)}, func(err error) { told <- err })
		if err := <-told; err == nil {
			t.Error("a closed bus announced")
		}
		if len(told) != 0 {
			t.Error("told twice")
		}
	})
}

func TestUnreachableServerIsAClearError(t *testing.T) {
	_, err := bus.Open(t.Context(), config("nats://127.0.0.1:1", ""))
	if err == nil || !strings.Contains(err.Error(), "connect to NATS") {
		t.Errorf("got %v", err)
	}
}

// TestOneHopelessEventHoldsNobodyUp: an event that cannot be written, or is larger than the server takes, fails alone.
func TestOneHopelessEventHoldsNobodyUp(t *testing.T) {
	b := open(t, config(bus.Embedded, t.TempDir()))
	odd, fat := received(2), received(3)
	odd.Time = time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC)
	fat.Data = map[string]string{"unit": strings.Repeat("x", 2<<20)}
	errs := b.PublishEach(t.Context(), []bus.Event{received(1)}, []bus.Event{odd}, []bus.Event{fat}, []bus.Event{received(4)})
	for i, want := range []bool{true, false, false, true} {
		if (errs[i] == nil) != want || !want && !bus.IsHopeless(errs[i]) {
			t.Errorf("group %d: %v", i, errs[i])
		}
	}
}
