package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/casework"
	"tiepdan/internal/docdb"
)

func dispatchesSchema() docdb.Schema {
	return docdb.Schema{
		Name:    "dispatches",
		Indexes: []docdb.Index{{Name: "due", Sparse: true, Fields: []docdb.Field{moment("due")}, Serves: "the outbox: mail that is to be tried now"}},
		Queries: []docdb.Query{{Name: "due", Range: "due", Sort: []docdb.Order{{Path: "due"}}}},
	}
}

// AddDispatches keeps new dispatches; those that are there already stay as they are, sent or not.
func (s *Store) AddDispatches(ctx context.Context, ds ...*casework.Dispatch) error {
	if len(ds) == 0 {
		return nil
	}
	writes := make([]docdb.Write, 0, len(ds))
	for _, d := range ds {
		raw, err := bson.Marshal(d)
		if err != nil {
			return fmt.Errorf("encode dispatch: %w", err)
		}
		writes = append(writes, docdb.Write{Op: docdb.Insert, Doc: raw})
	}
	var errs []error
	for _, err := range s.dispatches.Write(ctx, writes...) {
		if err != nil && !errors.Is(err, docdb.ErrDuplicate) {
			errs = append(errs, err)
		}
	}
	return wrap("add dispatches", errors.Join(errs...))
}

// DueDispatches lists dispatches that are to be tried before the time, the oldest first.
func (s *Store) DueDispatches(ctx context.Context, before time.Time, limit int) ([]*casework.Dispatch, error) {
	raws, _, err := s.dispatches.Find(ctx, docdb.Find{Query: "due", Where: []docdb.Cond{docdb.Between("due", nil, before)}, Limit: limit})
	if err != nil {
		return nil, wrap("list dispatches", err)
	}
	return decodeAll[casework.Dispatch](raws)
}

// PutDispatch writes a dispatch over the version before.
func (s *Store) PutDispatch(ctx context.Context, d *casework.Dispatch) error {
	return wrap("write dispatch", one(ctx, s.dispatches, docdb.Replace, d))
}
