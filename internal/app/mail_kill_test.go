package app_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/testkit"
)

// TestAMailWhoseAcknowledgementNeverCameIsOneCase: the program is killed right after the message, when it begins to write, and when
// it has answered and nobody heard it. The mail server brings the message again, and there is one case of each.
func TestAMailWhoseAcknowledgementNeverCameIsOneCase(t *testing.T) {
	addr := testkit.FreeAddr(t)
	p := testkit.NewProgram(t, "TIEPDAN_LMTP="+addr, "TIEPDAN_MAIL_ADDRESS="+mailbox, "TIEPDAN_SWEEP=1s")
	p.Start(t, "demo")
	wal := filepath.Join(p.Data, "tiepdan.db-wal")
	moments := []func(c net.Conn, was time.Time){
		func(net.Conn, time.Time) {},
		func(_ net.Conn, was time.Time) {
			until(t, "the first write", func() bool { return !changed(wal).Equal(was) })
		},
		func(c net.Conn, _ time.Time) {
			if _, err := c.Read(make([]byte, 1)); err != nil {
				t.Error(err)
			}
		},
	}
	const rounds = 6 // each moment twice
	for i := range rounds {
		raw, was := numbered(i), changed(wal)
		conn := talk(t, addr, string(raw))
		moments[i%len(moments)](conn, was)
		p.Kill(t)
		_ = conn.Close() // the other side is gone
		p.Start(t, "serve")
		for range 2 {
			if err := deliverTo(t, addr, raw); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.Kill(t)
	checkNumbered(t, p.Data, rounds)
}

func changed(path string) time.Time {
	st, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return st.ModTime()
}

func numbered(i int) []byte {
	return fmt.Appendf(nil, "From: be@example.vn\r\nMessage-ID: <kill%d@x>\r\nSubject: Kill %d\r\n\r\nĐèn số %d tắt.\r\n", i, i, i)
}

func deliverTo(t *testing.T, addr string, raw []byte) error {
	t.Helper()
	conn := talk(t, addr, string(raw))
	defer conn.Close()
	buf := make([]byte, 512)
	n, err := conn.Read(buf)
	if err == nil && !strings.HasPrefix(string(buf[:n]), "250") {
		err = fmt.Errorf("answered %s", buf[:n])
	}
	return err
}

// talk says everything up to the dot that ends the message, and leaves what is answered to it unread.
func talk(t *testing.T, addr, message string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	answers := textproto.NewReader(bufio.NewReader(conn))
	for _, line := range []string{"", "LHLO mx\r\n", "MAIL FROM:<be@example.vn>\r\n", "RCPT TO:<" + mailbox + ">\r\n", "DATA\r\n"} {
		if _, err := conn.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		if code, said, err := answers.ReadResponse(0); err != nil || code >= 400 {
			t.Fatalf("%q: %d %s %v", line, code, said, err)
		}
	}
	if _, err := conn.Write([]byte(message + ".\r\n")); err != nil {
		t.Fatal(err)
	}
	return conn
}

// casesLeft opens what a program left and counts the cases of a channel by their subjects.
func casesLeft(t *testing.T, data, channel string) map[string]int {
	t.Helper()
	cfg, err := app.FromEnv("127.0.0.1:0", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	cases := map[string]int{}
	if err := a.Store.EachCase(t.Context(), func(c *casework.Case) error {
		if c.Channel == channel {
			cases[c.Subject]++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return cases
}

// checkNumbered counts the cases of each message that the program left.
func checkNumbered(t *testing.T, data string, want int) {
	t.Helper()
	cases := casesLeft(t, data, casework.ByMail)
	for i := range want {
		if n := cases[fmt.Sprintf("Kill %d", i)]; n != 1 {
			t.Errorf("message %d is %d cases", i, n)
		}
	}
}
