package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"os"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/testkit/dovecot"
)

type mailbox struct {
	Mails int `default:"10000" help:"How many letters lie there."`
}

const boxUser = "gopy@thangan.example"

// Run measures letters that lie in a mailbox of Dovecot, from the start of the program until the last is marked as read: the same
// letters as over LMTP.
func (m *mailbox) Run(ctx context.Context) (err error) {
	at, err := freeAddr(ctx)
	if err != nil {
		return err
	}
	d, err := dovecot.New(at, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Stop(), d.Remove()) }()
	if err := d.Fill(boxUser, m.letters()); err != nil {
		return err
	}
	if err := d.Start(ctx); err != nil {
		return err
	}
	env := func(string) []string {
		u := url.URL{Scheme: "imap", Host: d.IMAP, User: url.UserPassword(boxUser, d.Password)}
		return []string{"TIEPDAN_IMAP=" + u.String(), "TIEPDAN_MAIL_ADDRESS=" + boxUser}
	}
	return withProgram(ctx, env, func(p *program, _ string) error { return m.measure(ctx, p, d) })
}

func (m *mailbox) letters() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := range int64(m.Mails) {
			if !yield(letter(i+1, i+1 == int64(m.Mails/2))) {
				return
			}
		}
	}
}

func (m *mailbox) measure(ctx context.Context, p *program, d *dovecot.Server) error {
	begun := time.Now().Add(-p.up)
	c, err := imapclient.DialInsecure(d.IMAP, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Login(boxUser, d.Password).Wait(); err != nil {
		return err
	}
	if _, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		return err
	}
	pause, err := emptied(ctx, c)
	took := time.Since(begun)
	if err != nil {
		return err
	}
	_, peak := p.memory()
	left, err := counted(c, imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}})
	if err != nil {
		return err
	}
	p.stop()
	cases, err := byMail(ctx, p.data)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "mail over IMAP   %7.0f/s  %d letters, %d flagged as not taken, %d cases stored, one of 28 MB among them; longest time without one %.1f s  peak %d MB\n",
		float64(m.Mails)/took.Seconds(), m.Mails, left, cases, pause.Seconds(), peak)
	return nil
}

// emptied returns when nothing lies in the mailbox any more that was neither taken nor left to people, with the longest time that
// nothing was.
func emptied(ctx context.Context, c *imapclient.Client) (pause time.Duration, err error) {
	const patience = 3 * time.Minute // what cannot be taken now is tried again after a minute
	before, since := uint32(0), time.Now()
	for ctx.Err() == nil {
		n, err := counted(c, imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen, imap.FlagFlagged}})
		if err != nil || n == 0 {
			return max(pause, time.Since(since)), err
		}
		if n != before {
			pause = max(pause, time.Since(since))
			before, since = n, time.Now()
		}
		if time.Since(since) > patience {
			return pause, fmt.Errorf("%d letters lie there, and nobody takes them", n)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return pause, ctx.Err()
}

func counted(c *imapclient.Client, what imap.SearchCriteria) (uint32, error) {
	found, err := c.Search(&what, &imap.SearchOptions{ReturnCount: true}).Wait()
	if err != nil {
		return 0, err
	}
	return found.Count, nil
}

// byMail counts the cases of a folder that came by mail.
func byMail(ctx context.Context, data string) (n int, err error) {
	a, err := opened(ctx, data)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	err = a.Store.EachCase(ctx, func(c *casework.Case) error {
		if c.Channel == casework.ByMail {
			n++
		}
		return nil
	})
	return n, err
}
