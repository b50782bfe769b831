package api

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/signin"
)

// passkey is a passkey as a call brings it: the token of its challenge, and the credential as a browser's toJSON writes it.
type passkey struct {
	Token      string          `json:"token" validate:"max=4000"`
	Credential json.RawMessage `json:"credential" validate:"max=32768"`
}

func (s passkey) answer() signin.Shown {
	return signin.Shown{Token: s.Token, Credential: string(s.Credential)}
}

// askPasskey asks for a passkey, whosever it is. It keeps nothing, so anybody may ask.
func (a *API) askPasskey(c *fiber.Ctx) error {
	asked, err := a.Doors.AskPasskey()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(fiber.Map{"token": asked.Token, "public_key": asked.Options})
}
