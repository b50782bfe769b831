package bus_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tiepdan/internal/bus"
	"tiepdan/internal/testkit"
)

// consuming reads the router's events in the background and sends what they are about.
func consuming(t *testing.T, b *bus.Bus) <-chan string {
	t.Helper()
	seen := make(chan string, 1000)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() {
		b.Consume(ctx, bus.Router, func(_ context.Context, events []bus.Event) []error {
			for _, e := range events {
				seen <- e.About
			}
			return make([]error, len(events))
		})
	})
	wg.Go(func() { b.Run(ctx, func(bus.State, error) {}) })
	t.Cleanup(func() { stop(); wg.Wait() })
	return seen
}

// await waits until an event about it is handled, publishing it as often as a sweep would.
func await(t *testing.T, b *bus.Bus, n int, seen <-chan string) time.Duration {
	t.Helper()
	began := time.Now()
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	deadline := time.After(40 * time.Second)
	e := received(n)
	_ = b.Publish(t.Context(), e) // it may fail at first
	for {
		select {
		case got := <-seen:
			if got == e.About {
				return time.Since(began)
			}
		case <-again.C:
			_ = b.Publish(t.Context(), e)
		case <-deadline:
			t.Fatal("the bus did not heal")
		}
	}
}

// TestDeletedConsumerIsThereAgainAtOnce deletes the consumer under its reader.
func TestDeletedConsumerIsThereAgainAtOnce(t *testing.T) {
	each(t, func(t *testing.T, cfg bus.Config) {
		t.Helper()
		b := open(t, cfg)
		seen := consuming(t, b)
		await(t, b, 1, seen)
		if err := b.JetStream().DeleteConsumer(t.Context(), "TIEPDAN", bus.Router); err != nil {
			t.Fatal(err)
		}
		took := await(t, b, 2, seen)
		t.Logf("handled %s after the consumer was deleted", took.Round(time.Millisecond))
		if took > 20*time.Second { // the regular look comes every thirty
			t.Error("that is too long")
		}
	})
}

// TestDeletedStreamIsThereAgainAtOnce deletes the stream with all consumers, and the state tells of it.
func TestDeletedStreamIsThereAgainAtOnce(t *testing.T) {
	each(t, func(t *testing.T, cfg bus.Config) {
		t.Helper()
		b := open(t, cfg)
		seen := consuming(t, b)
		await(t, b, 1, seen)
		before, err := b.Mend(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := b.JetStream().DeleteStream(t.Context(), "TIEPDAN"); err != nil {
			t.Fatal(err)
		}
		t.Logf("handled %s after the stream was deleted", await(t, b, 2, seen).Round(time.Millisecond))
		after, err := b.Look(t.Context())
		if err != nil || !after.LostSince(before) || after.LostSince(after) {
			t.Errorf("before %+v, after %+v, %v", before, after, err)
		}
	})
}

// TestStreamWhoseFilesAreGoneIsMadeAnew takes the files of the embedded stream away under the running server.
func TestStreamWhoseFilesAreGoneIsMadeAnew(t *testing.T) {
	cfg := config(bus.Embedded, t.TempDir())
	b := open(t, cfg)
	seen := consuming(t, b)
	await(t, b, 1, seen)
	before, err := b.Mend(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(cfg.Dir, "jetstream")); err != nil {
		t.Fatal(err)
	}
	b.Wake()
	t.Logf("handled %s after the files were gone", await(t, b, 2, seen).Round(time.Millisecond))
	b.Wake()
	deadline := time.Now().Add(20 * time.Second)
	for { // the first event may still have gone through the files that were open
		after, err := b.Mend(t.Context())
		if err == nil && after.LostSince(before) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%+v, %v", after, err)
		}
	}
	await(t, b, 3, seen)
}

// TestDisabledStoreIsStartedAnew switches the embedded store off, as it does itself when the disk is full.
func TestDisabledStoreIsStartedAnew(t *testing.T) {
	b := open(t, config(bus.Embedded, t.TempDir()))
	seen := consuming(t, b)
	await(t, b, 1, seen)
	if err := b.Embedded().ShutdownJetStream(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Look(t.Context()); err == nil {
		t.Error("a store that is switched off looks well")
	}
	t.Logf("handled %s after the store was switched off", await(t, b, 2, seen).Round(time.Millisecond))
}

// TestServerThatLostEverythingIsDeclaredAnew takes nats-server away and brings an empty one back.
func TestServerThatLostEverythingIsDeclaredAnew(t *testing.T) {
	srv := testkit.NATSServer(t)
	b := open(t, config(srv.URL, ""))
	seen := consuming(t, b)
	await(t, b, 1, seen)
	srv.Kill(t)
	if _, err := b.Look(t.Context()); err == nil {
		t.Error("a killed server looks well")
	}
	srv.Wipe(t)
	srv.Start(t)
	t.Logf("handled %s after the empty server listened", await(t, b, 2, seen).Round(time.Millisecond))
}

// TestEachWarningOfTheStoreIsToldOnceAMinute reads the log of a server that complains again and again.
func TestEachWarningOfTheStoreIsToldOnceAMinute(t *testing.T) {
	var out bytes.Buffer
	now := time.Now()
	w := bus.NewWords(slog.New(slog.NewTextHandler(&out, nil)), func() time.Time { return now })
	for i := range 5 {
		w.Warnf("disk %d is slow", i)
		w.Errorf("no space on %s", "device")
		w.Noticef("started")
	}
	now = now.Add(61 * time.Second)
	w.Warnf("disk %d is slow", 9)
	got := out.String()
	if n := strings.Count(got, "\n"); n != 3 {
		t.Errorf("%d lines:\n%s", n, got)
	}
	if !strings.Contains(got, "disk 9 is slow\" repeated=4") || !strings.Contains(got, "no space on device") || strings.Contains(got, "started") {
		t.Errorf("said:\n%s", got)
	}
}

// TestFullDiskIsOverOnceThereIsRoom fills the disk of the embedded stream until it takes nothing, and makes room again.
func TestFullDiskIsOverOnceThereIsRoom(t *testing.T) {
	cfg := config(bus.Embedded, testkit.SmallDisk(t, 24<<20))
	b := open(t, cfg)
	seen := consuming(t, b)
	await(t, b, 1, seen)
	ballast := testkit.FillDisk(t, cfg.Dir)
	big := received(2)
	big.Data = map[string]string{"unit": strings.Repeat("x", 200_000)}
	for n := 0; ; n++ {
		big.ID = strings.Repeat("y", n)
		if err := b.Publish(t.Context(), big); err != nil {
			t.Logf("full after %d: %v", n, err)
			break
		}
	}
	if _, err := b.Look(t.Context()); err == nil {
		t.Error("a store on a full disk looks well")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	t.Logf("handled %s after there was room", await(t, b, 3, seen).Round(time.Millisecond))
}

// BenchmarkPublish prints what it would cost that every event is on the disk before it is acknowledged, side by side: events
// taken in a second by an embedded server that writes at once, by ours, which writes every two seconds, and the ratio.
func BenchmarkPublish(b *testing.B) {
	const crowd = 256
	rate := func(cfg bus.Config) float64 {
		s, err := bus.Open(b.Context(), cfg)
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		began, n := time.Now(), 0
		for time.Since(began) < 2*time.Second {
			groups := make([][]bus.Event, crowd)
			for i := range groups {
				n++
				groups[i] = []bus.Event{received(n)}
			}
			for _, err := range s.PublishEach(b.Context(), groups...) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		return float64(n) / time.Since(began).Seconds()
	}
	for b.Loop() {
		atOnce, ours := rate(config(bus.Embedded, b.TempDir()).AtOnce()), rate(config(bus.Embedded, b.TempDir()))
		b.ReportMetric(atOnce, "at-once/s")
		b.ReportMetric(ours, "ours/s")
		b.ReportMetric(ours/atOnce, "ratio")
	}
}

// TestConsumerMadeAnewByAnotherProcessIsReadAgain deletes the consumer, and another process that starts makes it anew before
// this one looks.
func TestConsumerMadeAnewByAnotherProcessIsReadAgain(t *testing.T) {
	cfg := config(testkit.NATS(t), "")
	b := open(t, cfg)
	seen := consuming(t, b)
	await(t, b, 1, seen)
	if err := b.JetStream().DeleteConsumer(t.Context(), "TIEPDAN", bus.Router); err != nil {
		t.Fatal(err)
	}
	for { // the server may still be removing the old one's files
		if other, err := bus.Open(t.Context(), cfg); err == nil {
			t.Cleanup(other.Close)
			break
		} else if t.Context().Err() != nil {
			t.Fatal(err)
		}
	}
	if took := await(t, b, 2, seen); took > 20*time.Second { // the regular look comes every thirty
		t.Errorf("handled after %s", took)
	}
}

func TestStreamThatIsAnotherOrShorterHasLost(t *testing.T) {
	at := time.Date(2026, 11, 23, 1, 2, 3, 4, time.UTC)
	before := bus.State{Created: at, Last: 7, Events: 7}
	for name, tc := range map[string]struct {
		now  bus.State
		lost bool
	}{
		"same":               {before, false},
		"grown":              {bus.State{Created: at, Last: 9, Events: 2}, false},
		"same, another zone": {bus.State{Created: at.In(time.FixedZone("+07", 7*3600)), Last: 7}, false},
		"gone back":          {bus.State{Created: at, Last: 6, Events: 6}, true},
		"made anew":          {bus.State{Created: at.Add(time.Second), Last: 9}, true},
	} {
		if got := tc.now.LostSince(before); got != tc.lost {
			t.Errorf("%s: lost %v", name, got)
		}
	}
}
