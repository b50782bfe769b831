package office

import (
	"slices"

	"tiepdan/pkg/vntext"
)

// Category (lĩnh vực) is a subject that a letter may be about, as citizens choose it.
type Category struct {
	ID     string `bson:"_id"`
	V      int64  `bson:"v"`
	Name   Name   `bson:"name"`
	Public bool   `bson:"public,omitempty"` // programs of others may bring letters about it, and see what becomes of those
	Closed bool   `bson:"closed,omitempty"`
	Log    int64  `bson:"log,omitempty"`
}

// Procedure (thủ tục hành chính) is what citizens apply for, with what they bring, how long it takes and what it costs.
type Procedure struct {
	ID       string   `bson:"_id"`
	V        int64    `bson:"v"`
	Name     Name     `bson:"name"`
	Field    string   `bson:"field,omitempty"` // lĩnh vực, e.g. Hộ tịch
	Time     Name     `bson:"time,omitempty"`
	Fee      Name     `bson:"fee,omitempty"`
	Papers   []string `bson:"papers,omitempty"` // what to bring
	Law      string   `bson:"law,omitempty"`
	Apply    string   `bson:"apply,omitempty"` // where it can be applied for
	Pay      string   `bson:"pay,omitempty"`   // where its fee can be paid
	Counters []string `bson:"counters,omitempty"`
	Closed   bool     `bson:"closed,omitempty"`
	Log      int64    `bson:"log,omitempty"`
}

// Template (mẫu trả lời) is a text that answers begin with.
type Template struct {
	ID     string   `bson:"_id"`
	V      int64    `bson:"v"`
	Name   string   `bson:"name"`
	Kinds  []string `bson:"kinds,omitempty"` // of cases; none means all
	Text   string   `bson:"text"`
	Closed bool     `bson:"closed,omitempty"`
	Log    int64    `bson:"log,omitempty"`
}

// some returns those for which keep holds, sorted by name as a Vietnamese list is. The office is read anew every second, its lists
// far less often, so they are sorted here.
func some[T any](list []T, keep func(T) bool, called func(T) string) []T {
	out := slices.DeleteFunc(slices.Clone(list), func(t T) bool { return !keep(t) })
	slices.SortStableFunc(out, func(a, b T) int { return vntext.Compare(called(a), called(b)) })
	return out
}

// Categories returns the subjects in use, by name.
func (o *Office) Categories() []Category {
	return some(o.subjects, func(c Category) bool { return !c.Closed }, func(c Category) string { return c.Name.VI })
}

// PublicCategories returns the subjects in use that are offered by Open311, by name.
func (o *Office) PublicCategories() []Category {
	return some(o.subjects, func(c Category) bool { return c.Public && !c.Closed }, func(c Category) string { return c.Name.VI })
}

// PublicCategory returns the subject if it is offered by Open311.
func (o *Office) PublicCategory(id string) (Category, bool) {
	i := slices.IndexFunc(o.subjects, func(c Category) bool { return c.ID == id && c.Public && !c.Closed })
	if i < 0 {
		return Category{}, false
	}
	return o.subjects[i], true
}

// HasCategory reports whether a letter may name the subject; an office that keeps none lets it name any.
func (o *Office) HasCategory(id string) bool {
	kept := false
	for _, c := range o.subjects {
		if !c.Closed && c.ID == id {
			return true
		}
		kept = kept || !c.Closed
	}
	return !kept
}

// TemplatesFor returns the texts in use that answers to cases of the kind begin with, by name.
func (o *Office) TemplatesFor(kind string) []Template {
	return some(o.answers, func(t Template) bool {
		return !t.Closed && (len(t.Kinds) == 0 || slices.Contains(t.Kinds, kind))
	}, func(t Template) string { return t.Name })
}

// Procedures returns the procedures in use, by name.
func (o *Office) Procedures() []Procedure {
	return o.procedures(func(p Procedure) bool { return !p.Closed })
}

// ProceduresAt returns what a counter serves.
func (o *Office) ProceduresAt(counter string) []Procedure {
	return o.procedures(func(p Procedure) bool { return !p.Closed && slices.Contains(p.Counters, counter) })
}

func (o *Office) procedures(keep func(Procedure) bool) []Procedure {
	return some(o.services, keep, func(p Procedure) string { return p.Name.VI })
}

// Whole is everything the office was made from, what is closed or disabled too, in the order of the ids.
func (o *Office) Whole() Content {
	return Content{
		Units: byID(o.units), Staff: byID(o.staff), Counters: byID(o.counters), Rules: slices.Clone(o.rules),
		Categories: slices.Clone(o.subjects), Procedures: slices.Clone(o.services), Templates: slices.Clone(o.answers), Settings: o.settings,
	}
}

func byID[T any](m map[string]T) []T {
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out := make([]T, 0, len(ids))
	for _, id := range ids {
		out = append(out, m[id])
	}
	return out
}
