package app_test

import (
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
)

// TestAMailServerIsAwayForADay: what is due waits whole, costs no try, and is in the log again. When the server is there every
// receipt and every step goes out once, that on which it hung up too, which alone waits for its next try, and nothing a second time
// however long one waits.
func TestAMailServerIsAwayForADay(t *testing.T) {
	address, socket := freeAddress(t), filepath.Join(t.TempDir(), "s")
	var ahead atomic.Int64
	r := openAs(t, func(c *app.Config) {
		c.MailAddress, c.LMTP, c.SMTP, c.Sweep = mailbox, "unix:"+socket, "smtp://"+address, 200*time.Millisecond
	}, func(a *app.App) error {
		byDay(a)
		desk := a.Desk.Now
		a.Desk.Now = func() time.Time { return desk().Add(time.Duration(ahead.Load())) }
		a.Now = a.Desk.Now
		return a.Demo(t.Context(), false)
	})
	until(t, "the socket", func() bool {
		conn, err := net.Dial("unix", socket)
		return err == nil && conn.Close() == nil
	})
	const letters = 8
	write := func(i int) {
		if err := deliver(t, socket, "be@example.vn", numbered(i), mailbox); err != nil {
			t.Fatal(err)
		}
	}
	write(0)
	answerByMail(t, r, openMailCase(t, r))
	for i := 1; i < letters; i++ {
		write(i)
	}
	away := func() int { return strings.Count(r.Log.String(), "sweep=mail ") }
	until(t, "the log to say that the server is away", func() bool { return away() > 0 })
	was := away()
	ahead.Add(int64(24 * time.Hour))
	until(t, "the log to say it again a day later", func() bool { return away() > was })
	checkWaiting(t, r, letters+1)

	s := &server{hangsUp: true}
	s.serve(t, address)
	until(t, "the hang-up", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return !s.hangsUp
	})
	until(t, "all but what it hung up on", func() bool { return len(s.all()) >= letters })
	ahead.Add(int64(3 * time.Minute))
	until(t, "what it hung up on", func() bool { return len(s.all()) >= letters+1 })
	ahead.Add(int64(48 * time.Hour))
	write(letters)
	until(t, "the receipt of one more letter", func() bool { return len(s.all()) >= letters+2 })
	times := map[string]int{}
	for _, m := range s.all() {
		times[m.ID]++
	}
	if len(times) != letters+2 || len(s.all()) != letters+2 {
		t.Errorf("%d mails of %d notices, each once was wanted of %d: %v", len(s.all()), len(times), letters+2, times)
	}
	checkWaiting(t, r, 0)
}

// TestAServerThatRefusesTheOfficeLosesNoMail: it refuses the sender's address, or to pass mail on. All waits, no try is counted, and the log
// says what to look at, until somebody has mended it.
func TestAServerThatRefusesTheOfficeLosesNoMail(t *testing.T) {
	for _, at := range []string{"sender", "relay"} {
		t.Run(at, func(t *testing.T) {
			address, socket := freeAddress(t), filepath.Join(t.TempDir(), "s")
			s := &server{}
			s.refuses.Store(at)
			s.serve(t, address)
			r := openAs(t, func(c *app.Config) {
				c.MailAddress, c.LMTP, c.SMTP, c.Sweep = mailbox, "unix:"+socket, "smtp://"+address, 200*time.Millisecond
			}, func(a *app.App) error {
				byDay(a)
				return a.Demo(t.Context(), false)
			})
			until(t, "the socket", func() bool {
				conn, err := net.Dial("unix", socket)
				return err == nil && conn.Close() == nil
			})
			for i := range 3 {
				if err := deliver(t, socket, "be@example.vn", numbered(i), mailbox); err != nil {
					t.Fatal(err)
				}
			}
			until(t, "the log to say that the office is refused", func() bool { return strings.Contains(r.Log.String(), "refuses all mail of this office (55") })
			s.refuses.Store("")
			until(t, "all three, none of which rests after a try", func() bool { return len(s.all()) == 3 })
		})
	}
}

// checkWaiting counts the mails that wait, none of which was tried.
func checkWaiting(t *testing.T, r *running, want int) {
	t.Helper()
	var due []*casework.Dispatch
	until(t, "the outbox", func() bool {
		var err error
		if due, err = r.Store.DueDispatches(t.Context(), casework.WayMail, r.Now().AddDate(1, 0, 0), 100); err != nil {
			t.Fatal(err)
		}
		return len(due) == want
	})
	for _, x := range due {
		if x.Tries != 0 {
			t.Errorf("%s was tried %d times by a server that is away", x.Step, x.Tries)
		}
	}
}
