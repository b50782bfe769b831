package app_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/docdb/sqlite"
	"tiepdan/internal/store"
	"tiepdan/internal/testkit"
)

// listed are the references of the head's list, in its order.
func listed(t *testing.T, r *running) (refs []string) {
	t.Helper()
	who := r.signIn(t, "lucht")
	var items []any
	until(t, "the list", func() bool { // FerretDB takes its time while the sweeps of a start run
		got := r.call(t, "GET", "/api/v1/staff/cases?limit=50", nil, who...)
		items, _ = got.JSON["items"].([]any)
		return got.Status == http.StatusOK && len(items) > 0
	})
	for _, it := range items {
		refs = append(refs, it.(map[string]any)["reference"].(string))
	}
	return refs
}

// TestDocumentsMoveToMongoDBAndBack: a commune outgrows its file. The command is killed in the middle, goes on, proves all; lists show the
// same in the same order; what stays behind sends nothing; and all of it goes back into a file.
func TestDocumentsMoveToMongoDBAndBack(t *testing.T) {
	uri := testkit.Mongo(t)
	p := testkit.NewProgram(t)
	p.Start(t, "demo")
	if said, err := p.Run(t, "move", "--to", uri); err == nil || !strings.Contains(said, "the service runs on this folder") {
		t.Errorf("moved under a running service: %v %s", err, said)
	}
	p.Kill(t)
	killedInTheMiddle(t, p, uri)
	on := func(store string) *running {
		cfg, err := app.FromEnv("127.0.0.1:0", p.Data, nil)
		if err != nil {
			t.Fatal(err)
		}
		return openAs(t, func(c *app.Config) {
			c.Data, c.Store, c.Keys, c.Quorum, c.Blobs = cfg.Data, store, cfg.Keys, cfg.Quorum, cfg.Blobs
		}, func(*app.App) error { return nil })
	}
	if half, err := p.Run(t, "verify", "--json"); err != nil {
		t.Errorf("the old place does not hold: %v %s", err, half)
	}
	file := "sqlite:" + filepath.Join(p.Data, "tiepdan.db")
	r := on(file)
	before := listed(t, r)
	r.stop()
	said, err := p.Run(t, "move", "--to", uri)
	if err != nil || !strings.Contains(said, "300 cases, ") || !strings.Contains(said, ": 0 broken") {
		t.Fatalf("%v %s", err, said)
	}
	if !strings.Contains(said, "units: ") || strings.Contains(said, "\nmoved 0 ") {
		t.Error(said)
	}
	r = on(uri)
	if after := listed(t, r); strings.Join(after, " ") != strings.Join(before, " ") {
		t.Errorf("another order:\n%v\n%v", before, after)
	}
	if _, names, _ := failed(t, r); strings.Contains(names, "copied") {
		t.Error("the new place takes itself for a copy")
	}
	r.stop()
	r = on(file)
	if _, names, _ := failed(t, r); !strings.Contains(names, "copied") {
		t.Error("the old place does not know that it was left")
	}
	r.stop()
	p.Env = append(p.Env, "TIEPDAN_STORE="+uri)
	back := "sqlite:" + filepath.Join(t.TempDir(), "back.db")
	if said, err := p.Run(t, "move", "--to", back); err != nil || !strings.Contains(said, ": 0 broken") {
		t.Fatalf("%v %s", err, said)
	}
	if said, err := p.Run(t, "move", "--to", file); err == nil || !strings.Contains(said, "name an empty one") {
		t.Errorf("moved over documents: %v %s", err, said)
	}
}

// killedInTheMiddle begins a move and kills it when the first collections are over.
func killedInTheMiddle(t *testing.T, p *testkit.Program, to string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), p.Bin, "move", "--to", to, "--data", p.Data)
	cmd.Env = append(os.Environ(), p.Env...)
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for in := bufio.NewScanner(out); in.Scan(); {
		if strings.HasPrefix(in.Text(), "secrets: ") { // after the cases, before all others
			break
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	cmd = exec.CommandContext(t.Context(), p.Bin, "verify", "--data", p.Data)
	cmd.Env = append(append(os.Environ(), p.Env...), "TIEPDAN_STORE="+to)
	if said, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(said), "did not come to its end") {
		t.Errorf("half of the documents are taken for all: %v %s", err, said)
	}
}

// TestAMoveThatWasCutOffAtItsEndIsEnded: the old place was marked as a copy and the new one not yet ended. The command, given again, ends it,
// and the new place is no copy; the old one is.
func TestAMoveThatWasCutOffAtItsEndIsEnded(t *testing.T) {
	cfg := rest(t)
	m := app.Moving{Data: cfg.Data, To: "sqlite:" + filepath.Join(t.TempDir(), "new.db"), Log: slog.New(slog.DiscardHandler), Progress: io.Discard}
	mark := func(where, name string) string {
		t.Helper()
		e, err := sqlite.Open(t.Context(), strings.TrimPrefix(where, "sqlite:"))
		if err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), e, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if name == "moving" { // as before its last step
			sum := sha256.Sum256([]byte(cfg.Store))
			err = s.PutMeta(t.Context(), name, hex.EncodeToString(sum[:]))
		}
		kept, _, readErr := s.Meta(t.Context(), "copied")
		if err := errors.Join(err, readErr, s.Close()); err != nil {
			t.Fatal(err)
		}
		return kept
	}
	for range 2 {
		if _, err := app.Move(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if old, kept := mark(cfg.Store, ""), mark(m.To, "moving"); old == "" || kept != "" {
			t.Errorf("the old place: %q, the new one: %q", old, kept)
		}
	}
	unconfirmed := app.Moving{Data: cfg.Data, To: "sqlite:" + filepath.Join(t.TempDir(), "third.db"), Log: m.Log, Progress: io.Discard}
	if _, err := app.Move(t.Context(), unconfirmed); err != nil {
		t.Fatal(err)
	}
	if kept := mark(unconfirmed.To, ""); kept == "" {
		t.Error("what was moved out of a copy is none")
	}
}
