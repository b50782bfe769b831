package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"tiepdan/internal/app"
	"tiepdan/internal/office"
	"tiepdan/internal/signin"
)

type staff struct {
	Data     string   `help:"Data folder." env:"TIEPDAN_DATA"`
	Username string   `arg:"" help:"Sign-in name."`
	Name     string   `help:"Full name; needed for a new person."`
	Unit     string   `help:"Unit id; needed for a new person."`
	Roles    []string `help:"reception, officer, head, inspector, admin."`
	Head     bool     `help:"Make the person the head of the unit."`
}

// minPassword is the least number of bytes of a password, as NIST SP 800-63B asks.
const minPassword = 8

// Run reads the password from standard input and keeps the person.
func (s *staff) Run(ctx context.Context, log *slog.Logger) error {
	cfg, err := app.FromEnv("", s.Data, nil)
	if err != nil {
		return err
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	password := strings.TrimRight(line, "\r\n")
	if len(password) < minPassword {
		return errors.Join(errors.New("give a password of at least 8 characters on standard input"), err)
	}
	a, err := app.Open(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer a.Close()
	return s.keep(ctx, a, signin.Hash(password))
}

func (s *staff) keep(ctx context.Context, a *app.App, hash string) error {
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	who, known := o.ByUsername(s.Username)
	if !known {
		if s.Name == "" || s.Unit == "" || len(s.Roles) == 0 {
			return fmt.Errorf("%s is new: give --name, --unit and --roles", s.Username)
		}
		who = office.Staff{ID: s.Username, V: 1, Username: s.Username, Name: s.Name, Unit: s.Unit}
	}
	if len(s.Roles) > 0 {
		who.Roles = nil
	}
	for _, r := range s.Roles {
		who.Roles = append(who.Roles, office.Role(r))
	}
	who.Password = hash
	if err := a.Store.PutStaff(ctx, who); err != nil || !s.Head {
		return err
	}
	u, ok := o.Unit(who.Unit)
	if !ok {
		return fmt.Errorf("no unit %s", who.Unit)
	}
	u.Head = who.ID
	return a.Store.PutUnit(ctx, u)
}
