package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
)

func noticesSchema() docdb.Schema {
	return docdb.Schema{
		Name: "notices",
		Indexes: []docdb.Index{{
			Name: "staff", Serves: "one person's notices, the newest first",
			Fields: []docdb.Field{text("staff"), {Path: "unread", Type: docdb.Bool}, {Path: "at", Type: docdb.Time, Desc: true}},
		}},
		Queries: []docdb.Query{
			{Name: "of_staff", Eq: []string{"staff"}, In: []string{"unread"}, Range: "at", Sort: []docdb.Order{{Path: "at", Desc: true}}},
		},
	}
}

// AddNotices keeps new notices; those that are there already stay as they are, read or not.
func (s *Store) AddNotices(ctx context.Context, ns ...*casework.Notice) error {
	return wrap("add notices", addNew(ctx, s.notices, ns))
}

func ofStaff(staff string, until any, unread ...bool) []docdb.Cond {
	return []docdb.Cond{docdb.Eq("staff", staff), docdb.In("unread", unread...), docdb.Between("at", nil, until)}
}

// ListNotices reads one page of a person's notices.
func (s *Store) ListNotices(ctx context.Context, staff string, unread bool, after string, limit int) ([]*casework.Notice, string, error) {
	which := []bool{true, false}
	if unread {
		which = which[:1]
	}
	raws, next, err := s.notices.Find(ctx, docdb.Find{Query: "of_staff", Where: ofStaff(staff, nil, which...), After: after, Limit: limit})
	if err != nil {
		return nil, "", wrap("list notices", err)
	}
	ns, err := decodeAll[casework.Notice](raws)
	return ns, next, err
}

// MarkRead marks what a person was told up to the time; what somebody else marked meanwhile stays so.
func (s *Store) MarkRead(ctx context.Context, staff string, until, at time.Time) (int, error) {
	total, after := 0, ""
	for {
		raws, next, err := s.notices.Find(ctx, docdb.Find{
			Query: "of_staff", Where: ofStaff(staff, until.Add(time.Millisecond), true), After: after, Limit: markBatch,
		})
		if err != nil {
			return total, wrap("read notices", err)
		}
		done, err := s.markRead(ctx, raws, at)
		total += done
		if err != nil || next == "" {
			return total, err
		}
		after = next
	}
}

const markBatch = 500

func (s *Store) markRead(ctx context.Context, raws []bson.Raw, at time.Time) (int, error) {
	ns, err := decodeAll[casework.Notice](raws)
	if err != nil || len(ns) == 0 {
		return 0, err
	}
	writes := make([]docdb.Write, 0, len(ns))
	for _, n := range ns {
		n.V, n.Unread, n.ReadAt = n.V+1, false, &at
		raw, err := bson.Marshal(n)
		if err != nil {
			return 0, fmt.Errorf("encode notice: %w", err)
		}
		writes = append(writes, docdb.Write{Op: docdb.Replace, Doc: raw})
	}
	done := 0
	for _, e := range s.notices.Write(ctx, writes...) {
		switch {
		case e == nil:
			done++
		case !errors.Is(e, docdb.ErrStale):
			err = e
		}
	}
	return done, wrap("mark notices", err)
}
