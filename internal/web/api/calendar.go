package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/workday"
)

// dayRow is a day of the calendar as other programs read it.
type dayRow struct {
	workday.Day
	By string     `json:"by,omitempty"`
	At *time.Time `json:"at,omitempty"`
}

func (a *API) calendar(c *fiber.Ctx, who office.Staff) error {
	year := a.Now().In(casework.Vietnam).Year()
	if text := c.Query("year"); text != "" {
		year, _ = strconv.Atoi(text) // no number is a year nobody can ask for
	}
	y, err := a.Desk.CalendarYear(c.UserContext(), who, year)
	if err != nil {
		return err
	}
	days := make([]dayRow, 0, len(y.Rows))
	for _, r := range y.Rows {
		days = append(days, dayRow{Day: r.Day(), By: r.By, At: r.At})
	}
	return c.JSON(fiber.Map{"year": y.Year, "days": days, "by_law_only": y.Proposed, "under_way": y.Busy})
}

// shifted is a clock that moves, or would.
type shifted struct {
	Reference string    `json:"reference,omitempty"` // none for a denunciation
	Clock     string    `json:"clock"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
}

// changeCalendar previews a change, or makes it with the token of its preview.
func (a *API) changeCalendar(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Set     []workday.Day `json:"set"`
		Remove  []string      `json:"remove"`
		Preview bool          `json:"preview"`
		Token   string        `json:"token"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	if in.Preview == (in.Token != "") {
		return &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"token": "error.calendar_preview"}}
	}
	ch := casework.CalendarChange{Set: in.Set, Remove: in.Remove}
	if in.Preview {
		p, err := a.Desk.PreviewCalendar(c.UserContext(), who, ch)
		if err != nil {
			return err
		}
		shifts := make([]shifted, 0, len(p.Shifts))
		for _, s := range p.Shifts {
			shifts = append(shifts, shifted{Reference: s.Ref, Clock: string(s.Clock), From: s.From, To: s.To})
		}
		return c.JSON(fiber.Map{"clocks": p.Clocks, "cases": p.Cases, "shifts": shifts, "token": p.Token})
	}
	job, err := a.Desk.ApplyCalendar(c.UserContext(), who, ch, in.Token)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"cases": job.Moved})
}

// unsure is a value of the rules that is not certain.
type unsure struct {
	ID        string        `json:"id"`
	What      string        `json:"what"`
	Value     string        `json:"value"`
	Source    string        `json:"source"`
	Confirmed *confirmation `json:"confirmed,omitempty"`
}

type confirmation struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Note string    `json:"note"`
}

func (a *API) toConfirm(c *fiber.Ctx, who office.Staff) error {
	list, err := a.Desk.ToConfirm(c.UserContext(), who)
	if err != nil {
		return err
	}
	items := make([]unsure, 0, len(list))
	for _, u := range list {
		item := unsure{ID: u.ID, What: u.What, Value: u.Value.Value, Source: u.Source}
		if u.Confirmed != nil {
			item.Confirmed = &confirmation{By: u.Confirmed.By, At: u.Confirmed.At, Note: u.Confirmed.Note}
		}
		items = append(items, item)
	}
	return c.JSON(fiber.Map{"items": items})
}

func (a *API) confirm(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		ID    string `json:"id" validate:"required"`
		Value string `json:"value" validate:"required"`
		Note  string `json:"note" validate:"required"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	if err := a.Desk.Confirm(c.UserContext(), who, in.ID, in.Value, in.Note); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}
