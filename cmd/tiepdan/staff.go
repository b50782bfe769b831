package main

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"tiepdan/internal/app"
)

type staff struct {
	Data     string   `help:"Data folder." env:"TIEPDAN_DATA"`
	Username string   `arg:"" help:"Sign-in name."`
	Name     string   `help:"Full name; needed for a new person."`
	Unit     string   `help:"Unit id; needed for a new person."`
	Roles    []string `help:"reception, officer, head, inspector, admin."`
	Head     bool     `help:"Make the person the head of the unit."`
}

// Run reads the password from standard input and keeps the person.
func (s *staff) Run(ctx context.Context, log *slog.Logger) error {
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && line == "" {
		return fmt.Errorf("read the password from standard input: %w", err)
	}
	return withApp(ctx, s.Data, log, func(a *app.App) error {
		return a.KeepStaff(ctx, app.NewStaff{
			Username: s.Username, Name: s.Name, Unit: s.Unit, Roles: s.Roles, Head: s.Head, Password: strings.TrimRight(line, "\r\n"),
		})
	})
}
