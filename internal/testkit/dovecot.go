package testkit

import (
	"errors"
	"testing"

	"tiepdan/internal/testkit/dovecot"
)

// Dovecot is Debian's mail server, which ends with the test.
type Dovecot struct{ *dovecot.Server }

// NewDovecot starts a mail server. Where tokeninfo is not empty, tokens open mailboxes too: it is asked whose a token is.
func NewDovecot(tb testing.TB, tokeninfo string) *Dovecot {
	tb.Helper()
	s, err := dovecot.New(FreeAddr(tb), tokeninfo)
	if errors.Is(err, dovecot.ErrMissing) {
		Missing(tb, err.Error())
	}
	if err != nil {
		tb.Fatal(err)
	}
	d := &Dovecot{s}
	tb.Cleanup(func() { _ = d.Remove() }) // a folder in /tmp
	d.Start(tb)
	tb.Cleanup(func() { d.Stop(tb) })
	return d
}

// Start runs the server and waits until it listens.
func (d *Dovecot) Start(tb testing.TB) {
	tb.Helper()
	if err := d.Server.Start(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

// Stop ends the server in order.
func (d *Dovecot) Stop(tb testing.TB) {
	tb.Helper()
	if err := d.Server.Stop(); err != nil {
		tb.Error(err)
	}
}
