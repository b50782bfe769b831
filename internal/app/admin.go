package app

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/seal"
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

// codeLasts is how long an address that the command line printed enrols: whoever sets up the tablets gets all of them at once.
const codeLasts = 7 * 24 * time.Hour

// TabletAddress is the path of a counter's tablet with a new code of enrolment.
func (a *App) TabletAddress(k office.Counter) string {
	return web.TabletPath(a.Keys.MAC, k, a.Now().Add(codeLasts))
}
