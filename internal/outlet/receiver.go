// Package outlet (nơi nhận sự kiện) tells programs of others what happens to cases: signed requests to addresses that an administrator
// enters, each event delivered at least once. What an event says is in event.go; nobody learns by it what somebody wrote, who he is,
// or that a denunciation was ever made.
package outlet

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/outward"
	"tiepdan/pkg/vntext"
)

// Receiver (nơi nhận) is a program of somebody's that is told.
type Receiver struct {
	ID      string     `bson:"_id"`
	V       int64      `bson:"v"`
	Name    string     `bson:"name"`
	URL     string     `bson:"url"`
	Secret  []byte     `bson:"secret"` // sealed
	At      time.Time  `bson:"at"`
	By      string     `bson:"by"`                 // who entered it
	Paused  bool       `bson:"paused,omitempty"`   // what happens meanwhile waits
	EndedAt *time.Time `bson:"ended_at,omitempty"` // nothing goes to it any more
}

// Takes reports whether events are kept for it.
func (r *Receiver) Takes() bool { return r.EndedAt == nil }

// Store keeps receivers and deliveries.
type Store interface {
	Receivers(ctx context.Context) ([]*Receiver, error)         // all there are, few
	Receiver(ctx context.Context, id string) (*Receiver, error) // a casework NotFound when there is none
	AddReceiver(ctx context.Context, r *Receiver) error
	PutReceiver(ctx context.Context, r *Receiver) error // casework.ErrStale when the stored version is not V-1
	// AddDeliveries keeps those that are not there yet and leaves the others as they are.
	AddDeliveries(ctx context.Context, ds ...*Delivery) error
	Delivery(ctx context.Context, id string) (*Delivery, error)
	PutDelivery(ctx context.Context, d *Delivery) error // casework.ErrStale when the stored version is not V-1
	// DueDeliveries lists those of a receiver that are to be tried before the time, the oldest first.
	DueDeliveries(ctx context.Context, receiver string, before time.Time, limit int) ([]*Delivery, error)
	// ListDeliveries reads a page of those of a receiver, the newest first.
	ListDeliveries(ctx context.Context, receiver, after string, limit int) ([]*Delivery, string, error)
	// DropDeliveries removes those that are kept no longer and returns how many.
	DropDeliveries(ctx context.Context, before time.Time) (int, error)
}

// Vault seals and opens secrets, and makes keyed hashes.
type Vault interface {
	SealPersonal(plain []byte, place string) ([]byte, error)
	OpenPersonal(sealed []byte, place string) ([]byte, error)
	MAC(domain string, parts ...[]byte) [32]byte
}

// Outlet is what the program knows of receivers. Its fields are set once.
type Outlet struct {
	Store  Store
	Vault  Vault
	Guard  outward.Guard
	Client *outward.Client
	Source func() string // where citizens reach the service: the source of every event
	Now    func() time.Time
	Log    *slog.Logger
}

// The bounds of what an administrator enters.
const (
	maxName      = 120
	maxReceivers = 20
)

func mayKeep(who office.Staff) error {
	if who.Disabled || !who.Has(office.Admin) {
		return &casework.Error{Code: casework.Forbidden, Key: "error.admin_only"}
	}
	return nil
}

// List lists the receivers, for an administrator; those that ended stand last.
func (o *Outlet) List(ctx context.Context, who office.Staff) ([]*Receiver, error) {
	if err := mayKeep(who); err != nil {
		return nil, err
	}
	all, err := o.Store.Receivers(ctx)
	var open, ended []*Receiver
	for _, r := range all {
		if r.Takes() {
			open = append(open, r)
		} else {
			ended = append(ended, r)
		}
	}
	return append(open, ended...), err
}

// Add enters a receiver, and answers its secret, which is shown once.
func (o *Outlet) Add(ctx context.Context, who office.Staff, name, url string) (*Receiver, string, error) {
	if err := mayKeep(who); err != nil {
		return nil, "", err
	}
	name = vntext.Line(name)
	wrong := map[string]string{}
	if name == "" || vntext.Runes(name) > maxName {
		wrong["name"] = "error.field.receiver_name"
	}
	if o.Guard.Check(url) != nil {
		wrong["url"] = "error.field.receiver_url"
	}
	all, err := o.Store.Receivers(ctx)
	if err != nil {
		return nil, "", err
	}
	open := 0
	for _, r := range all {
		if r.Takes() {
			open++
		}
	}
	if open >= maxReceivers {
		wrong["name"] = "error.field.receivers_many"
	}
	if len(wrong) > 0 {
		return nil, "", &casework.Error{Code: casework.Invalid, Key: "error.invalid", Fields: wrong}
	}
	r := &Receiver{ID: rand.Text(), V: 1, Name: name, URL: url, At: o.now(), By: who.ID}
	secret, err := o.renew(r)
	if err != nil {
		return nil, "", err
	}
	if err := o.Store.AddReceiver(ctx, r); err != nil {
		return nil, "", err
	}
	o.Log.InfoContext(ctx, "a receiver of events was entered", "receiver", r.ID, "by", who.ID)
	return r, secret, nil
}

// secretPrefix begins the secrets, so that whoever finds one knows what it is.
const secretPrefix = "tdwh_"

// renew gives the receiver another secret.
func (o *Outlet) renew(r *Receiver) (secret string, err error) {
	secret = secretPrefix + rand.Text()
	r.Secret, err = o.Vault.SealPersonal([]byte(secret), "receiver/"+r.ID)
	return secret, err
}

// Renew gives it another secret, which is shown once; the old one signs nothing from then on.
func (o *Outlet) Renew(ctx context.Context, who office.Staff, id string) (r *Receiver, secret string, err error) {
	r, err = o.change(ctx, who, id, "secret", func(r *Receiver) (err error) {
		secret, err = o.renew(r)
		return err
	})
	return r, secret, err
}

// The orders of an administrator.
const (
	Pause  = "pause"
	Resume = "resume"
	End    = "end"
)

// Do carries out an order.
func (o *Outlet) Do(ctx context.Context, who office.Staff, id, order string) error {
	_, err := o.change(ctx, who, id, order, func(r *Receiver) error {
		switch order {
		case Pause, Resume:
			r.Paused = order == Pause
		case End:
			now := o.now()
			r.EndedAt, r.Secret = &now, nil
		default:
			return &casework.Error{Code: casework.NotFound, Key: "error.not_found"}
		}
		return nil
	})
	return err
}

const retries = 5

func (o *Outlet) change(ctx context.Context, who office.Staff, id, order string, f func(*Receiver) error) (*Receiver, error) {
	if err := mayKeep(who); err != nil {
		return nil, err
	}
	for range retries {
		r, err := o.Store.Receiver(ctx, id)
		if err != nil {
			return nil, err
		}
		if !r.Takes() {
			return nil, &casework.Error{Code: casework.Conflict, Key: "error.receiver_ended"}
		}
		if err := f(r); err != nil {
			return nil, err
		}
		r.V++
		err = o.Store.PutReceiver(ctx, r)
		if errors.Is(err, casework.ErrStale) {
			continue
		}
		if err == nil {
			o.Log.InfoContext(ctx, "a receiver of events was changed", "receiver", r.ID, "order", order, "by", who.ID)
		}
		return r, err
	}
	return nil, &casework.Error{Code: casework.Unavailable, Key: "error.busy"}
}

func (o *Outlet) now() time.Time { return o.Now().UTC().Truncate(time.Millisecond) }
