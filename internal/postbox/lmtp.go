package postbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// The bounds of one delivery.
const (
	lmtpTimeout    = 5 * time.Minute
	takeWithin     = 2 * time.Minute
	maxRecipients  = 50
	maxLine        = 1 << 20 // some programs write a letter on one line
	atOnce         = 2       // messages read at the same time: each may be large
	shutdownWithin = 10 * time.Second
)

// Listen opens the listener of an LMTP address: HOST:PORT or unix:PATH. A socket that a stopped program left behind is taken over;
// who may connect to a new one is decided by its folder.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	path, unix := strings.CutPrefix(address, "unix:")
	if !unix {
		return lc.Listen(ctx, "tcp", address)
	}
	if st, err := os.Lstat(path); err == nil && st.Mode()&fs.ModeSocket != 0 {
		var d net.Dialer
		if c, err := d.DialContext(ctx, "unix", path); err == nil {
			return nil, errors.Join(fmt.Errorf("%s is in use", path), c.Close())
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("take over socket: %w", err)
		}
	}
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o666); err != nil { //nolint:gosec // the mail server runs as another user; the folder decides who comes near
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// ServeLMTP takes deliveries on the listener until ctx ends. A message is acknowledged after Take has returned.
func (b *Box) ServeLMTP(ctx context.Context, l net.Listener) error {
	turns := make(chan struct{}, atOnce)
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &delivery{box: b, ctx: ctx, turns: turns}, nil
	}))
	s.LMTP, s.EnableSMTPUTF8 = true, true
	_, s.Domain, _ = strings.Cut(b.Address, "@")
	s.MaxMessageBytes, s.MaxRecipients, s.MaxLineLength = MaxSize, maxRecipients, maxLine
	s.ReadTimeout, s.WriteTimeout = lmtpTimeout, lmtpTimeout
	s.ErrorLog = quietLog{b.Log}
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWithin)
		defer cancel()
		if s.Shutdown(end) != nil {
			_ = s.Close() // whoever is still connected comes again
		}
	}()
	err := s.Serve(l)
	if ctx.Err() == nil {
		return fmt.Errorf("serve LMTP: %w", err)
	}
	<-done
	return nil
}

// quietLog keeps what the protocol says out of the log: it may name people.
type quietLog struct{ log *slog.Logger }

func (q quietLog) Printf(string, ...any) { q.log.Debug("a connection over LMTP ended early") }
func (q quietLog) Println(...any)        { q.log.Debug("a connection over LMTP ended early") }

// delivery is one connection of a mail server.
type delivery struct {
	box   *Box
	ctx   context.Context //nolint:containedctx // the protocol's library hands none on
	turns chan struct{}
	env   Envelope
}

// Reset forgets the message under way.
func (d *delivery) Reset() { d.env = Envelope{} }

// Logout ends the connection.
func (*delivery) Logout() error { return nil }

// Mail notes the return path.
func (d *delivery) Mail(from string, _ *smtp.MailOptions) error {
	d.env = Envelope{From: from, Null: from == ""}
	return nil
}

// Rcpt takes the office's own mailbox alone, whatever follows a plus sign.
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !d.box.owns(to) {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox here"}
	}
	d.env.To = append(d.env.To, to)
	return nil
}

func (b *Box) owns(address string) bool {
	local, domain, ok := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	return ok && strings.EqualFold(local+"@"+domain, b.Address)
}

// Data takes the message; nil is the acknowledgement.
func (d *delivery) Data(r io.Reader) error {
	select {
	case d.turns <- struct{}{}:
		defer func() { <-d.turns }()
	case <-d.ctx.Done():
		return later
	}
	raw, err := readWhole(r)
	if err != nil {
		return err // the library's own, such as a message too large
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.ctx), takeWithin)
	defer cancel()
	err = d.box.Take(ctx, raw, d.env)
	if e, ok := errors.AsType[*Error](err); ok {
		if e.Final {
			return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: e.Said}
		}
		d.box.Log.WarnContext(ctx, "a message could not be taken now; the mail server keeps it and brings it again", "why", e.Said, "error", e.Err)
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: e.Said}
	}
	return err
}

// block is how much of a message is read at a time.
const block = 1 << 20

// readWhole reads a message. It grows by blocks that are joined once: growing one buffer as it fills would take the room of a large
// message five times.
func readWhole(r io.Reader) ([]byte, error) {
	var full [][]byte
	last := make([]byte, 8<<10) // most messages are small
	for {
		n, err := io.ReadFull(r, last)
		full = append(full, last[:n])
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		last = make([]byte, block)
	}
	if len(full) == 1 {
		return full[0], nil
	}
	return slices.Concat(full...), nil
}

var later = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "not now: please send it again later"}
