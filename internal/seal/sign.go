package seal

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// SignatureSize is the length of a signature: one byte for the version of the key, the others Ed25519's.
const SignatureSize = 1 + ed25519.SignatureSize

// What stands before a signed text, so that a signature of one kind never passes for another. Whoever checks a signature
// with other tools puts it there too.
const (
	qrContext      = "tiepdan qr\n"
	receiptContext = "tiepdan receipt\n"
	rootContext    = "tiepdan root\n"
)

// SignQR signs what a counter's QR code says.
func (k *Keys) SignQR(text []byte) []byte { return k.sign(QR, qrContext, text) }

// VerifyQR reports whether SignQR signed the text, now or before a rotation.
func (k *Keys) VerifyQR(text, signature []byte) bool { return k.verify(QR, qrContext, text, signature) }

// SignReceipt signs a receipt, so that anybody can prove later that this service gave it.
func (k *Keys) SignReceipt(text []byte) []byte { return k.sign(Receipt, receiptContext, text) }

// VerifyReceipt reports whether SignReceipt signed the text, now or before a rotation.
func (k *Keys) VerifyReceipt(text, signature []byte) bool {
	return k.verify(Receipt, receiptContext, text, signature)
}

// SignRoot signs the root of a day's histories with the key of receipts.
func (k *Keys) SignRoot(text []byte) []byte { return k.sign(Receipt, rootContext, text) }

// VerifyRoot reports whether SignRoot signed the text, now or before a rotation.
func (k *Keys) VerifyRoot(text, signature []byte) bool {
	return k.verify(Receipt, rootContext, text, signature)
}

// RootKeys are the public keys that SignRoot signed with, the newest first.
func (k *Keys) RootKeys() (keys []ed25519.PublicKey) {
	for _, s := range slices.Backward(k.ring.Load().signers[Receipt]) {
		keys = append(keys, public(s))
	}
	return keys
}

func (k *Keys) sign(w Which, context string, text []byte) []byte {
	signers := k.ring.Load().signers[w]
	version := len(signers)
	out := make([]byte, 1, SignatureSize)
	out[0] = byte(version) //nolint:gosec // at most maxSigners
	return append(out, ed25519.Sign(signers[version-1], signed(context, text))...)
}

func (k *Keys) verify(w Which, context string, text, signature []byte) bool {
	if len(signature) != SignatureSize || signature[0] == 0 {
		return false
	}
	version := int(signature[0])
	signers := k.ring.Load().signers[w]
	if version > len(signers) && k.refresh() {
		signers = k.ring.Load().signers[w]
	}
	return version <= len(signers) && ed25519.Verify(public(signers[version-1]), signed(context, text), signature[1:])
}

func signed(context string, text []byte) []byte {
	return append([]byte(context), text...)
}

func public(k ed25519.PrivateKey) ed25519.PublicKey {
	return k.Public().(ed25519.PublicKey) //nolint:forcetypeassert // Ed25519's own type
}

// jwk is a public key of RFC 8037.
type jwk struct {
	Type  string `json:"kty"`
	Curve string `json:"crv"`
	X     string `json:"x"`
	ID    string `json:"kid"` // qr-1: the kind and the version
	Use   string `json:"use"`
	Alg   string `json:"alg"`
}

// PublicKeys writes the keys that others check signatures with as a JSON Web Key Set, old versions too.
func (k *Keys) PublicKeys() ([]byte, error) {
	set := struct {
		Keys []jwk `json:"keys"`
	}{}
	signers := k.ring.Load().signers
	for _, w := range slices.Sorted(maps.Keys(signers)) {
		for i, s := range signers[w] {
			set.Keys = append(set.Keys, jwk{
				Type: "OKP", Curve: "Ed25519", X: base64.RawURLEncoding.EncodeToString(public(s)),
				ID: fmt.Sprintf("%s-%d", w, i+1), Use: "sig", Alg: "EdDSA",
			})
		}
	}
	raw, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("encode public keys: %w", err)
	}
	return raw, nil
}
