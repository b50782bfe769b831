package register

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// shelf is what a kind is made of.
type shelf struct {
	fields []Field
	list   func(office.Content) []Item
	check  func(*entry)                               // beyond what fields say of themselves
	closes func(context.Context, Store, *entry) error // whether it may be closed; nil says yes
	put    func(context.Context, Parts, *entry) error
}

func (s shelf) field(name string) (Field, bool) {
	i := slices.IndexFunc(s.fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{Name: name, Type: Line}, false
	}
	return s.fields[i], true
}

// named is the field that tells what is wrong with an id.
func (s shelf) named() string {
	if _, ok := s.field("username"); ok {
		return "username"
	}
	return "id"
}

// stem is what a new id begins with.
func (s shelf) stem(row Row) string {
	return cmp.Or(slug(row["name"]), slug(row["unit"]+" "+row["keyword"]+" "+row["place"]), "muc")
}

var idShape = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

var shelves map[Kind]shelf

func init() {
	shelves = map[Kind]shelf{
		Units: unitShelf(), People: peopleShelf(), Counters: counterShelf(), Rules: ruleShelf(),
		Categories: categoryShelf(), Procedures: procedureShelf(), Templates: templateShelf(), Settings: settingsShelf(),
	}
}

// kinds are the kinds of cases.
func kinds() []string {
	var out []string
	for _, k := range law.Kinds() {
		out = append(out, string(k))
	}
	return out
}

// item makes one of what a kind keeps.
func item(id string, v, log int64, row Row) Item {
	maps.DeleteFunc(row, func(_, text string) bool { return text == "" })
	return Item{ID: id, V: v, Closed: row[closed] != "", Row: row, log: log}
}

func items[T any](all []T, one func(T) Item) []Item {
	out := make([]Item, 0, len(all))
	for _, t := range all {
		out = append(out, one(t))
	}
	return out
}

// was finds the document that an entry changes; the zero value for a new one.
func was[T any](all []T, id string, idOf func(T) string) T {
	for _, t := range all {
		if idOf(t) == id {
			return t
		}
	}
	var none T
	return none
}

func name(row Row, field string) office.Name {
	return office.Name{VI: row[field], EN: row[field+"_en"]}
}

// hasLetter reports whether a name is one: a number alone is a cell in the wrong column.
func hasLetter(name string) bool { return strings.ContainsFunc(name, unicode.IsLetter) }

// mostName bounds names, mostText texts.
const (
	mostName = 200
	mostText = 5000
)

func unitShelf() shelf {
	return shelf{
		fields: []Field{
			{Name: "name", Type: Line, Required: true, Most: mostName},
			{Name: "name_en", Type: Line, Most: mostName},
			{Name: "parent", Type: Ref, Of: Units},
			{Name: "head", Type: Ref, Of: People},
			{Name: "level", Type: Choice, Required: true, OneOf: []string{string(office.Commune), string(office.Province), string(office.Ministry)}},
			{Name: "short", Type: Line, Most: 6},
			{Name: "authority", Type: Flag},
			{Name: "remote", Type: Flag},
			{Name: "seal", Type: Flag},
			{Name: "address", Type: Line, Most: mostName},
			{Name: "phone", Type: Line, Most: 30},
		},
		list: func(c office.Content) []Item {
			return items(c.Units, func(u office.Unit) Item {
				return item(u.ID, u.V, u.Log, Row{
					"name": u.Name.VI, "name_en": u.Name.EN, "parent": u.Parent, "head": u.Head, "level": string(u.Level), "short": u.Short,
					"authority": word(u.Authority), "remote": word(u.Remote), "seal": word(u.Seal), "address": u.Address, "phone": u.Phone, closed: word(u.Closed),
				})
			})
		},
		check:  checkUnit,
		closes: closesUnit,
		put:    putUnit,
	}
}

var shortShape = regexp.MustCompile(`^[A-ZĐ][A-ZĐ0-9]{0,5}$`)

// phoneShape is a telephone as people write it, with at least three digits: 115 is one.
var phoneShape = regexp.MustCompile(`^\+?[0-9][0-9 .()-]{1,28}[0-9]$`)

func checkUnit(e *entry) {
	row, id := e.now.Row, e.now.ID
	e.wrong(!hasLetter(row["name"]), "name", "error.field.name_letters")
	e.wrong(row["phone"] != "" && !phoneShape.MatchString(row["phone"]), "phone", "error.field.office_phone")
	e.wrong(row["short"] != "" && !shortShape.MatchString(row["short"]), "short", "error.field.short")
	parent := row["parent"]
	e.wrong(parent == id || parent != "" && slices.Contains(e.o.Below(id), parent), "parent", "error.field.loop")
	e.wrong(parent == "" && row["authority"] == "", "parent", "error.field.top_unit")
	up := was(e.whole.Units, parent, func(u office.Unit) string { return u.ID })
	rank := []string{string(office.Commune), string(office.Province), string(office.Ministry)}
	e.wrong(parent != "" && up.Level != office.District && slices.Index(rank, row["level"]) > slices.Index(rank, string(up.Level)), "level", "error.field.level")
}

// closesUnit refuses to close what others still need.
func closesUnit(ctx context.Context, s Store, e *entry) error {
	id := e.ID
	e.wrong(slices.ContainsFunc(e.whole.Units, func(u office.Unit) bool { return u.Parent == id && !u.Closed }), closed, "error.field.has_units")
	e.wrong(slices.ContainsFunc(e.whole.Staff, func(m office.Staff) bool { return m.Unit == id && !m.Disabled }), closed, "error.field.has_people")
	e.wrong(slices.ContainsFunc(e.whole.Counters, func(k office.Counter) bool { return k.Unit == id && !k.Closed }), closed, "error.field.has_counters")
	e.wrong(slices.ContainsFunc(e.whole.Rules, func(r office.Rule) bool { return r.Unit == id && !r.Closed }), closed, "error.field.has_rules")
	if len(e.p) > 0 {
		return nil
	}
	n, err := s.OpenCases(ctx, id)
	e.wrong(n > 0, closed, "error.field.has_cases")
	return err
}

func putUnit(ctx context.Context, s Parts, e *entry) error {
	row := e.now.Row
	u := was(e.whole.Units, e.now.ID, func(u office.Unit) string { return u.ID })
	u.ID, u.V, u.Log = e.now.ID, e.now.V, e.now.log
	u.Rename(name(row, "name"))
	u.Entrust(row["head"])
	u.Parent, u.Level, u.Short = row["parent"], office.Level(row["level"]), row["short"]
	u.Address, u.Phone = row["address"], row["phone"]
	u.Authority, u.Remote, u.Seal, u.Closed = row["authority"] != "", row["remote"] != "", row["seal"] != "", row[closed] != ""
	return s.PutUnit(ctx, u)
}

func counterShelf() shelf {
	return shelf{
		fields: []Field{
			{Name: "name", Type: Line, Required: true, Most: mostName},
			{Name: "name_en", Type: Line, Most: mostName},
			{Name: "unit", Type: Ref, Required: true, Of: Units},
			{Name: "number", Type: Line, Most: 10},
			{Name: "links", Type: Lines, Most: 500},
		},
		list: func(c office.Content) []Item {
			return items(c.Counters, func(k office.Counter) Item {
				it := item(k.ID, k.V, k.Log, Row{
					"name": k.Name.VI, "name_en": k.Name.EN, "unit": k.Unit, "number": k.Number, "links": linkLines(k.Links), closed: word(k.Closed),
				})
				it.Beside.Sticker = k.Version
				return it
			})
		},
		check: func(e *entry) {
			_, ok := linksOf(e.now.Row["links"])
			e.wrong(!ok, "links", "error.field.link_line")
		},
		put: func(ctx context.Context, s Parts, e *entry) error {
			row := e.now.Row
			k := was(e.whole.Counters, e.now.ID, func(k office.Counter) string { return k.ID })
			k.ID, k.V, k.Log, k.Version = e.now.ID, e.now.V, e.now.log, max(k.Version, 1)
			if e.do == Reissued {
				k.Version++
			}
			k.Name, k.Unit, k.Number, k.Closed = name(row, "name"), row["unit"], row["number"], row[closed] != ""
			k.Links, _ = linksOf(row["links"]) // checked before it was logged
			return s.PutCounter(ctx, k)
		},
	}
}

// linkLines writes a counter's links, one a line.
func linkLines(links []office.Link) string {
	var out []string
	for _, l := range links {
		parts := []string{l.Name.VI, l.URL}
		if l.Name.EN != "" {
			parts = []string{l.Name.VI, l.Name.EN, l.URL}
		}
		out = append(out, strings.Join(parts, " | "))
	}
	return strings.Join(out, "\n")
}

// linksOf reads them; it reports false when a line is none.
func linksOf(text string) (links []office.Link, ok bool) {
	for _, line := range Values(text) {
		l, ok := linkOf(line)
		if !ok {
			return links, false
		}
		links = append(links, l)
	}
	return links, true
}

// linkOf reads "Tên | https://…", or "Tên | Name | https://…".
func linkOf(line string) (office.Link, bool) {
	parts := strings.Split(line, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	n := len(parts)
	if n < 2 || n > 3 || parts[0] == "" || !leads(parts[n-1]) {
		return office.Link{}, false
	}
	l := office.Link{Name: office.Name{VI: parts[0]}, URL: parts[n-1]}
	if n == 3 {
		l.Name.EN = parts[1]
	}
	return l, true
}

func ruleShelf() shelf {
	return shelf{
		fields: []Field{
			{Name: "unit", Type: Ref, Required: true, Of: Units},
			{Name: "kind", Type: Choice, OneOf: kinds()},
			{Name: "category", Type: Ref, Of: Categories},
			{Name: "counter", Type: Ref, Of: Counters},
			{Name: "place", Type: Line, Most: 100},
			{Name: "keyword", Type: Line, Most: 100},
			{Name: "note", Type: Line, Most: 300},
		},
		list: func(c office.Content) []Item {
			return items(c.Rules, func(r office.Rule) Item {
				return item(r.ID, r.V, r.Log, Row{
					"unit": r.Unit, "kind": r.Kind, "category": r.Category, "counter": r.Counter, "place": r.Place, "keyword": r.Keyword, "note": r.Note, closed: word(r.Closed),
				})
			})
		},
		check: func(e *entry) {
			row := e.now.Row
			bare := !slices.ContainsFunc([]string{"kind", "category", "counter", "place", "keyword"}, func(f string) bool { return row[f] != "" })
			e.wrong(bare, "keyword", "error.field.rule_bare")
			for _, f := range []string{"place", "keyword"} {
				e.wrong(row[f] != "" && vntext.Words(row[f]) == "", f, "error.field.words")
			}
		},
		put: func(ctx context.Context, s Parts, e *entry) error { return s.PutRule(ctx, ruleOf(e.now)) },
	}
}

func ruleOf(it Item) office.Rule {
	row := it.Row
	return office.Rule{
		ID: it.ID, V: it.V, Log: it.log, Kind: row["kind"], Category: row["category"], Counter: row["counter"], Place: row["place"],
		Keyword: row["keyword"], Unit: row["unit"], Note: row["note"], Closed: row[closed] != "",
	}
}

func categoryShelf() shelf {
	return shelf{
		fields: []Field{
			{Name: "name", Type: Line, Required: true, Most: mostName},
			{Name: "name_en", Type: Line, Most: mostName},
			{Name: "public", Type: Flag},
		},
		list: func(c office.Content) []Item {
			return items(c.Categories, func(x office.Category) Item {
				return item(x.ID, x.V, x.Log, Row{"name": x.Name.VI, "name_en": x.Name.EN, "public": word(x.Public), closed: word(x.Closed)})
			})
		},
		closes: func(_ context.Context, _ Store, e *entry) error {
			e.wrong(slices.ContainsFunc(e.whole.Rules, func(r office.Rule) bool { return r.Category == e.ID && !r.Closed }), closed, "error.field.has_rules")
			return nil
		},
		put: func(ctx context.Context, s Parts, e *entry) error {
			return s.PutCategory(ctx, office.Category{
				ID: e.now.ID, V: e.now.V, Log: e.now.log, Name: name(e.now.Row, "name"), Public: e.now.Row["public"] != "", Closed: e.now.Closed,
			})
		},
	}
}

func procedureShelf() shelf {
	return shelf{
		fields: []Field{
			{Name: "name", Type: Line, Required: true, Most: 300},
			{Name: "name_en", Type: Line, Most: 300},
			{Name: "field", Type: Line, Most: 100},
			{Name: "papers", Type: Lines, Most: 500},
			{Name: "time", Type: Line, Most: 200},
			{Name: "time_en", Type: Line, Most: 200},
			{Name: "fee", Type: Line, Most: 200},
			{Name: "fee_en", Type: Line, Most: 200},
			{Name: "law", Type: Line, Most: 300},
			{Name: "apply", Type: Address, Most: 500},
			{Name: "pay", Type: Address, Most: 500},
			{Name: "counters", Type: Refs, Of: Counters},
		},
		list: func(c office.Content) []Item {
			return items(c.Procedures, func(p office.Procedure) Item {
				return item(p.ID, p.V, p.Log, Row{
					"name": p.Name.VI, "name_en": p.Name.EN, "field": p.Field, "papers": strings.Join(p.Papers, "\n"), "time": p.Time.VI, "time_en": p.Time.EN,
					"fee": p.Fee.VI, "fee_en": p.Fee.EN, "law": p.Law, "apply": p.Apply, "pay": p.Pay, "counters": strings.Join(p.Counters, "\n"), closed: word(p.Closed),
				})
			})
		},
		put: func(ctx context.Context, s Parts, e *entry) error {
			row := e.now.Row
			return s.PutProcedure(ctx, office.Procedure{
				ID: e.now.ID, V: e.now.V, Log: e.now.log, Name: name(row, "name"), Field: row["field"], Time: name(row, "time"), Fee: name(row, "fee"),
				Papers: Values(row["papers"]), Law: row["law"], Apply: row["apply"], Pay: row["pay"], Counters: Values(row["counters"]), Closed: e.now.Closed,
			})
		},
	}
}

func templateShelf() shelf {
	return shelf{
		fields: []Field{
			{Name: "name", Type: Line, Required: true, Most: mostName},
			{Name: "kinds", Type: Choices, OneOf: kinds()},
			{Name: "text", Type: Text, Required: true, Most: mostText},
		},
		list: func(c office.Content) []Item {
			return items(c.Templates, func(t office.Template) Item {
				return item(t.ID, t.V, t.Log, Row{"name": t.Name, "kinds": strings.Join(t.Kinds, "\n"), "text": t.Text, closed: word(t.Closed)})
			})
		},
		put: func(ctx context.Context, s Parts, e *entry) error {
			row := e.now.Row
			return s.PutTemplate(ctx, office.Template{
				ID: e.now.ID, V: e.now.V, Log: e.now.log, Name: row["name"], Kinds: Values(row["kinds"]), Text: row["text"], Closed: e.now.Closed,
			})
		},
	}
}
