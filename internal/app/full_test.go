package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tiepdan/internal/app"
	"tiepdan/internal/testkit"
)

// brokenLamp is a filing that lacks nothing.
var brokenLamp = map[string]any{"kind": "feedback", "category": "roads", "subject": "Đèn đường hỏng", "body": "Đề nghị sửa giúp."}

// filled is the program on a small disk that is full: nothing more can be filed until the ballast is removed.
func filled(t *testing.T) (r *running, ballast string) {
	t.Helper()
	disk := testkit.SmallDisk(t, 48<<20)
	r = open(t, func(c *app.Config) {
		c.Data = disk
		c.Store, c.Keys, c.Quorum = "sqlite:"+filepath.Join(disk, "x.db"), filepath.Join(disk, "keys.json"), filepath.Join(disk, "quorum.json")
		c.FreeSpace = 4 << 20
	})
	ballast = testkit.FillDisk(t, disk)
	for n := 0; ; n++ { // the log of the database has a little room of its own
		got, err := fileKey(t, r.URL, n)
		if err != nil {
			t.Fatal(err)
		}
		if got.Status != http.StatusCreated {
			return r, ballast
		}
	}
}

// TestFullDiskIsSaidAndHeals answers 507 with the time to come back while the disk is full, and takes letters and routes them
// without a restart once there is room.
func TestFullDiskIsSaidAndHeals(t *testing.T) {
	r, ballast := filled(t)
	full := r.call(t, "POST", "/api/v1/cases", brokenLamp, "Idempotency-Key", "full-disk-000000001")
	if full.Status != http.StatusInsufficientStorage || full.Header.Get("Retry-After") == "" || full.JSON["code"] != "error.full" {
		t.Errorf("%d %v %s", full.Status, full.Header["Retry-After"], full.Raw)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	var code string
	until(t, "taking letters again", func() bool {
		got, err := fileKey(t, r.URL, 100_000)
		code = got.Code
		return err == nil && got.Status < 300
	})
	until(t, "routing", func() bool { return statusAt(t, r.URL, code) == "assigned" })
	until(t, "the bus", func() bool {
		r.Bus.Wake()
		_, err := r.Bus.Look(t.Context())
		return err == nil
	})
	if log := r.Log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("what heals by itself is no error: %s", log)
	}
	r.checkAll(t)
}

// TestAFullDiskLeavesTheLetterOnThePhone sends a form while the office's disk is full: it waits on the phone and goes out when
// there is room.
func TestAFullDiskLeavesTheLetterOnThePhone(t *testing.T) {
	r, ballast := filled(t)
	p := newPhone(t, r, testkit.Phone(), testkit.AllowConsole("507"), testkit.AllowConsole("503"))
	p.open(counterPath(t, r, 2) + "/file?kind=praise")
	p.await(workerRules)
	p.settled("keeping the page", `caches.open("pages-1").then(c => c.match("/waiting")).then(r => !!r)`)
	p.says("Chị Quỳnh tận tình", "Cảm ơn chị.")
	p.click("button.main", "#queue section")
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	until(t, "room", func() bool {
		got, err := fileKey(t, r.URL, 100_000)
		return err == nil && got.Status < 300
	})
	p.open("/waiting")
	p.see("#queue .code")
}

// TestLostDatabaseIsSaid takes the file of the database away, and the server of the other engine.
func TestLostDatabaseIsSaid(t *testing.T) {
	ask := func(t *testing.T, r *running) {
		t.Helper()
		until(t, "the refusal", func() bool {
			got := r.call(t, "POST", "/api/v1/cases", brokenLamp, "Idempotency-Key", "lost-database-0001")
			if got.Status == http.StatusInternalServerError {
				t.Fatalf("%d %s\n%s", got.Status, got.Raw, r.Log.String())
			}
			if got.Status != http.StatusServiceUnavailable {
				t.Logf("%d %s", got.Status, got.Raw)
			}
			return got.Status == http.StatusServiceUnavailable && got.Header.Get("Retry-After") != ""
		})
	}
	t.Run("file", func(t *testing.T) {
		r := open(t, nil)
		until(t, "the start", func() bool { return r.call(t, "GET", "/readyz", nil).Status == http.StatusOK })
		path := strings.TrimPrefix(r.Config.Store, "sqlite:")
		if err := os.Rename(path, path+".gone"); err != nil {
			t.Fatal(err)
		}
		ask(t, r)
		defer func() { _ = os.Rename(path+".gone", path) }() // so that the program can end
		if err := os.Rename(path+".gone", path); err != nil {
			t.Fatal(err)
		}
		until(t, "its return", func() bool {
			got, err := fileKey(t, r.URL, 1)
			return err == nil && got.Status == http.StatusCreated
		})
	})
	t.Run("server", func(t *testing.T) {
		w, r := stalled(t)
		w.cut()
		ask(t, r)
		w.speak()
	})
}
