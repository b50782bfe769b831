package seal_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os"
	"sync"
	"testing"

	"tiepdan/internal/seal"
)

func TestSignatureHoldsForItsTextKindAndInstallationOnly(t *testing.T) {
	k, path := keys(t)
	other := again(t, path)
	stranger, _ := keys(t)
	text := []byte("TB26-7K3M9Q")
	for name, c := range map[string]struct {
		sign   func([]byte) []byte
		verify func(k *seal.Keys) func(text, signature []byte) bool
	}{
		"qr":      {k.SignQR, func(k *seal.Keys) func(_, _ []byte) bool { return k.VerifyQR }},
		"receipt": {k.SignReceipt, func(k *seal.Keys) func(_, _ []byte) bool { return k.VerifyReceipt }},
		"root":    {k.SignRoot, func(k *seal.Keys) func(_, _ []byte) bool { return k.VerifyRoot }},
	} {
		s := c.sign(text)
		if len(s) != seal.SignatureSize || !c.verify(k)(text, s) || !c.verify(other)(text, s) {
			t.Errorf("%s: the signature does not hold", name)
		}
		if c.verify(stranger)(text, s) || c.verify(k)([]byte("TB26-7K3M9R"), s) || c.verify(k)(text, s[:64]) || c.verify(k)(text, nil) {
			t.Errorf("%s: the signature holds for what it should not", name)
		}
		for bit := range len(s) * 8 {
			bad := bytes.Clone(s)
			bad[bit/8] ^= 1 << (bit % 8)
			if c.verify(k)(text, bad) {
				t.Errorf("%s: holds with bit %d changed", name, bit)
			}
		}
	}
	if s := k.SignReceipt(text); k.VerifyQR(text, s) || k.VerifyRoot(text, s) {
		t.Error("a receipt's signature passes for another kind")
	}
}

func TestSignaturesHoldAcrossRotation(t *testing.T) {
	k, path := keys(t)
	other := again(t, path)
	text := []byte("counter")
	old := k.SignQR(text)
	if err := k.Rotate(seal.QR); err != nil {
		t.Fatal(err)
	}
	fresh := k.SignQR(text)
	if old[0] != 1 || fresh[0] != 2 {
		t.Errorf("versions %d and %d", old[0], fresh[0])
	}
	for _, who := range []*seal.Keys{k, other} {
		if !who.VerifyQR(text, old) || !who.VerifyQR(text, fresh) {
			t.Error("a signature does not hold any more")
		}
	}
}

func TestPublicKeysVerifyWithoutThisProgram(t *testing.T) {
	k, _ := keys(t)
	if err := k.Rotate(seal.Receipt); err != nil {
		t.Fatal(err)
	}
	raw, err := k.PublicKeys()
	if err != nil {
		t.Fatal(err)
	}
	var set struct {
		Keys []struct{ Kty, Crv, Kid, X string }
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		t.Fatal(err)
	}
	public := map[string]ed25519.PublicKey{}
	for _, j := range set.Keys {
		x, err := base64.RawURLEncoding.DecodeString(j.X)
		if err != nil || j.Kty != "OKP" || j.Crv != "Ed25519" {
			t.Errorf("%+v: %v", j, err)
		}
		public[j.Kid] = x
	}
	if len(public) != 3 {
		t.Fatalf("got %s", raw)
	}
	s := k.SignReceipt([]byte("TB26-7K3M9Q"))
	if !ed25519.Verify(public["receipt-2"], []byte("tiepdan receipt\nTB26-7K3M9Q"), s[1:]) {
		t.Error("the exported key does not verify a receipt")
	}
}

func TestMACSeparatesDomainsAndParts(t *testing.T) {
	k, path := keys(t)
	stranger, _ := keys(t)
	a, b := []byte("a"), []byte("b")
	seen := map[[32]byte]string{}
	for name, sum := range map[string][32]byte{
		"x()": k.MAC("x"), "y()": k.MAC("y"), "x(a)": k.MAC("x", a), "x(a,b)": k.MAC("x", a, b), "x(ab)": k.MAC("x", []byte("ab")),
		"x(b,a)": k.MAC("x", b, a), "x(a,)": k.MAC("x", a, nil), "x(,a)": k.MAC("x", nil, a), "other x(a)": stranger.MAC("x", a),
		"derived x": k.Derive("x"), "derived y": k.Derive("y"),
	} {
		if was, ok := seen[sum]; ok {
			t.Errorf("%s is %s", name, was)
		}
		seen[sum] = name
	}
	if err := k.Rotate(seal.Identity); err != nil {
		t.Fatal(err)
	}
	other := again(t, path)
	if k.MAC("x", a) != other.MAC("x", a) || k.Derive("x") != other.Derive("x") || seen[k.MAC("x", a)] != "x(a)" {
		t.Error("a MAC changed with a rotation or a restart")
	}
}

func TestMACIsHMACOfLengthsAndPartsUnderAKeyOfTheDomain(t *testing.T) {
	k, path := keys(t)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Secret []byte }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	key, err := hkdf.Key(sha256.New, file.Secret, nil, "tiepdan mac case-id", 32)
	if err != nil {
		t.Fatal(err)
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte("\x00\x00\x00\x00\x00\x00\x00\x02ab\x00\x00\x00\x00\x00\x00\x00\x00"))
	if got := k.MAC("case-id", []byte("ab"), nil); !bytes.Equal(got[:], h.Sum(nil)) {
		t.Errorf("got %x", got)
	}
}

func TestMACMayBeMadeAtOnceByMany(t *testing.T) {
	k, _ := keys(t)
	want := k.MAC("x", []byte("part"))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 500 {
				if k.MAC("x", []byte("part")) != want {
					t.Error("another MAC")
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkMAC(b *testing.B) {
	k, _ := keys(b)
	part := make([]byte, 40)
	b.ReportAllocs()
	for b.Loop() {
		k.MAC("case-id", part)
	}
}

func BenchmarkSignReceipt(b *testing.B) {
	k, _ := keys(b)
	text := make([]byte, 200)
	for b.Loop() {
		k.SignReceipt(text)
	}
}
