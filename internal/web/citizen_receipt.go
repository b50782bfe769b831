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

// receiptPage is what the citizen keeps: reference, code, proof, and what happens next by which day.
type receiptPage struct {
	page
	Code     string
	Case     *casework.Case
	TrackURL string
	Picture  template.URL // the tracking address as a QR code
	Clock    casework.Clock
	HasClock bool
	Proof    string // signed text, for /verify; empty without a signer
	Files    bool
	Refused  []refusedFile
}

// Script forgets the draft of what has been filed, and copies the code.
func (receiptPage) Script() string { return "citizen.js" }

// Accept lists what may be attached.
func (receiptPage) Accept() string { return filePage{}.Accept() }

// Nameless reports whether the law wants a name that was not given.
func (p receiptPage) Nameless() bool { return p.Case.Anonymous && p.Case.Kind.NeedsIdentity() }

func (s *Server) showReceipt(c *fiber.Ctx) error { return s.receiptWith(c, s.refusedFiles(c)) }

// receiptWith shows the receipt, and which files were not kept.
func (s *Server) receiptWith(c *fiber.Ctx, refused []refusedFile) error {
	code := c.Cookies(receiptCookie)
	if code == "" {
		return lead(c, "/t")
	}
	f, err := s.Desk.Follow(c.UserContext(), code)
	if err != nil {
		return err
	}
	p := receiptPage{
		page: s.page(c, "page.receipt.title"), Code: code, Case: f.Case, TrackURL: s.base(c) + "/t/" + code,
		Files: s.Attachments != nil, Refused: refused,
	}
	p.Clock, p.HasClock = f.Case.Running()
	if p.Proof, err = s.proof(c, f.Case); err != nil {
		return err
	}
	if p.Picture, err = picture(p.TrackURL); err != nil {
		return err
	}
	return s.render(c, "citizen/receipt", p)
}

// picture is a text as a QR code for an img element.
func picture(text string) (template.URL, error) {
	qr, err := api.NewQR(text)
	if err != nil {
		return "", err
	}
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(qr.SVG())), nil //nolint:gosec // our own drawing, no text goes into it
}
