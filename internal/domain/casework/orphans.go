package casework

import (
	"context"
	"slices"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// Orphaned counts the open cases that a change of the office would leave without anybody who may lead them on, wherever they were
// sent then: an administrator is asked before he makes it. Only those are looked at for which it can be in doubt, see Heal.
func (d *Desk) Orphaned(ctx context.Context, was, next *office.Office) (int, error) {
	now, n := d.now(), 0
	each := func(cs []*Case) error {
		for _, c := range cs {
			lost, err := d.orphaned(ctx, c, was, next, now)
			if err != nil {
				return err
			}
			if lost {
				n++
			}
		}
		return nil
	}
	err := pages(func(after string) ([]*Case, string, error) { return d.Cases.Wary(ctx, after, healBatch) }, each)
	before := was.Dark(now)
	dark := slices.DeleteFunc(next.Dark(now), func(shelf string) bool { return slices.Contains(before, shelf) })
	if err == nil && len(dark) > 0 {
		err = pages(func(after string) ([]*Case, string, error) {
			return d.Cases.List(ctx, Filter{Shelves: dark, Lane: law.LaneOpen, After: after, Limit: healBatch})
		}, func(cs []*Case) error {
			return each(slices.DeleteFunc(cs, func(c *Case) bool { return c.WaryAt != nil })) // those were counted
		})
	}
	return n, err
}

func (d *Desk) orphaned(ctx context.Context, c *Case, was, next *office.Office, now time.Time) (bool, error) {
	if c.State == law.Received || !was.Led(c.File(), now) || next.Led(c.File(), now) {
		return false, nil
	}
	sub, err := d.routingSubject(ctx, c)
	if err != nil {
		return false, err
	}
	found := slices.ContainsFunc([]office.Decision{next.Route(sub, now), next.Refuge(sub, now)}, func(dec office.Decision) bool {
		return c.Clone().moveTo(next, dec, now)
	})
	return !found, nil
}
