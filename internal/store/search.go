package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/vntext"
)

// searchTime bounds how long one search may take: so broad a question is better narrowed than waited for.
const searchTime = 2 * time.Second

// search finds cases by whole words, the newest first; of the newest, those that have them with the marks they were typed with come
// before the others, see typed. Where that fills no page, the last word may be the beginning of one. A page
// that goes on does so by what its list began with.
func (s *Store) search(ctx context.Context, f casework.Filter, q docdb.Find) ([]*casework.Case, string, error) {
	var where []docdb.Cond
	q.Query, where = listQuery(f)
	q.Where = slices.Concat(where, []docdb.Cond{docdb.Terms(f.Words...)})
	cs, next, err := s.searched(ctx, q, f.Marks)
	foreign := errors.Is(err, docdb.ErrCursor)
	if !f.Begins() || err != nil && !foreign || err == nil && (f.After != "" || next != "") {
		return cs, next, wrap("search cases", err)
	}
	q.Where = slices.Concat(where, []docdb.Cond{docdb.Starts(f.Words...)})
	more, next, err := s.searched(ctx, q, f.Marks)
	if err != nil && !foreign && ctx.Err() == nil {
		return cs, "", nil // what was found by whole words stands
	}
	return more, next, wrap("search cases", err)
}

// searched asks within the time of a search.
func (s *Store) searched(ctx context.Context, q docdb.Find, marks vntext.Marks) ([]*casework.Case, string, error) {
	within, cancel := context.WithTimeout(docdb.For(ctx, docdb.ForSearch), searchTime)
	defer cancel()
	var raws []bson.Raw
	var next string
	end, err := s.searching.take(within)
	if err == nil {
		raws, next, err = s.typed(within, q, marks)
		end()
	}
	if err != nil {
		if within.Err() != nil && ctx.Err() == nil {
			err = &casework.Error{Code: casework.Unavailable, Key: "error.search_long"}
		}
		return nil, "", fmt.Errorf("search cases: %w", err)
	}
	cs, err := decodeAll[casework.Case](raws)
	return cs, next, err
}

// few lets some at a time through: searches take half of the processors at most, so that whoever files or follows a case is not
// kept waiting by them.
type few chan struct{}

func newFew() few { return make(few, max(1, runtime.GOMAXPROCS(0)/2)) }

func (f few) take(ctx context.Context) (end func(), err error) {
	select {
	case f <- struct{}{}:
		return func() { <-f }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
