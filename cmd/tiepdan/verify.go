package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"tiepdan/internal/app"
	"tiepdan/internal/audit"
)

type verify struct {
	Data  string `env:"TIEPDAN_DATA" help:"Data folder."`
	JSON  bool   `help:"Print the report as JSON."            name:"json"`
	Known string `help:"SHA-256 of a root somebody kept: fails when the store has it no longer." placeholder:"HEX"`
}

// Run checks every case's history and document, and the signed roots, and says what was changed.
func (v *verify) Run(ctx context.Context, log *slog.Logger) error {
	var report audit.Report
	err := withApp(ctx, v.Data, log, func(a *app.App) (err error) {
		if err := v.known(ctx, a); err != nil {
			return err
		}
		report, err = a.Verify(ctx, os.Stderr)
		return err
	})
	if err != nil {
		return err
	}
	if v.JSON {
		err = json.NewEncoder(os.Stdout).Encode(report)
	} else {
		_, err = fmt.Fprintf(os.Stdout, "%d cases, %d entries, %d records, %d attachments, %d signed roots in %v: %d broken\n",
			report.Cases, report.Entries, report.Records, report.Files, report.Roots, report.Took.Round(1e6), report.Broken)
	}
	if err == nil && report.Broken > 0 {
		err = fmt.Errorf("%d records were changed after they were written", report.Broken)
	}
	return err
}

// known looks for the root somebody kept.
func (v *verify) known(ctx context.Context, a *app.App) error {
	if v.Known == "" {
		return nil
	}
	roots, err := a.Store.Roots(ctx)
	if err != nil {
		return err
	}
	for _, r := range roots {
		if hex.EncodeToString(r.Sum()) == strings.ToLower(v.Known) {
			return nil
		}
	}
	return fmt.Errorf("the store has no root %s: it is another store, or its roots were made anew", v.Known)
}
