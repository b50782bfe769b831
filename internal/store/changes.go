package store

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
)

func changesSchema() docdb.Schema {
	return docdb.Schema{
		Name: "changes",
		Indexes: []docdb.Index{
			{Name: "seq", Serves: "the last line of the office's log", Fields: []docdb.Field{{Path: "seq", Type: docdb.Int, Desc: true}}},
			{
				Name: "version", Unique: true, Serves: "nobody makes the same version of an item twice",
				Fields: []docdb.Field{text("kind"), text("item"), asInt("version")},
			},
			{Name: "item", Serves: "the lines of an item", Fields: []docdb.Field{text("kind"), text("item"), {Path: "seq", Type: docdb.Int, Desc: true}}},
		},
		Queries: []docdb.Query{
			{Name: "last", Range: "seq", Sort: []docdb.Order{{Path: "seq", Desc: true}}},
			{Name: "of_item", Eq: []string{"kind", "item"}, Sort: []docdb.Order{{Path: "seq", Desc: true}}},
		},
	}
}

// LastChange reads the newest line of the office's log.
func (s *Store) LastChange(ctx context.Context) (*register.Change, error) {
	raws, _, err := s.changes.Find(ctx, docdb.Find{Query: "last", Where: []docdb.Cond{docdb.Between("seq", nil, nil)}, Limit: 1})
	if err != nil || len(raws) == 0 {
		return nil, wrap("read the office's log", err)
	}
	return decode[register.Change](raws[0])
}

// AddChange keeps a new line of the office's log.
func (s *Store) AddChange(ctx context.Context, c *register.Change) error {
	err := s.keep(ctx, "changes", docdb.Insert, c)
	if dup, ok := errors.AsType[*docdb.DuplicateError](err); ok {
		if dup.Index == "version" {
			return casework.ErrStale
		}
		return register.ErrTaken
	}
	return wrap("keep the office's log", err)
}

// mostChanges bounds the history of one item that is read at once.
const mostChanges = 200

// ChangesOf reads the newest lines of an item.
func (s *Store) ChangesOf(ctx context.Context, k register.Kind, id string) ([]*register.Change, error) {
	raws, _, err := s.changes.Find(ctx, docdb.Find{Query: "of_item", Where: []docdb.Cond{docdb.Eq("kind", string(k)), docdb.Eq("item", id)}, Limit: mostChanges})
	if err != nil {
		return nil, wrap("read the office's log", err)
	}
	return decodeAll[register.Change](raws)
}

// EachChange streams the office's log.
func (s *Store) EachChange(ctx context.Context, each func(*register.Change) error) error {
	return wrap("read the office's log", s.changes.Scan(ctx, func(raw bson.Raw) error {
		c, err := decode[register.Change](raw)
		if err != nil {
			return err
		}
		return each(c)
	}))
}

// OpenCases counts the open cases that lie with a unit.
func (s *Store) OpenCases(ctx context.Context, unit string) (int64, error) {
	groups, err := s.cases.Count(ctx, docdb.Find{Query: countOf("shelf", casework.Whole), Where: []docdb.Cond{
		docdb.In("shelf", office.UnitShelves(unit)...), docdb.In("lane", string(law.LaneOpen)), docdb.Between("rank", nil, nil),
	}})
	if err != nil {
		return 0, wrap("count open cases", err)
	}
	var n int64
	for _, g := range groups {
		n += g.N
	}
	return n, nil
}
