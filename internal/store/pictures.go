package store

import (
	"context"
	"errors"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/office"
)

// picturesSchema keeps what an office shows of itself: a few pictures, found by their ids alone.
func picturesSchema() docdb.Schema { return docdb.Schema{Name: "pictures"} }

// KeepPicture keeps a picture; one that is there already is the same.
func (s *Store) KeepPicture(ctx context.Context, p office.Picture) error {
	err := one(ctx, s.pictures, docdb.Insert, p)
	if errors.Is(err, docdb.ErrDuplicate) {
		return nil
	}
	return wrap("keep picture", err)
}

// Picture reads a picture; casework.NotFound when there is none with the id.
func (s *Store) Picture(ctx context.Context, id string) (office.Picture, error) {
	p, err := get[office.Picture](ctx, s.pictures, id)
	if err != nil {
		return office.Picture{}, wrap("read picture", err)
	}
	return *p, nil
}
