package web

import (
	"cmp"
	"encoding/base64"
	"html/template"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/api"
)

// receiptCookie carries the tracking code from the form to the receipt, so that it stands in no address, history or log.
const receiptCookie = "receipt"

// The receipt is for the eyes of whoever filed: it is shown right after, and once more for a page that was loaded anew or a
// language that was changed. Whoever comes later to the same phone is asked for the code.
const (
	receiptWaits  = 10 * time.Minute
	receiptReload = 3 * time.Minute
	receiptShown  = 2
)

// addingCookie says to which case files from the receipt go, before their body is read. It shows nothing.
const addingCookie = "adding"

// setReceipt lets this browser show the receipt of the case.
func (s *Server) setReceipt(c *fiber.Ctx, code string) error {
	return s.putReceipt(c, carried{Code: code, Until: s.Now().Add(receiptWaits), Left: receiptShown})
}

func (s *Server) putReceipt(c *fiber.Ctx, v carried) error {
	value, err := s.carry(c, receiptCookie, v)
	if err == nil {
		s.setCookie(c, receiptCookie, value, time.Time{})
	}
	return err
}

// takeReceipt returns the code of the receipt to show and counts the showing.
func (s *Server) takeReceipt(c *fiber.Ctx) (string, error) {
	v, ok := s.carriedIn(c, receiptCookie, c.Cookies(receiptCookie))
	if !ok || v.Left <= 1 {
		s.setCookie(c, receiptCookie, "", time.Unix(0, 0))
	}
	if !ok {
		return "", nil
	}
	if v.Left <= 1 {
		return v.Code, nil
	}
	again := s.Now().Add(receiptReload)
	if again.After(v.Until) {
		again = v.Until
	}
	return v.Code, s.putReceipt(c, carried{Code: v.Code, Until: again, Left: v.Left - 1})
}

// receiptPage is what the citizen keeps: reference, code, proof, and what happens next by which day.
type receiptPage struct {
	page
	Code     string
	Case     *casework.Case
	TrackURL string
	Picture  template.URL // the tracking address as a QR code
	Proof    string       // signed text, for /verify; empty without a signer
	Check    template.URL // the address of /verify with the proof as a QR code; empty without a signer
	Files    bool
	Phrase   bool // a passphrase was set
	Refused  []refusedFile
	Again    bool // opened by the code, and not right after filing
	Shared   bool // the phone is not the visitor's own
	House    office.House
	Counter  office.Counter // where it was filed; its zero value when that was at no counter
}

// Also draws the receipt as a picture, prints and shares it, and remembers its code.
func (receiptPage) Also() string { return "keep.js" }

// Subject is what the letter is about, for the sheet. A denunciation's is not printed: sheets lie about.
func (p receiptPage) Subject() string {
	if p.Case.Kind.Secret() {
		return ""
	}
	return p.Case.Subject
}

// dialled leaves digits and a plus.
func dialled(phone string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
}

// Shares reports whether the page offers to send the receipt to others: a denunciation's is nobody else's.
func (p receiptPage) Shares() bool { return !p.Case.Kind.Secret() }

// Script forgets the draft of what has been filed, and copies the code.
func (receiptPage) Script() string { return "citizen.js" }

// Accept lists what may be attached.
func (receiptPage) Accept() string { return filePage{}.Accept() }

// Nameless reports whether the law wants a name that was not given.
func (p receiptPage) Nameless() bool { return p.Case.Anonymous && p.Case.Kind.NeedsIdentity() }

func (s *Server) showReceipt(c *fiber.Ctx) error {
	code, err := s.takeReceipt(c)
	if err != nil {
		return err
	}
	if code == "" { // it was shown already, too long ago, or elsewhere: he is told so, and asked for the code
		return s.render(c, "citizen/track", trackPage{page: s.page(c, "page.track.title"), To: "/t", Over: true, Shared: onAShared(c)})
	}
	return s.receiptOf(c, receiptPage{Code: code, Refused: s.refusedFiles(c)})
}

// showReceiptAgain shows the receipt to whoever has the code, at any time.
func (s *Server) showReceiptAgain(c *fiber.Ctx) error {
	return s.receiptOf(c, receiptPage{Code: codeOf(c), Again: true})
}

// receiptOf shows the receipt of the case whose code the page has.
func (s *Server) receiptOf(c *fiber.Ctx, p receiptPage) error {
	f, err := s.follow(c, p.Code)
	if err != nil {
		return s.wrongCode(c, "", err)
	}
	p.page, p.Case, p.TrackURL, p.Files = s.page(c, "page.receipt.title"), f.Case, s.base(c)+"/t#"+p.Code, s.Attachments != nil
	p.Shared = onAShared(c)
	if p.Files {
		value, err := s.carry(c, addingCookie, carried{Code: p.Code, Until: s.Now().Add(receiptWaits)})
		if err != nil {
			return err
		}
		s.setCookie(c, addingCookie, value, time.Time{})
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	p.Counter, _ = o.Counter(f.Case.Counter)
	p.House = o.House(cmp.Or(p.Counter.Unit, f.Unit))
	if p.Phrase, err = s.Desk.PhraseSet(c.UserContext(), f.Case); err != nil {
		return err
	}
	if p.Proof, err = s.proof(c, f.Case); err != nil {
		return err
	}
	if p.Picture, err = picture(api.NewQR(p.TrackURL)); err != nil {
		return err
	}
	if address := foldedAddress(s.base(c), p.Proof); address != "" {
		if p.Check, err = picture(api.NewLongQR(address)); err != nil {
			return err
		}
	}
	return s.render(c, "citizen/receipt", p)
}

// picture is a QR code for an img element.
func picture(qr api.QR, err error) (template.URL, error) {
	if err != nil {
		return "", err
	}
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(qr.SVG())), nil //nolint:gosec // our own drawing, no text goes into it
}
