// Package seal keeps the keys of one installation and seals with them: denouncers and their letters under one key, other
// personal data under another (Tink AEAD, XAES-256-GCM), keyed hashes of tracking codes (HMAC-SHA-256), and the signatures
// of QR codes, receipts and daily roots (Ed25519).
//
// All keys live in one file. Rotating adds a key and keeps the old ones for reading; running processes take it up by
// themselves.
package seal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
)

// Which names one kind of key in the file.
type Which string

// The kinds of keys that can be rotated. The secret behind MAC and Derive cannot, for tracking codes come from it.
const (
	Personal Which = "personal" // seals contacts of ordinary cases, files
	Identity Which = "identity" // seals denouncers and their letters
	QR       Which = "qr"       // signs what counters' QR codes say
	Receipt  Which = "receipt"  // signs receipts and daily roots
)

// ErrSealed says that a sealed value cannot be opened: damaged, moved from its place, or sealed with a key not in the file.
var ErrSealed = errors.New("sealed value cannot be opened with these keys")

// Keys are the keys of one installation. They are safe for concurrent use.
type Keys struct {
	file   string
	pass   string
	ring   atomic.Pointer[ring]
	seen   atomic.Pointer[fs.FileInfo] // the file as last read
	change sync.Mutex                  // held while the file is read again or written
	macs   sync.Map                    // domain → *sync.Pool of *mac
}

// Box seals with one kind of key. Every sealed value begins with the id of its key.
type Box struct {
	keys  *Keys
	which Which
}

// Personal seals contacts of ordinary cases.
func (k *Keys) Personal() Box { return Box{k, Personal} }

// Identity seals denouncers and their letters.
func (k *Keys) Identity() Box { return Box{k, Identity} }

// Seal seals a value for its place: associated data that names the document and field, without which Open fails.
func (b Box) Seal(plain, place []byte) ([]byte, error) {
	sealed, err := b.keys.ring.Load().boxes[b.which].aead.Encrypt(plain, place)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", b.which, err)
	}
	return sealed, nil
}

// Open opens what Seal sealed for the same place, or says ErrSealed. When the key is not known and the file has changed, it
// is read again: another process may have rotated the keys.
func (b Box) Open(sealed, place []byte) ([]byte, error) {
	now := b.keys.ring.Load().boxes[b.which]
	if !now.ids[KeyID(sealed)] && b.keys.refresh() {
		now = b.keys.ring.Load().boxes[b.which]
	}
	plain, err := now.aead.Decrypt(sealed, place)
	if err != nil {
		return nil, ErrSealed // why is nobody's business: it could only help a forger
	}
	return plain, nil
}

// Primary returns the id of the key that Seal uses now.
func (b Box) Primary() uint32 { return b.keys.ring.Load().boxes[b.which].primary }

// Stale reports whether a value was sealed with another key than Seal uses now, and so is to be sealed again.
func (b Box) Stale(sealed []byte) bool { return KeyID(sealed) != b.Primary() }

// KeyID returns the id of the key a value was sealed with; 0, which no key has, when it cannot say.
func KeyID(sealed []byte) uint32 {
	if len(sealed) < 5 || sealed[0] != 1 { // Tink's prefix: the byte 1 and the id
		return 0
	}
	return binary.BigEndian.Uint32(sealed[1:])
}

// SealPersonal seals a value of an ordinary case for its place.
func (k *Keys) SealPersonal(plain []byte, place string) ([]byte, error) {
	return k.Personal().Seal(plain, []byte(place))
}

// OpenPersonal opens what SealPersonal sealed for the same place.
func (k *Keys) OpenPersonal(sealed []byte, place string) ([]byte, error) {
	return k.Personal().Open(sealed, []byte(place))
}

// SealIdentity seals what could name a denouncer for its place.
func (k *Keys) SealIdentity(plain []byte, place string) ([]byte, error) {
	return k.Identity().Seal(plain, []byte(place))
}

// OpenIdentity opens what SealIdentity sealed for the same place.
func (k *Keys) OpenIdentity(sealed []byte, place string) ([]byte, error) {
	return k.Identity().Open(sealed, []byte(place))
}
