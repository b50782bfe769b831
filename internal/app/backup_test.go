package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/backup"
	"tiepdan/internal/domain/audit"
	"tiepdan/internal/seal"
	"tiepdan/internal/testkit"
)

const backupPass = "mật khẩu của bản sao lưu"

// restored brings a backup back into a new folder, and returns the configuration to open it with.
func restored(t *testing.T, from string) (app.Config, app.Restored, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "restored")
	p, err := app.Restore(t.Context(), app.Restoring{From: from, Data: dir, Passphrase: backupPass, Log: slog.New(slog.DiscardHandler), Progress: io.Discard})
	cfg, wrong := app.FromEnv("127.0.0.1:0", dir, nil)
	if wrong != nil {
		t.Fatal(wrong)
	}
	return cfg, p, err
}

// alone fails when the folder holds anything but the names.
func alone(t *testing.T, dir string, names ...string) {
	t.Helper()
	inside, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range inside {
		if !strings.Contains(strings.Join(names, "/"), f.Name()) {
			t.Errorf("%s was left in %s", f.Name(), dir)
		}
	}
}

// TestBackupBesideTheRunningServiceHoldsWhatWasAcknowledged backs up while letters pour in: those that were acknowledged
// before it began are in it with their files, every history holds, and what no desk had got gets to one from the restored
// folder, whose bus is new.
func TestBackupBesideTheRunningServiceHoldsWhatWasAcknowledged(t *testing.T) {
	r := open(t, func(c *app.Config) { c.Roles = []string{"web"} }) // nobody routes
	until(t, "the socket", func() bool { _, err := os.Stat(filepath.Join(r.Config.Data, "admin.sock")); return err == nil })
	first, err := fileKey(t, r.URL, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.sendFile(t, first.Code, "bien-ban.jpg", smallPhoto(t)); got.Status != http.StatusCreated {
		t.Fatalf("%d %s", got.Status, got.Raw)
	}
	const before, letters = 40, 200
	var mu sync.Mutex
	kept := []filedAs{first}
	var next atomic.Int64
	enough := make(chan struct{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for n := next.Add(1); n <= letters; n = next.Add(1) {
				got, err := fileKey(t, r.URL, int(n))
				if err != nil || got.Status != http.StatusCreated {
					t.Errorf("letter %d: %d %v", n, got.Status, err)
					return
				}
				mu.Lock()
				if kept = append(kept, got); len(kept) == before {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	mu.Lock()
	promised := append([]filedAs{}, kept...)
	mu.Unlock()
	out := filepath.Join(t.TempDir(), "b.age")
	m, err := app.Backup(t.Context(), r.Config.Data, out, backupPass)
	if err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	until(t, "the copy to be removed", func() bool {
		left, _ := filepath.Glob(filepath.Join(r.Config.Data, "copy-*"))
		return len(left) == 0
	})
	alone(t, filepath.Dir(out), "b.age")
	r.stop()

	cfg, p, err := restored(t, out)
	if err != nil {
		t.Fatal(err)
	}
	if p.Report.Cases < before || p.Report.Broken != 0 || p.Report.Files != 1 || len(p.Backup.Parts) != len(m.Parts) || p.Heads == "" {
		t.Errorf("%+v", p)
	}
	alone(t, cfg.Data, "tiepdan.db", "tiepdan.db-wal", "tiepdan.db-shm", "keys.json", "blobs")
	alone(t, filepath.Dir(cfg.Data), "restored")
	again := open(t, func(c *app.Config) {
		c.Data, c.Store, c.Keys, c.Quorum, c.Blobs = cfg.Data, cfg.Store, cfg.Keys, cfg.Quorum, cfg.Blobs
	})
	for _, f := range promised {
		until(t, "routing of "+f.Ref, func() bool { return statusAt(t, again.URL, f.Code) == "assigned" })
	}
}

func smallPhoto(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rest is a resting data folder with files of a complaint and a denunciation.
func rest(t *testing.T) app.Config {
	t.Helper()
	r := open(t, nil)
	for _, kind := range []string{"complaint", "denunciation"} {
		filing := complainant()
		filing["kind"] = kind
		got := r.call(t, "POST", "/api/v1/cases", filing)
		if got.Status != http.StatusCreated {
			t.Fatalf("%d %s", got.Status, got.Raw)
		}
		if got := r.sendFile(t, got.JSON["tracking_code"].(string), "anh.jpg", smallPhoto(t)); got.Status != http.StatusCreated {
			t.Fatalf("%d %s", got.Status, got.Raw)
		}
	}
	r.stop()
	return r.Config
}

// TestBackupOfARestingFolderAndItsRefusals says what stands in the way, and leaves nothing behind.
func TestBackupOfARestingFolderAndItsRefusals(t *testing.T) {
	cfg := rest(t)
	dir := t.TempDir()
	out := filepath.Join(dir, "b.age")
	if _, err := app.Backup(t.Context(), cfg.Data, out, backupPass); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		set, to, out, pass, want string
	}{
		"its name is taken":      {out: out, want: "exists already"},
		"no folder":              {out: filepath.Join(dir, "none", "b.age"), want: "there is no folder"},
		"a short passphrase":     {pass: "ngắn", want: "8 characters"},
		"no database":            {set: "TIEPDAN_STORE", to: "sqlite:" + filepath.Join(dir, "x.db"), want: "is --data right"},
		"MongoDB":                {set: "TIEPDAN_STORE", to: "mongodb://localhost", want: "mongodump"},
		"no key file":            {set: "TIEPDAN_KEYS", to: filepath.Join(dir, "keys.json"), want: seal.ErrMissing.Error()},
		"no room for the copy":   {set: "TIEPDAN_FREE_SPACE", to: "900000TB", want: "TIEPDAN_FREE_SPACE"},
		"no room for the backup": {out: filepath.Join(testkit.SmallDisk(t, 64<<10), "b.age"), want: "is full"},
	} {
		t.Run(name, func(t *testing.T) {
			if x.set != "" {
				t.Setenv(x.set, x.to)
			}
			to, pass := x.out, x.pass
			if to == "" {
				to = filepath.Join(dir, "other.age")
			}
			if pass == "" {
				pass = backupPass
			}
			if _, err := app.Backup(t.Context(), cfg.Data, to, pass); err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("%v, want %s", err, x.want)
			}
			if filepath.Dir(to) != filepath.Join(dir, "none") {
				alone(t, filepath.Dir(to), "b.age")
			}
		})
	}
	left, _ := filepath.Glob(filepath.Join(cfg.Data, "copy-*"))
	if len(left) > 0 {
		t.Errorf("left in the data folder: %v", left)
	}
	refusals(t, out, cfg.Data)
}

// refusals are those of restoring.
func refusals(t *testing.T, out, full string) {
	t.Helper()
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.age")
	if err := os.WriteFile(cut, raw[:len(raw)-100_000], 0o600); err != nil {
		t.Fatal(err)
	}
	_, p, err := restored(t, out)
	if err != nil || p.Report.Files != 2 || p.Report.Cases != 2 {
		t.Errorf("%+v %v", p, err)
	}
	for name, x := range map[string]struct {
		from, to, pass string
		want           error
		says           string
	}{
		"a wrong passphrase":         {pass: "mật khẩu khác", want: backup.ErrPassphrase},
		"a cut file":                 {from: cut, want: backup.ErrDamaged},
		"no file":                    {from: cut + "x", want: os.ErrNotExist},
		"a folder that is not empty": {to: full, says: "not empty"},
		"a folder in none":           {to: filepath.Join(cut, "none", "data"), says: "there is no folder"},
	} {
		t.Run(name, func(t *testing.T) {
			in := t.TempDir()
			o := app.Restoring{From: out, Data: filepath.Join(in, "data"), Passphrase: backupPass, Log: slog.New(slog.DiscardHandler), Progress: io.Discard}
			if x.from != "" {
				o.From = x.from
			}
			if x.to != "" {
				o.Data = x.to
			}
			if x.pass != "" {
				o.Passphrase = x.pass
			}
			if _, err := app.Restore(t.Context(), o); err == nil || x.want != nil && !errors.Is(err, x.want) || !strings.Contains(err.Error(), x.says) {
				t.Errorf("%v", err)
			}
			alone(t, in)
		})
	}
	if _, err := os.Stat(filepath.Join(full, "tiepdan.db")); err != nil {
		t.Error(err)
	}
}

// TestAChangedFileIsNamedAndNotRestored: attachments are read again by verify, and a backup of what is not as it was written
// does not become a data folder by itself.
func TestAChangedFileIsNamedAndNotRestored(t *testing.T) {
	cfg := rest(t)
	var files []string
	if err := filepath.WalkDir(filepath.Join(cfg.Data, "blobs"), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	}); err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	look := func() audit.Report {
		a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		r := checked(t, a)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := look(); r.Files != 2 || r.Broken != 0 {
		t.Fatalf("%+v", r)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := errors.Join(os.WriteFile(files[0], raw, 0o600), os.Remove(files[1])); err != nil {
		t.Fatal(err)
	}
	if r := look(); r.Broken != 2 || !strings.HasPrefix(r.Found[0].Record, "files/") {
		t.Errorf("%+v", r)
	}
	out := filepath.Join(t.TempDir(), "b.age")
	// what a killed backup left goes with the next one; what somebody writes, or what is not ours, stays
	old, left := time.Now().Add(-time.Hour), map[string]bool{".a.age-1.tiepdan.part": false, ".fresh.age-2.tiepdan.part": true, ".other-3.part": true}
	for name := range left {
		path := filepath.Join(filepath.Dir(out), name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if name != ".fresh.age-2.tiepdan.part" {
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := app.Backup(t.Context(), cfg.Data, out, backupPass); err != nil {
		t.Fatal(err)
	}
	for name, stays := range left {
		if _, err := os.Stat(filepath.Join(filepath.Dir(out), name)); (err == nil) != stays {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, _, err := restored(t, out)
	if err == nil || !strings.Contains(err.Error(), "2 records") {
		t.Error(err)
	}
	if _, err := os.Stat(got.Data); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is served under its name: %v", err)
	}
}

// TestACopyIsLentWhileItsBorrowerIsThere: the service removes the copy of its database when the command that asked for it is gone.
func TestACopyIsLentWhileItsBorrowerIsThere(t *testing.T) {
	r := open(t, nil)
	path := filepath.Join(r.Config.Data, "admin.sock")
	var conn net.Conn
	until(t, "the socket", func() bool { // its name is there a moment before it listens
		var err error
		conn, err = net.Dial("unix", path)
		return err == nil
	})
	var lent struct{ Path string }
	if err := errors.Join(json.NewEncoder(conn).Encode(app.StaffOrder{Do: "copy"}), json.NewDecoder(conn).Decode(&lent)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(lent.Path); err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	until(t, "the copy to be removed", func() bool { _, err := os.Stat(lent.Path); return errors.Is(err, os.ErrNotExist) })
}
