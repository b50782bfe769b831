package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/rating"
)

// Place gives what older releases kept what lists and outboxes find it by, each collection once, and again where an older program wrote
// since. It is of no history: it is computed from what the history answers for.
func (s *Store) Place(ctx context.Context) error {
	err := errors.Join(
		placing[casework.Case]{"cases_placed", s.cases, func(c *casework.Case) bool {
			if !c.Misplaced() {
				return false
			}
			c.Place()
			c.V++
			return true
		}, s.Replace}.once(ctx, s),
		placing[rating.Rating]{"ratings_placed", s.ratings, (*rating.Rating).Place, func(ctx context.Context, rs ...*rating.Rating) []error {
			return []error{s.PutRatings(ctx, rs...)}
		}}.once(ctx, s),
		placing[casework.Dispatch]{"dispatches_placed", s.dispatches, func(d *casework.Dispatch) bool {
			if d.Way != "" {
				return false
			}
			d.Way = casework.WayMail // there was no other
			d.V++
			return true
		}, func(ctx context.Context, ds ...*casework.Dispatch) (errs []error) {
			for _, d := range ds {
				errs = append(errs, s.PutDispatch(ctx, d))
			}
			return errs
		}}.once(ctx, s),
	)
	if err != nil {
		return err
	}
	return wrap("settle the database", s.engine.Settle(ctx))
}

// SeekSenders gives what older releases kept what its senders are found by, once, and again where an older program wrote since; seek
// changes a case and says whether it did. Call it before Place.
func (s *Store) SeekSenders(ctx context.Context, seek func(*casework.Case) (bool, error)) error {
	var failed error
	err := placing[casework.Case]{"senders_sought", s.cases, func(c *casework.Case) bool {
		changed, err := seek(c)
		failed = errors.Join(failed, err)
		return changed
	}, s.Replace}.once(ctx, s)
	return errors.Join(err, failed)
}

// formName is under which name meta keeps the form of the cases.
const formName = "form"

// CheckForm refuses cases that a later program wrote in a form that this one does not know, and notes this one's.
func (s *Store) CheckForm(ctx context.Context) error {
	kept, _, err := s.Meta(ctx, formName)
	if err != nil {
		return err
	}
	was, _ := strconv.Atoi(kept) // programs before this knew no number: 0
	switch own := casework.Form(); {
	case was > own:
		return fmt.Errorf("a later program than this one wrote to this database (form %d, this one knows %d): use that one, or restore the backup that was made before it", was, own)
	case was < own:
		return s.PutMeta(ctx, formName, strconv.Itoa(own))
	}
	return nil
}

// placing says of a collection what is changed in its older documents.
type placing[T any] struct {
	name  string // by which meta knows that it is done
	coll  docdb.Collection
	place func(*T) bool // whether it changed the document
	put   func(context.Context, ...*T) []error
}

// once puts those documents that place changes, and says in meta that it is done.
func (p placing[T]) once(ctx context.Context, s *Store) error {
	if _, done, err := s.Meta(ctx, p.name); err != nil || done && !s.engine.Aged() {
		return err
	}
	var old []*T
	flush := func() error {
		for _, err := range p.put(ctx, old...) {
			if err != nil && !errors.Is(err, casework.ErrStale) { // another instance was first, with the same
				return err
			}
		}
		old = old[:0]
		return nil
	}
	err := p.coll.Scan(docdb.For(ctx, docdb.ForBackground), func(raw bson.Raw) error {
		doc, err := decode[T](raw)
		if err != nil || !p.place(doc) {
			return err
		}
		if old = append(old, doc); len(old) < placeRows {
			return nil
		}
		return flush()
	})
	if err = errors.Join(err, flush()); err != nil {
		return wrap("place what an older release kept", err)
	}
	return s.PutMeta(ctx, p.name, "yes")
}

// placeRows is how many documents are written together.
const placeRows = 200
