package api

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/signin"
)

// me says who calls.
func (a *API) me(c *fiber.Ctx, who office.Staff) error {
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{
		"id": who.ID, "username": who.Username, "name": who.Name, "title": who.Title, "unit": who.Unit, "roles": who.Roles, "heads": append([]string{}, o.Headed(who.ID, a.Now())...),
		"vouched": who.Vouched(), "must_change_password": who.OnceUntil != nil, "second_factor": who.HasFactor(), "must_set_up_second_factor": o.LacksFactor(who), "views": casework.Views(), "saved_views": append([]office.SavedView{}, who.Saved...),
	})
}

// choosePassword changes the caller's own password; it ends his sessions, this one too.
func (a *API) choosePassword(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Old      string `json:"old" validate:"required"`
		Password string `json:"password" validate:"required"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	if err := a.ChoosePassword(c, who, in.Old, in.Password); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}

// ChoosePassword changes the caller's own password, for pages and API alike. Wrong old ones are spaced within his session.
func (a *API) ChoosePassword(c *fiber.Ctx, who office.Staff, old, next string) error {
	session, _ := c.Locals("session").(string)
	return a.Doors.Paced(c.UserContext(), cmp.Or(session, sessionOf(c).ID), func() error {
		err := a.Register.ChoosePassword(c.UserContext(), who, old, next)
		if e, ok := errors.AsType[*casework.Error](err); ok && e.Fields["old"] != "" {
			return errors.Join(err, signin.ErrWrong)
		}
		return err
	})
}

// vouching lists whose standing waits for a second person, for who may confirm it.
func (a *API) vouching(c *fiber.Ctx, who office.Staff) error {
	list, err := a.Register.Waiting(c.UserContext(), who)
	if err != nil {
		return err
	}
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	out := make([]fiber.Map, 0, len(list))
	for _, m := range list {
		out = append(out, fiber.Map{
			"id": m.ID, "version": m.V, "name": m.Name, "title": m.Title, "unit": m.Unit, "roles": m.Roles, "by": m.Doubters(),
			"heads": append([]string{}, o.Heads(m.ID)...), "stands_for": append([]string{}, o.StandsFor(m.ID)...),
		})
	}
	return c.JSON(fiber.Map{"items": out})
}

// vouch confirms a person as he was listed.
func (a *API) vouch(c *fiber.Ctx, who office.Staff) error {
	rev, err := revision(c)
	if err != nil {
		return err
	}
	if err := a.Register.Vouch(c.UserContext(), who, c.Params("id"), int64(rev)); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}
