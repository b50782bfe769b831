package bus_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"tiepdan/internal/bus"
	"tiepdan/internal/testkit"
)

// following hears everything a bus hears, until the test ends.
func following(t *testing.T, b *bus.Bus) (heard <-chan bus.Event, missed <-chan struct{}) {
	t.Helper()
	events, gaps := make(chan bus.Event, 100), make(chan struct{}, 100)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := b.Follow(ctx, func(e bus.Event) { events <- e }, func() { gaps <- struct{}{} }); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { stop(); wg.Wait() })
	until := time.After(10 * time.Second)
	for { // a subscription begins when the server has it
		if err := b.Tell("ready", "", nil); err != nil {
			t.Fatal(err)
		}
		select {
		case <-events:
			for {
				select {
				case <-events:
				case <-time.After(100 * time.Millisecond):
					return events, gaps
				}
			}
		case <-time.After(20 * time.Millisecond):
		case <-until:
			t.Fatal("nothing is heard")
		}
	}
}

func next[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(20 * time.Second):
		t.Fatalf("no %s came", what)
		panic("unreachable")
	}
}

// TestFollowersHearWhatIsPublishedAndWhatIsForTheMoment: every one of them, and the stream keeps nothing of the moment.
func TestFollowersHearWhatIsPublishedAndWhatIsForTheMoment(t *testing.T) {
	each(t, func(t *testing.T, cfg bus.Config) {
		t.Helper()
		b := open(t, cfg)
		first, _ := following(t, b)
		second, _ := following(t, b)
		before, err := b.Look(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Tell("seen", "c7", map[string]string{"staff": "s1"}); err != nil {
			t.Fatal(err)
		}
		for _, heard := range []<-chan bus.Event{first, second} {
			for {
				e := next(t, heard, "word for the moment")
				if e.Subject == bus.LiveSubject+"ready" { // the second one's
					continue
				}
				if e.Subject != bus.LiveSubject+"seen" || e.About != "c7" || e.Data["staff"] != "s1" {
					t.Errorf("heard %+v", e)
				}
				break
			}
		}
		after, err := b.Look(t.Context())
		if err != nil || after.Last != before.Last {
			t.Errorf("the stream went from %d to %d events: %v", before.Last, after.Last, err)
		}
		if err := b.Publish(t.Context(), received(1)); err != nil {
			t.Fatal(err)
		}
		for _, heard := range []<-chan bus.Event{first, second} {
			if e := next(t, heard, "event"); e.About != "1" || e.Subject != bus.CaseSubject+"received" {
				t.Errorf("heard %+v", e)
			}
		}
	})
}

// TestFollowersAreToldThatTheyMayHaveMissedSomething when the bus was away, and hear again what comes then.
func TestFollowersAreToldThatTheyMayHaveMissedSomething(t *testing.T) {
	server := testkit.NATSServer(t)
	b := open(t, config(server.URL, ""))
	heard, missed := following(t, b)
	server.Kill(t)
	server.Start(t)
	next(t, missed, "word that something may have been missed")
	if err := b.Tell("seen", "c8", nil); err != nil {
		t.Fatal(err)
	}
	if e := next(t, heard, "word for the moment"); e.About != "c8" {
		t.Errorf("heard %+v", e)
	}
}
