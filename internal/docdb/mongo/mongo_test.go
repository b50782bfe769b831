package mongo_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"tiepdan/internal/docdb"
	"tiepdan/internal/docdb/docdbtest"
	"tiepdan/internal/docdb/mongo"
	"tiepdan/internal/testkit"
)

func TestSuite(t *testing.T) {
	docdbtest.Run(t, func(tb testing.TB) docdbtest.Opener {
		tb.Helper()
		uri := testkit.Mongo(tb)
		return func(tb testing.TB) docdb.Engine {
			tb.Helper()
			e, err := mongo.Open(tb.Context(), uri)
			if err != nil {
				tb.Fatal(err)
			}
			return e
		}
	})
}

// TestSecondProcessIsRefusedWhereTwoWouldSpoilDocuments opens a database of FerretDB 1 twice, and again once the first has ended.
func TestSecondProcessIsRefusedWhereTwoWouldSpoilDocuments(t *testing.T) {
	if os.Getenv("TEST_MONGODB_URI") != "" {
		t.Skip("other servers take any number of processes")
	}
	uri := testkit.Mongo(t)
	first, err := mongo.Open(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	second, err := mongo.Open(t.Context(), uri)
	if err == nil {
		_ = second.Close()
		t.Fatal("two processes write at once")
	}
	for _, want := range []string{"process " + strconv.Itoa(os.Getpid()), "stop that process"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	next, err := mongo.Open(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	if err := next.Close(); err != nil {
		t.Error(err)
	}
}
