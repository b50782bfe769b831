package seal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tiepdan/internal/seal"
)

func TestNewInstallationGetsAKeyFileNobodyElseCanRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "keys.json")
	k, err := seal.Open(path, "", true)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if got := again(t, path).Fingerprint(); got != k.Fingerprint() {
		t.Errorf("opened again: %s, made: %s", got, k.Fingerprint())
	}
	if entries, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestMissingKeyFileOfAnOldInstallationIsNotMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if _, err := seal.Open(path, "", false); !errors.Is(err, seal.ErrMissing) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file is there: %v", err)
	}
}

func TestCreateNeverWritesOverKeys(t *testing.T) {
	k, path := keys(t)
	if _, err := seal.Create(path, ""); !errors.Is(err, seal.ErrExists) {
		t.Errorf("got %v", err)
	}
	if got := again(t, path).Fingerprint(); got != k.Fingerprint() {
		t.Error("the keys are others")
	}
}

func TestInstancesThatStartTogetherShareTheKeysOfTheFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	prints := make([]string, 8)
	var all sync.WaitGroup
	for i := range prints {
		all.Go(func() {
			k, err := seal.Open(path, "", true)
			if err != nil {
				t.Error(err)
				return
			}
			prints[i] = k.Fingerprint()
		})
	}
	all.Wait()
	for _, p := range prints {
		if p != prints[0] || p == "" {
			t.Fatalf("got %v", prints)
		}
	}
}

func TestLoosePermissionsAreRefused(t *testing.T) {
	_, path := keys(t)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o644, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.Open(path, "", true); !errors.Is(err, seal.ErrLoose) {
			t.Errorf("%o: got %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	again(t, path)
}

func TestDamagedFileIsRefusedAndKeysInUseStay(t *testing.T) {
	k, path := keys(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	v := sealed(t, k.Personal(), "text", "p")
	for name, bad := range map[string]string{
		"empty": "", "cut off": string(good[:len(good)/2]), "not JSON": "keys", "nothing in it": "{}",
		"other version": strings.Replace(string(good), `"version": 1`, `"version": 2`, 1),
		"no keyset":     strings.Replace(string(good), `"identity"`, `"nobody"`, 1),
		"no signer":     strings.Replace(string(good), `"receipt"`, `"nobody"`, 1),
		"short secret":  strings.Replace(string(good), `"secret": "`, `"secret": "AAAA`, 1),
	} {
		if bad == string(good) {
			t.Fatalf("%s: nothing was damaged", name)
		}
		write(t, path, []byte(bad))
		if _, err := seal.Open(path, "", true); !errors.Is(err, seal.ErrDamaged) {
			t.Errorf("%s: got %v", name, err)
		}
		if err := k.Reload(); !errors.Is(err, seal.ErrDamaged) {
			t.Errorf("%s: reload: %v", name, err)
		}
		mustOpen(t, k.Personal(), v, "p", "text")
	}
}

func TestRunningProcessRefusesTheKeysOfAnother(t *testing.T) {
	k, path := keys(t)
	_, foreign := keys(t)
	before := k.Fingerprints()
	raw, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, raw)
	if err := k.Reload(); !errors.Is(err, seal.ErrOther) {
		t.Errorf("got %v", err)
	}
	if got := k.Fingerprints(); got != before {
		t.Errorf("keys are now %s", got)
	}
}

func TestCheckTellsAnotherInstallationFromAnOldBackup(t *testing.T) {
	k, path := keys(t)
	backup, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first := k.Fingerprints()
	for _, w := range []seal.Which{seal.Personal, seal.Identity, seal.QR, seal.Receipt} {
		if err := k.Rotate(w); err != nil {
			t.Fatal(err)
		}
	}
	stored := k.Fingerprints()
	for _, fingerprints := range []string{first, stored, k.Fingerprint()} {
		if err := k.Check(fingerprints); err != nil {
			t.Errorf("the right file: %v", err)
		}
	}
	stranger, _ := keys(t)
	if err := stranger.Check(stored); !errors.Is(err, seal.ErrOther) {
		t.Errorf("another installation: %v", err)
	}
	write(t, path, backup)
	old := again(t, path)
	if err := old.Check(stored); !errors.Is(err, seal.ErrOlder) || !strings.Contains(err.Error(), "identity, personal, qr, receipt") {
		t.Errorf("an old backup: %v", err)
	}
	if got := old.Fingerprint(); got != k.Fingerprint() {
		t.Errorf("rotation renamed the installation from %s to %s", got, k.Fingerprint())
	}
	if err := k.Reload(); !errors.Is(err, seal.ErrOlder) {
		t.Errorf("a running process took the backup up: %v", err)
	}
}

func TestUnknownKindCannotBeRotated(t *testing.T) {
	k, _ := keys(t)
	before := k.Fingerprints()
	if err := k.Rotate("secret"); err == nil {
		t.Error("the secret was rotated, and with it every tracking code")
	}
	if got := k.Fingerprints(); got != before {
		t.Error("keys changed")
	}
}

func TestRotationThatCannotBeWrittenChangesNothing(t *testing.T) {
	k, path := keys(t)
	before := k.Fingerprints()
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := k.Rotate(seal.Identity); !errors.Is(err, seal.ErrLoose) {
		t.Errorf("got %v", err)
	}
	if got := k.Fingerprints(); got != before {
		t.Error("keys changed")
	}
}

func TestPassphraseEncryptsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	k, err := seal.Create(path, "một cụm từ dài")
	if err != nil {
		t.Fatal(err)
	}
	v := sealed(t, k.Identity(), "text", "p")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || len(fields) != 2 || fields["locked"] == nil || fields["version"] == nil {
		t.Errorf("the file shows more than it must: %s, %v", raw, err)
	}
	for _, wrong := range []string{"", "một cụm từ"} {
		if _, err := seal.Open(path, wrong, true); !errors.Is(err, seal.ErrPassphrase) {
			t.Errorf("%q: got %v", wrong, err)
		}
	}
	k2, err := seal.Open(path, "một cụm từ dài", false)
	if err != nil {
		t.Fatal(err)
	}
	mustOpen(t, k2.Identity(), v, "p", "text")
	if err := k2.Rotate(seal.Identity); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, k.Identity(), sealed(t, k2.Identity(), "after", "p"), "p", "after")
}

func TestPassphraseSetLaterEncryptsTheFile(t *testing.T) {
	k, path := keys(t)
	if _, err := seal.Open(path, "cụm từ", false); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(raw, []byte("locked")) || bytes.Contains(raw, []byte("sealing")) {
		t.Errorf("the file is in the clear: %s", raw)
	}
	k2, err := seal.Open(path, "cụm từ", false)
	if err != nil || k2.Fingerprints() != k.Fingerprints() {
		t.Errorf("other keys, %v", err)
	}
}

func TestDamagedEncryptedFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if _, err := seal.Create(path, "cụm từ"); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, bytes.Replace(good, []byte(`"memory_kib": 65536`), []byte(`"memory_kib": 4294967295`), 1))
	if _, err := seal.Open(path, "cụm từ", false); !errors.Is(err, seal.ErrDamaged) {
		t.Errorf("got %v", err)
	}
}

func write(t *testing.T, path string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
}
