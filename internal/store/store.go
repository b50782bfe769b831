// Package store keeps cases, the office and ratings in a document database. It is the only place that knows both what the
// heart asks for and what docdb offers; all indexes stand in one file.
package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/turn"
	"tiepdan/pkg/workday"
)

// Store holds the collections. Now is the clock of its cache of the office.
type Store struct {
	engine     docdb.Engine
	parts      []part // all collections
	cases      docdb.Collection
	secrets    docdb.Collection
	ratings    docdb.Collection
	sessions   docdb.Collection
	tablets    docdb.Collection
	attempts   docdb.Collection
	accesses   docdb.Collection
	tallies    docdb.Collection
	replies    docdb.Collection
	units      docdb.Collection
	staff      docdb.Collection
	counters   docdb.Collection
	rules      docdb.Collection
	changes    docdb.Collection
	meta       docdb.Collection
	settings   docdb.Collection
	spent      docdb.Collection
	notices    docdb.Collection
	dispatches docdb.Collection
	roots      docdb.Collection
	heads      docdb.Collection
	ledger     docdb.Collection
	papers     docdb.Collection
	receivers  docdb.Collection
	arrivals   docdb.Collection
	threads    docdb.Collection
	deliveries docdb.Collection
	numbers    docdb.Collection

	// Ledger is told of everything that is stored and that no history vouches for; nil in programs that only read.
	Ledger *audit.Ledger

	categories    docdb.Collection
	procedures    docdb.Collection
	templates     docdb.Collection
	days          docdb.Collection
	jobs          docdb.Collection
	confirmations docdb.Collection
	pictures      docdb.Collection
	calendar      atomic.Pointer[workday.Calendar]

	reading turn.Turn // the calendar
	now     func() time.Time
	edits   atomic.Int64 // of the office
	fresh   recent

	officeTurn sync.Mutex
	lastOffice *officeReading

	searching few
	outbox    *outbox
}

// Open opens all collections on the engine, which the store then owns.
func Open(ctx context.Context, e docdb.Engine, now func() time.Time) (*Store, error) {
	s := &Store{engine: e, now: now, searching: newFew()}
	s.outbox = newOutbox(s, e.Alone())
	office := officeSchemas()
	for _, c := range []struct {
		into   *docdb.Collection
		schema docdb.Schema
	}{
		{&s.cases, casesSchema()},
		{&s.secrets, secretsSchema()},
		{&s.ratings, ratingsSchema()},
		{&s.sessions, sessionsSchema()},
		{&s.tablets, tabletsSchema()},
		{&s.attempts, attemptsSchema()},
		{&s.accesses, accessesSchema()},
		{&s.tallies, talliesSchema()},
		{&s.replies, repliesSchema()},
		{&s.units, office[0]},
		{&s.staff, office[1]},
		{&s.counters, office[2]},
		{&s.rules, office[3]},
		{&s.changes, changesSchema()},
		{&s.categories, docdb.Schema{Name: "categories"}},
		{&s.procedures, docdb.Schema{Name: "procedures"}},
		{&s.templates, docdb.Schema{Name: "templates"}},
		{&s.meta, metaSchema()},
		{&s.settings, docdb.Schema{Name: "settings"}},
		{&s.spent, spentSchema()},
		{&s.days, docdb.Schema{Name: "days"}},
		{&s.jobs, jobsSchema()},
		{&s.confirmations, docdb.Schema{Name: "confirmations"}},
		{&s.notices, noticesSchema()},
		{&s.dispatches, dispatchesSchema()},
		{&s.roots, docdb.Schema{Name: "roots"}},
		{&s.heads, docdb.Schema{Name: "heads"}},
		{&s.ledger, ledgerSchema()},
		{&s.papers, papersSchema()},
		{&s.receivers, receiversSchema()},
		{&s.arrivals, arrivalsSchema()},
		{&s.threads, threadsSchema()},
		{&s.deliveries, deliveriesSchema()},
		{&s.numbers, numbersSchema()},
		{&s.pictures, picturesSchema()},
	} {
		coll, err := e.Open(ctx, c.schema)
		if err != nil {
			return nil, fmt.Errorf("open collection %s: %w", c.schema.Name, err)
		}
		*c.into = coll
		s.parts = append(s.parts, part{c.schema.Name, coll})
	}
	return s, nil
}

// Ping answers nil when the database can read and write.
func (s *Store) Ping(ctx context.Context) error { return s.engine.Ping(ctx) }

// Copy writes the whole database, as it is at one moment, into an empty file.
func (s *Store) Copy(ctx context.Context, path string) error {
	return wrap("copy the database", s.engine.Copy(ctx, path))
}

// Close waits for accepted writes and closes the database.
func (s *Store) Close() error { return s.engine.Close() }

// wrap turns the engine's errors into the heart's, saying what was being done.
func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	if dup, ok := errors.AsType[*docdb.DuplicateError](err); ok {
		return fmt.Errorf("%s: %w", doing, &casework.TakenError{Index: dup.Index})
	}
	switch {
	case errors.Is(err, docdb.ErrNotFound):
		return &casework.Error{Code: casework.NotFound, Key: "error.case_not_found"}
	case errors.Is(err, docdb.ErrStale):
		return fmt.Errorf("%s: %w", doing, casework.ErrStale)
	case errors.Is(err, docdb.ErrCursor):
		return &casework.Error{Code: casework.Invalid, Key: "error.invalid", Fields: map[string]string{"cursor": "error.field.cursor"}}
	case errors.Is(err, docdb.ErrFull):
		return fmt.Errorf("%s: %w: %w", doing, &casework.Error{Code: casework.Full, Key: "error.full"}, err)
	case errors.Is(err, docdb.ErrDown):
		return fmt.Errorf("%s: %w: %w", doing, &casework.Error{Code: casework.Unavailable, Key: "error.down"}, err)
	case errors.Is(err, docdb.ErrBusy):
		return &casework.Error{Code: casework.Unavailable, Key: "error.busy"}
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// one writes one document.
func one(ctx context.Context, coll docdb.Collection, op docdb.Op, doc any) error {
	raw, err := bson.Marshal(doc)
	if err != nil {
		return fmt.Errorf("encode document: %w", err)
	}
	return coll.Write(ctx, docdb.Write{Op: op, Doc: raw})[0]
}

// addNew inserts documents; those that are there already stay as they are.
func addNew[T any](ctx context.Context, coll docdb.Collection, docs []*T) error {
	if len(docs) == 0 {
		return nil
	}
	writes := make([]docdb.Write, 0, len(docs))
	for _, doc := range docs {
		raw, err := bson.Marshal(doc)
		if err != nil {
			return fmt.Errorf("encode document: %w", err)
		}
		writes = append(writes, docdb.Write{Op: docdb.Insert, Doc: raw})
	}
	var errs []error
	for _, err := range coll.Write(ctx, writes...) {
		if err != nil && !errors.Is(err, docdb.ErrDuplicate) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// get reads one document into a new T.
func get[T any](ctx context.Context, coll docdb.Collection, id string) (*T, error) {
	raw, err := coll.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return decode[T](raw)
}

func decode[T any](raw bson.Raw) (*T, error) {
	v := new(T)
	if err := bson.Unmarshal(raw, v); err != nil {
		return nil, fmt.Errorf("decode document: %w", err)
	}
	return v, nil
}

func decodeAll[T any](raws []bson.Raw) ([]*T, error) {
	out := make([]*T, 0, len(raws))
	for _, raw := range raws {
		v, err := decode[T](raw)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func isNotFound(err error) bool { return casework.CodeOf(err) == casework.NotFound }

// Clock is what time it is on the server that the documents lie on; zero where they lie in a file of this machine.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	c, ok := s.engine.(interface {
		Clock(ctx context.Context) (time.Time, error)
	})
	if !ok {
		return time.Time{}, nil
	}
	return c.Clock(ctx)
}
