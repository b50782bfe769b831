package app_test

import (
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/app"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/testkit"
)

// dueMail puts a notice by mail that is long due into the outbox.
func dueMail(t *testing.T, r *running, id string) {
	t.Helper()
	due := time.Now().Add(-time.Hour)
	if err := r.Store.AddDispatches(t.Context(), &casework.Dispatch{ID: id + ".1", V: 1, Case: id, Seq: 1, Step: "accepted", Way: casework.WayMail, Due: &due}); err != nil {
		t.Fatal(err)
	}
}

// TestARestoredCopySendsNothingUntilItIsConfirmed: the mail server is not so much as called by the copy; after one command it is.
func TestARestoredCopySendsNothingUntilItIsConfirmed(t *testing.T) {
	cfg := rest(t)
	out := filepath.Join(t.TempDir(), "b.age")
	if _, err := app.Backup(t.Context(), cfg.Data, out, backupPass); err != nil {
		t.Fatal(err)
	}
	back, _, err := restored(t, out)
	if err != nil {
		t.Fatal(err)
	}
	server, calls := calledServer(t)
	r := openAs(t, func(c *app.Config) {
		c.Data, c.Store, c.Keys, c.Quorum, c.Blobs = back.Data, back.Store, back.Keys, back.Quorum, back.Blobs
		c.SMTP, c.MailAddress, c.Sweep = "smtp://"+server, "motcua@xa.example", 20*time.Millisecond
	}, func(a *app.App) error { return nil })
	dueMail(t, r, "x")
	until(t, "the page to say that it is a copy", func() bool {
		status, names, _ := failed(t, r)
		return status == http.StatusOK && strings.Contains(names, "copied")
	})
	page := r.page(t, "/staff/admin/health", r.signIn(t, oneOf(t, r, office.Admin)))
	if !strings.Contains(page, "tiepdan confirm copy") {
		t.Error(page)
	}
	for i := range 3 { // the worker sweeps meanwhile
		f, err := fileKey(t, r.URL, i)
		if err != nil {
			t.Fatal(err)
		}
		until(t, "routing of "+f.Ref, func() bool { return statusAt(t, r.URL, f.Code) == "assigned" })
	}
	if n := len(calls); n != 0 {
		t.Errorf("a copy called the mail server %d times", n)
	}
	if err := (app.Asking{Data: back.Data}).Confirm(t.Context(), "copy"); err != nil {
		t.Fatal(err)
	}
	<-calls
	if err := (app.Asking{Data: back.Data}).Confirm(t.Context(), "copy"); err == nil {
		t.Error("confirmed twice")
	}
}

// TestAClockThatWentBackIsTold: over a restart, on the page and in the doctor's words, until somebody says that it is right.
func TestAClockThatWentBackIsTold(t *testing.T) {
	behind := func() time.Time { return time.Now().Add(-3 * time.Hour) }
	r := openAs(t, nil, func(a *app.App) error {
		a.Now = behind
		return a.Demo(t.Context(), false)
	})
	if err := r.Store.PutMeta(t.Context(), "alive", time.Now().UTC().Format(time.RFC3339)); err != nil {
		t.Fatal(err)
	}
	until(t, "the check to fail", func() bool {
		status, names, _ := failed(t, r)
		return status == http.StatusOK && names == "clock"
	})
	if !strings.Contains(r.Log.String(), "behind what this installation wrote last") || !strings.Contains(r.Log.String(), "from that of the file system") {
		t.Error(r.Log.String())
	}
	page := r.page(t, "/staff/admin/health", r.signIn(t, oneOf(t, r, office.Admin)))
	if !strings.Contains(page, "tiepdan confirm clock") {
		t.Error(page)
	}
	kept, _, err := r.Store.Meta(t.Context(), "alive")
	if at, _ := time.Parse(time.RFC3339, kept); err != nil || time.Since(at) > time.Hour {
		t.Errorf("the last time went back with the clock: %s %v", kept, err)
	}
	if err := r.ConfirmClock(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept, _, err = r.Store.Meta(t.Context(), "alive")
	if at, _ := time.Parse(time.RFC3339, kept); err != nil || at.Sub(behind()).Abs() > time.Hour {
		t.Errorf("after the word that the clock is right: %s %v", kept, err)
	}
}

// TestTheDatabaseServerTellsItsTime: by MongoDB's own protocol.
func TestTheDatabaseServerTellsItsTime(t *testing.T) {
	uri := testkit.Mongo(t)
	r := open(t, func(c *app.Config) { c.Store = uri })
	at, err := r.Store.Clock(t.Context())
	if err != nil || time.Since(at).Abs() > time.Hour {
		t.Errorf("%v %v", at, err)
	}
}

// calledServer listens like a mail server that never greets, and tells of each call.
func calledServer(t *testing.T) (addr string, calls <-chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	called := make(chan struct{}, 1000)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
			called <- struct{}{}
		}
	}()
	return l.Addr().String(), called
}
