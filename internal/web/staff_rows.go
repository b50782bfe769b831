package web

import (
	"net/url"
	"slices"

	"tiepdan/internal/casework"
	"tiepdan/internal/office"
)

// rows is a table of cases.
type rows struct {
	page
	names
	Cases []*casework.Case
}

// Rows prepares cases for the shared table.
func (p boardPage) Rows(cs []*casework.Case) rows {
	return rows{page: p.page, names: p.names, Cases: cs}
}

// Rows prepares cases for the shared table.
func (p listPage) Rows(cs []*casework.Case) rows {
	return rows{page: p.page, names: p.names, Cases: cs}
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

// More is the address of the next page: the same conditions, further on.
func (p listPage) More() string {
	return nextPage("/staff/cases", p.Next, "state", p.Wanted.State, "kind", p.Wanted.Kind, "unit", p.Wanted.Unit,
		"assignee", p.Wanted.Assignee, "due", p.Wanted.Due, "q", p.Wanted.Query)
}

// nextPage is a whole address, path and query: a template escapes a query that stands by itself as one value, and the cursor is
// lost in it. The conditions are names and values in turn; empty ones are left out.
func nextPage(path, cursor string, conditions ...string) string {
	v := url.Values{"cursor": {cursor}}
	for pair := range slices.Chunk(conditions, 2) {
		if pair[1] != "" {
			v.Set(pair[0], pair[1])
		}
	}
	return path + "?" + v.Encode()
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
