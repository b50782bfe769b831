package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
	"tiepdan/internal/paper"
	"tiepdan/internal/web/api"
	"tiepdan/pkg/vntext"
)

// adminRoutes are the pages on which an administrator keeps the office.
func (s *Server) adminRoutes(r fiber.Router) {
	r.Get("/staff/admin", s.signedIn(s.showAdmin))
	r.Get("/staff/vouching", s.signedIn(s.showVouching))
	s.staffPost(r, "/staff/vouching/:id", s.vouch)
	s.post(r, "/staff/admin/settings/picture/:of", form{read: s.upload, do: s.signedIn(s.keepPortrait)})
	r.Get("/staff/counters/posters.pdf", s.signedIn(func(c *fiber.Ctx) error { return s.api.Posters(c, staffOf(c)) }))
	for _, k := range register.Kinds() {
		of := "/staff/admin/" + string(k)
		r.Get(of+"/edit/:id", s.signedIn(s.showItem(k)))
		s.staffPost(r, of+"/edit/:id", s.keepItem(k))
		s.staffPost(r, of+"/edit/:id/:do", s.orderItem(k))
		if k.Single() {
			r.Get(of, s.signedIn(func(c *fiber.Ctx) error { return lead(c, of+"/edit/"+office.SettingsID) }))
			continue
		}
		r.Get(of, s.signedIn(s.itemsOf(k)))
		r.Get(of+"/new", s.signedIn(s.showNewItem(k)))
		s.staffPost(r, of+"/new", s.keepItem(k))
		r.Get(of+"/import", s.signedIn(s.showImport(k)))
		s.post(r, of+"/import", form{read: table, do: s.signedIn(s.importItems(k))})
		r.Get(of+"/export.:as", s.signedIn(s.exportItems(k)))
	}
}

// adminPage is where all of it begins.
type adminPage struct{ page }

// Kinds are the parts of the office.
func (adminPage) Kinds() []register.Kind { return register.Kinds() }

func (s *Server) showAdmin(c *fiber.Ctx) error {
	if !staffOf(c).Has(office.Admin) {
		return &api.FaultError{Status: http.StatusForbidden, Key: "error.admin_only"}
	}
	return s.render(c, "staff/admin", adminPage{s.page(c, "page.admin.title")})
}

// itemsPage lists a part of the office.
type itemsPage struct {
	page
	Kind   register.Kind
	Query  string
	Items  []register.Item
	Cut    bool
	Done   string // what has just happened to an item
	office officeNames
}

// Names lends the names to templates.
func (p itemsPage) Names() officeNames { return p.office }

// mostShown bounds a list of the office; more is found by searching.
const mostShown = 300

func (s *Server) itemsOf(k register.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		list, err := s.Register.List(c.UserContext(), staffOf(c), k)
		if err != nil {
			return err
		}
		o, err := s.Offices.Office(c.UserContext())
		if err != nil {
			return err
		}
		p := itemsPage{page: s.page(c, "page.office."+string(k)), Kind: k, Query: c.Query("q"), Done: s.doneWord(c)}
		p.office = officeNames{p.page, o, k}
		words := vntext.Words(p.Query)
		for _, it := range list {
			if words != "" && !strings.Contains(vntext.Words(p.office.Title(it)+" "+it.ID+" "+strings.Join(rowTexts(p.office, it), " ")), words) {
				continue
			}
			if p.Cut = len(p.Items) == mostShown; p.Cut {
				break
			}
			p.Items = append(p.Items, it)
		}
		return s.render(c, "staff/office_list", p)
	}
}

func rowTexts(n officeNames, it register.Item) []string {
	var out []string
	for _, f := range n.Columns() {
		out = append(out, n.Shown(f, it.Row[f.Name]))
	}
	return out
}

// doneWord reads what the address says has just happened.
func (*Server) doneWord(c *fiber.Ctx) string {
	if d := c.Query("done"); slices.Contains([]string{"created", "changed", "closed", "reopened", "undone", "reset", "ended_sessions", "dropped_factor", "reissued", "imported", "same"}, d) {
		return d
	}
	return ""
}

// itemPage is the form of an item with its history.
type itemPage struct {
	page
	Kind     register.Kind
	Item     register.Item
	New      bool
	Typed    register.Row
	Key      string
	Wrong    map[string]string
	Asks     string // what the change would cost has to be known first: how many open cases nobody could lead on any more
	History  []*register.Change
	Done     string
	Password string // told this once
	Tried    *casework.RuleTried
	names    officeNames
	people   names
}

// Names lends the names to templates.
func (p itemPage) Names() officeNames { return p.names }

// Sizes are what a counter's poster may be printed on.
func (itemPage) Sizes() []paper.Size { return paper.Sizes() }

// Fields are the form's, in their order.
func (p itemPage) Fields() []register.Field { return register.Fields(p.Kind) }

// Value is what a field holds, or was typed into it.
func (p itemPage) Value(f register.Field) string { return p.Typed[f.Name] }

// Has reports whether a list holds the value.
func (p itemPage) Has(f register.Field, v string) bool {
	return slices.Contains(register.Values(p.Typed[f.Name]), v)
}

// Shows is the picture of a field, where the pages show one.
func (p itemPage) Shows(f register.Field) shown {
	if f.Name == string(office.Mark) {
		return p.Mark()
	}
	return p.Photo()
}

// Problem is the message for a field, or "".
func (p itemPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Hint helps with a field, where help is needed.
func (p itemPage) Hint(f register.Field) string {
	key := "office." + string(p.Kind) + "." + f.Name + ".hint"
	if text := p.T(key); text != key {
		return text
	}
	return ""
}

// Options are the values that a field may have.
func (p itemPage) Options(f register.Field) []option {
	if f.Of != "" {
		return p.names.options(f.Of)
	}
	var out []option
	for _, v := range f.OneOf {
		out = append(out, option{v, p.T(choiceKey(f.Name, v))})
	}
	return out
}

// Person is a name in the history.
func (p itemPage) Person(id string) string {
	if id == register.Machine {
		return p.T("office.machine")
	}
	return p.people.Person(id)
}

// FieldOf is a field by its name; one that is none of the form's is shown as it is.
func (p itemPage) FieldOf(name string) register.Field {
	for _, f := range p.Fields() {
		if f.Name == name {
			return f
		}
	}
	return register.Field{Name: name, Type: register.Flag}
}

// LabelOf is the name of a field of the history.
func (p itemPage) LabelOf(name string) string {
	if name == "closed" {
		return p.T("office.closed." + string(p.Kind))
	}
	return p.names.Label(p.FieldOf(name))
}

// Undoes reports whether a line of the history can be taken back from here.
func (p itemPage) Undoes(c *register.Change) bool {
	return len(c.Differences()) > 0 && c.Do != register.Created
}

func (s *Server) showNewItem(k register.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		typed := register.Row{}
		if k == register.Units {
			typed["level"] = string(office.Commune)
		}
		return s.itemPage(c, itemPage{Kind: k, New: true, Typed: typed}, nil)
	}
}

func (s *Server) showItem(k register.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error { return s.itemPage(c, itemPage{Kind: k, Done: s.doneWord(c)}, nil) }
}

// itemPage fills the page and shows it; problem is what was wrong with what was typed.
func (s *Server) itemPage(c *fiber.Ctx, p itemPage, problem error) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	f, err := formFault(c, problem)
	if err != nil || f.Status == http.StatusForbidden {
		return problem
	}
	p.page, p.Key, p.Wrong = s.page(c, "page.office."+string(p.Kind)), f.Key, f.Fields
	if f.Key == register.LosesReader || f.Key == register.LosesConfirmer {
		p.Asks = cmp.Or(f.Args["n"], "1")
	}
	p.names, p.people = officeNames{p.page, o, p.Kind}, names{o, lang(c)}
	if p.New {
		if _, err := s.Register.List(c.UserContext(), staffOf(c), p.Kind); err != nil { // whether he may
			return err
		}
		return s.render(c, "staff/office_item", p)
	}
	id := cmp.Or(p.Item.ID, c.Params("id"))
	if p.Item, err = s.Register.Get(c.UserContext(), staffOf(c), p.Kind, id); err != nil {
		return err
	}
	if p.Typed == nil {
		p.Typed = p.Item.Row
	}
	if p.History, err = s.Register.History(c.UserContext(), staffOf(c), p.Kind, id); err != nil {
		return err
	}
	return s.render(c, "staff/office_item", p)
}

// typedRow reads a form: lists may come as several values.
func typedRow(c *fiber.Ctx, k register.Kind) register.Row {
	row := register.Row{}
	for _, f := range register.Fields(k) {
		var parts []string
		for _, v := range c.Context().PostArgs().PeekMulti(f.Name) {
			parts = append(parts, string(v))
		}
		row[f.Name] = strings.Join(parts, "\n")
		if c.FormValue(f.Name+".none") != "" {
			row[f.Name] = ""
		}
	}
	return row
}

func version(c *fiber.Ctx) int64 {
	v, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // not a number is a stale version
	return v
}

// keepItem creates or changes an item from its form, or tries a rule without keeping it.
func (s *Server) keepItem(k register.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ord := register.Order{Kind: k, ID: c.Params("id"), Version: version(c), Row: typedRow(c, k), Note: c.FormValue("change_note"), Sure: c.FormValue("sure") != ""}
		p := itemPage{Kind: k, New: ord.ID == "", Typed: ord.Row}
		if k == register.Rules && c.FormValue("try") != "" {
			return s.tryRule(c, p, ord)
		}
		do, done := s.Register.Change, "changed"
		switch {
		case p.New && k == register.People:
			done = "created"
			do = func(ctx context.Context, who office.Staff, o register.Order) (register.Filled, error) {
				return s.Register.Invite(ctx, who, o, "")
			}
		case p.New:
			do, done = s.Register.Create, "created"
		}
		f, err := do(c.UserContext(), staffOf(c), ord)
		if err != nil {
			return s.itemPage(c, p, err)
		}
		if f.Password != "" { // told on this page and nowhere else
			return s.itemPage(c, itemPage{Kind: k, Item: f.Item, Done: done, Password: f.Password}, nil)
		}
		return lead(c, "/staff/admin/"+string(k)+"/edit/"+f.Item.ID+"?done="+done)
	}
}

func (s *Server) tryRule(c *fiber.Ctx, p itemPage, ord register.Order) error {
	rule, err := s.Register.Rule(c.UserContext(), staffOf(c), ord)
	if err != nil {
		return s.itemPage(c, p, err)
	}
	t, err := s.Desk.TryRule(c.UserContext(), staffOf(c), rule)
	if err != nil {
		return err
	}
	p.Tried = &t
	return s.itemPage(c, p, nil)
}

// orderItem does what a button of the item's page says.
func (s *Server) orderItem(k register.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ord := register.Order{Kind: k, ID: c.Params("id"), Version: version(c), Note: c.FormValue("change_note"), Sure: c.FormValue("sure") != ""}
		ctx, who := c.UserContext(), staffOf(c)
		var f register.Filled
		var err error
		done := ""
		switch what := c.Params("do"); {
		case what == "close":
			done = "closed"
			f, err = s.Register.Close(ctx, who, ord)
		case what == "reopen":
			done = "reopened"
			f, err = s.Register.Reopen(ctx, who, ord)
		case what == "undo":
			done = "undone"
			line, _ := strconv.ParseInt(c.FormValue("line"), 10, 64) // not a number is no line
			f, err = s.Register.Undo(ctx, who, ord, line)
		case what == "reset" && k == register.People:
			done = "reset"
			f, err = s.Register.Reset(ctx, who, ord)
		case what == "end-sessions" && k == register.People:
			done = "ended_sessions"
			f, err = s.Register.EndSessions(ctx, who, ord)
		case what == "drop-factor" && k == register.People:
			done = "dropped_factor"
			f, err = s.Register.DropFactor(ctx, who, ord)
		case what == "reissue" && k == register.Counters:
			done = "reissued"
			f, err = s.Register.Reissue(ctx, who, ord)
		default:
			return fiber.ErrNotFound
		}
		if code := casework.CodeOf(err); err != nil && (code == casework.Conflict || code == casework.Invalid) {
			return s.itemPage(c, itemPage{Kind: k}, err)
		}
		if err != nil {
			return err
		}
		if f.Password != "" {
			return s.itemPage(c, itemPage{Kind: k, Item: f.Item, Done: done, Password: f.Password}, nil)
		}
		return lead(c, "/staff/admin/"+string(k)+"/edit/"+ord.ID+"?done="+done)
	}
}

// exportItems hands out the table.
func (s *Server) exportItems(k register.Kind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		t, err := s.Register.Table(c.UserContext(), staffOf(c), k)
		if err != nil {
			return err
		}
		return api.SendTable(c, string(k), c.Params("as"), t)
	}
}
