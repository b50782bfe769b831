package docdb

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// What the engine itself suffers from; waiting may mend it.
var (
	// ErrFull says that the disk has no room; nothing was written.
	ErrFull = errors.New("no room on the disk of the database")
	// ErrDown says that the database cannot be reached, read or written.
	ErrDown = errors.New("database out of reach")
)

// Telling is a collection whose errors say what the engine suffers from, where trouble knows: it answers ErrFull, ErrDown or nil.
func Telling(c Collection, trouble func(error) error) Collection { return telling{c, trouble} }

type telling struct {
	c       Collection
	trouble func(error) error
}

func (t telling) tell(err error) error {
	if err == nil {
		return nil
	}
	if what := t.trouble(err); what != nil {
		return fmt.Errorf("%w: %w", what, err)
	}
	return err
}

func (t telling) Write(ctx context.Context, writes ...Write) []error {
	errs := t.c.Write(ctx, writes...)
	for i, err := range errs {
		errs[i] = t.tell(err)
	}
	return errs
}

func (t telling) Get(ctx context.Context, id string) (bson.Raw, error) {
	doc, err := t.c.Get(ctx, id)
	return doc, t.tell(err)
}

func (t telling) GetMany(ctx context.Context, ids []string) ([]bson.Raw, error) {
	docs, err := t.c.GetMany(ctx, ids)
	return docs, t.tell(err)
}

func (t telling) Find(ctx context.Context, q Find) ([]bson.Raw, string, error) {
	docs, next, err := t.c.Find(ctx, q)
	return docs, next, t.tell(err)
}

func (t telling) Count(ctx context.Context, q Find) ([]Group, error) {
	groups, err := t.c.Count(ctx, q)
	return groups, t.tell(err)
}

func (t telling) Scan(ctx context.Context, each func(bson.Raw) error) error {
	return t.tell(t.c.Scan(ctx, each))
}

func (t telling) Audit(ctx context.Context, each func(Audited) error) error {
	return t.tell(t.c.Audit(ctx, each))
}

func (t telling) Purge(ctx context.Context) error { return t.tell(t.c.Purge(ctx)) }
