package seal

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

const (
	format     = 1
	secretSize = 32
	maxSigners = 255 // a signature says its key's version in one byte
)

// content is what the key file holds.
type content struct {
	Version int                       `json:"version"`
	Sealing map[Which]json.RawMessage `json:"sealing,omitempty"` // Tink keysets
	Signing map[Which][][]byte        `json:"signing,omitempty"` // Ed25519 seeds; the n-th is version n, the last one signs
	Secret  []byte                    `json:"secret,omitempty"`  // behind MAC and Derive
	Locked  *locked                   `json:"locked,omitempty"`  // all of the above, when a passphrase is set
}

// ring is the content made ready. It never changes; a new one takes its place.
type ring struct {
	content content
	locked  bool // whether the file is encrypted
	boxes   map[Which]box
	signers map[Which][]ed25519.PrivateKey
	prints  []string
}

type box struct {
	handle  *keyset.Handle
	aead    tink.AEAD
	primary uint32
	ids     map[uint32]bool
}

// generate makes fresh keys.
func generate() (content, error) {
	c := content{Version: format, Sealing: map[Which]json.RawMessage{}, Signing: map[Which][][]byte{}, Secret: random(secretSize)}
	for _, w := range []Which{Personal, Identity} {
		h, err := keyset.NewHandle(template())
		if err != nil {
			return c, fmt.Errorf("make key %s: %w", w, err)
		}
		if c.Sealing[w], err = encode(h); err != nil {
			return c, err
		}
	}
	for _, w := range []Which{QR, Receipt} {
		c.Signing[w] = [][]byte{random(ed25519.SeedSize)}
	}
	return c, nil
}

// template is AES-256-GCM with a nonce of 192 random bits, so that no number of messages makes two alike.
var template = aead.XAES256GCM192BitNonceKeyTemplate

// added returns the content with one more key of a kind, the one to be used from now on.
func (c content) added(w Which) (content, error) {
	switch w {
	case Personal, Identity:
		b, err := open(c.Sealing[w])
		if err != nil {
			return c, err
		}
		c.Sealing = maps.Clone(c.Sealing)
		c.Sealing[w], err = moreKeys(b.handle)
		return c, err
	case QR, Receipt:
		if len(c.Signing[w]) == maxSigners {
			return c, errors.New("no version is left")
		}
		c.Signing = maps.Clone(c.Signing)
		c.Signing[w] = append(slices.Clone(c.Signing[w]), random(ed25519.SeedSize))
		return c, nil
	default:
		return c, errors.New("no such key")
	}
}

func moreKeys(h *keyset.Handle) (json.RawMessage, error) {
	m := keyset.NewManagerFromHandle(h)
	id, err := m.Add(template())
	if err != nil {
		return nil, fmt.Errorf("add key: %w", err)
	}
	if err := m.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("use new key: %w", err)
	}
	if h, err = m.Handle(); err != nil {
		return nil, fmt.Errorf("add key: %w", err)
	}
	return encode(h)
}

func encode(h *keyset.Handle) (json.RawMessage, error) {
	var buf bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&buf)); err != nil {
		return nil, fmt.Errorf("encode keyset: %w", err)
	}
	return buf.Bytes(), nil
}

func open(raw []byte) (box, error) {
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return box{}, fmt.Errorf("decode keyset: %w", err)
	}
	a, err := aead.New(h)
	if err != nil {
		return box{}, fmt.Errorf("decode keyset: %w", err)
	}
	info := h.KeysetInfo()
	b := box{handle: h, aead: a, primary: info.GetPrimaryKeyId(), ids: map[uint32]bool{}}
	for _, i := range info.GetKeyInfo() {
		b.ids[i.GetKeyId()] = true
	}
	return b, nil
}

// newRing checks the content and makes it ready.
func newRing(c content) (*ring, error) {
	if c.Version != format {
		return nil, fmt.Errorf("version %d is not known", c.Version)
	}
	if len(c.Secret) != secretSize {
		return nil, errors.New("secret has a wrong length")
	}
	r := &ring{content: c, boxes: map[Which]box{}, signers: map[Which][]ed25519.PrivateKey{}}
	for _, w := range []Which{Personal, Identity} {
		b, err := open(c.Sealing[w])
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", w, err)
		}
		r.boxes[w] = b
	}
	for _, w := range []Which{QR, Receipt} {
		if n := len(c.Signing[w]); n == 0 || n > maxSigners {
			return nil, fmt.Errorf("key %s: %d versions", w, n)
		}
		for _, seed := range c.Signing[w] {
			if len(seed) != ed25519.SeedSize {
				return nil, fmt.Errorf("key %s has a wrong length", w)
			}
			r.signers[w] = append(r.signers[w], ed25519.NewKeyFromSeed(seed))
		}
	}
	r.prints = r.fingerprints()
	return r, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b
}
