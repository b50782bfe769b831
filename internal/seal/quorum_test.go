package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/seal"
)

var persons = []string{"anh", "binh", "chi"}

func pass(person string) string { return "mật khẩu dài của " + person }

// quorum is two of three persons.
func quorum(t *testing.T) (*seal.Quorum, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "quorum.json")
	q, err := seal.CheapQuorum(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Seal([]byte("x"), "p"); !errors.Is(err, seal.ErrNoQuorum) {
		t.Errorf("sealed without a key: %v", err)
	}
	for _, p := range persons {
		if err := q.Enrol(p, pass(p)); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Make(2, persons, time.Now()); err != nil {
		t.Fatal(err)
	}
	return q, path
}

// opening begins one and returns its secret half.
func opening(t *testing.T, q *seal.Quorum, id, place string, sealed []byte) (seal.Opening, []byte) {
	t.Helper()
	public, secret, err := q.Begin()
	if err != nil {
		t.Fatal(err)
	}
	return seal.Opening{ID: id, Place: place, Sealed: sealed, Public: public}, secret
}

func brought(t *testing.T, q *seal.Quorum, o seal.Opening, who ...string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, p := range who {
		box, err := q.Bring(o, p, pass(p))
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		out[p] = box
	}
	return out
}

func sealedBy(t *testing.T, q *seal.Quorum, plain, place string) []byte {
	t.Helper()
	v, err := q.Seal([]byte(plain), place)
	if err != nil {
		t.Fatal(err)
	}
	if !seal.ByQuorum(v) || len(plain) > 4 && bytes.Contains(v, []byte(plain)) {
		t.Fatal("not sealed by the quorum")
	}
	return v
}

func TestAnyTwoOfThreeOpenAndOneDoesNot(t *testing.T) {
	q, path := quorum(t)
	v := sealedBy(t, q, "Quàng Thị Nhẫn", "a/identity")
	q, err := seal.CheapQuorum(path) // as after a restart
	if err != nil {
		t.Fatal(err)
	}
	o, secret := opening(t, q, "access1", "a/identity", v)
	for _, two := range [][]string{{"anh", "binh"}, {"binh", "chi"}, {"chi", "anh"}, persons} {
		if got, err := q.Open(o, secret, brought(t, q, o, two...)); err != nil || string(got) != "Quàng Thị Nhẫn" {
			t.Errorf("%v: %q, %v", two, got, err)
		}
	}
	for _, p := range persons {
		one := brought(t, q, o, p)
		if got, err := q.Open(o, secret, one); !errors.Is(err, seal.ErrFew) {
			t.Errorf("%s alone: %q, %v", p, got, err)
		}
		if got, err := q.Open(o, secret, nil); !errors.Is(err, seal.ErrFew) {
			t.Errorf("nobody: %q, %v", got, err)
		}
	}
}

func TestPartsAreForOneOpeningOnly(t *testing.T) {
	q, _ := quorum(t)
	a, b := sealedBy(t, q, "A", "a/identity"), sealedBy(t, q, "B", "b/identity")
	o, secret := opening(t, q, "access1", "a/identity", a)
	parts := brought(t, q, o, "anh", "binh")
	for name, other := range map[string]seal.Opening{
		"another access":               {ID: "access2", Place: o.Place, Sealed: a},
		"another case":                 {ID: o.ID, Place: "b/identity", Sealed: b},
		"another case, the same place": {ID: o.ID, Place: o.Place, Sealed: b},
	} {
		if got, err := q.Open(other, secret, parts); !errors.Is(err, seal.ErrForeign) && !errors.Is(err, seal.ErrSealed) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if got, err := q.Open(o, secret, map[string][]byte{"anh": parts["anh"], "binh": parts["anh"]}); !errors.Is(err, seal.ErrForeign) {
		t.Errorf("one part twice: %q, %v", got, err)
	}
	_, stranger := opening(t, q, "access1", "a/identity", a)
	if got, err := q.Open(o, stranger, parts); !errors.Is(err, seal.ErrForeign) {
		t.Errorf("another's secret: %q, %v", got, err)
	}
}

func TestWrongPassphraseAndStrangerBringNothing(t *testing.T) {
	q, _ := quorum(t)
	o, _ := opening(t, q, "access1", "a/identity", sealedBy(t, q, "A", "a/identity"))
	if _, err := q.Bring(o, "anh", pass("binh")); !errors.Is(err, seal.ErrPassphrase) {
		t.Errorf("another's passphrase: %v", err)
	}
	if err := q.Enrol("dung", pass("dung")); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Bring(o, "dung", pass("dung")); !errors.Is(err, seal.ErrHolder) {
		t.Errorf("who holds nothing: %v", err)
	}
	if err := q.Enrol("anh", pass("x")); !errors.Is(err, seal.ErrEnrolled) {
		t.Errorf("enrolled over his part: %v", err)
	}
	if err := q.Enrol("em", "ngắn quá"); !errors.Is(err, seal.ErrShort) {
		t.Errorf("a short passphrase: %v", err)
	}
	if err := q.Prove("anh", pass("anh"), time.Now()); err != nil {
		t.Error(err)
	}
	if err := q.Prove("anh", pass("chi"), time.Now()); !errors.Is(err, seal.ErrPassphrase) {
		t.Errorf("proved with a wrong passphrase: %v", err)
	}
	if keys, _ := q.Status(); keys[0].Proved["anh"].IsZero() || !keys[0].Proved["chi"].IsZero() {
		t.Errorf("proved: %v", keys[0].Proved)
	}
}

func TestChangedPassphraseOpensAndTheOldOneDoesNot(t *testing.T) {
	q, _ := quorum(t)
	o, secret := opening(t, q, "access1", "a/identity", sealedBy(t, q, "A", "a/identity"))
	if err := q.Change("anh", pass("anh"), "một mật khẩu dài khác hẳn"); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Bring(o, "anh", pass("anh")); !errors.Is(err, seal.ErrPassphrase) {
		t.Errorf("the old one: %v", err)
	}
	parts := brought(t, q, o, "chi")
	box, err := q.Bring(o, "anh", "một mật khẩu dài khác hẳn")
	if err != nil {
		t.Fatal(err)
	}
	parts["anh"] = box
	if got, err := q.Open(o, secret, parts); err != nil || string(got) != "A" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestRenewedPartsOpenWhatWasSealedBefore: one of three is gone, two deal anew to others, who open old and new identities.
func TestRenewedPartsOpenWhatWasSealedBefore(t *testing.T) {
	q, path := quorum(t)
	old := sealedBy(t, q, "A", "a/identity")
	for _, p := range []string{"dung", "em"} {
		if err := q.Enrol(p, pass(p)); err != nil {
			t.Fatal(err)
		}
	}
	renewal := seal.Renewal{Bring: map[string]string{"binh": pass("binh")}, Need: 2, Persons: []string{"binh", "dung", "em"}, NewKey: true, Now: time.Now()}
	if err := q.Renew(renewal); !errors.Is(err, seal.ErrLostParts) {
		t.Errorf("one person alone renewed: %v", err)
	}
	stale := opened(t, path)
	renewal.Bring["chi"] = pass("chi")
	if err := q.Renew(renewal); err != nil {
		t.Fatal(err)
	}
	fresh := sealedBy(t, q, "B", "b/identity")
	for place, v := range map[string][]byte{"a/identity": old, "b/identity": fresh} {
		o, secret := opening(t, q, "access", place, v)
		if got, err := q.Open(o, secret, brought(t, q, o, "dung", "em")); err != nil || len(got) != 1 {
			t.Errorf("%s: %q, %v", place, got, err)
		}
		if _, err := q.Bring(o, "chi", pass("chi")); !errors.Is(err, seal.ErrHolder) {
			t.Errorf("who left: %v", err)
		}
	}
	// A process that did not notice yet finds the new key when it meets something sealed to it.
	if _, who, err := stale.Holders(fresh); err != nil || len(who) != 3 {
		t.Errorf("the other process: %v, %v", who, err)
	}
	if err := q.ProveTogether(map[string]string{"binh": pass("binh"), "em": pass("em")}); err != nil {
		t.Error(err)
	}
	if err := q.ProveTogether(map[string]string{"em": pass("em")}); !errors.Is(err, seal.ErrLostParts) {
		t.Errorf("one proves all: %v", err)
	}
	if err := stale.Check(q.Names()); err != nil {
		t.Error(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := opened(t, path).Check(q.Names()); !errors.Is(err, seal.ErrOlder) {
		t.Errorf("a file that lacks the key: %v", err)
	}
}

func opened(t *testing.T, path string) *seal.Quorum {
	t.Helper()
	q, err := seal.CheapQuorum(path)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestNumbersOfAQuorumAreChecked(t *testing.T) {
	q, err := seal.CheapQuorum(filepath.Join(t.TempDir(), "quorum.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range persons {
		if err := q.Enrol(p, pass(p)); err != nil {
			t.Fatal(err)
		}
	}
	for need, who := range map[int][]string{1: persons, 4: persons, 2: {"anh", "anh"}, 3: {"anh", "binh"}} {
		if err := q.Make(need, who, time.Now()); !errors.Is(err, seal.ErrNumbers) {
			t.Errorf("%d of %v: %v", need, who, err)
		}
	}
	if err := q.Make(2, []string{"anh", "nobody"}, time.Now()); !errors.Is(err, seal.ErrUnknown) {
		t.Errorf("a part for nobody: %v", err)
	}
	if q.On() {
		t.Error("a key was kept")
	}
}

// TestQuorumFileTellsNoSecret: neither a passphrase nor anything of one person opens another's part.
func TestQuorumFileTellsNoSecret(t *testing.T) {
	_, path := quorum(t)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "mật khẩu") {
		t.Error("a passphrase stands in the file")
	}
	swapped := strings.NewReplacer(`"anh"`, `"binh"`, `"binh"`, `"anh"`).Replace(string(raw))
	if err := os.WriteFile(path, []byte(swapped), 0o600); err != nil {
		t.Fatal(err)
	}
	q := opened(t, path)
	o, _ := opening(t, q, "access1", "a", sealedBy(t, q, "A", "a"))
	if _, err := q.Bring(o, "anh", pass("binh")); !errors.Is(err, seal.ErrPassphrase) {
		t.Errorf("a part under another name: %v", err)
	}
}

func FuzzQuorumFile(f *testing.F) {
	path := filepath.Join(f.TempDir(), "quorum.json")
	q, err := seal.CheapQuorum(path)
	if err != nil {
		f.Fatal(err)
	}
	for _, p := range persons {
		if err := errors.Join(q.Enrol(p, pass(p))); err != nil {
			f.Fatal(err)
		}
	}
	if err := q.Make(2, persons, time.Now()); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{string(good), "{}", `{"version":1}`, `{"version":1,"keys":[null]}`, `{"version":1,"holders":{"a":null}}`, `{"version":1,"keys":[{"need":2,"parts":{"a":"","b":""}}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(t.TempDir(), "quorum.json")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		q, err := seal.CheapQuorum(path)
		if err != nil {
			if !errors.Is(err, seal.ErrDamaged) {
				t.Errorf("refused for another reason: %v", err)
			}
			return
		}
		keys, _ := q.Status()
		for _, k := range keys {
			if k.Need < 2 || k.Need > len(k.Persons) {
				t.Errorf("%d of %d", k.Need, len(k.Persons))
			}
		}
		if q.On() {
			if _, err := q.Seal([]byte("x"), "p"); err != nil {
				t.Error(err)
			}
		}
	})
}
