// Package postbox (hòm thư) takes in what comes by mail: letters become cases, answers become messages of theirs, what mail
// servers return is told to the case it was about, and what programs send is left aside. Messages come over LMTP from a mail server of
// the office's own, or are fetched from a mailbox by IMAP; either way they count as received only when what became of them is durable.
package postbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/attach"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/mailin"
	"tiepdan/pkg/limit"
	"tiepdan/pkg/vntext"
)

// Desk is what the postbox asks of the cases.
type Desk interface {
	Receipt(ctx context.Context, filed casework.Filed, r casework.Reach, refused int) error
	FileMail(ctx context.Context, m casework.Mailed) (casework.Filed, error)
	SayByMail(ctx context.Context, id, key, text string) (*casework.Case, error)
	NoteMail(ctx context.Context, id, key string, k casework.Checked) error
	Returned(ctx context.Context, id, key, status string) error
	ByMailToken(ctx context.Context, token string) (*casework.Case, error)
}

// Files keeps the files of cases.
type Files interface {
	KeepIn(ctx context.Context, id string, u attach.Upload) (casework.Attachment, error)
}

// Box takes messages in. Its fields are set once, by the program.
type Box struct {
	Desk    Desk
	Files   Files
	Say     func(key string, args ...any) string // the words of the office's own language
	Address string                               // the office's mailbox
	Room    func() bool                          // whether files may be kept; nil says yes
	Budget  *limit.Budget                        // see Doors; nil has room for everything
	Log     *slog.Logger
}

// door is the one door of the budget.
const door = "mail"

// Doors is what senders may do, factor times the budget of a commune: an address can be made up, so all of them together are
// bounded too. Above it messages wait with the mail server that brings them, and none is lost.
func Doors(factor float64) []limit.Door {
	hourly := func(n, burst int) limit.Rate { return limit.Every(n, time.Hour, burst).Times(factor) }
	return []limit.Door{{Name: door, Rules: []limit.Rule{
		{Scope: limit.Client, Free: hourly(20, 10)},
		{Scope: limit.Place, Free: hourly(300, 60)}, // of one domain
		{Scope: limit.Instance, Free: hourly(600, 120)},
	}}}
}

// MaxSize bounds a message in bytes: all files that a case may have, as mail encodes them, and its words.
const MaxSize = casework.MaxFileTotal/3*4 + 5<<20

// Envelope is what the mail servers say of a message besides its header.
type Envelope struct {
	From string   // the return path; empty where programs wrote it
	To   []string // the addresses of ours it was brought to
	Null bool     // the return path is known, and empty
}

// Error says why a message was not taken. One that is Final is never taken; else it may come again.
type Error struct {
	Final bool
	Said  string // plain, for the mail servers' own words
	Err   error
}

func (e *Error) Error() string { return fmt.Sprintf("mail not taken (%s): %v", e.Said, e.Err) }

// Unwrap is what lay behind it.
func (e *Error) Unwrap() error { return e.Err }

// errBudget says that somebody sent more than he may.
var errBudget = errors.New("too many messages")

// Take takes a message in, and returns when what became of it is durable. It may be given the same message any number of times.
func (b *Box) Take(ctx context.Context, raw []byte, env Envelope) error {
	m, err := mailin.Read(raw, mailin.Own{Address: b.Address})
	if err != nil {
		return &Error{true, "the message cannot be read: please send plain text and ordinary attachments", err}
	}
	if m.Class == mailin.Letter && env.Null {
		m.Class = mailin.Automatic
	}
	switch m.Class {
	case mailin.Letter:
		err = b.letter(ctx, m, env)
	case mailin.Bounce:
		err = b.bounce(ctx, m, env)
	default:
		b.Log.InfoContext(ctx, "a program's mail was left aside", "class", m.Class.String())
	}
	return b.fault(err)
}

// fault says whether a message may come again: only what the message itself is to blame for is final.
func (*Box) fault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errBudget):
		return &Error{false, "too many messages at present: please send it again later", err}
	case casework.CodeOf(err) == casework.Invalid:
		return &Error{true, "the letter cannot be taken as it is", err}
	}
	return &Error{false, "not now: please send it again later", err}
}

func (b *Box) letter(ctx context.Context, m *mailin.Mail, env Envelope) error {
	if err := b.ask(m.Address); err != nil {
		return err
	}
	if len(m.Files) > 0 && b.Room != nil && !b.Room() {
		return &casework.Error{Code: casework.Full, Key: "error.full"}
	}
	c, err := b.answered(ctx, m, env)
	if err != nil {
		return err
	}
	if c != nil {
		err := b.reply(ctx, c, m)
		if casework.CodeOf(err) != casework.Conflict || err == nil {
			return err
		}
	}
	return b.file(ctx, m)
}

// ask asks the budget.
func (b *Box) ask(address string) error {
	if b.Budget == nil {
		return nil
	}
	address = strings.ToLower(address)
	_, domain, _ := strings.Cut(address, "@")
	if d := b.Budget.Ask(door, limit.Who{Client: address, Place: domain}, false); d.Verdict != limit.Passes {
		return errBudget
	}
	return nil
}

// answered finds the case that the message answers: by the address it came to, else by our message that it names; nil where
// there is none.
func (b *Box) answered(ctx context.Context, m *mailin.Mail, env Envelope) (*casework.Case, error) {
	for _, token := range b.tokens(m, env) {
		c, err := b.Desk.ByMailToken(ctx, token)
		if err == nil {
			return c, nil
		}
		if casework.CodeOf(err) != casework.NotFound {
			return nil, err
		}
	}
	return nil, nil //nolint:nilnil // most letters answer none
}

// tokens are what may name a case, in the order they are believed.
func (b *Box) tokens(m *mailin.Mail, env Envelope) (out []string) {
	box, domain, _ := strings.Cut(b.Address, "@")
	for _, to := range slices.Concat(env.To, m.To) {
		local, host, _ := strings.Cut(to, "@")
		name, token, plus := strings.Cut(local, "+")
		if plus && strings.EqualFold(name, box) && strings.EqualFold(host, domain) {
			out = append(out, token)
		}
	}
	ids := slices.Clone(m.Replies)
	if m.Report != nil {
		ids = append(ids, m.Report.Original)
	}
	for _, id := range ids {
		local, host, _ := strings.Cut(id, "@")
		token, _, dotted := strings.Cut(local, ".")
		if dotted && strings.EqualFold(host, domain) {
			out = append(out, token)
		}
	}
	return out[:min(len(out), 20)]
}

// reply adds an answer to its case. One that denounces where the case does not is a case of its own, sealed: Conflict.
func (b *Box) reply(ctx context.Context, c *casework.Case, m *mailin.Mail) error {
	words := []string{m.Text}
	for _, f := range m.Files {
		words = append(words, f.Name)
	}
	if casework.MailKind(words...).Secret() && !c.Kind.Secret() || !c.TakesWords() {
		return &casework.Error{Code: casework.Conflict, Key: "error.case_closed"}
	}
	text := cmp.Or(m.Text, b.Say("mail.only_files"))
	for i, part := range cut(text, casework.MaxMessage, casework.MaxMessage) {
		if i == maxParts {
			return invalid()
		}
		if _, err := b.Desk.SayByMail(ctx, c.ID, m.Key+"/"+strconv.Itoa(i), part); err != nil {
			return err
		}
	}
	_, err := b.keep(ctx, c.ID, m)
	b.Log.InfoContext(ctx, "an answer came by mail", "case", c.ID)
	return err
}

// file makes a letter a case.
func (b *Box) file(ctx context.Context, m *mailin.Mail) error {
	in, err := b.mailed(m)
	if err != nil {
		return err
	}
	filed, err := b.Desk.FileMail(ctx, in)
	if err != nil {
		return err
	}
	refused, err := b.keep(ctx, filed.Case.ID, m)
	if err != nil {
		return err
	}
	if in.Tell {
		if err := b.Desk.Receipt(ctx, filed, casework.Reach{Way: casework.WayMail, To: in.Draft.Contact.Email}, refused); err != nil {
			return err
		}
	}
	b.Log.InfoContext(ctx, "a letter came by mail", "case", filed.Case.ID)
	return nil
}

// maxParts is how many messages a long letter may fill besides the letter itself.
const maxParts = 10

// mailed is the message in the heart's words. A letter that is too long goes on in messages; what no messages hold is refused, for
// nothing is left out without a word.
func (b *Box) mailed(m *mailin.Mail) (casework.Mailed, error) {
	subject := cmp.Or(m.Subject, firstLine(m.Text), b.Say("mail.no_subject"))
	body := cmp.Or(m.Text, m.Subject, b.Say("mail.only_files"))
	if short := clip(subject, law.MaxSubject); short != subject {
		body, subject = subject+"\n\n"+body, short
	}
	parts := cut(body, law.MaxBody, casework.MaxMessage)
	if len(parts) > maxParts+1 {
		return casework.Mailed{}, invalid()
	}
	contact := casework.Contact{Name: clip(m.Name, casework.MaxName), Phone: m.Phone}
	if address, ok := vntext.Email(m.Address); ok {
		contact.Email = address
	}
	return casework.Mailed{Tell: !forged(m.Checks), Digest: m.Digest(), Rest: parts[1:], Draft: casework.Draft{
		Key: m.Key, Kind: kindOf(m), Subject: subject, Body: parts[0], Contact: contact, Language: "vi",
	}}, nil
}

// forged reports whether our own server found that the message is not of whom it says: then nobody is answered, for the answer
// would go to somebody who wrote nothing.
func forged(checks map[string]string) bool {
	return checks["dmarc"] == "fail" || checks["spf"] == "fail"
}

// kindOf is the kind of a letter until a clerk has read it.
func kindOf(m *mailin.Mail) law.Kind {
	words := []string{m.Subject, m.Text}
	pictures := 0
	for _, f := range m.Files {
		words = append(words, f.Name)
		if strings.HasPrefix(f.Type, "image/") {
			pictures++
		}
	}
	return casework.LetterKind(m.All, strings.Join(words, "\n"), pictures, len(m.Files)-pictures)
}

func invalid() error {
	return &casework.Error{Code: casework.Invalid, Key: "error.invalid", Fields: map[string]string{"text": "error.field.text_long"}}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return clip(vntext.Line(line), 80)
}

// clip bounds a text, in runes after NFC.
func clip(s string, most int) string {
	r := []rune(vntext.NFC(s))
	if len(r) <= most {
		return string(r)
	}
	return strings.TrimSpace(string(r[:most-1])) + "…"
}

// cut parts a text where a line or a word ends: the first part of first runes at most, the others of rest.
func cut(text string, first, rest int) (out []string) {
	r := []rune(vntext.NFC(text))
	for most := first; len(r) > most; most = rest {
		at := lastBreak(r[:most])
		out = append(out, strings.TrimSpace(string(r[:at])))
		r = []rune(strings.TrimSpace(string(r[at:])))
	}
	return append(out, string(r))
}

// lastBreak is where a piece of text is best parted: after a line, else after a word, in its second half.
func lastBreak(r []rune) int {
	for _, sign := range []rune{'\n', ' '} {
		for i := len(r) - 1; i > len(r)/2; i-- {
			if r[i] == sign {
				return i
			}
		}
	}
	return len(r)
}

// keep keeps the files, and for the clerk what is known of the message. It returns how many could not be kept; only
// what may go better later is an error.
func (b *Box) keep(ctx context.Context, id string, m *mailin.Mail) (refused int, err error) {
	var lines []string
	for _, f := range m.Files {
		_, err := b.Files.KeepIn(ctx, id, attach.Upload{Name: f.Name, Body: bytes.NewReader(f.Body)})
		why, final := reason(err)
		if err != nil && !final {
			return 0, err
		}
		if err != nil {
			lines = append(lines, clip(f.Name, 80)+": "+b.Say(why))
		}
	}
	said := strings.Join(lines[:min(len(lines), 20)], "\n")
	return len(lines), b.Desk.NoteMail(ctx, id, m.Key, casework.Checked{Results: m.Checks, Refused: said})
}

// reason is the key of why a file is refused, and whether it always will be.
func reason(err error) (key string, final bool) {
	e, ok := errors.AsType[*casework.Error](err)
	if !ok || e.Code != casework.Invalid && e.Code != casework.Conflict {
		return "", false
	}
	return cmp.Or(e.Fields["file"], e.Key), true
}

// bounce tells the case that mail to its sender came back. What is only late, or about no case of ours, is left aside.
func (b *Box) bounce(ctx context.Context, m *mailin.Mail, env Envelope) error {
	c, err := b.answered(ctx, m, env)
	if err != nil {
		return err
	}
	if c == nil || m.Report != nil && !m.Report.Failed {
		b.Log.InfoContext(ctx, "a program's mail was left aside", "class", m.Class.String())
		return nil
	}
	status := ""
	if m.Report != nil {
		status = m.Report.Status
	}
	return b.Desk.Returned(ctx, c.ID, m.Key, status)
}
