package sqlite_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

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
