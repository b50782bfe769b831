package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tiepdan/internal/testkit"
)

// TestTheDoctorSaysWhatIsWrong asks the real command beside the running service, and again when things were taken away.
func TestTheDoctorSaysWhatIsWrong(t *testing.T) {
	p := testkit.NewProgram(t)
	p.Start(t, "demo")
	addr := strings.TrimPrefix(p.URL, "http://")
	ask := func(well bool, wants ...string) {
		t.Helper()
		said, err := p.Run(t, "doctor", "--addr", addr)
		if (err == nil) != well {
			t.Errorf("well: %v, want %v: %s", err == nil, well, said)
		}
		for _, want := range wants {
			if !strings.Contains(said, want) {
				t.Errorf("the doctor does not say %q: %s", want, said)
			}
		}
	}
	ask(true, "ok    settings", "ok    key file", "ok    service: database", "ok    service: events", "ok    service: routing")
	keys := filepath.Join(p.Data, "keys.json")
	rename := func(from, to string) {
		t.Helper()
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	rename(keys, keys+".away")
	ask(false, "WRONG key file: "+keys+" is not there", "do: put it back", "ok    service: database")
	rename(keys+".away", keys)
	if err := os.Chmod(p.Data, 0o755); err != nil {
		t.Fatal(err)
	}
	ask(false, "WRONG data folder: ", "chmod 700")
	if err := os.Chmod(p.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	p.Kill(t)
	ask(false, "WRONG service: ", "ok    key file")
}
