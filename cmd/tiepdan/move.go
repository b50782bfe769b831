package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"tiepdan/internal/app"
)

type move struct {
	To   string `help:"Where the documents go: sqlite:FILE or mongodb://…, empty." required:""`
	Data string `env:"TIEPDAN_DATA"                                              help:"Data folder."`
}

// Run moves the documents, and prints the proof that they are the same.
func (m *move) Run(ctx context.Context, log *slog.Logger) error {
	p, err := app.Move(ctx, app.Moving{Data: m.Data, To: m.To, Log: log, Progress: os.Stderr})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(os.Stdout, "moved %d documents, %d of them now; each was read again and is the same, byte by byte\n"+
		"verified: %d cases, %d entries, %d records, %d attachments, %d signed roots: %d broken\nheads of all histories, as before: %s\nlast signed root, as before: %s\n"+
		"set TIEPDAN_STORE to the new place. What stays in the old one is marked as a copy: it sends nothing\n",
		p.Docs, p.New, p.Report.Cases, p.Report.Entries, p.Report.Records, p.Report.Files, p.Report.Roots, p.Report.Broken, p.Heads, p.Root)
	return err
}
