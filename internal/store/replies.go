package store

import (
	"context"
	"errors"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/rating"
)

func repliesSchema() docdb.Schema {
	return docdb.Schema{
		Name: "replies",
		Indexes: []docdb.Index{{
			Name: "open", Sparse: true, Serves: "what the office answers in public, the newest first", Fields: []docdb.Field{text("open"), latest("on")},
		}},
		Queries: []docdb.Query{{Name: "open", Eq: []string{"open"}, Range: "on", Sort: []docdb.Order{{Path: "on", Desc: true}}}},
	}
}

// Commented reads one page of the ratings of a score in which citizens wrote something, the newest day first.
func (s *Store) Commented(ctx context.Context, of rating.Asked) ([]*rating.Rating, string, error) {
	raws, next, err := s.ratings.Find(ctx, docdb.Find{Query: "said", After: of.After, Limit: of.Limit, Where: []docdb.Cond{
		docdb.In("said", of.Counters...), docdb.Eq("score", of.Score), docdb.Between("day", of.From, of.To+"\x7f"),
	}})
	if err != nil {
		return nil, "", wrap("read comments", err)
	}
	rs, err := decodeAll[rating.Rating](raws)
	return rs, next, err
}

// GetRating reads one rating.
func (s *Store) GetRating(ctx context.Context, id string) (*rating.Rating, error) {
	r, err := get[rating.Rating](ctx, s.ratings, id)
	if errors.Is(err, docdb.ErrNotFound) {
		return nil, rating.ErrNoComment
	}
	return r, wrap("get rating", err)
}

// Replies reads the answers that were given to ratings.
func (s *Store) Replies(ctx context.Context, ids []string) ([]*rating.Reply, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	raws, err := s.replies.GetMany(ctx, ids)
	if err != nil {
		return nil, wrap("get replies", err)
	}
	return decodeAll[rating.Reply](raws)
}

// PutReply stores an answer over the version before it.
func (s *Store) PutReply(ctx context.Context, r *rating.Reply) error {
	op := docdb.Replace
	if r.V == 1 {
		op = docdb.Insert
	}
	err := s.keep(ctx, "replies", op, r)
	if errors.Is(err, docdb.ErrStale) || errors.Is(err, docdb.ErrDuplicate) || errors.Is(err, docdb.ErrNotFound) {
		return rating.ErrStale
	}
	return wrap("put reply", err)
}

// OpenReplies reads the newest answers that are public of a counter, given since a day.
func (s *Store) OpenReplies(ctx context.Context, counter, since string, limit int) ([]*rating.Reply, error) {
	raws, _, err := s.replies.Find(ctx, docdb.Find{Query: "open", Limit: limit, Where: []docdb.Cond{
		docdb.Eq("open", counter), docdb.Between("on", since, nil),
	}})
	if err != nil {
		return nil, wrap("read public replies", err)
	}
	return decodeAll[rating.Reply](raws)
}
