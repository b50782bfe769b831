package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
	"tiepdan/internal/domain/signin"
)

// Register is the office as administrators change it.
type Register interface {
	List(ctx context.Context, who office.Staff, k register.Kind) ([]register.Item, error)
	Get(ctx context.Context, who office.Staff, k register.Kind, id string) (register.Item, error)
	History(ctx context.Context, who office.Staff, k register.Kind, id string) ([]*register.Change, error)
	Create(ctx context.Context, who office.Staff, o register.Order) (register.Filled, error)
	Change(ctx context.Context, who office.Staff, o register.Order) (register.Filled, error)
	Close(ctx context.Context, who office.Staff, o register.Order) (register.Filled, error)
	Reopen(ctx context.Context, who office.Staff, o register.Order) (register.Filled, error)
	Undo(ctx context.Context, who office.Staff, o register.Order, seq int64) (register.Filled, error)
	Invite(ctx context.Context, who office.Staff, o register.Order, password string) (register.Filled, error)
	Reset(ctx context.Context, who office.Staff, o register.Order) (register.Filled, error)
	EndSessions(ctx context.Context, who office.Staff, o register.Order) (register.Filled, error)
	DropFactor(ctx context.Context, who office.Staff, o register.Order) (register.Filled, error)
	Reissue(ctx context.Context, who office.Staff, o register.Order) (register.Filled, error)
	Printed(ctx context.Context, who office.Staff, counter string) error
	Waiting(ctx context.Context, who office.Staff) ([]office.Staff, error)
	Vouch(ctx context.Context, who office.Staff, id string, version int64) error
	Table(ctx context.Context, who office.Staff, k register.Kind) ([][]string, error)
	Preview(ctx context.Context, who office.Staff, k register.Kind, table [][]string) ([]register.Imported, error)
	Import(ctx context.Context, who office.Staff, k register.Kind, table [][]string, sure bool) ([]register.Imported, error)
	Rule(ctx context.Context, who office.Staff, o register.Order) (office.Rule, error)
	ChoosePassword(ctx context.Context, who office.Staff, old, next string) error
	ChooseReminders(ctx context.Context, who office.Staff, chosen office.Reminders) error
	SaveView(ctx context.Context, who office.Staff, v office.SavedView) error
	DropView(ctx context.Context, who office.Staff, name string) error
}

func (a *API) officeRoutes(r fiber.Router) {
	r.Get("/staff/me", a.caller(signin.AnyScope, a.me))
	r.Post("/staff/me/password", a.anyStaff(a.choosePassword))
	r.Post("/staff/me/proof", a.staff(a.prove))
	r.Get("/staff/vouching", a.staff(a.vouching))
	r.Post("/staff/vouching/:id", a.staff(a.vouch))
	of := "/staff/office/:kind"
	r.Get(of, a.readsOffice(a.items))
	r.Post(of, a.writesOffice(a.createItem))
	r.Get(of+"/export.csv", a.readsOffice(a.export("csv")))
	r.Get(of+"/export.xlsx", a.readsOffice(a.export("xlsx")))
	r.Post("/staff/office/rules/dry-run", a.readsOffice(a.tryRule))
	r.Post("/staff/office/people/:id/disable", a.staff(a.personOrder(Register.Close)))
	r.Post("/staff/office/people/:id/enable", a.staff(a.personOrder(Register.Reopen)))
	r.Post("/staff/office/people/:id/end-sessions", a.staff(a.personOrder(Register.EndSessions)))
	r.Post("/staff/office/people/:id/reset", a.staff(a.personOrder(Register.Reset)))
	r.Post("/staff/office/people/:id/drop-factor", a.staff(a.personOrder(Register.DropFactor)))
	r.Post("/staff/office/counters/:id/reissue", a.writesOffice(a.reissue))
	r.Get(of+"/:id", a.readsOffice(a.item))
	r.Put(of+"/:id", a.writesOffice(a.changeItem))
	r.Delete(of+"/:id", a.writesOffice(a.closeItem))
	r.Post(of+"/:id/reopen", a.writesOffice(a.reopenItem))
	r.Post(of+"/:id/undo", a.writesOffice(a.undoItem))
	r.Get(of+"/:id/history", a.readsOffice(a.itemHistory))
}

func kindOf(c *fiber.Ctx) register.Kind { return register.Kind(c.Params("kind")) }

// shown is an item as programs read it: lists as lists, flags as booleans.
func shown(k register.Kind, it register.Item) fiber.Map {
	out := fiber.Map{"id": it.ID, "version": it.V, "closed": it.Closed}
	for _, f := range register.Fields(k) {
		text := it.Row[f.Name]
		switch {
		case f.List():
			out[f.Name] = append([]string{}, register.Values(text)...)
		case f.Type == register.Flag:
			out[f.Name] = text != ""
		default:
			out[f.Name] = text
		}
	}
	switch k {
	case register.People:
		out["former_names"] = append([]string{}, it.Beside.FormerNames...)
		out["vouched"], out["once_until"], out["second_factor"] = it.Beside.Unvouched == "", it.Beside.OnceUntil, it.Beside.Factor
	case register.Counters:
		out["sticker"] = it.Beside.Sticker
	default: // nothing stands beside the fields
	}
	return out
}

func (a *API) items(c *fiber.Ctx, who office.Staff) error {
	list, err := a.Register.List(c.UserContext(), who, kindOf(c))
	if err != nil {
		return err
	}
	out := make([]fiber.Map, 0, len(list))
	for _, it := range list {
		out = append(out, shown(kindOf(c), it))
	}
	return c.JSON(fiber.Map{"items": out})
}

func (a *API) item(c *fiber.Ctx, who office.Staff) error {
	it, err := a.Register.Get(c.UserContext(), who, kindOf(c), c.Params("id"))
	if err != nil {
		return err
	}
	return answerItem(c, http.StatusOK, kindOf(c), register.Filled{Item: it})
}

func answerItem(c *fiber.Ctx, status int, k register.Kind, f register.Filled) error {
	out := shown(k, f.Item)
	if f.Password != "" {
		out["password"] = f.Password
	}
	c.Set(fiber.HeaderETag, etag(int(f.Item.V)))
	return c.Status(status).JSON(out)
}

// typed reads the fields of an item from JSON: texts, lists and flags, and a name in two languages as an object.
func typed(c *fiber.Ctx) (register.Row, error) {
	var in map[string]any
	if err := read(c, &in); err != nil {
		return nil, err
	}
	row, bad := register.Row{}, map[string]string{}
	for name, v := range in {
		if !register.Write(row, name, v) {
			bad[name] = "error.field.type"
		}
	}
	if len(bad) > 0 {
		return nil, &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: bad}
	}
	return row, nil
}

// take removes a value that is no field of the item.
func take(row register.Row, name string) string {
	text := row[name]
	delete(row, name)
	return text
}

func (a *API) createItem(c *fiber.Ctx, who office.Staff) error {
	row, err := typed(c)
	if err != nil {
		return err
	}
	k := kindOf(c)
	ord := register.Order{Kind: k, ID: take(row, "id"), Row: row, Sure: c.QueryBool("sure")}
	var f register.Filled
	if k == register.People {
		f, err = a.Register.Invite(c.UserContext(), who, ord, take(row, "password"))
	} else {
		f, err = a.Register.Create(c.UserContext(), who, ord)
	}
	if err != nil {
		return err
	}
	return answerItem(c, http.StatusCreated, k, f)
}

func (a *API) changeItem(c *fiber.Ctx, who office.Staff) error {
	rev, err := revision(c)
	if err != nil {
		return err
	}
	row, err := typed(c)
	if err != nil {
		return err
	}
	for _, name := range []string{"id", "version", "vouched", "former_names", "once_until", "second_factor", "sticker"} { // what an answer of ours had besides
		take(row, name)
	}
	ord := register.Order{Kind: kindOf(c), ID: c.Params("id"), Version: int64(rev), Row: row, Sure: c.QueryBool("sure")}
	f, err := a.Register.Change(c.UserContext(), who, ord)
	if err != nil {
		return err
	}
	return answerItem(c, http.StatusOK, ord.Kind, f)
}

// versioned carries out an order that has no fields of its own.
func (a *API) versioned(c *fiber.Ctx, who office.Staff, do func(Register, context.Context, office.Staff, register.Order) (register.Filled, error)) error {
	rev, err := revision(c)
	if err != nil {
		return err
	}
	ord := register.Order{Kind: kindOf(c), ID: c.Params("id"), Version: int64(rev), Sure: c.QueryBool("sure")}
	f, err := do(a.Register, c.UserContext(), who, ord)
	if err != nil {
		return err
	}
	return answerItem(c, http.StatusOK, ord.Kind, f)
}

func (a *API) closeItem(c *fiber.Ctx, who office.Staff) error {
	return a.versioned(c, who, Register.Close)
}

func (a *API) reopenItem(c *fiber.Ctx, who office.Staff) error {
	return a.versioned(c, who, Register.Reopen)
}

func (a *API) undoItem(c *fiber.Ctx, who office.Staff) error {
	var in struct {
		Line int64 `json:"line" validate:"required"`
	}
	if err := read(c, &in); err != nil {
		return err
	}
	return a.versioned(c, who, func(r Register, ctx context.Context, who office.Staff, o register.Order) (register.Filled, error) {
		return r.Undo(ctx, who, o, in.Line)
	})
}

// urgent tries an order about the item as it is now: shutting somebody out does not wait for a version.
func (a *API) urgent(c *fiber.Ctx, who office.Staff, k register.Kind, do func(Register, context.Context, office.Staff, register.Order) (register.Filled, error)) error {
	for {
		it, err := a.Register.Get(c.UserContext(), who, k, c.Params("id"))
		if err != nil {
			return err
		}
		if tag := c.Get(fiber.HeaderIfMatch); tag != "" {
			rev, err := revision(c)
			if err != nil {
				return err
			}
			it.V = int64(rev)
		}
		f, err := do(a.Register, c.UserContext(), who, register.Order{Kind: k, ID: it.ID, Version: it.V, Sure: c.QueryBool("sure")})
		if errors.Is(err, register.ErrStale) && c.Get(fiber.HeaderIfMatch) == "" {
			continue // somebody was quicker: once more on what he left
		}
		if err != nil {
			return err
		}
		return answerItem(c, http.StatusOK, k, f)
	}
}

func (a *API) personOrder(do func(Register, context.Context, office.Staff, register.Order) (register.Filled, error)) staffHandler {
	return func(c *fiber.Ctx, who office.Staff) error { return a.urgent(c, who, register.People, do) }
}

func (a *API) reissue(c *fiber.Ctx, who office.Staff) error {
	return a.urgent(c, who, register.Counters, Register.Reissue)
}

// officeLine is one of an item's history.
type officeLine struct {
	Line    int64      `json:"line"`
	At      time.Time  `json:"at"`
	By      string     `json:"by"`
	Did     string     `json:"did"`
	Note    string     `json:"note,omitempty"`
	Changes []fromInto `json:"changes"`
}

type fromInto struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
}

func (a *API) itemHistory(c *fiber.Ctx, who office.Staff) error {
	lines, err := a.Register.History(c.UserContext(), who, kindOf(c), c.Params("id"))
	if err != nil {
		return err
	}
	out := make([]officeLine, 0, len(lines))
	for _, l := range lines {
		x := officeLine{Line: l.Seq, At: l.At, By: l.Actor, Did: l.Do, Note: l.Note, Changes: []fromInto{}}
		for _, d := range l.Differences() {
			x.Changes = append(x.Changes, fromInto{d.Name, d.From, d.To})
		}
		out = append(out, x)
	}
	return c.JSON(fiber.Map{"items": out})
}

// tryRule says how many of the last letters a rule would have sent elsewhere.
func (a *API) tryRule(c *fiber.Ctx, who office.Staff) error {
	row, err := typed(c)
	if err != nil {
		return err
	}
	rule, err := a.Register.Rule(c.UserContext(), who, register.Order{ID: take(row, "id"), Row: row})
	if err != nil {
		return err
	}
	t, err := a.Desk.TryRule(c.UserContext(), who, rule)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"moved": t.Moved, "of": t.Of, "few": t.Few})
}
