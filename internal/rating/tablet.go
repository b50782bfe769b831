package rating

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"time"
)

// Tablet (máy đánh giá) is a device that was enrolled for a counter. Only its taps are verified, only as far back as it was last
// heard of, and no faster than people can tap.
type Tablet struct {
	ID         string     `bson:"_id"`
	V          int64      `bson:"v"`
	Counter    string     `bson:"counter"`
	Key        string     `bson:"key"` // keyed hash of what the device holds
	EnrolledAt time.Time  `bson:"enrolled_at"`
	RevokedAt  *time.Time `bson:"revoked_at,omitempty"`
	Contact    time.Time  `bson:"contact"` // it was heard of, and had nothing older left to send
	Full       time.Time  `bson:"full"`    // when as many taps as at first fit again, by the taps' own time
}

// The measures of a tablet.
const (
	TabletKeeps = 7 * 24 * time.Hour // how long it may keep a tap to itself
	tapEach     = 15 * time.Second   // nobody rates faster, one after the other
	tapBurst    = 8                  // a family, or a child
	tapSlack    = 2 * time.Minute    // a tap that is sent once more because no answer came
)

// ErrNoTablet says that a device is unknown, revoked, of another counter, or holds another key.
var ErrNoTablet = errors.New("not an enrolled tablet")

// ErrEnrolled says that a code of enrolment was used before.
var ErrEnrolled = errors.New("tablet is enrolled already")

// Tablets is what is kept of devices.
type Tablets interface {
	GetTablet(ctx context.Context, id string) (*Tablet, error) // ErrNoTablet when there is none
	PutTablet(ctx context.Context, t *Tablet) error            // ErrStale when the stored version is not V-1
}

// Enrol (đăng ký máy) makes a device the tablet of a counter. The id is the one of its code: each code enrols once.
func (b *Book) Enrol(ctx context.Context, id, counter, secret string) error {
	now := b.Now().UTC()
	err := b.Tablets.PutTablet(ctx, &Tablet{ID: id, V: 1, Counter: counter, Key: b.tabletKey(id, secret), EnrolledAt: now, Contact: now, Full: now})
	if errors.Is(err, ErrStale) {
		return ErrEnrolled
	}
	return err
}

// Revoke (thu hồi) ends a tablet: its taps are kept, and counted apart.
func (b *Book) Revoke(ctx context.Context, id string) error {
	return b.changeTablet(ctx, id, func(t *Tablet) bool {
		now := b.Now().UTC()
		first := t.RevokedAt == nil
		if first {
			t.RevokedAt = &now
		}
		return first
	})
}

// Knows reports whether a device is an enrolled tablet of the counter.
func (b *Book) Knows(ctx context.Context, id, counter, secret string) (bool, error) {
	t, err := b.Tablets.GetTablet(ctx, id)
	if errors.Is(err, ErrNoTablet) {
		return false, nil
	}
	return err == nil && b.holds(t, counter, secret), err
}

// Heard notes that a tablet has nothing left to send: what it sends later cannot be older.
func (b *Book) Heard(ctx context.Context, id, counter, secret string) error {
	return b.changeTablet(ctx, id, func(t *Tablet) bool {
		now := b.Now().UTC()
		if !b.holds(t, counter, secret) || !t.Contact.Before(now) {
			return false
		}
		t.Contact = now
		return true
	})
}

// Tapped counts a tap of an enrolled tablet at the time it was given, and reports whether it is verified. A tap from before the
// tablet was last heard of, from the future, or beyond what people can tap is not: it is counted apart.
func (b *Book) Tapped(ctx context.Context, id, counter, secret string, at time.Time) (verified bool, err error) {
	err = b.changeTablet(ctx, id, func(t *Tablet) bool {
		verified = b.holds(t, counter, secret) && t.take(at.UTC(), b.Now().UTC())
		return verified
	})
	if errors.Is(err, ErrNoTablet) {
		return false, nil
	}
	return verified, err
}

// take is the pace of a tablet by the taps' own time.
func (t *Tablet) take(at, now time.Time) bool {
	if at.After(now) || at.Before(t.Contact.Add(-tapSlack)) || now.Sub(at) > TabletKeeps {
		return false
	}
	full := t.Full
	if full.Before(at) {
		full = at
	}
	if full.Sub(at) > (tapBurst-1)*tapEach {
		return false
	}
	t.Full = full.Add(tapEach)
	if at.After(t.Contact) {
		t.Contact = at
	}
	return true
}

func (b *Book) holds(t *Tablet, counter, secret string) bool {
	return t.RevokedAt == nil && t.Counter == counter && hmac.Equal([]byte(t.Key), []byte(b.tabletKey(t.ID, secret)))
}

func (b *Book) tabletKey(id, secret string) string {
	sum := b.MAC("tablet-key", []byte(id), []byte(secret))
	return hex.EncodeToString(sum[:])
}

// changeTablet writes over the version it read, and begins again when another was first.
func (b *Book) changeTablet(ctx context.Context, id string, change func(*Tablet) bool) error {
	for range tries {
		t, err := b.Tablets.GetTablet(ctx, id)
		if err != nil {
			return err
		}
		if !change(t) {
			return nil
		}
		t.V++
		if err = b.Tablets.PutTablet(ctx, t); !errors.Is(err, ErrStale) {
			return err
		}
	}
	return ErrStale
}
