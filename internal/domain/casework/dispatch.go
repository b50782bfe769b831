package casework

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// Dispatch (tin báo) is one message that tells a sender of a step of his case. It lies in the outbox until the server of its way has
// it; then nothing personal is left of it.
type Dispatch struct {
	ID      string     `bson:"_id"` // the case, and the entry that it tells of
	V       int64      `bson:"v"`
	Case    string     `bson:"case"`
	Seq     int        `bson:"seq"`
	Step    string     `bson:"step"`
	Way     Way        `bson:"way"`
	Due     *time.Time `bson:"due,omitempty"` // when to try next; none once it is over
	Tries   int        `bson:"tries,omitempty"`
	To      []byte     `bson:"to,omitempty"`      // sealed
	Code    []byte     `bson:"code,omitempty"`    // sealed; only in the receipt of a letter that came by mail
	Refused int        `bson:"refused,omitempty"` // how many of its files could not be kept
	SentAt  *time.Time `bson:"sent_at,omitempty"`
	Trying  bool       `bson:"trying,omitempty"` // a try has begun that was not said to have ended; see Way.once
}

// Outbox keeps dispatches.
type Outbox interface {
	// AddDispatches keeps those that are not there yet and leaves the others as they are.
	AddDispatches(ctx context.Context, ds ...*Dispatch) error
	// DueDispatches lists those of a way to be tried before the time, the oldest first.
	DueDispatches(ctx context.Context, way Way, before time.Time, limit int) ([]*Dispatch, error)
	PutDispatch(ctx context.Context, d *Dispatch) error // ErrStale when the stored version is not V-1
}

// StepReceived is the step of a receipt.
const StepReceived = "received"

// dispatched are the events that a sender is told, with the step each is told as: what the law has him told of, or asks of him
// something. A decision is told when it is made; that it was posted is told by the post.
var dispatched = map[string]string{
	"info_asked": "info_asked", "accepted": "accepted", "started": "started", "refused": "refused", "extended": "extended", "check_extended": "extended",
	law.PastDialogueCalled: "dialogue_called", "suspended": "suspended", "resumed": "resumed", "discontinued": "discontinued", "transferred": "transferred",
	"guided": "guided", "filed": "filed", "returned": "returned", "withdrawn": "withdrawn", "answered": "answered", "decided": "decided",
	"urged": "urged", "split": "split", "continued": "continued", "reconsidered": "reconsidered", law.PastTakenOver: "taken_over", "found_complex": "extended",
}

// DispatchSteps lists the steps that are told.
func DispatchSteps() []string {
	return []string{
		StepReceived, "info_asked", "accepted", "started", "refused", "refused_plain", "extended", "dialogue_called", "suspended", "resumed", "discontinued",
		"transferred", "guided", "filed", "returned", "withdrawn", "answered", "decided", "urged", "split", "continued", "reconsidered", "taken_over",
	}
}

// stepOf is the step that an entry is told as; empty for none.
func (c *Case) stepOf(e history.Entry) string {
	switch step := dispatched[e.What]; {
	case step == "refused" && !c.Kind.NeedsIdentity(): // "thụ lý" is a word of complaints and denunciations alone
		return "refused_plain"
	case e.What == "found_complex" && c.Kind == law.Denunciation: // its time is longer only once it is extended
		return ""
	case e.What == "notified" && c.Kind == law.Denunciation: // of its conclusion the sender hears by this alone
		return "answered"
	default:
		return step
	}
}

// tells reports whether the entry is one that the case's sender is told.
func (c *Case) tells(e history.Entry) bool { return len(c.Reach) > 0 && c.stepOf(e) != "" }

// dispatches are what tells of an entry: one, or none. By telephone, which costs the office a fee and of which there is so much a day,
// nobody is told what was just done with his own code: else a stranger would use it up, on numbers of his choice.
func (d *Desk) dispatches(c *Case, e history.Entry) []*Dispatch {
	if !c.tells(e) || c.Erased() {
		return nil
	}
	way := cmp.Or(d.ReachWay(c), WayMail)
	if way.ByPhone() && e.Actor == history.ByCitizen {
		return nil
	}
	due := stamp(daytime(d.now()))
	return []*Dispatch{{ID: c.ID + "." + strconv.Itoa(e.Seq), V: 1, Case: c.ID, Seq: e.Seq, Step: c.stepOf(e), Way: way, Due: &due, To: c.Reach}}
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

// Receipt puts the receipt of a letter that came by mail or message into the outbox, once. It holds the code, which its sender has no
// other way to get, and nothing of what he wrote.
func (d *Desk) Receipt(ctx context.Context, filed Filed, r Reach, refused int) error {
	if !d.Tells(r.Way) || r.Empty() {
		return nil
	}
	c, now := filed.Case, d.now()
	to, err := d.sealWay(c, r)
	if err != nil {
		return err
	}
	code, err := d.Vault.SealPersonal([]byte(filed.Code.String()), c.ID+"/receipt")
	if err != nil {
		return err
	}
	return d.Outbox.AddDispatches(ctx, &Dispatch{
		ID: c.ID + ".1", V: 1, Case: c.ID, Seq: 1, Step: StepReceived, Way: r.Way, Due: &now, To: to, Code: code, Refused: refused,
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

// pushTries is how often a browser's push service is tried: who chose the service need not be anybody's.
const pushTries = 5

// tries is how long a dispatch of the way waits after each try.
func (w Way) tries() []time.Duration {
	if w == WayPush {
		return triesApart[:pushTries]
	}
	return triesApart
}

// Due lists the dispatches of a way that wait to be sent now, up to the limit.
func (d *Desk) Due(ctx context.Context, way Way, limit int) ([]*Dispatch, error) {
	if d.Outbox == nil {
		return nil, nil
	}
	return d.Outbox.DueDispatches(ctx, way, d.now().Add(time.Millisecond), limit)
}

// Claim takes a dispatch for one try and opens it. Its next try is set before this one begins, so that two who send at the same
// time do not send one twice, and one who stops in the middle leaves it to the next. ErrStale says that somebody else has it.
func (d *Desk) Claim(ctx context.Context, x *Dispatch) (Outgoing, error) {
	c, err := d.Cases.Get(ctx, x.Case)
	if err != nil {
		return Outgoing{}, err
	}
	if x.Tries >= len(x.Way.tries()) && !c.Erased() && len(c.Reach) > 0 { // whoever waits for word hears of it by the clerk
		return Outgoing{}, errors.Join(d.Unsendable(ctx, x, "given_up"), ErrStale)
	}
	if x.Tries >= len(x.Way.tries()) || c.Erased() || x.Step != StepReceived && len(c.Reach) == 0 {
		return Outgoing{}, errors.Join(d.end(ctx, x, nil), ErrStale)
	}
	if x.Trying { // whoever began it stopped in the middle
		return Outgoing{}, errors.Join(d.Unsure(ctx, x), ErrStale)
	}
	if x.Step != StepReceived {
		x.To = c.Reach // he may have changed it
	}
	to, err := d.openWay(c, x.To)
	if err != nil {
		return Outgoing{}, err
	}
	if to.Way != x.Way {
		x.V, x.Way = x.V+1, to.Way
		return Outgoing{}, errors.Join(d.Outbox.PutDispatch(ctx, x), ErrStale)
	}
	out := Outgoing{To: to.To, Token: d.MailToken(c.ID), Case: c, Dispatch: x}
	if len(x.Code) > 0 {
		code, err := d.Vault.OpenPersonal(x.Code, c.ID+"/receipt")
		if err != nil {
			return Outgoing{}, err
		}
		out.Code = string(code)
	}
	due := stamp(d.now().Add(triesApart[x.Tries]))
	if x.Step != StepReceived {
		due = stamp(daytime(due))
	}
	x.V, x.Tries, x.Due, x.Trying = x.V+1, x.Tries+1, &due, x.Way.once()
	return out, d.Outbox.PutDispatch(ctx, x)
}

// Failed notes that a try surely sent nothing: it is tried again when its time has come.
func (d *Desk) Failed(ctx context.Context, x *Dispatch) error {
	if !x.Trying {
		return nil
	}
	x.V, x.Trying = x.V+1, false
	return d.Outbox.PutDispatch(ctx, x)
}

// Untried takes back a try that was none: nobody was asked to take this message.
func (d *Desk) Untried(ctx context.Context, x *Dispatch) error {
	due := stamp(d.now())
	x.V, x.Tries, x.Due, x.Trying = x.V+1, x.Tries-1, &due, false
	return d.Outbox.PutDispatch(ctx, x)
}

// Unsure ends a dispatch of which nobody knows whether it went out, and tells the case: twice is worse than a clerk who asks.
func (d *Desk) Unsure(ctx context.Context, x *Dispatch) error { return d.Unsendable(ctx, x, "unsure") }

// Sent ends a dispatch that its server has: nothing personal is left of it.
func (d *Desk) Sent(ctx context.Context, x *Dispatch) error {
	now := d.now()
	return d.end(ctx, x, &now)
}

// Unsendable ends a dispatch that reaches nobody, and tells the case why.
func (d *Desk) Unsendable(ctx context.Context, x *Dispatch, status string) error {
	what := mailReturned
	if x.Way == WayPush {
		what = pushReturned
	}
	return errors.Join(d.end(ctx, x, nil), d.unreached(ctx, x.Case, x.ID, history.Entry{What: what, Data: map[string]string{"status": status}}))
}

func (d *Desk) end(ctx context.Context, x *Dispatch, sent *time.Time) error {
	x.V, x.Due, x.To, x.Code, x.SentAt, x.Trying = x.V+1, nil, nil, nil, sent, false
	return d.Outbox.PutDispatch(ctx, x)
}

// post keeps mail that is to be sent.
func (d *Desk) post(ctx context.Context, mail []*Dispatch) error {
	if d.Outbox == nil || len(mail) == 0 {
		return nil
	}
	return d.Outbox.AddDispatches(ctx, mail...)
}
