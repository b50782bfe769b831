package main

import (
	"context"
	"errors"
	"log/slog"

	"tiepdan/internal/app"
)

type serve struct {
	Addr  string   `help:"Address to listen on, host:port." env:"TIEPDAN_ADDR"`
	Data  string   `help:"Folder of the embedded engines, the keys and the attachments." env:"TIEPDAN_DATA"`
	Roles []string `help:"Roles of this process: web, worker." env:"TIEPDAN_ROLES"`
}

// withApp opens the program on a data folder for one task and closes it.
func withApp(ctx context.Context, data string, log *slog.Logger, task func(*app.App) error) error {
	cfg, err := app.FromEnv("", data, nil)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cfg, log)
	if err != nil {
		return err
	}
	return errors.Join(task(a), a.Close())
}

// Run serves until it is told to stop, and then finishes what it accepted.
func (s *serve) Run(ctx context.Context, log *slog.Logger) error {
	cfg, err := app.FromEnv(s.Addr, s.Data, s.Roles)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cfg, log)
	if err != nil {
		return err
	}
	return a.Run(ctx)
}
