package app_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
	"tiepdan/internal/witness"
)

// beginWitness runs tiepdan witness as a process of its own, and returns its address with its key and what kills it.
func beginWitness(t *testing.T, bin, data, addr string, offices ...string) (at string, kill func()) {
	t.Helper()
	args := []string{"witness", "--addr", addr, "--data", data}
	for _, o := range offices {
		args = append(args, "--office", o)
	}
	cmd := exec.CommandContext(t.Context(), bin, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() { _ = cmd.Process.Signal(syscall.SIGKILL); _ = cmd.Wait() } // killed before is killed
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line), kill
}

// sealed signs the root of a day that is over, days from now.
func sealed(t *testing.T, a *app.App, days int) {
	t.Helper()
	a.Now = func() time.Time { return time.Now().AddDate(0, 0, days).Add(2 * time.Hour) }
	if root, err := a.SealDays(t.Context()); err != nil || root == nil {
		t.Fatalf("%+v %v", root, err)
	}
}

// TestARewrittenRegisterIsSeenByItsWitness: whoever has the database and the key file takes a day's root away and signs another; all that the
// office has holds by itself, and only the witness, a process elsewhere that was killed meanwhile, knows better.
func TestARewrittenRegisterIsSeenByItsWitness(t *testing.T) {
	p := testkit.NewProgram(t)
	cfg := rest(t)
	keys, err := app.PublicKeys(cfg.Data)
	if err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "b.age")
	if _, err := app.Backup(t.Context(), cfg.Data, backup, backupPass); err != nil {
		t.Fatal(err)
	}
	data, addr := t.TempDir(), testkit.FreeAddr(t)
	at, kill := beginWitness(t, p.Bin, data, addr, "Thang An="+strings.Join(keys, ","))
	if cfg.Witness, err = witness.ParseClient(at); err != nil {
		t.Fatal(at, err)
	}
	a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	cosign := func(want string) {
		t.Helper()
		err := a.Cosign(t.Context())
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	cosign("") // no root yet
	sealed(t, a, 1)
	cosign("")
	t.Setenv("TIEPDAN_WITNESS", at)
	if _, _, err := restored(t, backup); err != nil {
		t.Errorf("a backup of before the witness's last root: %v", err)
	}
	sealed(t, a, 2)
	sealed(t, a, 3) // two at once, after the witness was away
	kill()
	cosign("connection refused")
	_, kill = beginWitness(t, p.Bin, data, addr, "Thang An="+strings.Join(keys, ","))
	cosign("")
	roots, err := a.Store.Roots(t.Context())
	if err != nil || len(roots) != 3 || len(roots[0].Cosigned) != 1 || len(roots[1].Cosigned) != 0 || len(roots[2].Cosigned) != 1 {
		t.Fatalf("%+v %v", roots, err)
	}
	if r := checked(t, a); r.Broken != 0 || r.Roots != 3 {
		t.Fatalf("%+v", r)
	}
	last := *roots[2]
	last.Cosigned[0].Sign = bytes.Clone(last.Cosigned[0].Sign)
	last.Cosigned[0].Sign[7] ^= 1
	if err := a.Store.PutRoot(t.Context(), &last); err != nil {
		t.Fatal(err)
	}
	if r := checked(t, a); r.Broken != 1 || r.Found[0].Field != "witness's signature" {
		t.Errorf("a changed signature of the witness: %+v", r)
	}
	rewritten(t, cfg, roots[1].Day, roots[2].Day)
	sealed(t, a, 3) // one root for both days, signed with the office's own key
	if r := checked(t, a); r.Broken != 1 || r.Found[0].Field != "what the witness signed" || r.Found[0].Root != last.Day {
		t.Errorf("rewritten: %+v", r)
	}
	cosign("was rewritten")
	kill()
	forgets(t, data)
	_, kill = beginWitness(t, p.Bin, data, addr, "Thang An="+strings.Join(keys, ","))
	if r := checked(t, a); r.Broken != 1 || r.Found[0].Field != "what the witness signed" {
		t.Errorf("a witness that knows nothing of what it signed: %+v", r)
	}
	kill()
	var told strings.Builder
	if r, err := a.Verify(t.Context(), &told); err != nil || r.Broken != 0 || !strings.Contains(told.String(), "was not asked") {
		t.Errorf("a witness that is away: %+v %v %s", r, err, told.String())
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}

// forgets takes what a witness signed out of its folder, and leaves its key.
func forgets(t *testing.T, data string) {
	t.Helper()
	name := filepath.Join(data, "witness.json")
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var kept map[string]json.RawMessage
	if err := json.Unmarshal(raw, &kept); err != nil {
		t.Fatal(err)
	}
	kept["heads"] = json.RawMessage("{}")
	if raw, err = json.Marshal(kept); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// rewritten takes the roots of days out of the database.
func rewritten(t *testing.T, cfg app.Config, days ...string) {
	t.Helper()
	for _, day := range days {
		gone(t, cfg, "roots", day)
	}
}

// TestAWitnessSignsForNobodyElse: no office that it does not know, nothing that is no root, no roots with a gap between.
func TestAWitnessSignsForNobodyElse(t *testing.T) {
	p := testkit.NewProgram(t)
	cfg := rest(t)
	keys, err := app.PublicKeys(cfg.Data)
	if err != nil {
		t.Fatal(err)
	}
	at, _ := beginWitness(t, p.Bin, t.TempDir(), "127.0.0.1:0", "khac="+strings.Repeat("A", 42)+"Q", "Thang An="+keys[0])
	c, err := witness.ParseClient(at)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for day := range 3 {
		sealed(t, a, day+1)
	}
	all, err := a.Store.Roots(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var roots []witness.Root
	for _, r := range all {
		roots = append(roots, witness.Root{Text: r.Text(), Sign: r.Sign})
	}
	forged := roots[0]
	forged.Text = strings.Replace(forged.Text, "cases: ", "cases: 1", 1)
	for name, x := range map[string][]witness.Root{"a gap": {roots[0], roots[2]}, "none": {}, "backwards": {roots[1], roots[0]}, "forged": {roots[0], forged}, "forged alone": {forged}} {
		if s, err := c.Sign(t.Context(), x); err == nil {
			t.Errorf("%s was signed: %+v", name, s)
		}
	}
	if s, err := c.Sign(t.Context(), roots[:2]); err != nil || s.Day != all[1].Day {
		t.Errorf("%+v %v", s, err)
	}
	other, _ := beginWitness(t, p.Bin, t.TempDir(), "127.0.0.1:0", "khac="+strings.Repeat("A", 42)+"Q")
	_, key, _ := strings.Cut(at, "#")
	address, _, _ := strings.Cut(other, "#")
	if c, err = witness.ParseClient(address + "#" + key); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Sign(t.Context(), roots); err == nil {
		t.Error("an office that it does not know")
	}
	resp, err := http.Post(address+"/v1/roots", "application/json", strings.NewReader(strings.Repeat("[", 5<<20)))
	if err == nil {
		if resp.StatusCode < http.StatusBadRequest {
			t.Error(resp.Status)
		}
		_ = resp.Body.Close()
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}
