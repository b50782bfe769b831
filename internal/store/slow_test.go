package store

import (
	"context"
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
)

// endless is a collection that finds for as long as it may.
type endless struct{ docdb.Collection }

func (endless) Find(ctx context.Context, _ docdb.Find) ([]bson.Raw, string, error) {
	<-ctx.Done()
	return nil, "", ctx.Err()
}

func TestASearchEnds(t *testing.T) {
	s := &Store{cases: endless{}, searching: newFew()}
	_, _, err := s.List(t.Context(), casework.Filter{Words: []string{"1234"}, AnyLane: true, Shelves: []string{"a"}})
	e, ok := errors.AsType[*casework.Error](err)
	if !ok || e.Key != "error.search_long" {
		t.Errorf("a search without an end ends with %v", err)
	}
}
