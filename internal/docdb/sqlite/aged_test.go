package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
)

// TestWhatAnOlderProgramWroteIsMadeWhole: one of a release that knew no places, words and columns of today opened the file for a while
// and took letters in; opened by today's again nothing is missing, until it is settled at every start, so that a crash leaves nothing.
func TestWhatAnOlderProgramWroteIsMadeWhole(t *testing.T) {
	l := &lives{t: t, rnd: rand.New(rand.NewPCG(3, 4)), all: map[string]letter{}, path: filepath.Join(t.TempDir(), "back.db")}
	l.open()
	for i := range 40 {
		d := letter{fmt.Sprintf("d%02d", i), l.shelf(), 1, start.Add(time.Duration(i) * time.Minute), append(l.words(), "chung")}
		l.all[d.id] = d
		if err := l.c.Write(t.Context(), docdb.Write{Op: docdb.Insert, Doc: d.raw(t)})[0]; err != nil {
			t.Fatal(err)
		}
	}
	if err := l.e.Settle(t.Context()); err != nil || l.e.Aged() {
		t.Fatalf("a new file is an old one: %v", err)
	}
	l.index()
	l.alone(func(ctx context.Context, conn *sql.Conn) error { // what it leaves: its own index, and rows that today's columns and index lack
		return exec(ctx, conn, `CREATE VIRTUAL TABLE IF NOT EXISTS s_letters USING fts5(terms, content='', contentless_delete=1, detail=none)`,
			"INSERT INTO s_letters (rowid, terms) SELECT row, 'stale' FROM c_letters WHERE row % 2 = 0",
			"DELETE FROM x_letters WHERE rowid % 2 = 0", "UPDATE c_letters SET f_shelf=NULL WHERE row % 2 = 0")
	})
	for i, aged := range []bool{true, true, false} {
		if err := l.e.Close(); err != nil {
			t.Fatal(err)
		}
		l.open()
		if l.e.Aged() != aged {
			t.Errorf("start %d: aged %t", i, l.e.Aged())
		}
		for range 40 {
			l.look()
		}
		if i == 1 {
			if err := l.e.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	l.alone(func(ctx context.Context, conn *sql.Conn) error {
		return exec(ctx, conn, fmt.Sprintf("PRAGMA user_version=%d", layout+1))
	})
	if err := l.e.Close(); err != nil {
		t.Fatal(err)
	}
	if e, err := Open(t.Context(), l.path); err == nil || !strings.Contains(err.Error(), "later program") {
		t.Errorf("a later program's file is opened: %v", err)
		_ = e.Close()
	}
}

// TestAColumnIsFilledOrNotThere: a start that ends while a new column is filled leaves none, so that the next start fills it.
func TestAColumnIsFilledOrNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "half.db")
	schema := docdb.Schema{Name: "things"}
	e, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	c, err := e.collection(t.Context(), schema)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		raw, err := bson.Marshal(bson.M{"_id": strconv.Itoa(i), "v": int64(1), "at": []any{int64(5), int64(6), "no number"}[i]})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Write(t.Context(), docdb.Write{Op: docdb.Insert, Doc: raw})[0]; err != nil {
			t.Fatal(err)
		}
	}
	schema.Indexes = []docdb.Index{{Name: "at", Fields: []docdb.Field{{Path: "at", Type: docdb.Int}}, Serves: "this test"}}
	later := newCollection(e, schema)
	err = e.exclusive(t.Context(), func(ctx context.Context, conn *sql.Conn) error {
		filled := later.addColumns(ctx, conn)
		have, err := names(ctx, conn, "SELECT name FROM pragma_table_info('c_things')")
		if filled == nil || err != nil || strings.Contains(strings.Join(have, " "), "f_at") {
			t.Errorf("filled %v, columns %v, %v", filled, have, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
