package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tiepdan/internal/domain/office"
)

// A case that was shared with somebody, such as a member of a verification team, may lie in a unit whose lists are not his. It stands
// after the others in the list of his own cases, and in what he searches.

// sharedMark begins the cursors of the part of a list that holds what was shared.
const sharedMark = "shared."

// shared is the same list, of what was shared with the person alone: it may lie anywhere, or in the unit that was asked for.
func (f Filter) shared(who office.Staff) Filter {
	if f.Assignee == who.ID {
		f.Assignee = ""
	}
	f.Helper, f.Shelves = who.ID, nil
	if f.unit != "" {
		f.Shelves = office.UnitShelves(f.unit)
	}
	return f
}

// look reads one page of a list; the letters of a sender whom it may name come first.
func (d *Desk) look(ctx context.Context, who office.Staff, f Filter) ([]*Case, string, error) {
	if f.from != "" && f.Helper == "" {
		return d.found(ctx, who, f)
	}
	return d.page(ctx, who, f)
}

// page reads one page of a list, and of what was shared once the list itself is at its end.
func (d *Desk) page(ctx context.Context, who office.Staff, f Filter) ([]*Case, string, error) {
	if f.Helper != "" {
		cs, next, err := d.Cases.List(ctx, f)
		return slices.DeleteFunc(cs, func(c *Case) bool { return !f.Speaks(c) }), next, err
	}
	after, began := strings.CutPrefix(f.After, sharedMark)
	if began {
		return d.sharedPage(ctx, who, f, after)
	}
	var cs []*Case
	if f.reads(who) {
		own, next, err := d.Cases.List(ctx, f)
		if err != nil || next != "" {
			return own, next, err
		}
		cs = own
	}
	if !f.shares(who) {
		return cs, "", nil
	}
	more, next, err := d.sharedPage(ctx, who, f, "")
	switch {
	case err != nil:
		return nil, "", err
	case len(cs)+len(more) > cmp.Or(f.Limit, listRows):
		return cs, sharedMark, nil
	default:
		return append(cs, more...), next, nil
	}
}

// sharedPage reads one page of what was shared with the person and stands not in the list itself. A page of nothing is none.
func (d *Desk) sharedPage(ctx context.Context, who office.Staff, f Filter, after string) ([]*Case, string, error) {
	s := f.shared(who)
	for s.After = after; ; {
		cs, next, err := d.Cases.List(ctx, s)
		if err != nil {
			return nil, "", err
		}
		cs = slices.DeleteFunc(cs, func(c *Case) bool { return f.has(c) || !f.Speaks(c) && (f.sent == nil || !f.sent(c)) })
		if next == "" {
			return cs, "", nil
		}
		if len(cs) > 0 {
			return cs, sharedMark + next, nil
		}
		s.After = next
	}
}

// listRows is how many cases a page of a list holds where nobody asks for another number.
const listRows = 50

// has reports whether the case stands in the list itself.
func (f Filter) has(c *Case) bool {
	return f.Holds(c) && (len(f.Shelves) > 0 || f.Assignee != "")
}

// reads reports whether the list has a part of its own: without shelves it has none but one's own cases.
func (f Filter) reads(who office.Staff) bool {
	return len(f.Shelves) > 0 || f.own(who) || f.Helper != ""
}

// shares reports whether what was shared with the person stands after the list itself.
func (f Filter) shares(who office.Staff) bool {
	return who.ID != "" && !f.apart && f.Helper == "" && (f.Assignee == who.ID || len(f.Words) > 0)
}
