package seal_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tiepdan/internal/seal"
)

// keys makes the keys of a new installation.
func keys(tb testing.TB) (k *seal.Keys, path string) {
	tb.Helper()
	path = filepath.Join(tb.TempDir(), "keys.json")
	k, err := seal.Create(path, "")
	if err != nil {
		tb.Fatal(err)
	}
	return k, path
}

// again opens a key file as another process does.
func again(t *testing.T, path string) *seal.Keys {
	t.Helper()
	k, err := seal.Open(path, "", false)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sealed(tb testing.TB, b seal.Box, plain, place string) []byte {
	tb.Helper()
	out, err := b.Seal([]byte(plain), []byte(place))
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// mustOpen fails unless the box opens the value to the text.
func mustOpen(t *testing.T, b seal.Box, value []byte, place, want string) {
	t.Helper()
	if got, err := b.Open(value, []byte(place)); err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// mustNotOpen fails when the box opens the value.
func mustNotOpen(t *testing.T, b seal.Box, value []byte, place string) {
	t.Helper()
	if got, err := b.Open(value, []byte(place)); !errors.Is(err, seal.ErrSealed) || got != nil {
		t.Errorf("%x at %s: got %q, %v", value, place, got, err)
	}
}

func TestSealedValueOpensAtItsPlaceAndWithItsKeyOnly(t *testing.T) {
	k, path := keys(t)
	v := sealed(t, k.Identity(), "Nguyễn Văn An", "case-1/identity")
	mustOpen(t, k.Identity(), v, "case-1/identity", "Nguyễn Văn An")
	mustOpen(t, again(t, path).Identity(), v, "case-1/identity", "Nguyễn Văn An")
	mustNotOpen(t, k.Identity(), v, "case-2/identity")
	mustNotOpen(t, k.Identity(), v, "case-1/contact")
	mustNotOpen(t, k.Identity(), v, "")
	mustNotOpen(t, k.Personal(), v, "case-1/identity")
	stranger, _ := keys(t)
	mustNotOpen(t, stranger.Identity(), v, "case-1/identity")
	if bytes.Contains(v, []byte("Nguyễn")) {
		t.Error("the name stands in the sealed value")
	}
	if w := sealed(t, k.Identity(), "Nguyễn Văn An", "case-1/identity"); bytes.Equal(v, w) {
		t.Error("sealing twice shows that both are the same")
	}
}

func TestEveryChangedBitOfASealedValueIsNoticed(t *testing.T) {
	k, _ := keys(t)
	v := sealed(t, k.Personal(), "0905123456", "case-1/contact")
	for bit := range len(v) * 8 {
		bad := bytes.Clone(v)
		bad[bit/8] ^= 1 << (bit % 8)
		mustNotOpen(t, k.Personal(), bad, "case-1/contact")
	}
	for n := range len(v) {
		mustNotOpen(t, k.Personal(), v[:n], "case-1/contact")
	}
	mustNotOpen(t, k.Personal(), append(v, 0), "case-1/contact")
}

func TestEmptyValueIsSealedToo(t *testing.T) {
	k, _ := keys(t)
	mustOpen(t, k.Personal(), sealed(t, k.Personal(), "", "p"), "p", "")
}

func TestNamedMethodsUseTheirOwnKeys(t *testing.T) {
	k, _ := keys(t)
	p, err := k.SealPersonal([]byte("a"), "x")
	if err != nil {
		t.Fatal(err)
	}
	i, err := k.SealIdentity([]byte("b"), "x")
	if err != nil {
		t.Fatal(err)
	}
	mustOpen(t, k.Personal(), p, "x", "a")
	mustOpen(t, k.Identity(), i, "x", "b")
	if got, err := k.OpenPersonal(p, "x"); err != nil || string(got) != "a" {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := k.OpenIdentity(i, "x"); err != nil || string(got) != "b" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := k.OpenIdentity(p, "x"); err == nil {
		t.Error("the identity key opens personal data")
	}
}

func TestRotatedKeyIsTakenUpByOthersAndTheOldOneStillReads(t *testing.T) {
	k, path := keys(t)
	other := again(t, path)
	old := sealed(t, k.Identity(), "before", "p")
	if err := k.Rotate(seal.Identity); err != nil {
		t.Fatal(err)
	}
	fresh := sealed(t, k.Identity(), "after", "p")
	if seal.KeyID(old) == seal.KeyID(fresh) || !k.Identity().Stale(old) || k.Identity().Stale(fresh) {
		t.Errorf("old key %d, new key %d", seal.KeyID(old), seal.KeyID(fresh))
	}
	if seal.KeyID(sealed(t, other.Identity(), "x", "p")) != seal.KeyID(old) {
		t.Error("the other process took the key up before it had to")
	}
	mustOpen(t, k.Identity(), old, "p", "before")
	mustOpen(t, other.Identity(), fresh, "p", "after")
	mustOpen(t, other.Identity(), old, "p", "before")
	if got := other.Identity().Primary(); got != seal.KeyID(fresh) {
		t.Errorf("the other process still seals with %d", got)
	}
	if got := other.Personal().Primary(); got != k.Personal().Primary() {
		t.Errorf("the personal key changed to %d", got)
	}
}

func TestKeyIDOfWhatIsNotSealedIsZero(t *testing.T) {
	for _, v := range [][]byte{nil, {1, 2, 3}, {0, 0, 0, 0, 9, 9}} {
		if got := seal.KeyID(v); got != 0 {
			t.Errorf("%x: got %d", v, got)
		}
	}
}

func TestManyReadWhileOthersRotate(t *testing.T) {
	k, path := keys(t)
	first := sealed(t, k.Personal(), "first", "p")
	readers := []*seal.Keys{again(t, path), again(t, path)}
	values := make(chan []byte, 64)
	var all sync.WaitGroup
	for _, r := range readers {
		all.Go(func() {
			for v := range values {
				mustOpen(t, r.Personal(), v, "p", "later")
				mustOpen(t, r.Personal(), first, "p", "first")
				r.MAC("case-id", v)
			}
		})
	}
	var writers sync.WaitGroup
	for _, w := range []*seal.Keys{k, again(t, path)} {
		writers.Go(func() {
			for range 6 {
				if err := w.Rotate(seal.Personal); err != nil {
					t.Error(err)
				}
				for range 4 {
					values <- sealed(t, w.Personal(), "later", "p")
				}
			}
		})
	}
	writers.Wait()
	close(values)
	all.Wait()
	// No rotation of one writer has undone one of the other: the secret, the first and twelve more, and three other keys.
	if got := len(strings.Split(again(t, path).Fingerprints(), ",")); got != 1+1+12+3 {
		t.Errorf("%d keys", got)
	}
}

func BenchmarkSeal(b *testing.B) {
	k, _ := keys(b)
	plain, place := make([]byte, 300), []byte("case/contact")
	b.ReportAllocs()
	for b.Loop() {
		_, _ = k.Personal().Seal(plain, place)
	}
}

func BenchmarkOpen(b *testing.B) {
	k, _ := keys(b)
	place := []byte("case/contact")
	v := sealed(b, k.Personal(), string(make([]byte, 300)), string(place))
	b.ReportAllocs()
	for b.Loop() {
		_, _ = k.Personal().Open(v, place)
	}
}

func BenchmarkOpenWithAnUnknownKey(b *testing.B) {
	k, _ := keys(b)
	v := append([]byte{1, 2, 3, 4, 5}, make([]byte, 300)...)
	for b.Loop() {
		_, _ = k.Personal().Open(v, nil)
	}
}
