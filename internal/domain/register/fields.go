package register

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Type says how a field is written.
type Type string

// The types.
const (
	Line    Type = "line"    // one line of text
	Text    Type = "text"    // several
	Flag    Type = "flag"    // "yes" or nothing
	Choice  Type = "choice"  // one of the values
	Choices Type = "choices" // some of the values, a line each
	Ref     Type = "ref"     // the id of an item of the field's kind
	Refs    Type = "refs"    // ids, a line each
	Lines   Type = "lines"   // texts, a line each
	Date    Type = "date"    // 2026-11-27
	Address Type = "address" // of a page, http or https
	Picture Type = "picture" // the id of a picture of the portrait that the field is named after
)

// Field is one of a kind's fields.
type Field struct {
	Name     string
	Type     Type
	Required bool
	Fixed    bool // chosen when the item is made, and never changed
	Most     int  // characters of a line, and lines
	OneOf    []string
	Of       Kind
}

// closed is the field by which a row says that the item is closed.
const closed = "closed"

// Fields are a kind's fields in the order of its form.
func Fields(k Kind) []Field { return shelves[k].fields }

// List reports whether the field has several values.
func (f Field) List() bool { return slices.Contains([]Type{Choices, Refs, Lines}, f.Type) }

// Values splits what a field holds.
func Values(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}

// clean writes what was typed as a row holds it: flags as "yes", lists without gaps.
func (f Field) clean(text string) string {
	switch f.Type {
	case Flag:
		if slices.Contains([]string{"", "no", "false", "0", "không"}, strings.ToLower(vntext.Line(text))) {
			return ""
		}
		return "yes"
	case Text:
		return strings.TrimSpace(vntext.NFC(strings.ReplaceAll(text, "\r\n", "\n")))
	case Lines:
		return strings.Join(parts(text, "\n\r"), "\n")
	case Choices, Refs:
		values := parts(text, "\n\r,;")
		slices.Sort(values)
		return strings.Join(slices.Compact(values), "\n")
	default:
		return vntext.Line(text)
	}
}

// parts splits a text at any of the characters, and leaves out what is empty.
func parts(text, at string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(at, r) }) {
		if part = vntext.Line(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// check says what is wrong with the field's value by itself.
func (f Field) check(e *entry) {
	text := e.now.Row[f.Name]
	e.wrong(f.Required && text == "", f.Name, "error.field.required")
	e.wrong(f.Fixed && e.do != Created && text != e.was.Row[f.Name], f.Name, "error.field.fixed")
	if text == "" {
		return
	}
	values := []string{text}
	if f.List() {
		values = Values(text)
	}
	most := f.Most
	if most == 0 {
		most = mostLine
	}
	e.wrong(len(values) > mostLines, f.Name, "error.field.too_long")
	for _, v := range values {
		e.wrong(vntext.Runes(v) > most, f.Name, "error.field.too_long")
		e.wrong(len(f.OneOf) > 0 && !slices.Contains(f.OneOf, v), f.Name, "error.field.choice")
		first := e.trusted && len(e.whole.Units) == 0 // the very first person comes before his unit
		e.wrong(f.Of != "" && !e.has(f.Of, v) && !first, f.Name, "error.field.no_item")
	}
	if f.Type == Date {
		_, err := time.Parse(time.DateOnly, text)
		e.wrong(err != nil, f.Name, "error.field.date")
	}
	e.wrong(f.Type == Address && !leads(text), f.Name, "error.field.web_address")
	e.wrong(f.Type == Picture && !office.Portrait(f.Name).Names(text), f.Name, "error.field.choice")
}

const (
	mostLine  = 200
	mostLines = 200
)

// has reports whether an item is there and in use.
func (e *entry) has(k Kind, id string) bool {
	it, err := find(shelves[k].list(e.whole), id)
	return err == nil && !it.Closed
}

// leads reports whether the text is the address of a page.
func leads(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && u.User == nil
}

// newID is the id of a new item: the one that was asked for, else one made of its name.
func (e *entry) newID(items []Item) string {
	taken := func(id string) bool { _, err := find(items, id); return err == nil }
	if e.Kind == People {
		e.ID = e.now.Row["username"]
	}
	if e.ID != "" {
		e.wrong(e.Kind != People && !idShape.MatchString(e.ID), e.shelf.named(), "error.field.id")
		e.wrong(taken(e.ID), e.shelf.named(), "error.field.taken")
		return e.ID
	}
	stem := e.shelf.stem(e.now.Row)
	id := stem
	for n := 2; taken(id); n++ {
		id = stem + "-" + strconv.Itoa(n)
	}
	return id
}

// slug writes a name as an id.
func slug(name string) string {
	words := strings.Fields(vntext.Words(name))
	id := ""
	for _, w := range words {
		w = strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, w)
		if w == "" || len(id)+len(w) > 38 {
			continue
		}
		if id != "" {
			id += "-"
		}
		id += w
	}
	return id
}
