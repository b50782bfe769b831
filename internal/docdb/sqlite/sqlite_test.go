package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/internal/docdb/docdbtest"
	"tiepdan/internal/docdb/sqlite"
)

func TestSuite(t *testing.T) {
	docdbtest.Run(t, func(tb testing.TB) docdbtest.Opener {
		tb.Helper()
		path := filepath.Join(tb.TempDir(), "test.db")
		return func(tb testing.TB) docdb.Engine {
			tb.Helper()
			e, err := sqlite.Open(tb.Context(), path)
			if err != nil {
				tb.Fatal(err)
			}
			return e
		}
	})
}

func TestSecondProcessIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	e, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path); err == nil {
		t.Error("the same file was opened twice")
	} else if want := "kill " + strconv.Itoa(os.Getpid()); !strings.Contains(err.Error(), want) {
		t.Errorf("%q does not say %q", err, want)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatalf("after closing: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// TestANewListKnowsOldDocuments: a file of an earlier release is opened by one that declares a list.
func TestANewListKnowsOldDocuments(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	schema := docdb.Schema{Name: "things"}
	open := func() (docdb.Engine, docdb.Collection) {
		e, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		c, err := e.Open(t.Context(), schema)
		if err != nil {
			t.Fatal(err)
		}
		return e, c
	}
	e, c := open()
	for id, tags := range map[string][]string{"a": {"red", "blue"}, "b": nil, "c": {"red"}} {
		raw, err := bson.Marshal(bson.M{"_id": id, "v": int64(1), "tags": tags})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(c.Write(t.Context(), docdb.Write{Op: docdb.Insert, Doc: raw})...); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	schema.Lists = []docdb.List{{Path: "tags"}}
	schema.Queries = []docdb.Query{{Name: "tagged", Has: "tags"}}
	for range 2 { // the second time it is there
		e, c = open()
		got, _, err := c.Find(t.Context(), docdb.Find{Query: "tagged", Where: []docdb.Cond{docdb.Has("tags", "red")}})
		if err != nil || len(got) != 2 {
			t.Errorf("%d documents, %v", len(got), err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
