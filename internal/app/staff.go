package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"tiepdan/internal/office"
	"tiepdan/pkg/phrase"
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
	for _, r := range n.Roles {
		if !office.Role(r).Known() {
			return fmt.Errorf("no role %s", r)
		}
	}
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	who, known := o.ByLogin(n.Username)
	if known {
		err = a.Store.ChangeStaff(ctx, who.ID, n.enter)
	} else {
		who, err = n.fresh()
		if err == nil {
			err = a.Store.PutStaff(ctx, who)
		}
	}
	if err != nil || !n.Head {
		return err
	}
	u, ok := o.Unit(cmp.Or(n.Unit, who.Unit))
	if !ok {
		return errors.New("no unit " + cmp.Or(n.Unit, who.Unit))
	}
	u.Head = who.ID
	return a.Store.PutUnit(ctx, u)
}

func (n NewStaff) fresh() (office.Staff, error) {
	if n.Name == "" || n.Unit == "" || len(n.Roles) == 0 || n.Password == "" {
		return office.Staff{}, errors.New(n.Username + " is new: a name, a unit, roles and a password are needed")
	}
	who := office.Staff{ID: n.Username, V: 1, Username: n.Username}
	n.enter(&who)
	return who, nil
}

// enter puts what is given into the person.
func (n NewStaff) enter(who *office.Staff) {
	who.Name, who.Unit = cmp.Or(n.Name, who.Name), cmp.Or(n.Unit, who.Unit)
	if len(n.Roles) > 0 {
		who.Roles = nil
	}
	for _, r := range n.Roles {
		who.Roles = append(who.Roles, office.Role(r))
	}
	if n.Password != "" {
		who.Password = phrase.Hash(n.Password)
	}
}

// DisableStaff shuts a member of staff out, or lets him in again; either ends his sessions.
func (a *App) DisableStaff(ctx context.Context, username string, disabled bool) error {
	return a.changeStaff(ctx, username, func(m *office.Staff) { m.Disabled = disabled })
}

// EndSessions signs a member of staff out everywhere.
func (a *App) EndSessions(ctx context.Context, username string) error {
	return a.changeStaff(ctx, username, func(m *office.Staff) { m.Epoch++ })
}

func (a *App) changeStaff(ctx context.Context, username string, change func(*office.Staff)) error {
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	who, ok := o.ByLogin(username)
	if !ok {
		return errors.New("nobody signs in as " + username)
	}
	return a.Store.ChangeStaff(ctx, who.ID, change)
}

// sweepSignIns deletes ended sessions and old lines of the journal, once an hour.
func (a *App) sweepSignIns(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if _, err := a.Store.SweepSignIns(ctx, a.Now()); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "sign-ins not swept", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
