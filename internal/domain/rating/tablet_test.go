package rating_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"tiepdan/internal/domain/rating"
)

// shelf keeps tablets and tallies as the store does.
type shelf struct {
	tablets map[string]rating.Tablet
	days    []*rating.Tally
	rating.Tallies
}

func (s *shelf) GetTablet(_ context.Context, id string) (*rating.Tablet, error) {
	t, ok := s.tablets[id]
	if !ok {
		return nil, rating.ErrNoTablet
	}
	return &t, nil
}

func (s *shelf) AllTablets(context.Context) ([]rating.Tablet, error) {
	return slices.Collect(maps.Values(s.tablets)), nil
}

func (s *shelf) PutTablet(_ context.Context, t *rating.Tablet) error {
	if s.tablets[t.ID].V != t.V-1 {
		return rating.ErrStale
	}
	s.tablets[t.ID] = *t
	return nil
}

func (s *shelf) TalliesOf(_ context.Context, counters []string, _, _ string, each func(*rating.Tally)) error {
	for _, t := range s.days {
		if slices.Contains(counters, t.Counter) {
			each(t)
		}
	}
	return nil
}

func mac(domain string, parts ...[]byte) (out [32]byte) {
	copy(out[:], fmt.Sprintf("%s%q", domain, parts))
	return out
}

func book(at *time.Time) (*rating.Book, *shelf) {
	s := &shelf{tablets: map[string]rating.Tablet{}}
	return &rating.Book{Tablets: s, Tallies: s, MAC: mac, Now: func() time.Time { return *at }}, s
}

// machine is a device with its key, which has signed n taps.
type machine struct {
	key *ecdsa.PrivateKey
	n   int64
}

func newMachine(t *testing.T, b *rating.Book, id, counter, secret string) *machine {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Enrol(t.Context(), id, counter, rating.Device{Secret: secret, Public: public}); err != nil {
		t.Fatal(err)
	}
	return &machine{key: key}
}

// tap signs the next tap, given at a moment.
func (m *machine) tap(t *testing.T, at time.Time) rating.Tap {
	t.Helper()
	m.n++
	tap := rating.Tap{Token: "k", Visit: fmt.Sprintf("visit-number-%06d", m.n), Score: "5", At: strconv.FormatInt(at.UnixMilli(), 10), N: m.n, When: at}
	sum := sha256.Sum256([]byte(tap.Says()))
	r, s, err := ecdsa.Sign(rand.Reader, m.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	tap.Sign = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	return tap
}

func TestOnlyAnEnrolledTabletsTapsAreVerified(t *testing.T) {
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	b, _ := book(&now)
	ctx := t.Context()
	m := newMachine(t, b, "t1", "c1", "s")
	public, _ := m.key.PublicKey.Bytes()
	if err := b.Enrol(ctx, "t1", "c2", rating.Device{Secret: "other", Public: public}); !errors.Is(err, rating.ErrEnrolled) {
		t.Errorf("the code a second time: %v", err)
	}
	if err := b.Enrol(ctx, "t3", "c1", rating.Device{Secret: "s", Public: public[:64]}); !errors.Is(err, rating.ErrNoKey) {
		t.Errorf("a device without a key: %v", err)
	}
	tap := func(id, counter, secret string) bool {
		ok, err := b.Tapped(ctx, id, counter, secret, m.tap(t, now))
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !tap("t1", "c1", "s") {
		t.Error("the tablet's own tap is not verified")
	}
	for name, ok := range map[string]bool{
		"another secret": tap("t1", "c1", "x"), "another counter": tap("t1", "c2", "s"), "an unknown tablet": tap("t2", "c1", "s"),
	} {
		if ok {
			t.Errorf("%s is verified", name)
		}
	}
	if err := b.Revoke(ctx, "t1"); err != nil {
		t.Fatal(err)
	}
	if tap("t1", "c1", "s") {
		t.Error("a revoked tablet is verified")
	}
}

// TestTapsCannotBeDatedBack: the tablet was heard of at noon; whoever holds its key makes nothing of an earlier day.
func TestTapsCannotBeDatedBack(t *testing.T) {
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	b, _ := book(&now)
	ctx := t.Context()
	m := newMachine(t, b, "t1", "c1", "s")
	now = now.Add(6 * 24 * time.Hour)
	if err := b.Heard(ctx, "t1", "c1", "s", rating.Health{}); err != nil {
		t.Fatal(err)
	}
	counted := 0
	for i := range 400 {
		ok, err := b.Tapped(ctx, "t1", "c1", "s", m.tap(t, now.Add(-time.Duration(i+1)*20*time.Minute)))
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			counted++
		}
	}
	if counted != 0 {
		t.Errorf("%d of 400 taps dated back are verified", counted)
	}
	if ok, _ := b.Tapped(ctx, "t1", "c1", "s", m.tap(t, now.Add(time.Minute))); ok {
		t.Error("a tap of the future is verified")
	}
}

// TestOnlyWhatTheTabletSignedIsVerified: who holds the cookie and one of the tablet's requests makes no other tap of it, and who
// sends it again makes none of an older one.
func TestOnlyWhatTheTabletSignedIsVerified(t *testing.T) {
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	b, _ := book(&now)
	m := newMachine(t, b, "t1", "c1", "s")
	other := newMachine(t, b, "t2", "c1", "s2")
	counts := func(tap rating.Tap) bool {
		ok, err := b.Tapped(t.Context(), "t1", "c1", "s", tap)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	first := m.tap(t, now)
	for name, change := range map[string]func(*rating.Tap){
		"another address": func(x *rating.Tap) { x.Token = "l" }, "another visit": func(x *rating.Tap) { x.Visit += "0" },
		"another face": func(x *rating.Tap) { x.Score = "1" }, "another time": func(x *rating.Tap) { x.At += "0" },
		"another number": func(x *rating.Tap) { x.N++ }, "no signature": func(x *rating.Tap) { x.Sign = nil },
		"half a signature": func(x *rating.Tap) { x.Sign = x.Sign[:32] }, "another tablet's key": func(x *rating.Tap) { *x = other.tap(t, now) },
	} {
		forged := first
		change(&forged)
		if counts(forged) {
			t.Errorf("%s is verified", name)
		}
	}
	for range 2 { // the answer to the first was lost
		if !counts(first) {
			t.Error("the tablet's own tap is not verified")
		}
	}
	second := m.tap(t, now)
	if !counts(second) || counts(first) {
		t.Error("an older tap that is sent again is verified")
	}
	now = now.Add(time.Hour)
	if err := b.Heard(t.Context(), "t1", "c1", "s", rating.Health{}); err != nil || !counts(second) {
		t.Errorf("the newest tap is not verified when it comes again an hour later: %v", err)
	}
	zero := newMachine(t, b, "t3", "c1", "s")
	zero.n--
	if ok, _ := b.Tapped(t.Context(), "t3", "c1", "s", zero.tap(t, now)); ok {
		t.Error("a tap without a number is verified")
	}
}

// TestATabletSaysHowItIs: taps that wait do not make it count as sent, and who has not its key says nothing for it.
func TestATabletSaysHowItIs(t *testing.T) {
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	b, _ := book(&now)
	newMachine(t, b, "t1", "c1", "s")
	enrolled := now
	tablet := func() rating.Tablet {
		t.Helper()
		list, err := b.ListTablets(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatalf("%d tablets: %v", len(list), err)
		}
		return list[0]
	}
	says := func(secret string, h rating.Health) rating.Tablet {
		t.Helper()
		if err := b.Heard(t.Context(), "t1", "c1", secret, h); err != nil {
			t.Fatal(err)
		}
		return tablet()
	}
	if one := tablet(); one.Silent(now.Add(rating.TabletQuiet)) || !one.Silent(now.Add(rating.TabletQuiet+time.Second)) {
		t.Error("silent too soon or too late")
	}
	now = now.Add(time.Hour)
	if one := says("s", rating.Health{Waiting: 3, Version: "a"}); one.Health.Waiting != 3 || one.Health.Version != "a" || !one.Health.SeenAt.Equal(now) || !one.Contact.Equal(enrolled) || one.Silent(now) {
		t.Errorf("with taps that wait: %+v", one)
	}
	now = now.Add(time.Hour)
	if one := says("x", rating.Health{Version: "b"}); one.Health.Version != "a" {
		t.Errorf("who has not its key said something: %+v", one)
	}
	if one := says("s", rating.Health{Version: "b"}); one.Health.Waiting != 0 || one.Health.Version != "b" || !one.Contact.Equal(now) {
		t.Errorf("with nothing left: %+v", one)
	}
}

// TestTabletsInUseAreListedFirst, the newest before the others.
func TestTabletsInUseAreListedFirst(t *testing.T) {
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	b, _ := book(&now)
	for _, id := range []string{"old", "ended", "new"} {
		newMachine(t, b, id, "c1", "s")
		now = now.Add(time.Hour)
	}
	if err := b.Revoke(t.Context(), "ended"); err != nil {
		t.Fatal(err)
	}
	list, err := b.ListTablets(t.Context())
	if err != nil || len(list) != 3 || list[0].ID != "new" || list[1].ID != "old" || list[2].ID != "ended" {
		t.Errorf("%v, %v", list, err)
	}
}

// TestAnOutageLosesNoTap: two days without a network, then everything in its order, at the pace of people.
func TestAnOutageLosesNoTap(t *testing.T) {
	begun := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	now := begun
	b, _ := book(&now)
	ctx := t.Context()
	m := newMachine(t, b, "t1", "c1", "s")
	now = begun.Add(48 * time.Hour)
	for i := range 60 {
		at := begun.Add(time.Duration(i) * 20 * time.Minute)
		tap := m.tap(t, at)
		for range 2 { // the answer to the first was lost
			ok, err := b.Tapped(ctx, "t1", "c1", "s", tap)
			if err != nil || !ok {
				t.Fatalf("tap %d of the outage: %v %v", i, ok, err)
			}
		}
	}
	counted := 0
	for range 100 { // all at one moment
		if ok, _ := b.Tapped(ctx, "t1", "c1", "s", m.tap(t, now)); ok {
			counted++
		}
	}
	if counted != 8 {
		t.Errorf("%d of 100 taps at one moment are verified, want 8", counted)
	}
}

func day(i, n, score int) *rating.Tally {
	t := &rating.Tally{Counter: "c1", Day: fmt.Sprintf("2026-11-%02d", i)}
	t.Verified[score-1] = n
	return t
}

func TestADayFarOutsideItsHistoryIsFlagged(t *testing.T) {
	now := time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)
	b, s := book(&now)
	odd := func(days ...*rating.Tally) []string {
		s.days = days
		f, err := b.Figures(t.Context(), []string{"c1"}, now.AddDate(0, 0, -30), now)
		if err != nil {
			t.Fatal(err)
		}
		return f["c1"].Odd
	}
	var usual []*rating.Tally
	for i := 1; i <= 12; i++ {
		usual = append(usual, day(i, 16+i%5, 4))
	}
	if got := odd(usual...); len(got) > 0 {
		t.Errorf("usual days are flagged: %v", got)
	}
	if got := odd(append(slices.Clone(usual), day(20, 200, 4))...); !slices.Equal(got, []string{"2026-11-20"}) {
		t.Errorf("ten times as many: %v", got)
	}
	if got := odd(append(slices.Clone(usual), day(21, 18, 1))...); !slices.Equal(got, []string{"2026-11-21"}) {
		t.Errorf("quite another verdict: %v", got)
	}
	stuffed := &rating.Tally{Counter: "c1", Day: "2026-11-22"}
	stuffed.Unverified[0] = 300
	if got := odd(append(slices.Clone(usual), stuffed)...); !slices.Equal(got, []string{"2026-11-22"}) {
		t.Errorf("stuffed with votes that are counted apart: %v", got)
	}
	if got := odd(day(1, 20, 4), day(2, 200, 1)); len(got) > 0 {
		t.Errorf("without a history: %v", got)
	}
}
