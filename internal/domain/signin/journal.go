package signin

import (
	"context"
	"time"
)

// JournalLasts is how long the journal of sign-ins is kept.
const JournalLasts = 90 * 24 * time.Hour

// Attempt is a line of the journal that each person sees: a sign-in of his, failures in his name, or a change of what lets him in.
// Alike failures of one hour are one line.
type Attempt struct {
	Staff  string
	At     time.Time // the last of them
	Good   bool
	What   string // one of the words below; "" is the password alone
	From   string // masked
	Device string
	Times  int
}

// What a line may tell.
const (
	ByOTP      = "otp"         // with a one-time code, or a wrong one
	ByCode     = "code"        // with a recovery code, or a wrong one
	OTPOn      = "otp_on"      // one-time codes were set up
	OTPOff     = "otp_off"     // and ended
	BySingle   = "single"      // by single sign-on
	SingleOn   = "single_on"   // an account there was linked
	SingleOff  = "single_off"  // and is no more
	ByPasskey  = "passkey"     // with a passkey, which stands for password and second factor
	PasskeyOn  = "passkey_on"  // a passkey was added
	PasskeyOff = "passkey_off" // and removed
	CodesMade  = "codes_on"    // new recovery codes
	Again      = "again"       // signed in before, and proved once more who he is, or did not
	TokenMade  = "pat_on"      // an access token was made
	TokenOver  = "pat_off"     // and ended
	TokenUsed  = "pat"         // and used, from a place, within an hour
)

// Journal keeps attempts.
type Journal interface {
	NoteAttempt(ctx context.Context, a Attempt) error
	AttemptsOf(ctx context.Context, staff string, limit int) ([]Attempt, error)
}

// note writes an attempt in somebody's name down. Names that nobody has are not kept: they may be passwords typed into the
// wrong field.
func (d *Doors) note(ctx context.Context, staff string, in In, what string, good bool) error {
	if d.Journal == nil || staff == "" {
		return nil
	}
	return d.Journal.NoteAttempt(ctx, Attempt{
		Staff: staff, At: d.Now(), Good: good, What: what, From: Masked(in.From), Device: Device(in.Agent), Times: 1,
	})
}
