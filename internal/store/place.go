package store

import (
	"context"
	"errors"

	"tiepdan/internal/casework"
)

// placed says in meta that every case has what views look at.
const placed = "cases_placed"

// PlaceCases gives the cases of a release that knew no views what views look at, once. It is of no history: it is computed from
// what the history answers for.
func (s *Store) PlaceCases(ctx context.Context) error {
	if _, done, err := s.Meta(ctx, placed); err != nil || done {
		return err
	}
	var old []*casework.Case
	put := func() error {
		for _, err := range s.Replace(ctx, old...) {
			if err != nil && !errors.Is(err, casework.ErrStale) { // another instance was first, with the same
				return err
			}
		}
		old = old[:0]
		return nil
	}
	err := s.EachCase(ctx, func(c *casework.Case) error {
		if !c.Misplaced() {
			return nil
		}
		c.Place()
		c.V++
		if old = append(old, c); len(old) < placeRows {
			return nil
		}
		return put()
	})
	if err = errors.Join(err, put()); err != nil {
		return err
	}
	return s.PutMeta(ctx, placed, "yes")
}

// placeRows is how many cases are written together.
const placeRows = 200
