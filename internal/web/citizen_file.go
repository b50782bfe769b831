package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/casework"
	"tiepdan/internal/web/api"
)

// filePage is the form of one kind. Form holds what was typed, Wrong a message key beside each field.
type filePage struct {
	counterPage
	Kinds []casework.Kind
	Form  fileForm
	Wrong map[string]string
	Key   string // error of the whole form
}

// fileForm is what a citizen types. Its fields are named as in the API.
type fileForm struct {
	Key       string
	Kind      string
	Category  string
	Subject   string
	Body      string
	About     string
	Address   string
	Name      string
	Phone     string
	Email     string
	Home      string // the citizen's own address
	IDNumber  string
	Anonymous bool
}

// Problem returns the message for a field, or "".
func (p filePage) Problem(field string) string {
	if key, ok := p.Wrong[field]; ok {
		return p.T(key)
	}
	return ""
}

// NeedsIdentity reports whether this kind is resolved only with name and address.
func (p filePage) NeedsIdentity() bool { return casework.Kind(p.Form.Kind).NeedsIdentity() }

func (s *Server) showFile1(c *fiber.Ctx) error {
	p, err := s.counterPage(c, "page.file.title")
	if err != nil {
		return err
	}
	form := fileForm{Key: token(), Kind: c.Query("kind")}
	return s.render(c, "citizen/file", filePage{counterPage: p, Kinds: casework.Kinds(), Form: form})
}

// file takes the form in. A mistake brings it back with all that was typed; success leads to the receipt.
func (s *Server) file(c *fiber.Ctx) error {
	p, err := s.counterPage(c, "page.file.title")
	if err != nil {
		return err
	}
	form := readFileForm(c)
	if forged(c) {
		return s.fileAgain(c, p, form, &api.FaultError{Status: http.StatusForbidden, Key: "error.csrf"})
	}
	draft := form.draft(p.Counter.ID, lang(c))
	if missing := form.missing(draft.Kind); len(missing) > 0 {
		return s.fileAgain(c, p, form, &api.FaultError{Status: http.StatusUnprocessableEntity, Key: "error.invalid", Fields: missing})
	}
	filed, err := s.Desk.Submit(c.UserContext(), draft)
	if err != nil {
		return s.fileAgain(c, p, form, err)
	}
	s.setReceipt(c, filed.Code.String())
	return c.Redirect("/receipt", http.StatusSeeOther)
}

func (s *Server) fileAgain(c *fiber.Ctx, p counterPage, form fileForm, err error) error {
	f := api.FaultOf(err)
	if f.Status >= http.StatusInternalServerError && f.Status != http.StatusServiceUnavailable {
		return err
	}
	if form.Key == "" {
		form.Key = token()
	}
	c.Status(f.Status)
	return s.render(c, "citizen/file", filePage{counterPage: p, Kinds: casework.Kinds(), Form: form, Wrong: f.Fields, Key: f.Key})
}

func readFileForm(c *fiber.Ctx) fileForm {
	v := c.FormValue
	return fileForm{
		Key: v("key"), Kind: v("kind"), Category: v("category"), Subject: v("subject"), Body: v("body"), About: v("about"),
		Address: v("location.address"), Name: v("contact.name"), Phone: v("contact.phone"), Email: v("contact.email"),
		Home: v("contact.address"), IDNumber: v("contact.id_number"), Anonymous: v("anonymous") == "yes",
	}
}

func (f fileForm) draft(counter, language string) casework.Draft {
	return casework.Draft{
		Key: f.Key, Kind: casework.Kind(f.Kind), Counter: counter, Category: f.Category, Subject: f.Subject, Body: f.Body,
		About: f.About, Location: casework.Location{Address: f.Address}, Anonymous: f.Anonymous, Language: language, Channel: "qr",
		Contact: casework.Contact{Name: f.Name, Phone: f.Phone, Email: f.Email, Address: f.Home, IDNumber: f.IDNumber},
	}
}

// missing asks for name and address where the law wants them, unless the citizen chose to stay anonymous.
func (f fileForm) missing(k casework.Kind) map[string]string {
	m := map[string]string{}
	if k.NeedsIdentity() && !f.Anonymous {
		if f.Name == "" {
			m["contact.name"] = "error.field.name"
		}
		if f.Home == "" {
			m["contact.address"] = "error.field.address"
		}
	}
	return m
}
