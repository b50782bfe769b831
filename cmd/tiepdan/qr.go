package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"tiepdan/internal/app"
	"tiepdan/internal/web/api"
)

type qr struct {
	Data    string `help:"Data folder." env:"TIEPDAN_DATA"`
	Counter string `arg:"" help:"Counter id."`
	Out     string `help:"File to write: .png or .svg." default:"counter.svg"`
	URL     string `help:"Where citizens reach the service." env:"TIEPDAN_URL" required:""`
}

// Run writes the picture.
func (q *qr) Run(ctx context.Context, log *slog.Logger) error {
	cfg, err := app.FromEnv("", q.Data, nil)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer a.Close()
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	k, ok := o.Counter(q.Counter)
	if !ok {
		return fmt.Errorf("no counter %s", q.Counter)
	}
	code, err := api.NewQR(q.URL + "/q/" + a.Stickers.Token(k))
	if err != nil {
		return err
	}
	picture := code.SVG()
	if filepath.Ext(q.Out) == ".png" {
		if picture, err = code.PNG(720); err != nil {
			return err
		}
	}
	return os.WriteFile(q.Out, picture, 0o600)
}
