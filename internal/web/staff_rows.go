package web

import (
	"slices"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// rows is a table of cases.
type rows struct {
	page
	names
	Cases  []*casework.Case
	Label  string   // a translation key: which cases these are
	Picks  bool     // each can be chosen, for the form "chosen" on the page
	Picked []string // references of those that were
}

// Chose reports whether the case was chosen.
func (r rows) Chose(ref string) bool { return slices.Contains(r.Picked, ref) }

// chip is a case's clock in words and shape, with the duty that it is of.
type chip struct {
	Key, Class, Text, Date, Duty string
}

// Chip says how a case stands with its clock.
func (p page) Chip(c *casework.Case) chip {
	k := chip{}
	switch {
	case c.State == law.Suspended:
		k.Key = "chip.suspended"
	case c.Lane != law.LaneOpen || c.DueAt == nil:
		return k
	case c.Overdue(p.Now):
		k.Key, k.Class = "chip.late", "late"
	case p.Days(*c.DueAt) <= casework.SoonDays:
		k.Key, k.Class = "chip.soon", "soon"
	default:
		k.Key = "chip.left"
	}
	if clock, ok := c.Running(); ok {
		k.Duty = p.T(c.ClockKey(clock.Name))
	}
	if c.DueAt != nil {
		n := p.Days(*c.DueAt)
		if n == 0 && k.Key != "chip.suspended" {
			k.Key = "chip.today"
		}
		k.Text, k.Date = p.T(k.Key, "n", max(n, -n)), p.Date(*c.DueAt)
		return k
	}
	k.Text = p.T(k.Key)
	return k
}

// Actor names who did something.
func (n names) Actor(actor string) string {
	if id, ok := cutStaff(actor); ok {
		return n.Person(id)
	}
	return ""
}
