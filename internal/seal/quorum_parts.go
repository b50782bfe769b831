package seal

import (
	"crypto/hpke"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"

	"tiepdan/pkg/vntext"
)

// shares are numbers of this group's scalars: its arithmetic takes the same time for every secret.
var shares = group.Ristretto255 //nolint:gochecknoglobals // a constant of the library

const scalarSize = 32

func randomText() string { return rand.Text() }

// Enrol gives a person a key of his own behind the passphrase he chose.
func (q *Quorum) Enrol(person, passphrase string) error {
	own, err := kem().GenerateKey()
	if err != nil {
		return fmt.Errorf("make holder's key: %w", err)
	}
	seed, err := own.Bytes()
	if err != nil {
		return fmt.Errorf("make holder's key: %w", err)
	}
	defer clear(seed)
	h, err := q.lockHolder(person, passphrase, own.PublicKey().Bytes(), seed)
	if err != nil {
		return err
	}
	return q.rewrite(func(f *quorumFile) error {
		for _, k := range f.Keys {
			if k.Parts[person] != nil {
				return ErrEnrolled
			}
		}
		f.Holders[person] = h
		return nil
	})
}

// lockHolder wraps a holder's seed with his passphrase.
func (q *Quorum) lockHolder(person, passphrase string, public, seed []byte) (*holder, error) {
	passphrase = vntext.Line(passphrase)
	if utf8.RuneCountInString(passphrase) < LeastPassphrase {
		return nil, ErrShort
	}
	q.slow <- struct{}{}
	defer func() { <-q.slow }()
	l, err := lockRaw(seed, passphrase, string(about("holder", person, string(public))), q.kib)
	if err != nil {
		return nil, err
	}
	return &holder{Public: public, Locked: l}, nil
}

// unlock opens a holder's own key with his passphrase.
func (q *Quorum) unlock(person, passphrase string) (hpke.PrivateKey, []byte, error) {
	h := q.ring.Load().Holders[person]
	if h == nil {
		return nil, nil, ErrHolder
	}
	q.slow <- struct{}{}
	defer func() { <-q.slow }()
	seed, err := h.Locked.openRaw(vntext.Line(passphrase), string(about("holder", person, string(h.Public))))
	if err != nil {
		return nil, nil, err
	}
	own, err := kem().NewPrivateKey(seed)
	if err != nil {
		clear(seed)
		return nil, nil, fmt.Errorf("holder's key: %w", err)
	}
	return own, seed, nil
}

// Change gives a holder another passphrase; his parts stay as they are.
func (q *Quorum) Change(person, was, passphrase string) error {
	own, seed, err := q.unlock(person, was)
	if err != nil {
		return err
	}
	defer clear(seed)
	h, err := q.lockHolder(person, passphrase, own.PublicKey().Bytes(), seed)
	if err != nil {
		return err
	}
	return q.rewrite(func(f *quorumFile) error {
		if now := f.Holders[person]; now == nil || !samePublic(own.PublicKey(), now.Public) {
			return ErrHolder
		}
		f.Holders[person] = h
		return nil
	})
}

// part opens what a holder has of a key. The caller wipes it.
func (k *quorumKey) part(person string, own hpke.PrivateKey) ([]byte, error) {
	raw, err := hpke.Open(own, kdf(), aes(), about("part", k.id(), person), k.Parts[person])
	if err != nil || len(raw) != 2*scalarSize {
		return nil, ErrSealed
	}
	return raw, nil
}

// deal splits the secret of a key anew and seals a part to each person. What was dealt is tried before it counts.
func (f *quorumFile) deal(k *quorumKey, secret group.Scalar, need int, persons []string) error {
	if need < 2 || need > len(persons) || len(persons) > MaxHolders {
		return ErrNumbers
	}
	k.Need, k.Parts, k.Proved = need, map[string][]byte{}, nil
	raws := make([][]byte, 0, len(persons))
	for i, s := range secretsharing.New(rand.Reader, uint(need-1), secret).Share(uint(len(persons))) {
		h := f.Holders[persons[i]]
		if h == nil {
			return fmt.Errorf("%w: %s", ErrUnknown, persons[i])
		}
		raw, err := encodeShare(s)
		if err != nil {
			return err
		}
		defer clear(raw)
		to, err := kem().NewPublicKey(h.Public)
		if err != nil {
			return fmt.Errorf("holder %q: %w", persons[i], err)
		}
		if k.Parts[persons[i]], err = hpke.Seal(to, kdf(), aes(), about("part", k.id(), persons[i]), raw); err != nil {
			return fmt.Errorf("seal part: %w", err)
		}
		raws = append(raws, raw)
	}
	if len(k.Parts) != len(persons) {
		return ErrNumbers // somebody was named twice
	}
	for i := range raws { // every part is tried once with those beside it
		some := slices.Concat(raws[i:], raws[:i])[:need]
		if _, _, err := k.together(some); err != nil {
			return fmt.Errorf("parts do not fit: %w", err)
		}
	}
	return nil
}

func encodeShare(s secretsharing.Share) ([]byte, error) {
	id, err := s.ID.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("encode part: %w", err)
	}
	value, err := s.Value.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("encode part: %w", err)
	}
	defer clear(value)
	return append(id, value...), nil
}

func decodeShare(raw []byte) (secretsharing.Share, error) {
	s := secretsharing.Share{ID: shares.NewScalar(), Value: shares.NewScalar()}
	if len(raw) != 2*scalarSize {
		return s, ErrSealed
	}
	return s, errors.Join(s.ID.UnmarshalBinary(raw[:scalarSize]), s.Value.UnmarshalBinary(raw[scalarSize:]))
}

// together makes the key of enough different parts.
func (k *quorumKey) together(raws [][]byte) (hpke.PrivateKey, group.Scalar, error) {
	if len(raws) < k.Need {
		return nil, nil, ErrFew
	}
	parts := make([]secretsharing.Share, 0, k.Need)
	for _, raw := range raws[:k.Need] {
		s, err := decodeShare(raw)
		if err != nil {
			return nil, nil, ErrSealed
		}
		for _, p := range parts {
			if p.ID.IsEqual(s.ID) {
				return nil, nil, ErrFew // one part twice is one part
			}
		}
		parts = append(parts, s)
	}
	secret, err := secretsharing.Recover(uint(k.Need-1), parts)
	if err != nil {
		return nil, nil, ErrFew
	}
	key, err := keyOfSecret(secret)
	if err != nil {
		return nil, nil, err
	}
	if !samePublic(key.PublicKey(), k.Public) {
		return nil, nil, ErrSealed
	}
	return key, secret, nil
}

func keyOfSecret(secret group.Scalar) (hpke.PrivateKey, error) {
	raw, err := secret.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("quorum key: %w", err)
	}
	defer clear(raw)
	key, err := kem().DeriveKeyPair(raw)
	if err != nil {
		return nil, fmt.Errorf("quorum key: %w", err)
	}
	return key, nil
}

// Make makes the first key and deals its parts to persons who have chosen a passphrase.
func (q *Quorum) Make(need int, persons []string, now time.Time) error {
	return q.rewrite(func(f *quorumFile) error {
		if len(f.Keys) > 0 {
			return ErrExists
		}
		return f.newKey(need, persons, now)
	})
}

// newKey adds a key that seals from now on.
func (f *quorumFile) newKey(need int, persons []string, now time.Time) error {
	secret := shares.RandomNonZeroScalar(rand.Reader)
	key, err := keyOfSecret(secret)
	if err != nil {
		return err
	}
	k := &quorumKey{Public: key.PublicKey().Bytes(), Made: now.UTC().Truncate(time.Second)}
	if err := f.deal(k, secret, need, persons); err != nil {
		return err
	}
	f.Keys = append(f.Keys, k)
	return nil
}

// Renewal says how the parts of all keys are dealt anew.
type Renewal struct {
	Bring   map[string]string // passphrases of persons who hold parts now
	Need    int
	Persons []string // who holds parts from now on
	NewKey  bool     // also make a new key for what is sealed from now on
	Now     time.Time
}

// Renew deals new parts of every key to the persons, from the old parts of those who are here. Old parts open nothing any
// more but in an old copy of the file.
func (q *Quorum) Renew(r Renewal) error {
	own, wipe, err := q.unlockAll(r.Bring)
	if err != nil {
		return err
	}
	defer wipe()
	return q.rewrite(func(f *quorumFile) error {
		if len(f.Keys) == 0 {
			return ErrNoQuorum
		}
		held, err := f.dealAgain(own, r)
		if err != nil {
			return err
		}
		if r.NewKey {
			if err := f.newKey(r.Need, r.Persons, r.Now); err != nil {
				return err
			}
		}
		f.dropLeft(held)
		return nil
	})
}

// dealAgain deals new parts of every key and returns who held the old ones.
func (f *quorumFile) dealAgain(own map[string]hpke.PrivateKey, r Renewal) (map[string]bool, error) {
	held := map[string]bool{}
	for i, k := range f.Keys {
		for name := range k.Parts {
			held[name] = true
		}
		fresh := *k
		secret, err := k.gather(own)
		if err != nil {
			return nil, err
		}
		if err := f.deal(&fresh, secret, r.Need, r.Persons); err != nil {
			return nil, err
		}
		f.Keys[i] = &fresh
	}
	return held, nil
}

// unlockAll opens the own keys of those who are here; wipe forgets their seeds.
func (q *Quorum) unlockAll(bring map[string]string) (own map[string]hpke.PrivateKey, wipe func(), err error) {
	own = map[string]hpke.PrivateKey{}
	var seeds [][]byte
	wipe = func() {
		for _, s := range seeds {
			clear(s)
		}
	}
	for person, passphrase := range bring {
		key, seed, err := q.unlock(person, passphrase)
		if err != nil {
			wipe()
			return nil, nil, fmt.Errorf("%s: %w", person, err)
		}
		own[person], seeds = key, append(seeds, seed)
	}
	return own, wipe, nil
}

// gather opens the parts of those who are here and makes the secret of them.
func (k *quorumKey) gather(own map[string]hpke.PrivateKey) (group.Scalar, error) {
	var raws [][]byte
	for _, person := range slices.Sorted(maps.Keys(own)) {
		if k.Parts[person] == nil {
			continue
		}
		raw, err := k.part(person, own[person])
		if err != nil {
			return nil, err
		}
		defer clear(raw)
		raws = append(raws, raw)
	}
	_, secret, err := k.together(raws)
	if errors.Is(err, ErrFew) {
		return nil, ErrLostParts
	}
	return secret, err
}

// dropLeft forgets the keys of persons who held parts and hold none any more.
func (f *quorumFile) dropLeft(held map[string]bool) {
	maps.DeleteFunc(f.Holders, func(name string, _ *holder) bool {
		return held[name] && !slices.ContainsFunc(f.Keys, func(k *quorumKey) bool { return k.Parts[name] != nil })
	})
}

// Prove shows that a holder's passphrase still opens all his parts, and notes the day.
func (q *Quorum) Prove(person, passphrase string, now time.Time) error {
	own, seed, err := q.unlock(person, passphrase)
	if err != nil {
		return err
	}
	defer clear(seed)
	return q.rewrite(func(f *quorumFile) error {
		held := false
		for i, k := range f.Keys {
			if k.Parts[person] == nil {
				continue
			}
			raw, err := k.part(person, own)
			if err != nil {
				return err
			}
			clear(raw)
			fresh := *k
			fresh.Proved = maps.Clone(k.Proved)
			if fresh.Proved == nil {
				fresh.Proved = map[string]time.Time{}
			}
			fresh.Proved[person] = now.UTC().Truncate(time.Second)
			f.Keys[i], held = &fresh, true
		}
		if !held {
			return ErrHolder
		}
		return nil
	})
}

// ProveTogether shows that the parts of those who are here make every key, and writes nothing.
func (q *Quorum) ProveTogether(bring map[string]string) error {
	own, wipe, err := q.unlockAll(bring)
	if err != nil {
		return err
	}
	defer wipe()
	f := q.ring.Load()
	if len(f.Keys) == 0 {
		return ErrNoQuorum
	}
	for _, k := range f.Keys {
		if _, err := k.gather(own); err != nil {
			return err
		}
	}
	return nil
}
