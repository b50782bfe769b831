package web

import (
	"net/url"

	"tiepdan/internal/casework"
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

// More is the address of the next page: the same conditions, further on.
func (p listPage) More(next string) string {
	v := url.Values{"cursor": {next}}
	for key, value := range map[string]string{
		"state": p.Wanted.State, "unit": p.Wanted.Unit, "assignee": p.Wanted.Assignee, "due": p.Wanted.Due, "q": p.Wanted.Query,
	} {
		if value != "" {
			v.Set(key, value)
		}
	}
	return v.Encode()
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
