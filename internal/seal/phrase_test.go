package seal_test

import (
	"context"
	"testing"

	"tiepdan/internal/seal"
)

func TestAPhraseMatchesItsOwnHashOnly(t *testing.T) {
	p := seal.NewPhrases()
	hash, err := p.Hash(t.Context(), "bông lúa vàng")
	if err != nil {
		t.Fatal(err)
	}
	if other, err := p.Hash(t.Context(), "bông lúa vàng"); err != nil || other == hash {
		t.Errorf("two hashes are the same: %v", err)
	}
	for _, c := range []struct {
		hash, phrase string
		is           bool
	}{{hash, "bông lúa vàng", true}, {hash, "bông lúa", false}, {"", "", false}, {"$argon2id$$$$", "x", false}} {
		if got, err := p.Is(t.Context(), c.hash, c.phrase); got != c.is || err != nil {
			t.Errorf("%q against %q: %v, %v", c.phrase, c.hash, got, err)
		}
	}
}

func TestHashingWaitsNoLongerThanItsRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := seal.Phrases{} // nobody ever has a turn
	if _, err := p.Hash(ctx, "x"); err == nil {
		t.Error("a request that ended was hashed")
	}
}
