package store

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/rating"
)

func talliesSchema() docdb.Schema {
	return docdb.Schema{
		Name: "tallies",
		Indexes: []docdb.Index{
			{Name: "counter_day", Fields: []docdb.Field{text("counter"), text("day")}, Serves: "a counter's tallies of some days"},
		},
		Queries: []docdb.Query{{Name: "of_counter", Eq: []string{"counter"}, Range: "day", Sort: []docdb.Order{{Path: "day"}}}},
	}
}

// RatingsOf reads all ratings of a counter on a day.
func (s *Store) RatingsOf(ctx context.Context, counter, day string, each func(*rating.Rating)) error {
	return pages(ctx, s.ratings, span{counter, day, day}, each)
}

// TalliesOf reads the tallies of counters over days, both ends included.
func (s *Store) TalliesOf(ctx context.Context, counters []string, from, to string, each func(*rating.Tally)) error {
	for _, c := range counters {
		if err := pages(ctx, s.tallies, span{c, from, to}, each); err != nil {
			return err
		}
	}
	return nil
}

// span is a counter's days, both ends included.
type span struct{ counter, from, to string }

// pages reads all documents of a counter between two days.
func pages[T any](ctx context.Context, coll docdb.Collection, of span, each func(*T)) error {
	q := docdb.Find{Query: "of_counter", Limit: 500, Where: []docdb.Cond{docdb.Eq("counter", of.counter), docdb.Between("day", of.from, of.to+"\x7f")}}
	for {
		raws, next, err := coll.Find(ctx, q)
		if err != nil {
			return wrap("read days of counter", err)
		}
		found, err := decodeAll[T](raws)
		if err != nil {
			return err
		}
		for _, v := range found {
			each(v)
		}
		if q.After = next; next == "" {
			return nil
		}
	}
}

// GetTally reads a tally, or nil when there is none.
func (s *Store) GetTally(ctx context.Context, id string) (*rating.Tally, error) {
	t, err := get[rating.Tally](ctx, s.tallies, id)
	if errors.Is(err, docdb.ErrNotFound) {
		return nil, nil //nolint:nilnil // a day without ratings is no mistake
	}
	return t, wrap("get tally", err)
}

// PutTally stores a tally over the version before it.
func (s *Store) PutTally(ctx context.Context, t *rating.Tally) error {
	op := docdb.Replace
	if t.V == 1 {
		op = docdb.Insert
	}
	err := one(ctx, s.tallies, op, t)
	if errors.Is(err, docdb.ErrStale) || errors.Is(err, docdb.ErrDuplicate) || errors.Is(err, docdb.ErrNotFound) {
		return rating.ErrStale
	}
	return wrap("put tally", err)
}

// PutTallies keeps many new tallies at once.
func (s *Store) PutTallies(ctx context.Context, ts ...*rating.Tally) error {
	writes := make([]docdb.Write, 0, len(ts))
	for _, t := range ts {
		raw, err := bson.Marshal(t)
		if err != nil {
			return wrap("encode tally", err)
		}
		writes = append(writes, docdb.Write{Op: docdb.Upsert, Doc: raw})
	}
	return wrap("put tallies", errors.Join(s.tallies.Write(ctx, writes...)...))
}

// EachRating streams all ratings.
func (s *Store) EachRating(ctx context.Context, each func(*rating.Rating)) error {
	return every(ctx, s.ratings, each)
}

// EachTally streams all tallies.
func (s *Store) EachTally(ctx context.Context, each func(*rating.Tally)) error {
	return every(ctx, s.tallies, each)
}

func every[T any](ctx context.Context, coll docdb.Collection, each func(*T)) error {
	return wrap("read all", coll.Scan(docdb.For(ctx, docdb.ForBackground), func(raw bson.Raw) error {
		v, err := decode[T](raw)
		if err == nil {
			each(v)
		}
		return err
	}))
}
