package webpush_test

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tiepdan/pkg/outward"
	"tiepdan/pkg/webpush"
)

func raw(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// example is the subscription of RFC 8291, section 5.
var example = webpush.Subscription{
	Endpoint: "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
	P256dh:   "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
	Auth:     "BTBZMqHH6r4Tts7J_aSIgg",
}

// TestSealsAsTheDocumentSays: the example of RFC 8291, section 5 and appendix A, to the last byte.
func TestSealsAsTheDocumentSays(t *testing.T) {
	own, err := ecdh.P256().NewPrivateKey(raw(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := example.Seal([]byte("When I grow up, I want to be a watermelon"), 0, own, raw(t, "DGv6ra1nlYgDCS1FRnbzlw"))
	want := "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	if err != nil || base64.RawURLEncoding.EncodeToString(got) != want {
		t.Errorf("%s %v", base64.RawURLEncoding.EncodeToString(got), err)
	}
}

var now = time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)

func sender(t *testing.T, g outward.Guard) *webpush.Sender {
	t.Helper()
	kept, err := webpush.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := webpush.ReadKey(kept)
	if err != nil {
		t.Fatal(err)
	}
	return &webpush.Sender{Key: key, Contact: "mailto:motcua@example.vn", Guard: g, Client: g.Client(5 * time.Second), Now: func() time.Time { return now }}
}

// TestSaysWhoSends as RFC 8292 does, for that service and half a day alone; all messages of a size are as long.
func TestSaysWhoSends(t *testing.T) {
	var got []*http.Request
	var sizes []int64
	status := http.StatusCreated
	at := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, sizes = append(got, r), append(sizes, r.ContentLength)
		w.WriteHeader(status)
	}))
	t.Cleanup(at.Close)
	pool := at.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	s := sender(t, outward.Guard{Nets: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, TLS: &tls.Config{RootCAs: pool}})
	sub := example
	sub.Endpoint = at.URL + "/p/1"
	for _, text := range []string{"a", strings.Repeat("b", 100)} {
		if err := s.Send(t.Context(), sub, webpush.Message{Text: []byte(text), Topic: "abc", For: time.Hour, Size: 200}); err != nil {
			t.Fatal(err)
		}
	}
	if sizes[0] != sizes[1] || sizes[0] > 4096 {
		t.Errorf("sizes %v", sizes)
	}
	h := got[0].Header
	if h.Get("Content-Encoding") != "aes128gcm" || h.Get("Ttl") != "3600" || h.Get("Topic") != "abc" {
		t.Errorf("%v", h)
	}
	token, key, ok := strings.Cut(strings.TrimPrefix(h.Get("Authorization"), "vapid t="), ", k=")
	public, err := s.Public()
	if !ok || err != nil || key != public {
		t.Fatalf("%q %v", h.Get("Authorization"), err)
	}
	parts := strings.Split(token, ".")
	pub, err := ecdsa.ParseUncompressedPublicKey(s.Key.Curve, raw(t, key))
	if err != nil {
		t.Fatal(err)
	}
	sig, sum := raw(t, parts[2]), sha256.Sum256([]byte(parts[0]+"."+parts[1]))
	if len(sig) != 64 || !ecdsa.Verify(pub, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])) {
		t.Error("not signed by the key it names")
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(raw(t, parts[1]), &claims); err != nil || claims.Aud != at.URL || claims.Sub != s.Contact || claims.Exp <= now.Unix() || claims.Exp > now.Add(24*time.Hour).Unix() {
		t.Errorf("%+v %v", claims, err)
	}
	for st, gone := range map[int]bool{404: true, 410: true, 429: false, 500: false, 302: false} {
		status = st
		if err := s.Send(t.Context(), sub, webpush.Message{}); err == nil || errors.Is(err, webpush.ErrGone) != gone {
			t.Errorf("%d: %v", st, err)
		}
	}
}

// TestReadsWhatBrowsersGive and nothing that leads inside or is no key.
func TestReadsWhatBrowsersGive(t *testing.T) {
	s := sender(t, outward.Guard{})
	for name, c := range map[string]struct {
		change func(*webpush.Subscription)
		ok     bool
	}{
		"as it is":                  {func(*webpush.Subscription) {}, true},
		"this machine":              {func(s *webpush.Subscription) { s.Endpoint = "https://127.0.0.1/p" }, false},
		"cloud data":                {func(s *webpush.Subscription) { s.Endpoint = "https://169.254.169.254/p" }, false},
		"without TLS":               {func(s *webpush.Subscription) { s.Endpoint = "http://push.example.net/p" }, false},
		"this machine by name":      {func(s *webpush.Subscription) { s.Endpoint = "https://localhost:1/p" }, false},
		"a number":                  {func(s *webpush.Subscription) { s.Endpoint = "https://2130706433/p" }, false},
		"a name of the house":       {func(s *webpush.Subscription) { s.Endpoint = "https://intranet/p" }, false},
		"an address without a name": {func(s *webpush.Subscription) { s.Endpoint = "https://113.160.1.1/p" }, false},
		"with a user":               {func(s *webpush.Subscription) { s.Endpoint = "https://a@push.example.net/p" }, false},
		"no point":                  {func(s *webpush.Subscription) { s.P256dh = "B" + strings.Repeat("A", 86) }, false},
		"short secret":              {func(s *webpush.Subscription) { s.Auth = "BTBZ" }, false},
		"a name as long":            {func(s *webpush.Subscription) { s.Name = strings.Repeat("a", 41) }, false},
	} {
		sub := example
		c.change(&sub)
		given, err := json.Marshal(sub)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Read(string(given)); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	inside := example
	inside.Endpoint = "https://localhost:1/p"
	if err := s.Send(t.Context(), inside, webpush.Message{}); !errors.Is(err, webpush.ErrGone) {
		t.Errorf("a name that leads inside: %v", err)
	}
}
