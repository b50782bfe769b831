package app_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/process"
)

// keepFolders makes the folders of this program's form and keeps them: do so before a release that raises the form of the file,
//
//	go test ./internal/app -run TestFoldersOfThisFormAreKept -args -keep-folders
//
// and never make an old one anew.
var keepFolders = flag.Bool("keep-folders", false, "make the data folders that later programs are tested with")

const folders = "testdata/released"

// promised is what stands in a kept folder beside its parts: what every later program must find in it.
type promised struct {
	Cases, Entries, Records, Files, Roots int
	Heads                                 string // over the last entries of all cases
	Answerable                            string // the reference of a case that its unit is working on
}

// foundIn is what a program finds in a folder.
func foundIn(t *testing.T, a *app.App) promised {
	t.Helper()
	r, heads := checked(t, a), sha256.New()
	if r.Broken > 0 {
		t.Errorf("changed since: %v", r.Found)
	}
	p := promised{Cases: r.Cases, Entries: r.Entries, Records: r.Records, Files: r.Files, Roots: r.Roots}
	if err := a.Store.EachCase(t.Context(), func(c *casework.Case) error {
		if c.State == law.InProgress && c.Kind == law.Feedback {
			p.Answerable = c.Ref
		}
		_, err := fmt.Fprintf(heads, "%s %x\n", c.ID, c.History[len(c.History)-1].Hash)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	p.Heads = hex.EncodeToString(heads.Sum(nil))
	return p
}

// formOf reads the number of its form out of a SQLite file that rests.
func formOf(t *testing.T, path string) int {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil || len(raw) < 64 {
		t.Fatal(len(raw), err)
	}
	return int(binary.BigEndian.Uint32(raw[60:]))
}

// TestFoldersOfThisFormAreKept fails when the form of the file was raised and no folder of the new form stands beside the old ones.
func TestFoldersOfThisFormAreKept(t *testing.T) {
	cfg, err := app.FromEnv("127.0.0.1:0", filepath.Join(t.TempDir(), "data"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := reopened(t, cfg).Close(); err != nil {
		t.Fatal(err)
	}
	form := strconv.Itoa(formOf(t, filepath.Join(cfg.Data, "tiepdan.db")))
	if *keepFolders {
		keepFolder(t, form+"-empty", openAs(t, nil, func(a *app.App) error { return a.Demo(t.Context(), false) }))
		keepFolder(t, form+"-full", fullOne(t))
	}
	for _, kind := range []string{"empty", "full"} {
		if _, err := os.Stat(filepath.Join(folders, form+"-"+kind+".tar.gz")); err != nil {
			t.Errorf("the file has form %s now: keep folders of it for later programs (see keepFolders): %v", form, err)
		}
	}
}

// fullOne holds something of everything: cases of all kinds and ages, ratings and their sums, files, sealed days, sessions.
func fullOne(t *testing.T) *running {
	t.Helper()
	r := openAs(t, nil, func(a *app.App) error { return a.DemoSome(t.Context(), 9) })
	for _, kind := range []string{"complaint", "denunciation"} {
		filing := complainant()
		filing["kind"] = kind
		d := r.begin(t, "/api/v1/cases", filing)
		if got := r.sendFile(t, d.code, "anh.jpg", smallPhoto(t)); got.Status != http.StatusCreated {
			t.Fatalf("%d %s", got.Status, got.Raw)
		}
	}
	r.signIn(t, oneOf(t, r, "head"))
	if _, err := r.Book.Recount(t.Context()); err != nil {
		t.Fatal(err)
	}
	if root, err := r.SealDays(t.Context()); err != nil || root == nil {
		t.Fatal(root, err)
	}
	return r
}

// keepFolder stops the program and packs its folder, without what is made anew at every start.
func keepFolder(t *testing.T, name string, r *running) {
	t.Helper()
	r.stop()
	a := reopened(t, r.Config)
	said, err := json.Marshal(foundIn(t, a))
	if err = errors.Join(err, a.Close(), os.RemoveAll(filepath.Join(r.Config.Data, "nats")), os.WriteFile(filepath.Join(r.Config.Data, "promised.json"), said, 0o600)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	if err := errors.Join(w.AddFS(os.DirFS(r.Config.Data)), w.Close(), z.Close(), os.MkdirAll(folders, 0o750)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folders, name+".tar.gz")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s is kept already", path)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d kB, %s", path, out.Len()>>10, said)
}

// unfolded unpacks a kept folder and returns it with what it promises.
func unfolded(t *testing.T, path string) (dir string, p promised) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	if err := process.Unpack(path, dir); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "promised.json"))
	if err = errors.Join(err, json.Unmarshal(raw, &p)); err != nil {
		t.Fatal(err)
	}
	return dir, p
}

// TestFoldersOfOlderProgramsServe opens the folder of every form that there ever was: all that it promised is found, as it was written,
// old cases go on, new letters come in, and a backup of it comes back.
func TestFoldersOfOlderProgramsServe(t *testing.T) {
	kept, err := filepath.Glob(filepath.Join(folders, "*.tar.gz"))
	if err != nil || len(kept) < 2 {
		t.Fatal(kept, err)
	}
	for _, path := range kept {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".tar.gz"), func(t *testing.T) {
			t.Parallel()
			dir, want := unfolded(t, path)
			cfg, err := app.FromEnv("127.0.0.1:0", dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got promised
			r := openAs(t, func(c *app.Config) {
				c.Data, c.Store, c.Keys, c.Quorum, c.Blobs = cfg.Data, cfg.Store, cfg.Keys, cfg.Quorum, cfg.Blobs
			}, func(a *app.App) error { got = foundIn(t, a); return nil })
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("promised, and found: %s", d)
			}
			d := r.begin(t, "/api/v1/cases", map[string]any{"kind": "feedback", "category": "roads", "subject": "Đèn đường", "body": "Đèn đường trước chợ hỏng."})
			d.moves(t, r.signIn(t, headOf(t, r, d.ref)), do("start"), do("answer", "text", "Đã sửa xong."))
			if want.Answerable != "" {
				old := &dossier{running: r, ref: want.Answerable}
				old.moves(t, r.signIn(t, headOf(t, r, old.ref)), do("answer", "text", "Đã sửa xong."))
			}
			r.stop()
			if want.Files == 0 {
				return // one of them is brought back
			}
			out := filepath.Join(t.TempDir(), "b.age")
			if _, err := app.Backup(t.Context(), dir, out, backupPass); err != nil {
				t.Fatal(err)
			}
			if _, p, err := restored(t, out); err != nil || p.Report.Cases != want.Cases+1 || p.Report.Files != want.Files || p.Report.Broken > 0 {
				t.Errorf("%+v %v", p.Report, err)
			}
		})
	}
}

// TestDocumentsOfALaterProgramAreLeftAlone: it keeps fields that this one does not know and would drop.
func TestDocumentsOfALaterProgramAreLeftAlone(t *testing.T) {
	cfg, err := app.FromEnv("127.0.0.1:0", filepath.Join(t.TempDir(), "data"), nil)
	if err != nil {
		t.Fatal(err)
	}
	form := func(more int) string { return strconv.Itoa(casework.Form() + more) }
	for _, more := range []int{-1, 0, 1} {
		a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatalf("%+d: %v", more, err)
		}
		if v, _, err := a.Store.Meta(t.Context(), "form"); err != nil || v != form(0) {
			t.Errorf("%+d: noted %q, %v", more, v, err)
		}
		if err := errors.Join(a.Store.PutMeta(t.Context(), "form", form(more)), a.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "later program") {
		t.Errorf("opened: %v", err)
		_ = a.Close()
	}
}
