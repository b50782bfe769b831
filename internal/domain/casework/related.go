package casework

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// Link is a case that hangs together with another one: As says how, as pages translate it.
type Link struct {
	As    string // whole, parts, prior, next
	Ref   string
	Kind  law.Kind
	State law.State
}

// Related (đơn liên quan) lists the letter that the case is a part of, the parts it was split into, the case it is a further one to, and
// the further one, as far as this person may see them. Of the others it does not say that they are there.
func (d *Desk) Related(ctx context.Context, who office.Staff, c *Case) ([]Link, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	all, as, err := d.linked(ctx, c)
	if err != nil {
		return nil, err
	}
	var out []Link
	for _, how := range []string{"whole", "parts", "prior", "next"} {
		for _, other := range all {
			if cmp.Or(as[other.Ref], "parts") == how && other.ID != c.ID && o.May(who, office.See, other.File(), d.now()) {
				out = append(out, Link{how, other.Ref, other.Kind, other.State})
			}
		}
	}
	return out, nil
}

// linked reads the cases that this one names, and says how it names them; the rest are its parts.
func (d *Desk) linked(ctx context.Context, c *Case) (all []*Case, as map[string]string, err error) {
	as = map[string]string{c.Legal.Whole: "whole", c.Legal.Prior: "prior", c.Legal.Next: "next"}
	delete(as, "")
	if len(as) > 0 {
		if all, err = d.Cases.ByRefs(ctx, slices.Sorted(maps.Keys(as))...); err != nil {
			return nil, nil, err
		}
	}
	var ids []string
	for _, p := range d.parts(c) {
		ids = append(ids, d.id(p.Code))
	}
	if len(ids) == 0 {
		return all, as, nil
	}
	parts, err := d.Cases.Many(ctx, ids)
	return append(all, parts...), as, err
}
