package mailer_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/mailer"
)

// silent is a mail server that takes the whole message and then says nothing any more; heard is closed when it has the message, gone when
// its client hung up.
func silent(t *testing.T) (addr string, heard, gone <-chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	has, left := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		say := func(s string) { _, _ = fmt.Fprintf(conn, "%s\r\n", s) }
		say("220 test")
		data := false
		for in := bufio.NewScanner(conn); in.Scan(); {
			switch line := in.Text(); {
			case data && line == ".":
				close(has) // and no answer
			case data:
			case strings.HasPrefix(line, "EHLO"):
				say("250 test")
			case line == "DATA":
				data = true
				say("354 go on")
			default:
				say("250 ok")
			}
		}
	}()
	return l.Addr().String(), has, left
}

// TestASilentMailServerHoldsNobodyUp: the program ends while the server owes its answer; the line is cut long before the time that a
// conversation may take.
func TestASilentMailServerHoldsNobodyUp(t *testing.T) {
	addr, heard, gone := silent(t)
	s, err := mailer.Parse("smtp://"+addr, "xa.example")
	if err != nil {
		t.Fatal(err)
	}
	s.Grace(time.Millisecond)
	ctx, stop := context.WithCancel(t.Context())
	line, err := s.Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	go func() { <-heard; stop() }()
	err = line.Send(mailer.Message{ID: "1@xa.example", From: "motcua@xa.example", Return: "motcua@xa.example", To: "dan@example.vn", Subject: "x", Text: "x", At: time.Now()})
	if !errors.Is(err, mailer.ErrBroken) {
		t.Error(err)
	}
	select {
	case <-gone: // cut, and not waited for
	case <-time.After(20 * time.Second):
		t.Error("the line is still open")
	}
	_ = line.Close()
}
