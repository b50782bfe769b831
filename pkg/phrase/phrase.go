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

// The cost of one hash: 19 MiB and two passes, OWASP's recommendation for argon2id.
const (
	memory = 19 * 1024
	passes = 2
)

// Hash returns the phrase's argon2id hash with a fresh salt.
func Hash(phrase string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	return encode(salt, derive(phrase, salt))
}

func encode(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", memory, passes, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func derive(phrase string, salt []byte) []byte {
	return argon2.IDKey([]byte(phrase), salt, passes, memory, 1, 32)
}

// Matches reports whether the phrase has this hash. An empty or foreign hash matches nothing and costs the same time.
func Matches(hash, phrase string) bool {
	parts := strings.Split(hash, "$")
	var salt []byte
	if len(parts) == 6 {
		salt, _ = base64.RawStdEncoding.DecodeString(parts[4]) // a broken salt cannot match below
	}
	if len(salt) == 0 {
		salt = make([]byte, 16)
	}
	got := encode(salt, derive(phrase, salt))
	return subtle.ConstantTimeCompare([]byte(got), []byte(hash)) == 1
}
