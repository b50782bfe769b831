package seal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// content is the key file. When it is locked with a passphrase, only Salt and Locked are written.
type content struct {
	Version  int              `json:"version"`
	Keysets  map[Which]string `json:"keysets,omitempty"`
	Secret   string           `json:"secret,omitempty"`
	Receipts string           `json:"receipts,omitempty"`
	Salt     []byte           `json:"salt,omitempty"`
	Locked   []byte           `json:"locked,omitempty"`
}

// The reasons why a key file is refused.
var (
	ErrMissing = errors.New("key file is missing; without it nothing sealed can be read: restore it from your backup")
	ErrOpen    = errors.New("key file may be read by others; make it 0600")
	ErrPass    = errors.New("passphrase does not open the key file")
)

// Open reads the key file. When there is none, fresh says whether the installation is new: then keys are made, else
// ErrMissing, for new keys could not read what the old ones sealed.
func Open(path, passphrase string, fresh bool) (*Keys, error) {
	k := &Keys{file: path, pass: passphrase}
	err := k.Reload()
	if errors.Is(err, fs.ErrNotExist) {
		if !fresh {
			return nil, fmt.Errorf("%s: %w", path, ErrMissing)
		}
		c, err := generate()
		if err != nil {
			return nil, err
		}
		if err := k.save(c); err != nil {
			return nil, err
		}
		return k, k.use(c)
	}
	if err != nil {
		return nil, err
	}
	return k, nil
}

// Reload reads the file again.
func (k *Keys) Reload() error {
	info, err := os.Stat(k.file)
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s: %w", k.file, ErrOpen)
	}
	raw, err := os.ReadFile(k.file)
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	var c content
	if err := json.Unmarshal(raw, &c); err != nil {
		return fmt.Errorf("key file %s is damaged: %w", k.file, err)
	}
	if c.Locked != nil {
		if c, err = unlock(c, k.pass); err != nil {
			return err
		}
	}
	if err := k.use(c); err != nil {
		return fmt.Errorf("key file %s is damaged: %w", k.file, err)
	}
	return nil
}

// save writes the file whole or not at all.
func (k *Keys) save(c content) error {
	out := c
	if k.pass != "" {
		var err error
		if out, err = lock(c, k.pass); err != nil {
			return err
		}
	}
	raw, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("encode keys: %w", err)
	}
	dir := filepath.Dir(k.file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("create folder of the keys: %w", err)
	}
	f, err := os.CreateTemp(dir, ".keys-*")
	if err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	if err := os.Rename(f.Name(), k.file); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the administrator's own folder
	if err != nil {
		return fmt.Errorf("sync folder of the keys: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

func lock(c content, pass string) (content, error) {
	raw, err := json.Marshal(c)
	if err != nil {
		return c, fmt.Errorf("encode keys: %w", err)
	}
	salt := randomBytes(16)
	box, err := chacha20poly1305.NewX(passKey(pass, salt))
	if err != nil {
		return c, fmt.Errorf("lock keys: %w", err)
	}
	nonce := randomBytes(box.NonceSize())
	return content{Version: c.Version, Salt: salt, Locked: box.Seal(nonce, nonce, raw, nil)}, nil
}

func unlock(c content, pass string) (content, error) {
	box, err := chacha20poly1305.NewX(passKey(pass, c.Salt))
	if err != nil || len(c.Locked) < box.NonceSize() {
		return c, ErrPass
	}
	raw, err := box.Open(nil, c.Locked[:box.NonceSize()], c.Locked[box.NonceSize():], nil)
	if err != nil {
		return c, ErrPass
	}
	var out content
	if err := json.Unmarshal(raw, &out); err != nil {
		return c, fmt.Errorf("key file is damaged: %w", err)
	}
	return out, nil
}

func passKey(pass string, salt []byte) []byte {
	return argon2.IDKey([]byte(pass), salt, 3, 64*1024, 1, chacha20poly1305.KeySize)
}

// Rotate makes a new key for sealing and keeps the old ones for opening. Running processes take the new file up by
// themselves when they meet a value sealed with it.
func (k *Keys) Rotate(w Which) error {
	if err := k.Reload(); err != nil {
		return err
	}
	m := keyset.NewManagerFromHandle(k.box(w).handle)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("rotate key %s: %w", w, err)
	}
	if err := m.SetPrimary(id); err != nil {
		return fmt.Errorf("rotate key %s: %w", w, err)
	}
	h, err := m.Handle()
	if err != nil {
		return fmt.Errorf("rotate key %s: %w", w, err)
	}
	k.mu.RLock()
	c := k.content
	k.mu.RUnlock()
	sets := map[Which]string{}
	for name, set := range c.Keysets {
		sets[name] = set
	}
	if sets[w], err = encodeHandle(h); err != nil {
		return err
	}
	c.Keysets = sets
	if err := k.save(c); err != nil {
		return err
	}
	return k.use(c)
}
