// Package seal keeps the keys and seals with them: identities and letters of denunciations under one key, other personal
// data under another (Tink AEAD, AES-256-GCM), keyed hashes of tracking codes, and the signatures of receipts and daily
// roots.
package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Which names a sealing key.
type Which string

// The sealing keys.
const (
	Personal Which = "personal" // contacts of ordinary cases, files
	Identity Which = "identity" // denouncers and their letters
)

// ErrSealed says that a sealed value cannot be opened: damaged, moved from its place, or sealed with a key not in the file.
var ErrSealed = errors.New("sealed value cannot be opened with these keys")

// Keys are the keys of one installation. They are safe for concurrent use.
type Keys struct {
	file     string
	pass     string
	mu       sync.RWMutex
	content  content
	boxes    map[Which]box
	macs     sync.Map // domain → *sync.Pool of hash.Hash
	receipts ed25519.PrivateKey
}

type box struct {
	handle *keyset.Handle
	aead   tink.AEAD
}

// generate makes fresh keys.
func generate() (content, error) {
	c := content{Version: 1, Keysets: map[Which]string{}}
	for _, w := range []Which{Personal, Identity} {
		h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
		if err != nil {
			return c, fmt.Errorf("make key %s: %w", w, err)
		}
		if c.Keysets[w], err = encodeHandle(h); err != nil {
			return c, err
		}
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails since Go 1.24
	c.Secret = hex.EncodeToString(secret)
	seed := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(seed)
	c.Receipts = hex.EncodeToString(seed)
	return c, nil
}

func encodeHandle(h *keyset.Handle) (string, error) {
	var buf bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&buf)); err != nil {
		return "", fmt.Errorf("encode keyset: %w", err)
	}
	return buf.String(), nil
}

func decodeHandle(s string) (box, error) {
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader([]byte(s))))
	if err != nil {
		return box{}, fmt.Errorf("decode keyset: %w", err)
	}
	a, err := aead.New(h)
	if err != nil {
		return box{}, fmt.Errorf("decode keyset: %w", err)
	}
	return box{handle: h, aead: a}, nil
}

// use makes the keys of the content ready.
func (k *Keys) use(c content) error {
	boxes := map[Which]box{}
	for _, w := range []Which{Personal, Identity} {
		b, err := decodeHandle(c.Keysets[w])
		if err != nil {
			return fmt.Errorf("key %s: %w", w, err)
		}
		boxes[w] = b
	}
	seed, err := hex.DecodeString(c.Receipts)
	if err != nil || len(seed) != ed25519.SeedSize {
		return errors.New("receipt key is damaged")
	}
	secret, err := hex.DecodeString(c.Secret)
	if err != nil || len(secret) != 32 {
		return errors.New("secret is damaged")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.content, k.boxes, k.receipts = c, boxes, ed25519.NewKeyFromSeed(seed)
	return nil
}

func (k *Keys) box(w Which) box {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.boxes[w]
}

// Seal seals a value for its place: a text that names the document and field.
func (k *Keys) Seal(w Which, plain []byte, place string) ([]byte, error) {
	sealed, err := k.box(w).aead.Encrypt(plain, []byte(place))
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", w, err)
	}
	return sealed, nil
}

// Open opens what Seal sealed for the same place. When the key is not known, the file is read again once: another process
// may have rotated the keys.
func (k *Keys) Open(w Which, sealed []byte, place string) ([]byte, error) {
	plain, err := k.box(w).aead.Decrypt(sealed, []byte(place))
	if err == nil {
		return plain, nil
	}
	if !k.knows(w, sealed) && k.Reload() == nil {
		if plain, err = k.box(w).aead.Decrypt(sealed, []byte(place)); err == nil {
			return plain, nil
		}
	}
	return nil, ErrSealed
}

// KeyID returns the id of the key a value was sealed with; 0 when it is too short to say.
func KeyID(sealed []byte) uint32 {
	if len(sealed) < 5 {
		return 0
	}
	return binary.BigEndian.Uint32(sealed[1:5])
}

// Primary returns the id of the key that Seal uses.
func (k *Keys) Primary(w Which) uint32 { return k.box(w).handle.KeysetInfo().GetPrimaryKeyId() }

func (k *Keys) knows(w Which, sealed []byte) bool {
	id := KeyID(sealed)
	for _, i := range k.box(w).handle.KeysetInfo().GetKeyInfo() {
		if i.GetKeyId() == id {
			return true
		}
	}
	return false
}

// SealPersonal, OpenPersonal, SealIdentity and OpenIdentity name the key.

// SealPersonal seals with the personal key.
func (k *Keys) SealPersonal(plain []byte, place string) ([]byte, error) {
	return k.Seal(Personal, plain, place)
}

// OpenPersonal opens with the personal key.
func (k *Keys) OpenPersonal(sealed []byte, place string) ([]byte, error) {
	return k.Open(Personal, sealed, place)
}

// SealIdentity seals with the identity key.
func (k *Keys) SealIdentity(plain []byte, place string) ([]byte, error) {
	return k.Seal(Identity, plain, place)
}

// OpenIdentity opens with the identity key.
func (k *Keys) OpenIdentity(sealed []byte, place string) ([]byte, error) {
	return k.Open(Identity, sealed, place)
}

// MAC is HMAC-SHA-256 under a key of the domain's own (HKDF from the secret). Every part goes in with its length, so no two
// lists of parts are alike.
func (k *Keys) MAC(domain string, parts ...[]byte) (out [32]byte) {
	pool := k.pool(domain)
	h, _ := pool.Get().(hash.Hash)
	h.Reset()
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write(p)
	}
	h.Sum(out[:0])
	pool.Put(h)
	return out
}

func (k *Keys) pool(domain string) *sync.Pool {
	if p, ok := k.macs.Load(domain); ok {
		return p.(*sync.Pool) //nolint:forcetypeassert // only pools are stored
	}
	k.mu.RLock()
	secret, _ := hex.DecodeString(k.content.Secret) // checked by use
	k.mu.RUnlock()
	key, err := hkdf.Key(sha256.New, secret, nil, "tiepdan mac "+domain, 32)
	if err != nil {
		panic("seal: " + err.Error()) // only an absurd length fails
	}
	p, _ := k.macs.LoadOrStore(domain, &sync.Pool{New: func() any { return hmac.New(sha256.New, key) }})
	return p.(*sync.Pool) //nolint:forcetypeassert // only pools are stored
}

// Sign signs a text with Ed25519, so that anybody can prove later that this service said it.
func (k *Keys) Sign(text []byte) []byte {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return ed25519.Sign(k.receipts, text)
}

// Verify reports whether this service signed the text.
func (k *Keys) Verify(text, signature []byte) bool {
	return ed25519.Verify(k.PublicKey(), text, signature)
}

// PublicKey is what others check signatures with.
func (k *Keys) PublicKey() ed25519.PublicKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.receipts.Public().(ed25519.PublicKey) //nolint:forcetypeassert // Ed25519's own type
}

// Fingerprint names the secret without telling it. It is kept beside the data, so that a wrong key file is noticed when the
// program starts and not when a citizen asks.
func (k *Keys) Fingerprint() string {
	sum := k.MAC("fingerprint")
	return hex.EncodeToString(sum[:8])
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b
}
