package store

import (
	"context"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
)

func dispatchesSchema() docdb.Schema {
	return docdb.Schema{
		Name:    "dispatches",
		Indexes: []docdb.Index{{Name: "way_due", Fields: []docdb.Field{text("way"), moment("due")}, Serves: "the outbox: what is to be sent a way now"}},
		Queries: []docdb.Query{{Name: "due", Eq: []string{"way"}, Range: "due", Sort: []docdb.Order{{Path: "due"}}}},
	}
}

// AddDispatches keeps new dispatches; those that are there already stay as they are, sent or not.
func (s *Store) AddDispatches(ctx context.Context, ds ...*casework.Dispatch) error {
	return wrap("add dispatches", addNew(ctx, s.dispatches, ds))
}

// DueDispatches lists dispatches of a way that are to be tried before the time, the oldest first.
func (s *Store) DueDispatches(ctx context.Context, way casework.Way, before time.Time, limit int) ([]*casework.Dispatch, error) {
	raws, _, err := s.dispatches.Find(ctx, docdb.Find{Query: "due", Where: []docdb.Cond{docdb.Eq("way", string(way)), docdb.Between("due", nil, before)}, Limit: limit})
	if err != nil {
		return nil, wrap("list dispatches", err)
	}
	return decodeAll[casework.Dispatch](raws)
}

// PutDispatch writes a dispatch over the version before.
func (s *Store) PutDispatch(ctx context.Context, d *casework.Dispatch) error {
	return wrap("write dispatch", one(ctx, s.dispatches, docdb.Replace, d))
}
