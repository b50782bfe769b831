package store

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/docdb/sqlite"
	"tiepdan/internal/domain/office"
)

// held is a collection whose readers wait until they are let go.
type held struct {
	docdb.Collection

	begun, let chan struct{}
	scans      atomic.Int64
}

func (h *held) Scan(ctx context.Context, each func(bson.Raw) error) error {
	h.scans.Add(1)
	h.begun <- struct{}{}
	select {
	case <-h.let:
	case <-ctx.Done():
		return ctx.Err()
	}
	return h.Collection.Scan(ctx, each)
}

// within is what comes, or the end of the test where nothing does.
func within[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(time.Minute):
		t.Fatal("nothing came within a minute")
	}
	return v
}

func (h *held) letOne(t *testing.T) {
	t.Helper()
	select {
	case h.let <- struct{}{}:
	case <-time.After(time.Minute):
		t.Fatal("nobody reads")
	}
}

// TestOneReadsTheOfficeForAll and whoever gives up holds nobody up; what was changed meanwhile is read again.
func TestOneReadsTheOfficeForAll(t *testing.T) {
	e, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 8, 3, 1, 0, 0, 0, time.UTC)
	s, err := Open(t.Context(), e, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	h := &held{Collection: s.units, begun: make(chan struct{}), let: make(chan struct{})}
	s.units = h
	ask := func(ctx context.Context) chan *office.Office {
		out := make(chan *office.Office, 1)
		go func() {
			o, err := s.Office(ctx)
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			out <- o
		}()
		return out
	}
	short, giveUp := context.WithCancel(t.Context())
	first := ask(short)
	within(t, h.begun)
	second := ask(t.Context())
	giveUp()
	if o := within(t, first); o != nil {
		t.Error("whoever gave up was answered")
	}
	h.letOne(t)
	if o := within(t, second); o == nil || h.scans.Load() != 1 {
		t.Errorf("after %d readings: %v", h.scans.Load(), o)
	}
	if err := s.PutUnit(t.Context(), office.Unit{ID: "u1", V: 1}); err != nil {
		t.Fatal(err)
	}
	third := ask(t.Context())
	within(t, h.begun)
	if err := s.PutUnit(t.Context(), office.Unit{ID: "u2", V: 1}); err != nil {
		t.Fatal(err)
	}
	fourth := ask(t.Context()) // he knows of the second change, and the reading under way may not
	h.letOne(t)
	within(t, third)
	within(t, h.begun)
	h.letOne(t)
	o := within(t, fourth)
	if _, ok := o.Unit("u2"); !ok {
		t.Error("a change that was made before asking is not seen")
	}
	if _, err := s.Office(t.Context()); err != nil || h.scans.Load() != 3 {
		t.Errorf("read %d times: %v", h.scans.Load(), err)
	}
	now = now.Add(officeAge)
	fifth := ask(t.Context())
	within(t, h.begun)
	h.letOne(t)
	within(t, fifth)
}
