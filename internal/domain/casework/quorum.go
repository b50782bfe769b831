package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/office"
)

// Quorum (nhóm giữ khóa danh tính) seals identities so that the server alone cannot open them: several of the persons who
// hold the parts of its key must each bring his own. Its errors are *Error where a person can act on them.
type Quorum interface {
	On() bool // whether identities are sealed to it from now on
	Seal(plain []byte, place string) ([]byte, error)
	// Holders says how many parts open a sealed identity, and which staff hold them.
	Holders(sealed []byte) (need int, staff []string, err error)
	// Begin makes the two halves of the key of one opening.
	Begin() (public, secret []byte, err error)
	// Bring opens a holder's part with his passphrase and seals it for the opening.
	Bring(o Opening, staff, passphrase string) ([]byte, error)
	// Open opens the identity with the parts brought, by staff.
	Open(o Opening, secret []byte, brought map[string][]byte) ([]byte, error)

	Keeping
}

// Opening is one opening of one identity, as a Quorum sees it.
type Opening struct {
	Access string
	Place  string
	Sealed []byte
	Public []byte
}

// AccessPart (phần khóa) is what one holder brought to open one identity. It is sealed to a key whose secret half only the
// asker keeps, and is dropped when the time is over; that it was brought stays on record.
type AccessPart struct {
	By     string    `bson:"by"`
	At     time.Time `bson:"at"`
	Sealed []byte    `bson:"sealed,omitempty"`
}

// GatherWithin is how long after the approval the parts may be brought and the identity shown.
const GatherWithin = 30 * time.Minute

// Lacks is how many parts are still to be brought.
func (a *Access) Lacks() int { return max(0, a.Need-len(a.Parts)) }

// Brought reports whether the person has brought his part.
func (a *Access) Brought(staff string) bool {
	return slices.ContainsFunc(a.Parts, func(p AccessPart) bool { return p.By == staff })
}

// gathers prepares a request whose identity only a quorum opens.
func (d *Desk) gathers(ctx context.Context, a *Access, c *Case) error {
	sec, err := d.Cases.Secrets(ctx, c.senderID())
	if err != nil || len(sec.Quorum) == 0 {
		return err
	}
	if a.Need, _, err = d.Quorum.Holders(sec.Quorum); err != nil {
		return err
	}
	a.Public, a.Key, err = d.Quorum.Begin()
	return err
}

// BringPart (đưa phần khóa) is one holder's part for one opening that was approved. It stands in the history and before
// inspection before it counts.
func (d *Desk) BringPart(ctx context.Context, who office.Staff, id, passphrase string) (*Access, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	a, c, err := d.access(ctx, id)
	if err != nil {
		return nil, err
	}
	now := d.now()
	opening, brings, err := d.brings(ctx, o, who, a, c)
	if err != nil {
		return nil, err
	}
	switch {
	case !brings:
		return nil, notFound()
	case a.Approved == "":
		return nil, conflict("error.identity_waits")
	case now.After(*a.Until) || a.PartsUntil == nil:
		return nil, conflict("error.identity_late")
	case a.Brought(who.ID):
		return nil, conflict("error.part_brought")
	}
	sealed, err := d.Quorum.Bring(opening, who.ID, passphrase)
	if err != nil {
		return nil, err
	}
	if err := d.note(ctx, who, a.Ref, "identity_part", map[string]string{"access": a.ID}); err != nil {
		return nil, err
	}
	a.V, a.Parts = a.V+1, append(slices.Clip(a.Parts), AccessPart{By: who.ID, At: now, Sealed: sealed})
	if err := d.Accesses.SetAccess(ctx, a); err != nil {
		return nil, stale(err)
	}
	return a, nil
}

// opening is what the quorum needs to know of a request; NotFound when its identity is no quorum's.
func (d *Desk) opening(ctx context.Context, a *Access, c *Case) (Opening, error) {
	sec, err := d.Cases.Secrets(ctx, c.senderID())
	if err != nil {
		return Opening{}, err
	}
	if len(sec.Quorum) == 0 || a.Need == 0 {
		return Opening{}, notFound()
	}
	return Opening{Access: a.ID, Place: sec.owner() + "/identity", Sealed: sec.Quorum, Public: a.Public}, nil
}

// brings reports whether this person holds a part of the key that opens the case's sender, and may bring it.
func (d *Desk) brings(ctx context.Context, o *office.Office, who office.Staff, a *Access, c *Case) (Opening, bool, error) {
	opening, err := d.opening(ctx, a, c)
	if err != nil {
		return opening, false, err
	}
	_, holders, err := d.Quorum.Holders(opening.Sealed)
	return opening, slices.Contains(holders, who.ID) && o.May(who, office.BringPart, c.File(), d.now()), err
}

// identity opens who denounces for an approved request. What only a quorum opens needs the parts brought to this request,
// and the key that the asker kept.
func (d *Desk) identity(ctx context.Context, a *Access, c *Case, key []byte) (Contact, error) {
	if a.Need == 0 {
		return d.sender(ctx, c)
	}
	opening, err := d.opening(ctx, a, c)
	switch {
	case err != nil:
		return Contact{}, err
	case len(a.Public) == 0: // dropped, see DropParts
		return Contact{}, conflict("error.identity_late")
	case a.Lacks() > 0:
		return Contact{}, conflict("error.identity_parts")
	case len(key) == 0:
		return Contact{}, conflict("error.identity_key")
	}
	brought := make(map[string][]byte, len(a.Parts))
	for _, p := range a.Parts {
		brought[p.By] = p.Sealed
	}
	plain, err := d.Quorum.Open(opening, key, brought)
	if err != nil {
		return Contact{}, err
	}
	defer clear(plain)
	var who Contact
	if err := json.Unmarshal(plain, &who); err != nil {
		return who, fmt.Errorf("decode sender of case %s", c.ID)
	}
	return who, nil
}

// Gathering lists the openings that wait for this person's part, whatever office they are of.
func (d *Desk) Gathering(ctx context.Context, who office.Staff) ([]*Access, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	now := d.now()
	as, err := d.Accesses.Gathering(ctx, now)
	if err != nil {
		return nil, err
	}
	var out []*Access
	for _, a := range as {
		c, err := d.Cases.Get(ctx, a.Case)
		if err != nil {
			return nil, err
		}
		_, brings, err := d.brings(ctx, o, who, a, c)
		if err != nil {
			return nil, err
		}
		if !brings {
			continue
		}
		if err := d.openReason(a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// DropParts takes the parts of openings whose time is over out of the records, and returns how many openings it took up.
func (d *Desk) DropParts(ctx context.Context) (int, error) {
	as, err := d.Accesses.Gathered(ctx, d.now())
	if err != nil {
		return 0, err
	}
	for i, a := range as {
		a.V, a.PartsUntil, a.Public = a.V+1, nil, nil
		a.Parts = slices.Clone(a.Parts)
		for j := range a.Parts {
			a.Parts[j].Sealed = nil
		}
		if err := d.Accesses.SetAccess(ctx, a); err != nil {
			return i, err
		}
	}
	return len(as), nil
}

// sealSender seals the sender of a denunciation: to the quorum, when there is one, with what must be known without it. Said is all that
// was said on the case until then.
func (d *Desk) sealSender(c *Case, s *Secrets, who Contact, said []string) (err error) {
	raw, err := json.Marshal(who)
	if err != nil {
		return fmt.Errorf("encode contact: %w", err)
	}
	defer clear(raw)
	place := c.ID + "/identity"
	if d.Quorum == nil || !d.Quorum.On() {
		s.Contact, err = d.Vault.SealIdentity(raw, place)
		return err
	}
	if s.Quorum, err = d.Quorum.Seal(raw, place); err != nil {
		return err
	}
	// The server may know so much: the first letters of the name, which fields there are, and which of the words that it
	// has tell who wrote them, for the clerk who strips them.
	known, err := json.Marshal(sealedSender{Masked: who.veil(), Tells: who.passages(said...), Calls: who.callings(said...)})
	if err != nil {
		return fmt.Errorf("encode contact: %w", err)
	}
	s.Known, err = d.Vault.SealIdentity(known, c.ID+"/known")
	return err
}

// sealedSender is what the server knows of a sender whom only the quorum opens.
type sealedSender struct {
	Masked Contact  `json:"masked"`
	Tells  []string `json:"tells,omitempty"`
	Calls  []string `json:"calls,omitempty"` // where he is called by his given name
}

// veil leaves of every field but the name only that it is there.
func (c Contact) veil() Contact {
	m := c.mask()
	for _, f := range []*string{&m.Phone, &m.Email, &m.IDNumber} {
		if *f != "" {
			*f = Blank
		}
	}
	if c.Address != "" {
		m.Address = Blank
	}
	return m
}

// known opens it; ok is false when the sender is not sealed by a quorum.
func (d *Desk) known(ctx context.Context, c *Case) (s sealedSender, ok bool, err error) {
	if !c.Guarded() || c.Erased() {
		return s, false, nil
	}
	sec, err := d.Cases.Secrets(ctx, c.senderID())
	if err != nil || len(sec.Quorum) == 0 {
		return s, false, err
	}
	plain, err := d.Vault.OpenIdentity(sec.Known, sec.owner()+"/known")
	if err != nil {
		return s, true, err
	}
	return s, true, json.Unmarshal(plain, &s)
}

// sum vouches for the sealed parts without opening them.
func (s *Secrets) sum() []byte {
	b := make(history.Canon, 0, 4096)
	for _, p := range [][]byte{s.Letter, s.Contact, s.Quorum, s.Known, s.Second} {
		b = b.Bytes(p)
	}
	return b.Digest()
}
