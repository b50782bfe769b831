package casework

import (
	"context"
	"errors"
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// appealOver: the decision of the first instance was sent, and the time to complain of it again ran out since its sender got it. A
// decision that was not sent leaves that time open. Cases of earlier releases have no clock of it: there it ends with the effect.
func appealOver(c *Case, now time.Time) bool {
	if c.Kind != law.Complaint || c.Legal.Level != 1 || !slices.Contains([]law.State{law.Notified, law.Published, law.Effective, law.Enforcing}, c.State) {
		return false
	}
	if k, ok := c.clock(law.Appealing); ok {
		return now.After(k.Due)
	}
	return effectOver(c, now)
}

// appealMove names the row by which a further case is filed against this one now.
func (c *Case) appealMove(now time.Time) string {
	if appealOver(c, now) {
		return "appeal_late"
	}
	return "appeal"
}

// doExcuse records that something beyond his will kept the complainant from coming in time.
func doExcuse(_ *Desk, s *step) error {
	s.c.Legal.Excused = s.args["ground"]
	return nil
}

// endTaken ends the first case, which the superior resolves instead. Done twice it changes nothing.
func (d *Desk) endTaken(ctx context.Context, c *Case, m law.Move) error {
	if m.Past != law.PastTakenOver {
		return nil
	}
	read := func() (*Case, error) { return d.Cases.ByRef(ctx, c.Legal.Prior) }
	_, err := d.change(ctx, read, func(first *Case) error {
		m, ok := FindMove(first, law.PastTakenOver)
		switch {
		case ok && first.Begins(m):
			return d.apply(step{ctx: ctx, c: first, m: m, actor: history.BySystem, now: d.now(), extra: map[string]string{"next": c.Ref}})
		case first.Answer != nil:
			return conflict("error.first_concluded")
		default:
			return errMarked
		}
	})
	if errors.Is(err, errMarked) {
		return nil
	}
	return err
}
