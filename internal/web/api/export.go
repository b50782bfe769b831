package api

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/casework"
	"tiepdan/internal/office"
)

// exportCases answers a list of cases as a file.
func (a *API) exportCases(as string) staffHandler {
	return func(c *fiber.Ctx, who office.Staff) error { return a.SendCases(c, who, as) }
}

// exported are a table's columns: a translation key each, and the cell.
var exported = []struct {
	name string
	cell func(a *API, o *office.Office, c *fiber.Ctx, k *casework.Case) string
}{
	{"case.reference", func(_ *API, _ *office.Office, _ *fiber.Ctx, k *casework.Case) string { return k.Ref }},
	{"case.kind", func(a *API, _ *office.Office, c *fiber.Ctx, k *casework.Case) string {
		return a.say(c, "kind."+string(k.Kind))
	}},
	{"case.state", func(a *API, _ *office.Office, c *fiber.Ctx, k *casework.Case) string {
		return a.say(c, "state."+string(k.State))
	}},
	{"case.subject", func(a *API, _ *office.Office, c *fiber.Ctx, k *casework.Case) string {
		if k.Kind.Secret() {
			return a.say(c, "case.sealed")
		}
		return k.Subject
	}},
	{"export.from", func(_ *API, _ *office.Office, _ *fiber.Ctx, k *casework.Case) string { return k.Masked }},
	{"case.unit", func(_ *API, o *office.Office, c *fiber.Ctx, k *casework.Case) string {
		u, _ := o.Unit(k.Unit)
		return u.Name.In(lang(c))
	}},
	{"case.assignee", func(_ *API, o *office.Office, _ *fiber.Ctx, k *casework.Case) string {
		s, _ := o.Staff(k.Assignee)
		return s.Name
	}},
	{"export.category", func(_ *API, _ *office.Office, _ *fiber.Ctx, k *casework.Case) string { return k.Category }},
	{"export.channel", func(_ *API, _ *office.Office, _ *fiber.Ctx, k *casework.Case) string { return k.Channel }},
	{"export.received", func(_ *API, _ *office.Office, _ *fiber.Ctx, k *casework.Case) string { return day(&k.ReceivedAt) }},
	{"case.due", func(_ *API, _ *office.Office, _ *fiber.Ctx, k *casework.Case) string { return day(k.DueAt) }},
	{"export.duty", func(a *API, _ *office.Office, c *fiber.Ctx, k *casework.Case) string {
		if clock, ok := k.Running(); ok && k.Lane == casework.LaneOpen {
			return a.say(c, "clock."+string(clock.Name))
		}
		return ""
	}},
	{"export.late", func(a *API, _ *office.Office, c *fiber.Ctx, k *casework.Case) string {
		if k.Overdue(a.Now()) || k.Standing == casework.Belatedly {
			return a.say(c, "export.yes")
		}
		return ""
	}},
	{"export.ended", func(_ *API, _ *office.Office, _ *fiber.Ctx, k *casework.Case) string { return day(k.ClosedAt) }},
	{"export.rating", func(_ *API, _ *office.Office, _ *fiber.Ctx, k *casework.Case) string {
		if k.Satisfaction == nil {
			return ""
		}
		return strconv.Itoa(k.Satisfaction.Score)
	}},
}

func (a *API) say(c *fiber.Ctx, key string) string { return a.Words.Say(lang(c), key, nil) }

// day writes the day of a moment in Vietnam so that spreadsheets sort by it.
func day(at *time.Time) string {
	if at == nil || at.IsZero() {
		return ""
	}
	return at.In(casework.Vietnam).Format(time.DateOnly)
}

// SendCases answers the list that the address asks for as a table, "csv" or "xlsx". What is sealed or masked on the list's pages is
// so in the table.
func (a *API) SendCases(c *fiber.Ctx, who office.Staff, as string) error {
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	w := WantedOf(c)
	cs, err := a.Desk.Export(c.UserContext(), who, w, Conditions(w).Encode())
	if err != nil {
		return err
	}
	head := make([]string, len(exported))
	for i, k := range exported {
		head[i] = a.say(c, k.name)
	}
	table := [][]string{head}
	for _, k := range cs {
		row := make([]string, len(exported))
		for i, col := range exported {
			row[i] = col.cell(a, o, c, k)
		}
		table = append(table, row)
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return SendTable(c, "cases", as, table)
}
