package outlet

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/outward"
)

// Delivery (lần gửi) is an event that goes to a receiver. It lies in the outbox until the receiver has taken it, and is kept for a
// while so that it may be sent once more.
type Delivery struct {
	ID       string     `bson:"_id"` // the receiver and the event
	V        int64      `bson:"v"`
	Receiver string     `bson:"receiver"`
	Event    string     `bson:"event"`
	Type     string     `bson:"type"`
	Body     []byte     `bson:"body"`
	At       time.Time  `bson:"at"`            // when it happened
	Until    time.Time  `bson:"until"`         // how long it is kept
	Due      *time.Time `bson:"due,omitempty"` // when to try next; none once it is over
	Tries    int        `bson:"tries,omitempty"`
	TriedAt  *time.Time `bson:"tried_at,omitempty"`
	Status   int        `bson:"status,omitempty"` // what it answered last; 0 when nothing came
	Fault    string     `bson:"fault,omitempty"`  // why nothing came: see faults
	DoneAt   *time.Time `bson:"done_at,omitempty"`
}

// How a delivery stands.
const (
	Waits = "waits"
	Taken = "taken"
	Given = "given_up"
)

// Stands is how it stands.
func (d *Delivery) Stands() string {
	switch {
	case d.DoneAt != nil:
		return Taken
	case d.Due == nil:
		return Given
	}
	return Waits
}

// The reasons for which no answer came.
const (
	FaultReach  = "unreachable"
	FaultTime   = "timeout"
	FaultInside = "inside"
)

// triesApart is how long a delivery waits after each try; after the last it is given up.
var triesApart = []time.Duration{
	10 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour,
}

const (
	keptFor  = 30 * 24 * time.Hour
	batch    = 50
	pageRows = 50
)

// Within is how long a receiver may take to answer.
const Within = 10 * time.Second

// Keep puts the events into the outbox, for every receiver that takes events, once each.
func (o *Outlet) Keep(ctx context.Context, events ...Event) error {
	rs, err := o.Store.Receivers(ctx)
	if err != nil {
		return err
	}
	now := o.now()
	var out []*Delivery
	for _, e := range events {
		raw, err := e.Encode()
		if err != nil {
			return err
		}
		for _, r := range rs {
			if r.Takes() && !e.Time.Before(r.At.Truncate(time.Hour)) { // what happened before it was entered is not its business; ratings know their hour alone
				out = append(out, &Delivery{
					ID: r.ID + "." + e.ID, V: 1, Receiver: r.ID, Event: e.ID, Type: e.Type, Body: raw, At: e.Time, Until: now.Add(keptFor), Due: &now,
				})
			}
		}
	}
	return o.Store.AddDeliveries(ctx, out...)
}

// Active reports whether anybody is told.
func (o *Outlet) Active(ctx context.Context) (bool, error) {
	rs, err := o.Store.Receivers(ctx)
	for _, r := range rs {
		if r.Takes() {
			return true, err
		}
	}
	return false, err
}

// Deliver sends what is due and returns how many were taken. Receivers do not wait for each other; one that fails is left until
// the next pass.
func (o *Outlet) Deliver(ctx context.Context) (int, error) {
	rs, err := o.Store.Receivers(ctx)
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	sent, errs := make([]int, len(rs)), make([]error, len(rs))
	for i, r := range rs {
		if r.Takes() && !r.Paused {
			wg.Go(func() { sent[i], errs[i] = o.deliverTo(ctx, r) })
		}
	}
	wg.Wait()
	total := 0
	for _, n := range sent {
		total += n
	}
	_, dropped := o.Store.DropDeliveries(ctx, o.now())
	return total, errors.Join(append(errs, dropped)...)
}

func (o *Outlet) deliverTo(ctx context.Context, r *Receiver) (sent int, err error) {
	secret, err := o.Vault.OpenPersonal(r.Secret, "receiver/"+r.ID)
	if err != nil {
		return 0, err
	}
	due, err := o.Store.DueDeliveries(ctx, r.ID, o.now().Add(time.Millisecond), batch)
	for _, d := range due {
		if ctx.Err() != nil {
			break
		}
		ok, e := o.try(ctx, r, string(secret), d)
		if e != nil && !errors.Is(e, casework.ErrStale) {
			return sent, e
		}
		if e == nil && !ok {
			break
		}
		if ok {
			sent++
		}
	}
	return sent, err
}

// try sends a delivery once. The next try is set before this one begins, so that two who send at the same time do not send it twice,
// and one who stops in the middle leaves it to the next.
func (o *Outlet) try(ctx context.Context, r *Receiver, secret string, d *Delivery) (taken bool, err error) {
	now := o.now()
	next := now.Add(triesApart[min(d.Tries, len(triesApart)-1)])
	d.V, d.Tries, d.Due, d.TriedAt = d.V+1, d.Tries+1, &next, &now
	if err := o.Store.PutDelivery(ctx, d); err != nil {
		return false, err
	}
	d.Status, d.Fault = o.send(ctx, r.URL, secret, d.Body)
	d.V++
	if taken = d.Status >= 200 && d.Status < 300; taken {
		done := o.now()
		d.Due, d.DoneAt = nil, &done
	} else if d.Tries >= len(triesApart) {
		d.Due = nil
		o.Log.WarnContext(ctx, "an event was given up: its receiver takes nothing; look at its page, and send it again from there", "receiver", r.ID, "event", d.Event, "status", d.Status)
	}
	return taken, o.Store.PutDelivery(context.WithoutCancel(ctx), d)
}

// The headers of a delivery.
const (
	HeaderTime      = "X-Tiepdan-Timestamp"
	HeaderSignature = "X-Tiepdan-Signature"
)

func (o *Outlet) send(ctx context.Context, url, secret string, body []byte) (status int, fault string) {
	at := strconv.FormatInt(o.Now().Unix(), 10)
	a, err := o.Client.Do(ctx, outward.Request{URL: url, Body: body, Header: http.Header{
		"Content-Type": {"application/cloudevents+json; charset=utf-8"}, "User-Agent": {"tiepdan"},
		HeaderTime: {at}, HeaderSignature: {Sign(secret, at, body)},
	}})
	switch {
	case errors.Is(err, outward.ErrInside) || errors.Is(err, outward.ErrAddress):
		return 0, FaultInside
	case errors.Is(err, context.DeadlineExceeded):
		return 0, FaultTime
	case err != nil:
		return 0, FaultReach
	}
	return a.Status, ""
}

// Sign is the signature of a body: the HMAC-SHA256 under the secret of the time, a full stop and the body.
func Sign(secret, at string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// Deliveries reads a page of what went to a receiver, for an administrator, the newest first.
func (o *Outlet) Deliveries(ctx context.Context, who office.Staff, id, after string) (*Receiver, []*Delivery, string, error) {
	if err := mayKeep(who); err != nil {
		return nil, nil, "", err
	}
	r, err := o.Store.Receiver(ctx, id)
	if err != nil {
		return nil, nil, "", err
	}
	ds, next, err := o.Store.ListDeliveries(ctx, id, after, pageRows)
	return r, ds, next, err
}

// Again has a delivery sent once more, whether it was taken or given up.
func (o *Outlet) Again(ctx context.Context, who office.Staff, receiver, event string) error {
	if err := mayKeep(who); err != nil {
		return err
	}
	for range retries {
		r, err := o.Store.Receiver(ctx, receiver)
		if err != nil {
			return err
		}
		if !r.Takes() {
			return &casework.Error{Code: casework.Conflict, Key: "error.receiver_ended"}
		}
		d, err := o.Store.Delivery(ctx, receiver+"."+event)
		if err != nil {
			return err
		}
		now := o.now()
		d.V, d.Tries, d.Due, d.DoneAt = d.V+1, 0, &now, nil
		err = o.Store.PutDelivery(ctx, d)
		if errors.Is(err, casework.ErrStale) {
			continue
		}
		if err == nil {
			o.Log.InfoContext(ctx, "an event is sent again", "receiver", receiver, "event", event, "by", who.ID)
		}
		return err
	}
	return &casework.Error{Code: casework.Unavailable, Key: "error.busy"}
}
