package seal

import (
	"bytes"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tiepdan/pkg/wholefile"
)

// What is wrong with a quorum, or with who asks it for something.
var (
	ErrNoQuorum  = errors.New("no quorum has been made")
	ErrHolder    = errors.New("this person holds no part of the key")
	ErrEnrolled  = errors.New("this person holds a part already; change the passphrase or renew the parts")
	ErrUnknown   = errors.New("this person has not chosen a passphrase yet")
	ErrFew       = errors.New("not enough parts")
	ErrNumbers   = errors.New("a quorum needs two persons at least, and all of them at most")
	ErrShort     = errors.New("passphrase is too short")
	ErrForeign   = errors.New("part belongs to another opening")
	ErrLostParts = errors.New("these persons cannot open an older key; let them come who hold its parts")
)

// MaxHolders bounds a quorum.
const MaxHolders = 16

// LeastPassphrase is how many characters a holder's passphrase has at least.
const LeastPassphrase = 16

// Quorum (nhóm giữ khóa danh tính) seals identities so that the server cannot open them: to a public key whose private half
// nobody keeps. It is split (Shamir) into parts, each sealed to its holder, who keeps it with a passphrase; any Need of
// them together open one identity. Sealing needs none of them.
//
// All of it lies in one file that tells no secret without the passphrases. The suite is HPKE (RFC 9180) with ML-KEM-768
// and X25519 together: identities lie for fifteen years.
type Quorum struct {
	file   string
	ring   atomic.Pointer[quorumRing]
	seen   atomic.Pointer[fs.FileInfo] // nil while there is no file
	change sync.Mutex                  // held while the file is read again or written
	slow   chan struct{}               // one passphrase at a time: each costs 64 MB for a moment
	kib    uint32                      // that memory
}

// quorumFile is what the file holds.
type quorumFile struct {
	Version int                `json:"version"`
	Holders map[string]*holder `json:"holders"` // by staff id
	Keys    []*quorumKey       `json:"keys"`    // the last one seals
}

// holder is a person with a key of his own, which only his passphrase opens.
type holder struct {
	Public []byte  `json:"public"`
	Locked *locked `json:"locked"`
}

// quorumKey is a public key and its parts.
type quorumKey struct {
	Public []byte               `json:"public"`
	Need   int                  `json:"need"`
	Made   time.Time            `json:"made"`
	Parts  map[string][]byte    `json:"parts"` // by holder, each sealed to him
	Proved map[string]time.Time `json:"proved,omitempty"`
}

// quorumRing is the file made ready. It never changes; a new one takes its place.
type quorumRing struct {
	quorumFile

	keys map[string]hpke.PublicKey // by id
}

func kem() hpke.KEM             { return hpke.MLKEM768X25519() }
func kdf() hpke.KDF             { return hpke.HKDFSHA256() }
func aes() hpke.AEAD            { return hpke.AES256GCM() }
func (k *quorumKey) id() string { return keyName(k.Public) }

const nameSize = 8

func keyName(public []byte) string {
	sum := sha256.Sum256(public)
	return string(sum[:nameSize])
}

// OpenQuorum reads the file; without one the quorum is empty, and enrolling the first person makes it.
func OpenQuorum(path string) (*Quorum, error) {
	q := &Quorum{file: path, slow: make(chan struct{}, 1), kib: memory}
	q.ring.Store(&quorumRing{quorumFile: quorumFile{Version: format}})
	q.change.Lock()
	defer q.change.Unlock()
	if err := q.load(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return q, nil
}

// On reports whether there is a key that seals.
func (q *Quorum) On() bool { return len(q.ring.Load().Keys) > 0 }

// Names lists the keys by their fingerprints, to be noted beside the data: a file that lacks one is not the right one.
func (q *Quorum) Names() []string {
	var out []string
	for _, k := range q.ring.Load().Keys {
		out = append(out, hex.EncodeToString([]byte(k.id())))
	}
	return out
}

// Check compares the file with names noted before: ErrOlder when it lacks one of them.
func (q *Quorum) Check(names []string) error {
	have := q.Names()
	for _, n := range names {
		if n != "" && !slices.Contains(have, n) {
			return fmt.Errorf("quorum file %s: %w: %s", q.file, ErrOlder, n)
		}
	}
	return nil
}

// Renewed takes up what another process did to the file, and reports whether there was anything.
func (q *Quorum) Renewed() bool {
	was := q.seen.Load()
	info, err := os.Stat(q.file)
	if err != nil || was != nil && os.SameFile(*was, info) && (*was).ModTime().Equal(info.ModTime()) && (*was).Size() == info.Size() {
		return false
	}
	q.change.Lock()
	defer q.change.Unlock()
	return q.load() == nil
}

func (q *Quorum) load() error {
	raw, info, err := read(q.file)
	if err != nil {
		return err
	}
	q.seen.Store(&info)
	r, err := parseQuorum(raw)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", q.file, ErrDamaged, err)
	}
	q.ring.Store(r)
	return nil
}

// parseQuorum checks everything the file says, so that nothing else has to.
func parseQuorum(raw []byte) (*quorumRing, error) {
	r := &quorumRing{keys: map[string]hpke.PublicKey{}}
	if err := json.Unmarshal(raw, &r.quorumFile); err != nil {
		return nil, err
	}
	if r.Version != format {
		return nil, fmt.Errorf("version %d is not known", r.Version)
	}
	for name, h := range r.Holders {
		if err := h.check(); err != nil {
			return nil, fmt.Errorf("holder %q: %w", name, err)
		}
	}
	for _, k := range r.Keys {
		if err := k.check(r.Holders); err != nil {
			return nil, fmt.Errorf("key: %w", err)
		}
		public, err := kem().NewPublicKey(k.Public)
		if err != nil {
			return nil, fmt.Errorf("key: %w", err)
		}
		r.keys[k.id()] = public
	}
	return r, nil
}

func (h *holder) check() error {
	if h == nil || h.Locked == nil || !h.Locked.bounded() || len(h.Locked.Salt) != saltSize {
		return errors.New("incomplete")
	}
	_, err := kem().NewPublicKey(h.Public)
	return err
}

func (k *quorumKey) check(holders map[string]*holder) error {
	if k == nil || k.Need < 2 || k.Need > len(k.Parts) || len(k.Parts) > MaxHolders {
		return ErrNumbers
	}
	for name := range k.Parts {
		if holders[name] == nil {
			return fmt.Errorf("part of %q, who is not there", name)
		}
	}
	return nil
}

// rewrite changes the file as it is now, one process at a time.
func (q *Quorum) rewrite(change func(f *quorumFile) error) error {
	q.change.Lock()
	defer q.change.Unlock()
	if err := os.MkdirAll(filepath.Dir(q.file), 0o700); err != nil {
		return fmt.Errorf("create folder of the quorum: %w", err)
	}
	unlock, err := lockFile(q.file)
	if err != nil {
		return err
	}
	defer unlock()
	if err := q.load(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f := q.ring.Load().quorumFile
	f.Holders, f.Keys = maps.Clone(f.Holders), slices.Clone(f.Keys)
	if f.Holders == nil {
		f.Holders = map[string]*holder{}
	}
	if err := change(&f); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("encode quorum: %w", err)
	}
	if _, err := parseQuorum(raw); err != nil {
		return fmt.Errorf("check quorum: %w", err)
	}
	if err := wholefile.Replace(q.file, append(raw, '\n')); err != nil {
		return fmt.Errorf("write quorum: %w", err)
	}
	return q.load()
}

// quorumMark begins what a quorum sealed; Tink's values begin with 1.
const quorumMark = 'q'

// ByQuorum reports whether a value was sealed so that only a quorum opens it.
func ByQuorum(sealed []byte) bool { return len(sealed) > 1+nameSize && sealed[0] == quorumMark }

// Seal seals an identity for its place. Nobody's part is needed.
func (q *Quorum) Seal(plain []byte, place string) ([]byte, error) {
	r := q.ring.Load()
	if len(r.Keys) == 0 {
		return nil, ErrNoQuorum
	}
	id := r.Keys[len(r.Keys)-1].id()
	box, err := hpke.Seal(r.keys[id], kdf(), aes(), about("identity", id, place), plain)
	if err != nil {
		return nil, fmt.Errorf("seal for the quorum: %w", err)
	}
	return slices.Concat([]byte{quorumMark}, []byte(id), box), nil
}

// about binds a sealed value to its purpose and place, each part with its length.
func about(parts ...string) []byte {
	b := []byte("tiepdan quorum\n")
	for _, p := range parts {
		b = append(binary.BigEndian.AppendUint64(b, uint64(len(p))), p...)
	}
	return b
}

// Holders says how many parts open a sealed value, and who has one.
func (q *Quorum) Holders(sealed []byte) (need int, persons []string, err error) {
	k, err := q.keyOf(sealed)
	if err != nil {
		return 0, nil, err
	}
	return k.Need, slices.Sorted(maps.Keys(k.Parts)), nil
}

// keyOf finds the key a value was sealed to; another process may have made it.
func (q *Quorum) keyOf(sealed []byte) (*quorumKey, error) {
	if !ByQuorum(sealed) {
		return nil, ErrSealed
	}
	id := string(sealed[1 : 1+nameSize])
	for range 2 {
		for _, k := range q.ring.Load().Keys {
			if k.id() == id {
				return k, nil
			}
		}
		if !q.Renewed() {
			break
		}
	}
	return nil, ErrSealed
}

// QuorumStatus is what may be told of one key.
type QuorumStatus struct {
	Key     string // its fingerprint
	Need    int
	Made    time.Time
	Persons []string
	Proved  map[string]time.Time // when each person last showed that his part is whole
}

// Status lists the keys, the newest first, and everybody who has chosen a passphrase.
func (q *Quorum) Status() (keys []QuorumStatus, enrolled []string) {
	r := q.ring.Load()
	for _, k := range slices.Backward(r.Keys) {
		keys = append(keys, QuorumStatus{
			Key: hex.EncodeToString([]byte(k.id())), Need: k.Need, Made: k.Made, Persons: slices.Sorted(maps.Keys(k.Parts)), Proved: k.Proved,
		})
	}
	return keys, slices.Sorted(maps.Keys(r.Holders))
}

// NewPassphrase makes one that nobody guesses: 130 bits in groups of letters and digits.
func NewPassphrase() string {
	raw := strings.ToLower(randomText())
	var groups []string
	for c := range slices.Chunk([]byte(raw), 5) {
		groups = append(groups, string(c))
	}
	return strings.Join(groups, "-")
}

func samePublic(a hpke.PublicKey, b []byte) bool { return bytes.Equal(a.Bytes(), b) }
