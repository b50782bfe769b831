// Package phrase hashes what people keep in their heads, phrases and passphrases, with argon2id.
package phrase

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// cost is what one hash takes.
type cost struct{ memory, passes uint32 }

var (
	// full is 19 MiB and two passes, OWASP's recommendation for argon2id.
	full = cost{19 * 1024, 2}
	// light is for what a machine drew: nobody guesses sixty random bits, however cheap a guess is.
	light = cost{64, 1}
)

// Hash returns the phrase's argon2id hash with a fresh salt.
func Hash(phrase string) string { return full.hash(phrase) }

// HashRandom is Hash at a small part of its cost, for a phrase of sixty random bits or more.
func HashRandom(phrase string) string { return light.hash(phrase) }

func (c cost) hash(phrase string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	return c.encode(salt, c.derive(phrase, salt))
}

func (c cost) encode(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", c.memory, c.passes, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func (c cost) derive(phrase string, salt []byte) []byte {
	return argon2.IDKey([]byte(phrase), salt, c.passes, c.memory, 1, 32)
}

// Matches reports whether the phrase has this hash. An empty, a foreign or a light hash costs as much time as a full one.
func Matches(hash, phrase string) bool {
	parts := strings.Split(hash, "$")
	var salt []byte
	if len(parts) == 6 {
		salt, _ = base64.RawStdEncoding.DecodeString(parts[4]) // a broken salt cannot match below
	}
	if len(salt) == 0 {
		salt = make([]byte, 16)
	}
	got := full.encode(salt, full.derive(phrase, salt))
	if strings.HasPrefix(hash, light.prefix()) {
		got = light.encode(salt, light.derive(phrase, salt))
	}
	return subtle.ConstantTimeCompare([]byte(got), []byte(hash)) == 1
}

func (c cost) prefix() string {
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$", c.memory, c.passes)
}
