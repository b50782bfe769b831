package app_test

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/app"
)

// TestCommandsWorkBesideTheRunningService and say the same when it rests: the proof with its findings, a sticker, a tablet.
func TestCommandsWorkBesideTheRunningService(t *testing.T) {
	r := open(t, nil)
	d := r.begin(t, "/api/v1/cases", complainant())
	if got := r.sendFile(t, d.code, "anh.jpg", smallPhoto(t)); got.Status != http.StatusCreated {
		t.Fatalf("%d %s", got.Status, got.Raw)
	}
	until(t, "the socket", func() bool { _, err := os.Stat(filepath.Join(r.Config.Data, "admin.sock")); return err == nil })
	var told bytes.Buffer
	q := app.Asking{Data: r.Config.Data, Log: slog.New(slog.DiscardHandler), Progress: &told}
	want, err := r.QRPicture(t.Context(), "quay-1", "https://xa.example", "q.svg")
	if err != nil {
		t.Fatal(err)
	}
	look := func(broken int) {
		t.Helper()
		told.Reset()
		report, err := q.Verify(t.Context(), "")
		if err != nil || report.Cases != 1 || report.Files != 1 || report.Broken != broken || len(report.Found) != broken || strings.Contains(told.String(), "record files/") != (broken > 0) {
			t.Errorf("%+v %v %s", report, err, told.String())
		}
		if _, err := q.Verify(t.Context(), "00ff"); err == nil || !strings.Contains(err.Error(), "no root 00ff") {
			t.Errorf("a root that is not there: %v", err)
		}
		picture, err := q.QR(t.Context(), "quay-1", "https://xa.example", "q.svg")
		if d := cmp.Diff(want, picture); d != "" || err != nil {
			t.Error(d, err)
		}
		if _, err := q.QR(t.Context(), "quay-99", "https://xa.example", "q.svg"); err == nil || !strings.Contains(err.Error(), "no counter") {
			t.Errorf("no such counter: %v", err)
		}
		if err := q.Revoke(t.Context(), "nobody's"); err == nil {
			t.Error("a tablet that is not there is ended")
		}
	}
	look(0)
	to, err := q.Enrol(t.Context(), "quay-1", r.URL)
	if got := r.call(t, "GET", strings.TrimPrefix(to, r.URL), nil); err != nil || got.Status >= http.StatusBadRequest {
		t.Errorf("%s: %v %d", to, err, got.Status)
	}
	over, end := context.WithCancel(t.Context())
	end()
	if _, err := q.Verify(over, ""); err == nil {
		t.Error("it goes on for somebody who hung up")
	}
	if err := filepath.WalkDir(filepath.Join(r.Config.Data, "blobs"), func(path string, f fs.DirEntry, err error) error {
		if err != nil || !f.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		raw[len(raw)/2] ^= 1
		return os.WriteFile(path, raw, 0o600)
	}); err != nil {
		t.Fatal(err)
	}
	look(1)
	if r.call(t, "GET", "/readyz", nil).Status != http.StatusOK {
		t.Error("the service does not go on")
	}
	r.stop()
	look(1)
}
