package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/web/api"
)

// open311Path is where Open311 GeoReport v2 is served, in XML and JSON.
const open311Path = "/open311/v2"

func (s *Server) open311Routes(r fiber.Router) {
	r.Get("/services.:format", s.asked(s.listServices))
	r.Get("/services/:code.:format", s.asked(s.defineService))
	r.Get("/requests.:format", s.asked(s.listRequests))
	r.Post("/requests.:format", s.takeRequest)
	r.Get("/requests/:id.:format", s.asked(s.showRequest))
	r.Get("/tokens/:token.:format", s.asked(s.showToken))
	r.Get("/servicerequestupdates.:format", s.asked(s.listUpdates))
	r.Post("/servicerequestupdates.:format", s.takeUpdate)
}

// errKey says that no program has the key; which there are is told to nobody.
var errKey = &api.FaultError{Status: http.StatusForbidden, Key: "error.api_key"}

// asked wraps a question: it needs no key, but a wrong one is refused.
func (s *Server) asked(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if f := c.Params("format"); f != "xml" && f != "json" {
			return fiber.ErrNotFound
		}
		if key := c.Query("api_key"); key != "" {
			if _, known := s.program(key); !known {
				return errKey
			}
		}
		if err := s.api.Gate.Ask(c, api.DoorLook, ""); err != nil {
			return err
		}
		return next(c)
	}
}

// program is the name of whoever has the key. All keys are compared, each in the same time whatever was given.
func (s *Server) program(key string) (name string, known bool) {
	given := sha256.Sum256([]byte(key))
	for n, k := range s.Open311 {
		if has := sha256.Sum256([]byte(k)); subtle.ConstantTimeCompare(given[:], has[:]) == 1 {
			name, known = n, true
		}
	}
	return name, known
}

// fields are those of a form in the body; what stands in the address is none of it, for addresses are written down on the way.
type fields map[string][]string

func (f fields) get(name string) string {
	if len(f[name]) == 0 {
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(f[name][0], "\r\n", "\n"))
}

// content is all that was sent but the key, in one order.
func (f fields) content() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if name == "api_key" || name == "jurisdiction_id" {
			continue
		}
		for _, v := range f[name] {
			b.WriteString(strconv.Quote(name) + "=" + strconv.Quote(v) + "\n")
		}
	}
	return b.String()
}

// bring reads what a program with a key brings.
func (s *Server) bring(c *fiber.Ctx) (program string, f fields, err error) {
	if f := c.Params("format"); f != "xml" && f != "json" {
		return "", nil, fiber.ErrNotFound
	}
	if err := legibleForm(c); err != nil {
		return "", nil, err
	}
	f = fields{}
	if strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		form, err := c.MultipartForm()
		if err != nil {
			return "", nil, fiber.ErrBadRequest
		}
		maps.Copy(f, form.Value)
	} else {
		c.Context().PostArgs().VisitAll(func(name, value []byte) { f[string(name)] = append(f[string(name)], string(value)) })
	}
	program, known := s.program(f.get("api_key"))
	if !known {
		return "", nil, errKey
	}
	return program, f, s.api.Gate.Ask(c, api.DoorOpen311, "open311/"+program)
}

// tell311 answers with a list, each item under its name.
func tell311[T any](c *fiber.Ctx, status int, root, item string, list []T) error {
	c.Status(status)
	c.Set(fiber.HeaderCacheControl, "no-store")
	if strings.HasSuffix(c.Path(), ".json") {
		if list == nil {
			list = []T{}
		}
		return c.JSON(list)
	}
	var b strings.Builder
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	at := xml.StartElement{Name: xml.Name{Local: root}}
	if err := e.EncodeToken(at); err != nil {
		return err
	}
	for _, x := range list {
		if err := e.EncodeElement(x, xml.StartElement{Name: xml.Name{Local: item}}); err != nil {
			return err
		}
	}
	if err := e.EncodeToken(at.End()); err != nil {
		return err
	}
	if err := e.Close(); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/xml; charset=utf-8")
	return c.SendString(b.String())
}

// mistake311 is what Open311 answers for what cannot be done.
type mistake311 struct {
	Code        string `xml:"code" json:"code"`
	Description string `xml:"description" json:"description"`
}

// fieldNames are those by which a program knows what it sent.
var fieldNames = map[string]string{
	"category": "service_code", "body": "description", "subject": "description", "text": "description", "location": "lat", "location.address": "address_string",
	"contact.name": "first_name", "contact.phone": "phone", "contact.email": "email", "kind": "attribute[" + attributeKind + "]",
}

// failOpen311 answers as Open311 tells of mistakes; an internal error is logged in full and told to nobody.
func (s *Server) failOpen311(c *fiber.Ctx, err error) error {
	f := api.FaultOf(err)
	if f.Status == http.StatusInternalServerError {
		s.Log.ErrorContext(c.UserContext(), "request failed", "method", c.Method(), "route", c.Route().Path, "error", err)
	}
	status := f.Status
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	code, l := strconv.Itoa(status), lang(c)
	var out []mistake311
	for _, name := range slices.Sorted(maps.Keys(f.Fields)) {
		known, ok := fieldNames[name]
		if !ok {
			known = name
		}
		out = append(out, mistake311{Code: code, Description: known + ": " + s.Words.Say(l, f.Fields[name], f.Args)})
	}
	if len(out) == 0 {
		out = append(out, mistake311{Code: code, Description: s.Words.Say(l, f.Key, f.Args)})
	}
	f.Headers(c)
	return tell311(c, status, "errors", "error", out)
}

// w3c writes a time with its zone.
func w3c(t time.Time) string { return t.In(casework.Vietnam).Format(time.RFC3339) }

// wrong311 is a mistake in one field.
func wrong311(name, key string) error {
	return &api.FaultError{Status: http.StatusBadRequest, Key: "error.invalid", Fields: map[string]string{name: key}}
}

// maxWindow is the longest time that one question may ask about.
const maxWindow = 90 * 24 * time.Hour

// window is the time that is asked about; to the whole second, its end included. Without dates it is the last ninety days.
func (s *Server) window(c *fiber.Ctx) (from, to time.Time, err error) {
	to = s.Now()
	if text := c.Query("end_date"); text != "" {
		if to, err = time.Parse(time.RFC3339, strings.ReplaceAll(text, " ", "+")); err != nil {
			return from, to, wrong311("end_date", "error.field.date")
		}
	}
	from = to.Add(-maxWindow)
	if text := c.Query("start_date"); text != "" {
		if from, err = time.Parse(time.RFC3339, strings.ReplaceAll(text, " ", "+")); err != nil { // a plus sign that was not escaped
			return from, to, wrong311("start_date", "error.field.date")
		}
		if c.Query("end_date") == "" && s.Now().Sub(from) > maxWindow {
			to = from.Add(maxWindow)
		}
	}
	if from.After(to) || to.Sub(from) > maxWindow {
		return from, to, wrong311("start_date", "error.field.window")
	}
	return from.Truncate(time.Second), to.Truncate(time.Second).Add(time.Second), nil
}
