package main

import (
	"context"
	"log/slog"

	"tiepdan/internal/app"
)

type confirm struct {
	What string `arg:"" enum:"copy,clock" help:"copy: this restored folder is the office's own now, and sends. clock: the machine's clock is right now, whatever was written with a wrong one."`
	Data string `env:"TIEPDAN_DATA" help:"Data folder."`
}

// Run confirms.
func (c *confirm) Run(ctx context.Context, log *slog.Logger) error {
	return app.Asking{Data: c.Data, Log: log}.Confirm(ctx, c.What)
}
