package casework

import (
	"context"
	"slices"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Keeping is how the persons of a quorum come by their parts, and keep them.
type Keeping interface {
	// Status lists the keys, the newest first, and the staff who have chosen a passphrase.
	Status() (keys []QuorumKey, enrolled []string)
	Enrol(staff, passphrase string) error
	Change(staff, was, passphrase string) error
	Prove(staff, passphrase string, now time.Time) error
	Make(ctx context.Context, r Renewal) error
	Renew(ctx context.Context, r Renewal) error
}

// QuorumKey is what may be told of one key.
type QuorumKey struct {
	Name   string // its fingerprint
	Need   int
	Made   time.Time
	Staff  []string
	Proved map[string]time.Time // when each person last showed that his part is whole
}

// Renewal is how the parts of the keys are dealt.
type Renewal struct {
	Bring  map[string]string // passphrases of staff who hold parts now; none to make the first key
	Need   int
	Staff  []string // who holds a part from now on
	NewKey bool     // also make a new key for what is sealed from now on
	Now    time.Time
}

// QuorumView is what one member of staff sees of the quorum.
type QuorumView struct {
	Keys     []QuorumKey
	Enrolled []string
	Mine     bool      // this person holds a part
	Chosen   bool      // this person has chosen a passphrase
	Waiting  []*Access // openings that wait for this person's part
}

// ViewQuorum shows who holds parts of the key to identities, and what waits for this person.
func (d *Desk) ViewQuorum(ctx context.Context, who office.Staff) (v QuorumView, err error) {
	if d.Quorum == nil {
		return v, notFound()
	}
	v.Keys, v.Enrolled = d.Quorum.Status()
	for _, s := range v.Enrolled {
		v.Chosen = v.Chosen || s == who.ID
	}
	for _, k := range v.Keys {
		for _, s := range k.Staff {
			v.Mine = v.Mine || s == who.ID
		}
	}
	v.Waiting, err = d.Gathering(ctx, who)
	return v, err
}

// ChoosePassphrase gives a person a passphrase of his own, or another one in place of the one he says. Only he ever does so.
func (d *Desk) ChoosePassphrase(who office.Staff, was, passphrase string) error {
	if d.Quorum == nil {
		return notFound()
	}
	passphrase = vntext.Line(passphrase)
	_, enrolled := d.Quorum.Status()
	if slices.Contains(enrolled, who.ID) {
		return d.Quorum.Change(who.ID, was, passphrase)
	}
	return d.Quorum.Enrol(who.ID, passphrase)
}

// ProvePart shows that a person's passphrase still opens his parts, and notes the day.
func (d *Desk) ProvePart(who office.Staff, passphrase string) error {
	if d.Quorum == nil {
		return notFound()
	}
	return d.Quorum.Prove(who.ID, passphrase, d.now())
}

// DealParts makes the first key, or deals the parts of all keys anew. An administrator leads it, and nobody whose standing waits for a second
// person has a part in it; the persons who hold parts
// bring theirs, and those who get one have chosen a passphrase before.
func (d *Desk) DealParts(ctx context.Context, who office.Staff, r Renewal) error {
	if d.Quorum == nil || !who.Has(office.Admin) {
		return notFound()
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return err
	}
	for _, id := range append([]string{who.ID}, r.Staff...) {
		if m, ok := o.Staff(id); ok && !m.Vouched() {
			return &Error{Code: Forbidden, Key: "error.part_doubted"}
		}
	}
	r.Now = d.now()
	if !d.Quorum.On() {
		return d.Quorum.Make(ctx, r)
	}
	return d.Quorum.Renew(ctx, r)
}
