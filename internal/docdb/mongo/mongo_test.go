package mongo_test

import (
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
