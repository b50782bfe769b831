package web

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/casework"
	"tiepdan/pkg/vntext"
)

// Signer signs receipts with Ed25519, so that anybody can prove later that the office took a case in, even if it denies it.
type Signer interface {
	SignReceipt(text []byte) []byte
	VerifyReceipt(text, signature []byte) bool
	PublicKeys() ([]byte, error) // a JSON Web Key Set, for those who would rather check for themselves
}

// The frame of a proof. What lies between the first two lines is signed; it names no person and opens nothing.
const (
	proofBegin = "--- TIEPDAN RECEIPT 1 ---"
	proofSign  = "--- ED25519 ---"
	proofEnd   = "--- END ---"
)

// proof is the signed text of a receipt.
func (s *Server) proof(c *fiber.Ctx, cs *casework.Case) (string, error) {
	if s.Signer == nil {
		return "", nil
	}
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return "", err
	}
	lines := []string{
		"reference: " + cs.Ref, "kind: " + string(cs.Kind), "received: " + cs.ReceivedAt.In(vietnam).Format(time.RFC3339),
		"content: sha256:" + cs.History[0].Data["content"],
	}
	if k, ok := o.Counter(cs.Counter); ok {
		u, _ := o.Unit(k.Unit)
		lines = append(lines, "counter: "+k.Name.VI, "unit: "+u.Name.VI)
	}
	if len(cs.Clocks) > 0 {
		lines = append(lines, "due: "+cs.Clocks[0].Due.In(vietnam).Format(time.DateOnly))
	}
	text := vntext.NFC(strings.Join(lines, "\n"))
	sign := base64.StdEncoding.EncodeToString(s.Signer.SignReceipt([]byte(text)))
	return strings.Join([]string{proofBegin, text, proofSign, sign, proofEnd}, "\n"), nil
}

// signedText takes a pasted proof apart; messengers may have changed its line ends and spaces.
func signedText(pasted string) (text string, signature []byte, ok bool) {
	_, rest, found := strings.Cut(vntext.NFC(pasted), proofBegin)
	body, rest, cut := strings.Cut(rest, proofSign)
	sign, _, end := strings.Cut(rest, proofEnd)
	if !found || !cut || !end {
		return "", nil, false
	}
	var lines []string
	for line := range strings.SplitSeq(body, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	signature, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(sign), ""))
	return strings.Join(lines, "\n"), signature, err == nil
}

// verifyPage tells anybody who pastes a receipt whether it is genuine.
type verifyPage struct {
	page
	Pasted   string
	Asked    bool
	Genuine  bool
	Facts    map[string]string
	Received time.Time
	Due      time.Time
	Public   string // the public keys
}

// rootsShown is how many roots are published at once: who keeps one of them a month has them all.
const rootsShown = 35

// showRoots publishes the signed roots of the last days as plain text. They name nobody; whoever keeps one can prove later
// what the office had recorded by that day.
func (s *Server) showRoots(c *fiber.Ctx) error {
	if s.Roots == nil {
		return fiber.ErrNotFound
	}
	roots, err := s.Roots(c.UserContext())
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("# tiepdan: the signed roots of the days, the newest first\n\n")
	for _, r := range slices.Backward(roots[max(0, len(roots)-rootsShown):]) {
		fmt.Fprintf(&b, "%s\nsha256: %x\ned25519: %s\n\n", r.Text(), r.Sum(), base64.StdEncoding.EncodeToString(r.Sign))
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return c.SendString(b.String())
}

func (s *Server) showVerify(c *fiber.Ctx) error {
	if s.Signer == nil {
		return fiber.ErrNotFound
	}
	keys, err := s.Signer.PublicKeys()
	if err != nil {
		return err
	}
	p := verifyPage{page: s.page(c, "page.verify.title"), Pasted: c.FormValue("proof"), Public: string(keys)}
	p.Path, p.Asked = "/verify", p.Pasted != ""
	if text, sign, ok := signedText(p.Pasted); ok && s.Signer.VerifyReceipt([]byte(text), sign) {
		p.Genuine, p.Facts = true, map[string]string{}
		for line := range strings.SplitSeq(text, "\n") {
			name, value, _ := strings.Cut(line, ": ")
			p.Facts[name] = value
		}
		p.Received, _ = time.Parse(time.RFC3339, p.Facts["received"]) // we signed it, so it is one
		p.Due, _ = time.ParseInLocation(time.DateOnly, p.Facts["due"], vietnam)
	}
	return s.render(c, "citizen/verify", p)
}
