package store

import (
	"context"
	"errors"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/rating"
)

// Tablets are few and read whole.
func tabletsSchema() docdb.Schema { return docdb.Schema{Name: "tablets"} }

// GetTablet reads an enrolled tablet.
func (s *Store) GetTablet(ctx context.Context, id string) (*rating.Tablet, error) {
	t, err := get[rating.Tablet](ctx, s.tablets, id)
	if errors.Is(err, docdb.ErrNotFound) {
		return nil, rating.ErrNoTablet
	}
	return t, wrap("get tablet", err)
}

// AllTablets reads every tablet that was ever enrolled.
func (s *Store) AllTablets(ctx context.Context) ([]rating.Tablet, error) {
	list, err := all[rating.Tablet](ctx, s.tablets)
	return list, wrap("read tablets", err)
}

// PutTablet keeps a tablet over the version before it.
func (s *Store) PutTablet(ctx context.Context, t *rating.Tablet) error {
	op := docdb.Replace
	if t.V == 1 {
		op = docdb.Insert
	}
	err := one(ctx, s.tablets, op, t)
	if errors.Is(err, docdb.ErrStale) || errors.Is(err, docdb.ErrDuplicate) || errors.Is(err, docdb.ErrNotFound) {
		return rating.ErrStale
	}
	return wrap("put tablet", err)
}
