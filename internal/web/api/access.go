package api

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// accessRoutes are the calls about personal data: each showing is recorded.
func (a *API) accessRoutes(r fiber.Router) {
	r.Post("/staff/cases/:ref/contact", a.staff(a.showContact))
	r.Get("/staff/cases/:ref/strip", a.staff(a.toStrip))
	r.Post("/staff/cases/:ref/strip", a.staff(a.strip))
	r.Get("/staff/cases/:ref/accused-notice", a.staff(a.accusedNotice))
	r.Post("/staff/cases/:ref/identity", a.proved(a.askIdentity))
	r.Post("/staff/accesses/:id/approve", a.proved(a.approveIdentity))
	r.Post("/staff/accesses/:id/show", a.proved(a.showIdentity))
	r.Post("/staff/accesses/:id/part", a.staff(a.bringPart))
	r.Get("/staff/accesses", a.staff(a.accesses))
}

func (a *API) showContact(c *fiber.Ctx, who office.Staff) error {
	contact, err := a.Desk.ShowContact(c.UserContext(), who, c.Params("ref"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(contact)
}

// words are a letter in a body or an answer.
type words struct {
	Subject  string `json:"subject"`
	Body     string `json:"body"`
	Location string `json:"location"`
}

func wordsOf(l casework.Letter) words { return words{l.Subject, l.Body, l.Location.Address} }

func (a *API) toStrip(c *fiber.Ctx, who office.Staff) error {
	_, l, err := a.Desk.ToStrip(c.UserContext(), who, c.Params("ref"))
	if err != nil {
		return err
	}
	return c.JSON(wordsOf(l))
}

func (a *API) strip(c *fiber.Ctx, who office.Staff) error {
	rev, err := revision(c)
	if err != nil {
		return err
	}
	var in words
	if err := read(c, &in); err != nil {
		return err
	}
	l := casework.Letter{Subject: in.Subject, Body: in.Body, Location: casework.Location{Address: in.Location}}
	if _, err := a.Desk.Strip(c.UserContext(), who, c.Params("ref"), rev, l); err != nil {
		return err
	}
	return a.open(c, who)
}

func (a *API) accusedNotice(c *fiber.Ctx, who office.Staff) error {
	l, err := a.Desk.NoticeToAccused(c.UserContext(), who, c.Params("ref"))
	if err != nil {
		return err
	}
	return c.JSON(wordsOf(l))
}

// accessed is one showing, or one request to open an identity.
type accessed struct {
	ID        string      `json:"id"`
	Kind      string      `json:"kind"`
	Reference string      `json:"reference"`
	By        string      `json:"by"`
	At        time.Time   `json:"at"`
	Reason    string      `json:"reason,omitempty"` // of an export: its conditions
	Rows      int         `json:"rows,omitempty"`   // of an export: how many cases
	Move      string      `json:"move,omitempty"`   // the move that would take words out of the seal
	Sender    bool        `json:"sender,omitempty"` // the sender is to be opened, or was, with it
	Approved  string      `json:"approved_by,omitempty"`
	Until     *time.Time  `json:"until,omitempty"`
	Shown     []time.Time `json:"shown_at"`
	Need      int         `json:"parts_needed,omitempty"`
	Parts     []part      `json:"parts,omitempty"`
	Key       []byte      `json:"key,omitempty"` // told to the asker once
}

// part is one holder's part of the key that was brought.
type part struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

func accessedOf(x *casework.Access) accessed {
	var parts []part
	for _, p := range x.Parts {
		parts = append(parts, part{p.By, p.At})
	}
	return accessed{
		Need: x.Need, Parts: parts, Key: x.Key,
		ID: x.ID, Kind: x.Kind, Reference: x.Ref, By: x.By, At: x.At, Reason: x.Why, Rows: x.Rows, Move: x.Move, Sender: x.Sender, Approved: x.Approved, Until: x.Until,
		Shown: append([]time.Time{}, x.Shown...),
	}
}

func (a *API) askIdentity(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	x, err := a.Desk.AskIdentity(c.UserContext(), who, c.Params("ref"), in.Reason)
	if err != nil {
		return err
	}
	return c.Status(http.StatusCreated).JSON(accessedOf(x))
}

func (a *API) approveIdentity(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Sender string `json:"sender" validate:"omitempty,oneof=yes no"`
	}
	if len(c.BodyRaw()) > 0 {
		if err := read(c, &in); err != nil {
			return err
		}
	}
	x, err := a.Desk.ApproveOpening(c.UserContext(), who, c.Params("id"), in.Sender == "yes")
	if err != nil {
		return err
	}
	return c.JSON(accessedOf(x))
}

// bringPart is one holder's part of the key for one opening.
func (a *API) bringPart(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Passphrase string `json:"passphrase"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	if err := a.Guess.Ask(who); err != nil {
		return err
	}
	x, err := a.Desk.BringPart(c.UserContext(), who, c.Params("id"), in.Passphrase)
	if err != nil {
		return err
	}
	return c.JSON(accessedOf(x))
}

func (a *API) showIdentity(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Key []byte `json:"key"`
	}
	if len(c.Body()) > 0 {
		if err := read(c, &in); err != nil {
			return err
		}
	}
	contact, err := a.Desk.ShowIdentity(c.UserContext(), who, c.Params("id"), in.Key)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(contact)
}

func (a *API) accesses(c *fiber.Ctx, who office.Staff) error {
	xs, next, err := a.Desk.AccessList(c.UserContext(), who, c.Query("kind", casework.IdentityOpened), c.Query("cursor"))
	if err != nil {
		return err
	}
	items := make([]accessed, 0, len(xs))
	for _, x := range xs {
		items = append(items, accessedOf(x))
	}
	return c.JSON(fiber.Map{"items": items, "next_cursor": next})
}
