package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"tiepdan/internal/app"
)

type kiosk struct {
	Enrol  kioskEnrol  `cmd:"" help:"Print the address that makes a device the tablet of a counter, once."`
	Revoke kioskRevoke `cmd:"" help:"End a tablet: what it sends is counted apart."`
}

type kioskEnrol struct {
	Data    string `help:"Data folder." env:"TIEPDAN_DATA"`
	Counter string `arg:"" help:"Counter id."`
	URL     string `help:"Where citizens reach the service." env:"TIEPDAN_URL" required:""`
}

// Run prints the address.
func (k *kioskEnrol) Run(ctx context.Context, log *slog.Logger) error {
	address, err := app.Asking{Data: k.Data, Log: log}.Enrol(ctx, k.Counter, k.URL)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(os.Stdout, address)
	return err
}

type kioskRevoke struct {
	Data string `help:"Data folder." env:"TIEPDAN_DATA"`
	ID   string `arg:"" help:"The tablet's number: the part of its code of enrolment before the first dot."`
}

// Run ends the tablet.
func (k *kioskRevoke) Run(ctx context.Context, log *slog.Logger) error {
	return app.Asking{Data: k.Data, Log: log}.Revoke(ctx, k.ID)
}
