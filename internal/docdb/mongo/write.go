package mongo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tiepdan/internal/docdb"
)

// Write sends each write with its own condition; several go out at once, but those to one document in order.
func (c *collection) Write(ctx context.Context, writes ...docdb.Write) []error {
	errs := make([]error, len(writes))
	if len(writes) == 1 {
		errs[0] = c.write(ctx, writes[0])
		return errs
	}
	lanes := make([][]int, min(parallel, max(len(writes), 1)))
	for i, w := range writes {
		id := w.ID
		if w.Op != docdb.Delete {
			id, _, errs[i] = docdb.Head(w.Doc)
		}
		if errs[i] == nil {
			at := lane(id, len(lanes))
			lanes[at] = append(lanes[at], i)
		}
	}
	done := make(chan struct{}, len(lanes))
	for _, l := range lanes {
		go func() {
			for _, i := range l {
				errs[i] = c.write(ctx, writes[i])
			}
			done <- struct{}{}
		}()
	}
	for range lanes {
		<-done
	}
	return errs
}

// parallel is how many connections one Write call uses.
const parallel = 16

func lane(id string, n int) int {
	h := uint32(2166136261)
	for i := range len(id) {
		h = (h ^ uint32(id[i])) * 16777619
	}
	return int(h % uint32(n)) //nolint:gosec // n is small and positive
}

// turn waits until this document is nobody else's here, on servers that need it, or until the caller's time is over.
func (c *collection) turn(ctx context.Context, id string) (end func(), err error) {
	if c.e.turns == nil {
		return func() {}, nil
	}
	if err := c.e.alone.may(); err != nil {
		return nil, err
	}
	return c.e.turns[lane(id, len(c.e.turns))].Take(ctx)
}

func (c *collection) write(ctx context.Context, w docdb.Write) error {
	if w.Op == docdb.Delete {
		return c.remove(ctx, w)
	}
	if err := docdb.CheckDoc(w.Doc); err != nil {
		return err
	}
	id, v, err := docdb.Head(w.Doc)
	if err != nil {
		return err
	}
	for _, f := range c.s.Fields() {
		if _, err := docdb.Lookup(w.Doc, f); err != nil {
			return err
		}
	}
	end, err := c.turn(ctx, id)
	if err != nil {
		return err
	}
	defer end()
	switch w.Op {
	case docdb.Insert:
		_, err := c.c.InsertOne(ctx, w.Doc)
		return c.violated(ctx, w, err)
	case docdb.Upsert:
		_, err := c.c.ReplaceOne(ctx, bson.D{{Key: "_id", Value: id}}, w.Doc, options.Replace().SetUpsert(true))
		return c.violated(ctx, w, err)
	default:
		res, err := c.c.ReplaceOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "v", Value: v - 1}}, w.Doc)
		if err != nil {
			return c.violated(ctx, w, err)
		}
		if res.MatchedCount == 0 {
			return c.why(ctx, id)
		}
		return nil
	}
}

func (c *collection) remove(ctx context.Context, w docdb.Write) error {
	end, err := c.turn(ctx, w.ID)
	if err != nil {
		return err
	}
	defer end()
	filter := bson.D{{Key: "_id", Value: w.ID}}
	if w.IfVersion != 0 {
		filter = append(filter, bson.E{Key: "v", Value: w.IfVersion})
	}
	res, err := c.c.DeleteOne(ctx, filter)
	if err != nil {
		return fmt.Errorf("delete %s: %w", w.ID, err)
	}
	if res.DeletedCount == 0 {
		return c.why(ctx, w.ID)
	}
	return nil
}

// why tells a stale version from an absent document.
func (c *collection) why(ctx context.Context, id string) error {
	if _, err := c.Get(ctx, id); err != nil {
		return err
	}
	return docdb.ErrStale
}

// violated names the unique index a write ran into. Servers word the error differently, so the documents are asked.
func (c *collection) violated(ctx context.Context, w docdb.Write, err error) error {
	if err == nil {
		return nil
	}
	if !mongo.IsDuplicateKeyError(err) && !strings.Contains(err.Error(), "UNIQUE constraint failed") {
		return fmt.Errorf("write: %w", err)
	}
	id, _, _ := docdb.Head(w.Doc) // checked before
	for _, ix := range c.s.Indexes {
		if ix.Unique && c.taken(ctx, ix, w.Doc, id) {
			return &docdb.DuplicateError{Index: ix.Name}
		}
	}
	return &docdb.DuplicateError{Index: "_id"}
}

// taken reports whether another document holds the values of the index; for an insert of a taken id it is that one.
func (c *collection) taken(ctx context.Context, ix docdb.Index, doc bson.Raw, id string) bool {
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$ne", Value: id}}}}
	for _, f := range ix.Fields {
		v, err := docdb.Lookup(doc, f)
		if err != nil || v == nil {
			return false
		}
		filter = append(filter, bson.E{Key: f.Path, Value: c.wire(f.Path, v)})
	}
	_, err := c.c.FindOne(ctx, filter).Raw()
	return err == nil
}

// Get returns the document or ErrNotFound.
func (c *collection) Get(ctx context.Context, id string) (bson.Raw, error) {
	raw, err := c.c.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Raw()
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, docdb.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", id, err)
	}
	return raw, nil
}

// GetMany returns the documents found among ids.
func (c *collection) GetMany(ctx context.Context, ids []string) ([]bson.Raw, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	cur, err := c.c.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}})
	if err != nil {
		return nil, fmt.Errorf("get many: %w", err)
	}
	return drain(ctx, cur)
}

func drain(ctx context.Context, cur *mongo.Cursor) ([]bson.Raw, error) {
	defer cur.Close(ctx)
	var out []bson.Raw
	for cur.Next(ctx) {
		out = append(out, append(bson.Raw(nil), cur.Current...))
	}
	if err := cur.Err(); err != nil {
		return nil, fmt.Errorf("read cursor: %w", err)
	}
	return out, nil
}

// Scan streams every document in _id order.
func (c *collection) Scan(ctx context.Context, each func(bson.Raw) error) error {
	cur, err := c.c.Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetBatchSize(500))
	if err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	defer cur.Close(ctx)
	for cur.Next(ctx) {
		if err := each(cur.Current); err != nil {
			return err
		}
	}
	if err := cur.Err(); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	return nil
}

// Audit streams every document in _id order. Its indexes are the server's own affair.
func (c *collection) Audit(ctx context.Context, each func(docdb.Audited) error) error {
	return c.Scan(ctx, func(doc bson.Raw) error {
		id, _, err := docdb.Head(doc)
		s := docdb.Audited{ID: id, Doc: bytes.Clone(doc)}
		if err != nil {
			s.Wrong = []string{"doc"}
		}
		return each(s)
	})
}

// Purge does nothing: the files are the server's.
func (c *collection) Purge(context.Context) error { return nil }
