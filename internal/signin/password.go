package signin

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"
)

// The cost of a password check: 19 MiB and two passes, OWASP's recommendation for argon2id.
const (
	argonMemory = 19 * 1024
	argonTime   = 2
)

// hashing bounds how many checks run at once, so that a flood of sign-ins costs waiting, not memory.
var hashing = make(chan struct{}, 2)

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
	hashing <- struct{}{}
	defer func() { <-hashing }()
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

// attempts counts failures in memory: each instance for itself, bounded in size.
type attempts struct {
	mu   sync.Mutex
	seen map[string]failures
}

type failures struct {
	n     int
	since time.Time
}

const (
	maxByName  = 10               // failures of one username …
	maxByFrom  = 50               // … or from one address (a whole office may share one) …
	attemptAge = 15 * time.Minute // … within this time
	maxSeen    = 100_000
	maxName    = 64 // bytes of a username that count
)

// take counts an attempt before it is checked, so that many at once get no further than as many in turn. It reports false,
// and counts nothing, when there were too many.
func (a *attempts) take(now time.Time, keys []string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, limit := range []int{maxByName, maxByFrom} {
		if a.count(now, keys[i]) >= limit {
			return false
		}
	}
	if a.seen == nil || len(a.seen) > maxSeen {
		a.seen = map[string]failures{}
	}
	for _, key := range keys {
		f := a.seen[key]
		if f.n == 0 {
			f.since = now
		}
		f.n++
		a.seen[key] = f
	}
	return true
}

// give takes an attempt back that was no failure.
func (a *attempts) give(keys []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, key := range keys {
		f := a.seen[key]
		if f.n--; f.n <= 0 {
			delete(a.seen, key)
			continue
		}
		a.seen[key] = f
	}
}

func (a *attempts) count(now time.Time, key string) int {
	f := a.seen[key]
	if now.Sub(f.since) > attemptAge {
		delete(a.seen, key)
		return 0
	}
	return f.n
}

// countedBy is what an attempt is counted by: name and address. A name is cut, so that nobody fills the memory with long ones.
func countedBy(in In) []string {
	return []string{"n:" + in.Username[:min(len(in.Username), maxName)], "f:" + in.From}
}
