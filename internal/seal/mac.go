package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"
)

// mac is one HMAC with room for its work, kept for reuse.
type mac struct {
	hash hash.Hash
	size [8]byte
	sum  [sha256.Size]byte
}

// MAC is HMAC-SHA-256 under a key of the domain's own. Every part goes in with its length, so no two lists of parts are
// alike. A domain is one of the program's constants, never something that came from outside: its key is remembered.
func (k *Keys) MAC(domain string, parts ...[]byte) [32]byte {
	pool := k.pool(domain)
	m, _ := pool.Get().(*mac)
	m.hash.Reset()
	for _, p := range parts {
		binary.BigEndian.PutUint64(m.size[:], uint64(len(p)))
		m.hash.Write(m.size[:])
		m.hash.Write(p)
	}
	m.hash.Sum(m.sum[:0])
	out := m.sum
	pool.Put(m)
	return out
}

func (k *Keys) pool(domain string) *sync.Pool {
	p, ok := k.macs.Load(domain)
	if !ok {
		key := derive(k.ring.Load().content.Secret, "mac "+domain)
		p, _ = k.macs.LoadOrStore(domain, &sync.Pool{New: func() any { return &mac{hash: hmac.New(sha256.New, key[:])} }})
	}
	return p.(*sync.Pool) //nolint:forcetypeassert // only pools are stored
}

// Derive returns a key for a use of its own, such as the sessions of staff. It stays the same as long as the installation
// lives.
func (k *Keys) Derive(use string) [32]byte { return derive(k.ring.Load().content.Secret, "key "+use) }

// derive is HKDF-SHA-256: who learns one key learns nothing of the secret or of another.
func derive(secret []byte, use string) (out [32]byte) {
	key, err := hkdf.Key(sha256.New, secret, nil, "tiepdan "+use, len(out))
	if err != nil {
		panic("seal: " + err.Error()) // only of a length beyond 8,160 bytes
	}
	copy(out[:], key)
	return out
}
