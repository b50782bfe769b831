package seal

import (
	"context"

	"tiepdan/pkg/phrase"
)

// Phrases hashes the passphrases of citizens, a few at a time.
type Phrases struct{ turns chan struct{} }

// NewPhrases lets two be hashed at a time: a flood of them costs waiting, not memory.
func NewPhrases() Phrases { return Phrases{make(chan struct{}, 2)} }

// Hash returns the phrase's hash with a fresh salt, or the error of a ctx that ends while others are hashed.
func (p Phrases) Hash(ctx context.Context, said string) (hash string, err error) {
	err = p.turn(ctx, func() { hash = phrase.Hash(said) })
	return hash, err
}

// Is reports whether the phrase has this hash. An empty or foreign hash is that of nothing and costs the same time.
func (p Phrases) Is(ctx context.Context, hash, said string) (is bool, err error) {
	err = p.turn(ctx, func() { is = phrase.Matches(hash, said) })
	return is, err
}

// turn waits for a turn and uses it.
func (p Phrases) turn(ctx context.Context, use func()) error {
	select {
	case p.turns <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.turns }()
	use()
	return nil
}
