package api

import (
	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// takeIn enters a letter that came on paper, by phone, in person or from somebody who passed it on.
func (a *API) takeIn(c *fiber.Ctx, who office.Staff) error {
	if err := casework.MayTakeIn(who); err != nil {
		return err
	}
	var in struct {
		filing
		Channel   string `json:"channel" validate:"required"`
		On        string `json:"received_on" validate:"required"`
		Forwarder string `json:"forwarder"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	draft, err := a.draft(c, in.filing)
	if err != nil {
		return err
	}
	return a.receipt(c)(a.Desk.TakeIn(c.UserContext(), who, casework.Taken{Draft: draft, Channel: in.Channel, On: in.On, Forwarder: in.Forwarder}))
}
