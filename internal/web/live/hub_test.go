package live_test

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/live"
)

// kept are the cases a hub reads.
type kept struct {
	mu    sync.Mutex
	cases map[string]*casework.Case
	reads int
	err   error
}

func (k *kept) Many(_ context.Context, ids []string) (out []*casework.Case, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.reads++
	for _, id := range ids {
		if c, ok := k.cases[id]; ok {
			out = append(out, c)
		}
	}
	return out, k.err
}

// hub runs a hub over an office with a case of the roads unit and a denunciation of its head's.
func hub(t *testing.T) (*live.Hub, *kept) {
	t.Helper()
	k := &kept{cases: map[string]*casework.Case{
		"open":   {ID: "open", Ref: "PA26-AAAAAA", Kind: law.Feedback, State: law.Assigned, Unit: "roads", Assignee: "roadhead"},
		"sealed": {ID: "sealed", Ref: "TC26-BBBBBB", Kind: law.Denunciation, State: law.Assigned, Unit: "roads", Assignee: "roadhead"},
	}}
	h := live.New(&live.Hub{Cases: k, Offices: caseworktest.Fixed{O: office.New(caseworktest.Commune())}, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() { h.Run(ctx) })
	t.Cleanup(func() { stop(); wg.Wait() })
	return h, k
}

// join opens a stream and takes its first word away.
func join(t *testing.T, h *live.Hub, staff, session string) *live.Stream {
	t.Helper()
	s, err := h.Join(staff, session)
	if err != nil {
		t.Fatal(err)
	}
	if got := heard(s); len(got) != 1 || got[0] != "counts " {
		t.Fatalf("a stream begins with %q", got)
	}
	return s
}

// heard is all that a stream was told until now.
func heard(s *live.Stream) (out []string) {
	for {
		select {
		case m := <-s.Messages:
			out = append(out, m.Event+" "+string(m.Data))
		default:
			return out
		}
	}
}

func ended(s *live.Stream) bool {
	select {
	case <-s.Done:
		return true
	default:
		return false
	}
}

// settle lets the hub look at what it was told.
func settle() {
	time.Sleep(time.Second) // of a synctest bubble: it takes no time
	synctest.Wait()
}

// TestPagesHearOnlyOfCasesTheirPersonMaySee and only that something changed.
func TestPagesHearOnlyOfCasesTheirPersonMaySee(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := hub(t)
		head, reception, admin := join(t, h, "roadhead", "1"), join(t, h, "reception", "2"), join(t, h, "admin", "3")
		h.Changed("open")
		h.Changed("open")
		h.Changed("sealed")
		settle()
		got := map[string]bool{}
		for _, m := range heard(head) {
			if got[m] {
				t.Errorf("told twice: %s", m)
			}
			got[m] = true
		}
		if diff := cmp.Diff(map[string]bool{`case {"ref":"PA26-AAAAAA","rev":0}`: true, `case {"ref":"TC26-BBBBBB","rev":0}`: true}, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{`case {"ref":"PA26-AAAAAA","rev":0}`}, heard(reception)); diff != "" {
			t.Error(diff)
		}
		if got := heard(admin); got != nil {
			t.Errorf("an administrator hears %q", got)
		}
	})
}

// TestWhatMayBeMissedIsLookedAtAnew: after a gap, when the store is away, and when more happened than can be told one by one.
func TestWhatMayBeMissedIsLookedAtAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, k := hub(t)
		head := join(t, h, "roadhead", "1")
		h.Missed()
		settle()
		if diff := cmp.Diff([]string{"counts "}, heard(head)); diff != "" {
			t.Errorf("after a gap: %s", diff)
		}
		k.err = errors.New("away")
		h.Changed("open")
		settle()
		if diff := cmp.Diff([]string{"counts "}, heard(head)); diff != "" {
			t.Errorf("the store is away: %s", diff)
		}
		k.err = nil
		for n := range 500 {
			id := "c" + strconv.Itoa(n)
			k.cases[id] = &casework.Case{ID: id, Ref: id, Kind: law.Feedback, State: law.Assigned, Unit: "roads"}
			h.Changed(id)
		}
		settle()
		if diff := cmp.Diff([]string{"counts "}, heard(head)); diff != "" {
			t.Errorf("a crowd: %s", diff)
		}
		reads := k.reads
		for n := range 5000 {
			h.Changed("c" + strconv.Itoa(n))
		}
		settle()
		if got := heard(head); len(got) != 1 || got[0] != "counts " || k.reads > reads+1 {
			t.Errorf("more than it keeps: told %q after %d reads", got, k.reads-reads)
		}
	})
}

// TestASlowReaderIsLetGo and holds nobody up.
func TestASlowReaderIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := hub(t)
		slow, quick := join(t, h, "roadhead", "1"), join(t, h, "roadhead", "2")
		for range 70 {
			h.Told("roadhead")
			heard(quick)
		}
		if !ended(slow) || ended(quick) || h.Open() != 1 {
			t.Errorf("slow ended %v, quick ended %v, %d open", ended(slow), ended(quick), h.Open())
		}
	})
}

func TestSessionsHaveFewStreamsAndEndWithThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := hub(t)
		var of []*live.Stream
		for range 9 {
			of = append(of, join(t, h, "roadhead", "1"))
			time.Sleep(time.Second)
		}
		other, third := join(t, h, "roadhead", "2"), join(t, h, "reception", "3")
		if !ended(of[0]) || ended(of[1]) || h.Open() != 10 {
			t.Errorf("the oldest ended %v, the next %v, %d open", ended(of[0]), ended(of[1]), h.Open())
		}
		h.Ended("1", "")
		if !ended(of[8]) || ended(other) || h.Open() != 2 {
			t.Errorf("a session ended: its stream %v, another's %v", ended(of[8]), ended(other))
		}
		h.Ended("", "roadhead")
		if !ended(other) || ended(third) {
			t.Errorf("all of a person's ended: his %v, another's %v", ended(other), ended(third))
		}
		third.Leave()
		third.Leave()
		h.Close()
		if _, err := h.Join("reception", "3"); !errors.Is(err, live.ErrFull) {
			t.Errorf("a closed hub gave %v", err)
		}
	})
}

func TestTheHubHoldsOnlySoManyStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := hub(t)
		for n := range 2000 {
			join(t, h, "roadhead", strconv.Itoa(n))
		}
		if _, err := h.Join("roadhead", "x"); !errors.Is(err, live.ErrFull) {
			t.Errorf("one too many gave %v", err)
		}
	})
}

// TestWhoLooksAtTheSameCaseHearsOfIt and nobody else; saying it again is no news, and who falls silent has gone.
func TestWhoLooksAtTheSameCaseHearsOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := hub(t)
		head, reception := join(t, h, "roadhead", "1"), join(t, h, "reception", "2")
		h.Seen(live.Look{Case: "open", Staff: "roadhead"})
		settle()
		h.Seen(live.Look{Case: "open", Staff: "reception"})
		settle()
		news := []string{`presence {"ref":"PA26-AAAAAA","rev":0}`}
		if got := heard(reception); !cmp.Equal(got, news) {
			t.Errorf("the second hears %q", got)
		}
		if got := heard(head); len(got) != 2 {
			t.Errorf("the first hears %q", got)
		}
		if diff := cmp.Diff([]string{"reception"}, h.Looking("open", "roadhead")); diff != "" {
			t.Error(diff)
		}
		time.Sleep(live.Renew)
		h.Seen(live.Look{Case: "open", Staff: "roadhead"})
		settle()
		if got := heard(reception); got != nil {
			t.Errorf("saying it again is told: %q", got)
		}
		time.Sleep(live.Lasts - live.Renew)
		h.Seen(live.Look{Case: "open", Staff: "roadhead"})
		settle()
		if got := h.Looking("open", "roadhead"); got != nil {
			t.Errorf("%q still look", got)
		}
		heard(head)
		h.Seen(live.Look{Case: "open", Staff: "reception"})
		settle()
		heard(head)
		h.Seen(live.Look{Case: "open", Staff: "reception", Gone: true})
		settle()
		if got := heard(head); !cmp.Equal(got, news) {
			t.Errorf("of one who goes the other hears %q", got)
		}
	})
}
