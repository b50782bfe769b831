package limit_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"tiepdan/pkg/limit"
)

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time        { return c.at }
func (c *clock) pass(d time.Duration)  { c.at = c.at.Add(d) }
func newClock() *clock                 { return &clock{time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)} }
func hourly(n, burst int) limit.Rate   { return limit.Every(n, time.Hour, burst) }
func client(i int) string              { return fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255) }
func passes(d limit.Decision) bool     { return d.Verdict == limit.Passes }
func needsProof(d limit.Decision) bool { return d.Verdict == limit.NeedsProof }

func budget(tb testing.TB, c *clock, keep int, rules ...limit.Rule) *limit.Budget {
	tb.Helper()
	b, err := limit.New([]limit.Door{{Name: "file", Rules: rules}}, keep, c.now)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestAboveTheFreeBudgetAProofOpensAndAboveTheWiderOneOnlyTime(t *testing.T) {
	c := newClock()
	b := budget(t, c, 100, limit.Rule{Scope: limit.Client, Free: hourly(60, 3), Most: hourly(60, 2)})
	who := limit.Who{Client: "192.0.2.1"}
	for i := range 3 {
		if d := b.Ask("file", who, false); !passes(d) {
			t.Fatalf("request %d of the burst: %v", i, d)
		}
	}
	if d := b.Ask("file", who, false); !needsProof(d) || d.Wait != time.Minute || d.Scope != limit.Client {
		t.Fatalf("after the burst: %+v", d)
	}
	for i := range 2 {
		if d := b.Ask("file", who, true); !passes(d) {
			t.Fatalf("proof %d: %+v", i, d)
		}
	}
	for _, proven := range []bool{false, true} { // nobody is asked to compute what opens nothing
		if d := b.Ask("file", who, proven); d.Verdict != limit.Refused || d.Wait != time.Minute {
			t.Fatalf("above all (proven %v): %+v", proven, d)
		}
	}
	c.pass(time.Minute)
	if d := b.Ask("file", who, false); !passes(d) {
		t.Fatalf("the promised time later: %+v", d)
	}
	if d := b.Ask("file", limit.Who{Client: "192.0.2.2"}, false); !passes(d) {
		t.Fatalf("somebody else: %+v", d)
	}
}

func TestPeekSaysWhatAskWouldAndCountsNothing(t *testing.T) {
	c := newClock()
	b := budget(t, c, 10, limit.Rule{Scope: limit.Client, Free: hourly(1, 1)})
	who := limit.Who{Client: "192.0.2.1"}
	for range 5 {
		if d := b.Peek("file", who, false); !passes(d) {
			t.Fatalf("peek before: %+v", d)
		}
	}
	if b.Known(limit.Client) != 0 {
		t.Error("a look was remembered")
	}
	b.Ask("file", who, false)
	if d := b.Peek("file", who, false); !needsProof(d) {
		t.Errorf("peek after: %+v", d)
	}
}

func TestWhatOneScopeRefusesCostsTheOthersNothing(t *testing.T) {
	c := newClock()
	b := budget(t, c, 100,
		limit.Rule{Scope: limit.Client, Free: hourly(60, 1)},
		limit.Rule{Scope: limit.Instance, Free: hourly(60, 2)})
	for range 50 {
		b.Ask("file", limit.Who{Client: "192.0.2.1"}, false)
	}
	if d := b.Ask("file", limit.Who{Client: "192.0.2.2"}, false); !passes(d) {
		t.Errorf("one address used up everybody's budget: %+v", d)
	}
}

func TestAFloodAtOneCounterDoesNotCloseAnother(t *testing.T) {
	c := newClock()
	b := budget(t, c, 1000,
		limit.Rule{Scope: limit.Client, Free: hourly(60, 2), Most: hourly(60, 2)},
		limit.Rule{Scope: limit.Place, Free: hourly(60, 10), Most: hourly(1000, 1000), Reserved: true},
		limit.Rule{Scope: limit.Instance, Free: hourly(60, 20), Most: hourly(60, 20)})
	for i := range 5000 {
		b.Ask("file", limit.Who{Client: client(i), Place: "A"}, true)
	}
	if d := b.Ask("file", limit.Who{Client: "192.0.2.9", Place: "A"}, true); d.Verdict != limit.Refused {
		t.Fatalf("the flooded counter: %+v", d)
	}
	honest := limit.Who{Client: "192.0.2.1", Place: "B"}
	if d := b.Ask("file", honest, false); !needsProof(d) {
		t.Fatalf("the other counter without a proof: %+v", d)
	}
	if d := b.Ask("file", honest, true); !passes(d) {
		t.Fatalf("the other counter with a proof: %+v", d)
	}
}

// An honest counter: 200 citizens in an hour behind one address, each rates, files, and looks at his case.
func TestTwoHundredCitizensBehindOneAddressPass(t *testing.T) {
	c := newClock()
	b := budget(t, c, 1000, limit.Rule{Scope: limit.Client, Free: hourly(240, 40), Most: hourly(600, 60)})
	for i := range 200 {
		if d := b.Ask("file", limit.Who{Client: "192.0.2.1"}, false); !passes(d) {
			t.Fatalf("citizen %d: %+v", i, d)
		}
		c.pass(time.Hour / 200)
	}
}

// A flood from 100,000 addresses and as many IPv6 homes makes the budget forget the oldest of them; who was here lately stays
// known, and the instance's own bucket is never lost.
func TestAFloodForgetsTheOldestAndNotEverything(t *testing.T) {
	c := newClock()
	const keep = 1000
	b := budget(t, c, keep,
		limit.Rule{Scope: limit.Client, Free: hourly(1, 1)},
		limit.Rule{Scope: limit.Instance, Free: hourly(1_000_000, 1_000_000)})
	watched := limit.Who{Client: "192.0.2.1"}
	b.Ask("file", watched, false)
	passed := 0
	for i := range 100_000 {
		if passes(b.Ask("file", limit.Who{Client: client(i)}, false)) {
			passed++
		}
		if i%(keep/2) == 0 { // he is seen now and then
			if d := b.Ask("file", watched, false); passes(d) {
				t.Fatalf("after %d strangers he was forgotten: %+v", i, d)
			}
		}
	}
	if got := b.Known(limit.Client); got != keep {
		t.Errorf("%d clients remembered, want %d", got, keep)
	}
	if passed != 100_000 {
		t.Errorf("%d strangers passed", passed)
	}
	if d := b.Ask("file", limit.Who{Client: client(99_999)}, false); passes(d) {
		t.Error("the newest stranger was forgotten")
	}
	if d := b.Ask("file", limit.Who{Client: client(1)}, false); !passes(d) {
		t.Error("the oldest stranger is still known")
	}
}

func TestManyAddressesAreBoundedByTheInstance(t *testing.T) {
	c := newClock()
	b := budget(t, c, 200_000,
		limit.Rule{Scope: limit.Client, Free: hourly(60, 10), Most: hourly(60, 10)},
		limit.Rule{Scope: limit.Instance, Free: hourly(600, 100), Most: hourly(600, 100)})
	passed := 0
	for i := range 100_000 {
		who := limit.Who{Client: limit.Key(netip.MustParseAddr(fmt.Sprintf("2001:db8:%x:%x::1", i>>16, i&0xffff)))}
		for _, proven := range []bool{false, true} {
			if passes(b.Ask("file", who, proven)) {
				passed++
			}
		}
	}
	if passed != 100+100 { // freely, and with a proof
		t.Errorf("%d passed, want 200", passed)
	}
}

func TestAClockSetBackShutsNobodyOut(t *testing.T) {
	c := newClock()
	b := budget(t, c, 10, limit.Rule{Scope: limit.Client, Free: hourly(60, 2)})
	who := limit.Who{Client: "192.0.2.1"}
	b.Ask("file", who, false)
	c.pass(-365 * 24 * time.Hour)
	b.Ask("file", who, false)
	c.pass(2 * time.Minute)
	if d := b.Ask("file", who, false); !passes(d) {
		t.Errorf("after a burst's time: %+v", d)
	}
}

func TestAnUnknownDoorIsShut(t *testing.T) {
	b := budget(t, newClock(), 10)
	if d := b.Ask("window", limit.Who{}, true); d.Verdict != limit.Refused || d.Wait <= 0 {
		t.Errorf("unknown door: %+v", d)
	}
	if d := b.Ask("file", limit.Who{Client: "x"}, false); !passes(d) {
		t.Errorf("a door without rules: %+v", d)
	}
	twice := []limit.Door{{Name: "a"}, {Name: "a"}}
	if _, err := limit.New(twice, 1, time.Now); err == nil {
		t.Error("two doors of one name")
	}
	scope := []limit.Door{{Name: "a", Rules: []limit.Rule{{Scope: limit.Client}, {Scope: limit.Client}}}}
	if _, err := limit.New(scope, 1, time.Now); err == nil {
		t.Error("two rules of one scope")
	}
}

func TestClientIsTheRightMostHopThatIsNoProxy(t *testing.T) {
	proxies, err := limit.ParseProxies([]string{"10.0.0.0/8", "192.0.2.7", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ peer, forwarded, want string }{
		{"203.0.113.5", "", "203.0.113.5"},
		{"203.0.113.5", "198.51.100.1", "203.0.113.5"}, // no proxy of ours: what it says is nothing
		{"10.1.2.3", "", "10.1.2.3"},
		{"10.1.2.3", "198.51.100.1", "198.51.100.1"},
		{"10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"}, // the left-most is the visitor's own invention
		{"10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9, 192.0.2.7", "198.51.100.1"},
		{"10.1.2.3", "10.5.5.5, 10.9.9.9", "10.5.5.5"}, // a visitor inside our own network
		{"10.1.2.3", "198.51.100.1, nonsense", "10.1.2.3"},
		{"10.1.2.3", "nonsense, 198.51.100.1", "198.51.100.1"},
		{"10.1.2.3", "198.51.100.1:4711", "198.51.100.1"},
		{"fd00::1", "[2001:db8::1]:443", "2001:db8::1"},
		{"::ffff:10.1.2.3", "::ffff:198.51.100.1", "198.51.100.1"},
		{"10.1.2.3", ",", "10.1.2.3"},
	} {
		if got := proxies.Client(netip.MustParseAddr(tt.peer), tt.forwarded); got.String() != tt.want {
			t.Errorf("peer %s, forwarded %q: %s, want %s", tt.peer, tt.forwarded, got, tt.want)
		}
	}
	if got := proxies.Client(netip.MustParseAddr("10.1.2.3"), "1.1.1.1", "198.51.100.1"); got.String() != "198.51.100.1" {
		t.Errorf("two header lines: %s", got) // a second line is the right-hand part of the list
	}
	if _, err := limit.ParseProxies([]string{"proxy.example"}); err == nil {
		t.Error("a name is no address")
	}
}

func TestAnIPv6HomeIsOneVisitor(t *testing.T) {
	key := func(s string) string { return limit.Key(netip.MustParseAddr(s)) }
	if key("2001:db8:1:2::1") != key("2001:db8:1:2:ffff:ffff:ffff:ffff") || key("2001:db8:1:2::1") == key("2001:db8:1:3::1") {
		t.Error("IPv6 is not counted by /64")
	}
	if key("::ffff:192.0.2.1") != key("192.0.2.1") || key("192.0.2.1") == key("192.0.2.2") {
		t.Error("IPv4 is not counted by address")
	}
	if limit.Key(netip.Addr{}) != "" {
		t.Error("no address has a key")
	}
}

func prover(c *clock) *limit.Prover {
	mac := func(domain string, parts ...[]byte) (out [32]byte) {
		h := hmac.New(sha256.New, []byte("test key "+domain))
		for _, p := range parts {
			fmt.Fprintf(h, "%d:%s", len(p), p)
		}
		return [32]byte(h.Sum(nil))
	}
	return &limit.Prover{MAC: mac, Most: 500, Lasts: time.Hour, Now: c.now}
}

func TestAProofIsGoodOnceAtItsDoorInItsTime(t *testing.T) {
	c := newClock()
	p := prover(c)
	w, err := p.Work("file")
	if err != nil {
		t.Fatal(err)
	}
	answer, found := w.Solve()
	if !found {
		t.Fatal("no number below Most answers it")
	}
	cut := strings.LastIndexByte(answer, '.')
	for name, wrong := range map[string]string{
		"another number": answer[:cut] + ".501", "no number": w.Token, "empty": "", "dots": "....",
		"another salt": strings.Replace(answer, "w.", "w.x", 1), "long": answer + strings.Repeat("0", 300),
	} {
		if p.Check("file", wrong) == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if p.Check("rate", answer) == nil {
		t.Error("taken at another door")
	}
	if err := p.Check("file", answer); err != nil {
		t.Errorf("the right answer: %v", err)
	}
	if p.Check("file", answer) == nil {
		t.Error("taken twice")
	}
	old, _ := p.Work("file")
	answer, _ = old.Solve()
	c.pass(time.Hour + time.Second)
	if p.Check("file", answer) == nil {
		t.Error("taken after its time")
	}
}

func TestASumHasOneTry(t *testing.T) {
	p := prover(newClock())
	s, err := p.Sum("file")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Check("file", fmt.Sprintf("%s. %d ", s.Token, s.A+s.B)); err != nil {
		t.Errorf("the right sum: %v", err)
	}
	s, _ = p.Sum("file")
	if p.Check("file", fmt.Sprintf("%s.%d", s.Token, s.A+s.B+1)) == nil {
		t.Error("a wrong sum was taken")
	}
	if p.Check("file", fmt.Sprintf("%s.%d", s.Token, s.A+s.B)) == nil {
		t.Error("a second try was taken")
	}
}

// When more questions were answered than are remembered, the open ones end; none is good twice.
func TestAFullMemoryOfProofsFailsClosed(t *testing.T) {
	c := newClock()
	p := prover(c)
	p.Most = 1
	work := func() string {
		w, err := p.Work("file")
		if err != nil {
			t.Fatal(err)
		}
		answer, _ := w.Solve()
		return answer
	}
	first := work()
	if err := p.Check("file", first); err != nil {
		t.Fatal(err)
	}
	for range 100_001 {
		_ = p.Check("file", work())
	}
	if p.Check("file", first) == nil {
		t.Error("the first proof is good again")
	}
	c.pass(2 * time.Second)
	if err := p.Check("file", work()); err != nil {
		t.Errorf("a new question: %v", err)
	}
}

func FuzzClient(f *testing.F) {
	f.Add("1.1.1.1, 198.51.100.1:80, [2001:db8::1]")
	f.Add(",,,")
	proxies, _ := limit.ParseProxies([]string{"10.0.0.0/8"})
	f.Fuzz(func(t *testing.T, forwarded string) {
		stranger := netip.MustParseAddr("203.0.113.5")
		if got := proxies.Client(stranger, forwarded); got != stranger {
			t.Fatalf("a stranger spoke for %s", got)
		}
		got := proxies.Client(netip.MustParseAddr("10.0.0.1"), forwarded+", 198.51.100.1")
		if got.String() != "198.51.100.1" {
			t.Fatalf("what stands left of the visitor's hop counted: %s", got)
		}
		if limit.Key(proxies.Client(netip.MustParseAddr("10.0.0.1"), forwarded)) == "" {
			t.Fatal("nobody")
		}
	})
}

func FuzzCheck(f *testing.F) {
	p := prover(newClock())
	w, _ := p.Work("file")
	f.Add(w.Token + ".1")
	f.Add("s.a.b.c.d")
	f.Fuzz(func(t *testing.T, answer string) {
		if p.Check("rate", answer) == nil {
			t.Fatalf("%q was taken", answer)
		}
	})
}

func BenchmarkAsk(b *testing.B) {
	c := newClock()
	one := budget(b, c, 100_000,
		limit.Rule{Scope: limit.Client, Free: hourly(60, 10), Most: hourly(60, 10)},
		limit.Rule{Scope: limit.Place, Free: hourly(600, 100), Most: hourly(60, 10)},
		limit.Rule{Scope: limit.Instance, Free: hourly(1_000_000_000, 1_000_000_000)})
	keys := make([]string, 200_000)
	for i := range keys {
		keys[i] = client(i)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		one.Ask("file", limit.Who{Client: keys[i%len(keys)], Place: "A"}, false)
		i++
	}
}

// BenchmarkKey measures the memory of one remembered key.
func BenchmarkKey(b *testing.B) {
	const keys = 100_000
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		one := budget(b, newClock(), keys, limit.Rule{Scope: limit.Client, Free: hourly(60, 10)})
		for i := range keys {
			one.Ask("file", limit.Who{Client: client(i)}, false)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/keys, "B/key")
		runtime.KeepAlive(one)
	}
}
