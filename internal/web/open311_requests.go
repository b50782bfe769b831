package web

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/web/api"
	"tiepdan/pkg/vntext"
)

// request311 is what Open311 tells of a letter: where it stands, never what it says nor who wrote it.
type request311 struct {
	ID        string   `xml:"service_request_id" json:"service_request_id"`
	Status    string   `xml:"status" json:"status"`
	Notes     string   `xml:"status_notes" json:"status_notes"`
	Name      string   `xml:"service_name" json:"service_name"`
	Code      string   `xml:"service_code" json:"service_code"`
	Agency    string   `xml:"agency_responsible" json:"agency_responsible"`
	Requested string   `xml:"requested_datetime" json:"requested_datetime"`
	Updated   string   `xml:"updated_datetime" json:"updated_datetime"`
	Expected  string   `xml:"expected_datetime,omitempty" json:"expected_datetime,omitempty"`
	Address   string   `xml:"address" json:"address"`
	Lat       *float64 `xml:"lat" json:"lat"`
	Long      *float64 `xml:"long" json:"long"`
}

// opens says in Open311's words whether the office still owes something.
func opens(ended bool) string { return map[bool]string{true: "closed", false: "open"}[ended] }

func (s *Server) request311(o *office.Office, l string, x *casework.Case) request311 {
	category, _ := o.PublicCategory(x.Category)
	unit, _ := o.Unit(x.ShownUnit())
	r := request311{
		ID: x.Ref, Status: opens(x.State.Ended()), Notes: s.Words.Say(l, "status."+string(x.State.Status()), nil), Name: category.Name.In(l), Code: category.ID,
		Agency: unit.Name.In(l), Requested: w3c(x.ReceivedAt), Updated: w3c(*x.ShownAt), Address: x.Location.Address,
	}
	if x.DueAt != nil {
		r.Expected = w3c(*x.DueAt)
	}
	if x.Location.Lat != 0 || x.Location.Lng != 0 {
		r.Lat, r.Long = &x.Location.Lat, &x.Location.Lng
	}
	return r
}

func (s *Server) tellRequests(c *fiber.Ctx, cs []*casework.Case) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	out := make([]request311, 0, len(cs))
	for _, x := range cs {
		out = append(out, s.request311(o, lang(c), x))
	}
	return tell311(c, http.StatusOK, "service_requests", "request", out)
}

// maxAsked is how many letters one question may name.
const maxAsked = 100

// listRequests tells of the letters that are named, else of those that changed in a time.
func (s *Server) listRequests(c *fiber.Ctx) error {
	if named := list311(c.Query("service_request_id")); len(named) > 0 {
		if len(named) > maxAsked {
			return wrong311("service_request_id", "error.field.too_long")
		}
		cs, err := s.Desk.ShownByRefs(c.UserContext(), named...)
		if err != nil {
			return err
		}
		return s.tellRequests(c, cs)
	}
	from, to, err := s.window(c)
	if err != nil {
		return err
	}
	status, codes := list311(c.Query("status")), list311(c.Query("service_code"))
	cs, err := s.Desk.ShownSince(c.UserContext(), from, to, func(x *casework.Case) bool {
		return (len(status) == 0 || slices.Contains(status, opens(x.State.Ended()))) && (len(codes) == 0 || slices.Contains(codes, x.Category))
	})
	if err != nil {
		return err
	}
	return s.tellRequests(c, cs)
}

// list311 splits what is written with commas between.
func list311(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

func (s *Server) showRequest(c *fiber.Ctx) error {
	x, err := s.shown(c, c.Params("id"))
	if err != nil {
		return err
	}
	return s.tellRequests(c, []*casework.Case{x})
}

// shown finds a letter that Open311 tells of; a sealed one is as unknown as one that never came.
func (s *Server) shown(c *fiber.Ctx, ref string) (*casework.Case, error) {
	cs, err := s.Desk.ShownByRefs(c.UserContext(), ref)
	if err == nil && len(cs) == 0 {
		err = fiber.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return cs[0], nil
}

// receipt311 is the answer to a letter.
type receipt311 struct {
	ID     string `xml:"service_request_id" json:"service_request_id"`
	Token  string `xml:"token,omitempty" json:"token,omitempty"`
	Notice string `xml:"service_notice" json:"service_notice"`
}

// showToken answers programs that ask by a token: ours is the reference, which they were given at once.
func (s *Server) showToken(c *fiber.Ctx) error {
	x, err := s.shown(c, c.Params("token"))
	if err != nil {
		return err
	}
	return tell311(c, http.StatusOK, "service_requests", "request", []receipt311{{ID: x.Ref, Token: x.Ref}})
}

// takeRequest keeps a letter that a program brings.
func (s *Server) takeRequest(c *fiber.Ctx) error {
	program, f, err := s.bring(c)
	if err != nil {
		return err
	}
	draft, err := draft311(f)
	if err != nil {
		return err
	}
	if draft.Subject == "" {
		return wrong311("description", "error.field.body")
	}
	own := cmp.Or(f.get("attribute["+attributeMap+"]"), f.get("attribute["+attributeExternal+"]"))
	filed, err := s.Desk.FileOpen311(c.UserContext(), casework.Sent{Program: program, Content: f.content(), Named: own != "", Media: f["media_url"]}, draft)
	if err != nil {
		return err
	}
	if len(f["media_url"]) > 0 && s.Chats.Came != nil {
		s.Chats.Came()
	}
	return tell311(c, http.StatusCreated, "service_requests", "request", []receipt311{{ID: filed.Case.Ref, Notice: s.Words.Say(lang(c), "open311.notice", nil)}})
}

// draft311 is the letter: its first line is what it is about.
func draft311(f fields) (casework.Draft, error) {
	text := f.get("description")
	first, _, _ := strings.Cut(text, "\n")
	if r := []rune(first); len(r) > law.MaxSubject {
		first = string(r[:law.MaxSubject-1]) + "…"
	}
	d := casework.Draft{
		Kind: law.Kind(cmp.Or(f.get("attribute["+attributeKind+"]"), string(law.Feedback))), Category: f.get("service_code"),
		Subject: vntext.Line(first), Body: text, Language: "vi",
		Contact:  casework.Contact{Name: strings.TrimSpace(f.get("first_name") + " " + f.get("last_name")), Email: f.get("email"), Phone: f.get("phone")},
		Location: casework.Location{Address: f.get("address_string")},
	}
	for _, u := range f["media_url"] { // said too, so that a clerk sees what could not be fetched
		if u = vntext.Line(u); u != "" {
			d.Body += "\n" + u
		}
	}
	if d.Category == "" {
		return d, wrong311("service_code", "error.field.required")
	}
	var err error
	if d.Location.Lat, err = degrees311(f.get("lat")); err != nil {
		return d, wrong311("lat", "error.field.location")
	}
	if d.Location.Lng, err = degrees311(f.get("long")); err != nil {
		return d, wrong311("long", "error.field.location")
	}
	d.Anonymous = d.Contact.Empty()
	return d, nil
}

func degrees311(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, &api.FaultError{Status: http.StatusBadRequest, Key: "error.field.location"}
	}
	return v, nil
}
