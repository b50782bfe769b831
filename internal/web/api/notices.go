package api

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
)

// noticed is one notice.
type noticed struct {
	ID        string     `json:"id"`
	Reference string     `json:"reference,omitempty"`
	Of        string     `json:"of,omitempty"`
	Step      string     `json:"step"`
	Clock     string     `json:"clock,omitempty"`
	DueAt     *time.Time `json:"due_at,omitempty"`
	At        time.Time  `json:"at"`
	Read      bool       `json:"read"`
}

// notices lists what this person was told, the newest first.
func (a *API) notices(c *fiber.Ctx, who office.Staff) error {
	ns, next, err := a.Desk.NoticesOf(c.UserContext(), who, c.QueryBool("unread"), c.Query("cursor"))
	if err != nil {
		return err
	}
	unread, err := a.Desk.Unread(c.UserContext(), who)
	if err != nil {
		return err
	}
	items := make([]noticed, 0, len(ns))
	for _, n := range ns {
		items = append(items, noticed{
			ID: n.ID, Reference: n.Ref, Of: n.Of, Step: n.Step, Clock: string(n.Clock), DueAt: n.Due, At: n.At, Read: !n.Unread,
		})
	}
	return c.JSON(fiber.Map{"items": items, "next_cursor": next, "unread": unread})
}

// readNotices marks this person's notices up to a time as read.
func (a *API) readNotices(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Until time.Time `json:"until" validate:"required"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	n, err := a.Desk.ReadNotices(c.UserContext(), who, in.Until)
	if err != nil {
		return err
	}
	return c.Status(http.StatusOK).JSON(fiber.Map{"read": n})
}
