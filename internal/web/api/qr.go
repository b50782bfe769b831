package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/skip2/go-qrcode"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/paper"
)

// QR draws what a text says as a QR code at error level Q: a quarter of it may be scratched off.
type QR struct{ code *qrcode.QRCode }

// NewQR encodes the text.
func NewQR(text string) (QR, error) {
	q, err := qrcode.New(text, qrcode.High)
	if err != nil {
		return QR{}, fmt.Errorf("encode QR: %w", err)
	}
	return QR{code: q}, nil
}

// NewLongQR encodes a long text at error level M, for a screen or a clean sheet: its modules stay large enough for a phone.
func NewLongQR(text string) (QR, error) {
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return QR{}, fmt.Errorf("encode QR: %w", err)
	}
	return QR{code: q}, nil
}

// PNG is the picture in black on white, size pixels wide.
func (q QR) PNG(size int) ([]byte, error) { return q.code.PNG(size) }

// SVG is the picture as one path, for print at any size.
func (q QR) SVG() []byte {
	n, path := q.Path()
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %[1]d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path d="%s"/></svg>`, n, path)
}

// Path is the picture as the path of an SVG that is size modules wide. The modules are drawn in rows.
func (q QR) Path() (size int, path string) {
	bits := q.code.Bitmap()
	var b strings.Builder
	for r := range paper.Runs(bits) {
		fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", r.X, r.Y, r.N, r.N)
	}
	return len(bits), b.String()
}

// Posters draws the counters' QR codes on paper: all of them, or the one that is asked for, in the size that is asked for. Who
// printed what is kept with each counter.
func (a *API) Posters(c *fiber.Ctx, who office.Staff) error {
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	say := func(lang, key string) string { return a.Words.Say(lang, key, nil) }
	mark := a.Mark(c.UserContext())
	var all []paper.Poster
	for _, k := range o.Counters() {
		if want := c.Query("counter"); want != "" && want != k.ID {
			continue
		}
		q, err := NewQR(a.BaseURL(c) + "/q/" + a.Stickers.Token(k))
		if err != nil {
			return err
		}
		house, _ := o.Unit(o.Seat(k.Unit))
		all = append(all, paper.Poster{
			House: house.Name.VI, Place: k.Name.VI, Title: say("vi", "poster.title"), Code: q.code.Bitmap(), Mark: mark,
			Lines:  []string{say("vi", "poster.step1"), say("vi", "poster.step2"), say("vi", "poster.step3"), say("en", "poster.title"), say("en", "poster.steps")},
			Footer: a.BaseURL(c) + "/t",
		})
		if err := a.Register.Printed(c.UserContext(), who, k.ID); err != nil {
			return err
		}
	}
	if len(all) == 0 {
		return fiber.ErrNotFound
	}
	raw, err := paper.Posters(paper.Size(c.Query("size", string(paper.A4))), all)
	if err != nil {
		return &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"size": "error.field.choice"}}
	}
	Inline(c, "posters.pdf")
	c.Set(fiber.HeaderContentType, "application/pdf")
	return c.Send(raw)
}

// sizePNG is enough for a sticker of 6 cm at 300 dpi.
const sizePNG = 720

func (a *API) qrPNG(c *fiber.Ctx, who office.Staff) error {
	q, err := a.counterQR(c, who)
	if err != nil {
		return err
	}
	png, err := q.PNG(sizePNG)
	if err != nil {
		return err
	}
	Inline(c, "qr-"+c.Params("id")+".png")
	c.Set(fiber.HeaderContentType, "image/png")
	return c.Send(png)
}

func (a *API) qrSVG(c *fiber.Ctx, who office.Staff) error {
	q, err := a.counterQR(c, who)
	if err != nil {
		return err
	}
	Inline(c, "qr-"+c.Params("id")+".svg")
	c.Set(fiber.HeaderContentType, "image/svg+xml")
	return c.Send(q.SVG())
}

// counterQR draws the sticker of a counter. The token is public, printed on every wall; only staff of the office print it.
func (a *API) counterQR(c *fiber.Ctx, _ office.Staff) (QR, error) {
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return QR{}, err
	}
	k, ok := o.Counter(c.Params("id"))
	if !ok {
		return QR{}, fiber.ErrNotFound
	}
	return NewQR(a.BaseURL(c) + "/q/" + a.Stickers.Token(k))
}
