package wholefile_test

import (
	"os"
	"path/filepath"
	"testing"

	"tiepdan/pkg/wholefile"
)

// TestReplaceLeavesOneFile for its owner alone, also where it cannot: then what stood there stands, and nothing beside it.
func TestReplaceLeavesOneFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.json")
	for _, words := range []string{"one", "two"} {
		if err := wholefile.Replace(path, []byte(words)); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(path)
		info, statErr := os.Stat(path)
		if err != nil || statErr != nil || string(raw) != words || info.Mode().Perm() != 0o600 {
			t.Errorf("%q %v %v %v", raw, err, statErr, info.Mode())
		}
	}
	taken := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(taken, "inside"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := wholefile.Replace(taken, []byte("x")); err == nil {
		t.Error("a folder was replaced by a file")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
