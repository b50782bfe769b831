package store

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
)

// officeAge is how old the shared snapshot of the office may be: so long may another instance not know of a revoked
// sticker or a dismissed member of staff.
const officeAge = time.Second

// officeTime bounds one reading of the office, whoever waits for it.
const officeTime = 10 * time.Second

// officeReading is one reading of the office, which all wait for who need it meanwhile. Its result is set when done is closed.
type officeReading struct {
	at     time.Time // when it began
	change int64     // how many changes it has seen
	done   chan struct{}
	office *office.Office
	err    error
}

// shows reports whether it has seen so many changes and is not older, for somebody who asks at the time.
func (r *officeReading) shows(change int64, at time.Time) bool {
	return r.err == nil && r.change >= change && at.Sub(r.at) < officeAge
}

// Office returns the snapshot, read again when it is older than a second. When the database cannot be read, the error is
// returned rather than an old snapshot, for rights must not outlive their withdrawal. One reads for all, and each waits as long as
// he himself has.
func (s *Store) Office(ctx context.Context) (*office.Office, error) {
	now, change := s.now(), s.edits.Load()
	for {
		r := s.officeFor(ctx, now, change)
		select {
		case <-r.done:
		case <-ctx.Done():
			return nil, wrap("wait for the office", ctx.Err())
		}
		if r.err != nil {
			return nil, r.err
		}
		if r.shows(change, now) {
			return r.office, nil
		}
	}
}

// officeFor is the reading under way, the last one if it still holds, or a new one.
func (s *Store) officeFor(ctx context.Context, now time.Time, change int64) *officeReading {
	s.officeTurn.Lock()
	defer s.officeTurn.Unlock()
	if r := s.lastOffice; r != nil {
		select {
		case <-r.done:
			if r.shows(change, now) {
				return r
			}
		default:
			return r
		}
	}
	r := &officeReading{at: s.now(), change: s.edits.Load(), done: make(chan struct{})}
	s.lastOffice = r
	ctx, cancel := context.WithTimeout(docdb.For(context.WithoutCancel(ctx), docdb.ForCitizens), officeTime)
	go func() {
		defer cancel()
		defer close(r.done)
		r.office, r.err = s.newOffice(ctx)
	}()
	return r
}

// newOffice reads the office and the calendar.
func (s *Store) newOffice(ctx context.Context) (*office.Office, error) {
	c, err := s.readOffice(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.readCalendar(ctx); err != nil {
		return nil, err
	}
	return office.New(c), nil
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
	if c.Templates, err = all[office.Template](ctx, s.templates); err != nil {
		return c, wrap("read templates", err)
	}
	settings, err := all[office.Settings](ctx, s.settings)
	if len(settings) > 0 {
		c.Settings = settings[0]
	}
	return c, wrap("read settings", err)
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

// PutSettings keeps what holds for everybody.
func (s *Store) PutSettings(ctx context.Context, x office.Settings) error {
	return s.putOffice(ctx, "settings", x)
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
