package app_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
)

// TestKeysRotateUnderARunningProgram: what was sealed before opens after, what comes after is sealed with the new key, and an
// older copy of the key file is refused from then on.
func TestKeysRotateUnderARunningProgram(t *testing.T) {
	r := open(t, nil)
	before := r.begin(t, "/api/v1/cases", complainant())
	old, err := os.ReadFile(r.Config.Keys)
	if err != nil {
		t.Fatal(err)
	}
	sealedBefore := contactOf(t, r, before.ref)
	t.Setenv("TIEPDAN_KEYS", r.Config.Keys)
	prints, err := app.RotateKeys(r.Config.Data, "personal", "identity")
	if err != nil || len(prints) < 4 {
		t.Fatalf("%v, %v", prints, err)
	}
	until(t, "taking up the new keys", func() bool { return strings.Contains(r.Log.String(), "keys rotated") })
	after := r.begin(t, "/api/v1/cases", complainant())
	if a, b := sealedBefore[:5], contactOf(t, r, after.ref)[:5]; bytes.Equal(a, b) {
		t.Error("the same key seals on")
	}
	head := r.signIn(t, headOf(t, r, before.ref))
	for _, ref := range []string{before.ref, after.ref} {
		got := r.call(t, "POST", "/api/v1/staff/cases/"+ref+"/contact", nil, head...)
		if got.Status != http.StatusOK || got.JSON["name"] != "Võ Thị Bé" {
			t.Errorf("%s: %d %s", ref, got.Status, got.Raw)
		}
	}
	r.stop()
	cfg := r.Config
	cfg.Keys = filepath.Join(t.TempDir(), "old.json")
	if err := os.WriteFile(cfg.Keys, old, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Open(t.Context(), cfg, r.App.Log); err == nil || !strings.Contains(err.Error(), "older than the data") {
		t.Errorf("an older key file: %v", err)
	}
}

func contactOf(t *testing.T, r *running, ref string) []byte {
	t.Helper()
	c, err := r.Store.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return c.Contact
}

// TestMissingOrWrongKeyFileStopsTheProgram names the file and what is wrong with it.
func TestMissingOrWrongKeyFileStopsTheProgram(t *testing.T) {
	p := testkit.NewProgram(t)
	p.Start(t, "demo")
	p.Kill(t)
	file := filepath.Join(p.Data, "keys.json")
	if err := os.Rename(file, file+".away"); err != nil {
		t.Fatal(err)
	}
	if out, err := p.Run(t, "verify"); err == nil || !strings.Contains(out, "keys.json") {
		t.Errorf("without its keys: %v\n%s", err, out)
	}
	other := testkit.NewProgram(t)
	other.Start(t, "demo")
	other.Kill(t)
	raw, err := os.ReadFile(filepath.Join(other.Data, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := p.Run(t, "verify"); err == nil || !strings.Contains(out, "another installation") {
		t.Errorf("with another installation's keys: %v\n%s", err, out)
	}
}
