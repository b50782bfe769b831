package web

import (
	"cmp"
	"context"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
	"tiepdan/internal/web/api"
	"tiepdan/pkg/vntext"
)

// Setup is the first start of an installation.
type Setup interface {
	// Open reports whether the secret opens the first start now.
	Open(ctx context.Context, secret string) (bool, error)
	// Make makes the office and sends a letter through it.
	Make(ctx context.Context, p register.Plan, password, hours string) (Made, error)
}

// Made is what the first start made.
type Made struct {
	Lines []register.Imported
	Test  TestLetter
}

// TestLetter is a letter that was sent to see it go through.
type TestLetter struct {
	Ref, To string
	Took    time.Duration
}

// Wrong reports whether a line was wrong, so that nothing was made.
func (m Made) Wrong() bool {
	for _, l := range m.Lines {
		if l.Do == register.Wrong {
			return true
		}
	}
	return false
}

// setupPage (thiết lập lần đầu) asks for the office in one form.
type setupPage struct {
	page
	Secret  string
	Fresh   bool // nobody has typed anything yet: the usual office stands there
	KeyFile string
	Form    map[string]string
	Key     string
	Wrong   map[string]string
}

// The numbers of lines that the form offers.
const (
	ownUnits    = 3
	setupPeople = 9
	mostDesks   = 30
)

// OnDesk: the first start looks as the staff's pages do.
func (setupPage) OnDesk() bool { return true }

// setupRow is a line of the form.
type setupRow struct {
	N       string // its number
	ID      string
	Name    string
	On      bool
	Title   string
	Role    string
	Unit    string
	User    string
	Problem string
	Wrong   map[string]string // of a person's fields: name, title, role, unit, user
}

// Units are the lines for units: the models, and some of one's own.
func (p setupPage) Units() []setupRow {
	var out []setupRow
	for i, m := range register.Models() {
		n := strconv.Itoa(i)
		row := setupRow{N: n, ID: m.ID, Name: m.Name.VI, On: true, Problem: p.Wrong["unit_"+n]}
		if !p.Fresh {
			row.Name, row.On = p.Form["unit_"+n], p.Form["unit_on_"+n] != ""
		}
		out = append(out, row)
	}
	for i := range ownUnits {
		n := strconv.Itoa(len(register.Models()) + i)
		out = append(out, setupRow{N: n, ID: "don-vi-" + n, Name: p.Form["unit_"+n], On: p.Form["unit_on_"+n] != "", Problem: p.Wrong["unit_"+n]})
	}
	return out
}

// usual are the first people that an office has.
var usual = []struct{ role, unit, title string }{
	{"admin", "van-phong", "Quản trị hệ thống"},
	{"head", register.Agency, "Chủ tịch UBND"},
	{"head", "ttpvhcc", "Giám đốc Trung tâm"},
	{"reception", "ttpvhcc", "Chuyên viên tiếp nhận"},
	{"inspector", "ban-ttnd", "Trưởng ban"},
}

// People are the lines for people.
func (p setupPage) People() []setupRow {
	var out []setupRow
	for i := range setupPeople {
		n := strconv.Itoa(i)
		row := setupRow{
			N: n, Name: p.Form["person_"+n], Title: p.Form["title_"+n], User: p.Form["user_"+n], Role: p.Form["role_"+n], Unit: p.Form["of_"+n],
			Wrong: map[string]string{
				"name": p.Problem("person_" + n), "title": p.Problem("title_" + n), "role": p.Problem("role_" + n), "unit": p.Problem("of_" + n), "user": p.Problem("user_" + n),
			},
		}
		if p.Fresh {
			row.Role = string(office.Officer)
		}
		if p.Fresh && i < len(usual) {
			row.Title, row.Role, row.Unit = usual[i].title, usual[i].role, usual[i].unit
		}
		out = append(out, row)
	}
	return out
}

// Roles are what a person may be.
func (setupPage) Roles() []string {
	return []string{"admin", "head", "reception", "officer", "inspector"}
}

// Places are the units that a person may belong to.
func (p setupPage) Places() []option {
	out := []option{{register.Agency, p.T("setup.agency_itself")}}
	for _, u := range p.Units() {
		if u.Name != "" {
			out = append(out, option{u.ID, u.Name})
		}
	}
	return out
}

// Value is what a field holds.
func (p setupPage) Value(name string) string { return p.Form[name] }

// Problem is the message for a field, or "".
func (p setupPage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// Say writes a message.
func (p setupPage) Say(key string) string { return p.T(key) }

// opens answers whether the first start is open to this request; else the page is not there at all.
func (s *Server) opens(c *fiber.Ctx, secret string) error {
	if s.Setup == nil {
		return fiber.ErrNotFound
	}
	ok, err := s.Setup.Open(c.UserContext(), secret)
	if err == nil && !ok {
		err = fiber.ErrNotFound
	}
	return err
}

func (s *Server) showSetup(c *fiber.Ctx) error {
	if err := s.opens(c, c.Query("secret")); err != nil {
		return err
	}
	form := map[string]string{"counters": "3", "hours": "07:30-11:30,13:30-17:00"}
	return s.setupPage(c, setupPage{Secret: c.Query("secret"), Fresh: true, Form: form}, nil)
}

func (s *Server) setupPage(c *fiber.Ctx, p setupPage, problem error) error {
	f, err := formFault(c, problem)
	if err != nil {
		return err
	}
	p.page, p.KeyFile = s.page(c, "page.setup.title"), s.KeyFile
	if problem != nil {
		p.Key, p.Wrong = f.Key, f.Fields
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return s.render(c, "staff/setup", p)
}

// setupDonePage says what was made: passwords to hand out, QR codes to print, and how the test letter went.
type setupDonePage struct {
	page
	Made     Made
	Counters []poster
}

// OnDesk: as the page before it.
func (setupDonePage) OnDesk() bool { return true }

// poster is a counter's QR code on the page.
type poster struct {
	Name string
	QR   template.URL
}

// Seconds is how long the test letter took.
func (p setupDonePage) Seconds() string {
	return strings.Replace(strconv.FormatFloat(p.Made.Test.Took.Seconds(), 'f', 2, 64), ".", map[bool]string{true: ".", false: ","}[p.Lang == "en"], 1)
}

// People are those who got a one-time password.
func (p setupDonePage) People() []register.Imported {
	var out []register.Imported
	for _, l := range p.Made.Lines {
		if l.Kind == register.People && l.Do == register.Created {
			out = append(out, l)
		}
	}
	return out
}

func (s *Server) setUp(c *fiber.Ctx) error {
	p := setupPage{Secret: c.FormValue("secret"), Form: map[string]string{}}
	if err := s.opens(c, p.Secret); err != nil {
		return err
	}
	c.Context().PostArgs().VisitAll(func(name, value []byte) {
		if n := string(name); n != "password" && n != "again" && n != "secret" {
			p.Form[n] = string(value)
		}
	})
	if wrong := p.slips(c.FormValue("password"), c.FormValue("again")); len(wrong) > 0 {
		return s.setupPage(c, p, &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: wrong})
	}
	plan, at := p.plan()
	made, err := s.Setup.Make(c.UserContext(), plan, c.FormValue("password"), vntext.Line(p.Form["hours"]))
	if err != nil && len(made.Lines) == 0 {
		return s.setupPage(c, p, err)
	}
	if made.Wrong() {
		return s.setupPage(c, p, at.faults(made.Lines))
	}
	if err != nil {
		return err
	}
	return s.setupDone(c, made)
}

// slips are the mistakes that the form itself shows, before anything is tried.
func (p setupPage) slips(password, again string) map[string]string {
	wrong := map[string]string{}
	if password != again {
		wrong["again"] = "error.field.again"
	}
	if n, err := strconv.Atoi(strings.TrimSpace(p.Form["counters"])); err != nil || n < 1 || n > mostDesks {
		wrong["counters"] = "error.field.counters"
	}
	if p.Form["key_copied"] == "" {
		wrong["key_copied"] = "error.field.key_copied"
	}
	return wrong
}

func (s *Server) setupDone(c *fiber.Ctx, made Made) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	d := setupDonePage{page: s.page(c, "page.setup_done.title"), Made: made}
	for _, k := range o.Counters() {
		q, err := api.NewQR(s.base(c) + "/q/" + s.Stickers.Token(k))
		if err != nil {
			return err
		}
		d.Counters = append(d.Counters, poster{k.Name.In(lang(c)), template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(q.SVG()))}) //nolint:gosec // our own picture
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return s.render(c, "staff/setup_done", d)
}

// places tells which line of the form made which line of the plan's tables.
type places struct{ units, people []string }

// plan reads the form.
func (p setupPage) plan() (register.Plan, places) {
	plan := register.Plan{Name: vntext.Line(p.Form["agency"]), Short: vntext.Line(p.Form["short"])}
	at := places{units: []string{"agency"}}
	for i, u := range p.Units() {
		if !u.On || vntext.Line(u.Name) == "" {
			continue
		}
		m := register.Model{ID: u.ID, Name: office.Name{VI: u.Name}}
		if models := register.Models(); i < len(models) && models[i].Name.VI == u.Name {
			m.Name.EN = models[i].Name.EN
		}
		plan.Units = append(plan.Units, m)
		at.units = append(at.units, "unit_"+u.N)
	}
	for _, m := range p.People() {
		if vntext.Line(m.Name) == "" {
			continue
		}
		plan.People = append(plan.People, register.NewPerson{Name: m.Name, Title: m.Title, Username: m.User, Role: m.Role, Unit: m.Unit})
		at.people = append(at.people, "person_"+m.N)
	}
	n, _ := strconv.Atoi(strings.TrimSpace(p.Form["counters"])) // no number was refused before
	plan.Counters = min(max(n, 0), mostDesks)
	return plan, at
}

// columnFields are the fields of a person's line in the form, by the columns of the table.
var columnFields = map[string]string{"title": "title_", "roles": "role_", "unit": "of_", "username": "user_"}

// faults are the problems of lines at the fields of the form.
func (at places) faults(lines []register.Imported) error {
	wrong := map[string]string{}
	for _, l := range lines {
		for _, x := range api.InOrder(l.Problems) {
			field := "agency"
			switch n := l.Line - 2; { // the names of the columns are line 1
			case x[0] == "short":
				field = "short"
			case l.Kind == register.Units && n < len(at.units):
				field = at.units[n]
			case l.Kind == register.People && n < len(at.people):
				field = cmp.Or(columnFields[x[0]], "person_") + strings.TrimPrefix(at.people[n], "person_")
			}
			if _, have := wrong[field]; !have {
				wrong[field] = x[1]
			}
		}
	}
	return &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: wrong}
}
