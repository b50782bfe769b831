package worker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/mailer"
)

// Reminders mails each member of staff who chose so, once on a working day at his hour, how much waits that he has not read: numbers
// and a link, no word and no reference of a case.
type Reminders struct {
	Desk    *casework.Desk
	Offices interface {
		Office(ctx context.Context) (*office.Office, error)
	}
	Once interface {
		// Spend notes that something was done which is done once, and answers false when it was done before.
		Spend(ctx context.Context, what string, until time.Time) (bool, error)
	}
	Mail    *Mail
	Workday func(time.Time) bool
	Now     func() time.Time

	mu   sync.Mutex
	done map[string]string // by person, the last day that he was seen to
}

// reminded is how long it is kept that somebody was reminded on a day.
const reminded = 48 * time.Hour

// Send reminds whoever is to be reminded now, and returns how many were. While the mail server is away everybody waits, until
// nine in the evening; where it hangs up in the middle, so does whoever was not yet seen to.
func (r *Reminders) Send(ctx context.Context) (sent int, err error) {
	now := r.Now().In(casework.Vietnam)
	if now.Hour() > office.ReminderHours[len(office.ReminderHours)-1] || !r.Workday(now) {
		return 0, nil
	}
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return 0, err
	}
	due := r.due(o, now)
	if len(due) == 0 {
		return 0, nil
	}
	line, err := r.Mail.Server.Connect(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = line.Close() }() // what was sent is sent
	for _, who := range due {
		told, e := r.remind(ctx, line, who, now)
		if told {
			sent++
		}
		err = errors.Join(err, e)
		if _, refused := errors.AsType[*mailer.RefusedError](e); e != nil && !refused {
			return sent, err // the line is broken: whoever comes after waits for the next one
		}
	}
	return sent, err
}

// due lists whose hour came today, and whom this process has not seen to.
func (r *Reminders) due(o *office.Office, now time.Time) (out []office.Staff) {
	for _, who := range o.AllStaff() {
		if h := who.Reminders.Hour; h > 0 && now.Hour() >= h && who.Email != "" && !r.seenTo(who.ID, now) {
			out = append(out, who)
		}
	}
	return out
}

// seenTo reports whether this process has seen to the person today.
func (r *Reminders) seenTo(id string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done[id] == now.Format(time.DateOnly)
}

func (r *Reminders) remind(ctx context.Context, line *mailer.Line, who office.Staff, now time.Time) (told bool, err error) {
	day := now.Format(time.DateOnly)
	first, err := r.Once.Spend(ctx, "reminder/"+who.ID+"/"+day, now.Add(reminded))
	if err != nil {
		return false, err
	}
	r.mu.Lock()
	if r.done == nil {
		r.done = map[string]string{}
	}
	r.done[who.ID] = day
	r.mu.Unlock()
	if !first {
		return false, nil
	}
	counts, err := r.Desk.UnreadByGroup(ctx, who)
	for _, g := range who.Reminders.Mute {
		delete(counts, g)
	}
	if err != nil || len(counts) == 0 {
		return false, err
	}
	if err := line.Send(r.compose(who, counts, now)); err != nil {
		return false, fmt.Errorf("remind %s: %w", who.ID, err)
	}
	return true, nil
}

func (r *Reminders) compose(who office.Staff, counts map[string]int, now time.Time) mailer.Message {
	m := r.Mail
	say := func(key string, args ...any) string { return m.Words.T("vi", key, args...) }
	total, lines := 0, []string{}
	for _, g := range casework.NoticeGroups() {
		if n := counts[g]; n > 0 {
			total += n
			lines = append(lines, "- "+say("reminders.group."+g)+": "+say("reminders.n", "n", n))
		}
	}
	_, domain, _ := strings.Cut(m.Address, "@")
	id := sha256.Sum256([]byte(who.ID + "/" + now.Format(time.DateOnly)))
	return mailer.Message{
		ID: "reminder." + hex.EncodeToString(id[:10]) + "@" + domain, From: m.Address, Return: m.Address, To: who.Email,
		Subject: say("reminders.mail.subject", "n", total),
		Text: strings.Join([]string{
			say("reminders.mail.greeting", "name", who.Name), say("reminders.mail.told"), strings.Join(lines, "\n"),
			say("reminders.mail.link", "url", strings.TrimRight(m.BaseURL(), "/")+"/staff/notices"), say("reminders.mail.stop"),
		}, "\n\n") + "\n",
		Mark: "reminder", At: now,
	}
}
