package web

import (
	"cmp"
	"strings"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
)

// officeNames writes what fields hold.
type officeNames struct {
	page
	o *office.Office
	k register.Kind
}

// Shown writes a field's value in words.
func (n officeNames) Shown(f register.Field, text string) string {
	if text == "" {
		return ""
	}
	var out []string
	for _, v := range register.Values(text) {
		switch {
		case f.Type == register.Flag:
			v = n.T("calendar.yes")
		case f.Type == register.Picture:
			v = n.T("office.picture", "id", v[:min(len(v), 8)])
		case f.Of != "":
			v = n.Named(f.Of, v)
		case len(f.OneOf) > 0:
			v = n.T(choiceKey(f.Name, v))
		}
		out = append(out, v)
	}
	return strings.Join(out, ", ")
}

// choiceKey names one of a field's values.
func choiceKey(field, value string) string {
	switch field {
	case "kinds":
		field = "kind"
	case "roles", "factor":
		field = "role"
	}
	return field + "." + value
}

// Named is an item's name.
func (n officeNames) Named(k register.Kind, id string) string {
	for _, x := range n.options(k) {
		if x.ID == id {
			return x.Name
		}
	}
	return id
}

// option is one value of a field that refers to something.
type option struct{ ID, Name string }

// options are the items of a kind that are in use.
func (n officeNames) options(k register.Kind) (out []option) {
	switch k {
	case register.Units:
		for _, u := range n.o.Units() {
			out = append(out, option{u.ID, u.Name.In(n.Lang)})
		}
	case register.People:
		for _, m := range n.o.AllStaff() {
			out = append(out, option{m.ID, m.Name})
		}
	case register.Counters:
		for _, q := range n.o.Counters() {
			out = append(out, option{q.ID, q.Name.In(n.Lang)})
		}
	case register.Categories:
		for _, x := range n.o.Categories() {
			out = append(out, option{x.ID, x.Name.In(n.Lang)})
		}
	default: // no field refers to others
	}
	return out
}

// Title is what an item is called in lists.
func (n officeNames) Title(it register.Item) string {
	if n.k.Single() {
		return n.T("page.office." + string(n.k))
	}
	if n.k != register.Rules {
		return cmp.Or(it.Row["name"], it.ID)
	}
	var parts []string
	for _, f := range register.Fields(n.k) {
		if v := it.Row[f.Name]; v != "" && f.Name != "unit" && f.Name != "note" {
			parts = append(parts, n.Label(f)+": "+n.Shown(f, v))
		}
	}
	return strings.Join(parts, "; ")
}

// Label is a field's name in words.
func (n officeNames) Label(f register.Field) string {
	return n.T("office." + string(n.k) + "." + f.Name)
}

// Columns are the fields that a list shows beside the name.
func (n officeNames) Columns() []register.Field {
	shown := map[register.Kind][]string{
		register.Units: {"parent", "head", "level"}, register.People: {"username", "unit", "roles"}, register.Counters: {"unit", "number"},
		register.Rules: {"unit"}, register.Procedures: {"field", "time", "fee"}, register.Templates: {"kinds"}, register.Categories: {"name_en"},
	}[n.k]
	var out []register.Field
	for _, name := range shown {
		for _, f := range register.Fields(n.k) {
			if f.Name == name {
				out = append(out, f)
			}
		}
	}
	return out
}
