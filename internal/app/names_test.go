package app_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"tiepdan/internal/app"
)

// TestAMistypedSettingIsRefused: a name that is nobody's setting stops the program, and says which one is meant; what Kubernetes sets by
// itself does not.
func TestAMistypedSettingIsRefused(t *testing.T) {
	t.Setenv("TIEPDAN_SMPT", "smtp://127.0.0.1")
	if _, err := app.FromEnv("", t.TempDir(), nil); err == nil || !strings.Contains(err.Error(), "TIEPDAN_SMPT is no setting: is TIEPDAN_SMTP meant") {
		t.Error(err)
	}
	if err := os.Unsetenv("TIEPDAN_SMPT"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"TIEPDAN_SERVICE_HOST", "TIEPDAN_WEB_SERVICE_PORT_HTTP", "TIEPDAN_PORT", "TIEPDAN_PORT_8080_TCP_ADDR"} {
		t.Setenv(name, "10.0.0.7")
	}
	if _, err := app.FromEnv("", t.TempDir(), nil); err != nil {
		t.Error(err)
	}
}

// TestEverySettingOfTheReadmeIsKnown: what the table lists is taken.
func TestEverySettingOfTheReadmeIsKnown(t *testing.T) {
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(raw), "## Configuration")
	table, _, _ = strings.Cut(table, "### First start")
	for _, name := range regexp.MustCompile(`TIEPDAN_[A-Z0-9_]+`).FindAllString(table, -1) {
		t.Setenv(name, os.Getenv(name)) // set, and empty: at its default
	}
	if _, err := app.FromEnv("", t.TempDir(), nil); err != nil {
		t.Error(err)
	}
}
