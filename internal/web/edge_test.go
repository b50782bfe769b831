package web

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// served runs the stand's server on a real socket and returns its address.
func (st *stand) served(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- st.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return l.Addr().String()
}

// raw sends bytes as they are and returns the status of the first answer, and whether the connection was closed after it.
func raw(t *testing.T, addr, request string) (status int, closed bool) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("%q: %v", request, err)
	}
	defer resp.Body.Close()
	return resp.StatusCode, resp.Close
}

func TestRequestsThatTwoReadersTakeDifferentlyAreRefused(t *testing.T) {
	addr := newStand(t).served(t)
	const head = "POST /api/v1/ratings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
	for name, request := range map[string]string{
		"a length and chunks":         head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"chunks and a length":         head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
		"two lengths":                 head + "Content-Length: 2\r\nContent-Length: 5\r\n\r\n{}   ",
		"the same length twice":       head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
		"a list of lengths":           head + "Content-Length: 2, 2\r\n\r\n{}",
		"a length with a sign":        head + "Content-Length: +2\r\n\r\n{}",
		"another encoding":            head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"identity":                    head + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
		"chunked behind a tab of old": head + "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
		"chunked twice":               head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a folded line":               "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n",
		"a folded framing line":       head + "Content-Length:\r\n 2\r\n\r\n{}",
		"bare line ends":              "GET / HTTP/1.1\r\nHost: a\nX-A: b\n\r\n",
		"a bare carriage return":      "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\rc\r\n\r\n",
		"a space before the colon":    "GET / HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n",
		"two hosts":                   "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"no host":                     "GET / HTTP/1.1\r\nX-A: b\r\n\r\n",
		"a list of hosts":             "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
		"a name with a control":       "GET / HTTP/1.1\r\nHost: a\r\nX\x01A: b\r\n\r\n",
		"a length hidden behind tabs": head + "Content-Length\t: 2\r\n\r\n{}",
	} {
		if status, closed := raw(t, addr, request); status != http.StatusBadRequest || !closed {
			t.Errorf("%s: %d, closed %v", name, status, closed)
		}
	}
	for name, request := range map[string]string{
		"a plain request":         "GET / HTTP/1.1\r\nHost: a\r\nX-A:b\r\n\r\n",
		"a host with a port":      "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
		"an old client":           "GET / HTTP/1.0\r\n\r\n",
		"one length":              "POST /verify HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
		"chunks":                  "POST /k/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"capitals in the framing": "POST /k/x HTTP/1.1\r\nHOST: a\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n",
	} {
		status, closed := raw(t, addr, request)
		if status == http.StatusBadRequest {
			t.Errorf("%s was refused", name)
		}
		if strings.Contains(strings.ToLower(request), "chunked") && !closed {
			t.Errorf("%s: what comes behind the chunks is read as another request", name)
		}
	}
}

func TestLinksNeverFollowWhatARequestSaysOfItsHost(t *testing.T) {
	st := newStand(t)
	addr := st.served(t)
	headers := []string{"Host", "evil.example", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https", "Forwarded", "host=evil.example"}
	if status, _ := raw(t, addr, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); status != http.StatusOK { // it serves, so it knows its listener
		t.Fatal(status)
	}
	if got := st.trackURL(t, headers...); !strings.HasPrefix(got, "http://"+addr+"/t") {
		t.Errorf("without a configured address the link leads to %s", got)
	}
	st = newStand(t, func(c *Config) { c.BaseURL = "https://tiepdan.example.vn/"; c.Secure = true })
	if got := st.trackURL(t, headers...); !strings.HasPrefix(got, "https://tiepdan.example.vn/t") {
		t.Errorf("with a configured address the link leads to %s", got)
	}
}

// trackURL files a case and returns where its receipt leads.
func (st *stand) trackURL(t *testing.T, header ...string) string {
	t.Helper()
	body := strings.NewReader(`{"kind":"feedback","subject":"Đèn hỏng","body":"Đèn hỏng."}`)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/cases", body)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	resp, err := st.App().Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var receipt struct {
		URL string `json:"track_url"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&receipt); err != nil || resp.StatusCode != http.StatusCreated {
		t.Fatalf("filing: %d %v", resp.StatusCode, err)
	}
	return receipt.URL
}

func TestCookiesBehindTLSCannotBeSetByAnybodyElse(t *testing.T) {
	st := newStand(t, func(c *Config) { c.Secure = true })
	a := st.out().ask(t, http.MethodGet, "/", nil)
	cookie := a.header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-visitor=") || !strings.Contains(cookie, "secure") || !strings.Contains(cookie, "path=/") || strings.Contains(cookie, "domain=") {
		t.Errorf("set %q", cookie)
	}
	if got := a.header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("HSTS %q", got)
	}
	if b := st.ask(t, http.MethodGet, "/staff", nil); b.status != http.StatusSeeOther {
		t.Errorf("a cookie without the prefix opens the staff's pages: %d", b.status)
	}
	plain := newStand(t)
	if a := plain.out().ask(t, http.MethodGet, "/", nil); !strings.HasPrefix(a.header.Get("Set-Cookie"), "visitor=") || a.header.Get("Strict-Transport-Security") != "" {
		t.Errorf("without TLS: %v", a.header)
	}
}
