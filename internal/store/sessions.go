package store

import (
	"context"
	"errors"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/signin"
)

// sessionDoc is a sign-in as it is kept.
type sessionDoc struct {
	ID      string    `bson:"_id"`
	V       int64     `bson:"v"`
	Staff   string    `bson:"staff"`
	CSRF    string    `bson:"csrf"`
	Epoch   int64     `bson:"epoch,omitempty"`
	BeganAt time.Time `bson:"began_at"`
	SeenAt  time.Time `bson:"seen_at"`
	Proved  time.Time `bson:"proved_at,omitempty"`
	EndsAt  time.Time `bson:"ends_at"`
	Single  bool      `bson:"single,omitempty"`
	Factor  bool      `bson:"factor,omitempty"`
	From    string    `bson:"from,omitempty"`
	Device  string    `bson:"device,omitempty"`

	Name   string         `bson:"name,omitempty"`
	Scopes []signin.Scope `bson:"scopes,omitempty"`
}

func (d sessionDoc) session() signin.Session {
	return signin.Session{
		ID: d.ID, Staff: d.Staff, CSRF: d.CSRF, Epoch: d.Epoch, BeganAt: d.BeganAt, SeenAt: d.SeenAt, ProvedAt: d.Proved, EndsAt: d.EndsAt,
		Single: d.Single, Factor: d.Factor,
		From: d.From, Device: d.Device, Name: d.Name, Scopes: d.Scopes,
	}
}

// PutSession keeps a session.
func (s *Store) PutSession(ctx context.Context, ses signin.Session) error {
	doc := sessionDoc{
		ID: ses.ID, V: 1, Staff: ses.Staff, CSRF: ses.CSRF, Epoch: ses.Epoch, BeganAt: ses.BeganAt, SeenAt: ses.SeenAt, Proved: ses.ProvedAt, EndsAt: ses.EndsAt,
		Single: ses.Single, Factor: ses.Factor,
		From: ses.From, Device: ses.Device, Name: ses.Name, Scopes: ses.Scopes,
	}
	return wrap("put session", one(ctx, s.sessions, docdb.Upsert, doc))
}

// FindSession reads a session; an ended one may still be there.
func (s *Store) FindSession(ctx context.Context, id string) (signin.Session, bool, error) {
	doc, err := get[sessionDoc](ctx, s.sessions, id)
	if err = wrap("get session", err); err != nil {
		if isNotFound(err) {
			return signin.Session{}, false, nil
		}
		return signin.Session{}, false, err
	}
	return doc.session(), true, nil
}

// TouchSession notes when a session was used; somebody else's note of the same moment is as good.
func (s *Store) TouchSession(ctx context.Context, id string, at time.Time) error {
	err := s.changeSession(ctx, id, func(d *sessionDoc) { d.SeenAt = at })
	if errors.Is(err, casework.ErrStale) {
		return nil
	}
	return err
}

// UseToken notes when and from where an access token was used; somebody else's note of the same moment is as good.
func (s *Store) UseToken(ctx context.Context, id string, at time.Time, from, device string) error {
	err := s.changeSession(ctx, id, func(d *sessionDoc) { d.SeenAt, d.From, d.Device = at, from, device })
	if errors.Is(err, casework.ErrStale) {
		return nil
	}
	return err
}

// ProveSession notes when the person proved once more who he is.
func (s *Store) ProveSession(ctx context.Context, id string, at time.Time) error {
	for {
		if err := s.changeSession(ctx, id, func(d *sessionDoc) { d.Proved = at }); !errors.Is(err, casework.ErrStale) {
			return err
		}
	}
}

// changeSession writes over the version that was read, so that a session which was ended meanwhile does not come back.
func (s *Store) changeSession(ctx context.Context, id string, change func(*sessionDoc)) error {
	doc, err := get[sessionDoc](ctx, s.sessions, id)
	if err == nil {
		doc.V++
		change(doc)
		err = one(ctx, s.sessions, docdb.Replace, doc)
	}
	if err = wrap("change session", err); isNotFound(err) {
		return nil
	}
	return err
}

// mostSessions bounds the list of one person's sessions.
const mostSessions = 100

// SessionsOf lists a person's sessions, ended ones among them.
func (s *Store) SessionsOf(ctx context.Context, staff string) ([]signin.Session, error) {
	raws, _, err := s.sessions.Find(ctx, docdb.Find{Query: "of_staff", Where: []docdb.Cond{docdb.Eq("staff", staff)}, Limit: mostSessions})
	if err != nil {
		return nil, wrap("list sessions", err)
	}
	docs, err := decodeAll[sessionDoc](raws)
	if err != nil {
		return nil, err
	}
	var out []signin.Session
	for _, d := range docs {
		out = append(out, d.session())
	}
	return out, nil
}

// sweepMost bounds one sweep's batch.
const sweepMost = 500

// SweepSignIns deletes sessions and lines of the journal whose time is over, and returns how many.
func (s *Store) SweepSignIns(ctx context.Context, now time.Time) (int, error) {
	sessions, err := sweepBefore(ctx, s.sessions, ended, now)
	attempts, err2 := sweepBefore(ctx, s.attempts, ended, now)
	spent, err3 := sweepBefore(ctx, s.spent, ended, now)
	return sessions + attempts + spent, wrap("sweep sign-ins", errors.Join(err, err2, err3))
}

// ending is a query for what is over, and the moment in a document that it goes by.
type ending struct{ query, path string }

var (
	ended = ending{"ended", "ends_at"}
	until = ending{"until", "until"}
)

// sweepBefore deletes what is over before now; what somebody else deletes meanwhile is gone as well.
func sweepBefore(ctx context.Context, coll docdb.Collection, by ending, now time.Time) (int, error) {
	for total := 0; ; {
		raws, next, err := coll.Find(ctx, docdb.Find{Query: by.query, Where: []docdb.Cond{docdb.Between(by.path, nil, now)}, Limit: sweepMost})
		if err != nil || len(raws) == 0 {
			return total, err
		}
		gone := make([]docdb.Write, 0, len(raws))
		for _, raw := range raws {
			id, _ := raw.Lookup("_id").StringValueOK() // every document has one
			gone = append(gone, docdb.Write{Op: docdb.Delete, ID: id})
		}
		for _, err := range coll.Write(ctx, gone...) {
			if err != nil && !errors.Is(err, docdb.ErrNotFound) {
				return total, err
			}
		}
		if total += len(gone); next == "" {
			return total, nil
		}
	}
}

// DropSession ends a session; an absent one is no error.
func (s *Store) DropSession(ctx context.Context, id string) error {
	err := s.sessions.Write(ctx, docdb.Write{Op: docdb.Delete, ID: id})[0]
	if err = wrap("drop session", err); err != nil && !isNotFound(err) {
		return err
	}
	return nil
}

// Meta reads a named value of the installation into v; it reports whether there is one.
func (s *Store) Meta(ctx context.Context, name string) (string, bool, error) {
	m, err := get[metaDoc](ctx, s.meta, name)
	if err = wrap("read meta", err); err != nil {
		if isNotFound(err) {
			return "", false, nil
		}
		return "", false, err
	}
	return m.Value, true, nil
}

// PutMeta keeps a named value of the installation.
func (s *Store) PutMeta(ctx context.Context, name, value string) error {
	return wrap("put meta", one(ctx, s.meta, docdb.Upsert, metaDoc{ID: name, V: 1, Value: value}))
}

type metaDoc struct {
	ID    string `bson:"_id"`
	V     int64  `bson:"v"`
	Value string `bson:"value"`
}
