package casework

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// Dispatch (thư báo) is one mail that tells a sender of a step of his case. It lies in the outbox until a mail server has it; then
// nothing personal is left of it.
type Dispatch struct {
	ID      string     `bson:"_id"` // the case, and the entry that it tells of
	V       int64      `bson:"v"`
	Case    string     `bson:"case"`
	Seq     int        `bson:"seq"`
	Step    string     `bson:"step"`
	Due     *time.Time `bson:"due,omitempty"` // when to try next; none once it is over
	Tries   int        `bson:"tries,omitempty"`
	To      []byte     `bson:"to,omitempty"`      // sealed
	Code    []byte     `bson:"code,omitempty"`    // sealed; only in the receipt of a letter that came by mail
	Refused int        `bson:"refused,omitempty"` // how many of its files could not be kept
	SentAt  *time.Time `bson:"sent_at,omitempty"`
}

// Outbox keeps dispatches.
type Outbox interface {
	// AddDispatches keeps those that are not there yet and leaves the others as they are.
	AddDispatches(ctx context.Context, ds ...*Dispatch) error
	// DueDispatches lists those to be tried before the time, the oldest first.
	DueDispatches(ctx context.Context, before time.Time, limit int) ([]*Dispatch, error)
	PutDispatch(ctx context.Context, d *Dispatch) error // ErrStale when the stored version is not V-1
}

// StepReceived is the step of a receipt.
const StepReceived = "received"

// dispatched are the events that a sender is told by mail, with the step each is told as.
var dispatched = map[string]string{
	"info_asked": "info_asked", "accepted": "accepted", "refused": "refused", "extended": "extended", "check_extended": "extended",
	"answered": "answered", "decided": "answered", "notified": "answered",
}

// DispatchSteps lists the steps that are told by mail.
func DispatchSteps() []string {
	return []string{StepReceived, "info_asked", "accepted", "refused", "extended", "answered"}
}

// tellsByMail reports whether the entry is one that the case's sender is told by mail.
func (c *Case) tellsByMail(e Entry) bool { return len(c.Reach) > 0 && dispatched[e.What] != "" }

// dispatches are the mails that tell of an entry: one, or none.
func (c *Case) dispatches(e Entry, now time.Time) []*Dispatch {
	if !c.tellsByMail(e) {
		return nil
	}
	due := stamp(daytime(now))
	return []*Dispatch{{ID: c.ID + "." + strconv.Itoa(e.Seq), V: 1, Case: c.ID, Seq: e.Seq, Step: dispatched[e.What], Due: &due, To: c.Reach}}
}

// The hours in which people are written to; a receipt follows at once what they did themselves.
const (
	quietFrom  = 21
	quietUntil = 7
)

// daytime is the time, or the next morning where it lies in the night.
func daytime(at time.Time) time.Time {
	local := at.In(Vietnam)
	morning := time.Date(local.Year(), local.Month(), local.Day(), quietUntil, 0, 0, 0, Vietnam)
	switch {
	case local.Hour() >= quietFrom:
		return morning.AddDate(0, 0, 1)
	case local.Hour() < quietUntil:
		return morning
	}
	return at
}

// sealReach keeps the address that a sender is told at by mail. A denouncer is not written to unasked.
func (d *Desk) sealReach(c *Case, email string) (err error) {
	if email == "" || c.Kind.Secret() || c.Guarded() {
		return nil
	}
	c.Reach, err = d.Vault.SealPersonal([]byte(email), c.ID+"/reach")
	return err
}

// Receipt puts the receipt of a letter that came by mail into the outbox, once. It holds the code, which whoever sent a letter by
// mail has no other way to get, and nothing of what he wrote.
func (d *Desk) Receipt(ctx context.Context, filed Filed, email string, refused int) error {
	if d.Outbox == nil || email == "" {
		return nil
	}
	c, now := filed.Case, d.now()
	to, err := d.Vault.SealPersonal([]byte(email), c.ID+"/reach")
	if err != nil {
		return err
	}
	code, err := d.Vault.SealPersonal([]byte(filed.Code.String()), c.ID+"/receipt")
	if err != nil {
		return err
	}
	return d.Outbox.AddDispatches(ctx, &Dispatch{
		ID: c.ID + ".1", V: 1, Case: c.ID, Seq: 1, Step: StepReceived, Due: &now, To: to, Code: code, Refused: refused,
	})
}

// Outgoing is a dispatch opened for sending.
type Outgoing struct {
	To    string
	Code  string // empty but in receipts
	Token string // see MailToken
	Case  *Case
	*Dispatch
}

// triesApart is how long a dispatch waits after each try; after the last it is given up.
var triesApart = []time.Duration{
	2 * time.Minute, 10 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour,
}

// DueMail is how many dispatches wait to be sent now, up to the limit.
func (d *Desk) DueMail(ctx context.Context, limit int) ([]*Dispatch, error) {
	if d.Outbox == nil {
		return nil, nil
	}
	return d.Outbox.DueDispatches(ctx, d.now().Add(time.Millisecond), limit)
}

// Claim takes a dispatch for one try and opens it. Its next try is set before this one begins, so that two who send at the same
// time do not send one twice, and one who stops in the middle leaves it to the next. ErrStale says that somebody else has it.
func (d *Desk) Claim(ctx context.Context, x *Dispatch) (Outgoing, error) {
	c, err := d.Cases.Get(ctx, x.Case)
	if err != nil {
		return Outgoing{}, err
	}
	if x.Tries >= len(triesApart) || c.Erased() || x.Step != StepReceived && len(c.Reach) == 0 {
		return Outgoing{}, errors.Join(d.end(ctx, x, nil), ErrStale)
	}
	if x.Step != StepReceived {
		x.To = c.Reach // he may have changed it
	}
	to, err := d.Vault.OpenPersonal(x.To, c.ID+"/reach")
	if err != nil {
		return Outgoing{}, err
	}
	out := Outgoing{To: string(to), Token: d.MailToken(c.ID), Case: c, Dispatch: x}
	if len(x.Code) > 0 {
		code, err := d.Vault.OpenPersonal(x.Code, c.ID+"/receipt")
		if err != nil {
			return Outgoing{}, err
		}
		out.Code = string(code)
	}
	due := stamp(d.now().Add(triesApart[x.Tries]))
	x.V, x.Tries, x.Due = x.V+1, x.Tries+1, &due
	return out, d.Outbox.PutDispatch(ctx, x)
}

// Sent ends a dispatch that a mail server has: nothing personal is left of it.
func (d *Desk) Sent(ctx context.Context, x *Dispatch) error {
	now := d.now()
	return d.end(ctx, x, &now)
}

// Unsendable ends a dispatch whose address no mail server takes, and tells the case.
func (d *Desk) Unsendable(ctx context.Context, x *Dispatch, status string) error {
	return errors.Join(d.end(ctx, x, nil), d.Returned(ctx, x.Case, x.ID, status))
}

func (d *Desk) end(ctx context.Context, x *Dispatch, sent *time.Time) error {
	x.V, x.Due, x.To, x.Code, x.SentAt = x.V+1, nil, nil, nil, sent
	return d.Outbox.PutDispatch(ctx, x)
}

// post keeps mail that is to be sent.
func (d *Desk) post(ctx context.Context, mail []*Dispatch) error {
	if d.Outbox == nil || len(mail) == 0 {
		return nil
	}
	return d.Outbox.AddDispatches(ctx, mail...)
}
