package seal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"tiepdan/pkg/wholefile"
)

// The reasons why a key file is refused.
var (
	ErrMissing = errors.New("key file is missing; without it nothing sealed can be read: restore it from your backup")
	ErrExists  = errors.New("key file exists and is not written over")
	ErrLoose   = errors.New("key file may be read by others; make it 0600")
	ErrDamaged = errors.New("key file is damaged; restore it from your backup")
)

const (
	others  = 0o077
	maxFile = 1 << 20
)

// Open reads the key file. When there is none, fresh says whether the installation is new: then keys are made, else
// ErrMissing, for new keys could not read what the old ones sealed. With a passphrase the file is encrypted, and one that
// is not yet becomes so.
func Open(path, passphrase string, fresh bool) (*Keys, error) {
	k := &Keys{file: path, pass: passphrase}
	err := k.Reload()
	if errors.Is(err, fs.ErrNotExist) {
		if !fresh {
			return nil, fmt.Errorf("%s: %w", path, ErrMissing)
		}
		k, err = Create(path, passphrase)
		if !errors.Is(err, ErrExists) {
			return k, err
		}
		k = &Keys{file: path, pass: passphrase} // another process was first
		err = k.Reload()
	}
	if err != nil {
		return nil, err
	}
	if k.pass != "" && !k.ring.Load().locked {
		if err := k.rewrite(func(c content) (content, error) { return c, nil }); err != nil {
			return nil, fmt.Errorf("encrypt key file: %w", err)
		}
	}
	return k, nil
}

// Create makes a key file with new keys, or says ErrExists.
func Create(path, passphrase string) (*Keys, error) {
	k := &Keys{file: path, pass: passphrase}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create folder of the keys: %w", err)
	}
	unlock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	defer unlock()
	switch _, err := os.Lstat(path); {
	case err == nil:
		return nil, fmt.Errorf("%s: %w", path, ErrExists)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("look for key file: %w", err)
	}
	c, err := generate()
	if err != nil {
		return nil, err
	}
	if err := k.save(c); err != nil {
		return nil, err
	}
	return k, nil
}

// Rotate makes a new key of a kind for sealing or signing and keeps the old ones for opening and verifying. Running
// processes that share the file take it up by themselves when they meet something done with it.
func (k *Keys) Rotate(w Which) error {
	err := k.rewrite(func(c content) (content, error) { return c.added(w) })
	if err != nil {
		return fmt.Errorf("rotate key %s: %w", w, err)
	}
	return nil
}

// rewrite changes the file as it is now. One process does so at a time, or a key just made by another would be lost.
func (k *Keys) rewrite(change func(content) (content, error)) error {
	k.change.Lock()
	defer k.change.Unlock()
	unlock, err := lockFile(k.file)
	if err != nil {
		return err
	}
	defer unlock()
	if err := k.load(); err != nil {
		return err
	}
	c, err := change(k.ring.Load().content)
	if err != nil {
		return err
	}
	return k.save(c)
}

// Reload reads the file again. The keys in use stay when the file is refused, and a file that lacks any of them is.
func (k *Keys) Reload() error {
	k.change.Lock()
	defer k.change.Unlock()
	return k.load()
}

// Renew takes up what another process did to the file, and reports whether there was anything.
func (k *Keys) Renew() bool { return k.refresh() }

// refresh reloads when the file is another one than was read, and reports whether it did. Looking costs one stat, so values
// with made-up key ids cannot keep the program busy.
func (k *Keys) refresh() bool {
	if k.current() {
		return false
	}
	k.change.Lock()
	defer k.change.Unlock()
	return k.current() || k.load() == nil // another goroutine may have been first
}

// current reports whether the file is the one last looked at, were it refused.
func (k *Keys) current() bool {
	was := *k.seen.Load()
	info, err := os.Stat(k.file)
	return err == nil && os.SameFile(was, info) && was.ModTime().Equal(info.ModTime()) && was.Size() == info.Size()
}

// load reads the file and puts its ring in place.
func (k *Keys) load() error {
	raw, info, err := read(k.file)
	if err != nil {
		return err
	}
	k.seen.Store(&info)
	var c content
	if err := json.Unmarshal(raw, &c); err != nil {
		return fmt.Errorf("%s: %w: %w", k.file, ErrDamaged, err)
	}
	box := c.Locked
	if box != nil {
		if c, err = box.open(k.pass); err != nil {
			return fmt.Errorf("%s: %w", k.file, err)
		}
	}
	r, err := newRing(c)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", k.file, ErrDamaged, err)
	}
	r.locked = box != nil
	if was := k.ring.Load(); was != nil {
		if err := r.check(was.prints); err != nil {
			return fmt.Errorf("%s: %w", k.file, err)
		}
	}
	k.ring.Store(r)
	return nil
}

// read returns the bytes of the file and which file they came from.
func read(path string) ([]byte, fs.FileInfo, error) {
	f, err := os.Open(path) //nolint:gosec // the administrator's own setting
	if err != nil {
		return nil, nil, fmt.Errorf("open key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("look at key file: %w", err)
	}
	if info.Mode().Perm()&others != 0 {
		return nil, nil, fmt.Errorf("%s: %w", path, ErrLoose)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, nil, fmt.Errorf("read key file: %w", err)
	}
	return raw, info, nil
}

// save writes the file whole or not at all, and loads it.
func (k *Keys) save(c content) error {
	if k.pass != "" {
		box, err := lock(c, k.pass)
		if err != nil {
			return err
		}
		c = content{Version: c.Version, Locked: box}
	}
	raw, err := json.MarshalIndent(c, "", "  ") //nolint:gosec // the secret belongs into this file
	if err != nil {
		return fmt.Errorf("encode keys: %w", err)
	}
	if err := wholefile.Replace(k.file, append(raw, '\n')); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	return k.load()
}
