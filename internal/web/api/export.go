package api

import (
	"bufio"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
)

// exportCases answers a list of cases as a file.
func (a *API) exportCases(as string) staffHandler {
	return func(c *fiber.Ctx, who office.Staff) error { return a.SendCases(c, who, as) }
}

// exported are a table's columns: a translation key each, and the cell.
var exported = []struct {
	name string
	cell func(x exporting, k *casework.Case) string
}{
	{"case.reference", func(_ exporting, k *casework.Case) string { return k.Ref }},
	{"case.kind", func(x exporting, k *casework.Case) string {
		return x.say("kind." + string(k.Kind))
	}},
	{"case.state", func(x exporting, k *casework.Case) string {
		return x.say("state." + string(k.State))
	}},
	{"case.subject", func(x exporting, k *casework.Case) string {
		if k.Kind.Secret() {
			return x.say("case.sealed")
		}
		return k.Subject
	}},
	{"export.from", func(_ exporting, k *casework.Case) string { return k.Masked }},
	{"case.unit", func(x exporting, k *casework.Case) string {
		u, _ := x.office.Unit(k.Unit)
		return u.Name.In(x.lang)
	}},
	{"case.assignee", func(x exporting, k *casework.Case) string {
		s, _ := x.office.Staff(k.Assignee)
		return s.Name
	}},
	{"export.category", func(_ exporting, k *casework.Case) string { return k.Category }},
	{"export.channel", func(_ exporting, k *casework.Case) string { return k.Channel }},
	{"export.received", func(_ exporting, k *casework.Case) string { return day(&k.ReceivedAt) }},
	{"case.due", func(_ exporting, k *casework.Case) string { return day(k.DueAt) }},
	{"export.duty", func(x exporting, k *casework.Case) string {
		if clock, ok := k.Running(); ok && k.Lane == law.LaneOpen {
			return x.say(k.ClockKey(clock.Name))
		}
		return ""
	}},
	{"export.late", func(x exporting, k *casework.Case) string {
		if k.Overdue(x.Now()) || k.Standing == casework.Belatedly {
			return x.say("export.yes")
		}
		return ""
	}},
	{"export.ended", func(_ exporting, k *casework.Case) string { return day(k.ClosedAt) }},
	{"export.rating", func(_ exporting, k *casework.Case) string {
		if k.Satisfaction == nil {
			return ""
		}
		return strconv.Itoa(k.Satisfaction.Score)
	}},
}

// exporting is a table under way: what its cells need when the request that asked for it is over.
type exporting struct {
	*API
	office *office.Office
	lang   string
	list   *casework.Export
	as     string
	ctx    context.Context //nolint:containedctx // the values of the request, without its end
	conn   interface{ SetWriteDeadline(t time.Time) error }
}

func (x exporting) say(key string) string { return x.Words.Say(x.lang, key, nil) }

// day writes the day of a moment in Vietnam so that spreadsheets sort by it.
func day(at *time.Time) string {
	if at == nil || at.IsZero() {
		return ""
	}
	return at.In(casework.Vietnam).Format(time.DateOnly)
}

// SendCases answers the list that the address asks for as a table, "csv" or "xlsx", however long it is: page by page, as it is read.
// What is sealed or masked on the list's pages is so in the table.
func (a *API) SendCases(c *fiber.Ctx, who office.Staff, as string) error {
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	if c.Method() == fiber.MethodHead { // takes nothing out
		c.Set(fiber.HeaderContentType, tableTypes[as])
		return nil
	}
	w, most := WantedOf(c), 0
	if as == "xlsx" {
		most = register.MostSheet - 1
	}
	list, err := a.Desk.Export(c.UserContext(), who, w, casework.ExportAs{Asked: Conditions(w).Encode(), Most: most})
	if err != nil {
		return err
	}
	x := exporting{API: a, office: o, lang: lang(c), list: list, as: as, ctx: context.WithoutCancel(c.UserContext()), conn: c.Context().Conn()}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("X-Accel-Buffering", "no")
	c.Set(fiber.HeaderContentType, tableTypes[as])
	Download(c, "cases."+as)
	c.Context().SetBodyStreamWriter(x.run)
	return nil
}

// exportWrite is how long whoever reads a table may take for one page of it.
const exportWrite = 30 * time.Second

// run writes the table. One that breaks off does not end as a whole one does: the connection does.
func (x exporting) run(w *bufio.Writer) {
	whole := false
	defer func() {
		if r := recover(); r != nil {
			x.Log.ErrorContext(x.ctx, "a table panicked", "panic", fmt.Sprint(r))
		}
		if !whole {
			_ = x.conn.SetWriteDeadline(time.Unix(1, 0)) // long over: what would end it in order cannot be written
		}
	}()
	if err := x.write(w); err != nil {
		x.Log.WarnContext(x.ctx, "a table broke off", "error", err)
		return
	}
	whole = true
}

func (x exporting) write(w *bufio.Writer) error {
	table, err := register.NewTable(w, "cases", x.as)
	if err != nil {
		return err
	}
	head := make([]string, len(exported))
	for i, col := range exported {
		head[i] = x.say(col.name)
	}
	if err := table.Row(head); err != nil {
		return err
	}
	if err := x.list.Pages(x.ctx, func(cs []*casework.Case) error { return x.page(w, table, cs) }); err != nil {
		return err
	}
	if err := table.End(); err != nil {
		return err
	}
	return w.Flush()
}

// page writes some cases and hands them on.
func (x exporting) page(w *bufio.Writer, table register.TableWriter, cs []*casework.Case) error {
	until := time.Now().Add(exportWrite) //nolint:forbidigo // the kernel's clock, which the deadline is compared with
	if err := x.conn.SetWriteDeadline(until); err != nil {
		return err
	}
	for _, k := range cs {
		row := make([]string, len(exported))
		for i, col := range exported {
			row[i] = col.cell(x, k)
		}
		if err := table.Row(row); err != nil {
			return err
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return w.Flush()
}
