package webpush

import "crypto/ecdh"

// Seal seals with a given key and salt, as the example of RFC 8291 does.
func (sub Subscription) Seal(text []byte, pad int, own *ecdh.PrivateKey, salt []byte) ([]byte, error) {
	return sub.seal(text, pad, own, salt)
}
