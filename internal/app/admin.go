package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"tiepdan/internal/office"
	"tiepdan/internal/seal"
	"tiepdan/internal/signin"
	"tiepdan/internal/web"
	"tiepdan/internal/web/api"
)

// sizePNG is enough for a sticker of 6 cm at 300 dpi.
const sizePNG = 720

// QRPicture draws the sticker of a counter for a file with this name: .png or, for any other, SVG. It leads to the address
// where citizens reach the service.
func (a *App) QRPicture(ctx context.Context, counter, address, file string) ([]byte, error) {
	o, err := a.Store.Office(ctx)
	if err != nil {
		return nil, err
	}
	k, ok := o.Counter(counter)
	if !ok {
		return nil, fmt.Errorf("no counter %s", counter)
	}
	code, err := api.NewQR(strings.TrimRight(address, "/") + "/q/" + a.Stickers.Token(k))
	if err != nil {
		return nil, err
	}
	if filepath.Ext(file) == ".png" {
		return code.PNG(sizePNG)
	}
	return code.SVG(), nil
}

// StickerOf makes the token of a counter's sticker with the keys of a data folder, while the program runs on it.
func StickerOf(data, unit, counter string, version int) (string, error) {
	keys, err := seal.Open(filepath.Join(data, "keys.json"), "", false)
	if err != nil {
		return "", err
	}
	return office.Stickers{MAC: keys.MAC}.Token(office.Counter{ID: counter, Unit: unit, Version: version}), nil
}

// EnrolTablet is the address that a counter's tablet opens once to be enrolled: it is good for one device and for a week.
func (a *App) EnrolTablet(ctx context.Context, counter, address string) (string, error) {
	o, err := a.Store.Office(ctx)
	if err != nil {
		return "", err
	}
	k, ok := o.Counter(counter)
	if !ok {
		return "", fmt.Errorf("no counter %s", counter)
	}
	return strings.TrimRight(address, "/") + a.TabletAddress(k), nil
}

// TabletAddress is the path of a counter's tablet with a new code of enrolment.
func (a *App) TabletAddress(k office.Counter) string {
	return "/k/" + web.Kiosks(a.Keys.MAC).Token(k) + "?enrol=" + web.TabletCode(a.Keys.MAC, k.ID, a.Now())
}

// NewStaff is a member of staff as an administrator enters him; what is empty stays as it was.
type NewStaff struct {
	Username, Name, Unit, Password string
	Roles                          []string
	Head                           bool // make him the head of his unit
}

// minPassword is the least number of bytes of a password, as NIST SP 800-63B asks.
const minPassword = 8

// KeepStaff adds a member of staff or changes him.
func (a *App) KeepStaff(ctx context.Context, n NewStaff) error {
	if len(n.Password) < minPassword {
		return fmt.Errorf("a password needs at least %d characters", minPassword)
	}
	o, err := a.Store.Office(ctx)
	if err != nil {
		return err
	}
	who, known := o.ByUsername(n.Username)
	if !known {
		if n.Name == "" || n.Unit == "" || len(n.Roles) == 0 {
			return errors.New(n.Username + " is new: a name, a unit and roles are needed")
		}
		who = office.Staff{ID: n.Username, V: 1, Username: n.Username, Name: n.Name, Unit: n.Unit}
	}
	if len(n.Roles) > 0 {
		who.Roles = nil
	}
	for _, r := range n.Roles {
		who.Roles = append(who.Roles, office.Role(r))
	}
	who.Password = signin.Hash(n.Password)
	if err := a.Store.PutStaff(ctx, who); err != nil || !n.Head {
		return err
	}
	u, ok := o.Unit(who.Unit)
	if !ok {
		return errors.New("no unit " + who.Unit)
	}
	u.Head = who.ID
	return a.Store.PutUnit(ctx, u)
}
