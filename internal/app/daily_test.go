package app_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// lying names what lies in a folder, without what the library of buckets notes for itself.
func lying(t *testing.T, dir string) (names []string) {
	t.Helper()
	inside, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range inside {
		if !strings.HasSuffix(f.Name(), ".attrs") {
			names = append(names, f.Name())
		}
	}
	return names
}

// TestABackupIsMadeEachDay at its hour and not before, in a folder and in a bucket; what is too old goes, but nothing that is somebody
// else's; one that fails is told on the administrator's page, tried again after a while, and takes no process out of service.
func TestABackupIsMadeEachDay(t *testing.T) {
	for name, to := range map[string]string{"folder": "", "bucket": "file://"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shelf := filepath.Join(t.TempDir(), "shelf")
			var clock atomic.Pointer[time.Time]
			at := func(day, clockTime string) {
				v, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clockTime, casework.Vietnam)
				if err != nil {
					t.Fatal(err)
				}
				clock.Store(&v)
			}
			at("2031-05-20", "01:29")
			r := openAs(t, func(c *app.Config) {
				c.Roles = []string{"web"} // the worker that does it by itself would be in the way
				c.Backups = app.Backups{To: to + shelf, At: 90 * time.Minute, Days: 3, Passphrase: backupPass}
			}, func(a *app.App) error {
				a.Now = func() time.Time { return *clock.Load() }
				return a.Demo(t.Context(), false)
			})
			backUp := func() error { return r.BackUpIfDue(t.Context()) }
			says := func(want bool, text string) {
				t.Helper()
				raw := string(r.call(t, "GET", "/readyz", nil).Raw) // its status is that of the events, which this clock leaves behind
				_, said, _ := strings.Cut(raw, `{"name":"backup","failed":`)
				if strings.HasPrefix(said, "true") != want || !strings.Contains(said, text) || !strings.Contains(said, `"aside":true`) {
					t.Errorf("want failed %t, %s: %s", want, text, raw)
				}
			}
			says(false, "")
			if err := backUp(); err == nil {
				t.Error("a backup on a shelf that is not there")
			}
			at("2031-05-20", "01:30")
			says(true, `"since"`)
			if err := backUp(); err != nil {
				t.Errorf("tried again at once: %v", err)
			}
			if err := os.Mkdir(shelf, 0o700); err != nil {
				t.Fatal(err)
			}
			older := []string{"tiepdan-2031-05-16-0130.age", "tiepdan-2031-05-17-0130.age", "tiepdan-2031-05-18-2359.age", "thư tay.age", "tiepdan-2031-01-01.age"}
			for _, name := range older {
				if err := os.WriteFile(filepath.Join(shelf, name), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			at("2031-05-20", "01:44")
			if err := backUp(); err != nil {
				t.Fatal(err)
			}
			want := append(slices.Clone(older[2:]), "tiepdan-2031-05-20-0144.age")
			slices.Sort(want)
			if d := cmp.Diff(want, lying(t, shelf)); d != "" {
				t.Error(d)
			}
			for _, later := range []string{"20 01:50", "21 01:29"} {
				day, minute, _ := strings.Cut(later, " ")
				at("2031-05-"+day, minute)
				if err := backUp(); err != nil || len(lying(t, shelf)) != len(want) {
					t.Errorf("one more at %s: %v", later, err)
				}
			}
			says(false, `"last":"2031-05-19T18:44:00Z"`)
			at("2031-05-21", "04:00") // nobody made the next one
			says(true, `"since"`)
			if page := r.page(t, "/staff/admin/health", r.signIn(t, oneOf(t, r, office.Admin))); !strings.Contains(page, "Chưa có bản sao lưu tốt") || !strings.Contains(page, "Lần tốt gần nhất: <span class=\"num\">01:44 20/05/2031") {
				t.Error(page)
			}
			if a := r.call(t, "GET", "/metrics", nil); !strings.Contains(string(a.Raw), "tiepdan_backup_age_seconds 94560") {
				t.Error("the figure of its age")
			}
		})
	}
}

// TestAClockThatIsAheadTakesNoBackups: those of the last days stay, and whoever reads the log sees which one went.
func TestAClockThatIsAheadTakesNoBackups(t *testing.T) {
	shelf := t.TempDir()
	var log bytes.Buffer
	r := openAs(t, func(c *app.Config) {
		c.Roles = []string{"web"}
		c.Backups = app.Backups{To: shelf, At: 90 * time.Minute, Days: 14, Passphrase: backupPass}
	}, func(a *app.App) error {
		a.Log = slog.New(slog.NewTextHandler(&log, nil))
		a.Now = func() time.Time { return time.Date(2031, 7, 1, 2, 0, 0, 0, casework.Vietnam) }
		return a.Demo(t.Context(), false)
	})
	for day := range 15 {
		if err := os.WriteFile(filepath.Join(shelf, fmt.Sprintf("tiepdan-2031-05-%02d-0130.age", day+1)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.BackUpIfDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	left := lying(t, shelf)
	if len(left) != 13 || left[0] != "tiepdan-2031-05-04-0130.age" || left[12] != "tiepdan-2031-07-01-0200.age" {
		t.Errorf("left: %v", left)
	}
	for _, gone := range []string{"05-01", "05-02", "05-03"} {
		if !strings.Contains(log.String(), "a backup whose days are over is removed\" name=tiepdan-2031-"+gone) {
			t.Errorf("nobody hears that the one of %s went", gone)
		}
	}
}

func TestSettingsOfDailyBackups(t *testing.T) {
	elsewhere := t.TempDir()
	t.Setenv("TIEPDAN_BACKUP_PASSPHRASE", backupPass)
	for name, x := range map[string]struct{ setting, to, wrong string }{
		"a folder":           {"TIEPDAN_BACKUP_TO", elsewhere, ""},
		"a bucket":           {"TIEPDAN_BACKUP_TO", "s3://ban-sao-luu?region=hn", ""},
		"no whole path":      {"TIEPDAN_BACKUP_TO", "backups", "outside the data folder"},
		"in the data folder": {"TIEPDAN_BACKUP_TO", filepath.Join(elsewhere, "data", "backups"), "outside the data folder"},
		"no hour":            {"TIEPDAN_BACKUP_AT", "25:00", "such as 01:30"},
		"one day":            {"TIEPDAN_BACKUP_DAYS", "1", "from 2"},
		"no passphrase":      {"TIEPDAN_BACKUP_PASSPHRASE", "ngắn", "8 characters"},
		"MongoDB":            {"TIEPDAN_STORE", "mongodb://localhost", "goes with SQLite"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TIEPDAN_BACKUP_TO", elsewhere)
			t.Setenv(x.setting, x.to)
			c, err := app.FromEnv("", filepath.Join(elsewhere, "data"), nil)
			if x.wrong == "" && (err != nil || c.Backups.To != x.to || c.Backups.At != 90*time.Minute || c.Backups.Days != 14) {
				t.Errorf("%+v %v", c.Backups, err)
			}
			if x.wrong != "" && (err == nil || !strings.Contains(err.Error(), x.wrong)) {
				t.Errorf("%v, want %s", err, x.wrong)
			}
		})
	}
}
