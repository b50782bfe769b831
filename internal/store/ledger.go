package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework"
)

func ledgerSchema() docdb.Schema {
	return docdb.Schema{
		Name:    "ledger",
		Indexes: []docdb.Index{{Name: "at", Serves: "the last pages, for the next strand", Fields: []docdb.Field{{Path: "at", Type: docdb.Time, Desc: true}}}},
		Queries: []docdb.Query{{Name: "late", Range: "at", Sort: []docdb.Order{{Path: "at", Desc: true}}}},
	}
}

// AddPage keeps a new page of the ledger.
func (s *Store) AddPage(ctx context.Context, p *audit.Page) error {
	return wrap("add page", one(ctx, s.ledger, docdb.Insert, p))
}

// EachPage streams the ledger.
func (s *Store) EachPage(ctx context.Context, each func(*audit.Page) error) error {
	return wrap("read ledger", s.ledger.Scan(ctx, func(raw bson.Raw) error {
		p, err := decode[audit.Page](raw)
		if err != nil {
			return err
		}
		return each(p)
	}))
}

// LastPages reads the newest pages of the ledger.
func (s *Store) LastPages(ctx context.Context, n int) ([]*audit.Page, error) {
	raws, _, err := s.ledger.Find(ctx, docdb.Find{Query: "late", Where: []docdb.Cond{docdb.Between("at", nil, nil)}, Limit: n})
	if err != nil {
		return nil, wrap("read last pages", err)
	}
	return decodeAll[audit.Page](raws)
}

// recorded are the collections that the ledger vouches for, by the names of its lines.
func (s *Store) recorded() map[string]docdb.Collection {
	return map[string]docdb.Collection{
		"accesses": s.accesses, "days": s.days, "confirmations": s.confirmations, "units": s.units, "staff": s.staff, "counters": s.counters,
		"rules": s.rules, "ratings": s.ratings, "changes": s.changes, "categories": s.categories, "procedures": s.procedures, "templates": s.templates, "numbers": s.numbers,
		"replies":  s.replies,
		"settings": s.settings,
	}
}

// EachRecord streams every document that the ledger vouches for.
func (s *Store) EachRecord(ctx context.Context, each func(audit.Record) error) error {
	for kind, coll := range s.recorded() {
		err := coll.Scan(ctx, func(raw bson.Raw) error {
			id, _ := raw.Lookup("_id").StringValueOK() // a document without an id is told by its digest
			return each(audit.Record{Kind: kind, ID: id, Raw: raw})
		})
		if err != nil {
			return wrap("read "+kind, err)
		}
	}
	return nil
}

// BeginLedger makes the ledger vouch for all records that are there already: at the first start, or after an update from a
// release that had none.
func (s *Store) BeginLedger(ctx context.Context) error {
	const begun = "ledger"
	if _, known, err := s.Meta(ctx, begun); err != nil || known {
		return err
	}
	var lines []audit.Line
	if err := s.EachRecord(ctx, func(r audit.Record) error {
		lines = append(lines, lineOf(r.Kind, r.Raw))
		return nil
	}); err != nil {
		return err
	}
	if len(lines) > 0 {
		if err := s.Ledger.Promise(ctx, lines...); err != nil {
			return wrap("begin ledger", err)
		}
	}
	return s.PutMeta(ctx, begun, s.now().UTC().Format(time.RFC3339))
}

func lineOf(kind string, raw bson.Raw) audit.Line {
	id, _ := raw.Lookup("_id").StringValueOK()
	v, _ := raw.Lookup("v").AsInt64OK()
	return audit.Line{Kind: kind, ID: id, V: v, Sum: audit.Sum(raw)}
}

// keep writes documents of a recorded collection: first into the ledger, then where they belong. What was refused is struck
// out there again; of what nobody knows whether it was written, the ledger says so.
func (s *Store) keep(ctx context.Context, kind string, op docdb.Op, docs ...any) error {
	writes := make([]docdb.Write, 0, len(docs))
	lines := make([]audit.Line, 0, len(docs))
	for _, d := range docs {
		raw, err := bson.Marshal(d)
		if err != nil {
			return fmt.Errorf("encode document: %w", err)
		}
		writes, lines = append(writes, docdb.Write{Op: op, Doc: raw}), append(lines, lineOf(kind, raw))
	}
	if s.Ledger != nil && len(lines) > 0 {
		if err := s.Ledger.Promise(ctx, lines...); err != nil {
			return err
		}
	}
	errs := s.recorded()[kind].Write(ctx, writes...)
	for i, err := range errs {
		if err == nil || s.Ledger == nil {
			continue
		}
		lines[i].Maybe = true
		lines[i].Void = errors.Is(err, docdb.ErrStale) || errors.Is(err, docdb.ErrDuplicate) || errors.Is(err, docdb.ErrNotFound) || errors.Is(err, docdb.ErrBusy)
		s.Ledger.Tell(lines[i])
	}
	return errors.Join(errs...)
}

// filed tells the ledger of a new case.
func (s *Store) filed(c *casework.Case) {
	if s.Ledger != nil {
		s.Ledger.Tell(audit.Line{Kind: audit.Cases, ID: c.ID, Name: c.Ref})
	}
}
