package testkit

import (
	"os"
	"path/filepath"
	"testing"
)

// Missing ends a test that lacks a part of its machine: it skips on a laptop and fails where CI is set, so that
// a gate never passes by leaving tests out. `make test` installs the parts.
func Missing(tb testing.TB, what string) {
	tb.Helper()
	if os.Getenv("CI") != "" {
		tb.Fatalf("missing on CI: %s", what)
	}
	tb.Skipf("missing: %s (make test installs it)", what)
}

// Root is the folder of the checkout, found upwards from the package under test.
func Root(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("no go.mod above the test")
		}
		dir = up
	}
}
