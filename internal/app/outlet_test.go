package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"tiepdan/internal/app"
	"tiepdan/internal/outlet"
	"tiepdan/internal/testkit"
)

// hearer is the program of another body that is told of events.
type hearer struct {
	mu     sync.Mutex
	secret string
	events []outlet.Event
	forged int
	fail   int // how many are refused first
}

func (h *hearer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fail > 0 {
		h.fail--
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	var e outlet.Event
	if r.Header.Get(outlet.HeaderSignature) != outlet.Sign(h.secret, r.Header.Get(outlet.HeaderTime), raw) || json.Unmarshal(raw, &e) != nil {
		h.forged++
	}
	h.events = append(h.events, e)
}

func (h *hearer) types() (out []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.events {
		out = append(out, strings.TrimPrefix(e.Type, outlet.TypePrefix))
	}
	return out
}

var secretShown = regexp.MustCompile(`<code>(tdwh_[^<]+)</code>`)

// TestProgramsOfOthersAreTold on the event servers of the repository's own configuration: an administrator enters a receiver, whose
// secret is shown once; it hears of a letter's steps, signed, and nothing of a denunciation; who listens on NATS hears the same and
// can do nothing else.
func TestProgramsOfOthersAreTold(t *testing.T) {
	servers, addresses := testkit.NATSCluster(t, "../../deployments/nats/nats.conf")
	r := open(t, func(c *app.Config) {
		c.NATS, c.NATSCopies, c.EventNets, c.Sweep = addresses, len(servers), []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, 200*time.Millisecond
	})
	outside := eavesdrop(t, strings.Replace(servers[0].URL, "tiepdan:secret", "events:heard", 1))
	h := &hearer{fail: 1}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)

	admin := r.formsAs(t, "nhatcm")
	const path = "/staff/admin/receivers"
	if status, body := admin.post(t, path, path, "name", "IOC", "url", "https://127.0.0.1.nip.example/#x"); status != http.StatusUnprocessableEntity || !strings.Contains(body, `value="IOC"`) {
		t.Errorf("a wrong address: %d", status)
	}
	status, body := admin.post(t, path, path, "name", "Trung tâm IOC", "url", s.URL, "once", "loaded-again")
	shown := secretShown.FindStringSubmatch(body)
	if status != http.StatusOK || shown == nil {
		t.Fatalf("entered: %d %s", status, body)
	}
	h.secret = shown[1]
	if _, again := admin.post(t, path, path, "name", "Trung tâm IOC", "url", s.URL, "once", "loaded-again"); secretShown.MatchString(again) {
		t.Error("loaded again, it is entered twice")
	}
	rs, err := r.Store.Receivers(t.Context())
	if err != nil || len(rs) != 1 || bytes.Contains(rs[0].Secret, []byte(shown[1])) {
		t.Fatalf("kept: %v %v", rs, err)
	}
	page := path + "/" + rs[0].ID
	if _, body := admin.get(t, page); strings.Contains(body, shown[1]) {
		t.Error("the secret is shown again")
	}

	d := r.begin(t, "/api/v1/cases", map[string]any{"kind": "feedback", "counter": r.counterToken(t, "quay-1"), "category": "roads", "subject": "Đường hỏng", "body": "Đường trước chợ hỏng nặng."})
	sealed := r.call(t, "POST", "/api/v1/cases", map[string]any{"kind": "denunciation", "counter": r.counterToken(t, "quay-1"), "subject": "Tố cáo", "body": "Ông A nhận tiền.", "anonymous": true})
	head := r.signIn(t, holderOf(t, d))
	d.moves(t, head, do("start"), do("answer", "text", "Đã vá đường.", "outcome", "resolved"))
	until(t, "two events", func() bool { return len(h.types()) >= 2 })
	if got := h.types(); !slices.Contains(got, "case.started") || !slices.Contains(got, "case.answered") || h.forged != 0 {
		t.Errorf("heard %v, %d with a wrong signature", got, h.forged)
	}
	until(t, "the same on NATS", func() bool { return len(outside.all()) >= 2 })
	for _, raw := range outside.all() {
		if sealedRef, _ := sealed.JSON["reference"].(string); bytes.Contains(raw, []byte(sealedRef)) || bytes.Contains(raw, []byte("denunciation")) {
			t.Errorf("heard of a denunciation: %s", raw)
		}
	}
	until(t, "the page", func() bool { _, body := admin.get(t, page); return strings.Count(body, "Đã nhận") >= 2 })
	if status, body := admin.post(t, page, page+"/again/"+h.events[0].ID); status != http.StatusOK || !strings.Contains(body, "case.started") {
		t.Errorf("again: %d", status)
	}
	until(t, "it again", func() bool { return len(h.types()) >= 3 })
	if status, _ := r.formsAs(t, holderOf(t, d)).get(t, page); status != http.StatusForbidden {
		t.Errorf("a head looks at the page: %d", status)
	}
}

// holderOf is the sign-in of whoever has the case.
func holderOf(t *testing.T, d *dossier) string {
	t.Helper()
	o, err := d.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, _ := o.Staff(d.kept(t).Assignee)
	return who.Username
}

// outsider listens on NATS as the account that the repository documents.
type outsider struct {
	mu  sync.Mutex
	got [][]byte
}

func (o *outsider) all() [][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.got)
}

// eavesdrop hears what the account may hear, and tries what it may not.
func eavesdrop(t *testing.T, url string) *outsider {
	t.Helper()
	refused := make(chan error, 16)
	conn, err := nats.Connect(url, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	o := &outsider{}
	if _, err := conn.Subscribe("tiepdan_events.>", func(m *nats.Msg) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.got = append(o.got, m.Data)
	}); err != nil {
		t.Fatal(err)
	}
	tries := 0
	for _, subject := range []string{"tiepdan.>", "tiepdan.case.received", ">", "$JS.>", "_INBOX.>", "tiepdan_live.>"} {
		tries++
		if _, err := conn.SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
	}
	for _, subject := range []string{"tiepdan.case.received", "tiepdan_events.case.answered", "tiepdan_live.x", "$JS.API.STREAM.PURGE.TIEPDAN", "$JS.API.STREAM.NAMES", "_INBOX.x"} {
		tries++
		if err := conn.PublishRequest(subject, "tiepdan_events.x", []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	for range tries {
		select {
		case err := <-refused:
			if !strings.Contains(strings.ToLower(err.Error()), "permissions violation") {
				t.Errorf("refused by %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("something was not refused")
		}
	}
	return o
}
