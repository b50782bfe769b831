package web

import (
	"bytes"
	"context"
	"image"
	_ "image/jpeg" // of photos
	"image/png"
	"io"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
	"tiepdan/internal/web/api"
	"tiepdan/pkg/resize"
)

// Portraits paints and keeps what an office shows of itself.
type Portraits interface {
	Portrait(ctx context.Context, of office.Portrait, body io.Reader) (office.Picture, error)
	KeepPicture(ctx context.Context, p office.Picture) error
	Picture(ctx context.Context, id string) (office.Picture, error)
}

// shown is a picture as pages load it.
type shown struct {
	file
	Width, Height int
}

// Link is the address of the picture; "" where there is none.
func (s shown) Link() string {
	if s.name == "" {
		return ""
	}
	return "/static/" + s.name
}

// markHeight is how high pages show a mark, in CSS pixels; a wide one is at most twice as wide.
const markHeight = 48

// marked is the picture with the room that pages keep for a mark.
func (s shown) marked() shown {
	w := s.Width * markHeight / max(s.Height, 1)
	if w > 2*markHeight {
		return shown{s.file, 2 * markHeight, s.Height * 2 * markHeight / s.Width}
	}
	return shown{s.file, max(w, 1), markHeight}
}

// mostMark is how many bytes of a mark a page loads: the front door's first load has a budget.
const mostMark = 4000

// portraits reads the pictures that the settings name; one that is not there is left out.
func (s *Server) portraits(ctx context.Context, set office.Settings) (out portraits, err error) {
	if s.Portraits == nil {
		return out, nil
	}
	mark, err := s.picture(ctx, set.Mark)
	if err == nil && len(mark.Body) > 0 {
		out.mark = mark.Body
		out.small, err = smallMark(mark.Body)
	}
	if err != nil {
		return out, err
	}
	photo, err := s.picture(ctx, set.Photo)
	if err == nil && len(photo.Body) > 0 {
		out.photo, err = newShown("photo.jpg", photo.Body)
	}
	return out, err
}

// portraits are the office's pictures: the mark as posters print it and as pages load it, and the photo.
type portraits struct {
	mark         []byte
	small, photo shown
}

// file is the static file of one of them.
func (p portraits) file(name string) (file, bool) {
	for _, f := range []file{p.small.file, p.photo.file} {
		if name != "" && f.name == name {
			return f, true
		}
	}
	return file{}, false
}

func (s *Server) picture(ctx context.Context, id string) (office.Picture, error) {
	if id == "" {
		return office.Picture{}, nil
	}
	p, err := s.Portraits.Picture(ctx, id)
	if casework.CodeOf(err) == casework.NotFound {
		return office.Picture{}, nil
	}
	return p, err
}

func newShown(name string, body []byte) (shown, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return shown{}, err
	}
	f, err := newFile(name, body)
	return shown{f, size.Width, size.Height}, err
}

// smallMark is the mark as pages load it: as sharp as fits into its bytes.
func smallMark(body []byte) (shown, error) {
	img, err := png.Decode(bytes.NewReader(body))
	if err != nil {
		return shown{}, err
	}
	best := png.Encoder{CompressionLevel: png.BestCompression}
	var out bytes.Buffer
	for _, side := range []int{144, 96, 72, 48, 32} {
		out.Reset()
		if err := best.Encode(&out, resize.Fit(img, side)); err != nil {
			return shown{}, err
		}
		if out.Len() <= mostMark {
			break
		}
	}
	small, err := newShown("mark.png", out.Bytes())
	return small.marked(), err
}

// markPicture is the office's mark as posters print it, a PNG; nil where it has none.
func (s *Server) markPicture(ctx context.Context) []byte { return s.wear(ctx).mark }

// keepPortrait takes the picture that an administrator chose, and shows it from then on.
func (s *Server) keepPortrait(c *fiber.Ctx) error {
	of := office.Portrait(c.Params("of"))
	if s.Portraits == nil || !of.Known() {
		return fiber.ErrNotFound
	}
	ctx, who := c.UserContext(), staffOf(c)
	p := itemPage{Kind: register.Settings, Item: register.Item{ID: office.SettingsID}}
	if _, err := s.Register.Get(ctx, who, register.Settings, office.SettingsID); err != nil { // whether he may
		return err
	}
	pic, err := s.paint(c, of)
	if err == nil {
		_, err = s.Register.Change(ctx, who, register.Order{Kind: register.Settings, ID: office.SettingsID, Version: version(c), Row: register.Row{string(of): pic.ID}})
	}
	if err != nil {
		return s.itemPage(c, p, err)
	}
	return lead(c, "/staff/admin/settings/edit/"+office.SettingsID+"?done=changed")
}

// paint reads the one picture of the form and keeps it. Until the settings name it, nobody sees it.
func (s *Server) paint(c *fiber.Ctx, of office.Portrait) (office.Picture, error) {
	all := files(c)
	if len(all) != 1 {
		return office.Picture{}, &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"file": "error.file_one"}}
	}
	if !s.hasRoom() {
		return office.Picture{}, errNoRoom
	}
	f, err := all[0].Open()
	if err != nil {
		return office.Picture{}, err
	}
	defer f.Close()
	pic, err := s.Portraits.Portrait(c.UserContext(), of, f)
	if err != nil {
		return office.Picture{}, err
	}
	return pic, s.Portraits.KeepPicture(c.UserContext(), pic)
}
