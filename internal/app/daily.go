package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"tiepdan/internal/backup"
	"tiepdan/pkg/pace"
)

// daily is what is known of the daily backups, kept beside the documents.
type daily struct {
	Since time.Time `json:"since"`           // when they were first asked for
	At    time.Time `json:"at,omitzero"`     // of which moment the last good one is
	Name  string    `json:"name,omitempty"`  // of the last good one
	Bytes int64     `json:"bytes,omitempty"` // of its parts
	Tried time.Time `json:"tried,omitzero"`  // when the last one that failed was begun
	Error string    `json:"error,omitempty"` // what it failed of; "" since one was good
}

const (
	dailyMeta   = "backups"
	backupLate  = 26 * time.Hour   // a day, and time to make one and to try again
	backupAgain = 15 * time.Minute // after one that failed
	leastKept   = 2                // backups, however few days they are kept
)

var errNoBackup = errors.New("there is no good backup of the last day")

func (a *App) daily(ctx context.Context) (d daily, err error) {
	raw, known, err := a.Store.Meta(ctx, dailyMeta)
	if err == nil && known {
		err = json.Unmarshal([]byte(raw), &d)
	}
	return d, err
}

func (a *App) keepDaily(ctx context.Context, d daily) error {
	raw, err := json.Marshal(d)
	return cmp.Or(err, a.Store.PutMeta(ctx, dailyMeta, string(raw)))
}

// backUpDaily makes the backups that are due until ctx ends.
func (a *App) backUpDaily(ctx context.Context) {
	if a.Config.Backups.To == "" {
		return
	}
	for range pace.Every(ctx, a.Config.Sweep) {
		if a.checkCopied(ctx) != nil {
			continue // its backups would take the place of those of the one it was copied of
		}
		if err := a.BackUpIfDue(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "the daily backup was not made; it is tried again in a quarter of an hour", "error", err)
		}
	}
}

// BackUpIfDue makes the daily backup when its hour came and none was made since, proves that it can be read, and only then drops those
// whose days are over.
func (a *App) BackUpIfDue(ctx context.Context) error {
	d, err := a.daily(ctx)
	if err != nil {
		return err
	}
	now := a.Now()
	if d.Since.IsZero() {
		d.Since = now.UTC()
		if err := a.keepDaily(ctx, d); err != nil {
			return err
		}
	}
	due := a.Config.Backups.due(now)
	if !d.At.Before(due) && !d.At.After(now) || d.Error != "" && now.Sub(d.Tried).Abs() < backupAgain {
		return nil
	}
	m, name, err := a.backUpNow(ctx, now)
	if err != nil {
		d.Tried, d.Error = now, err.Error()
		return errors.Join(err, a.keepDaily(context.WithoutCancel(ctx), d))
	}
	a.Log.InfoContext(ctx, "the daily backup is made and was read again", "name", name, "parts", len(m.Parts), "bytes", m.Size())
	return a.keepDaily(ctx, daily{Since: d.Since, At: now.UTC(), Name: name, Bytes: m.Size()})
}

func (a *App) backUpNow(ctx context.Context, now time.Time) (m backup.Manifest, name string, err error) {
	to := a.Config.Backups
	s, err := to.shelf(ctx)
	if err != nil {
		return m, "", err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	db, err := a.ownCopy(ctx)
	if err != nil {
		return m, "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	name = nameAt(now)
	if err := s.put(ctx, name, func(w io.Writer) error {
		m, err = writeBackup(ctx, a.Config, db, w, to.Passphrase)
		return err
	}); err != nil {
		return m, name, fmt.Errorf("write %s: %w", name, err)
	}
	if err := readAgain(ctx, s, name, to.Passphrase, m); err != nil {
		return m, name, errors.Join(fmt.Errorf("%s was written and cannot be read: %w", name, err), s.drop(ctx, name))
	}
	return m, name, a.dropOld(ctx, s, now, to.Days)
}

// ownCopy is a copy of the database as it is now, with no name any more.
func (a *App) ownCopy(ctx context.Context) (*os.File, error) {
	path, err := makeCopy(ctx, a.Config, a.Store)
	if err != nil {
		return nil, err
	}
	return unnamed(path)
}

func unnamed(path string) (*os.File, error) {
	f, err := os.Open(path) //nolint:gosec // just made
	return f, errors.Join(err, os.Remove(path))
}

// readAgain reads a backup to its end and compares it with what was written.
func readAgain(ctx context.Context, s shelf, name, passphrase string, want backup.Manifest) error {
	f, err := s.open(ctx, name)
	if err != nil {
		return err
	}
	got, err := backup.Read(f, passphrase, func(_ string, part io.Reader) error {
		_, err := io.Copy(io.Discard, part)
		return err
	})
	if err == nil && !slices.Equal(got.Parts, want.Parts) {
		err = backup.ErrDamaged
	}
	return errors.Join(err, f.Close())
}

// dropOld removes the backups whose days are over, and says so of each: there is a good one of now. So many as fit into those days less one
// stay whatever the clock says: one that went wrong takes none of them.
func (a *App) dropOld(ctx context.Context, s shelf, now time.Time, days int) error {
	names, err := s.names(ctx)
	names = slices.DeleteFunc(names, func(name string) bool { _, ours := dayOf(name); return !ours })
	slices.Sort(names) // the oldest first
	errs := []error{err}
	for _, name := range names[:max(0, len(names)-max(days-1, leastKept))] {
		if day, _ := dayOf(name); day.AddDate(0, 0, days).Before(now) {
			errs = append(errs, s.drop(ctx, name))
			a.Log.InfoContext(ctx, "a backup whose days are over is removed", "name", name, "days", days)
		}
	}
	return errors.Join(errs...)
}

// checkBackup says when the last day has no good backup, or the last one failed.
func (a *App) checkBackup(ctx context.Context) (last *time.Time, err error) {
	d, err := a.daily(ctx)
	if err != nil {
		return nil, err
	}
	if !d.At.IsZero() {
		last = &d.At
	}
	switch {
	case d.Error != "":
		return last, fmt.Errorf("%w: %s", errNoBackup, d.Error)
	case !d.Since.IsZero() && a.backupAge(d) > backupLate:
		return last, errNoBackup
	}
	return last, nil
}

// backupAge is how old the last good backup is, or how long one has been wanted.
func (a *App) backupAge(d daily) time.Duration {
	if d.At.IsZero() {
		return a.Now().Sub(d.Since)
	}
	return a.Now().Sub(d.At)
}

// measureBackup is the figure of backupAge; 0 where no backups are wanted, or nobody can tell.
func (a *App) measureBackup(ctx context.Context) time.Duration {
	if a.Config.Backups.To == "" {
		return 0
	}
	d, err := a.daily(ctx)
	if err != nil || d.Since.IsZero() {
		return 0 // the check of the database tells it
	}
	return a.backupAge(d)
}
