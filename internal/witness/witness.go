// Package witness co-signs the signed roots of offices (nhân chứng): it remembers the last root it has seen of each, and signs only one that
// goes on from there. An office, or whoever took it over, cannot show the witness one past today and another tomorrow. It learns digests
// and numbers of cases, nothing of their content.
package witness

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"tiepdan/pkg/wholefile"
)

// Root is a root as its office signed it.
type Root struct {
	Text string `json:"text"`
	Sign []byte `json:"sign"` // a byte for the version of the key, then Ed25519's
}

// Sum is the digest by which the next root names this one.
func (r Root) Sum() [sha256.Size]byte { return sha256.Sum256([]byte(r.Text)) }

// Head is the last root that a witness has signed of an office.
type Head struct {
	Day string `json:"day"`
	Sum string `json:"sum"` // hexadecimal SHA-256 of its text
}

// Signed is a witness's word for a head.
type Signed struct {
	Head

	Sign []byte `json:"sign"`
}

// What stands before a signed text, so that a signature of one kind never passes for another.
const (
	rootContext = "tiepdan root\n"         // the office's
	headContext = "tiepdan witness\n"      // the witness's, under a head
	lastContext = "tiepdan witness last\n" // the witness's, to one question
)

func (h Head) signed() []byte { return []byte(headContext + h.Day + "\n" + h.Sum) }

// Holds reports whether the witness with that key signed the head.
func (s Signed) Holds(key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, s.signed(), s.Sign)
}

// Last is a witness's answer to one question: the head that it signed last, an empty one while that is none, signed together with what
// the question chose, so that no older answer passes for it.
type Last struct {
	Signed

	Now []byte `json:"now"`
}

func (l Last) answers(office ed25519.PublicKey, question string) []byte {
	return []byte(lastContext + WriteKey(office) + "\n" + question + "\n" + l.Day + "\n" + l.Sum)
}

// Holds reports whether the witness with that key gave the answer to this question.
func (l Last) Holds(key, office ed25519.PublicKey, question string) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, l.answers(office, question), l.Now) &&
		(l.Head == Head{} || l.Signed.Holds(key))
}

// The reasons why a witness does not sign.
var (
	ErrUnknown = errors.New("this witness does not know that office")
	ErrRoots   = errors.New("the roots are not signed by the office, or do not follow each other")
)

// ForkError says that the roots do not go on from the last one that the witness signed.
type ForkError struct{ Last Signed }

func (e *ForkError) Error() string {
	return "the witness signed another root of " + e.Last.Day + ": " + e.Last.Sum
}

// Witness keeps a key and the last head of each office in one file of a folder, which is its alone.
type Witness struct {
	path    string
	offices map[string][]ed25519.PublicKey
	mu      sync.Mutex
	kept    kept
}

// kept is what the file holds.
type kept struct {
	Seed  []byte            `json:"seed"`
	Heads map[string]Signed `json:"heads"` // by the office's name
}

// Open reads the folder's file, or makes it with a new key. Offices are known by name, each with its public keys.
func Open(folder string, offices map[string][]ed25519.PublicKey) (*Witness, error) {
	w := &Witness{path: filepath.Join(folder, "witness.json"), offices: offices}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("open witness: %w", err)
	}
	raw, err := os.ReadFile(w.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		w.kept = kept{Seed: make([]byte, ed25519.SeedSize), Heads: map[string]Signed{}}
		_, _ = rand.Read(w.kept.Seed) // never fails
		return w, w.keep(w.kept)
	case err != nil:
		return nil, fmt.Errorf("open witness: %w", err)
	}
	if err := json.Unmarshal(raw, &w.kept); err != nil || len(w.kept.Seed) != ed25519.SeedSize || w.kept.Heads == nil {
		return nil, fmt.Errorf("%s cannot be read: put it back from its copy; without it this witness knows no more what it signed", w.path)
	}
	return w, nil
}

// Key is the witness's public key.
func (w *Witness) Key() ed25519.PublicKey {
	return w.key().Public().(ed25519.PublicKey) //nolint:forcetypeassert // Ed25519's own type
}

func (w *Witness) key() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(w.kept.Seed) }

// Last answers what was signed last of the office that a public key belongs to; the question is any text of whoever asks.
func (w *Witness) Last(office ed25519.PublicKey, question string) (Last, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, keys := range w.offices {
		if slices.ContainsFunc(keys, func(k ed25519.PublicKey) bool { return k.Equal(office) }) {
			l := Last{Signed: w.kept.Heads[name]}
			l.Now = ed25519.Sign(w.key(), l.answers(office, question))
			return l, nil
		}
	}
	return Last{}, ErrUnknown
}

// Sign signs the last of some roots, the oldest first: each must be signed by the office and name the one before it, and the first must be
// the one that was signed last, or the one after it. Of an office that is new to the witness any is taken as its beginning. What is signed is on the
// disk before it is answered.
func (w *Witness) Sign(roots []Root) (Signed, error) {
	if len(roots) == 0 {
		return Signed{}, ErrRoots
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	name, keys, ok := w.officeOf(roots[0])
	if !ok {
		return Signed{}, ErrUnknown
	}
	last, known := w.kept.Heads[name]
	if sum := roots[0].Sum(); known && last.Sum != hex.EncodeToString(sum[:]) && last.Sum != field(roots[0].Text, "before") {
		return Signed{}, &ForkError{last}
	}
	day := ""
	for i, r := range roots {
		before := roots[max(0, i-1)].Sum()
		if !signedBy(keys, r) || field(r.Text, "root") <= day || i > 0 && field(r.Text, "before") != hex.EncodeToString(before[:]) {
			return Signed{}, ErrRoots
		}
		day = field(r.Text, "root")
	}
	sum := roots[len(roots)-1].Sum()
	s := Signed{Head: Head{Day: day, Sum: hex.EncodeToString(sum[:])}}
	switch {
	case known && last.Head == s.Head: // brought again
		return last, nil
	case known && last.Day > s.Day:
		return Signed{}, &ForkError{last}
	}
	s.Sign = ed25519.Sign(w.key(), s.signed())
	return s, w.note(name, s)
}

// officeOf finds the office that signed a root.
func (w *Witness) officeOf(r Root) (name string, keys []ed25519.PublicKey, ok bool) {
	for name, keys := range w.offices {
		if signedBy(keys, r) {
			return name, keys, true
		}
	}
	return "", nil, false
}

func signedBy(keys []ed25519.PublicKey, r Root) bool {
	for _, k := range keys {
		if len(r.Sign) == 1+ed25519.SignatureSize && ed25519.Verify(k, append([]byte(rootContext), r.Text...), r.Sign[1:]) {
			return true
		}
	}
	return false
}

// field reads a line of a root, without the name of its digest.
func field(text, name string) string {
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), name+": "); ok {
			return strings.TrimPrefix(v, "sha256:")
		}
	}
	return ""
}

// note keeps a head.
func (w *Witness) note(name string, s Signed) error {
	next := kept{Seed: w.kept.Seed, Heads: map[string]Signed{name: s}}
	for other, head := range w.kept.Heads {
		if other != name {
			next.Heads[other] = head
		}
	}
	if err := w.keep(next); err != nil {
		return err
	}
	w.kept = next
	return nil
}

// keep writes the file anew, on the disk when it returns.
func (w *Witness) keep(k kept) error {
	raw, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return fmt.Errorf("keep witness: %w", err)
	}
	if err := wholefile.Replace(w.path, append(raw, '\n')); err != nil {
		return fmt.Errorf("keep witness: %w", err)
	}
	return nil
}

// ReadKey reads a public key as Key is printed: base64 for addresses, without padding.
func ReadKey(text string) (ed25519.PublicKey, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != ed25519.PublicKeySize || bytes.Equal(raw, make([]byte, ed25519.PublicKeySize)) {
		return nil, errors.New("a public key is 43 letters, digits, - and _")
	}
	return raw, nil
}

// WriteKey is how ReadKey reads a key.
func WriteKey(key ed25519.PublicKey) string { return base64.RawURLEncoding.EncodeToString(key) }
