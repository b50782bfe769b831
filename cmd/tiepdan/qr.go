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
	return withApp(ctx, q.Data, log, func(a *app.App) error {
		picture, err := a.QRPicture(ctx, q.Counter, q.URL, q.Out)
		if err != nil {
			return err
		}
		return os.WriteFile(q.Out, picture, 0o600)
	})
}
