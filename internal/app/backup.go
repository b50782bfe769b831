package app

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"tiepdan/internal/attach"
	"tiepdan/internal/backup"
	"tiepdan/internal/seal"
	"tiepdan/pkg/wholefile"
)

// The parts of a backup, named as they lie in a data folder.
const (
	dbPart     = "tiepdan.db"
	keysPart   = "keys.json"
	quorumPart = "quorum.json"
	blobsPart  = "blobs/"
)

// leastPassphrase is how many characters a backup's passphrase has at least: the file holds the keys.
const leastPassphrase = 8

// BackupPassphrase is the passphrase that the environment gives, or "".
func BackupPassphrase() string { return os.Getenv("TIEPDAN_BACKUP_PASSPHRASE") }

// Backup writes the database as it is at one moment, then keys and attachments, into one encrypted file that is there whole or
// not at all. It works beside the running service and on a resting folder.
func Backup(ctx context.Context, data, out, passphrase string) (m backup.Manifest, err error) {
	cfg, err := FromEnv("", data, nil)
	if err != nil {
		return m, err
	}
	if utf8.RuneCountInString(passphrase) < leastPassphrase {
		return m, fmt.Errorf("the passphrase of a backup has %d characters at least: whoever opens the file has the keys", leastPassphrase)
	}
	if err := errors.Join(canBackUp(cfg), canWrite(out)); err != nil {
		return m, err
	}
	db, err := openCopy(ctx, cfg)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = writeWhole(out, func(to io.Writer) error {
		m, err = writeBackup(ctx, cfg, db, to, passphrase)
		return err
	})
	if errors.Is(err, syscall.ENOSPC) {
		err = fmt.Errorf("the disk of %s is full, nothing is left there of this backup: %w", out, err)
	}
	return m, err
}

// canBackUp says what stands in the way before anything is written.
func canBackUp(cfg Config) error {
	if !strings.HasPrefix(cfg.Store, "sqlite:") {
		return errors.New("the documents are in MongoDB (TIEPDAN_STORE): back it up with mongodump --oplog or snapshots of its replica set, then copy the key file, the quorum's file and the attachments; tiepdan backup does this for a data folder with SQLite")
	}
	if err := cfg.there(); err != nil {
		return err
	}
	if _, err := os.Stat(cfg.Keys); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", cfg.Keys, seal.ErrMissing)
	}
	return errors.Join(ownersOnly(cfg.Data, "700"), ownersOnly(cfg.Keys, "600"))
}

// there reports what is wrong where a command is to work on data that are not there: it makes none.
func (c Config) there() error {
	path, ok := strings.CutPrefix(c.Store, "sqlite:")
	if !ok {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("no database there; is --data right? %w", err)
	}
	return nil
}

// There reports what is wrong where a command is to work on the data of a folder that are not there.
func There(data string) error {
	cfg, err := FromEnv("", data, nil)
	if err != nil {
		return err
	}
	return cfg.there()
}

// ErrNoDatabase says that a folder has lost its documents.
var ErrNoDatabase = errors.New("the database is missing, though the key file that it was sealed with is there: restore it from your backup; where a new office is to begin, do so in an empty folder")

// hasBoth refuses a folder whose key file is there and whose documents are not: else it would be taken for a new office, and letters would
// come into it.
func (c Config) hasBoth() error {
	if _, err := os.Stat(c.Keys); err != nil {
		return nil //nolint:nilerr // a new one
	}
	path, _ := strings.CutPrefix(c.Store, "sqlite:")
	if err := c.there(); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", path, ErrNoDatabase)
	}
	return nil
}

// canWrite refuses to write over a file, for that may be the last good backup.
func canWrite(out string) error {
	if info, err := os.Stat(filepath.Dir(out)); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s to write the backup into", filepath.Dir(out))
	}
	if _, err := os.Lstat(out); err == nil {
		return fmt.Errorf("%s exists already and is not written over: choose another name, such as one with the day", out)
	}
	return nil
}

// writeWhole writes a file for its owner alone, under its name only once all of it is on the disk.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	dropParts(filepath.Dir(path))
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*"+partExt)
	if err != nil {
		return err
	}
	alone(f) // as long as it is open: whoever is killed leaves a file that nobody holds
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // what is told is why
		}
	}()
	to := bufio.NewWriterSize(f, 1<<20)
	if err := write(to); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(to.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return wholefile.SyncFolder(filepath.Dir(path))
}

// partExt ends the names of files that are being written.
const partExt = ".tiepdan.part"

// partAge is how old a file is before it may be taken for one that nobody writes: whoever makes one holds it a moment later.
const partAge = time.Minute

// dropParts removes what killed backups left in a folder.
func dropParts(dir string) {
	left, _ := filepath.Glob(filepath.Join(dir, ".*"+partExt)) // the pattern is right
	for _, path := range left {
		f, err := os.Open(path) //nolint:gosec // in the folder that the administrator named
		if err != nil {
			continue
		}
		if info, err := f.Stat(); err == nil && time.Since(info.ModTime()) > partAge && alone(f) {
			_ = os.Remove(path) // whoever cannot keeps it
		}
		_ = f.Close() // only read
	}
}

// writeBackup writes the parts. Keys and files come after the database: whatever a document of it names was there before it,
// and more does no harm.
func writeBackup(ctx context.Context, cfg Config, db *os.File, to io.Writer, passphrase string) (m backup.Manifest, err error) {
	w, err := backup.NewWriter(to, passphrase, programVersion(), time.Now())
	if err != nil {
		return m, err
	}
	info, err := db.Stat()
	if err != nil {
		return m, err
	}
	if err := w.Add(dbPart, info.Size(), reading{ctx, db}); err != nil {
		return m, err
	}
	for _, f := range []struct {
		part, path string
		may        bool // lack
	}{{keysPart, cfg.Keys, false}, {quorumPart, cfg.Quorum, true}} {
		raw, err := os.ReadFile(f.path)
		if f.may && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err = cmp.Or(err, w.Add(f.part, int64(len(raw)), bytes.NewReader(raw))); err != nil {
			return m, err
		}
	}
	if err := addBlobs(ctx, cfg.Blobs, w); err != nil {
		return m, err
	}
	return w.Close()
}

func addBlobs(ctx context.Context, where string, w *backup.Writer) error {
	blobs, err := attach.OpenBlobs(ctx, where)
	if err != nil {
		return err
	}
	return errors.Join(blobs.Each(ctx, func(key string, sealed []byte) error {
		return w.Add(blobsPart+key, int64(len(sealed)), bytes.NewReader(sealed))
	}), blobs.Close())
}

// reading ends with its ctx.
type reading struct {
	ctx  context.Context
	from io.Reader
}

func (r reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}

func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}
