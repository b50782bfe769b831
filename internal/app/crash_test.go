package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tiepdan/internal/app"
	"tiepdan/internal/casework"
	"tiepdan/internal/docdb/sqlite"
	"tiepdan/internal/store"
	"tiepdan/internal/testkit"
)

// filedAs is what a caller was told about the case of a key.
type filedAs struct {
	Status int    `json:"-"`
	Ref    string `json:"reference"`
	Code   string `json:"tracking_code"`
}

// fileKey files the case of a number under the key of that number.
func fileKey(t *testing.T, url string, n int) (got filedAs, err error) {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"kind": "feedback", "category": "roads", "subject": fmt.Sprintf("Đèn đường số %d hỏng", n), "body": "Đề nghị sửa giúp.",
	})
	if err != nil {
		return got, err
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/api/v1/cases", bytes.NewReader(body))
	if err != nil {
		return got, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", fmt.Sprintf("crash-%016d", n))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return got, err
	}
	defer resp.Body.Close()
	err = json.NewDecoder(resp.Body).Decode(&got)
	got.Status = resp.StatusCode
	return got, err
}

// fileKeys files the cases of some numbers and returns their codes.
func fileKeys(t *testing.T, url string, from, to int) (codes []string) {
	t.Helper()
	for n := from; n < to; n++ {
		got, err := fileKey(t, url, n)
		if err != nil || got.Status != http.StatusCreated {
			t.Fatalf("case %d: %+v, %v", n, got, err)
		}
		codes = append(codes, got.Code)
	}
	return codes
}

// TestPowerCutUnderLoadLosesAndDoublesNothing kills the real program three times while cases pour in. Whatever was
// acknowledged is there afterwards under the same code, every key leads to one case, and all of them reach a desk.
func TestPowerCutUnderLoadLosesAndDoublesNothing(t *testing.T) {
	p := testkit.NewProgram(t, "TIEPDAN_SWEEP=1s", "TIEPDAN_LIMITS=100000")
	p.Start(t, "demo")
	kept := map[int]filedAs{}
	var mu sync.Mutex
	next := 0
	for round := range 3 {
		var filed atomic.Int64
		enough := make(chan struct{})
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				for {
					mu.Lock()
					n := next
					next++
					mu.Unlock()
					got, err := fileKey(t, p.URL, n)
					if err != nil || got.Status != http.StatusCreated {
						return // the power is gone
					}
					mu.Lock()
					kept[n] = got
					mu.Unlock()
					if filed.Add(1) == int64(200+100*round) {
						close(enough)
					}
				}
			})
		}
		gone := make(chan struct{})
		go func() { wg.Wait(); close(gone) }()
		select {
		case <-enough:
		case <-gone:
			t.Fatal("nobody can file")
		}
		p.Kill(t)
		<-gone
		p.Start(t, "serve")
	}
	again(t, p.URL, next, kept)
	p.Kill(t)
	if out, err := p.Run(t, "verify"); err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
}

// again sends every key once more: what was acknowledged is a replay with the same code, and everything is routed.
func again(t *testing.T, url string, keys int, kept map[int]filedAs) {
	t.Helper()
	codes, refs := map[string]bool{}, map[string]bool{}
	for n := range keys {
		got, err := fileKey(t, url, n)
		if err != nil || got.Status != http.StatusOK && got.Status != http.StatusCreated {
			t.Fatalf("key %d: %+v, %v", n, got, err)
		}
		if was, ok := kept[n]; ok && (got.Status != http.StatusOK || got.Code != was.Code || got.Ref != was.Ref) {
			t.Errorf("key %d was acknowledged as %+v, now %+v", n, was, got)
		}
		if codes[got.Code] || refs[got.Ref] {
			t.Errorf("key %d shares its case with another", n)
		}
		codes[got.Code], refs[got.Ref] = true, true
	}
	for code := range codes {
		until(t, "routing of what was filed", func() bool { return statusAt(t, url, code) == "assigned" })
	}
}

func statusAt(t *testing.T, url, code string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/api/v1/cases/"+code, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var v struct{ Status string }
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v.Status
}

// TestOutageOfTheBusIsNotTheCitizensTrouble takes nats-server away while cases are filed and ratings given: all are
// acknowledged, and all are routed once it is back.
func TestOutageOfTheBusIsNotTheCitizensTrouble(t *testing.T) {
	bus := testkit.NATSServer(t)
	r := open(t, func(c *app.Config) { c.NATS = bus.URL })
	before, err := fileKey(t, r.URL, 0)
	if err != nil || before.Status != http.StatusCreated {
		t.Fatalf("%+v, %v", before, err)
	}
	until(t, "routing", func() bool { return statusAt(t, r.URL, before.Code) == "assigned" })
	bus.Kill(t)
	until(t, "noticing the outage", func() bool { return r.call(t, "GET", "/readyz", nil).Status != http.StatusOK })
	var codes []string
	for n := 1; n <= 60; n++ {
		begun := time.Now()
		got, err := fileKey(t, r.URL, n)
		if err != nil || got.Status != http.StatusCreated {
			t.Fatalf("case %d in the outage: %+v, %v", n, got, err)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("case %d waited %s for the bus", n, took)
		}
		codes = append(codes, got.Code)
	}
	rated := r.call(t, "POST", "/api/v1/ratings", map[string]any{"counter": r.counterToken(t, "quay-3"), "score": 4})
	if rated.Status != http.StatusCreated {
		t.Errorf("rating in the outage: %d %s", rated.Status, rated.Raw)
	}
	bus.Start(t)
	for _, code := range codes {
		until(t, "routing after the outage", func() bool { return statusAt(t, r.URL, code) == "assigned" })
	}
	if log := r.Log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("an outage that healed is no error: %s", log)
	}
	r.checkAll(t)
}

// TestEveryEntryIsAnnouncedAfterAnOutageThatEndedInAPowerCut takes nats-server away while cases are filed, then the program, and counts
// what lies in the stream when both are back.
func TestEveryEntryIsAnnouncedAfterAnOutageThatEndedInAPowerCut(t *testing.T) {
	srv := testkit.NATSServer(t)
	p := testkit.NewProgram(t, "TIEPDAN_SWEEP=500ms", "TIEPDAN_LIMITS=100000", "TIEPDAN_NATS="+srv.URL)
	p.Start(t, "demo")
	codes := fileKeys(t, p.URL, 0, 30)
	srv.Kill(t)
	codes = append(codes, fileKeys(t, p.URL, 30, 60)...)
	for _, code := range codes { // by the sweep: so nothing comes later that announces what was filed along with itself
		until(t, "routing in the outage", func() bool { return statusAt(t, p.URL, code) == "assigned" })
	}
	p.Kill(t)
	want := entriesIn(t, p.Data)
	srv.Start(t)
	p.Start(t, "serve")
	until(t, "announcing what the outage and the power cut left", func() bool {
		seen := announcedIn(t, srv.URL)
		for _, id := range want {
			if !seen[id] {
				return false
			}
		}
		return true
	})
	if len(want) < 120 {
		t.Errorf("only %d entries", len(want))
	}
}

// entriesIn lists all entries of the cases in a folder that no program has open, as events name them.
func entriesIn(t *testing.T, data string) (ids []string) {
	t.Helper()
	e, err := sqlite.Open(t.Context(), filepath.Join(data, "tiepdan.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), e, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.EachCase(t.Context(), func(c *casework.Case) error {
		for _, entry := range c.History {
			ids = append(ids, fmt.Sprint(c.ID, "/", entry.Seq))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return ids
}

// announcedIn lists the ids of all events in the stream.
func announcedIn(t *testing.T, url string) map[string]bool {
	t.Helper()
	nc, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	s, err := js.Stream(t.Context(), "TIEPDAN")
	if err != nil {
		return seen // it is not there yet
	}
	for seq := uint64(1); ; seq++ {
		m, err := s.GetMsg(t.Context(), seq)
		if err != nil {
			return seen
		}
		seen[m.Header.Get("Nats-Msg-Id")] = true
	}
}
