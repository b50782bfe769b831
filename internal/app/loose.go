package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// others are the rights of everybody but the owner.
const others fs.FileMode = 0o077

// keepPrivate makes the data folder and refuses one, or a key file, that others on the machine may open: whoever reads both
// reads every denouncer's name.
func (a *App) keepPrivate() error {
	if err := os.MkdirAll(a.Config.Data, 0o700); err != nil {
		return err
	}
	return errors.Join(ownersOnly(a.Config.Data, "700"), ownersOnly(a.Config.Keys, "600"))
}

func ownersOnly(path, want string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if m := info.Mode().Perm(); m&others != 0 {
		return fmt.Errorf("%s is open to others on this machine (%04o): chmod %s %s", path, m, want, path)
	}
	return nil
}
