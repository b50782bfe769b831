package outlet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tiepdan/internal/docdb/sqlite"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/outlet"
	"tiepdan/internal/store"
	"tiepdan/pkg/outward"
)

// heard is a receiver that keeps what it is sent and answers what it is told to.
type heard struct {
	mu     sync.Mutex
	got    []*http.Request
	bodies [][]byte
	status int
	during func(r *http.Request)
}

func (h *heard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	h.got, h.bodies = append(h.got, r), append(h.bodies, raw)
	status, during := h.status, h.during
	h.mu.Unlock()
	if during != nil {
		during(r)
	}
	w.WriteHeader(status)
}

func (h *heard) n() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.got)
}

// stand is an outlet on a real store with a receiver behind it.
type stand struct {
	*outlet.Outlet
	heard *heard
	url   string
	clock time.Time
	admin office.Staff
}

func newStand(t *testing.T) *stand {
	t.Helper()
	st := &stand{heard: &heard{status: http.StatusNoContent}, clock: caseworktest.Start, admin: office.Staff{ID: "admin", Roles: []office.Role{office.Admin}}}
	s := httptest.NewServer(st.heard)
	t.Cleanup(s.Close)
	st.url = s.URL + "/events"
	e, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return st.clock }
	kept, err := store.Open(t.Context(), e, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	guard := outward.Guard{Nets: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	st.Outlet = &outlet.Outlet{
		Store: kept, Vault: caseworktest.Vault{}, Guard: guard, Client: guard.Client(time.Second), Source: func() string { return "https://tiepdan.example.vn/" },
		Now: now, Log: slog.New(slog.DiscardHandler),
	}
	return st
}

func (st *stand) add(t *testing.T) (*outlet.Receiver, string) {
	t.Helper()
	r, secret, err := st.Add(t.Context(), st.admin, "Trung tâm IOC", st.url)
	if err != nil {
		t.Fatal(err)
	}
	return r, secret
}

func (st *stand) deliver(t *testing.T, want int) {
	t.Helper()
	if n, err := st.Deliver(t.Context()); err != nil || n != want {
		t.Fatalf("delivered %d, want %d: %v", n, want, err)
	}
}

func (st *stand) newest(t *testing.T, r *outlet.Receiver) *outlet.Delivery {
	t.Helper()
	_, ds, _, err := st.Deliveries(t.Context(), st.admin, r.ID, "")
	if err != nil || len(ds) == 0 {
		t.Fatal(err)
	}
	return ds[0]
}

// answered leads a letter to its answer on a desk in memory.
func answered(t *testing.T, d *caseworktest.Desk, kind law.Kind) *casework.Case {
	t.Helper()
	f, err := d.Submit(t.Context(), casework.Draft{
		Key: strings.Repeat("k", 20), Kind: kind, Category: "roads", Subject: "Đèn đường hỏng", Body: "Đèn trước nhà ông Võ Văn Bé hỏng.", Counter: "c1", Channel: "qr",
		Contact: casework.Contact{Name: "Võ Thị Bé", Phone: "0905123456", Email: "vo.be@example.vn", Address: "Thôn Ba"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Route(t.Context(), f.Case.ID)...); err != nil {
		t.Fatal(err)
	}
	o, err := d.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	head, _ := o.Staff("roadhead")
	for _, step := range []casework.Order{{Move: "start"}, {Move: "answer", Args: map[string]string{"text": "Đã sửa đèn.", "outcome": "resolved"}}} {
		c, err := d.Cases.Get(t.Context(), f.Case.ID)
		if err != nil {
			t.Fatal(err)
		}
		step.Ref, step.Rev = c.Ref, c.Rev()
		if _, err := d.Move(t.Context(), head, step); err != nil {
			t.Fatalf("%s: %v", step.Move, err)
		}
	}
	c, err := d.Cases.Get(t.Context(), f.Case.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// told are the events of every entry of a case.
func (st *stand) told(c *casework.Case) (out []outlet.Event) {
	o := office.New(caseworktest.Commune())
	for seq := range len(c.History) + 2 {
		if e, ok := st.OfCase(o, c, seq); ok {
			out = append(out, e)
		}
	}
	return out
}

// TestEventsAreCloudEvents: what is told validates against the published schema (testdata, of cloudevents/spec at 7bd28f7) and holds
// nothing of what was written or by whom.
func TestEventsAreCloudEvents(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("testdata/cloudevents.json")
	if err != nil {
		t.Fatal(err)
	}
	st, d := newStand(t), caseworktest.New()
	c := answered(t, d, law.Feedback)
	events := append(st.told(c), st.OfRating("rating/x/y", "c1", "2026-08-03", st.clock))
	var types []string
	for _, e := range events {
		types = append(types, e.Type)
		raw, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
		for _, secret := range []string{"Bé", "0905", "905123456", "vo.be", "Thôn", "Đèn", "Đã sửa", c.ID} {
			if bytes.Contains(raw, []byte(secret)) {
				t.Errorf("%s tells %q", raw, secret)
			}
		}
	}
	if want := []string{"vn.tiepdan.case.started", "vn.tiepdan.case.answered", "vn.tiepdan.rating.recorded"}; !slices.Equal(types, want) {
		t.Errorf("told %v, want %v", types, want)
	}
	if a := events[1].Data; a.Reference != c.Ref || a.Kind != law.Feedback || a.Status != "answered" || a.Unit != "roads" {
		t.Errorf("%+v", a)
	}
}

// TestNothingIsToldThatRulesKeep: of a case that is, was or came of a denunciation, of a part, of an erased one, nor before the kind
// is settled; and no unit where the letter is about somebody.
func TestNothingIsToldThatRulesKeep(t *testing.T) {
	st := newStand(t)
	plain := answered(t, caseworktest.New(), law.Feedback)
	for name, change := range map[string]func(*casework.Case){
		"a denunciation":            func(c *casework.Case) { c.Kind = law.Denunciation },
		"came of one":               func(c *casework.Case) { c.SealedSender = "x" },
		"was one":                   func(c *casework.Case) { c.History[0].Data = map[string]string{"kind": "denunciation"} },
		"was one, by a later entry": func(c *casework.Case) { c.History[1].Data["was"] = "denunciation" },
		"a part":                    func(c *casework.Case) { c.Legal.Whole = "TB26-1" },
		"erased": func(c *casework.Case) {
			c.History[0].What, c.History[0].Data = history.Erasure, map[string]string{"what": casework.ErasedAll}
		},
	} {
		c := plain.Clone()
		c.History = slices.Clone(c.History)
		for i := range c.History {
			data := map[string]string{}
			maps.Copy(data, c.History[i].Data)
			c.History[i].Data = data
		}
		change(c)
		if got := st.told(c); len(got) != 0 {
			t.Errorf("%s: told %v", name, got)
		}
	}
	for _, e := range st.told(plain) {
		if e.Time.Before(plain.History[1].At) || e.Type == outlet.TypePrefix+"case.received" || e.Type == outlet.TypePrefix+"case.assigned" {
			t.Errorf("told before the kind is settled: %v", e)
		}
	}
	asked := plain.Clone()
	asked.History = slices.Clone(plain.History[:2])
	asked.History = append(asked.History, history.Entry{Seq: 3, What: "info_asked", Data: map[string]string{"state": "needs_info"}})
	if got := st.told(asked); len(got) != 0 {
		t.Errorf("asked before the kind is settled: %v", got)
	}
	c := plain.Clone()
	c.About = []string{"roadhead"}
	for _, e := range st.told(c) {
		if e.Data.Unit != "" {
			t.Errorf("a unit whose people the letter is about: %v", e)
		}
	}
}

// TestADeliveryIsSignedOnceAndAgainUntilTaken: a receiver that fails gets it again after a rest, one that took it never of itself.
func TestADeliveryIsSignedOnceAndAgainUntilTaken(t *testing.T) {
	st := newStand(t)
	r, secret := st.add(t)
	e := st.OfRating("rating/1", "c1", "2026-08-03", st.clock)
	for range 3 { // the bus brings it more than once
		if err := st.Keep(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	st.heard.status = http.StatusServiceUnavailable
	st.deliver(t, 0)
	st.deliver(t, 0)
	if st.heard.n() != 1 {
		t.Errorf("tried %d times without a rest", st.heard.n())
	}
	if d := st.newest(t, r); d.Status != 503 || d.Stands() != outlet.Waits || d.Tries != 1 {
		t.Errorf("%+v", d)
	}
	st.heard.status = http.StatusOK
	st.clock = st.clock.Add(time.Minute)
	st.deliver(t, 1)
	st.clock = st.clock.Add(100 * time.Hour)
	st.deliver(t, 0)
	if d := st.newest(t, r); d.Stands() != outlet.Taken || st.heard.n() != 2 {
		t.Errorf("%+v, heard %d", d, st.heard.n())
	}
	got, body := st.heard.got[1], st.heard.bodies[1]
	at := got.Header.Get(outlet.HeaderTime)
	if got.Header.Get(outlet.HeaderSignature) != outlet.Sign(secret, at, body) || got.Header.Get("Content-Type") != "application/cloudevents+json; charset=utf-8" {
		t.Errorf("%v", got.Header)
	}
	if sec, err := strconv.ParseInt(at, 10, 64); err != nil || time.Unix(sec, 0).Sub(caseworktest.Start).Abs() > 2*time.Minute {
		t.Errorf("signed at %s", at)
	}
	var sent outlet.Event
	if err := json.Unmarshal(body, &sent); err != nil || sent.ID != e.ID {
		t.Errorf("%s: %v", body, err)
	}
	if err := st.Again(t.Context(), st.admin, r.ID, e.ID); err != nil {
		t.Fatal(err)
	}
	st.deliver(t, 1)
	if !bytes.Equal(st.heard.bodies[2], body) {
		t.Errorf("sent again as %s", st.heard.bodies[2])
	}
}

// TestWhatHappenedBeforeIsNotSent: but for the hour in which the receiver was entered, for a rating knows no more of its time.
func TestWhatHappenedBeforeIsNotSent(t *testing.T) {
	st := newStand(t)
	hour := st.clock
	st.clock = st.clock.Add(40 * time.Minute)
	st.add(t)
	for id, at := range map[string]time.Time{"this hour": hour, "the hour before": hour.Add(-time.Hour)} {
		if err := st.Keep(t.Context(), st.OfRating(id, "c1", "2026-08-03", at)); err != nil {
			t.Fatal(err)
		}
	}
	st.deliver(t, 1)
}

// TestAStopInTheMiddleOfADeliveryLosesNothing: the program ends while the receiver has it; it gets it again.
func TestAStopInTheMiddleOfADeliveryLosesNothing(t *testing.T) {
	st := newStand(t)
	st.add(t)
	if err := st.Keep(t.Context(), st.OfRating("rating/1", "c1", "2026-08-03", st.clock)); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	st.heard.during = func(r *http.Request) {
		stop()
		<-r.Context().Done() // it answers when nobody listens any more
	}
	if n, _ := st.Deliver(ctx); n != 0 {
		t.Error("taken by a receiver that was not heard")
	}
	st.heard.during = nil
	st.clock = st.clock.Add(time.Minute)
	st.deliver(t, 1)
	if st.heard.n() != 2 {
		t.Errorf("heard %d times", st.heard.n())
	}
}

// TestWhatIsNeverTakenIsGivenUp and may be sent again; what is paused waits; what ended gets nothing.
func TestWhatIsNeverTakenIsGivenUp(t *testing.T) {
	st := newStand(t)
	r, _ := st.add(t)
	st.heard.status = http.StatusFound // a redirect is followed nowhere
	if err := st.Keep(t.Context(), st.OfRating("rating/1", "c1", "2026-08-03", st.clock)); err != nil {
		t.Fatal(err)
	}
	for range 12 {
		st.deliver(t, 0)
		st.clock = st.clock.Add(25 * time.Hour)
	}
	if d := st.newest(t, r); d.Stands() != outlet.Given || st.heard.n() != 10 {
		t.Errorf("%+v after %d tries", d, st.heard.n())
	}
	if err := st.Do(t.Context(), st.admin, r.ID, outlet.Pause); err != nil {
		t.Fatal(err)
	}
	if err := st.Again(t.Context(), st.admin, r.ID, st.newest(t, r).Event); err != nil {
		t.Fatal(err)
	}
	st.heard.status = http.StatusOK
	st.deliver(t, 0)
	if err := st.Do(t.Context(), st.admin, r.ID, outlet.Resume); err != nil {
		t.Fatal(err)
	}
	st.deliver(t, 1)
	if err := st.Do(t.Context(), st.admin, r.ID, outlet.End); err != nil {
		t.Fatal(err)
	}
	if err := st.Again(t.Context(), st.admin, r.ID, st.newest(t, r).Event); casework.CodeOf(err) != casework.Conflict {
		t.Errorf("again to one that ended: %v", err)
	}
	if err := st.Keep(t.Context(), st.OfRating("rating/2", "c1", "2026-08-04", st.clock)); err != nil {
		t.Fatal(err)
	}
	st.deliver(t, 0)
	st.clock = st.clock.Add(31 * 24 * time.Hour)
	st.deliver(t, 0)
	if _, ds, _, err := st.Deliveries(t.Context(), st.admin, r.ID, ""); err != nil || len(ds) != 0 {
		t.Errorf("kept after its time: %v %v", ds, err)
	}
}

// TestASlowReceiverKeepsNobodyWaiting: it is given up for this pass after its first failure, and the other has all.
func TestASlowReceiverKeepsNobodyWaiting(t *testing.T) {
	st := newStand(t)
	_, _ = st.add(t)
	hang := make(chan struct{})
	slow := &heard{status: http.StatusOK, during: func(*http.Request) { <-hang }}
	s := httptest.NewServer(slow)
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(hang) })
	if _, _, err := st.Add(t.Context(), st.admin, "Chậm", s.URL); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if err := st.Keep(t.Context(), st.OfRating("rating/"+strconv.Itoa(i), "c1", "2026-08-03", st.clock)); err != nil {
			t.Fatal(err)
		}
	}
	st.deliver(t, 5)
	if st.heard.n() != 5 || slow.n() != 1 {
		t.Errorf("heard %d and %d", st.heard.n(), slow.n())
	}
}

func TestOnlyAnAdministratorKeepsReceivers(t *testing.T) {
	st := newStand(t)
	r, secret := st.add(t)
	head := office.Staff{ID: "roadhead", Roles: []office.Role{office.Head}}
	_, _, add := st.Add(t.Context(), head, "x", st.url)
	_, list := st.List(t.Context(), head)
	_, _, renew := st.Renew(t.Context(), head, r.ID)
	_, _, _, read := st.Deliveries(t.Context(), head, r.ID, "")
	for what, err := range map[string]error{"add": add, "list": list, "renew": renew, "read": read, "do": st.Do(t.Context(), head, r.ID, outlet.End), "again": st.Again(t.Context(), head, r.ID, "x")} {
		if casework.CodeOf(err) != casework.Forbidden {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, url := range []string{"http://10.0.0.1/x", "https://10.0.0.1/x", "https://[::1]/", "ftp://a.vn", "https://u:p@a.vn/"} {
		if _, _, err := st.Add(t.Context(), st.admin, "x", url); casework.CodeOf(err) != casework.Invalid {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, other, err := st.Renew(t.Context(), st.admin, r.ID); err != nil || other == secret || other == "" {
		t.Errorf("renewed: %v", err)
	}
	if all, err := st.List(t.Context(), st.admin); err != nil || len(all) != 1 {
		t.Errorf("%v %v", all, err)
	}
}
