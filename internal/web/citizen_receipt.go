package web

import (
	"encoding/base64"
	"html/template"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/casework"
	"tiepdan/internal/web/api"
)

// receiptCookie carries the tracking code from the form to the receipt, so that it stands in no address, history or log.
const receiptCookie = "receipt"

func (s *Server) setReceipt(c *fiber.Ctx, code string) {
	s.setCookie(c, receiptCookie, code, s.Now().Add(time.Hour))
}

// receiptPage is what the citizen keeps: reference, code, and what happens next by which day.
type receiptPage struct {
	page
	Code     string
	Case     *casework.Case
	TrackURL string
	Picture  template.URL // the tracking address as a QR code
	Clock    casework.Clock
	HasClock bool
}

func (s *Server) showReceipt(c *fiber.Ctx) error {
	code := c.Cookies(receiptCookie)
	f, err := s.Desk.Follow(c.UserContext(), code)
	if err != nil {
		return err
	}
	p := receiptPage{page: s.page(c, "page.receipt.title"), Code: code, Case: f.Case, TrackURL: s.base(c) + "/t/" + code}
	p.Clock, p.HasClock = f.Case.Running()
	qr, err := api.NewQR(p.TrackURL)
	if err != nil {
		return err
	}
	p.Picture = template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(qr.SVG())) //nolint:gosec // our own drawing, no text goes into it
	return s.render(c, "citizen/receipt", p)
}
