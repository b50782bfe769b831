package app

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"tiepdan/internal/mailer"
	"tiepdan/internal/postbox"
	"tiepdan/internal/worker"
	"tiepdan/pkg/limit"
)

// rememberedSenders bounds what the budget of senders remembers.
const rememberedSenders = 20_000

// Postbox builds what takes mail in.
func (a *App) Postbox() (*postbox.Box, error) {
	budget, err := limit.New(postbox.Doors(a.Config.Limits), rememberedSenders, a.Now)
	if err != nil {
		return nil, err
	}
	return &postbox.Box{
		Desk: a.Desk, Files: a.Files, Say: func(key string, args ...any) string { return a.Words.T("vi", key, args...) },
		Address: a.Config.MailAddress, Room: a.hasRoom, Budget: budget, Log: a.Log,
	}, nil
}

// receiveMail begins to take mail in, where it is set up and this instance works on what comes in.
func (a *App) receiveMail(ctx context.Context, wg *sync.WaitGroup) error {
	if a.Config.LMTP == "" && len(a.Config.IMAP) == 0 || !a.Config.Has("worker") {
		return nil
	}
	box, err := a.Postbox()
	if err != nil {
		return err
	}
	for _, m := range a.Config.IMAP {
		wg.Go(func() {
			if a.awaitConfirmed(ctx) { // the mailbox is read by the one this was copied of
				box.FollowMailbox(ctx, m)
			}
		})
	}
	if a.Config.LMTP == "" {
		return nil
	}
	l, err := postbox.Listen(ctx, a.Config.LMTP)
	if err != nil {
		return fmt.Errorf("listen for mail: %w", err)
	}
	wg.Go(func() {
		if err := box.ServeLMTP(ctx, l); err != nil {
			a.Log.ErrorContext(ctx, "mail is not taken in any more; restart the program", "error", err)
		}
	})
	a.Log.InfoContext(ctx, "mail is taken in over LMTP", "addr", l.Addr().String())
	return nil
}

// mail is how senders are told of their cases; nil where no mail is sent.
func (a *App) mail() *worker.Mail {
	_, domain, _ := strings.Cut(a.Config.MailAddress, "@")
	server, err := mailer.Parse(a.Config.SMTP, domain)
	if err != nil { // nothing is set: a wrong setting was told at the start
		return nil
	}
	return &worker.Mail{Server: server, Words: a.Words, Address: a.Config.MailAddress, BaseURL: a.linkBase}
}
