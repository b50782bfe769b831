package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
)

// tabletLink is how long a link that an administrator made enrols a device: as long as it takes to walk to the counter.
const tabletLink = 15 * time.Minute

// TabletOffer is a link that makes the device which opens it the tablet of a counter, once.
type TabletOffer struct {
	Counter string    `json:"counter"`
	URL     string    `json:"url"`
	EndsAt  time.Time `json:"ends_at"`
}

// tabletRow is a tablet as other programs read it.
type tabletRow struct {
	ID         string     `json:"id"`
	Counter    string     `json:"counter"`
	EnrolledAt time.Time  `json:"enrolled_at"`
	SeenAt     time.Time  `json:"seen_at"`
	EndedAt    *time.Time `json:"ended_at,omitempty"`
	Waiting    int        `json:"waiting"`
	Version    string     `json:"version,omitempty"`
}

// mayKeepTablets lets administrators in: they vouch for what stands on the counters.
func mayKeepTablets(who office.Staff) error {
	if who.Disabled || !who.Has(office.Admin) {
		return &FaultError{Status: http.StatusForbidden, Key: "error.admin_only"}
	}
	return nil
}

// ListTablets lists the tablets that were enrolled, for an administrator.
func (a *API) ListTablets(ctx context.Context, who office.Staff) ([]rating.Tablet, error) {
	if err := mayKeepTablets(who); err != nil {
		return nil, err
	}
	return a.Book.ListTablets(ctx)
}

// OfferTablet makes a link for a counter.
func (a *API) OfferTablet(c *fiber.Ctx, who office.Staff, counter string) (TabletOffer, error) {
	if err := mayKeepTablets(who); err != nil {
		return TabletOffer{}, err
	}
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return TabletOffer{}, err
	}
	k, ok := o.Counter(counter)
	if !ok {
		return TabletOffer{}, &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"counter": "error.field.counter"}}
	}
	until := a.Now().Add(tabletLink).Truncate(time.Second)
	a.Log.InfoContext(c.UserContext(), "tablet link made", "counter", k.ID, "by", who.ID)
	return TabletOffer{Counter: k.ID, URL: a.BaseURL(c) + a.TabletPath(k, until), EndsAt: until.UTC()}, nil
}

// EndTablet ends one: what it sends from now on is counted apart.
func (a *API) EndTablet(ctx context.Context, who office.Staff, id string) error {
	if err := mayKeepTablets(who); err != nil {
		return err
	}
	err := a.Book.Revoke(ctx, id)
	if errors.Is(err, rating.ErrNoTablet) {
		return fiber.ErrNotFound
	}
	if err == nil {
		a.Log.InfoContext(ctx, "tablet ended", "tablet", id, "by", who.ID)
	}
	return err
}

func (a *API) tablets(c *fiber.Ctx, who office.Staff) error {
	list, err := a.ListTablets(c.UserContext(), who)
	if err != nil {
		return err
	}
	rows := make([]tabletRow, 0, len(list))
	for _, t := range list {
		rows = append(rows, tabletRow{t.ID, t.Counter, t.EnrolledAt, t.Seen(), t.RevokedAt, t.Health.Waiting, t.Health.Version})
	}
	return c.JSON(fiber.Map{"tablets": rows})
}

func (a *API) offerTablet(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Counter string `json:"counter" validate:"required"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	offer, err := a.OfferTablet(c, who, in.Counter)
	if err != nil {
		return err
	}
	return c.Status(http.StatusCreated).JSON(offer)
}

func (a *API) endTablet(c *fiber.Ctx, who office.Staff) error {
	if err := a.EndTablet(c.UserContext(), who, c.Params("id")); err != nil {
		return err
	}
	return c.SendStatus(http.StatusNoContent)
}
