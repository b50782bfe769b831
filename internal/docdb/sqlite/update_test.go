package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
)

// TestUpdatesNameOnlyWhatChanged leads documents with fields of every type through random changes, has the audit compare all columns,
// and looks at which columns the statements named.
func TestUpdatesNameOnlyWhatChanged(t *testing.T) {
	e, err := Open(t.Context(), filepath.Join(t.TempDir(), "update.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	coll, err := e.collection(t.Context(), docdb.Schema{Name: "mixed", Indexes: []docdb.Index{
		{Name: "all", Fields: []docdb.Field{{Path: "text"}, {Path: "n", Type: docdb.Int}, {Path: "at", Type: docdb.Time}, {Path: "is", Type: docdb.Bool}, {Path: "raw", Type: docdb.Bytes}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	doc := bson.M{"_id": "a"}
	write := func(op docdb.Op, v int64) {
		t.Helper()
		doc["v"] = v
		raw, err := bson.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if err := coll.Write(t.Context(), docdb.Write{Op: op, Doc: raw})[0]; err != nil {
			t.Fatal(err)
		}
		if err := coll.Audit(t.Context(), func(a docdb.Audited) error {
			if len(a.Wrong) > 0 {
				t.Errorf("after %v the columns of %v are wrong", doc, a.Wrong)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	write(docdb.Insert, 1)
	write(docdb.Replace, 2)
	named := func() []string {
		var out []string
		if err := e.exclusive(t.Context(), func(context.Context, *sql.Conn) error {
			for key := range coll.w.update {
				out = append(out, fmt.Sprintf("%x", key))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		slices.Sort(out)
		return out
	}
	if got := named(); !slices.Equal(got, []string{"0000000000"}) {
		t.Errorf("a change of no column names %v", got)
	}
	doc["n"] = int64(7)
	write(docdb.Replace, 3)
	if got := named(); !slices.Equal(got, []string{"0000000000", "0001000000"}) {
		t.Errorf("a change of one column names %v", got)
	}
	for v := int64(4); v < 300; v++ {
		values := map[string][]any{
			"text": {"", "a", "b"}, "n": {int64(0), int64(1), int32(1)}, "at": {time.UnixMilli(0), time.UnixMilli(5)}, "is": {true, false}, "raw": {[]byte{}, []byte{0}, []byte("a")},
		}
		for _, path := range []string{"text", "n", "at", "is", "raw"} {
			switch n := rnd.IntN(6); {
			case n < 2:
				doc[path] = values[path][rnd.IntN(len(values[path]))]
			case n == 2:
				delete(doc, path)
			}
		}
		write(docdb.Replace, v)
	}
}

// TestNewFilesHaveTheirPageSize: the log begins with the file and would fix another one.
func TestNewFilesHaveTheirPageSize(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.db")
	for range 2 {
		e, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		var size int
		var mode string
		err = e.exclusive(t.Context(), func(ctx context.Context, conn *sql.Conn) error {
			if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
				return err
			}
			return conn.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size)
		})
		if err != nil || size != pageSize || mode != "wal" {
			t.Errorf("pages of %d bytes, log %s, %v", size, mode, err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
