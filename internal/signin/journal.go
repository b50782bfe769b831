package signin

import (
	"context"
	"time"
)

// JournalLasts is how long the journal of sign-ins is kept.
const JournalLasts = 90 * 24 * time.Hour

// Attempt is a line of the journal that each person sees: a sign-in of his, or failures in his name. Alike failures of one
// hour are one line.
type Attempt struct {
	Staff  string
	At     time.Time // the last of them
	Good   bool
	From   string // masked
	Device string
	Times  int
}

// Journal keeps attempts.
type Journal interface {
	NoteAttempt(ctx context.Context, a Attempt) error
	AttemptsOf(ctx context.Context, staff string, limit int) ([]Attempt, error)
}

// note writes an attempt in somebody's name down. Names that nobody has are not kept: they may be passwords typed into the
// wrong field.
func (d *Doors) note(ctx context.Context, staff string, in In, good bool) error {
	if d.Journal == nil || staff == "" {
		return nil
	}
	return d.Journal.NoteAttempt(ctx, Attempt{
		Staff: staff, At: d.Now(), Good: good, From: Masked(in.From), Device: Device(in.Agent), Times: 1,
	})
}
