package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"tiepdan/internal/app"
)

// setup makes the office out of a file, while the service rests; without one the service itself asks for it on its first start.
type setup struct {
	Data string `help:"Data folder." env:"TIEPDAN_DATA"`
	From string `required:"" help:"The office: a JSON file with a list for each of units, people, counters, categories, rules, procedures and templates, or an .xlsx with a sheet for each."`
}

// Run reads the file and makes the office; it prints the one-time passwords.
func (s *setup) Run(ctx context.Context, log *slog.Logger) error {
	raw, err := os.ReadFile(s.From)
	if err != nil {
		return fmt.Errorf("read the office: %w", err)
	}
	return withApp(ctx, s.Data, log, func(a *app.App) error {
		if strings.EqualFold(filepath.Ext(s.From), ".xlsx") {
			return a.SetUpFromTables(ctx, raw, os.Stdout)
		}
		return a.SetUpFrom(ctx, raw, os.Stdout)
	})
}
