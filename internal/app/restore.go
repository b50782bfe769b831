package app

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"tiepdan/internal/attach"
	"tiepdan/internal/backup"
	"tiepdan/internal/domain/audit"
	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/wholefile"
)

// Restored is the proof that a backup came back whole.
type Restored struct {
	Backup backup.Manifest
	Report audit.Report
	Heads  string // a digest over the last entry of every case, in the order of their ids
	Root   string // day and digest of the last signed root, as published; "" while there is none
	Bytes  int64
}

// Restoring is what a backup is restored from and into.
type Restoring struct {
	From, Data, Passphrase string
	Log                    *slog.Logger
	Progress               io.Writer // told of what is not as it was written
}

// Restore brings a backup back into a folder that is empty or not there, and proves it first: into a folder beside it, read
// again as a whole, and only then under its name. What was restored but is not as it was once written stays in that folder
// for somebody to look at.
func Restore(ctx context.Context, r Restoring) (p Restored, err error) {
	cfg, err := FromEnv("", r.Data, nil)
	if err != nil {
		return p, err
	}
	f, err := os.Open(r.From)
	if err != nil {
		return p, err
	}
	defer f.Close()
	target, err := emptyFolder(cfg.Data)
	if err != nil {
		return p, err
	}
	beside, err := os.MkdirTemp(filepath.Dir(target), "."+filepath.Base(target)+"-restore-*")
	if err != nil {
		return p, err
	}
	cfg = cfg.whole(beside)
	p, err = r.restore(ctx, cfg, reading{ctx, f})
	if err != nil {
		return p, errors.Join(err, os.RemoveAll(beside))
	}
	if p.Report.Broken > 0 {
		return p, fmt.Errorf("%d records of the backup are not as they were once written, see above: %s stays empty, what was restored lies in %s; to serve it nevertheless, rename that folder", p.Report.Broken, target, beside)
	}
	if err := errors.Join(wholefile.SyncFolder(beside), os.Rename(beside, target), wholefile.SyncFolder(filepath.Dir(target))); err != nil {
		return p, fmt.Errorf("the backup is restored and proved in %s, but did not get its name: %w", beside, err)
	}
	return p, nil
}

// whole is the configuration of a folder that holds all parts itself.
func (c Config) whole(dir string) Config {
	c.Data, c.Store, c.Keys, c.Quorum = dir, "sqlite:"+filepath.Join(dir, dbPart), filepath.Join(dir, keysPart), filepath.Join(dir, quorumPart)
	c.Blobs, c.NATS, c.Clamd = "file:"+filepath.Join(dir, filepath.FromSlash(strings.TrimSuffix(blobsPart, "/"))), "embedded", ""
	c.Witness = nil // it may have signed days after the backup
	c.NATSCreds, c.NATSCA, c.NATSCert, c.NATSKey, c.NATSCopies = "", "", "", "", 1
	return c
}

// emptyFolder returns the whole path of a folder that may be made or is empty, and takes an empty one away.
func emptyFolder(data string) (string, error) {
	target, err := filepath.Abs(data)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(filepath.Dir(target)); err != nil || !info.IsDir() {
		return "", fmt.Errorf("there is no folder %s to restore into", filepath.Dir(target))
	}
	switch inside, err := os.ReadDir(target); {
	case errors.Is(err, fs.ErrNotExist):
		return target, nil
	case err != nil:
		return "", err
	case len(inside) > 0:
		return "", fmt.Errorf("%s is not empty: a backup is restored into a folder of its own; give another name, or move what is there away", target)
	}
	if err := os.Remove(target); err != nil {
		return "", fmt.Errorf("%s is no plain folder, or a disk of its own: restore into a new folder inside it: %w", target, err)
	}
	return target, nil
}

// restore unpacks and proves.
func (r Restoring) restore(ctx context.Context, cfg Config, from io.Reader) (p Restored, err error) {
	if p.Backup, err = unpack(ctx, cfg, from, r.Passphrase); err != nil {
		return p, err
	}
	p.Bytes = p.Backup.Size()
	a, err := Open(ctx, cfg, r.Log)
	if err != nil {
		return p, fmt.Errorf("what was restored does not open: %w", err)
	}
	err = errors.Join(a.prove(ctx, &p, r.Progress), a.markCopied(ctx, p.Backup.Made))
	if err = errors.Join(err, a.Close()); err != nil {
		return p, err
	}
	// Events are published again from the documents; a lock is its process's.
	return p, errors.Join(os.RemoveAll(filepath.Join(cfg.Data, "nats")), os.RemoveAll(filepath.Join(cfg.Data, dbPart+".lock")))
}

// unpack writes the parts where they belong, all of them on the disk when it returns.
func unpack(ctx context.Context, cfg Config, from io.Reader, passphrase string) (m backup.Manifest, err error) {
	blobs, err := attach.OpenBlobs(ctx, cfg.Blobs)
	if err != nil {
		return m, err
	}
	seen := map[string]bool{}
	m, err = backup.Read(bufio.NewReaderSize(from, 1<<20), passphrase, func(name string, part io.Reader) error {
		seen[name] = true
		key, blob := strings.CutPrefix(name, blobsPart)
		switch {
		case name == dbPart, name == keysPart, name == quorumPart:
			return writeWhole(filepath.Join(cfg.Data, name), func(to io.Writer) error {
				_, err := io.Copy(to, part)
				return err
			})
		case blob && filepath.IsLocal(key):
			raw, err := io.ReadAll(part)
			if err != nil {
				return err
			}
			return blobs.Put(ctx, key, raw)
		}
		return fmt.Errorf("%w: it holds %q", backup.ErrForeign, name)
	})
	if err == nil && (!seen[dbPart] || !seen[keysPart]) {
		err = fmt.Errorf("%w: it holds no database or no keys", backup.ErrForeign)
	}
	return m, errors.Join(err, blobs.Close())
}

// prove reads everything again.
func (a *App) prove(ctx context.Context, p *Restored, progress io.Writer) (err error) {
	if p.Report, err = a.Verify(ctx, progress); err != nil {
		return err
	}
	heads := sha256.New()
	if err := a.Store.EachCase(ctx, func(c *casework.Case) error {
		_, err := fmt.Fprintf(heads, "%s %x\n", c.ID, c.History[len(c.History)-1].Hash)
		return err
	}); err != nil {
		return err
	}
	p.Heads = hex.EncodeToString(heads.Sum(nil))
	roots, err := a.Store.Roots(ctx)
	if err == nil && len(roots) > 0 {
		last := roots[len(roots)-1]
		p.Root = last.Day + " " + hex.EncodeToString(last.Sum())
	}
	return err
}

// Elsewhere names settings that lead the service away from the restored folder, with where they lead.
func Elsewhere(data string) (out []string, err error) {
	cfg, err := FromEnv("", data, nil)
	if err != nil {
		return nil, err
	}
	whole := cfg.whole(cfg.Data)
	for _, s := range []struct{ name, is, own string }{
		{"TIEPDAN_STORE", cfg.Store, whole.Store},
		{"TIEPDAN_KEYS", cfg.Keys, whole.Keys},
		{"TIEPDAN_QUORUM", cfg.Quorum, whole.Quorum},
		{"TIEPDAN_BLOBS", cfg.Blobs, whole.Blobs},
	} {
		if s.is != s.own {
			out = append(out, s.name+"="+s.is)
		}
	}
	return out, nil
}
