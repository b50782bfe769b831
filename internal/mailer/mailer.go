// Package mailer hands messages to a mail server. It knows nothing of what they say.
package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// Message is one message to one person.
type Message struct {
	ID      string // the Message-ID, without brackets: the same whenever the same message is sent
	From    string
	Return  string // where answers and what cannot be delivered go
	To      string
	Subject string
	Text    string
	Mark    string // by which we know our own mail again
	At      time.Time
}

// Server is where mail is handed to.
type Server struct {
	host   string
	opts   []mail.Option
	sealed bool          // TLS from the first byte
	grace  time.Duration // what a conversation gets to end when whoever leads it has to go
}

// timeout bounds one conversation with the server.
const timeout = 30 * time.Second

// graceTime is how long a message under way may still take when the program ends: a server that is silent holds nobody up for longer.
const graceTime = 3 * time.Second

// Parse reads smtp://[user:password@]host[:port] or smtps://…. A password never goes over a line in the clear.
func Parse(address, hello string) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("must be smtp://host:port or smtps://host:port")
	}
	port := map[string]int{"smtp": 25, "smtps": 465}[u.Scheme]
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("must have a number as its port")
		}
	}
	s := &Server{host: u.Hostname(), grace: graceTime, sealed: u.Scheme == "smtps", opts: []mail.Option{mail.WithPort(port), mail.WithTimeout(timeout), mail.WithHELO(hello)}}
	password, secret := u.User.Password()
	ip := net.ParseIP(u.Hostname())
	switch {
	case s.sealed:
		s.opts = append(s.opts, mail.WithTLSPolicy(mail.TLSOpportunistic)) // dial has made the line secret already
	case secret && (ip == nil || !ip.IsLoopback()):
		s.opts = append(s.opts, mail.WithTLSPolicy(mail.TLSMandatory))
	case ip != nil && ip.IsLoopback():
		s.opts = append(s.opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		s.opts = append(s.opts, mail.WithTLSPolicy(mail.TLSOpportunistic))
	}
	if secret {
		s.opts = append(s.opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return s, nil
}

// Connect opens a conversation with the server. When ctx ends, the message under way gets a moment more; then the line is cut, also one
// whose server says nothing.
func (s *Server) Connect(ctx context.Context) (*Line, error) {
	l := &Line{}
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := s.dial(ctx, network, addr)
		if err == nil {
			l.hold(ctx, conn, s.grace)
		}
		return conn, err
	}
	var err error
	if l.client, err = mail.NewClient(s.host, append(slices.Clip(s.opts), mail.WithDialContextFunc(dial))...); err != nil {
		return nil, fmt.Errorf("set up mail: %w", err)
	}
	if err := l.client.DialWithContext(ctx); err != nil {
		l.release()
		return nil, fmt.Errorf("reach mail server: %w", err)
	}
	return l, nil
}

func (s *Server) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if s.sealed {
		return (&tls.Dialer{}).DialContext(ctx, network, addr)
	}
	return (&net.Dialer{}).DialContext(ctx, network, addr)
}

// Line is a conversation with the server.
type Line struct {
	client *mail.Client
	freed  []func()
}

// hold cuts the line a grace after ctx ended.
func (l *Line) hold(ctx context.Context, conn net.Conn, grace time.Duration) {
	var cut *time.Timer
	begun := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		cut = time.AfterFunc(grace, func() { _ = conn.Close() })
		close(begun)
	})
	l.freed = append(l.freed, func() {
		if !stop() {
			<-begun
			cut.Stop()
		}
	})
}

// release lets go of the context that the line was opened in.
func (l *Line) release() {
	for _, free := range l.freed {
		free()
	}
	l.freed = nil
}

// Close ends it.
func (l *Line) Close() error {
	defer l.release()
	return l.client.Close()
}

// RefusedError says that the server will never take a message.
type RefusedError struct{ Status string }

func (e *RefusedError) Error() string { return "mail refused: " + e.Status }

// ErrBroken says that the line is of no use any more: the server hung up, or is about to.
var ErrBroken = errors.New("mail server hung up")

// OursError says that the server takes no mail of the office at all: it refuses its address, or to pass mail on for it. Whoever runs one of
// both has to mend that, and no message is the worse for it.
type OursError struct{ Status string }

func (e *OursError) Error() string {
	return "the mail server refuses all mail of this office (" + e.Status + "): the sender's address or the right to pass mail on is wrong there, or TIEPDAN_SMTP and TIEPDAN_MAIL_ADDRESS here"
}

// ours reports whether an answer is about the office and not about one message: the sender is refused, or a policy (RFC 3463, 3.8). Servers
// that say no more than 550 are known by their words.
func ours(e *mail.SendError) bool {
	return e.Reason == mail.ErrSMTPMailFrom || strings.HasPrefix(e.EnhancedStatusCode(), "5.7.") || strings.Contains(strings.ToLower(e.Error()), "relay")
}

// Send hands a message over. A *RefusedError is final; after any other error it may be sent again, after ErrBroken and *OursError by another
// line.
func (l *Line) Send(m Message) error {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(m.From), msg.EnvelopeFrom(m.Return), msg.ReplyTo(m.Return), msg.To(m.To)); err != nil {
		return &RefusedError{Status: "5.1.3"}
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.At)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetGenHeader("X-Tiepdan", m.Mark)
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	err := l.client.Send(msg)
	e, answered := errors.AsType[*mail.SendError](err)
	switch {
	case err == nil:
		return nil
	case !answered || e.ErrorCode() == 0 || e.ErrorCode() == 421: // no answer, or the one that closes the line (RFC 5321, 3.8)
		return ErrBroken
	case !e.IsTemp() && e.ErrorCode() >= 500 && ours(e):
		return &OursError{Status: strings.TrimSpace(strconv.Itoa(e.ErrorCode()) + " " + e.EnhancedStatusCode())}
	case !e.IsTemp() && e.ErrorCode() >= 500:
		return &RefusedError{Status: e.EnhancedStatusCode()}
	default:
		return fmt.Errorf("mail server did not take a message now (%d)", e.ErrorCode()) // its own words may name people
	}
}
