// Package signin knows who stands at the staff door: passwords (argon2id), a second factor (TOTP), and sessions that can be
// ended. A token is random; the store has only its hash.
package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"github.com/pquerna/otp/totp"

	"tiepdan/internal/office"
)

// The reasons why somebody stays outside.
var (
	ErrWrong     = errors.New("wrong username or password")
	ErrNeedsOTP  = errors.New("second factor wanted")
	ErrTooMany   = errors.New("too many attempts")
	ErrSignedOut = errors.New("no valid session")
)

// Session is a sign-in. ID is a hash of the token.
type Session struct {
	ID     string
	Staff  string
	CSRF   string
	EndsAt time.Time
}

// Sessions keeps sign-ins; an absent one is reported by found.
type Sessions interface {
	PutSession(ctx context.Context, s Session) error
	FindSession(ctx context.Context, id string) (s Session, found bool, err error)
	DropSession(ctx context.Context, id string) error
}

// Doors lets staff in and out.
type Doors struct {
	Sessions Sessions
	Offices  interface {
		Office(ctx context.Context) (*office.Office, error)
	}
	// OpenOTP opens a sealed TOTP secret of a member of staff.
	OpenOTP func(sealed []byte, staff string) (string, error)
	Now     func() time.Time
	Lasts   time.Duration // how long a session lasts
	slow    attempts
}

// In is what somebody shows at the door; From is his address, for counting failures.
type In struct{ Username, Password, OTP, From string }

// SignIn checks the person and opens a session. The token is returned once. Failures are counted by username and by
// address; past a few of them every attempt fails with ErrTooMany for a while. An unknown name costs the same time.
func (d *Doors) SignIn(ctx context.Context, in In) (token string, who office.Staff, err error) {
	now, keys := d.Now(), countedBy(in)
	if !d.slow.take(now, keys) {
		return "", who, ErrTooMany
	}
	who, err = d.check(ctx, in, now)
	if !errors.Is(err, ErrWrong) {
		d.slow.give(keys)
	}
	if err != nil {
		return "", office.Staff{}, err
	}
	token = random()
	s := Session{ID: hashed(token), Staff: who.ID, CSRF: random(), EndsAt: now.Add(d.Lasts)}
	if err := d.Sessions.PutSession(ctx, s); err != nil {
		return "", office.Staff{}, err
	}
	return token, who, nil
}

// check returns who shows the right password and second factor.
func (d *Doors) check(ctx context.Context, in In, now time.Time) (office.Staff, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return office.Staff{}, err
	}
	who, known := o.ByUsername(in.Username)
	if !Matches(who.Password, in.Password) || !known {
		return office.Staff{}, ErrWrong
	}
	return who, d.second(who, in.OTP, now)
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

// Who returns who holds the token, if his session has not ended and he may still sign in; else ErrSignedOut.
func (d *Doors) Who(ctx context.Context, token string) (office.Staff, Session, error) {
	if token == "" {
		return office.Staff{}, Session{}, ErrSignedOut
	}
	s, found, err := d.Sessions.FindSession(ctx, hashed(token))
	if err != nil {
		return office.Staff{}, Session{}, err
	}
	if !found || !d.Now().Before(s.EndsAt) {
		return office.Staff{}, Session{}, ErrSignedOut
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return office.Staff{}, Session{}, err
	}
	who, ok := o.Staff(s.Staff)
	if !ok {
		return office.Staff{}, Session{}, ErrSignedOut
	}
	return who, s, nil
}

// SignOut ends the token's session.
func (d *Doors) SignOut(ctx context.Context, token string) error {
	return d.Sessions.DropSession(ctx, hashed(token))
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
