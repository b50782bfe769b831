package api

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// conditions are the names by which an address says what a list is asked for; pages and API read the same.
var conditions = []struct {
	name string
	of   func(w *casework.Wanted) *string
}{
	{"view", func(w *casework.Wanted) *string { return &w.View }},
	{"state", func(w *casework.Wanted) *string { return &w.State }},
	{"kind", func(w *casework.Wanted) *string { return &w.Kind }},
	{"unit", func(w *casework.Wanted) *string { return &w.Unit }},
	{"assignee", func(w *casework.Wanted) *string { return &w.Assignee }},
	{"due", func(w *casework.Wanted) *string { return &w.Due }},
	{"from", func(w *casework.Wanted) *string { return &w.From }},
	{"to", func(w *casework.Wanted) *string { return &w.To }},
	{"ended", func(w *casework.Wanted) *string { return &w.Ended }},
	{"timely", func(w *casework.Wanted) *string { return &w.Timely }},
	{"category", func(w *casework.Wanted) *string { return &w.Category }},
	{"channel", func(w *casework.Wanted) *string { return &w.Channel }},
	{"rating", func(w *casework.Wanted) *string { return &w.Rating }},
	{"q", func(w *casework.Wanted) *string { return &w.Query }},
}

// WantedOf reads what a list is asked for from an address; a program looks for nobody by name.
func WantedOf(c *fiber.Ctx) casework.Wanted {
	w := casework.Wanted{After: c.Query("cursor"), Nameless: sessionOf(c).Token()}
	for _, k := range conditions {
		*k.of(&w) = c.Query(k.name)
	}
	return w
}

// Conditions writes what a list is asked for as an address has it, without where in it one stands.
func Conditions(w casework.Wanted) url.Values {
	out := url.Values{}
	for _, k := range conditions {
		if v := *k.of(&w); v != "" {
			out.Set(k.name, v)
		}
	}
	return out
}

// Saved is Parsed without words to search by, which are not kept.
func Saved(query string) casework.Wanted {
	w := Parsed(query)
	w.Query = ""
	return w
}

// Parsed reads what a list is asked for from conditions as Conditions encodes them.
func Parsed(query string) casework.Wanted {
	var w casework.Wanted
	kept, err := url.ParseQuery(query)
	if err != nil {
		return w
	}
	for _, k := range conditions {
		*k.of(&w) = kept.Get(k.name)
	}
	return w
}

// wanted is WantedOf with the size of the page.
func wanted(c *fiber.Ctx) (casework.Wanted, error) {
	w := WantedOf(c)
	if l := c.Query("limit"); l != "" {
		n, err := strconv.Atoi(l)
		if err != nil || n < 1 {
			return w, &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: map[string]string{"limit": "error.field.limit"}}
		}
		w.Limit = n
	}
	return w, nil
}

func (a *API) list(c *fiber.Ctx, who office.Staff) error {
	w, err := wanted(c)
	if err != nil {
		return err
	}
	items, next, err := a.rows(c, who, w)
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"items": items, "next_cursor": next})
}

func (a *API) rows(c *fiber.Ctx, who office.Staff, w casework.Wanted) ([]listed, string, error) {
	cs, next, err := a.Desk.List(c.UserContext(), who, w)
	items := make([]listed, 0, len(cs))
	for _, one := range cs {
		items = append(items, a.listed(one))
	}
	return items, next, err
}

// view answers a list by its name, with how many cases it holds; null where it is narrowed by words.
func (a *API) view(c *fiber.Ctx, who office.Staff) error {
	w, err := wanted(c)
	if err != nil {
		return err
	}
	w.View = c.Params("view")
	items, next, err := a.rows(c, who, w)
	if err != nil {
		return err
	}
	n, err := a.Desk.Count(c.UserContext(), who, w)
	if err != nil {
		return err
	}
	count := &n
	if n < 0 {
		count = nil
	}
	return c.JSON(fiber.Map{"view": w.View, "count": count, "items": items, "next_cursor": next})
}

// listOf are the conditions of a list by name, as its address has them.
type listOf map[string]string

// counted is one number of a board, and the conditions of the list that it counts.
type counted struct {
	Count int    `json:"count"`
	List  listOf `json:"list"`
}

func countOf(n casework.Counted) counted {
	list := listOf{}
	for k, v := range Conditions(n.Of) {
		list[k] = v[0]
	}
	return counted{n.N, list}
}

// load is what a unit or a person has.
type load struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Open     int        `json:"open"`
	Late     int        `json:"late"`
	Oldest   *time.Time `json:"oldest"`
	OpenList listOf     `json:"open_list"`
	LateList listOf     `json:"late_list"`
}

func loads(of []casework.Load, name func(id string) string) []load {
	out := make([]load, 0, len(of))
	for _, l := range of {
		one := load{ID: l.ID, Name: name(l.ID), Open: l.Open.N, Late: l.Late.N, OpenList: countOf(l.Open).List, LateList: countOf(l.Late).List}
		if !l.Oldest.IsZero() {
			one.Oldest = &l.Oldest
		}
		out = append(out, one)
	}
	return out
}

// board answers what a head's first page shows; every number names the list that it counts.
func (a *API) board(c *fiber.Ctx, who office.Staff) error {
	o, err := a.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	b, err := a.Desk.Board(c.UserContext(), who, c.Query("unit"))
	if err != nil {
		return err
	}
	tiles, ages, months := []fiber.Map{}, []fiber.Map{}, []fiber.Map{}
	for _, n := range b.Tiles {
		k := countOf(n)
		tiles = append(tiles, fiber.Map{"view": n.Of.View, "count": k.Count, "list": k.List})
	}
	for _, n := range b.Ageing {
		k := countOf(n.Counted)
		ages = append(ages, fiber.Map{"from_days": n.From, "to_days": n.To, "count": k.Count, "list": k.List})
	}
	for _, m := range b.Months {
		months = append(months, fiber.Map{
			"month": m.Month, "ended": countOf(m.Ended), "in_time": countOf(m.InTime), "rated": countOf(m.Rated), "satisfied": countOf(m.Satisfied),
		})
	}
	unit := func(id string) string {
		u, _ := o.Unit(id)
		return u.Name.In(lang(c))
	}
	person := func(id string) string {
		s, _ := o.Staff(id)
		return s.Name
	}
	return c.JSON(fiber.Map{"unit": b.Unit, "tiles": tiles, "units": loads(b.Units, unit), "people": loads(b.People, person), "ageing": ages, "months": months})
}
