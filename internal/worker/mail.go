package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/mailer"
	"tiepdan/pkg/i18n"
)

// Mail is how senders are told of their cases.
type Mail struct {
	Server  *mailer.Server
	Words   *i18n.Bundle
	Address string        // the office's mailbox
	BaseURL func() string // where citizens reach the service
}

const mailBatch = 50

// SendMail sends what is due and returns how many. While the mail server is away everything waits, and no try is counted;
// where it refuses all mail of the office, neither; where it hangs up, one is counted of the mail that was under way, and what comes after
// waits for the next line.
func (w *Worker) SendMail(ctx context.Context) (sent int, err error) {
	due, err := w.Desk.Due(ctx, casework.WayMail, mailBatch)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	line, err := w.Mail.Server.Connect(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = line.Close() }() // what was sent is sent
	for _, x := range due {
		if ctx.Err() != nil {
			break // the rest waits for the next start
		}
		e := w.sendOne(ctx, line, x)
		switch {
		case e == nil:
			sent++
		case !errors.Is(e, casework.ErrStale): // else somebody else has it, or it is over
			err = errors.Join(err, e)
		}
		if _, ours := errors.AsType[*mailer.OursError](e); ours || errors.Is(e, mailer.ErrBroken) {
			break
		}
	}
	return sent, err
}

func (w *Worker) sendOne(ctx context.Context, line *mailer.Line, x *casework.Dispatch) error {
	out, err := w.Desk.Claim(ctx, x)
	if err != nil {
		return err
	}
	err = line.Send(w.Mail.compose(out, w.Now()))
	ctx = context.WithoutCancel(ctx) // what became of it is kept also when the program ends
	if refused, ok := errors.AsType[*mailer.RefusedError](err); ok {
		return w.Desk.Unsendable(ctx, x, refused.Status)
	}
	if _, ours := errors.AsType[*mailer.OursError](err); ours {
		return errors.Join(err, w.Desk.Untried(ctx, x))
	}
	if err != nil {
		return fmt.Errorf("mail of case %s: %w", x.Case, err)
	}
	return w.Desk.Sent(ctx, x)
}

// compose writes the mail: what happened, and where it can be read. What was said stands on the page alone. Of a denunciation not
// even that there is one.
func (m *Mail) compose(o casework.Outgoing, now time.Time) mailer.Message {
	say := func(key string, args ...any) string { return m.Words.T(langOf(o.Case), key, args...) }
	secret := o.Case.Guarded()
	base := strings.TrimRight(m.BaseURL(), "/")
	subject, told := say("mail.neutral.subject"), say("mail.neutral.told")
	if !secret {
		subject = say("mail.subject."+o.Step, "ref", o.Case.Ref)
		told = say("mail.told."+o.Step, "ref", o.Case.Ref)
	}
	parts := []string{say("mail.greeting"), told}
	if o.Refused > 0 {
		parts = append(parts, say("mail.refused_files", "n", o.Refused))
	}
	if o.Code != "" {
		parts = append(parts, say("mail.link", "url", base+"/t#"+o.Code))
	} else {
		parts = append(parts, say("mail.track", "url", base+"/t"))
	}
	parts = append(parts, say("mail.answer_here"))
	box, domain, _ := strings.Cut(m.Address, "@")
	return mailer.Message{
		ID: fmt.Sprintf("%s.%d@%s", o.Token, o.Seq, domain), From: m.Address, Return: box + "+" + o.Token + "@" + domain, To: o.To,
		Subject: subject, Text: strings.Join(parts, "\n\n") + "\n", Mark: o.Step, At: now,
	}
}
