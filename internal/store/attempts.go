package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
)

// attemptDoc is a line of the journal of sign-ins.
type attemptDoc struct {
	ID     string    `bson:"_id"`
	V      int64     `bson:"v"`
	Staff  string    `bson:"staff"`
	At     time.Time `bson:"at"`
	Good   bool      `bson:"good"`
	What   string    `bson:"what,omitempty"`
	From   string    `bson:"from,omitempty"`
	Device string    `bson:"device,omitempty"`
	Times  int       `bson:"times"`
	EndsAt time.Time `bson:"ends_at"`
}

func attemptsSchema() docdb.Schema {
	return docdb.Schema{
		Name: "attempts",
		Indexes: []docdb.Index{
			{Name: "ends", Fields: []docdb.Field{moment("ends_at")}, Serves: "clearing old lines"},
			{Name: "staff", Fields: []docdb.Field{text("staff"), {Path: "at", Type: docdb.Time, Desc: true}}, Serves: "what a person sees of sign-ins in his name"},
		},
		Queries: []docdb.Query{
			{Name: "ended", Range: "ends_at", Sort: []docdb.Order{{Path: "ends_at"}}},
			{Name: "of_staff", Eq: []string{"staff"}, Sort: []docdb.Order{{Path: "at", Desc: true}}},
		},
	}
}

// NoteAttempt keeps a line, or counts it to the one of the same hour that is like it: a flood of failures is few lines. Two
// written at the same moment may be counted as one.
func (s *Store) NoteAttempt(ctx context.Context, a signin.Attempt) error {
	like := fmt.Sprintf("%s|%t%s|%s|%s|%s", a.Staff, a.Good, a.What, a.From, a.Device, a.At.UTC().Format("2006-01-02T15"))
	sum := sha256.Sum256([]byte(like))
	doc := &attemptDoc{
		ID: hex.EncodeToString(sum[:12]), V: 1, Staff: a.Staff, At: a.At, Good: a.Good, What: a.What, From: a.From, Device: a.Device, Times: a.Times,
		EndsAt: a.At.Add(signin.JournalLasts),
	}
	was, err := get[attemptDoc](ctx, s.attempts, doc.ID)
	if err = wrap("read attempt", err); err != nil && !isNotFound(err) {
		return err
	}
	if err == nil {
		doc.V, doc.Times = was.V+1, was.Times+a.Times
	}
	return wrap("note attempt", one(ctx, s.attempts, docdb.Upsert, doc))
}

// AttemptsOf lists the last lines of a person, the newest first.
func (s *Store) AttemptsOf(ctx context.Context, staff string, limit int) ([]signin.Attempt, error) {
	raws, _, err := s.attempts.Find(ctx, docdb.Find{Query: "of_staff", Where: []docdb.Cond{docdb.Eq("staff", staff)}, Limit: limit})
	if err != nil {
		return nil, wrap("list attempts", err)
	}
	docs, err := decodeAll[attemptDoc](raws)
	if err != nil {
		return nil, err
	}
	var out []signin.Attempt
	for _, d := range docs {
		out = append(out, signin.Attempt{Staff: d.Staff, At: d.At, Good: d.Good, What: d.What, From: d.From, Device: d.Device, Times: d.Times})
	}
	return out, nil
}

// ChangeStaff changes a member of staff over the version that was read, again when somebody was quicker; see office.Staff.Change
// for what that does to his sessions.
func (s *Store) ChangeStaff(ctx context.Context, id string, change func(*office.Staff)) error {
	defer s.forget()
	for {
		was, err := get[office.Staff](ctx, s.staff, id)
		if err != nil {
			return wrap("read staff", err)
		}
		next := was.Change(change)
		next.V++
		if err := s.keep(ctx, "staff", docdb.Replace, next); !errors.Is(err, docdb.ErrStale) {
			return wrap("change staff", err)
		}
	}
}

// RaiseEpoch ends every session of the person.
func (s *Store) RaiseEpoch(ctx context.Context, staff string) error {
	return s.ChangeStaff(ctx, staff, func(m *office.Staff) { m.Epoch++ })
}
