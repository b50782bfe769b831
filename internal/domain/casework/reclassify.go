package casework

import (
	"slices"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// doReclassify corrects the kind of a letter (phân loại lại đơn): its clocks are those of the right kind, counted from receipt.
// A letter that turns out to be a denunciation is sealed at once and goes past everybody it is about. One that leaves the
// seal does so by the word of two persons, see doAskOpening.
func (d *Desk) doReclassify(s *step) error {
	kind := law.Kind(s.args["kind"])
	if kind == s.c.Kind {
		return problems{"kind": "error.field.kind_same"}.err()
	}
	s.data["kind"], s.data["was"] = string(kind), string(s.c.Kind)
	if err := d.becomes(s, kind); err != nil {
		return err
	}
	return doReason(d, s)
}

// becomes changes the kind with everything that hangs on it.
func (d *Desk) becomes(s *step, kind law.Kind) error {
	c, was, guarded, closed := s.c, s.c.Kind, s.c.Guarded(), s.c.closed(s.o)
	l, err := d.letter(s.ctx, c)
	if err != nil {
		return err
	}
	if err := d.rehouse(s, kind, l); err != nil {
		return err
	}
	c.Legal.Contested, c.Legal.Against = "", ""
	c.Legal.Level = 0
	if kind.NeedsIdentity() {
		c.Legal.Level = 1
	}
	if kind.NeedsIdentity() && !c.named() {
		var from *Case
		if guarded { // nobody it was about is let in again
			from = c.Clone()
		}
		c.accuse(s.o, from, l, Chosen{})
	}
	if was.Secret() && !kind.Secret() {
		c.Lines = merge(c.Lines, closed...)
	}
	c.stopClocks(s.now, law.AllClocks...)
	d.startClocks(c, c.ReceivedAt, c.firstClocks()...)
	if !kind.Secret() || was.Secret() {
		return nil
	}
	return d.pastAccused(s)
}

// closed are the units that nobody is let in from while it is not clear whom a denunciation is about. They stay closed when it
// leaves the seal, until somebody outside them has said whom it is about.
func (c *Case) closed(o *office.Office) []string {
	return merge(slices.Clone(c.Lines), o.LinesOf(c.Suspects)...)
}

// rehouse moves the words to where the new kind keeps them.
func (d *Desk) rehouse(s *step, kind law.Kind, l Letter) error {
	c, was := s.c, s.c.Kind
	switch {
	case kind.Secret() && !was.Secret():
		var who Contact
		if c.SealedSender == "" {
			var err error
			if who, err = d.sender(s.ctx, c); err != nil {
				return err
			}
		}
		c.Kind = kind
		return d.intoSeal(s, l, who)
	case was.Secret() && !kind.Secret():
		opened, err := d.openedSender(s)
		if err != nil {
			return err
		}
		c.Kind = kind
		return d.outOfSeal(s.ctx, c, l, opened)
	default:
		c.Kind = kind
		return nil
	}
}

// pastAccused gives a denunciation to the head who may have it.
func (d *Desk) pastAccused(s *step) error {
	sub, err := d.routingSubject(s.ctx, s.c)
	if err != nil {
		return err
	}
	if s.c.Unit != "" {
		sub.Unit = s.c.Unit
	}
	s.c.Helpers = nil
	s.c.lieWith(s.o.Route(sub, s.now), s.data)
	return nil
}
