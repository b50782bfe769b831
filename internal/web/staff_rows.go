package web

import (
	"strconv"

	"tiepdan/internal/casework"
	"tiepdan/internal/office"
)

// rows is a table of cases.
type rows struct {
	page
	names
	Cases []*casework.Case
	Label string // a translation key: which cases these are
}

// boardShown is how many cases of each part a board shows; the rest is one link away.
const boardShown = 25

// boardPart is one part of a board: its most urgent cases, and a link to all of them.
type boardPart struct {
	rows
	ID    string // also what the list is asked for
	Title string // a translation key
	Count string // how many there are; "100+" when nobody counted on
	Cut   bool   // not all that were read are shown
}

// Parts are the board's parts in the order of urgency.
func (p boardPage) Parts() []boardPart {
	part := func(id, title string, pile casework.Pile) boardPart {
		n := len(pile.Cases)
		out := boardPart{rows: p.Rows(pile.Cases[:min(n, boardShown)], title), ID: id, Title: title, Count: strconv.Itoa(n), Cut: pile.More || n > boardShown}
		if pile.More {
			out.Count += "+"
		}
		return out
	}
	return []boardPart{
		part("overdue", "board.overdue", p.Board.Overdue), part("soon", "board.soon", p.Board.Soon), part("later", "board.rest", p.Board.Rest),
	}
}

// Rows prepares cases for the shared table.
func (p boardPage) Rows(cs []*casework.Case, label string) rows {
	return rows{page: p.page, names: p.names, Cases: cs, Label: label}
}

// Rows prepares cases for the shared table.
func (p listPage) Rows(cs []*casework.Case) rows {
	return rows{page: p.page, names: p.names, Cases: cs, Label: "board.table"}
}

// States lists what the list can be narrowed to.
func (listPage) States() []casework.State { return casework.States() }

// Kinds lists the kinds the list can be narrowed to.
func (listPage) Kinds() []casework.Kind { return casework.Kinds() }

// Units lists the units the list can be narrowed to.
func (p listPage) Units() []office.Unit { return p.office.Units() }

// Problem is the message for a condition that cannot be, or "".
func (p listPage) Problem(field string) string {
	if key := p.Wrong[field]; key != "" {
		return p.T(key)
	}
	return ""
}

// chip is a case's clock in words and shape.
type chip struct {
	Key, Class, Text, Date string
}

// Chip says how a case stands with its clock.
func (p page) Chip(c *casework.Case) chip {
	k := chip{}
	switch {
	case c.State == casework.Suspended:
		k.Key = "chip.suspended"
	case c.Lane != casework.LaneOpen || c.DueAt == nil:
		return k
	case c.Overdue(p.Now):
		k.Key, k.Class = "chip.late", "late"
	case p.Days(*c.DueAt) <= casework.SoonDays:
		k.Key, k.Class = "chip.soon", "soon"
	default:
		k.Key = "chip.left"
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
