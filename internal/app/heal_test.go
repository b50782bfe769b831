package app_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/rating"
	"tiepdan/internal/testkit"
)

// onBothBuses runs a story on everything embedded and on servers; harm deletes the stream there as an accident would.
func onBothBuses(t *testing.T, story func(t *testing.T, r *running, harm func())) {
	t.Helper()
	t.Run("embedded", func(t *testing.T) {
		r := open(t, nil)
		story(t, r, func() {
			if err := os.RemoveAll(filepath.Join(r.Config.Data, "nats", "jetstream")); err != nil {
				t.Fatal(err)
			}
		})
	})
	t.Run("servers", func(t *testing.T) {
		srv := testkit.NATSServer(t)
		r := open(t, func(c *app.Config) {
			mongoServer(t, c)
			c.NATS = srv.URL
		})
		story(t, r, func() {
			srv.Kill(t)
			srv.Wipe(t)
			srv.Start(t)
		})
	})
}

// TestLostStreamDelaysNobodyForLong takes all that the event store kept away while cases are filed: every one is routed and
// announced without a restart.
func TestLostStreamDelaysNobodyForLong(t *testing.T) {
	onBothBuses(t, func(t *testing.T, r *running, harm func()) {
		t.Helper()
		codes := fileKeys(t, r.URL, 0, 20)
		harm()
		began := time.Now()
		codes = append(codes, fileKeys(t, r.URL, 20, 60)...)
		for _, code := range codes {
			until(t, "routing after the loss", func() bool { return statusAt(t, r.URL, code) == "assigned" })
		}
		t.Logf("all routed %s after the loss", time.Since(began).Round(time.Millisecond))
		until(t, "announcing after the loss", func() bool {
			waiting, err := r.Store.Owed(t.Context(), time.Now())
			return err == nil && len(waiting) == 0
		})
		t.Logf("all announced %s after the loss", time.Since(began).Round(time.Millisecond))
		r.Bus.Wake()
		until(t, "making the loss good", func() bool { return strings.Contains(r.Log.String(), "may lack was announced again") })
	})
}

// TestLossIsMadeGoodThoughNobodyWatched loses the stream while the program rests, with entries that count as announced: what was
// announced since the last good look is on the new stream.
func TestLossIsMadeGoodThoughNobodyWatched(t *testing.T) {
	srv := testkit.NATSServer(t)
	data := filepath.Join(t.TempDir(), "data")
	same := func(c *app.Config) {
		c.NATS, c.Data = srv.URL, data
		c.Store, c.Keys, c.Quorum = "sqlite:"+filepath.Join(data, "x.db"), filepath.Join(data, "keys.json"), filepath.Join(data, "quorum.json")
	}
	r := open(t, same)
	until(t, "the first look", func() bool {
		raw, _, err := r.Store.Meta(t.Context(), "stream")
		return err == nil && raw != ""
	})
	got, err := fileKey(t, r.URL, 1)
	if err != nil || got.Status != http.StatusCreated {
		t.Fatalf("%+v, %v", got, err)
	}
	until(t, "routing", func() bool { return statusAt(t, r.URL, got.Code) == "assigned" })
	c, err := r.Store.ByRef(t.Context(), got.Ref)
	if err != nil {
		t.Fatal(err)
	}
	r.stop()
	srv.Kill(t)
	srv.Wipe(t)
	srv.Start(t)
	open(t, same)
	seen := map[string]bool{}
	nc, err := nats.Connect(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the events of before", func() bool {
		for seq := uint64(1); ; seq++ {
			s, err := js.Stream(t.Context(), "TIEPDAN")
			if err != nil {
				return false
			}
			m, err := s.GetMsg(t.Context(), seq)
			if err != nil {
				break
			}
			seen[m.Header.Get("Nats-Msg-Id")] = true
		}
		return seen[c.ID+"/1"] && seen[c.ID+"/2"]
	})
}

// TestNoticesThatTheBusLostAreWritten lets the watch warn while its events are lost.
func TestNoticesThatTheBusLostAreWritten(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		head := r.signIn(t, "lucht")
		d := r.begin(t, "/api/v1/cases", map[string]any{
			"kind": "feedback", "counter": r.counterToken(t, "quay-1"), "category": "roads", "subject": "Đường hỏng", "body": "Đường trước chợ hỏng nặng.",
		})
		until(t, "the mark", func() bool { return d.kept(t).UnsentAt == nil })
		w := r.later(*d.kept(t).DueAt)
		w.Desk.Announce = silent{}
		if sum, err := w.Watch(t.Context()); err != nil || sum.Done != 1 {
			t.Fatalf("%+v, %v", sum, err)
		}
		sweep := r.Worker()
		sweep.Now = func() time.Time { return time.Now().AddDate(1, 0, 0) }
		if n, err := sweep.SweepUnsent(t.Context()); err != nil || n == 0 {
			t.Fatalf("swept %d, %v", n, err)
		}
		if got := d.told(t, head); !slices.Equal(got, []string{"due", "assigned"}) {
			t.Errorf("the head was told %v", got)
		}
	})
}

// TestWarnedCaseIsUnsentUntilItsNoticesAreWritten announces a warning to a bus whose notifier never reads.
func TestWarnedCaseIsUnsentUntilItsNoticesAreWritten(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Roles = []string{"web"} })
	c := lost(t, r, "a letter that falls due")
	if errs := r.Desk.Route(t.Context(), c.ID); errs[0] != nil {
		t.Fatal(errs)
	}
	c, err := r.Store.Get(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.pass(t, *c.DueAt)
	if c, err = r.Store.Get(t.Context(), c.ID); err != nil || len(c.Tells()) != 1 {
		t.Fatalf("%+v, %v", c.Tells(), err)
	}
	// Longer than any announcement waits to be known: that of another case is, meanwhile.
	other := lost(t, r, "another letter")
	if errs := r.Desk.Route(t.Context(), other.ID); errs[0] != nil {
		t.Fatal(errs)
	}
	until(t, "knowing that the other was announced", func() bool {
		o, err := r.Store.Get(t.Context(), other.ID)
		return err == nil && o.Announced == len(o.History)
	})
	if c, err = r.Store.Get(t.Context(), c.ID); err != nil || c.UnsentAt == nil {
		t.Errorf("the warned case counts as announced, and nobody was told: %v", err)
	}
}

// TestRatingChangedThereAndBackIsCounted gives 5, then 1, then 5 again within the time in which the bus drops what it had: the
// tally says 5.
func TestRatingChangedThereAndBackIsCounted(t *testing.T) {
	onBothBuses(t, func(t *testing.T, r *running, _ func()) {
		t.Helper()
		day := r.Now().In(casework.Vietnam).Format(time.DateOnly)
		for _, score := range []int{5, 1, 5} {
			if _, err := r.Book.Record(t.Context(), rating.Ballot{Visit: "there-and-back", Counter: "quay-2", Score: score, Verified: true}); err != nil {
				t.Fatal(err)
			}
			until(t, fmt.Sprint("the tally of ", score), func() bool {
				yes, _ := counted(t, r.Store, rating.Key{Counter: "quay-2", Day: day})
				return yes[score-1] == 1
			})
		}
	})
}

// TestRatingsOfAnOutageAreCountedWithoutTheBus rates while nats-server is away and stays away.
func TestRatingsOfAnOutageAreCountedWithoutTheBus(t *testing.T) {
	srv := testkit.NATSServer(t)
	r := open(t, func(c *app.Config) { c.NATS = srv.URL })
	srv.Kill(t)
	if _, err := r.Book.Record(t.Context(), rating.Ballot{Visit: "dark", Counter: "quay-2", Score: 4, Verified: true}); err != nil {
		t.Fatal(err)
	}
	day := r.Now().In(casework.Vietnam).Format(time.DateOnly)
	until(t, "the tally", func() bool {
		yes, _ := counted(t, r.Store, rating.Key{Counter: "quay-2", Day: day})
		return yes[3] == 1
	})
}
