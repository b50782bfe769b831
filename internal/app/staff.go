package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/register"
	"tiepdan/pkg/pace"
)

// NewStaff is a member of staff as an administrator enters him; what is empty stays as it was.
type NewStaff struct {
	Username, Name, Unit, Password string
	Roles                          []string
	Head                           bool // make him the head of his unit
}

// minPassword is the least number of bytes of a password, as NIST SP 800-63B asks.
const minPassword = 8

// KeepStaff adds a member of staff or changes him. A new password and other roles end his sessions.
func (a *App) KeepStaff(ctx context.Context, n NewStaff) error {
	if n.Password != "" && len(n.Password) < minPassword {
		return fmt.Errorf("a password needs at least %d characters", minPassword)
	}
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	who, known := o.ByLogin(n.Username)
	ord, do := register.Order{Kind: register.People, ID: cmp.Or(who.ID, n.Username), Row: n.row()}, register.Changed
	if !known {
		if n.Name == "" || n.Unit == "" || len(n.Roles) == 0 || n.Password == "" {
			return errors.New(n.Username + " is new: a name, a unit, roles and a password are needed")
		}
		do = register.Created
		ord.Row["username"] = n.Username
	}
	f, err := a.Register.Machine(ctx, ord, do, n.Password)
	if err != nil || !n.Head {
		return plainly(err)
	}
	unit := register.Order{Kind: register.Units, ID: cmp.Or(n.Unit, f.Item.Row["unit"]), Row: register.Row{"head": f.Item.ID}}
	_, err = a.Register.Machine(ctx, unit, register.Changed, "")
	return plainly(err)
}

// row is what was given; what is empty stays as it was.
func (n NewStaff) row() register.Row {
	row := register.Row{}
	for name, text := range map[string]string{"name": n.Name, "unit": n.Unit, "roles": strings.Join(n.Roles, "\n")} {
		if text != "" {
			row[name] = text
		}
	}
	return row
}

// plainly says what is wrong with an order to somebody at a terminal.
func plainly(err error) error {
	e, ok := errors.AsType[*casework.Error](err)
	if !ok {
		return err
	}
	var wrong []string
	for _, field := range slices.Sorted(maps.Keys(e.Fields)) {
		wrong = append(wrong, field+": "+strings.TrimPrefix(e.Fields[field], "error.field."))
	}
	if len(wrong) == 0 {
		return errors.New(strings.TrimPrefix(e.Key, "error."))
	}
	return errors.New(strings.Join(wrong, ", "))
}

// DisableStaff shuts a member of staff out, or lets him in again; either ends his sessions.
func (a *App) DisableStaff(ctx context.Context, username string, disabled bool) error {
	if disabled {
		return a.orderStaff(ctx, username, register.Closed)
	}
	return a.orderStaff(ctx, username, register.Reopened)
}

// EndSessions signs a member of staff out everywhere.
func (a *App) EndSessions(ctx context.Context, username string) error {
	return a.orderStaff(ctx, username, register.EndedSessions)
}

func (a *App) orderStaff(ctx context.Context, username, do string) error {
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	who, ok := o.ByLogin(username)
	if !ok {
		return errors.New("nobody signs in as " + username)
	}
	_, err = a.Register.Machine(ctx, register.Order{Kind: register.People, ID: who.ID}, do, "")
	return plainly(err)
}

// sweepSignIns deletes ended sessions and old lines of the journal, once an hour.
func (a *App) sweepSignIns(ctx context.Context) {
	for range pace.FromNow(ctx, time.Hour) {
		if _, err := a.Store.SweepSignIns(ctx, a.Now()); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "sign-ins not swept", "error", err)
		}
	}
}
