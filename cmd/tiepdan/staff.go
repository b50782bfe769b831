package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"tiepdan/internal/app"
)

// staff changes who may sign in, beside the running service or while it rests.
type staff struct {
	Set         staffSet      `cmd:"" default:"withargs" help:"Add a person or change him; the password comes from standard input, an empty one stays."`
	Password    staffPassword `cmd:"" help:"Set a password, read from standard input; ends the person's sessions."`
	Disable     staffDisable  `cmd:"" help:"Shut a person out at once."`
	Enable      staffEnable   `cmd:"" help:"Let a person in again."`
	EndSessions staffEnd      `cmd:"" help:"Sign a person out everywhere."`
}

type staffOne struct {
	Data     string `help:"Data folder." env:"TIEPDAN_DATA"`
	Username string `arg:"" help:"Sign-in name."`
}

type staffSet struct {
	staffOne
	Name  string   `help:"Full name; needed for a new person."`
	Unit  string   `help:"Unit id; needed for a new person."`
	Roles []string `help:"reception, officer, head, inspector, admin."`
	Head  bool     `help:"Make the person the head of the unit."`
}

type (
	staffPassword struct{ staffOne }
	staffDisable  struct{ staffOne }
	staffEnable   struct{ staffOne }
	staffEnd      struct{ staffOne }
)

// order gives the order to the running service, or carries it out on the store when none runs.
func (s staffOne) order(ctx context.Context, log *slog.Logger, do string, n app.NewStaff) error {
	n.Username = s.Username
	o := app.StaffOrder{Do: do, Staff: n}
	if running, err := app.AskRunning(ctx, s.Data, o); running || err != nil {
		return err
	}
	if err := app.There(s.Data); err != nil {
		return err
	}
	return withApp(ctx, s.Data, log, func(a *app.App) error { return a.Do(ctx, o) })
}

// password reads a line from standard input; nothing there is no password.
func password() (string, error) {
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password from standard input: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// Run keeps the person.
func (s *staffSet) Run(ctx context.Context, log *slog.Logger) error {
	p, err := password()
	if err != nil {
		return err
	}
	return s.order(ctx, log, "keep", app.NewStaff{Name: s.Name, Unit: s.Unit, Roles: s.Roles, Head: s.Head, Password: p})
}

// Run sets the password.
func (s *staffPassword) Run(ctx context.Context, log *slog.Logger) error {
	p, err := password()
	if err == nil && p == "" {
		err = errors.New("no password on standard input")
	}
	if err != nil {
		return err
	}
	return s.order(ctx, log, "keep", app.NewStaff{Password: p})
}

// Run shuts the person out.
func (s *staffDisable) Run(ctx context.Context, log *slog.Logger) error {
	return s.order(ctx, log, "disable", app.NewStaff{})
}

// Run lets the person in again.
func (s *staffEnable) Run(ctx context.Context, log *slog.Logger) error {
	return s.order(ctx, log, "enable", app.NewStaff{})
}

// Run signs the person out everywhere.
func (s *staffEnd) Run(ctx context.Context, log *slog.Logger) error {
	return s.order(ctx, log, "end-sessions", app.NewStaff{})
}
