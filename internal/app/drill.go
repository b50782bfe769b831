package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// Drilling is what a drill (diễn tập khôi phục) is made with.
type Drilling struct {
	Data, From, In, Passphrase string // From is a file, or "" for the newest of the daily backups; In is where the drill has room
	Log                        *slog.Logger
	Progress                   io.Writer
}

// Drilled is what a drill showed.
type Drilled struct {
	Restored
	Name string // the backup
	Took time.Duration
}

// Drill restores a backup into a folder of its own, proves it as a restore would, and leaves nothing behind.
func Drill(ctx context.Context, d Drilling) (out Drilled, err error) {
	cfg, err := FromEnv("", d.Data, nil)
	if err != nil {
		return out, err
	}
	began := time.Now()
	f, name, end, err := d.open(ctx, cfg)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, f.Close(), end()) }()
	out.Name = name
	dir, err := os.MkdirTemp(d.In, "tiepdan-drill-*")
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := Restoring{Data: dir, Passphrase: d.Passphrase, Log: d.Log, Progress: d.Progress}
	out.Restored, err = r.restore(ctx, cfg.whole(dir), reading{ctx, f})
	out.Took = time.Since(began)
	if err == nil && out.Report.Broken > 0 {
		err = fmt.Errorf("%d records of %s are not as they were once written, see above", out.Report.Broken, name)
	}
	return out, err
}

// open opens the backup; end is called after it is closed.
func (d Drilling) open(ctx context.Context, cfg Config) (f io.ReadCloser, name string, end func() error, err error) {
	if d.From != "" {
		f, err := os.Open(d.From)
		return f, filepath.Base(d.From), func() error { return nil }, err
	}
	if cfg.Backups.To == "" {
		return nil, "", nil, errors.New("no backup is named, and none is made daily: give --from FILE, or set TIEPDAN_BACKUP_TO")
	}
	s, err := cfg.Backups.shelf(ctx)
	if err != nil {
		return nil, "", nil, err
	}
	name, err = newest(ctx, s)
	if err == nil {
		f, err = s.open(ctx, name)
	}
	if err != nil {
		return nil, name, nil, errors.Join(err, s.close())
	}
	return f, name, s.close, nil
}
