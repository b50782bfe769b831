package store

import (
	"context"
	"errors"
	"time"

	"tiepdan/internal/docdb"
)

// spentDoc says that something which is good once has been used.
type spentDoc struct {
	ID     string    `bson:"_id"`
	V      int64     `bson:"v"`
	EndsAt time.Time `bson:"ends_at"`
}

func spentSchema() docdb.Schema {
	return docdb.Schema{
		Name:    "spent",
		Indexes: []docdb.Index{{Name: "ends", Fields: []docdb.Field{moment("ends_at")}, Serves: "clearing what could not be used any more"}},
		Queries: []docdb.Query{{Name: "ended", Range: "ends_at", Sort: []docdb.Order{{Path: "ends_at"}}}},
	}
}

// Spend notes that something was used which is good once, until it is good no more; false when it was used before.
func (s *Store) Spend(ctx context.Context, what string, until time.Time) (bool, error) {
	err := one(ctx, s.spent, docdb.Insert, spentDoc{ID: what, V: 1, EndsAt: until})
	if errors.Is(err, docdb.ErrDuplicate) {
		return false, nil
	}
	return err == nil, wrap("spend", err)
}
