package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
)

// What Check finds.
var (
	ErrOther = errors.New("key file belongs to another installation and cannot read what was sealed here")
	ErrOlder = errors.New("key file is older than the data and lacks keys that may have sealed some of it")
)

// fingerprints names every key without telling it: personal:1f2e3d4c5b6a7980.
func (r *ring) fingerprints() []string {
	key := derive(r.content.Secret, "fingerprint")
	print := func(name string, parts ...[]byte) string {
		m := hmac.New(sha256.New, key[:])
		for _, p := range append([][]byte{[]byte(name)}, parts...) {
			m.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
			m.Write(p)
		}
		return name + ":" + hex.EncodeToString(m.Sum(nil)[:8])
	}
	out := []string{print("secret")}
	for _, w := range slices.Sorted(maps.Keys(r.boxes)) {
		for _, k := range insecurecleartextkeyset.KeysetMaterial(r.boxes[w].handle).GetKey() {
			out = append(out, print(string(w), binary.BigEndian.AppendUint32(nil, k.GetKeyId()), k.GetKeyData().GetValue()))
		}
	}
	for _, w := range slices.Sorted(maps.Keys(r.signers)) {
		for _, k := range r.signers[w] {
			out = append(out, print(string(w), public(k)))
		}
	}
	return out
}

// Fingerprint names the installation. It stays the same when keys are rotated.
func (k *Keys) Fingerprint() string { return k.ring.Load().prints[0] }

// Fingerprints names every key in the file, for Check. It is to be kept beside the data, anew after every rotation.
func (k *Keys) Fingerprints() string { return strings.Join(k.ring.Load().prints, ",") }

// Check compares the file with fingerprints kept beside the data, so that a wrong key file is noticed when the program
// starts and not when a citizen asks: ErrOther when it never was the right one, ErrOlder when keys were added since.
func (k *Keys) Check(fingerprints string) error {
	return k.ring.Load().check(strings.Split(fingerprints, ","))
}

func (r *ring) check(want []string) error {
	var lacking []string
	for _, p := range want {
		if slices.Contains(r.prints, p) {
			continue
		}
		name, _, _ := strings.Cut(p, ":")
		if name == "secret" {
			return ErrOther
		}
		lacking = append(lacking, name)
	}
	if len(lacking) > 0 {
		return fmt.Errorf("%w: %s", ErrOlder, strings.Join(slices.Compact(lacking), ", "))
	}
	return nil
}
