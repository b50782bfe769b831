package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/web/api"
)

// The headers by which a program proves that it has the channel's secret.
const (
	hookTime      = "X-Tiepdan-Timestamp"
	hookSignature = "X-Tiepdan-Signature"
)

// hookSkew is how far its clock may differ from ours; what is older was perhaps recorded by somebody, and is refused.
const hookSkew = 5 * time.Minute

// hooked is a letter as a program brings it.
type hooked struct {
	ID       string             `json:"id" validate:"required,max=120"` // the program's own: the same letter has the same
	Kind     string             `json:"kind" validate:"omitempty,oneof=feedback petition complaint denunciation praise"`
	Subject  string             `json:"subject"`
	Text     string             `json:"text" validate:"required"`
	About    string             `json:"about"`
	Category string             `json:"category" validate:"max=64"`
	Location *casework.Location `json:"location"`
	Contact  *casework.Contact  `json:"contact"`
	Language string             `json:"language" validate:"omitempty,bcp47_language_tag,max=35"`
}

// takeHook takes a letter in from a program of another body, such as the hotline 1022. Who cannot prove that he has the secret of the
// channel learns nothing, not even whether there is such a channel.
func (s *Server) takeHook(c *fiber.Ctx) error {
	channel := c.Params("channel")
	if !s.signed(c, s.Hooks[channel]) {
		return &api.FaultError{Status: http.StatusForbidden, Key: "error.signature"}
	}
	if err := s.api.Gate.Ask(c, api.DoorHook, "hook/"+channel); err != nil {
		return err
	}
	var in hooked
	if err := api.Read(c, &in); err != nil {
		return err
	}
	filed, err := s.Desk.FileHook(c.UserContext(), channel, in.ID, in.draft(s.Words.Say(lang(c), "hook.subject", nil)))
	if err != nil {
		return err
	}
	return s.api.TellHook(c, filed)
}

func (in hooked) draft(subject string) casework.Draft {
	d := casework.Draft{
		Kind: law.Kind(in.Kind), Subject: in.Subject, Body: in.Text, About: in.About, Category: in.Category, Language: in.Language,
	}
	if strings.TrimSpace(d.Subject) == "" {
		d.Subject = subject
	}
	if d.Language == "" {
		d.Language = "vi"
	}
	if in.Location != nil {
		d.Location = *in.Location
	}
	if in.Contact != nil {
		d.Contact = *in.Contact
	}
	d.Anonymous = d.Contact.Empty()
	return d
}

// signed reports whether the request is signed now by somebody who has the secret: sha256= and the HMAC-SHA256, in hexadecimal digits,
// of the time in its header, a full stop, and the body as it came.
func (s *Server) signed(c *fiber.Ctx, secret string) bool {
	at, err := strconv.ParseInt(c.Get(hookTime), 10, 64)
	given, sha := strings.CutPrefix(c.Get(hookSignature), "sha256=")
	sum, bad := hex.DecodeString(given)
	if err != nil || !sha || bad != nil || secret == "" || s.Now().Sub(time.Unix(at, 0)).Abs() > hookSkew {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(c.Get(hookTime) + "."))
	mac.Write(c.BodyRaw())
	return hmac.Equal(mac.Sum(nil), sum)
}
