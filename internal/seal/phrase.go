package seal

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of a citizen's passphrase: 19 MiB and two passes, OWASP's recommendation for argon2id.
const (
	phraseMemory = 19 << 10
	phrasePasses = 2
)

// Phrases hashes what people keep in their heads with argon2id.
type Phrases struct{ turns chan struct{} }

// NewPhrases lets two be hashed at a time: a flood of them costs waiting, not memory.
func NewPhrases() Phrases { return Phrases{make(chan struct{}, 2)} }

// Hash returns the phrase's hash with a fresh salt, or the error of a ctx that ends while others are hashed.
func (p Phrases) Hash(ctx context.Context, phrase string) (string, error) {
	return p.hash(ctx, phrase, random(saltSize))
}

// Is reports whether the phrase has this hash. An empty or foreign hash is that of nothing and costs the same time.
func (p Phrases) Is(ctx context.Context, hash, phrase string) (bool, error) {
	parts := strings.Split(hash, "$")
	var salt []byte
	if len(parts) == 6 {
		salt, _ = base64.RawStdEncoding.DecodeString(parts[4]) // a broken salt cannot match below
	}
	if len(salt) == 0 {
		salt = make([]byte, saltSize)
	}
	got, err := p.hash(ctx, phrase, salt)
	return err == nil && subtle.ConstantTimeCompare([]byte(got), []byte(hash)) == 1, err
}

func (p Phrases) hash(ctx context.Context, phrase string, salt []byte) (string, error) {
	select {
	case p.turns <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-p.turns }()
	key := argon2.IDKey([]byte(phrase), salt, phrasePasses, phraseMemory, 1, 32)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, phraseMemory, phrasePasses, b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}
