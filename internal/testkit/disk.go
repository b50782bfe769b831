package testkit

import (
	"errors"
	"testing"

	run "tiepdan/internal/process"
)

// SmallDisk is a folder on a file system of its own with room for that many bytes. Whoever may mount none, as in most containers
// and without root, skips what needs it.
func SmallDisk(tb testing.TB, bytes int) string {
	tb.Helper()
	dir := tb.TempDir()
	unmount, err := run.SmallDisk(dir, bytes)
	if errors.Is(err, run.ErrNoMount) {
		tb.Skip(err)
	}
	if err != nil {
		Missing(tb, "a small file system cannot be mounted: "+err.Error())
	}
	tb.Cleanup(func() {
		if err := unmount(); err != nil {
			tb.Error(err)
		}
	})
	return dir
}

// FillDisk fills the file system of a folder to the last byte with a file, and returns its path.
func FillDisk(tb testing.TB, dir string) string {
	tb.Helper()
	path, err := run.FillDisk(dir)
	if err != nil {
		tb.Fatal(err)
	}
	return path
}
