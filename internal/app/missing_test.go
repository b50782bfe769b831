package app_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tiepdan/internal/app"
)

// TestAFolderThatLostItsDatabaseIsNoNewOffice: it is not opened, and nothing is made in its place; a folder with neither is a new one.
func TestAFolderThatLostItsDatabaseIsNoNewOffice(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	cfg, err := app.FromEnv("", dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	a, err := app.Open(t.Context(), cfg, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(dir, "tiepdan.db")
	if err := os.Remove(db); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Open(t.Context(), cfg, quiet); !errors.Is(err, app.ErrNoDatabase) || !strings.Contains(err.Error(), db) {
		t.Errorf("opened without its database: %v", err)
	}
	if _, err := os.Stat(db); err == nil {
		t.Error("a database was made")
	}
}

// TestACommandOnAFolderThatIsNotThereMakesNone.
func TestACommandOnAFolderThatIsNotThereMakesNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mistyped")
	_, err := app.Asking{Data: dir, Log: slog.New(slog.DiscardHandler), Progress: os.Stderr}.Verify(t.Context(), "")
	if err == nil || !strings.Contains(err.Error(), "is --data right?") {
		t.Errorf("verified: %v", err)
	}
	if err := app.There(dir); err == nil {
		t.Error("it is there")
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder was made")
	}
}
