package rating

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Tablet (máy đánh giá) is a device that was enrolled for a counter. Only taps that it signed are verified, each once, only as
// far back as it was last heard of, and no faster than people can tap.
type Tablet struct {
	ID         string     `bson:"_id"`
	V          int64      `bson:"v"`
	Counter    string     `bson:"counter"`
	Key        string     `bson:"key"`              // keyed hash of what the device holds
	Public     []byte     `bson:"public,omitempty"` // of the pair whose private half the device gives to nobody, not even to its own page
	Last       int64      `bson:"last,omitempty"`   // the number of the newest tap that was verified
	EnrolledAt time.Time  `bson:"enrolled_at"`
	RevokedAt  *time.Time `bson:"revoked_at,omitempty"`
	Contact    time.Time  `bson:"contact"` // it was heard of, and had nothing older left to send
	Health     Health     `bson:"health"`
	Full       time.Time  `bson:"full"` // when as many taps as at first fit again, by the taps' own time
}

// Health is what a tablet last said of itself.
type Health struct {
	SeenAt  time.Time `bson:"seen_at"`
	Waiting int       `bson:"waiting"` // taps that it has not been able to send
	Version string    `bson:"version"` // of the page that it shows
}

// TabletQuiet is after how long without a word an administrator should look after a tablet: several of its turns.
const TabletQuiet = 35 * time.Minute

// Seen is when the tablet last said something.
func (t *Tablet) Seen() time.Time {
	if t.Health.SeenAt.Before(t.Contact) {
		return t.Contact
	}
	return t.Health.SeenAt
}

// Silent reports whether a tablet in use should have said something by now.
func (t *Tablet) Silent(now time.Time) bool {
	return t.RevokedAt == nil && now.Sub(t.Seen()) > TabletQuiet
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

// ErrNoKey says that a device came without the public half of a key of its own.
var ErrNoKey = errors.New("not a key of a tablet")

// Device is what a tablet holds.
type Device struct {
	Secret string // in a cookie that no script reads
	Public []byte // a point of the curve P-256, not compressed
}

// Tap is what a tablet says of a tap.
type Tap struct {
	Token, Visit, Score, At string    // as they were sent: the address it was tapped at, its own number, the face, and the tablet's time
	N                       int64     // how many the tablet has signed
	Sign                    []byte    // of all that
	When                    time.Time // by our clock
}

// signed reports whether the holder of the key said so.
func (t Tap) signed(public []byte) bool {
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), public)
	const half = 32
	if err != nil || len(t.Sign) != 2*half {
		return false
	}
	sum := sha256.Sum256([]byte(t.Says()))
	return ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(t.Sign[:half]), new(big.Int).SetBytes(t.Sign[half:]))
}

// Says is what the tablet signs.
func (t Tap) Says() string {
	return strings.Join([]string{"tap", t.Token, t.Visit, t.Score, t.At, strconv.FormatInt(t.N, 10)}, "\n")
}

// Tablets is what is kept of devices.
type Tablets interface {
	AllTablets(ctx context.Context) ([]Tablet, error)
	GetTablet(ctx context.Context, id string) (*Tablet, error) // ErrNoTablet when there is none
	PutTablet(ctx context.Context, t *Tablet) error            // ErrStale when the stored version is not V-1
}

// Enrol (đăng ký máy) makes a device the tablet of a counter. The id is the one of its code: each code enrols once.
func (b *Book) Enrol(ctx context.Context, id, counter string, d Device) error {
	if _, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), d.Public); err != nil {
		return ErrNoKey
	}
	now := b.Now().UTC()
	err := b.Tablets.PutTablet(ctx, &Tablet{
		ID: id, V: 1, Counter: counter, Key: b.tabletKey(id, d.Secret), Public: d.Public, EnrolledAt: now, Contact: now, Full: now,
	})
	if errors.Is(err, ErrStale) {
		return ErrEnrolled
	}
	return err
}

// ListTablets lists all that were ever enrolled: those in use first, then the newest.
func (b *Book) ListTablets(ctx context.Context) ([]Tablet, error) {
	list, err := b.Tablets.AllTablets(ctx)
	slices.SortFunc(list, func(x, y Tablet) int {
		if ended := x.RevokedAt != nil; ended != (y.RevokedAt != nil) {
			return map[bool]int{true: 1, false: -1}[ended]
		}
		return cmp.Or(y.EnrolledAt.Compare(x.EnrolledAt), strings.Compare(x.ID, y.ID))
	})
	return list, err
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

// Heard notes how a tablet says it is. Once it has nothing left to send, what it sends later cannot be older.
func (b *Book) Heard(ctx context.Context, id, counter, secret string, h Health) error {
	return b.changeTablet(ctx, id, func(t *Tablet) bool {
		now := b.Now().UTC()
		if !b.holds(t, counter, secret) || !t.Health.SeenAt.Before(now) {
			return false
		}
		h.SeenAt = now
		if t.Health = h; h.Waiting == 0 && t.Contact.Before(now) {
			t.Contact = now
		}
		return true
	})
}

// Tapped counts a tap of an enrolled tablet at the time it was given, and reports whether it is verified. A tap that the tablet
// did not sign, that stands before one it has sent, is from before the tablet was last heard of, from the future, or beyond what
// people can tap is not: it is counted apart. The newest one may come again, when its answer was lost: it is the same rating.
func (b *Book) Tapped(ctx context.Context, id, counter, secret string, tap Tap) (verified bool, err error) {
	err = b.changeTablet(ctx, id, func(t *Tablet) bool {
		verified = false
		if !b.holds(t, counter, secret) || !tap.signed(t.Public) || tap.N < t.Last || tap.N < 1 {
			return false
		}
		if verified = tap.N == t.Last; verified {
			return false
		}
		if verified = t.take(tap.When.UTC(), b.Now().UTC()); verified {
			t.Last = tap.N
		}
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
