package signin

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of a password check: 19 MiB and two passes, OWASP's recommendation for argon2id.
const (
	argonMemory = 19 * 1024
	argonTime   = 2
)

// Hash returns the password's argon2id hash with a fresh salt.
func Hash(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	return encode(salt, derive(password, salt))
}

func encode(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", argonMemory, argonTime, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func derive(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, 1, 32)
}

// Matches reports whether the password has this hash. An empty or foreign hash matches nothing and costs the same time.
func Matches(hash, password string) bool {
	parts := strings.Split(hash, "$")
	var salt []byte
	if len(parts) == 6 {
		salt, _ = base64.RawStdEncoding.DecodeString(parts[4]) // a broken salt cannot match below
	}
	if len(salt) == 0 {
		salt = make([]byte, 16)
	}
	got := encode(salt, derive(password, salt))
	return subtle.ConstantTimeCompare([]byte(got), []byte(hash)) == 1
}
