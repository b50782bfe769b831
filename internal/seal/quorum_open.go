package seal

import (
	"crypto/hpke"
	"fmt"
)

// Opening is one opening of one identity, by somebody who keeps its secret half: parts that are brought are sealed to its
// public half, for it alone.
type Opening struct {
	ID     string // of the access
	Place  string // what the identity was sealed for
	Sealed []byte // the identity
	Public []byte
}

// Begin makes the two halves of an opening's key. The secret one is to be kept by whoever asked and nowhere else.
func (*Quorum) Begin() (public, secret []byte, err error) {
	k, err := kem().GenerateKey()
	if err != nil {
		return nil, nil, fmt.Errorf("begin opening: %w", err)
	}
	if secret, err = k.Bytes(); err != nil {
		return nil, nil, fmt.Errorf("begin opening: %w", err)
	}
	return k.PublicKey().Bytes(), secret, nil
}

// Bring opens a holder's part with his passphrase and seals it at once for the opening: ErrPassphrase when it is a wrong one,
// ErrHolder when he has no part of the key this identity was sealed to.
func (q *Quorum) Bring(o Opening, person, passphrase string) ([]byte, error) {
	k, err := q.keyOf(o.Sealed)
	if err != nil {
		return nil, err
	}
	if k.Parts[person] == nil {
		return nil, ErrHolder
	}
	to, err := kem().NewPublicKey(o.Public)
	if err != nil {
		return nil, fmt.Errorf("opening's key: %w", err)
	}
	own, seed, err := q.unlock(person, passphrase)
	if err != nil {
		return nil, err
	}
	defer clear(seed)
	raw, err := k.part(person, own)
	if err != nil {
		return nil, err
	}
	defer clear(raw)
	box, err := hpke.Seal(to, kdf(), aes(), about("brought", o.ID, o.Place, k.id(), person), raw)
	if err != nil {
		return nil, fmt.Errorf("bring part: %w", err)
	}
	return box, nil
}

// Open opens the one identity with the parts brought for it, by person, and the opening's secret half. ErrFew when they are
// not enough, ErrForeign when one was brought for something else or the secret is another's.
func (q *Quorum) Open(o Opening, secret []byte, brought map[string][]byte) ([]byte, error) {
	k, err := q.keyOf(o.Sealed)
	if err != nil {
		return nil, err
	}
	mine, err := kem().NewPrivateKey(secret)
	if err != nil {
		return nil, ErrForeign
	}
	var raws [][]byte
	for person, box := range brought {
		raw, err := hpke.Open(mine, kdf(), aes(), about("brought", o.ID, o.Place, k.id(), person), box)
		if err != nil {
			return nil, ErrForeign
		}
		defer clear(raw)
		raws = append(raws, raw)
	}
	key, _, err := k.together(raws)
	if err != nil {
		return nil, err
	}
	plain, err := hpke.Open(key, kdf(), aes(), about("identity", k.id(), o.Place), o.Sealed[1+nameSize:])
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}
