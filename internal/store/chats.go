package store

import (
	"context"
	"errors"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
)

func arrivalsSchema() docdb.Schema {
	return docdb.Schema{
		Name: "arrivals",
		Indexes: []docdb.Index{
			{Name: "due", Sparse: true, Fields: []docdb.Field{moment("due")}, Serves: "messages that wait to be taken"},
			{Name: "until", Fields: []docdb.Field{moment("until")}, Serves: "removing what is known no longer"},
		},
		Queries: []docdb.Query{
			{Name: "due", Range: "due", Sort: []docdb.Order{{Path: "due"}}},
			{Name: "until", Range: "until", Sort: []docdb.Order{{Path: "until"}}},
		},
	}
}

func threadsSchema() docdb.Schema {
	return docdb.Schema{
		Name:    "threads",
		Indexes: []docdb.Index{{Name: "until", Fields: []docdb.Field{moment("until")}, Serves: "removing what is known no longer"}},
		Queries: []docdb.Query{{Name: "until", Range: "until", Sort: []docdb.Order{{Path: "until"}}}},
	}
}

// AddArrivals keeps messages that came; those that are there already stay as they are, taken or not.
func (s *Store) AddArrivals(ctx context.Context, as ...*casework.Arrival) error {
	return wrap("add messages", addNew(ctx, s.arrivals, as))
}

// DueArrivals lists messages to be taken before the time, in the order they came.
func (s *Store) DueArrivals(ctx context.Context, before time.Time, limit int) ([]*casework.Arrival, error) {
	raws, _, err := s.arrivals.Find(ctx, docdb.Find{Query: "due", Where: []docdb.Cond{docdb.Between("due", nil, before)}, Limit: limit})
	if err != nil {
		return nil, wrap("list messages", err)
	}
	return decodeAll[casework.Arrival](raws)
}

// PutArrival writes a message over the version before.
func (s *Store) PutArrival(ctx context.Context, a *casework.Arrival) error {
	return wrap("write message", one(ctx, s.arrivals, docdb.Replace, a))
}

// Thread reads a thread.
func (s *Store) Thread(ctx context.Context, id string) (*casework.Thread, error) {
	t, err := get[casework.Thread](ctx, s.threads, id)
	return t, wrap("get thread", err)
}

// PutThread writes a thread over the version before, or a new one.
func (s *Store) PutThread(ctx context.Context, t *casework.Thread) error {
	if t.V > 1 {
		return wrap("write thread", one(ctx, s.threads, docdb.Replace, t))
	}
	err := wrap("add thread", one(ctx, s.threads, docdb.Insert, t))
	if _, taken := errors.AsType[*casework.TakenError](err); taken {
		return casework.ErrStale
	}
	return err
}

// DropChats removes messages and threads that are known no longer.
func (s *Store) DropChats(ctx context.Context, before time.Time) (int, error) {
	arrivals, err := sweepBefore(ctx, s.arrivals, until, before)
	threads, err2 := sweepBefore(ctx, s.threads, until, before)
	return arrivals + threads, wrap("remove old messages", errors.Join(err, err2))
}

// chatToken is where a provider's tokens are kept, sealed.
const chatToken = "chat_token_"

// ChatToken reads a provider's sealed tokens and their version; 0 says that there are none.
func (s *Store) ChatToken(ctx context.Context, provider string) ([]byte, int64, error) {
	t, err := get[sealedToken](ctx, s.meta, chatToken+provider)
	if errors.Is(err, docdb.ErrNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, wrap("get tokens", err)
	}
	return t.Sealed, t.V, nil
}

// PutChatToken writes them over the version.
func (s *Store) PutChatToken(ctx context.Context, provider string, sealed []byte, over int64) error {
	op := docdb.Replace
	if over == 0 {
		op = docdb.Insert
	}
	err := wrap("write tokens", one(ctx, s.meta, op, &sealedToken{chatToken + provider, over + 1, sealed}))
	if _, taken := errors.AsType[*casework.TakenError](err); taken {
		return casework.ErrStale
	}
	return err
}

type sealedToken struct {
	ID     string `bson:"_id"`
	V      int64  `bson:"v"`
	Sealed []byte `bson:"sealed"`
}
