// Package outward makes requests to addresses that people typed or that a message named: to the public Internet by TLS alone. This
// machine, its own network and whatever else is not public is refused when the connection is made, after the name was looked up, so
// that no name leads there. Nothing is followed elsewhere.
package outward

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Guard says what may be reached. Its zero value reaches public addresses by https alone.
type Guard struct {
	// Nets may be reached although they are not public, and by http too.
	Nets []netip.Prefix
	// TLS is what connections are made with; nil means the usual.
	TLS *tls.Config
}

// The errors of addresses.
var (
	ErrAddress = errors.New("not an address that may be reached")
	ErrInside  = errors.New("the name leads to an address that may not be reached")
)

// maxURL bounds an address in bytes.
const maxURL = 500

// Check says what is wrong with an address before anybody asks for it: it must be https, or http where a network is named, with
// a host, and without a user, a password or a fragment.
func (g Guard) Check(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || len(address) > maxURL || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "":
		return ErrAddress
	case u.Scheme != "https" && (u.Scheme != "http" || len(g.Nets) == 0):
		return ErrAddress
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !g.may(ip, u.Scheme == "http") {
		return ErrInside
	}
	return nil
}

// CheckNamed is Check for an address that programs of strangers give: besides, its host must have a name as services on the Internet
// have and be asked at the port of https; no number stands for one, and no other port is asked, but in a network of the guard.
func (g Guard) CheckNamed(address string) error {
	if err := g.Check(address); err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return ErrAddress
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		if !slices.ContainsFunc(g.Nets, func(n netip.Prefix) bool { return n.Contains(ip.Unmap().WithZone("")) }) {
			return ErrInside
		}
		return nil
	}
	if port := u.Port(); port != "" && port != "443" {
		return ErrAddress
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == host || last == "" || slices.Contains(apartNames, last) || last[0] >= '0' && last[0] <= '9' { // 127.1 and 0x7f.1 are read as numbers by some
		return ErrInside
	}
	return nil
}

// apartNames are the ends of names that stand for no public service: RFC 6761, 6762, 8375 and what the root reserves.
var apartNames = []string{"localhost", "local", "internal", "test", "example", "invalid", "onion", "arpa", "lan", "home", "corp"}

// may reports whether an address may be dialled.
func (g Guard) may(ip netip.Addr, plain bool) bool {
	ip = ip.Unmap().WithZone("")
	for _, n := range g.Nets {
		if n.Contains(ip) {
			return true
		}
	}
	return !plain && Public(ip)
}

// apart are the blocks that no public service stands in, besides those that net/netip knows: RFC 6890 and what carries an IPv4
// address inside an IPv6 one.
var apart = func() (out []netip.Prefix) {
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}()

// Public reports whether the address is one of the public Internet.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, p := range apart {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// Client makes requests through the guard.
type Client struct{ http *http.Client }

// The bounds of one request.
const (
	dialTime   = 5 * time.Second
	maxHeader  = 32 << 10
	drainBytes = 64 << 10
)

// Client builds the client; within is the time that one request may take in all.
func (g Guard) Client(within time.Duration) *Client {
	return &Client{&http.Client{
		Timeout: within, Transport: byScheme{plain: g.transport(true), sealed: g.transport(false)},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// byScheme keeps what may be reached by http apart from what may be reached by https.
type byScheme struct{ plain, sealed *http.Transport }

// RoundTrip makes one request.
func (b byScheme) RoundTrip(r *http.Request) (*http.Response, error) {
	switch r.URL.Scheme {
	case "https":
		return b.sealed.RoundTrip(r)
	case "http":
		return b.plain.RoundTrip(r)
	}
	return nil, ErrAddress
}

func (g Guard) transport(plain bool) *http.Transport {
	d := &net.Dialer{Timeout: dialTime, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !g.may(at.Addr(), plain) {
			return ErrInside
		}
		return nil
	}}
	return &http.Transport{
		DialContext: d.DialContext, TLSClientConfig: g.TLS, TLSHandshakeTimeout: dialTime, MaxResponseHeaderBytes: maxHeader,
		DisableKeepAlives: true, ForceAttemptHTTP2: true,
	}
}

// Request is one request.
type Request struct {
	Method string // empty means POST
	URL    string
	Header http.Header
	Body   []byte
	Most   int64 // bytes of the answer that are read; 0 reads none of it
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // up to Request.Most; what is longer is ErrLong
}

// ErrLong says that an answer was longer than what was asked for.
var ErrLong = errors.New("answer is too long")

// Do makes a request and answers whatever came back, also a redirect, which is not followed.
func (c *Client) Do(ctx context.Context, in Request) (Answer, error) {
	if in.Method == "" {
		in.Method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, in.Method, in.URL, bytes.NewReader(in.Body))
	if err != nil {
		return Answer{}, ErrAddress // its own words hold the address
	}
	maps.Copy(r.Header, in.Header)
	resp, err := c.http.Do(r)
	if err != nil {
		return Answer{}, said(err)
	}
	defer resp.Body.Close()
	out := Answer{Status: resp.StatusCode, Header: resp.Header}
	if in.Most == 0 {
		_, _ = io.CopyN(io.Discard, resp.Body, drainBytes) // nobody reads it
		return out, nil
	}
	if out.Body, err = io.ReadAll(io.LimitReader(resp.Body, in.Most+1)); err != nil {
		return Answer{}, said(err)
	}
	if int64(len(out.Body)) > in.Most {
		return Answer{}, ErrLong
	}
	return out, nil
}

// said is an error without the address, which may be a secret.
func said(err error) error {
	if errors.Is(err, ErrInside) {
		return ErrInside
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return fmt.Errorf("no answer in time: %w", context.DeadlineExceeded)
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("not reached: %w", &net.OpError{Op: e.Op, Net: e.Net, Err: e.Err})
	}
	return fmt.Errorf("not reached: %w", err)
}

// Anywhere is the guard for addresses that come from settings: whoever runs the program may name any, by http too.
func Anywhere() Guard {
	return Guard{Nets: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}}
}

// NotSent reports whether a request surely did not go out: nothing was connected to.
func NotSent(err error) bool {
	if errors.Is(err, ErrAddress) || errors.Is(err, ErrInside) {
		return true
	}
	e, ok := errors.AsType[*net.OpError](err)
	return ok && e.Op == "dial"
}
