package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"tiepdan/internal/app"
)

type verify struct {
	Data string `help:"Data folder." env:"TIEPDAN_DATA"`
}

// Run checks every case's history and says which were changed.
func (v *verify) Run(ctx context.Context, log *slog.Logger) error {
	var report app.Report
	err := withApp(ctx, v.Data, log, func(a *app.App) (err error) {
		report, err = a.Verify(ctx, os.Stderr)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "%d cases, %d entries, %d broken\n", report.Cases, report.Entries, len(report.Broken))
	if err == nil && len(report.Broken) > 0 {
		err = fmt.Errorf("%d histories were changed after they were written", len(report.Broken))
	}
	return err
}
