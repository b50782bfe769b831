package casework

import (
	"slices"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// nearby is how many moves stand beside the main one.
const nearby = 3

// Actions are the moves of a case as a page puts them before one person: the one that is expected of him now, a few others, the rest,
// and those that are hard to take back.
type Actions struct {
	Lead                  *law.Move // nil where nothing is expected of him
	Near, Further, Danger []law.Move
	Aside                 []law.Move
}

// Arrange sorts the moves that were offered by the places that the table gives them. Of several that lead in this state, the one that
// needs the higher right does.
func (c *Case) Arrange(offers []law.Move) Actions {
	var a Actions
	lead := c.lead(offers)
	for _, i := range near(offers) {
		m := offers[i]
		switch {
		case i == lead:
			a.Lead = &m
		case m.Stands == law.Aside:
			a.Aside = append(a.Aside, m)
		case m.Stands == law.Danger:
			a.Danger = append(a.Danger, m)
		case m.Stands == law.Near && len(a.Near) < nearby:
			a.Near = append(a.Near, m)
		default:
			a.Further = append(a.Further, m)
		}
	}
	return a
}

// near is the order in which moves come to stand near: what only this person decides before what he hands on and works on, each in the
// table's order.
func near(offers []law.Move) []int {
	var out []int
	rights := []office.Action{office.Decide, office.Triage, office.Work}
	for _, right := range rights {
		for i, m := range offers {
			if m.Needs == right {
				out = append(out, i)
			}
		}
	}
	for i, m := range offers {
		if !slices.Contains(rights, m.Needs) {
			out = append(out, i)
		}
	}
	return out
}

// lead finds the main one, -1 for none.
func (c *Case) lead(offers []law.Move) int {
	for _, right := range []office.Action{office.Decide, office.Work, office.Triage} {
		if i := slices.IndexFunc(offers, func(m law.Move) bool { return m.Needs == right && slices.Contains(m.Leads, c.State) }); i >= 0 {
			return i
		}
	}
	return -1
}

// FirstOf is what an empty form holds for the ask: what is known of the case already.
func (c *Case) FirstOf(a law.Ask) string {
	if first, ok := firsts[a.First]; ok {
		return first(c)
	}
	return ""
}

// MostNotes is how many internal notes one case takes: it is read and written whole.
const MostNotes = 300

// notes counts them.
func (c *Case) notes() (n int) {
	for _, e := range c.History {
		if e.What == law.PastNoted {
			n++
		}
	}
	return n
}

// firsts are what the rows name in Ask.First.
var firsts = map[string]func(c *Case) string{
	"unit":      func(c *Case) string { return c.Unit },
	"against":   func(c *Case) string { return c.Legal.Against },
	"contested": func(c *Case) string { return string(c.Legal.Contested) },
	"remote": func(c *Case) string {
		if c.Legal.Remote {
			return "yes"
		}
		return "no"
	},
}
