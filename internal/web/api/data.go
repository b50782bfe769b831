package api

import "github.com/gofiber/fiber/v2"

// held gives whoever has the code everything that the office keeps under it, but who sent it: a slip of paper may be found.
func (a *API) held(c *fiber.Ctx) error {
	h, err := a.Desk.Hold(c.UserContext(), c.Params("code"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	Download(c, h.Reference+".json")
	return c.JSON(h.Mask())
}

// heldWhole is held with the sender in full, for who knows the second thing.
func (a *API) heldWhole(c *fiber.Ctx) error {
	var in struct {
		Second string `json:"second" validate:"required"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	h, err := a.Desk.HoldWhole(c.UserContext(), c.Params("code"), in.Second)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(h)
}

// forget erases the citizen's name and address at his request.
func (a *API) forget(c *fiber.Ctx) error {
	return created(c)(a.Desk.Forget(c.UserContext(), c.Params("code")))
}
