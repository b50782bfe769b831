package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/seal"
)

// quorum is the seal that the server cannot open, as the desk sees it: errors that a person can act on are the heart's.
type quorum struct {
	*seal.Quorum

	made func(ctx context.Context) error // notes beside the data which keys there are
}

// quorumMeta is the name under which the keys of the quorum are noted beside the data.
const quorumMeta = "quorum"

// openQuorum reads the quorum's file. Without one no identity is sealed to a quorum; where one was, its file must be there.
func (a *App) openQuorum(ctx context.Context) (err error) {
	if a.Quorum, err = seal.OpenQuorum(a.Config.Quorum); err != nil {
		return err
	}
	noted, _, err := a.Store.Meta(ctx, quorumMeta)
	if err != nil {
		return err
	}
	if err := a.Quorum.Check(strings.Split(noted, ",")); err != nil {
		return err
	}
	return a.noteQuorum(ctx)
}

func (a *App) noteQuorum(ctx context.Context) error {
	noted, _, err := a.Store.Meta(ctx, quorumMeta)
	if err != nil {
		return err
	}
	if names := strings.Join(a.Quorum.Names(), ","); names != noted {
		return a.Store.PutMeta(ctx, quorumMeta, names)
	}
	return nil
}

// said turns what is wrong into what a person can act on.
func said(err error) error {
	for _, s := range []struct {
		is   error
		say  casework.Error
		deep string // the field
	}{
		{seal.ErrPassphrase, casework.Error{Code: casework.Invalid, Key: "error.quorum_passphrase"}, "passphrase"},
		{seal.ErrShort, casework.Error{Code: casework.Invalid, Key: "error.quorum_short"}, "passphrase"},
		{seal.ErrHolder, casework.Error{Code: casework.Forbidden, Key: "error.quorum_holder"}, ""},
		{seal.ErrEnrolled, casework.Error{Code: casework.Conflict, Key: "error.quorum_enrolled"}, ""},
		{seal.ErrUnknown, casework.Error{Code: casework.Invalid, Key: "error.quorum_unknown"}, ""},
		{seal.ErrNumbers, casework.Error{Code: casework.Invalid, Key: "error.quorum_numbers"}, ""},
		{seal.ErrFew, casework.Error{Code: casework.Conflict, Key: "error.identity_parts"}, ""},
		{seal.ErrLostParts, casework.Error{Code: casework.Conflict, Key: "error.quorum_lost"}, ""},
		{seal.ErrForeign, casework.Error{Code: casework.Conflict, Key: "error.identity_foreign"}, ""},
		{seal.ErrExists, casework.Error{Code: casework.Conflict, Key: "error.stale"}, ""},
	} {
		if !errors.Is(err, s.is) {
			continue
		}
		if s.deep != "" {
			s.say.Fields = map[string]string{s.deep: s.say.Key}
		}
		return &s.say
	}
	return err
}

func opening(o casework.Opening) seal.Opening {
	return seal.Opening{ID: o.Access, Place: o.Place, Sealed: o.Sealed, Public: o.Public}
}

// Bring opens a holder's part for one opening.
func (q quorum) Bring(o casework.Opening, staff, passphrase string) ([]byte, error) {
	box, err := q.Quorum.Bring(opening(o), staff, passphrase)
	return box, said(err)
}

// Open opens one identity.
func (q quorum) Open(o casework.Opening, secret []byte, brought map[string][]byte) ([]byte, error) {
	plain, err := q.Quorum.Open(opening(o), secret, brought)
	return plain, said(err)
}

// Enrol gives a person a passphrase.
func (q quorum) Enrol(staff, passphrase string) error { return said(q.Quorum.Enrol(staff, passphrase)) }

// Change gives a person another passphrase.
func (q quorum) Change(staff, was, passphrase string) error {
	return said(q.Quorum.Change(staff, was, passphrase))
}

// Prove tries a person's parts.
func (q quorum) Prove(staff, passphrase string, now time.Time) error {
	return said(q.Quorum.Prove(staff, passphrase, now))
}

// Make makes the first key.
func (q quorum) Make(ctx context.Context, r casework.Renewal) error {
	if err := q.Quorum.Make(r.Need, r.Staff, r.Now); err != nil {
		return said(err)
	}
	return q.made(ctx)
}

// Renew deals the parts anew.
func (q quorum) Renew(ctx context.Context, r casework.Renewal) error {
	if err := q.Quorum.Renew(seal.Renewal{Bring: r.Bring, Need: r.Need, Persons: r.Staff, NewKey: r.NewKey, Now: r.Now}); err != nil {
		return said(err)
	}
	return q.made(ctx)
}

// Status tells of the keys.
func (q quorum) Status() (keys []casework.QuorumKey, enrolled []string) {
	all, enrolled := q.Quorum.Status()
	for _, k := range all {
		keys = append(keys, casework.QuorumKey{Name: k.Key, Need: k.Need, Made: k.Made, Staff: k.Persons, Proved: k.Proved})
	}
	return keys, enrolled
}

// Ceremony is the quorum for the command line: it needs no database, and the program may go on serving meanwhile.
type Ceremony struct{ quorum *seal.Quorum }

// OpenCeremony opens the quorum of a data folder.
func OpenCeremony(data string) (Ceremony, error) {
	cfg, err := FromEnv("", data, nil)
	if err != nil {
		return Ceremony{}, err
	}
	q, err := seal.OpenQuorum(cfg.Quorum)
	return Ceremony{q}, err
}

// Enrol gives a person a passphrase of his own.
func (c Ceremony) Enrol(staff, passphrase string) error { return c.quorum.Enrol(staff, passphrase) }

// Deal makes the first key, or with renew deals the parts of all keys anew from those that are brought.
func (c Ceremony) Deal(renew bool, r casework.Renewal) error {
	if !renew {
		return c.quorum.Make(r.Need, r.Staff, time.Now())
	}
	return c.quorum.Renew(seal.Renewal{Bring: r.Bring, Need: r.Need, Persons: r.Staff, NewKey: r.NewKey, Now: time.Now()})
}

// Prove tries the part of one person and notes the day, or those of several together.
func (c Ceremony) Prove(bring map[string]string) error {
	for staff, passphrase := range bring {
		if err := c.quorum.Prove(staff, passphrase, time.Now()); err != nil {
			return fmt.Errorf("%s: %w", staff, err)
		}
	}
	if len(bring) < 2 {
		return nil
	}
	return c.quorum.ProveTogether(bring)
}

// Status tells of the keys in plain lines.
func (c Ceremony) Status() string {
	keys, enrolled := c.quorum.Status()
	var b strings.Builder
	for i, k := range keys {
		use := "opens what it sealed"
		if i == 0 {
			use = "seals and opens"
		}
		fmt.Fprintf(&b, "key %s of %s: %d of %d, %s\n", k.Key, k.Made.Format(time.DateOnly), k.Need, len(k.Persons), use)
		for _, p := range k.Persons {
			proved := "never proved"
			if at, ok := k.Proved[p]; ok {
				proved = "proved " + at.Format(time.DateOnly)
			}
			fmt.Fprintf(&b, "  %s: %s\n", p, proved)
		}
	}
	if len(keys) == 0 {
		fmt.Fprintln(&b, "no quorum: the key file opens every identity")
	}
	fmt.Fprintf(&b, "passphrases chosen: %s\n", strings.Join(enrolled, ", "))
	return b.String()
}
