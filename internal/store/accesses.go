package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
)

func accessesSchema() docdb.Schema {
	return docdb.Schema{
		Name: "accesses",
		Indexes: []docdb.Index{{
			Name: "seat", Serves: "what was shown, for inspection, the newest first",
			Fields: []docdb.Field{text("kind"), text("seat"), {Path: "at", Type: docdb.Time, Desc: true}},
		}, {
			Name: "gathering", Serves: "openings that parts of the key are brought to", Sparse: true,
			Fields: []docdb.Field{{Path: "parts_until", Type: docdb.Time}},
		}},
		Queries: []docdb.Query{{Name: "gathering", Range: "parts_until", Sort: []docdb.Order{{Path: "parts_until"}}}, {Name: "of_seat", Eq: []string{"kind", "seat"}, Range: "at", Sort: []docdb.Order{{Path: "at", Desc: true}}}},
	}
}

// AddAccess keeps a new access.
func (s *Store) AddAccess(ctx context.Context, a *casework.Access) error {
	err := s.keep(ctx, "accesses", docdb.Insert, a)
	if errors.Is(err, docdb.ErrDuplicate) {
		return fmt.Errorf("add access: %w", casework.ErrStale)
	}
	return wrap("add access", err)
}

// SetAccess stores a changed access over the version before it.
func (s *Store) SetAccess(ctx context.Context, a *casework.Access) error {
	return wrap("set access", s.keep(ctx, "accesses", docdb.Replace, a))
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

// Gathering reads the approved openings that parts of the key may be brought to.
func (s *Store) Gathering(ctx context.Context, now time.Time) ([]*casework.Access, error) {
	return s.gathering(ctx, docdb.Between("parts_until", now, nil))
}

// Gathered reads the openings whose time for that is over and whose parts are still kept.
func (s *Store) Gathered(ctx context.Context, now time.Time) ([]*casework.Access, error) {
	return s.gathering(ctx, docdb.Between("parts_until", nil, now))
}

const gatherings = 200

func (s *Store) gathering(ctx context.Context, when docdb.Cond) ([]*casework.Access, error) {
	raws, _, err := s.accesses.Find(ctx, docdb.Find{Query: "gathering", Where: []docdb.Cond{when}, Limit: gatherings})
	if err != nil {
		return nil, wrap("list gatherings", err)
	}
	return decodeAll[casework.Access](raws)
}
