package casework

import (
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// facts is the case as the rows of the law look at it.
func (c *Case) facts() law.Facts {
	l := c.Legal
	return law.Facts{
		Kind: c.Kind, Level: l.Level, State: c.State, EndedAs: l.EndedAs, Erased: c.State == law.Closed && c.Erased(), Begun: c.begun(),
		Remote: l.Remote, Complex: l.Complex > 0, Forwarded: c.Channel == ByForward, Against: l.Contested,
	}
}

// Begins reports whether the move may start where the case stands.
func (c *Case) Begins(m law.Move) bool { return m.Begins(c.facts()) }

// FindMove returns the row of the name for the case, and whether there is one; see Find.
func FindMove(c *Case, name string) (law.Move, bool) { return law.Find(c.facts(), name) }

// ruleFor returns the clock's row for the case, and whether there is one.
func ruleFor(name law.ClockName, c *Case) (law.ClockRule, bool) { return law.RuleFor(name, c.facts()) }

// Offers lists the moves that this person may make now, in the table's order.
func Offers(o *office.Office, who office.Staff, c *Case, now time.Time) []law.Move {
	var out []law.Move
	at := c.facts()
	for m := range law.Each {
		if m.By != law.Staff || m.Name == law.MoveTakeBack || !m.Fits(at) || !m.Begins(at) { // taking back is offered by what was just done
			continue
		}
		if refusal(m, o, who, c, now) == nil && guard(m, c, now) == "" {
			out = append(out, m)
		}
	}
	return out
}

// guard returns the key of the first condition that does not hold, or "".
func guard(m law.Move, c *Case, now time.Time) string {
	for _, name := range m.Guards {
		if g := guards[name]; !g.Holds(c, now) {
			return "error.guard." + name
		}
	}
	return ""
}
