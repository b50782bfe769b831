package api

import "github.com/gofiber/fiber/v2"

// held gives the citizen everything the office keeps of him under the code.
func (a *API) held(c *fiber.Ctx) error {
	h, err := a.Desk.Hold(c.UserContext(), c.Params("code"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	Download(c, h.Reference+".json")
	return c.JSON(h)
}

// forget erases the citizen's name and address at his request.
func (a *API) forget(c *fiber.Ctx) error {
	return created(c)(a.Desk.Forget(c.UserContext(), c.Params("code")))
}
