package web

import (
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/casework"
)

// service is a subject that letters may be about.
type service struct {
	Code        string `xml:"service_code" json:"service_code"`
	Name        string `xml:"service_name" json:"service_name"`
	Description string `xml:"description" json:"description"`
	Metadata    bool   `xml:"metadata" json:"metadata"` // clients read the definition where it says true
	Type        string `xml:"type" json:"type"`
	Keywords    string `xml:"keywords" json:"keywords"`
	Group       string `xml:"group" json:"group"`
}

// The attributes of a letter.
const (
	attributeKind     = "kind"           // feedback where it is left out
	attributeExternal = "external_id"    // the program's own id of the letter
	attributeMap      = "fixmystreet_id" // the same, as FixMyStreet calls it
)

// attribute is what a program may tell besides.
type attribute struct {
	Variable            bool           `xml:"variable" json:"variable"`
	Code                string         `xml:"code" json:"code"`
	Datatype            string         `xml:"datatype" json:"datatype"`
	Required            bool           `xml:"required" json:"required"`
	DatatypeDescription string         `xml:"datatype_description" json:"datatype_description"`
	Order               int            `xml:"order" json:"order"`
	Description         string         `xml:"description" json:"description"`
	Automated           string         `xml:"automated,omitempty" json:"automated,omitempty"` // the program fills it in, not the citizen
	Values              *attributeList `xml:"values,omitempty" json:"-"`
	Choices             []choice       `xml:"-" json:"values,omitempty"`
}

type attributeList struct {
	Value []choice `xml:"value"`
}

type choice struct {
	Key  string `xml:"key" json:"key"`
	Name string `xml:"name" json:"name"`
}

// attributes are those of every service.
func (s *Server) attributes(l string) []attribute {
	kinds := make([]choice, 0, len(casework.Open311Kinds()))
	for _, k := range casework.Open311Kinds() {
		kinds = append(kinds, choice{Key: string(k), Name: s.Words.Say(l, "kind."+string(k), nil)})
	}
	list := []attribute{
		{Code: attributeKind, Variable: true, Datatype: "singlevaluelist", Description: s.Words.Say(l, "open311.kind", nil), Values: &attributeList{kinds}, Choices: kinds},
		{Code: attributeMap, Variable: true, Datatype: "string", Description: s.Words.Say(l, "open311.external", nil), Automated: "server_set"},
		{Code: attributeExternal, Variable: true, Datatype: "string", Description: s.Words.Say(l, "open311.external", nil), Automated: "server_set"},
	}
	for i := range list {
		list[i].Order = i + 1
	}
	return list
}

func (s *Server) listServices(c *fiber.Ctx) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	l := lang(c)
	var out []service
	for _, x := range o.PublicCategories() {
		out = append(out, service{
			Code: x.ID, Name: x.Name.In(l), Type: "realtime", Description: s.Words.Say(l, "open311.service", map[string]string{"name": x.Name.In(l)}),
			Metadata: len(s.attributes(l)) > 0,
		})
	}
	return tell311(c, http.StatusOK, "services", "service", out)
}

// definition is what a program may tell of a letter about a subject.
type definition struct {
	XMLName    xml.Name    `xml:"service_definition" json:"-"`
	Code       string      `xml:"service_code" json:"service_code"`
	Attributes []attribute `xml:"attributes>attribute" json:"attributes"`
}

func (s *Server) defineService(c *fiber.Ctx) error {
	o, err := s.Offices.Office(c.UserContext())
	if err != nil {
		return err
	}
	x, public := o.PublicCategory(c.Params("code"))
	if !public {
		return fiber.ErrNotFound
	}
	d := definition{Code: x.ID, Attributes: s.attributes(lang(c))}
	if strings.HasSuffix(c.Path(), ".json") {
		return c.JSON(d)
	}
	raw, err := xml.Marshal(d)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/xml; charset=utf-8")
	return c.SendString(xml.Header + string(raw))
}
