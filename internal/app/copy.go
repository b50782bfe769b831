package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tiepdan/internal/docdb/sqlite"
)

// copyOrder asks the running service for a copy of its database. It keeps the file until whoever asked hangs up.
const copyOrder = "copy"

// copyTime bounds the making and lending of one copy.
const copyTime = 2 * time.Hour

// copyPattern names copies in the data folder.
const copyPattern = "copy-*.tmp"

// lent is the service's answer to copyOrder.
type lent struct {
	Path  string `json:"path,omitempty"`
	Error string `json:"error,omitempty"`
}

// copier can write its database into an empty file.
type copier interface {
	Copy(ctx context.Context, path string) error
}

// lendCopy makes a copy of the database for a command, and removes it when the command hangs up or ctx ends.
func (a *App) lendCopy(ctx context.Context, conn net.Conn) {
	ctx, release := held(ctx, conn)
	defer release()
	var say lent
	var err error
	if say.Path, err = makeCopy(ctx, a.Config, a.Store); err != nil {
		say.Error = err.Error()
	} else {
		defer func() {
			if err := os.Remove(say.Path); err != nil {
				a.Log.WarnContext(ctx, "a copy of the database was not removed", "error", err)
			}
		}()
	}
	if err := json.NewEncoder(conn).Encode(say); err == nil && say.Error == "" {
		<-ctx.Done()
	}
}

// makeCopy writes a copy into the data folder and returns its path. The room that the service needs stays free.
func makeCopy(ctx context.Context, cfg Config, from copier) (string, error) {
	need, err := sizeOf(strings.TrimPrefix(cfg.Store, "sqlite:"))
	if err != nil {
		return "", err
	}
	if free, known := freeBytes(cfg.Data); known && free < need+cfg.FreeSpace {
		return "", fmt.Errorf("the disk of %s has %d MB free: a backup needs %d MB for a copy of the database, beside the %d MB that stay free for letters (TIEPDAN_FREE_SPACE)",
			cfg.Data, free>>20, need>>20+1, cfg.FreeSpace>>20)
	}
	f, err := os.CreateTemp(cfg.Data, copyPattern)
	if err != nil {
		return "", err
	}
	if err := errors.Join(f.Close(), from.Copy(ctx, f.Name())); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// sizeOf is how large a copy of the database may become: its file and the log that is not yet in it.
func sizeOf(path string) (uint64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	size := info.Size()
	if log, err := os.Stat(path + "-wal"); err == nil {
		size += log.Size()
	}
	return uint64(size), nil //nolint:gosec // the size of a file is positive
}

// removeCopies removes what a crash left of copies; nobody has the database open but us.
func removeCopies(data string) {
	left, _ := filepath.Glob(filepath.Join(data, copyPattern)) // the pattern is right
	for _, path := range left {
		_ = os.Remove(path) // whoever cannot has no room soon, and is told of that
	}
}

// openCopy opens a copy of the database as it is now, of the running service or of a resting folder. The file has no name any
// more: nothing is left of it when it is closed.
func openCopy(ctx context.Context, cfg Config) (*os.File, error) {
	conn, running, err := dialRunning(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if !running {
		return copyResting(ctx, cfg)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if err := json.NewEncoder(conn).Encode(StaffOrder{Do: copyOrder}); err != nil {
		return nil, err
	}
	var got lent
	if err := json.NewDecoder(conn).Decode(&got); err != nil {
		return nil, fmt.Errorf("the service ended before its copy of the database was made; nothing was written, so try again, also while it rests: %w", err)
	}
	if got.Error != "" {
		return nil, errors.New(got.Error)
	}
	return os.Open(got.Path)
}

func copyResting(ctx context.Context, cfg Config) (f *os.File, err error) {
	e, err := sqlite.Open(ctx, strings.TrimPrefix(cfg.Store, "sqlite:"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	removeCopies(cfg.Data)
	path, err := makeCopy(ctx, cfg, e)
	if err != nil {
		return nil, err
	}
	return unnamed(path)
}
