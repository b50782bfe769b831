package api

import (
	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// assignMany gives several letters to one person or unit, each by its own right and version, and tells of each whether it went.
func (a *API) assignMany(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Cases []struct {
			Reference string `json:"reference" validate:"required,max=20"`
			Version   int    `json:"version" validate:"required"`
		} `json:"cases" validate:"max=200,dive"`
		Unit     string `json:"unit" validate:"max=64"`
		Assignee string `json:"assignee" validate:"max=64"`
		Note     string `json:"note" validate:"max=10000"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	picked := make([]casework.Picked, 0, len(in.Cases))
	for _, p := range in.Cases {
		picked = append(picked, casework.Picked{Ref: p.Reference, Rev: p.Version})
	}
	to := map[string]string{}
	for name, v := range map[string]string{"unit": in.Unit, "assignee": in.Assignee, "note": in.Note} {
		if v != "" {
			to[name] = v
		}
	}
	done, held, err := a.Desk.AssignMany(c.UserContext(), who, picked, to)
	if err != nil {
		return err
	}
	stayed := make([]fiber.Map, 0, len(held))
	for _, h := range held {
		stayed = append(stayed, fiber.Map{"reference": h.Ref, "problem": FaultOf(h.Err).problem(a.Words, lang(c))})
	}
	return c.JSON(fiber.Map{"assigned": append([]string{}, done...), "held": stayed})
}
