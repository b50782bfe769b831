package web

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/casework"
	"tiepdan/internal/web/api"
)

// MayErase reports whether the citizen may have his name and address erased.
func (p trackPage) MayErase() bool { return p.Seen.Case.MayForget() }

// downloadData hands over everything that is held under the code, as a file.
func (s *Server) downloadData(c *fiber.Ctx) error {
	h, err := s.Desk.Hold(c.UserContext(), c.Params("code"))
	if err != nil && casework.CodeOf(err) == casework.NotFound {
		return s.tracked(c, c.Params("code"), nil)
	}
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	api.Download(c, h.Reference+".json")
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(raw)
}

// eraseData erases the citizen's name and address.
func (s *Server) eraseData(c *fiber.Ctx) error {
	_, err := s.Desk.Forget(c.UserContext(), c.Params("code"))
	return s.again(c, err)
}
