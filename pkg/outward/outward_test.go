package outward_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tiepdan/pkg/outward"
)

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	for address, public := range map[string]bool{
		"1.1.1.1": true, "113.160.1.1": true, "2606:4700::1111": true,
		"127.0.0.1": false, "127.8.8.8": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false,
		"0.0.0.0": false, "0.1.2.3": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false, "198.18.0.1": false, "192.0.0.8": false,
		"::1": false, "::": false, "fe80::1": false, "fd00::1": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false,
		"::127.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b:1::1": false, "2002:7f00:1::": false, "2001:0:1::": false, "2001:db8::1": false, "fec0::1": false,
	} {
		if got := outward.Public(netip.MustParseAddr(address)); got != public {
			t.Errorf("%s is public: %t", address, got)
		}
	}
}

func TestAddressesAreCheckedBeforeTheyAreKept(t *testing.T) {
	inside := outward.Guard{Nets: []netip.Prefix{netip.MustParsePrefix("10.7.0.0/16")}}
	for address, ok := range map[string][2]bool{ // by the usual guard, by one with a network
		"https://tinh.example.vn/events": {true, true}, "http://tinh.example.vn/events": {false, true}, "https://10.7.1.1/x": {false, true},
		"http://10.7.1.1/x": {false, true}, "http://10.8.1.1/x": {false, false}, "https://10.8.1.1/x": {false, false}, "https://[::1]/x": {false, false}, "http://1.1.1.1/": {false, false},
		"https://u:p@tinh.example.vn/": {false, false}, "https://tinh.example.vn/#x": {false, false}, "ftp://tinh.example.vn/": {false, false}, "https:///x": {false, false},
		"https:tinh.example.vn": {false, false}, "//tinh.example.vn": {false, false}, "": {false, false}, "https://x.vn/" + strings.Repeat("a", 500): {false, false},
	} {
		if got := [2]bool{(outward.Guard{}).Check(address) == nil, inside.Check(address) == nil}; got != ok {
			t.Errorf("%.60s: %v", address, got)
		}
	}
}

// TestWhatStrangersNameHasAPublicName: no number, in whichever writing, and no name of this machine or its house.
func TestWhatStrangersNameHasAPublicName(t *testing.T) {
	inside := outward.Guard{Nets: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for address, ok := range map[string][2]bool{ // by the usual guard, by one with a network
		"https://push.example.net/p": {true, true}, "https://push.example.net.:443/p": {true, true}, "https://push.example.net:22/p": {false, false}, "https://push.example.net:8443/p": {false, false}, "https://push.example.net:0/p": {false, false}, "https://127.0.0.1:9/p": {false, true}, "https://127.0.0.1/p": {false, true}, "http://127.0.0.1:9/p": {false, true},
		"https://1.1.1.1/p": {false, false}, "https://[2606:4700::1111]/p": {false, false}, "https://2130706433/p": {false, false}, "https://0x7f000001/p": {false, false},
		"https://127.1/p": {false, false}, "https://017700000001/p": {false, false}, "https://0x7f.1/p": {false, false}, "https://127.0.0.0x1/p": {false, false},
		"https://localhost/p": {false, false}, "https://LOCALHOST./p": {false, false}, "https://a.localhost/p": {false, false}, "https://db/p": {false, false},
		"https://db.local/p": {false, false}, "https://metadata.google.internal/p": {false, false}, "https://./p": {false, false}, "ftp://push.example.net/p": {false, false},
	} {
		if got := [2]bool{(outward.Guard{}).CheckNamed(address) == nil, inside.CheckNamed(address) == nil}; got != ok {
			t.Errorf("%s: %v", address, got)
		}
	}
}

// TestANameIsJudgedByWhereItLeads: localhost is refused when the connection is made, by https and by http.
func TestANameIsJudgedByWhereItLeads(t *testing.T) {
	called := 0
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called++ }))
	defer s.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), ":")
	other := outward.Guard{Nets: []netip.Prefix{netip.MustParsePrefix("10.7.0.0/16")}}
	for _, g := range []outward.Guard{{}, other} {
		for _, address := range []string{"http://localhost:" + port, "https://localhost:" + port, s.URL, "http://[::1]:" + port, "http://0.0.0.0:" + port, "http://2130706433:" + port} {
			if _, err := g.Client(time.Second).Do(t.Context(), outward.Request{URL: address}); err == nil {
				t.Errorf("%s was reached", address)
			} else if strings.Contains(address, "localhost") && !errors.Is(err, outward.ErrInside) {
				t.Errorf("%s: %v", address, err)
			}
		}
	}
	if called != 0 {
		t.Errorf("called %d times", called)
	}
}

func TestNothingIsFollowedAndAnswersAreBounded(t *testing.T) {
	called := map[string]int{}
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called[r.URL.Path]++
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
		case "/long":
			_, _ = w.Write(make([]byte, 1<<20))
		case "/slow":
			<-r.Context().Done()
		}
	}))
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	g := outward.Guard{Nets: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	c := g.Client(10 * time.Second)
	if a, err := c.Do(t.Context(), outward.Request{URL: s.URL + "/away"}); err != nil || a.Status != http.StatusTemporaryRedirect || called["/there"] != 0 {
		t.Errorf("a redirect: %+v %v, followed %d times", a, err, called["/there"])
	}
	if _, err := c.Do(t.Context(), outward.Request{URL: s.URL + "/long", Most: 1 << 10}); !errors.Is(err, outward.ErrLong) {
		t.Errorf("a long answer: %v", err)
	}
	if a, err := c.Do(t.Context(), outward.Request{URL: s.URL + "/long"}); err != nil || a.Status != 200 || a.Body != nil {
		t.Errorf("an answer nobody reads: %+v %v", a, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := c.Do(ctx, outward.Request{URL: s.URL + "/slow"}); err == nil || strings.Contains(err.Error(), s.URL) {
		t.Errorf("given up: %v", err)
	}
}
