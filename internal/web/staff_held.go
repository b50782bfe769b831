package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/localpath"
)

// heldForm is what somebody sent whose session had ended meanwhile. It comes back to him after he has signed in again, and to
// nobody else: until then it lies in the sign-in page, sealed for him, and on no disk.
type heldForm struct {
	To     string      `json:"to"`
	Fields [][2]string `json:"fields"`
	Until  time.Time   `json:"until"`
}

const (
	heldFor = 15 * time.Minute
	// maxHeld bounds what is kept, in bytes: sealed and written as text it must still fit a small form.
	maxHeld = maxForm / 2
)

func heldPlace(staff string) string { return "form/" + staff }

// heldForms end the addresses of forms that are held: those that change a case. What opens something is asked for anew.
var heldForms = regexp.MustCompile(`^/staff/cases/[^/]+/(?:moves/[a-z_]+|strip|split|draft|approve)$`)

// What the sign-in page says of a form whose sender's session has ended.
const (
	formHeld  = "error.held"
	formLarge = "error.held_large"
)

// hold seals the form of a case for whoever's session has ended, and names what to say of it; "" where there is nothing to keep,
// or nobody to keep it for.
func (s *Server) hold(c *fiber.Ctx) (held, says string, err error) {
	if c.Method() != fiber.MethodPost || !heldForms.MatchString(c.Path()) || !s.genuine(c) {
		return "", "", nil
	}
	staff, err := s.Doors.Was(c.UserContext(), c.Cookies(staffCookie))
	if err != nil || staff == "" {
		return "", "", err
	}
	h := heldForm{To: localpath.Within("/staff/cases", c.Path()), Until: s.Now().Add(heldFor)}
	c.Request().PostArgs().VisitAll(func(name, value []byte) {
		if !slices.Contains([]string{"csrf", "next", "seen"}, string(name)) {
			h.Fields = append(h.Fields, [2]string{string(name), string(value)})
		}
	})
	raw, err := json.Marshal(h)
	if err != nil {
		return "", "", fmt.Errorf("encode a form: %w", err)
	}
	defer clear(raw)
	switch {
	case len(h.Fields) == 0:
		return "", "", nil
	case len(raw) > maxHeld:
		return "", formLarge, nil
	}
	sealed, err := s.Desk.Vault.SealPersonal(raw, heldPlace(staff))
	return base64.RawURLEncoding.EncodeToString(sealed), formHeld, err
}

// signInFirst answers a form whose sender's session has ended: with the sign-in page, which carries it or says why not.
func (s *Server) signInFirst(c *fiber.Ctx, held, says string) error {
	if err := s.foreseeSignIn(c); err != nil {
		return err
	}
	c.Status(http.StatusUnauthorized)
	return s.render(c, "staff/signin", signInPage{page: s.page(c, "page.signin.title"), Next: "/staff", Held: held, Key: says})
}

// released opens what was held for the person; false when it was held for another, or for too long.
func (s *Server) released(who office.Staff, held string) (h heldForm, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(held)
	if err != nil || held == "" {
		return h, false
	}
	raw, err := s.Desk.Vault.OpenPersonal(sealed, heldPlace(who.ID))
	if err != nil {
		return h, false
	}
	defer clear(raw)
	ok = json.Unmarshal(raw, &h) == nil && s.Now().Before(h.Until)
	return h, ok
}

// heldPage shows what was typed before the session ended, to be sent once more.
type heldPage struct {
	page
	To     string
	Ref    string
	Move   string // "strip", "split", "draft" and "approve" among them
	Fields [][2]string
}

// showHeld shows it in the answer to the sign-in itself: nothing of it is in an address. The form must carry the mark of the
// session that has just begun.
func (s *Server) showHeld(c *fiber.Ctx, who office.Staff, token string, h heldForm) error {
	c.Request().Header.SetCookie(staffCookie, token)
	c.Locals("staff", who)
	ref, rest, _ := strings.Cut(strings.TrimPrefix(h.To, "/staff/cases/"), "/")
	p := heldPage{page: s.page(c, "page.held.title"), To: h.To, Ref: ref, Move: path.Base(rest), Fields: h.Fields}
	return s.render(c, "staff/held", p)
}
