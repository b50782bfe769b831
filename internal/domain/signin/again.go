package signin

import (
	"context"
	"encoding/base32"
	"errors"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/limit"
)

// b32 is how TOTP secrets are written.
var b32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// FreshFor is how long it holds that somebody has just proved who he is.
const FreshFor = 5 * time.Minute

// Fresh reports whether the session's person proved a few minutes ago who he is: with his password, a code or a passkey.
func (d *Doors) Fresh(s Session) bool {
	return !s.ProvedAt.IsZero() && d.Now().Sub(s.ProvedAt) < FreshFor
}

// ErrProveAgain says that something is done by those alone who have just proved who they are.
var ErrProveAgain = errors.New("prove once more who you are")

// Prove (xác nhận lại) passes who shows his password, a code of his second factor or a passkey of his, in a session of his. It is paced by session:
// nobody else can keep him waiting.
func (d *Doors) Prove(ctx context.Context, who office.Staff, in In) error {
	if in.Passkey.Token != "" {
		return d.proved(ctx, who, in, d.ownPasskey(ctx, who, in.Passkey))
	}
	return d.proved(ctx, who, in, d.Paced(ctx, in.Session, func() error {
		if in.OTP != "" && who.HasFactor() {
			_, err := d.showsCode(ctx, who, laneIn(in.Session), in.OTP)
			return err
		}
		if !d.matches(who.Password, in.Password) {
			return ErrWrong
		}
		return nil
	}))
}

// ownPasskey passes a passkey of the person's own.
func (d *Doors) ownPasskey(ctx context.Context, who office.Staff, shown Shown) error {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return err
	}
	whose, err := d.showsPasskey(ctx, o, shown)
	if err == nil && whose.ID != who.ID {
		err = ErrPasskey
	}
	return err
}

// proved notes whether the person proved who he is.
func (d *Doors) proved(ctx context.Context, who office.Staff, in In, err error) error {
	if errors.Is(err, ErrWrong) || errors.Is(err, ErrPasskey) {
		return errors.Join(err, d.note(ctx, who.ID, in, Again, false))
	}
	if err != nil {
		return err
	}
	if err := d.Sessions.ProveSession(ctx, in.Session, d.Now()); err != nil {
		return err
	}
	return d.note(ctx, who.ID, in, Again, true)
}

func laneIn(session string) string { return "s:" + session }

// Paced lets somebody try a password within his session. Wrong ones, which try tells by ErrWrong, are spaced further and further apart.
func (d *Doors) Paced(ctx context.Context, session string, try func() error) error {
	d.once.Do(d.open)
	key := laneIn(session)
	if wait := d.slow.admit(d.Now(), key, place{}); wait > 0 {
		return &WaitError{For: wait}
	}
	leave, err := d.familiar.enter(ctx)
	if err != nil {
		d.slow.right(key, false)
		return err
	}
	err = try()
	leave()
	if !errors.Is(err, ErrWrong) {
		d.slow.right(key, err == nil)
	}
	return err
}

// tryCode counts a one-time code of a person that is tried by a lane.
func (d *Doors) tryCode(lane string, who office.Staff) error {
	if w := d.codes.Ask(doorCode, limit.Who{Device: lane + "/" + who.ID}, false); w.Verdict != limit.Passes {
		return &WaitError{For: w.Wait}
	}
	return nil
}
