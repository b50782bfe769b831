package web

import (
	"context"
	"io"
	"net"
	"testing"
	"time"
)

// TestNobodyHoldsUpTheEnd: a request that never becomes whole is cut off, and is no mistake of the end.
func TestNobodyHoldsUpTheEnd(t *testing.T) {
	st := newStand(t)
	st.Ending = 50 * time.Millisecond
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- st.Serve(ctx, l) }()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if status, _ := raw(t, l.Addr().String(), "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"); status != 200 {
		t.Fatal(status)
	}
	if _, err := io.WriteString(conn, "POST /api/v1/cases HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("a half-sent request: %v", err)
	}
}
