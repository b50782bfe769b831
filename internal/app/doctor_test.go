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
	shelf := t.TempDir()
	p := testkit.NewProgram(t, "TIEPDAN_SWEEP=1s", "TIEPDAN_BACKUP_TO="+shelf, "TIEPDAN_BACKUP_PASSPHRASE="+backupPass)
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
	drilled(t, p, shelf)
	ask(true, "ok    service: backup (last 2", "ok    settings", "ok    key file", "ok    service: database", "ok    service: events", "ok    service: routing")
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

// drilled waits for the backup that the service makes by itself, and drills: beside the running service, and on a backup that was changed.
func drilled(t *testing.T, p *testkit.Program, shelf string) {
	t.Helper()
	until(t, "the backup that was made and read again", func() bool {
		said, err := p.Run(t, "doctor", "--addr", strings.TrimPrefix(p.URL, "http://"))
		return err == nil && strings.Contains(said, "ok    service: backup (last 2")
	})
	room, name := t.TempDir(), lying(t, shelf)[0]
	said, err := p.Run(t, "backup", "drill", "--in", room)
	if err != nil || !strings.Contains(said, name+": restored and proved in ") || !strings.Contains(said, "\n300 cases, ") || !strings.Contains(said, ": 0 broken") {
		t.Errorf("%v %s", err, said)
	}
	raw, err := os.ReadFile(filepath.Join(shelf, name))
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(filepath.Join(shelf, name), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := p.Run(t, "backup", "drill", "--in", room); err == nil || !strings.Contains(said, "was changed") {
		t.Errorf("a changed backup passes: %v %s", err, said)
	}
	alone(t, room)
}
