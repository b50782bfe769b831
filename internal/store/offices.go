package store

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/office"
	"tiepdan/internal/rating"
)

// officeAge is how old the shared snapshot of the office may be: so long may another instance not know of a revoked
// sticker or a dismissed member of staff.
const officeAge = time.Second

type cachedOffice struct {
	office *office.Office
	at     time.Time
	change int64 // how many changes it has seen
}

// Office returns the snapshot, read again when it is older than a second. When the database cannot be read, the error is
// returned rather than an old snapshot, for rights must not outlive their withdrawal.
func (s *Store) Office(ctx context.Context) (*office.Office, error) {
	end, err := s.cache.Take(ctx)
	if err != nil {
		return nil, wrap("wait for the office", err)
	}
	defer end()
	now, change := s.now(), s.edits.Load()
	if s.cached.office != nil && s.cached.change == change && now.Sub(s.cached.at) < officeAge {
		return s.cached.office, nil
	}
	c, err := s.readOffice(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.readCalendar(ctx); err != nil {
		return nil, err
	}
	s.cached = cachedOffice{office: office.New(c), at: now, change: change}
	return s.cached.office, nil
}

func (s *Store) readOffice(ctx context.Context) (office.Content, error) {
	var c office.Content
	var err error
	if c.Units, err = all[office.Unit](ctx, s.units); err != nil {
		return c, wrap("read units", err)
	}
	if c.Staff, err = all[office.Staff](ctx, s.staff); err != nil {
		return c, wrap("read staff", err)
	}
	if c.Counters, err = all[office.Counter](ctx, s.counters); err != nil {
		return c, wrap("read counters", err)
	}
	if c.Rules, err = all[office.Rule](ctx, s.rules); err != nil {
		return c, wrap("read rules", err)
	}
	if c.Categories, err = all[office.Category](ctx, s.categories); err != nil {
		return c, wrap("read categories", err)
	}
	if c.Procedures, err = all[office.Procedure](ctx, s.procedures); err != nil {
		return c, wrap("read procedures", err)
	}
	c.Templates, err = all[office.Template](ctx, s.templates)
	return c, wrap("read templates", err)
}

func all[T any](ctx context.Context, coll docdb.Collection) ([]T, error) {
	var out []T
	err := coll.Scan(ctx, func(raw bson.Raw) error {
		v, err := decode[T](raw)
		if err == nil {
			out = append(out, *v)
		}
		return err
	})
	return out, err
}

// forget makes the next reader read the office again, also where one is reading it just now.
func (s *Store) forget() { s.edits.Add(1) }

// The Put methods keep a part of the office, over whatever was there.

// PutUnit keeps a unit.
func (s *Store) PutUnit(ctx context.Context, u office.Unit) error {
	return s.putOffice(ctx, "units", u)
}

// PutStaff keeps a member of staff.
func (s *Store) PutStaff(ctx context.Context, m office.Staff) error {
	return s.putOffice(ctx, "staff", m)
}

// PutCounter keeps a counter.
func (s *Store) PutCounter(ctx context.Context, k office.Counter) error {
	return s.putOffice(ctx, "counters", k)
}

// PutRule keeps a routing rule.
func (s *Store) PutRule(ctx context.Context, r office.Rule) error {
	return s.putOffice(ctx, "rules", r)
}

// PutCategory keeps a subject of letters.
func (s *Store) PutCategory(ctx context.Context, c office.Category) error {
	return s.putOffice(ctx, "categories", c)
}

// PutProcedure keeps a procedure.
func (s *Store) PutProcedure(ctx context.Context, p office.Procedure) error {
	return s.putOffice(ctx, "procedures", p)
}

// PutTemplate keeps a text that answers begin with.
func (s *Store) PutTemplate(ctx context.Context, t office.Template) error {
	return s.putOffice(ctx, "templates", t)
}

func (s *Store) putOffice(ctx context.Context, kind string, doc any) error {
	defer s.forget()
	return wrap("keep office", s.keep(ctx, kind, docdb.Upsert, doc))
}

// Put keeps a rating over the one with the same id.
func (s *Store) Put(ctx context.Context, r *rating.Rating) error {
	return wrap("put rating", s.keep(ctx, "ratings", docdb.Upsert, r))
}

// PutRatings keeps many ratings at once.
func (s *Store) PutRatings(ctx context.Context, rs ...*rating.Rating) error {
	docs := make([]any, len(rs))
	for i, r := range rs {
		docs[i] = r
	}
	return wrap("put ratings", s.keep(ctx, "ratings", docdb.Upsert, docs...))
}
