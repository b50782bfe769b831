package store

import (
	"context"
	"errors"
	"fmt"

	"tiepdan/internal/casework"
	"tiepdan/internal/docdb"
)

func accessesSchema() docdb.Schema {
	return docdb.Schema{
		Name: "accesses",
		Indexes: []docdb.Index{{
			Name: "seat", Serves: "what was shown, for inspection, the newest first",
			Fields: []docdb.Field{text("kind"), text("seat"), {Path: "at", Type: docdb.Time, Desc: true}},
		}},
		Queries: []docdb.Query{{Name: "of_seat", Eq: []string{"kind", "seat"}, Range: "at", Sort: []docdb.Order{{Path: "at", Desc: true}}}},
	}
}

// AddAccess keeps a new access.
func (s *Store) AddAccess(ctx context.Context, a *casework.Access) error {
	err := one(ctx, s.accesses, docdb.Insert, a)
	if errors.Is(err, docdb.ErrDuplicate) {
		return fmt.Errorf("add access: %w", casework.ErrStale)
	}
	return wrap("add access", err)
}

// SetAccess stores a changed access over the version before it.
func (s *Store) SetAccess(ctx context.Context, a *casework.Access) error {
	return wrap("set access", one(ctx, s.accesses, docdb.Replace, a))
}

// GetAccess reads one.
func (s *Store) GetAccess(ctx context.Context, id string) (*casework.Access, error) {
	a, err := get[casework.Access](ctx, s.accesses, id)
	return a, wrap("get access", err)
}

// ListAccesses reads one page of a seat's accesses, the newest first.
func (s *Store) ListAccesses(ctx context.Context, kind, seat, after string, limit int) ([]*casework.Access, string, error) {
	raws, next, err := s.accesses.Find(ctx, docdb.Find{Query: "of_seat", After: after, Limit: limit, Where: []docdb.Cond{
		docdb.Eq("kind", kind), docdb.Eq("seat", seat), docdb.Between("at", nil, nil),
	}})
	if err != nil {
		return nil, "", wrap("list accesses", err)
	}
	as, err := decodeAll[casework.Access](raws)
	return as, next, err
}
