package main

import (
	"context"
	"log/slog"
	"os"

	"tiepdan/internal/app"
)

type qr struct {
	Data    string `help:"Data folder." env:"TIEPDAN_DATA"`
	Counter string `arg:"" help:"Counter id."`
	Out     string `help:"File to write: .png or .svg." default:"counter.svg"`
	URL     string `help:"Where citizens reach the service." env:"TIEPDAN_URL" required:""`
}

// Run writes the picture.
func (q *qr) Run(ctx context.Context, log *slog.Logger) error {
	picture, err := app.Asking{Data: q.Data, Log: log}.QR(ctx, q.Counter, q.URL, q.Out)
	if err != nil {
		return err
	}
	return os.WriteFile(q.Out, picture, 0o600)
}
