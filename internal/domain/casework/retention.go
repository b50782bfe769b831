package casework

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

func retentionValues(context.Context, *Desk) ([]Value, error) {
	var out []Value
	for _, k := range law.Retentions() {
		v := Value{ID: "retention/" + string(k.Kind), What: "confirm.retention kind." + string(k.Kind), Value: strconv.Itoa(k.Years) + " unit.years", Source: k.Source, Sure: k.Sure}
		if k.State != "" {
			v.ID, v.What = v.ID+"/"+string(k.State), v.What+" state."+string(k.State)
		}
		out = append(out, v)
	}
	return out, nil
}

// KeptUntil is when the words of a closed case are to be erased; it reports false while the case is open.
func (c *Case) KeptUntil() (time.Time, bool) {
	if c.ClosedAt == nil {
		return time.Time{}, false
	}
	k, ok := law.RetentionOf(c.Kind, cmp.Or(c.Legal.EndedAs, c.State))
	if !ok {
		return time.Time{}, false
	}
	return c.ClosedAt.AddDate(k.Years, 0, 0), true
}

// What an entry of Erasure says was erased.
const (
	ErasedAll     = "all"
	ErasedContact = "contact"
)

// Erased reports whether the words of the case were erased.
func (c *Case) Erased() bool {
	return slices.ContainsFunc(c.History, func(e history.Entry) bool { return e.What == history.Erasure && e.Data["what"] == ErasedAll })
}

// MayForget reports whether the citizen may have his name and address erased before their time: the case is over, and it is
// of a kind whose sender the law does not make the office keep (Luật Khiếu nại Đ.8 and Luật Tố cáo Đ.23 do).
func (c *Case) MayForget() bool {
	return c.Lane != law.LaneOpen && !c.Kind.NeedsIdentity() && len(c.Contact) > 0
}

// Erase takes the words and persons out of a closed case whose time is over, and records that. It reports whether it did.
func (d *Desk) Erase(ctx context.Context, id string) (bool, error) {
	did, secret := false, ""
	c, err := d.change(ctx, func() (*Case, error) { return d.Cases.Get(ctx, id) }, func(c *Case) error {
		until, ok := c.KeptUntil()
		if did = ok && !d.now().Before(until) && !c.Erased(); !did {
			return conflict("error.move_not_now")
		}
		if c.Guarded() || len(c.Sealed) > 0 {
			lean, err := d.leaners(ctx, c)
			if did = err == nil && len(lean) == 0; !did { // their sender rests here
				return errors.Join(err, conflict("error.move_not_now"))
			}
			secret = c.secretsID()
		}
		c.forget()
		c.record(history.Entry{At: d.now(), Actor: history.BySystem, What: history.Erasure, Data: map[string]string{"what": ErasedAll}})
		return nil
	})
	if !did {
		if CodeOf(err) == Conflict {
			err = nil
		}
		return false, err
	}
	// The case is written first: should the program stop here, the next pass finds the letter, see EraseLetter.
	if err == nil {
		err = d.eraseApart(ctx, c, secret)
	}
	return err == nil, err
}

// eraseApart erases what lies beside the case: its sealed letter, where it has one, and its papers.
func (d *Desk) eraseApart(ctx context.Context, c *Case, secret string) error {
	if secret != "" {
		if err := d.Cases.PutSecrets(ctx, &Secrets{ID: secret, V: 1}); err != nil {
			return err
		}
	}
	return d.ErasePapers(ctx, c)
}

// EraseLetter makes sure that nothing is left of the sealed parts of an erased case.
func (d *Desk) EraseLetter(ctx context.Context, c *Case) error {
	if !c.Guarded() || !c.Erased() {
		return nil
	}
	sec, err := d.Cases.Secrets(ctx, c.secretsID())
	switch {
	case err != nil && CodeOf(err) == NotFound: // it leans on another's, or had nothing to seal
		return nil
	case err != nil || len(sec.Letter)+len(sec.Contact)+len(sec.Quorum)+len(sec.Known)+len(sec.Second) == 0:
		return err
	}
	return d.Cases.PutSecrets(ctx, &Secrets{ID: c.secretsID(), V: 1})
}

// forget empties everything that people wrote or that names them.
func (c *Case) forget() {
	c.EraseNotes()
	c.Subject, c.Body, c.Location, c.Category, c.Accused, c.Stripped, c.Terms = "", "", Location{}, "", "", nil, nil
	c.Contact, c.Reach, c.Masked, c.Attachments, c.Promised, c.Sealed = nil, nil, "", nil, nil, nil
	for _, s := range c.spoken() {
		*s.text, *s.sealed, *s.salt = "", nil, nil
	}
}

// Held is everything the office keeps of a case's sender and his words (Luật Bảo vệ dữ liệu cá nhân: quyền được cung cấp dữ
// liệu). Who holds the code may have it.
type Held struct {
	Reference string        `json:"reference"`
	Kind      law.Kind      `json:"kind"`
	Contact   Contact       `json:"contact"`
	Masked    bool          `json:"masked,omitempty"` // the sender is hidden
	Sealed    bool          `json:"sealed,omitempty"` // only a quorum of persons opens the sender, also to himself
	Letter    Letter        `json:"letter"`
	Messages  []HeldMessage `json:"messages"`
	Files     []string      `json:"files"`
	Answer    string        `json:"answer,omitempty"`
	Events    []HeldEvent   `json:"events"`
	KeptUntil *time.Time    `json:"kept_until,omitempty"`
	MayErase  bool          `json:"may_erase"`

	guarded bool // the sender is a denouncer, whatever kind the case has now
}

// HeldMessage is one message of a case's exchange.
type HeldMessage struct {
	At   time.Time `json:"at"`
	Mine bool      `json:"mine"`
	Text string    `json:"text"`
}

// HeldEvent is one thing that happened.
type HeldEvent struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
	Said string    `json:"said,omitempty"` // what happened, in words, where a person reads it
}

// Hold collects what is held of the case with the code; of a denunciation with the sender masked.
func (d *Desk) Hold(ctx context.Context, typed string) (Held, error) {
	c, err := d.byCode(ctx, typed)
	if err != nil {
		return Held{}, err
	}
	l, who, sealed, err := d.openHeld(ctx, c)
	if err != nil {
		return Held{}, err
	}
	h, err := d.held(c, l, who)
	h.Sealed = sealed
	if c.Guarded() || sealed {
		h = h.Mask()
	}
	return h, err
}

// openHeld opens the words and the sender; sealed says that only a quorum opens the sender, and that this is not he.
func (d *Desk) openHeld(ctx context.Context, c *Case) (l Letter, who Contact, sealed bool, err error) {
	known, sealed, err := d.known(ctx, c)
	if err != nil {
		return l, who, sealed, err
	}
	l, who, err = d.contents(ctx, c)
	if sealed {
		return l, known.Masked, true, nil
	}
	return l, who, false, err
}

// Mask is what is held without who sent it.
func (h Held) Mask() Held {
	kind := h.Kind
	if h.guarded {
		kind = law.Denunciation
	}
	h.Contact, h.Masked = h.Contact.Mask(kind), true
	return h
}

// Forget erases the sender's name and address at his own request (quyền được xóa dữ liệu).
func (d *Desk) Forget(ctx context.Context, typed string) (*Case, error) {
	// His papers are first: should the program stop between, the name is there to be asked away once more.
	c, err := d.byCode(ctx, typed)
	if err == nil && c.MayForget() {
		err = d.unnamePapers(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	c, err = d.citizen(ctx, typed, func(c *Case) error {
		if !c.MayForget() {
			return conflict("error.kept_by_law")
		}
		c.Contact, c.Reach, c.Masked, c.Terms = nil, nil, "", c.spokenTerms()
		c.record(history.Entry{At: d.now(), Actor: history.ByCitizen, What: history.Erasure, Data: map[string]string{"what": ErasedContact}})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c, d.Cases.Purge(ctx) // before anybody is told that it is gone
}
