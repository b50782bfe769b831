// Package wholefile writes files that a crash leaves whole: as they were, or as they are to be.
package wholefile

import (
	"errors"
	"os"
	"path/filepath"
)

// Replace puts a file for its owner alone in place of another, on the disk when it returns. A crash leaves one of the two, and at most
// a file beside them whose name begins with a dot.
func Replace(path string, raw []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+"-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return SyncFolder(dir)
}

// SyncFolder makes the names in a folder durable.
func SyncFolder(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // whoever calls chose the folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
