package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/casework"
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
	QR       string // a data URL
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
	return s.render(c, "citizen/receipt", p)
}
