package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
)

// part is an open collection and its name.
type part struct {
	name string
	docdb.Collection
}

// Carried is what one collection came to on both sides.
type Carried struct {
	Name  string
	Docs  int
	New   int // of them written now; the others were there already
	Heads [sha256.Size]byte
}

// movingMeta names the mark of a database that is being filled from another: it says from which.
const movingMeta = "moving"

// BeginCarry makes ready to be filled from another database. It refuses one that holds anything, unless a carry from the same one was begun
// in it and did not come to its end.
func (s *Store) BeginCarry(ctx context.Context, from string) error {
	mark, begun, err := s.Meta(ctx, movingMeta)
	switch {
	case err != nil:
		return err
	case begun && mark == from:
		return nil
	case begun && mark != "":
		return errors.New("the new database is being filled from another one: name an empty one")
	}
	for _, p := range s.parts {
		if err := p.Scan(ctx, func(bson.Raw) error { return errHolds }); errors.Is(err, errHolds) {
			return fmt.Errorf("the new database holds %s already: name an empty one", p.name)
		} else if err != nil {
			return wrap("look at the new database", err)
		}
	}
	return s.PutMeta(ctx, movingMeta, from)
}

var errHolds = errors.New("something is there")

// EndCarry says that all of it is there.
func (s *Store) EndCarry(ctx context.Context) error {
	return wrap("end the carry", s.meta.Write(ctx, docdb.Write{Op: docdb.Delete, ID: movingMeta})[0])
}

// Unfinished reports whether a carry into this database was begun and did not come to its end: it must not be served.
func (s *Store) Unfinished(ctx context.Context) (bool, error) {
	mark, _, err := s.Meta(ctx, movingMeta)
	return mark != "", err
}

// CarryTo makes another database hold the same documents, byte by byte, and tells of each collection once both sides were read and compared.
// Nobody may write to either meanwhile. A carry that was cut off goes on where it was: what is there already is compared, not written.
func (s *Store) CarryTo(ctx context.Context, to *Store, tell func(Carried)) error {
	for i, p := range s.parts {
		got, err := carry(ctx, p, to.parts[i])
		if err != nil {
			return wrap("carry "+p.name, err)
		}
		tell(got)
	}
	return nil
}

// carryBatch is how many documents are compared and written together.
const carryBatch = 200

func carry(ctx context.Context, from, to part) (Carried, error) {
	out := Carried{Name: from.name}
	had := map[string]bool{}
	sum := sha256.New()
	var batch []bson.Raw
	flush := func() error {
		n, err := put(ctx, to, batch)
		out.New, batch = out.New+n, batch[:0]
		return err
	}
	err := from.Scan(docdb.For(ctx, docdb.ForBackground), func(raw bson.Raw) error {
		id, _, err := docdb.Head(raw)
		if err != nil || passedOver(from, id) {
			return err
		}
		had[id] = true
		_, _ = sum.Write(raw) // never fails
		if batch = append(batch, bytes.Clone(raw)); len(batch) < carryBatch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return out, err
	}
	out.Docs, out.Heads = len(had), [sha256.Size]byte(sum.Sum(nil))
	return out, compare(ctx, to, had, out.Heads)
}

// passedOver are marks of the one database that are none of the other's.
func passedOver(p part, id string) bool { return p.name == "meta" && id == movingMeta }

// put writes those of a batch that the other side does not hold as they are, and returns how many these were.
func put(ctx context.Context, to part, batch []bson.Raw) (int, error) {
	ids := make([]string, 0, len(batch))
	for _, raw := range batch {
		id, _, err := docdb.Head(raw)
		if err != nil {
			return 0, err
		}
		ids = append(ids, id)
	}
	there, err := to.GetMany(ctx, ids)
	if err != nil {
		return 0, err
	}
	same := map[string]bson.Raw{}
	for _, raw := range there {
		id, _, _ := docdb.Head(raw) // found by it
		same[id] = raw
	}
	var writes []docdb.Write
	for i, raw := range batch {
		if !bytes.Equal(same[ids[i]], raw) {
			writes = append(writes, docdb.Write{Op: docdb.Upsert, Doc: raw})
		}
	}
	if len(writes) == 0 {
		return 0, nil
	}
	return len(writes), errors.Join(to.Write(ctx, writes...)...)
}

// compare takes away what the other side does not hold any more, and reads all of this one again.
func compare(ctx context.Context, to part, had map[string]bool, want [sha256.Size]byte) error {
	sum := sha256.New()
	var gone []docdb.Write
	if err := to.Scan(docdb.For(ctx, docdb.ForBackground), func(raw bson.Raw) error {
		id, _, err := docdb.Head(raw)
		switch {
		case err != nil || passedOver(to, id):
		case !had[id]:
			gone = append(gone, docdb.Write{Op: docdb.Delete, ID: id})
		default:
			_, _ = sum.Write(raw) // never fails
		}
		return err
	}); err != nil {
		return err
	}
	if [sha256.Size]byte(sum.Sum(nil)) != want {
		return errors.New("what the new database holds is not, byte by byte, what was written into it")
	}
	if len(gone) == 0 {
		return nil
	}
	return errors.Join(to.Write(ctx, gone...)...)
}
