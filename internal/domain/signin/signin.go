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

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/limit"
	"tiepdan/pkg/phrase"
)

// The reasons why somebody stays outside; a *WaitError is another.
var (
	ErrWrong     = errors.New("wrong username or password")
	ErrNeedsOTP  = errors.New("second factor wanted")
	ErrBusy      = errors.New("too many sign-ins at once")
	ErrSignedOut = errors.New("no valid session")
	ErrOnceOver  = errors.New("the one-time password has ended")
	ErrHalfOver  = errors.New("too long since the password was given")
)

// Doors lets staff in and out.
type Doors struct {
	Sessions Sessions
	Offices  interface {
		Office(ctx context.Context) (*office.Office, error)
	}
	// Journal keeps what each person sees of sign-ins in his name; nil keeps none.
	Journal Journal
	Factors Factors
	// Vault seals secrets of the staff, each for one place alone.
	Vault interface {
		SealPersonal(secret []byte, place string) ([]byte, error)
		OpenPersonal(sealed []byte, place string) ([]byte, error)
	}
	MAC   func(domain string, parts ...[]byte) [32]byte // signs the marks of known devices
	Now   func() time.Time
	Lasts time.Duration // how long a session lasts
	Idle  time.Duration // how long it lasts unused; 0 is as long
	// Address is where people reach the service, which passkeys are bound to; nil has none.
	Address func() string

	slow      delays
	codes     *limit.Budget // wrong one-time codes
	once      sync.Once
	strangers gate
	familiar  gate
	matches   func(hash, password string) bool // phrase.Matches, but for tests
}

// In is what somebody shows at the door. From is his address and Agent what his browser calls itself, for the journal;
// Devices is what Remember gave to this device; Ticket is what a WaitError gave, and Half what a SecondError gave: it stands for the
// name and the password; Passkey stands for both and the second factor. Session is the one in which somebody who is in already does
// something.
type In struct {
	Username, Password, OTP, From, Agent, Devices, Ticket, Half, Session string
	// Present is the token of the session that the browser has already.
	Present string

	Passkey Shown

	single, factor bool // see Session
}

// SignIn checks the person and opens a session. The token is returned once. After a few failures in one name attempts from
// devices that are not known are spaced, with a *WaitError between them; a device on which the person has signed in before
// is never kept waiting by others. ErrBusy means that too many passwords are being checked. An unknown name costs the same.
func (d *Doors) SignIn(ctx context.Context, in In) (token string, who office.Staff, err error) {
	d.once.Do(d.open)
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return "", who, err
	}
	if in.Passkey.Token != "" {
		return d.byPasskey(ctx, o, in)
	}
	if in.Half != "" {
		return d.goOn(ctx, o, in)
	}
	who, known := o.ByUsername(in.Username)
	key, door := d.laneOf(who, known, in)
	now, at := d.Now(), d.placeOf(key, in.Ticket)
	if wait := d.slow.admit(now, key, at); wait > 0 {
		ticket := in.Ticket
		if !at.from.After(now) {
			ticket = d.ticket(key, now.Add(wait))
		}
		return "", office.Staff{}, &WaitError{For: wait, Ticket: ticket}
	}
	by := ""
	if err = d.check(ctx, door, who, in.Password); err == nil && known {
		by, err = d.second(ctx, who, key, in.OTP)
	}
	if !known && err == nil {
		err = ErrWrong
	}
	if err != nil {
		if !errors.Is(err, ErrWrong) {
			d.slow.right(key, false)
		}
		return "", office.Staff{}, d.failed(ctx, who.ID, in, by, err)
	}
	d.slow.right(key, true)
	return d.welcome(ctx, who, in, by)
}

// laneOf is where somebody waits: the device on which he has signed in before, or his name for all others.
func (d *Doors) laneOf(who office.Staff, known bool, in In) (string, gate) {
	if id, ok := d.known(in.Devices, who.ID); ok && known {
		return "d:" + id, d.familiar
	}
	return "n:" + in.Username[:min(len(in.Username), maxName)], d.strangers
}

// goOn is the second step of whose password was right a moment ago.
func (d *Doors) goOn(ctx context.Context, o *office.Office, in In) (string, office.Staff, error) {
	who, ok := d.ofHalf(o, in.Half)
	if !ok {
		return "", office.Staff{}, ErrHalfOver
	}
	in.Username = who.Username
	key, _ := d.laneOf(who, true, in)
	by, err := d.second(ctx, who, key, in.OTP)
	if err != nil {
		return "", office.Staff{}, d.failed(ctx, who.ID, in, by, err)
	}
	return d.welcome(ctx, who, in, by)
}

// failed writes a failure into the journal.
func (d *Doors) failed(ctx context.Context, staff string, in In, by string, err error) error {
	if !errors.Is(err, ErrWrong) {
		return err
	}
	return errors.Join(err, d.note(ctx, staff, in, by, false))
}

// welcome opens a session, and tells the person in his journal.
func (d *Doors) welcome(ctx context.Context, who office.Staff, in In, by string) (string, office.Staff, error) {
	token, err := d.begin(ctx, who, in)
	if err == nil {
		err = d.note(ctx, who.ID, in, by, true)
	}
	if err != nil {
		return "", office.Staff{}, err
	}
	return token, who, nil
}

func (d *Doors) open() {
	d.strangers, d.familiar, d.codes = newGate(strangersWait), newGate(knownWait), newCodes(d.Now)
	if d.matches == nil {
		d.matches = phrase.Matches
	}
}

// check passes who shows the right password.
func (d *Doors) check(ctx context.Context, door gate, who office.Staff, password string) error {
	leave, err := door.enter(ctx)
	if err != nil {
		return err
	}
	right := d.matches(who.Password, password)
	leave()
	if !right {
		return ErrWrong
	}
	if who.OnceUntil != nil && d.Now().After(*who.OnceUntil) {
		return ErrOnceOver
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
