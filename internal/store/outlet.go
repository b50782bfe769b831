package store

import (
	"context"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/outlet"
)

// receiversSchema is small and read whole.
func receiversSchema() docdb.Schema {
	return docdb.Schema{
		Name:    "receivers",
		Indexes: []docdb.Index{{Name: "entered", Fields: []docdb.Field{moment("at")}, Serves: "all receivers of events, in the order they were entered"}},
		Queries: []docdb.Query{{Name: "entered", Range: "at", Sort: []docdb.Order{{Path: "at"}}}},
	}
}

func deliveriesSchema() docdb.Schema {
	return docdb.Schema{
		Name: "deliveries",
		Indexes: []docdb.Index{
			{Name: "due", Fields: []docdb.Field{text("receiver"), moment("due")}, Serves: "the outbox: events that a receiver is to be told now"},
			{Name: "newest", Fields: []docdb.Field{text("receiver"), {Path: "at", Type: docdb.Time, Desc: true}}, Serves: "what went to a receiver, the newest first"},
			{Name: "until", Fields: []docdb.Field{moment("until")}, Serves: "removing what is kept no longer"},
		},
		Queries: []docdb.Query{
			{Name: "due", Eq: []string{"receiver"}, Range: "due", Sort: []docdb.Order{{Path: "due"}}},
			{Name: "newest", Eq: []string{"receiver"}, Range: "at", Sort: []docdb.Order{{Path: "at", Desc: true}}},
			{Name: "until", Range: "until", Sort: []docdb.Order{{Path: "until"}}},
		},
	}
}

const mostReceivers = 500

// Receivers lists all receivers of events, those that ended too.
func (s *Store) Receivers(ctx context.Context) ([]*outlet.Receiver, error) {
	raws, _, err := s.receivers.Find(ctx, docdb.Find{Query: "entered", Where: []docdb.Cond{docdb.Between("at", nil, nil)}, Limit: mostReceivers})
	if err != nil {
		return nil, wrap("list receivers", err)
	}
	return decodeAll[outlet.Receiver](raws)
}

// Receiver reads one.
func (s *Store) Receiver(ctx context.Context, id string) (*outlet.Receiver, error) {
	r, err := get[outlet.Receiver](ctx, s.receivers, id)
	return r, wrap("get receiver", err)
}

// AddReceiver keeps a new one.
func (s *Store) AddReceiver(ctx context.Context, r *outlet.Receiver) error {
	return wrap("add receiver", one(ctx, s.receivers, docdb.Insert, r))
}

// PutReceiver writes one over the version before.
func (s *Store) PutReceiver(ctx context.Context, r *outlet.Receiver) error {
	return wrap("write receiver", one(ctx, s.receivers, docdb.Replace, r))
}

// AddDeliveries keeps new deliveries; those that are there already stay as they are, taken or not.
func (s *Store) AddDeliveries(ctx context.Context, ds ...*outlet.Delivery) error {
	return wrap("add deliveries", addNew(ctx, s.deliveries, ds))
}

// Delivery reads one.
func (s *Store) Delivery(ctx context.Context, id string) (*outlet.Delivery, error) {
	d, err := get[outlet.Delivery](ctx, s.deliveries, id)
	return d, wrap("get delivery", err)
}

// PutDelivery writes one over the version before.
func (s *Store) PutDelivery(ctx context.Context, d *outlet.Delivery) error {
	return wrap("write delivery", one(ctx, s.deliveries, docdb.Replace, d))
}

// DueDeliveries lists those of a receiver that are to be tried before the time, the oldest first.
func (s *Store) DueDeliveries(ctx context.Context, receiver string, before time.Time, limit int) ([]*outlet.Delivery, error) {
	raws, _, err := s.deliveries.Find(ctx, docdb.Find{Query: "due", Where: []docdb.Cond{docdb.Eq("receiver", receiver), docdb.Between("due", nil, before)}, Limit: limit})
	if err != nil {
		return nil, wrap("list deliveries", err)
	}
	return decodeAll[outlet.Delivery](raws)
}

// ListDeliveries reads a page of those of a receiver, the newest first.
func (s *Store) ListDeliveries(ctx context.Context, receiver, after string, limit int) ([]*outlet.Delivery, string, error) {
	raws, next, err := s.deliveries.Find(ctx, docdb.Find{Query: "newest", Where: []docdb.Cond{docdb.Eq("receiver", receiver), docdb.Between("at", nil, nil)}, After: after, Limit: limit})
	if err != nil {
		return nil, "", wrap("list deliveries", err)
	}
	ds, err := decodeAll[outlet.Delivery](raws)
	return ds, next, err
}

// DropDeliveries removes those that are kept no longer and returns how many.
func (s *Store) DropDeliveries(ctx context.Context, before time.Time) (int, error) {
	n, err := sweepBefore(ctx, s.deliveries, until, before)
	return n, wrap("remove old deliveries", err)
}
