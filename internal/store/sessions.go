package store

import (
	"context"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/signin"
)

// sessionDoc is a sign-in as it is kept.
type sessionDoc struct {
	ID     string    `bson:"_id"`
	V      int64     `bson:"v"`
	Staff  string    `bson:"staff"`
	CSRF   string    `bson:"csrf"`
	EndsAt time.Time `bson:"ends_at"`
}

// PutSession keeps a session.
func (s *Store) PutSession(ctx context.Context, ses signin.Session) error {
	doc := sessionDoc{ID: ses.ID, V: 1, Staff: ses.Staff, CSRF: ses.CSRF, EndsAt: ses.EndsAt}
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
	return signin.Session{ID: doc.ID, Staff: doc.Staff, CSRF: doc.CSRF, EndsAt: doc.EndsAt}, true, nil
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
