package app_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/testkit"
)

// pushService is a push service with one browser behind it: it takes what RFC 8030 and 8292 let it take, and opens it as RFC 8291 has
// the browser open it.
type pushService struct {
	key  *ecdh.PrivateKey
	auth []byte

	mu    sync.Mutex
	asked int
	gone  bool
	told  []map[string]string
	topic map[string]bool // under which was told: of the same a browser shows the last
	wrong []string
}

func newPushService(t *testing.T) (*pushService, string) {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &pushService{key: key, auth: []byte("0123456789abcdef")}
	at := httptest.NewServer(s)
	t.Cleanup(at.Close)
	return s, at.URL
}

func (s *pushService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.gone {
		w.WriteHeader(http.StatusGone)
		return
	}
	body, err := io.ReadAll(r.Body)
	h := r.Header
	if err != nil || r.Method != http.MethodPost || h.Get("TTL") == "" || h.Get("Content-Encoding") != "aes128gcm" || len(body) > 4096 || len(h.Get("Topic")) > 32 || !strings.HasPrefix(h.Get("Authorization"), "vapid t=") {
		s.wrong = append(s.wrong, fmt.Sprint("refused: ", len(body), h))
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	text, err := s.open(body)
	told := map[string]string{}
	if err = errors.Join(err, json.Unmarshal(text, &told)); err != nil {
		s.wrong = append(s.wrong, err.Error())
	}
	s.told = append(s.told, told)
	if s.topic == nil {
		s.topic = map[string]bool{}
	}
	s.topic[h.Get("Topic")] = true
	w.WriteHeader(http.StatusCreated)
}

// open is the browser's side of RFC 8291, section 3.4, and of RFC 8188.
func (s *pushService) open(body []byte) ([]byte, error) {
	if len(body) < 86 || binary.BigEndian.Uint32(body[16:20]) < 18 || body[20] != 65 {
		return nil, errors.New("no header of RFC 8188")
	}
	salt, theirs, sealed := body[:16], body[21:86], body[86:]
	pub, err := ecdh.P256().NewPublicKey(theirs)
	if err != nil {
		return nil, err
	}
	shared, err := s.key.ECDH(pub)
	if err != nil {
		return nil, err
	}
	prk, _ := hkdf.Extract(sha256.New, shared, s.auth)
	ikm, _ := hkdf.Expand(sha256.New, prk, "WebPush: info\x00"+string(s.key.PublicKey().Bytes())+string(theirs), 32)
	prk, _ = hkdf.Extract(sha256.New, ikm, salt)
	key, _ := hkdf.Expand(sha256.New, prk, "Content-Encoding: aes128gcm\x00", 16)
	nonce, _ := hkdf.Expand(sha256.New, prk, "Content-Encoding: nonce\x00", 12)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	padded, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		return nil, err
	}
	text := strings.TrimRight(string(padded), "\x00")
	if !strings.HasSuffix(text, "\x02") {
		return nil, errors.New("not the last record")
	}
	return []byte(text[:len(text)-1]), nil
}

func (s *pushService) times() (asked int, told []map[string]string, wrong []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked, append([]map[string]string{}, s.told...), s.wrong
}

// subscription is what the browser gives to be told at an address.
func (s *pushService) subscription(at string) map[string]string {
	return map[string]string{"endpoint": at, "p256dh": base64.RawURLEncoding.EncodeToString(s.key.PublicKey().Bytes()), "auth": base64.RawURLEncoding.EncodeToString(s.auth), "name": "a"}
}

// leaves has the browser end its subscription.
func (s *pushService) leaves() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = true
}

// byDay lets the desk live at the last ten in the morning, when people are told: behind the other clocks and never before them, for a
// sweep takes up what is older than its own.
func byDay(a *app.App) {
	from := a.Now()
	local := from.In(casework.Vietnam)
	ten := time.Date(local.Year(), local.Month(), local.Day(), 10, 0, 0, 0, casework.Vietnam)
	if ten.After(from) {
		ten = ten.AddDate(0, 0, -1)
	}
	now := a.Now
	a.Desk.Now = func() time.Time { return ten.Add(now().Sub(from)) }
}

// subscribes lets the page subscribe with the push service at an address: a browser without a screen has none of its own. Everything
// else is the page's.
func (s *pushService) subscribes(p phone, at string) {
	p.eval(fmt.Sprintf(`(() => {
		Notification.requestPermission = async () => "granted";
		PushManager.prototype.getSubscription = async () => null;
		PushManager.prototype.subscribe = async (o) => {
			if (!o.userVisibleOnly || o.applicationServerKey.length !== 65 || o.applicationServerKey[0] !== 4) throw new Error("no key");
			return { toJSON: () => ({ endpoint: %q, keys: { p256dh: %q, auth: %q } }) };
		};
		return "";
	})()`, at, base64.RawURLEncoding.EncodeToString(s.key.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(s.auth)))
}

// shows runs the service worker's own code on what came, in a page: what the phone shows, and which page a tap opens.
func shows(p phone, code string, told map[string]string) string {
	given, _ := json.Marshal(told)
	return p.await(fmt.Sprintf(`(async () => {
		const heard = {}, seen = {};
		const self = { addEventListener: (n, f) => { heard[n] = f; }, registration: { showNotification: async (title, o) => { Object.assign(seen, { title, ...o }); } }, clients: { openWindow: async (at) => { seen.at = at; } } };
		(function () { %s
		})();
		const wait = (name, e) => new Promise((done) => heard[name]({ ...e, waitUntil: (w) => w.then(done) }));
		await wait("push", { data: { json: () => (%s) } });
		await wait("notificationclick", { notification: { close() {}, data: seen.data } });
		return [seen.title, seen.body || "", seen.at].join("|");
	})()`, code, given))
}

// TestABrowserIsToldByItsPushService: chosen on the page of the case, told once and in words that say nothing, opened by what the phone
// keeps; a subscription that its service knows no longer ends.
func TestABrowserIsToldByItsPushService(t *testing.T) {
	service, at := newPushService(t)
	r := openAs(t, func(c *app.Config) {
		c.Sweep = 200 * time.Millisecond
		c.PushContact = "mailto:motcua@example.vn"
		c.ChatNets = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	}, func(a *app.App) error { byDay(a); return a.Demo(t.Context(), false) })
	p := newPhone(t, r, testkit.Phone())
	code := caseAt(t, r, "feedback")
	p.open("/t/" + code)
	p.see("button[data-push]")
	service.subscribes(p, at+"/p/1")
	track(t, p, "push")
	here := p.eval("location.pathname")
	p.click("button[data-push]", "#done")
	f, err := r.Desk.Follow(t.Context(), code)
	if err != nil || r.Desk.ReachWay(f.Case) != casework.WayPush || strings.Contains(string(f.Case.Reach), "127.0.0.1") {
		t.Fatalf("%v, told by %q", err, r.Desk.ReachWay(f.Case))
	}
	d := &dossier{running: r, code: code, ref: f.Case.Ref}
	head := r.signIn(t, headOf(t, r, d.ref))
	d.moves(t, head, do("start"))
	until(t, "word to the browser", func() bool { _, told, _ := service.times(); return len(told) == 1 })
	_, told, wrong := service.times()
	if len(wrong) > 0 || told[0]["text"] != r.Words.T("vi", "tell.push") || told[0]["name"] == "" || len(told[0]) != 2 {
		t.Errorf("told %v, wrong %v", told, wrong)
	}
	worker := string(r.call(t, "GET", "/sw.js", nil).Raw)
	if got, want := shows(p, worker, told[0]), r.Words.T("vi", "tell.push")+"||"+here; got != want {
		t.Errorf("the phone shows %q, want %q", got, want)
	}
	if got := shows(p, worker, map[string]string{"name": "khac", "text": "x"}); !strings.HasSuffix(got, "|/t") {
		t.Errorf("a notice the phone knows nothing of opens %q", got)
	}
	service.leaves()
	d.moves(t, head, do("ask_info", "text", "Xin cho biết đèn ở cột số mấy."))
	until(t, "the end of what is gone", func() bool {
		f, err := r.Desk.Follow(t.Context(), code)
		return err == nil && r.Desk.ReachWay(f.Case) == ""
	})
	if asked, told, _ := service.times(); asked != 2 || len(told) != 1 {
		t.Errorf("the service was asked %d times, told %d", asked, len(told))
	}
	for _, secret := range []string{"/p/1", "p256dh"} {
		if strings.Contains(r.Log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}
