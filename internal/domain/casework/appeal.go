package casework

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// Appeal (khiếu nại lần hai, tố cáo tiếp) files a further complaint or denunciation against how the first was resolved, or
// against silence after its time ran out. It goes to whom the law names (Luật Khiếu nại Đ.7, 33; Luật Tố cáo Đ.37, 38); where
// that level is not in this office, the People's Committee that decided first hands it over with the papers. There is one for each first case: filing it again gives the same. One that comes late is taken in all the same;
// whether the lateness is excused is for the superior to say, and what took effect goes on being enforced.
func (d *Desk) Appeal(ctx context.Context, typed string, draft Draft) (Filed, error) {
	first, err := d.byCode(ctx, typed)
	if err != nil {
		return Filed{}, err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Filed{}, err
	}
	if first.Legal.Next == "" && !MayAppeal(first, d.now()) {
		return Filed{}, conflict("error.guard.appealable")
	}
	if err := d.further(ctx, o, first, &draft); err != nil {
		return Filed{}, err
	}
	if err := draft.shape().err(); err != nil {
		return Filed{}, err
	}
	filed, err := d.file(ctx, o, draft)
	if err != nil {
		return Filed{}, err
	}
	return filed, d.markAppealed(ctx, filed.Case)
}

// MayAppeal reports whether a further complaint or denunciation against the case is open to the citizen now.
func MayAppeal(c *Case, now time.Time) bool {
	m, ok := FindMove(c, c.appealMove(now))
	return ok && c.Begins(m) && guard(m, c, now) == ""
}

// AppealIsLate reports whether a further complaint filed now would come after its time: it is accepted only for an objective
// obstacle, and ends no enforcement.
func AppealIsLate(c *Case, now time.Time) bool { return appealOver(c, now) }

// further fills in what the second case takes over from the first.
func (d *Desk) further(ctx context.Context, o *office.Office, first *Case, f *Draft) error {
	l, err := d.letter(ctx, first)
	if err != nil {
		return err
	}
	f.Key = furtherKey(first)
	f.Kind, f.Counter, f.Category, f.Language = first.Kind, first.Counter, l.Category, first.Language
	m := first.matter()
	if first.Kind == law.Complaint {
		f.Contested = string(first.Legal.Contested)
	}
	silence := first.Answer == nil && first.State != law.Refused && first.Lane == law.LaneOpen
	f.Unit, f.Further = d.above(o, first), Further{Prior: first.Ref, From: first, Against: m.Unit, Silence: silence, Belated: appealOver(first, d.now())}
	if first.Guarded() {
		f.Further.Sender = first.senderID()
	}
	if !f.Contact.Empty() {
		return nil
	}
	f.Anonymous = first.Anonymous
	if !first.Guarded() {
		f.Contact, err = d.sender(ctx, first)
	}
	return err
}

// above names the unit that a further case goes to: whose head the law names, or, where he sits in another office, the agency that
// hands it over.
func (d *Desk) above(o *office.Office, first *Case) string {
	if j := o.Judge(first.nextMatter(), d.now()); j.Inside {
		return j.Unit
	}
	return o.Seat(first.Unit)
}

func furtherKey(first *Case) string { return inside + "appeal/" + first.ID }

// markAppealed notes in the case that c was filed against that it was, once: a complaint ends there unless it came late, a
// denunciation goes on.
func (d *Desk) markAppealed(ctx context.Context, c *Case) error {
	if c.Legal.Prior == "" {
		return nil
	}
	read := func() (*Case, error) { return d.Cases.ByRef(ctx, c.Legal.Prior) }
	_, err := d.change(ctx, read, func(first *Case) error {
		m, ok := FindMove(first, first.appealMove(d.now()))
		if first.Legal.Next != "" || first.Kind == law.Complaint && first.State == law.Closed && !first.Begins(m) { // the router was first
			return errMarked
		}
		if !ok || !first.Begins(m) {
			return fmt.Errorf("case %s cannot be appealed against from %s", first.ID, first.State)
		}
		first.Legal.Next = c.Ref
		s := step{ctx: ctx, c: first, m: m, actor: history.BySystem, now: d.now(), extra: map[string]string{"next": c.Ref}}
		return d.apply(s)
	})
	if errors.Is(err, errMarked) {
		return nil
	}
	return err
}

// errMarked says that the first case bears the mark already.
var errMarked = errors.New("marked as appealed against")

// TakeEffect lets decisions whose time to complain again has run out take effect (Luật Khiếu nại Đ.44), and reports which of
// the cases it changed.
func (d *Desk) TakeEffect(ctx context.Context, c *Case) (bool, error) {
	if m, ok := FindMove(c, "take_effect"); !ok || !c.Begins(m) || guard(m, c, d.now()) != "" {
		return false, nil
	}
	changed := false
	_, err := d.change(ctx, func() (*Case, error) { return d.Cases.Get(ctx, c.ID) }, func(c *Case) error {
		m, ok := FindMove(c, "take_effect")
		if changed = ok && c.Begins(m) && guard(m, c, d.now()) == ""; !changed {
			return conflict("error.move_not_now")
		}
		return d.apply(step{ctx: ctx, c: c, m: m, actor: history.BySystem, now: d.now()})
	})
	if !changed {
		return false, nil
	}
	return err == nil, err
}
