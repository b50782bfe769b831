package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"

	"tiepdan/internal/app"
)

type demo struct {
	Addr string `help:"Address to listen on, host:port." default:":8080"`
	Data string `help:"Folder to keep the demo in; a temporary one without it."`
}

// Run fills an empty folder with a commune, tells where to look, and serves it.
func (d *demo) Run(ctx context.Context, log *slog.Logger) (err error) {
	if d.Data == "" {
		if d.Data, err = os.MkdirTemp("", "tiepdan-demo-*"); err != nil {
			return fmt.Errorf("make a folder for the demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(d.Data)) }()
	}
	cfg, err := app.FromEnv(d.Addr, d.Data, nil)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cfg, log)
	if err != nil {
		return err
	}
	if err := a.Demo(ctx, true); err != nil {
		return errors.Join(err, a.Close())
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w", err), a.Close())
	}
	if err := a.Tour(ctx, os.Stdout, l.Addr()); err != nil {
		return errors.Join(err, a.Close())
	}
	return a.RunOn(ctx, l)
}
