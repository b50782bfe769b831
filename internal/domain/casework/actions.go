package casework

import (
	"slices"

	"tiepdan/internal/domain/office"
)

// Standing is how near at hand a page puts a move.
type Standing int

// The standings.
const (
	Far    Standing = iota // behind "other actions"
	Near                   // among the first, while there is room
	Danger                 // last, and only after a confirmation
	Aside                  // not among the actions: it has a place of its own on the page
)

// nearby is how many moves stand beside the main one.
const nearby = 3

// Actions are the moves of a case as a page puts them before one person: the one that is expected of him now, a few others, the rest,
// and those that are hard to take back.
type Actions struct {
	Lead                  *Move // nil where nothing is expected of him
	Near, Further, Danger []Move
	Aside                 []Move
}

// Arrange sorts the moves that were offered by the places that the table gives them. Of several that lead in this state, the one that
// needs the higher right does.
func (c *Case) Arrange(offers []Move) Actions {
	var a Actions
	lead := c.lead(offers)
	for _, i := range near(offers) {
		m := offers[i]
		switch {
		case i == lead:
			a.Lead = &m
		case m.Stands == Aside:
			a.Aside = append(a.Aside, m)
		case m.Stands == Danger:
			a.Danger = append(a.Danger, m)
		case m.Stands == Near && len(a.Near) < nearby:
			a.Near = append(a.Near, m)
		default:
			a.Further = append(a.Further, m)
		}
	}
	return a
}

// near is the order in which moves come to stand near: what only this person decides before what he hands on and works on, each in the
// table's order.
func near(offers []Move) []int {
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
func (c *Case) lead(offers []Move) int {
	for _, right := range []office.Action{office.Decide, office.Work, office.Triage} {
		if i := slices.IndexFunc(offers, func(m Move) bool { return m.Needs == right && slices.Contains(m.Leads, c.State) }); i >= 0 {
			return i
		}
	}
	return -1
}

// PageOf is the page of its own where moves of the name are made; "" for none.
func PageOf(name string) string {
	i := slices.IndexFunc(moves, func(m Move) bool { return m.Name == name })
	if i < 0 {
		return ""
	}
	return moves[i].Page
}

// FirstOf is what an empty form holds for the ask: what is known of the case already.
func (c *Case) FirstOf(a Ask) string {
	if first, ok := firsts[a.First]; ok {
		return first(c)
	}
	return ""
}

// noted is the event of an internal note: what one member of staff writes for the others who have the case, never shown to its sender. It
// rests in the history as every note does, sealed where the case is a denunciation.
const noted = "noted"

// MostNotes is how many internal notes one case takes: it is read and written whole.
const MostNotes = 300

// notes counts them.
func (c *Case) notes() (n int) {
	for _, e := range c.History {
		if e.What == noted {
			n++
		}
	}
	return n
}

// noting is its row.
var noting = []Move{{
	Name: "note", From: slices.DeleteFunc(States(), func(s State) bool { return s == Closed }), By: Staff, Needs: office.Work, Or: office.Triage, Guards: []string{"kept", "few_notes"}, Asks: []Ask{askReason},
	Does: []string{"reason", "call"}, Past: noted, Stands: Aside, Source: "quy chế làm việc của cơ quan",
}}

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
