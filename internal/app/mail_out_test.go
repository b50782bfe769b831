package app_test

import (
	"bytes"
	"io"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/mailin"
)

// arrived is a mail as the server of the other side has it.
type arrived struct {
	*mailin.Mail
	From, To string
	Raw      string
}

// server is a mail server that keeps what it is handed.
type server struct {
	mu   sync.Mutex
	got  []arrived
	from string
	to   string

	hangsUp bool         // on the next message, once
	refuses atomic.Value // all mail: at "sender" or at "relay"
	conn    *smtp.Conn
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.conn = c
	return s, nil
}
func (s *server) Reset()        {}
func (s *server) Logout() error { return nil }
func (s *server) Mail(from string, _ *smtp.MailOptions) error {
	if s.refuses.Load() == "sender" {
		return &smtp.SMTPError{Code: 553, EnhancedCode: smtp.NoEnhancedCode, Message: "sender not allowed"}
	}
	s.from = from
	return nil
}

func (s *server) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "gone@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	if s.refuses.Load() == "relay" {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.NoEnhancedCode, Message: "Relay access denied"}
	}
	s.to = to
	return nil
}

func (s *server) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mailin.Read(raw, mailin.Own{})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hangsUp {
		s.hangsUp = false
		return s.conn.Close()
	}
	s.got = append(s.got, arrived{m, s.from, s.to, string(raw)})
	return nil
}

func (s *server) all() []arrived {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// serve answers on the address until the test ends.
func (s *server) serve(t *testing.T, address string) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	srv := smtp.NewServer(s)
	srv.Domain = "mx.example.vn"
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
}

// freeAddress is an address where nobody listens yet.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

var trackLink = regexp.MustCompile(`http\S+/t#(\S+)`)

// TestWhoWroteByMailIsToldByMail: a receipt with his link, once, also when the mail server was away; then each step that matters, and
// an answer to any of them joins the case. A denouncer gets his receipt in neutral words and nothing after it.
func TestWhoWroteByMailIsToldByMail(t *testing.T) {
	address := freeAddress(t)
	r, socket := byLMTP(t, func(c *app.Config) { c.SMTP, c.Sweep = "smtp://"+address, 200*time.Millisecond })
	for _, name := range []string{"plain-utf8", "plain-utf8", "denunciation-file-name"} {
		if err := deliver(t, socket, "vo.be@example.vn", sample(t, name), mailbox); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "the log to say that the server is away", func() bool { return strings.Contains(r.Log.String(), "sweep=mail") })
	s := &server{}
	s.serve(t, address)
	until(t, "two receipts", func() bool { return len(s.all()) >= 2 })
	for _, m := range s.all() {
		checkReceipt(t, r, m)
	}

	c := openMailCase(t, r)
	answerByMail(t, r, c)
	if hour := time.Now().In(casework.Vietnam).Hour(); hour >= 7 && hour < 21 {
		until(t, "the answer's mail", func() bool { return len(s.all()) >= 3 })
		if m := s.all()[2]; !strings.Contains(m.Subject, c.Ref) || strings.Contains(m.Raw, "Đã sửa đèn") || trackLink.MatchString(m.Text) {
			t.Errorf("the answer's mail: %s", m.Raw)
		}
	}
	reply := bytes.ReplaceAll(sample(t, "reply-gmail"), []byte("<our1@thangan.example>"), []byte("<"+s.all()[0].ID+">"))
	if err := deliver(t, socket, "vo.be@example.vn", reply, s.all()[0].From); err != nil {
		t.Fatal(err)
	}
	if n := len(mailCases(t, r)); n != 2 {
		t.Errorf("an answer made a case: %d", n)
	}
}

// checkReceipt reads a receipt as its receiver does.
func checkReceipt(t *testing.T, r *running, m arrived) {
	t.Helper()
	link := trackLink.FindStringSubmatch(m.Text)
	if m.To != "vo.be@example.vn" || m.Class != mailin.Automatic && m.Class != mailin.Loop || link == nil || !strings.HasPrefix(m.From, "gopy+") {
		t.Fatalf("receipt: %+v", m)
	}
	f, err := r.Desk.Follow(t.Context(), link[1])
	if err != nil {
		t.Fatal(err)
	}
	told := strings.Contains(m.Raw, f.Case.Ref)
	if f.Case.Kind.Secret() == told || strings.Contains(m.Text, "Đèn đường") || strings.Contains(strings.ToLower(m.Text+m.Subject), "tố cáo") {
		t.Errorf("a receipt of %s says %q %q", f.Case.Kind, m.Subject, m.Text)
	}
	if f.Case.Kind.Secret() && len(f.Case.Reach) > 0 {
		t.Error("a denouncer's address is kept to write to")
	}
}

func openMailCase(t *testing.T, r *running) *casework.Case {
	t.Helper()
	for _, c := range mailCases(t, r) {
		if !c.Kind.Secret() {
			return c
		}
	}
	t.Fatal("no case")
	return nil
}

// answerByMail gives the case to a unit and has its head answer it.
func answerByMail(t *testing.T, r *running, c *casework.Case) {
	t.Helper()
	o, err := r.Store.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	until(t, "triage", func() bool { return openMailCase(t, r).State == law.Triage })
	for _, move := range []string{"assign", "answer"} {
		now := openMailCase(t, r)
		done := false
		for _, who := range o.AllStaff() {
			for _, m := range casework.Offers(o, who, now, r.Now()) {
				if m.Name != move || done {
					continue
				}
				args := map[string]string{"text": "Đã sửa đèn.", "outcome": "resolved"}
				if move == "assign" {
					args = map[string]string{"unit": "kinh-te"}
					for _, u := range o.Units() {
						if u.Head != "" && !u.Authority {
							args["unit"] = u.ID
						}
					}
				}
				_, err := r.Desk.Move(t.Context(), who, casework.Order{Ref: now.Ref, Rev: now.Rev(), Move: move, Args: args})
				done = err == nil
			}
		}
		if !done {
			t.Fatalf("nobody could %s", move)
		}
	}
}
