package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Access (lượt mở thông tin) is one showing of personal data, or one request to open a denouncer's identity, as inspection
// reads it. It tells who, when and why; never whose data it was, nor what.
type Access struct {
	ID       string      `bson:"_id"`
	V        int64       `bson:"v"`
	Kind     string      `bson:"kind"` // "contact", "identity" or "export"
	Case     string      `bson:"case"`
	Ref      string      `bson:"ref"`
	Seat     string      `bson:"seat"` // the People's Committee whose inspection may read it
	By       string      `bson:"by"`   // a staff id
	At       time.Time   `bson:"at"`
	Reason   []byte      `bson:"reason,omitempty"` // sealed
	Move     string      `bson:"move,omitempty"`   // the move that would take words out of the seal; empty asks for the identity alone
	Order    []byte      `bson:"order,omitempty"`  // what was typed for it, sealed, until it is carried out
	Rows     int         `bson:"rows,omitempty"`   // of an export: how many cases
	Sender   bool        `bson:"sender,omitempty"` // the sender is to be opened too
	Approved string      `bson:"approved,omitempty"`
	Until    *time.Time  `bson:"until,omitempty"` // an approved identity may be shown until then
	Shown    []time.Time `bson:"shown,omitempty"`

	// Of an identity that only a quorum opens: how many parts it needs, those that were brought, and the public half of
	// the key they are sealed to until then.
	Need       int          `bson:"need,omitempty"`
	Parts      []AccessPart `bson:"parts,omitempty"`
	Public     []byte       `bson:"public,omitempty"`
	PartsUntil *time.Time   `bson:"parts_until,omitempty"`

	Why string `bson:"-"` // the reason, opened for who may read it
	Key []byte `bson:"-"` // the secret half, handed to the asker once and kept nowhere here
}

// The kinds of access.
const (
	ContactShown   = "contact"
	IdentityOpened = "identity"
)

// The times of opening an identity: how long a request waits for the second person, and how long its approval holds.
const (
	AskLasts    = 3 * 24 * time.Hour
	ShownWithin = 15 * time.Minute
)

// boardRows bounds what is read of the list of accesses at once.
const boardRows = 100

// Accesses keeps them; writes are durable when they return.
type Accesses interface {
	AddAccess(ctx context.Context, a *Access) error // ErrStale when the id is there already
	SetAccess(ctx context.Context, a *Access) error // ErrStale when the stored version is not V-1
	GetAccess(ctx context.Context, id string) (*Access, error)
	// ListAccesses reads one page of a seat's accesses of the kind, the newest first.
	ListAccesses(ctx context.Context, kind, seat, after string, limit int) ([]*Access, string, error)
	// Gathering reads the approved openings that parts may be brought to, Gathered those whose time is over.
	Gathering(ctx context.Context, now time.Time) ([]*Access, error)
	Gathered(ctx context.Context, now time.Time) ([]*Access, error)
}

// quiet are events that change nothing a form was filled in for: they do not make an open form stale.
var quiet = []string{
	warned, "contact_shown", "identity_asked", "identity_approved", "identity_shown", "identity_part", "original_opened", ownShown, ownShownByPhrase,
	ownShownByID, ownShownByPhone, ownRefused, law.PastForcedSaid,
	law.PastOpeningAsked, "parts_filed", mailChecked, mailReturned, pushReturned, noticeChosen, noticeStopped,
	paperHanded, paperReturned, paperSigned, paperVoided, paperSent, law.PastNoted, fileAdded,
}

// ShowContact (xem thông tin liên hệ) returns the sender in full to who may see it. The showing is recorded before it happens,
// in the case's history and for inspection; looking again within the hour is the same showing.
func (d *Desk) ShowContact(ctx context.Context, who office.Staff, ref string) (Contact, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Contact{}, err
	}
	c, err := d.seen(ctx, o, who, ref)
	if err != nil {
		return Contact{}, err
	}
	if !seesContact(o, who, c, d.now()) {
		return Contact{}, forbidden("error.contact_forbidden")
	}
	if err := d.recordShown(ctx, o, who, c); err != nil {
		return Contact{}, err
	}
	return d.sender(ctx, c)
}

// recordShown records that the person learns who sent the case, for inspection and in its history; again within the hour is the same showing.
func (d *Desk) recordShown(ctx context.Context, o *office.Office, who office.Staff, c *Case) error {
	now := d.now()
	a := &Access{
		ID: c.ID + "/" + who.ID + "/" + now.Format("2006010215"), V: 1, Kind: ContactShown, Case: c.ID, Ref: c.Ref, Seat: o.Seat(cmp.Or(c.Unit, who.Unit)), // a letter in triage is shown by the agency of the clerk
		By: who.ID, At: now, Shown: []time.Time{now},
	}
	if err := d.Accesses.AddAccess(ctx, a); errors.Is(err, ErrStale) {
		return nil
	} else if err != nil {
		return err
	}
	return d.note(ctx, who, c.Ref, "contact_shown", nil)
}

// note records a quiet event.
func (d *Desk) note(ctx context.Context, who office.Staff, ref, what string, data map[string]string) error {
	return d.noteWhere(ctx, who, ref, history.Entry{What: what, Data: data}, func(*Case) error { return nil })
}

// noteWhere records a quiet event in a case of which something still holds.
func (d *Desk) noteWhere(ctx context.Context, who office.Staff, ref string, e history.Entry, holds func(*Case) error) error {
	_, err := d.change(ctx, func() (*Case, error) { return d.Cases.ByRef(ctx, ref) }, func(c *Case) error {
		if err := holds(c); err != nil {
			return err
		}
		all := map[string]string{"state": string(c.State)}
		maps.Copy(all, e.Data)
		c.record(history.Entry{At: d.now(), Actor: history.ByStaff(who.ID), What: e.What, Note: e.Note, Data: all})
		return nil
	})
	return err
}

// AskIdentity (đề nghị mở danh tính) asks a second person to let this one see who denounces, with a reason.
func (d *Desk) AskIdentity(ctx context.Context, who office.Staff, ref, reason string) (*Access, error) {
	reason = vntext.NFC(reason)
	p := problems{}
	p.add(vntext.Line(reason) == "", "reason", "error.field.required")
	p.add(vntext.Runes(reason) > law.AskReason.Max, "reason", "error.field.too_long")
	if err := p.err(); err != nil {
		return nil, err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	c, err := d.seen(ctx, o, who, ref)
	if err != nil {
		return nil, err
	}
	if !c.Guarded() || c.Anonymous || !o.May(who, office.AskIdentity, c.File(), d.now()) {
		return nil, forbidden("error.identity_forbidden")
	}
	now := d.now()
	a := &Access{
		ID: d.accessID(c, who.ID, "", now), V: 1, Kind: IdentityOpened, Case: c.ID, Ref: c.Ref, Seat: o.Seat(c.Unit), By: who.ID, At: now,
	}
	if a.Reason, err = d.Vault.SealPersonal([]byte(reason), "access/"+a.ID); err != nil {
		return nil, err
	}
	if err := d.gathers(ctx, a, c); err != nil {
		return nil, err
	}
	if err := d.note(ctx, who, ref, "identity_asked", map[string]string{"access": a.ID}); err != nil {
		return nil, err
	}
	return a, d.Accesses.AddAccess(ctx, a)
}

// ApproveIdentity (đồng ý mở danh tính) is the second person's word. It is never the one who asked, nor anybody the case is about.
func (d *Desk) ApproveIdentity(ctx context.Context, who office.Staff, id string) (*Access, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	a, c, err := d.access(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.Move != "" {
		return d.ApproveOpening(ctx, who, id, false)
	}
	now := d.now()
	if a.Approved == who.ID && now.Before(*a.Until) { // his answer was lost on its way
		return a, nil
	}
	if err := d.maySecond(o, who, a, c); err != nil {
		return nil, err
	}
	until := now.Add(ShownWithin)
	if a.Need > 0 {
		until = now.Add(GatherWithin)
		a.PartsUntil = &until
	}
	a.V, a.Approved, a.Until = a.V+1, who.ID, &until
	if err := d.note(ctx, who, a.Ref, "identity_approved", map[string]string{"access": a.ID}); err != nil {
		return nil, err
	}
	if err := d.Accesses.SetAccess(ctx, a); err != nil {
		return nil, stale(err)
	}
	return a, nil
}

// ShowIdentity shows who denounces to the one who asked, once a second person approved, for a short time. Each showing stands in
// the history and before inspection before it happens. Of an identity that a quorum opens, key is what AskIdentity gave.
func (d *Desk) ShowIdentity(ctx context.Context, who office.Staff, id string, key []byte) (Contact, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Contact{}, err
	}
	a, c, err := d.access(ctx, id)
	if err != nil {
		return Contact{}, err
	}
	now := d.now()
	switch {
	case a.By != who.ID || a.Move != "" || !o.May(who, office.AskIdentity, c.File(), now):
		return Contact{}, notFound()
	case a.Approved == "":
		return Contact{}, conflict("error.identity_waits")
	case now.After(*a.Until):
		return Contact{}, conflict("error.identity_late")
	}
	contact, err := d.identity(ctx, a, c, key) // not shown before it is recorded
	if err != nil {
		return Contact{}, err
	}
	a.V, a.Shown = a.V+1, append(slices.Clip(a.Shown), now)
	if err := d.note(ctx, who, a.Ref, "identity_shown", map[string]string{"access": a.ID}); err != nil {
		return Contact{}, err
	}
	if err := d.Accesses.SetAccess(ctx, a); err != nil {
		return Contact{}, stale(err)
	}
	return contact, nil
}

func stale(err error) error {
	if errors.Is(err, ErrStale) {
		return conflict("error.stale")
	}
	return err
}

func (d *Desk) access(ctx context.Context, id string) (*Access, *Case, error) {
	a, err := d.Accesses.GetAccess(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if a.Kind != IdentityOpened {
		return nil, nil, notFound()
	}
	c, err := d.Cases.Get(ctx, a.Case)
	return a, c, err
}

// AccessList lists what was shown: to inspection all of its People's Committee, to others the identities they asked for or may
// approve. What waits for this person at another authority of his line comes first. The reason is opened for them.
func (d *Desk) AccessList(ctx context.Context, who office.Staff, kind, after string) ([]*Access, string, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, "", err
	}
	if !slices.Contains([]string{ContactShown, IdentityOpened, Exported}, kind) {
		return nil, "", &Error{Code: Invalid, Key: "error.invalid", Fields: map[string]string{"kind": "error.field.choice"}}
	}
	as, next, err := d.Accesses.ListAccesses(ctx, kind, o.Seat(who.Unit), after, boardRows)
	if err != nil {
		return nil, "", err
	}
	if kind == IdentityOpened && after == "" {
		more, err := d.elsewhere(ctx, o, who)
		if err != nil {
			return nil, "", err
		}
		as = append(more, as...)
	}
	var out []*Access
	for _, a := range as {
		may, err := d.mayReadAccess(ctx, o, who, a)
		if err != nil {
			return nil, "", err
		}
		if !may {
			continue
		}
		if err := d.openReason(a); err != nil {
			return nil, "", err
		}
		out = append(out, a)
	}
	return out, next, nil
}

func (d *Desk) openReason(a *Access) error {
	if len(a.Reason) == 0 {
		return nil
	}
	why, err := d.Vault.OpenPersonal(a.Reason, "access/"+a.ID)
	if err != nil {
		return fmt.Errorf("open reason of %s: %w", a.ID, err)
	}
	a.Why = string(why)
	return nil
}

func (d *Desk) mayReadAccess(ctx context.Context, o *office.Office, who office.Staff, a *Access) (bool, error) {
	c, err := d.Cases.Get(ctx, a.Case)
	switch {
	case err == nil:
	case CodeOf(err) == NotFound:
		return a.By == who.ID || who.Has(office.Inspector), nil
	default:
		return false, err
	}
	now := d.now()
	mend(a, c)
	if a.By == who.ID {
		return true, nil
	}
	if o.Barred(who, c.File(), now) {
		return false, nil
	}
	if a.Kind == IdentityOpened && o.May(who, a.approval(), c.File(), now) {
		return true, nil
	}
	return who.Has(office.Inspector) && a.Seat == o.Seat(who.Unit), nil
}

// elsewhere reads what waits for this person at other authorities of his line: a case may lie above or below him.
func (d *Desk) elsewhere(ctx context.Context, o *office.Office, who office.Staff) ([]*Access, error) {
	var out []*Access
	for _, seat := range o.Line(o.Seat(who.Unit))[1:] {
		as, _, err := d.Accesses.ListAccesses(ctx, IdentityOpened, seat, "", boardRows)
		if err != nil {
			return nil, err
		}
		for _, a := range as {
			if a.By == who.ID || a.Approved == "" && d.now().Sub(a.At) <= AskLasts {
				out = append(out, a)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *Access) int { return b.At.Compare(a.At) })
	return out, nil
}

// encodeLetter is how a letter rests inside its seal.
func encodeLetter(l Letter) ([]byte, error) {
	raw, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("encode letter: %w", err)
	}
	return raw, nil
}
