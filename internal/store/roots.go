package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework"
)

// AuditCases hands over every case in the order of its id.
func (s *Store) AuditCases(ctx context.Context, each func(audit.Stored) error) error {
	return wrap("audit cases", s.cases.Audit(ctx, func(d docdb.Audited) error {
		return each(audit.Stored{ID: d.ID, Wrong: d.Wrong, Decode: func() (*casework.Case, error) { return decode[casework.Case](d.Doc) }})
	}))
}

// Roots lists the signed roots of the days, the oldest first. There is one a day: they are read whole.
func (s *Store) Roots(ctx context.Context) ([]*audit.Root, error) {
	var out []*audit.Root
	err := s.roots.Scan(ctx, func(raw bson.Raw) error {
		r, err := decode[audit.Root](raw)
		out = append(out, r)
		return err
	})
	slices.SortFunc(out, func(a, b *audit.Root) int { return cmp.Compare(a.Day, b.Day) })
	return out, wrap("read roots", err)
}

// Root reads the root of a day.
func (s *Store) Root(ctx context.Context, day string) (*audit.Root, error) {
	r, err := get[audit.Root](ctx, s.roots, day)
	return r, wrap("read root", err)
}

// PutRoot keeps a root with what a witness signed under it: nothing that its own signature covers.
func (s *Store) PutRoot(ctx context.Context, r *audit.Root) error {
	return wrap("put root", one(ctx, s.roots, docdb.Upsert, r))
}

// headsDoc is one part of a root's heads.
type headsDoc struct {
	ID    string       `bson:"_id"` // 2026-11-23/000001
	V     int64        `bson:"v"`
	Heads []audit.Head `bson:"heads"`
}

func headsID(root string, part int) string { return fmt.Sprintf("%s/%06d", root, part) }

// Heads reads one part of a root's heads; a part that is not there is empty.
func (s *Store) Heads(ctx context.Context, root string, part int) ([]audit.Head, error) {
	d, err := get[headsDoc](ctx, s.heads, headsID(root, part))
	if errors.Is(err, docdb.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, wrap("read heads", err)
	}
	return d.Heads, nil
}

// PutHeads keeps one part of a root's heads.
func (s *Store) PutHeads(ctx context.Context, root string, part int, heads []audit.Head) error {
	return wrap("put heads", one(ctx, s.heads, docdb.Upsert, headsDoc{headsID(root, part), 1, heads}))
}

// AddRoot keeps a new root unless another worker was first with it.
func (s *Store) AddRoot(ctx context.Context, r *audit.Root) error {
	err := one(ctx, s.roots, docdb.Insert, r)
	if errors.Is(err, docdb.ErrDuplicate) {
		return nil
	}
	return wrap("add root", err)
}
