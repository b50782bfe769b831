package app

import (
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"tiepdan/internal/domain/casework"
)

// Backups says where the service keeps a backup of itself each day, and for how long.
type Backups struct {
	To         string        // a folder, or s3://bucket?…; "" makes none
	At         time.Duration // since midnight in Vietnam
	Days       int           // how long one is kept
	Passphrase string
}

func (r *reader) backups(data string) Backups {
	b := Backups{To: r.text("TIEPDAN_BACKUP_TO", ""), Days: r.number("TIEPDAN_BACKUP_DAYS", 14, 2, 3650), Passphrase: BackupPassphrase()}
	at, err := time.Parse("15:04", r.text("TIEPDAN_BACKUP_AT", "01:30"))
	r.check(err == nil, "TIEPDAN_BACKUP_AT", "must be a time of the day such as 01:30")
	b.At = at.Sub(at.Truncate(24 * time.Hour))
	if b.To == "" {
		return b
	}
	if !b.bucket() {
		r.check(filepath.IsAbs(b.To) && !inside(b.To, data), "TIEPDAN_BACKUP_TO", "must be s3://BUCKET?… or the whole path of a folder outside the data folder, best on another disk")
	}
	r.check(utf8.RuneCountInString(b.Passphrase) >= leastPassphrase, "TIEPDAN_BACKUP_PASSPHRASE", "must have 8 characters at least where TIEPDAN_BACKUP_TO asks for backups")
	r.check(!strings.HasPrefix(os.Getenv("TIEPDAN_STORE"), "mongodb"), "TIEPDAN_BACKUP_TO", "goes with SQLite: documents in MongoDB are backed up with its own tools, see the README")
	return b
}

func (b Backups) bucket() bool { return strings.Contains(b.To, "://") }

// inside reports whether a path lies in a folder, or is it.
func inside(path, folder string) bool {
	whole, err := filepath.Abs(folder)
	if err != nil {
		return true
	}
	way, err := filepath.Rel(whole, path)
	return err == nil && filepath.IsLocal(way)
}

// due is the last time at or before now at which a backup was to be made.
func (b Backups) due(now time.Time) time.Time {
	y, m, d := now.In(casework.Vietnam).Date()
	at := time.Date(y, m, d, 0, 0, 0, 0, casework.Vietnam).Add(b.At)
	if at.After(now) {
		return at.AddDate(0, 0, -1)
	}
	return at
}
