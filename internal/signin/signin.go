// Package signin knows who stands at the staff door: passwords (argon2id), a second factor (TOTP), and sessions that can be
// ended. A token is random; the store has only its hash.
package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"sync"
	"time"

	"github.com/pquerna/otp/totp"

	"tiepdan/internal/office"
	"tiepdan/pkg/phrase"
)

// The reasons why somebody stays outside; a *WaitError is another.
var (
	ErrWrong     = errors.New("wrong username or password")
	ErrNeedsOTP  = errors.New("second factor wanted")
	ErrBusy      = errors.New("too many sign-ins at once")
	ErrSignedOut = errors.New("no valid session")
	ErrOnceOver  = errors.New("the one-time password has ended")
)

// Doors lets staff in and out.
type Doors struct {
	Sessions Sessions
	Offices  interface {
		Office(ctx context.Context) (*office.Office, error)
	}
	// Journal keeps what each person sees of sign-ins in his name; nil keeps none.
	Journal Journal
	// OpenOTP opens a sealed TOTP secret of a member of staff.
	OpenOTP func(sealed []byte, staff string) (string, error)
	MAC     func(domain string, parts ...[]byte) [32]byte // signs the marks of known devices
	Now     func() time.Time
	Lasts   time.Duration // how long a session lasts
	Idle    time.Duration // how long it lasts unused; 0 is as long

	slow      delays
	once      sync.Once
	strangers gate
	familiar  gate
	matches   func(hash, password string) bool // phrase.Matches, but for tests
}

// In is what somebody shows at the door. From is his address and Agent what his browser calls itself, for the journal;
// Devices is what Remember gave to this device; Ticket is what a WaitError gave.
type In struct{ Username, Password, OTP, From, Agent, Devices, Ticket string }

// SignIn checks the person and opens a session. The token is returned once. After a few failures in one name attempts from
// devices that are not known are spaced, with a *WaitError between them; a device on which the person has signed in before
// is never kept waiting by others. ErrBusy means that too many passwords are being checked. An unknown name costs the same.
func (d *Doors) SignIn(ctx context.Context, in In) (token string, who office.Staff, err error) {
	d.once.Do(d.open)
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return "", who, err
	}
	who, known := o.ByUsername(in.Username)
	key, door := "n:"+in.Username[:min(len(in.Username), maxName)], d.strangers
	if id, ok := d.known(in.Devices, who.ID); ok && known {
		key, door = "d:"+id, d.familiar
	}
	now, at := d.Now(), d.placeOf(key, in.Ticket)
	if wait := d.slow.admit(now, key, at); wait > 0 {
		ticket := in.Ticket
		if !at.from.After(now) {
			ticket = d.ticket(key, now.Add(wait))
		}
		return "", office.Staff{}, &WaitError{For: wait, Ticket: ticket}
	}
	err = d.check(ctx, door, who, in)
	if !known && err == nil {
		err = ErrWrong
	}
	if err != nil {
		if errors.Is(err, ErrWrong) {
			err = errors.Join(err, d.note(ctx, who.ID, in, false))
		} else {
			d.slow.right(key, false)
		}
		return "", office.Staff{}, err
	}
	d.slow.right(key, true)
	token, err = d.begin(ctx, who, in)
	if err != nil {
		return "", office.Staff{}, err
	}
	if err := d.note(ctx, who.ID, in, true); err != nil {
		return "", office.Staff{}, err
	}
	return token, who, nil
}

func (d *Doors) open() {
	d.strangers, d.familiar = newGate(strangersWait), newGate(knownWait)
	if d.matches == nil {
		d.matches = phrase.Matches
	}
}

// check passes who shows the right password and second factor.
func (d *Doors) check(ctx context.Context, door gate, who office.Staff, in In) error {
	leave, err := door.enter(ctx)
	if err != nil {
		return err
	}
	right := d.matches(who.Password, in.Password)
	leave()
	if !right {
		return ErrWrong
	}
	if who.OnceUntil != nil && d.Now().After(*who.OnceUntil) {
		return ErrOnceOver
	}
	return d.second(who, in.OTP, d.Now())
}

func (d *Doors) second(who office.Staff, code string, now time.Time) error {
	if len(who.OTP) == 0 {
		return nil
	}
	if code == "" {
		return ErrNeedsOTP
	}
	secret, err := d.OpenOTP(who.OTP, who.ID)
	if err != nil {
		return err
	}
	ok, err := totp.ValidateCustom(code, secret, now, totp.ValidateOpts{Period: 30, Skew: 1, Digits: 6})
	if err != nil || !ok {
		return ErrWrong
	}
	return nil
}

func random() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
