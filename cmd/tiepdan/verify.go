package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"tiepdan/internal/app"
)

type verify struct {
	Data  string `env:"TIEPDAN_DATA" help:"Data folder."`
	JSON  bool   `help:"Print the report as JSON."            name:"json"`
	Known string `help:"SHA-256 of a root somebody kept: fails when the store has it no longer." placeholder:"HEX"`
}

// Run checks every case's history and document, and the signed roots, and says what was changed; beside the running service too.
func (v *verify) Run(ctx context.Context, log *slog.Logger) error {
	report, err := app.Asking{Data: v.Data, Log: log, Progress: os.Stderr}.Verify(ctx, v.Known)
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
