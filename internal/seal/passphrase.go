package seal

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"golang.org/x/crypto/argon2"
)

// ErrPassphrase says that what is encrypted, the key file or a holder's part, does not open with the passphrase, or that
// there is none.
var ErrPassphrase = errors.New("the passphrase is wrong, or there is none")

// locked is a content encrypted under a key that Argon2id makes of the passphrase. The figures stand beside it, so that
// they can be raised one day.
type locked struct {
	Salt   []byte `json:"salt"`
	Passes uint32 `json:"passes"`
	Memory uint32 `json:"memory_kib"`
	Box    []byte `json:"box"`
}

// The figures are those of RFC 9106 for a machine with little memory; the bounds keep a damaged file from taking all of it.
const (
	passes    = 3
	memory    = 64 << 10
	maxPasses = 16
	maxMemory = 1 << 20
	saltSize  = 16
)

func lock(c content, passphrase string) (*locked, error) {
	raw, err := json.Marshal(c) //nolint:gosec // the secret is encrypted next
	if err != nil {
		return nil, fmt.Errorf("encode keys: %w", err)
	}
	return lockRaw(raw, passphrase, purpose, memory)
}

// lockRaw encrypts bytes for a purpose, without which they do not open; kib is the memory that a guess costs.
func lockRaw(raw []byte, passphrase, purpose string, kib uint32) (*locked, error) {
	l := &locked{Salt: random(saltSize), Passes: passes, Memory: kib}
	box, err := subtle.NewXChaCha20Poly1305(l.key(passphrase))
	if err != nil {
		return nil, fmt.Errorf("encrypt keys: %w", err)
	}
	if l.Box, err = box.Encrypt(raw, []byte(purpose)); err != nil {
		return nil, fmt.Errorf("encrypt keys: %w", err)
	}
	return l, nil
}

const purpose = "tiepdan key file"

// bounded reports whether the figures are such that a damaged file does not take all memory.
func (l *locked) bounded() bool {
	return l.Passes > 0 && l.Passes <= maxPasses && l.Memory > 0 && l.Memory <= maxMemory
}

func (l *locked) open(passphrase string) (content, error) {
	raw, err := l.openRaw(passphrase, purpose)
	if err != nil {
		return content{}, err
	}
	var c content
	if err := json.Unmarshal(raw, &c); err != nil {
		return content{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return c, nil
}

func (l *locked) openRaw(passphrase, purpose string) ([]byte, error) {
	if !l.bounded() {
		return nil, ErrDamaged
	}
	box, err := subtle.NewXChaCha20Poly1305(l.key(passphrase))
	if err != nil {
		return nil, fmt.Errorf("decrypt keys: %w", err)
	}
	raw, err := box.Decrypt(l.Box, []byte(purpose))
	if err != nil {
		return nil, ErrPassphrase
	}
	return raw, nil
}

func (l *locked) key(passphrase string) []byte {
	return argon2.IDKey([]byte(passphrase), l.Salt, l.Passes, l.Memory, 1, 32)
}
