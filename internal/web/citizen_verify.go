package web

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
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

// proofLines are how the lines of a proof begin: part of what is signed, so in one language and never changed. Proofs of old
// began as the keys say, had kinds by their names in the API, and times as programs write them.
var proofLines = map[string]string{
	"reference": "Mã số đơn", "kind": "Loại", "received": "Nhận lúc", "content": "Nội dung", "counter": "Quầy", "unit": "Đơn vị", "due": "Hạn",
}

// How a proof writes moments and days: as people of the country do, with the distance to the world's time.
const (
	proofTime = "15:04:05 02/01/2006 -07:00"
	proofDay  = "02/01/2006"
)

func (s *Server) kindInProof(k law.Kind) string {
	return s.Words.Say("vi", "kind."+string(k), nil)
}

// readProof takes the facts out of a signed text, whether new or of old.
func (s *Server) readProof(text string) (facts map[string]string, received, due time.Time) {
	facts = map[string]string{}
	for line := range strings.SplitSeq(text, "\n") {
		name, value, _ := strings.Cut(line, ": ")
		for was, is := range proofLines {
			if name == is {
				name = was
			}
		}
		facts[name] = value
	}
	for _, k := range law.Kinds() {
		if facts["kind"] == s.kindInProof(k) {
			facts["kind"] = string(k)
		}
	}
	return facts, readTime(facts["received"], proofTime, time.RFC3339), readTime(facts["due"], proofDay, time.DateOnly)
}

// readTime reads what we signed, so it is in one of our ways to write it.
func readTime(text string, layouts ...string) time.Time {
	for _, l := range layouts {
		if at, err := time.ParseInLocation(l, text, vietnam); err == nil {
			return at
		}
	}
	return time.Time{}
}

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
		proofLines["reference"] + ": " + cs.Ref, proofLines["kind"] + ": " + s.kindInProof(cs.Kind),
		proofLines["received"] + ": " + cs.ReceivedAt.In(vietnam).Format(proofTime), proofLines["content"] + ": sha256:" + cs.History[0].Data["content"],
	}
	if k, ok := o.Counter(cs.Counter); ok {
		u, _ := o.Unit(k.Unit)
		lines = append(lines, proofLines["counter"]+": "+k.Name.VI, proofLines["unit"]+": "+u.Name.VI)
	}
	if len(cs.Clocks) > 0 {
		lines = append(lines, proofLines["due"]+": "+cs.Clocks[0].Due.In(vietnam).Format(proofDay))
	}
	text := vntext.NFC(strings.Join(lines, "\n"))
	return framed(text, s.Signer.SignReceipt([]byte(text))), nil
}

// framed is a proof as people copy it.
func framed(text string, sign []byte) string {
	return strings.Join([]string{proofBegin, text, proofSign, base64.StdEncoding.EncodeToString(sign), proofEnd}, "\n")
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

// Script takes a proof that came in the address, from the QR code of a receipt, out of there and shows whether it is genuine.
func (verifyPage) Script() string { return "citizen.js" }

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
	p := verifyPage{page: s.page(c, "page.verify.title"), Pasted: unfolded(c.FormValue("proof")), Public: string(keys)}
	p.Path, p.Asked = "/verify", p.Pasted != ""
	if text, sign, ok := signedText(p.Pasted); ok && s.Signer.VerifyReceipt([]byte(text), sign) {
		p.Genuine = true
		p.Facts, p.Received, p.Due = s.readProof(text)
	}
	return s.render(c, "citizen/verify", p)
}
