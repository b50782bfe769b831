package signin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/pquerna/otp/totp"

	"tiepdan/internal/domain/office"
)

// What is wrong with setting up a factor: it is too long since it was begun, or the code is wrong.
var (
	ErrEnrolOver = errors.New("too long since the second factor was begun")
	ErrCode      = errors.New("wrong one-time code")
)

// NewOTP is a TOTP secret that somebody is shown, before a code of it proves that his phone has it.
type NewOTP struct {
	Secret string // as he may type it
	URL    string // as a QR code says it
	Token  string // the same sealed for his session
}

// enrolLasts is how long one may take over setting up a factor.
const enrolLasts = 15 * time.Minute

type sealedOTP struct {
	Key   string    `json:"key"`
	Until time.Time `json:"until"`
}

func enrolPlace(session string) string { return "otp-new/" + session }

// BeginOTP makes a secret. Nothing is kept of it yet. issuer is the service's name in the phone's list.
func (d *Doors) BeginOTP(who office.Staff, session, issuer string) (NewOTP, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: who.Username})
	if err != nil {
		return NewOTP{}, fmt.Errorf("new one-time secret: %w", err)
	}
	raw, err := json.Marshal(sealedOTP{key.Secret(), d.Now().Add(enrolLasts)})
	if err != nil {
		return NewOTP{}, fmt.Errorf("new one-time secret: %w", err)
	}
	defer clear(raw)
	sealed, err := d.Vault.SealPersonal(raw, enrolPlace(session))
	return NewOTP{Secret: key.Secret(), URL: key.URL(), Token: base64.RawURLEncoding.EncodeToString(sealed)}, err
}

// AgainOTP reads what was begun, for a page that is shown once more.
func (d *Doors) AgainOTP(who office.Staff, session, issuer, token string) (NewOTP, error) {
	secret, err := d.begun(session, token)
	if err != nil {
		return NewOTP{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: who.Username, Secret: secret})
	if err != nil {
		return NewOTP{}, fmt.Errorf("one-time secret: %w", err)
	}
	return NewOTP{Secret: key.Secret(), URL: key.URL(), Token: token}, nil
}

// begun is the secret in the token, as bytes.
func (d *Doors) begun(session, token string) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, ErrEnrolOver
	}
	raw, err := d.Vault.OpenPersonal(sealed, enrolPlace(session))
	if err != nil {
		return nil, ErrEnrolOver
	}
	defer clear(raw)
	var s sealedOTP
	if json.Unmarshal(raw, &s) != nil || !d.Now().Before(s.Until) {
		return nil, ErrEnrolOver
	}
	return b32.DecodeString(s.Key)
}

// ConfirmOTP sets one-time codes up for whose phone shows a right one, in place of those before; other sessions of his end. It
// returns recovery codes where he had none, and the token of the session that goes on.
func (d *Doors) ConfirmOTP(ctx context.Context, who office.Staff, token string, in In) (codes []string, next string, err error) {
	d.once.Do(d.open)
	if err := d.tryCode(laneIn(in.Session), who); err != nil {
		return nil, "", err
	}
	raw, err := d.begun(in.Session, token)
	if err != nil {
		return nil, "", err
	}
	secret := b32.EncodeToString(raw)
	if err := d.useOTP(ctx, who.ID, secret, plainCode(in.OTP)); err != nil {
		if errors.Is(err, ErrWrong) {
			err = ErrCode
		}
		return nil, "", err
	}
	sealed, err := d.Vault.SealPersonal([]byte(secret), otpPlace(who.ID))
	if err != nil {
		return nil, "", err
	}
	codes, err = d.factorOn(ctx, who, func(m *office.Staff) { m.OTP = sealed })
	if err != nil {
		return nil, "", err
	}
	next, err = d.renew(ctx, who, OTPOn, in)
	return codes, next, err
}

// factorOn adds a factor, and recovery codes where the person had no factor before.
func (d *Doors) factorOn(ctx context.Context, who office.Staff, add func(*office.Staff)) (codes []string, err error) {
	fresh, marks := d.newRecovery(who.ID)
	err = d.Factors.ChangeStaff(ctx, who.ID, func(m *office.Staff) {
		codes = nil
		if !m.HasFactor() {
			codes, m.Codes = fresh, marks
		}
		add(m)
	})
	return codes, err
}

// StopOTP ends one-time codes. Where they were the last factor the recovery codes end, too; a role that demands one keeps the last.
func (d *Doors) StopOTP(ctx context.Context, who office.Staff, in In) (next string, err error) {
	return d.factorOff(ctx, who, OTPOff, in, func(m *office.Staff) { m.OTP = nil })
}

// ErrFactorNeeded keeps the last factor of whom his role demands one.
var ErrFactorNeeded = errors.New("a role of the person demands a second factor")

func (d *Doors) factorOff(ctx context.Context, who office.Staff, what string, in In, drop func(*office.Staff)) (next string, err error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return "", err
	}
	kept := false
	err = d.Factors.ChangeStaff(ctx, who.ID, func(m *office.Staff) {
		after := m.Change(drop)
		if kept = o.LacksFactor(after); kept {
			return
		}
		if drop(m); !m.HasFactor() {
			m.Codes = nil
		}
	})
	switch {
	case err != nil:
		return "", err
	case kept:
		return "", ErrFactorNeeded
	}
	return d.renew(ctx, who, what, in)
}

// RenewCodes makes new recovery codes; those before are good no more.
func (d *Doors) RenewCodes(ctx context.Context, who office.Staff, in In) (codes []string, err error) {
	fresh, marks := d.newRecovery(who.ID)
	err = d.Factors.ChangeStaff(ctx, who.ID, func(m *office.Staff) {
		codes = nil
		if m.HasFactor() {
			codes, m.Codes = fresh, marks
		}
	})
	if err != nil || codes == nil {
		return nil, err
	}
	return codes, d.note(ctx, who.ID, in, CodesMade, true)
}

// renew begins the session anew that made a change which ends all sessions.
func (d *Doors) renew(ctx context.Context, who office.Staff, what string, in In) (token string, err error) {
	if err := d.note(ctx, who.ID, in, what, true); err != nil {
		return "", err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return "", err
	}
	who, ok := o.Staff(who.ID)
	if !ok {
		return "", ErrSignedOut
	}
	if token, err = d.begin(ctx, who, in); err != nil {
		return "", err
	}
	return token, d.Sessions.DropSession(ctx, in.Session)
}
