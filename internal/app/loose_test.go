package app_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tiepdan/internal/app"
)

func TestDataThatOthersMayOpenIsRefused(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	cfg, err := app.FromEnv("127.0.0.1:0", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	opens := func() error {
		a, err := app.Open(t.Context(), cfg, slog.New(slog.DiscardHandler))
		if err == nil {
			err = a.Close()
		}
		return err
	}
	if err := opens(); err != nil {
		t.Fatalf("a fresh folder: %v", err)
	}
	for path, tc := range map[string]struct {
		loose, tight os.FileMode
		told         string
	}{
		data: {0o750, 0o700, "chmod 700 " + data}, cfg.Keys: {0o644, 0o600, "chmod 600 " + cfg.Keys},
	} {
		if err := os.Chmod(path, tc.loose); err != nil {
			t.Fatal(err)
		}
		if err := opens(); err == nil || !strings.Contains(err.Error(), tc.told) {
			t.Errorf("%s with %o: %v", path, tc.loose, err)
		}
		if err := os.Chmod(path, tc.tight); err != nil {
			t.Fatal(err)
		}
		if err := opens(); err != nil {
			t.Errorf("%s with %o: %v", path, tc.tight, err)
		}
	}
}
