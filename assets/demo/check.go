package demo

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// roles are the roles a member of staff may have.
var roles = []string{"reception", "officer", "head", "inspector", "admin"}

// check reports every id that leads nowhere and every value that is missing or taken twice.
func (c *Content) check() error {
	k := &checker{units: ids(c.Units, func(u Unit) string { return u.ID }), staff: ids(c.Staff, func(s Staff) string { return s.ID })}
	k.categories = ids(c.Categories, func(g Category) string { return g.ID })
	k.counters = ids(c.Counters, func(q Counter) string { return q.ID })
	k.unique("unit", k.units)
	k.unique("staff", k.staff)
	k.unique("username", ids(c.Staff, func(s Staff) string { return s.Username }))
	k.unique("category", k.categories)
	k.unique("counter", k.counters)
	k.unique("rule", ids(c.Rules, func(r Rule) string { return r.ID }))
	k.unique("letter", ids(c.letters, func(l letter) string { return l.ID }))
	k.office(c)
	k.desks(c)
	k.rules(c)
	for _, l := range c.letters {
		k.letter(l)
	}
	k.verdicts(c.verdict)
	return errors.Join(k.wrong...)
}

// checker gathers what is wrong.
type checker struct {
	units, staff, categories, counters []string
	wrong                              []error
}

func ids[T any](all []T, id func(T) string) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = id(v)
	}
	return out
}

func (k *checker) that(ok bool, format string, args ...any) {
	if !ok {
		k.wrong = append(k.wrong, fmt.Errorf(format, args...))
	}
}

func (k *checker) unique(what string, all []string) {
	sorted := slices.Sorted(slices.Values(all))
	for i, id := range sorted {
		k.that(id != "", "%s without an id", what)
		k.that(i == 0 || sorted[i-1] != id, "%s %q is there twice", what, id)
	}
}

func (k *checker) known(where, id string, all []string) {
	k.that(id == "" || slices.Contains(all, id), "%s names the unknown %q", where, id)
}

func (k *checker) named(where string, n Name) {
	k.that(n.VI != "" && n.EN != "", "%s lacks a name in one language", where)
}

func (k *checker) office(c *Content) {
	for _, u := range c.Units {
		k.named("unit "+u.ID, u.Name)
		k.known("unit "+u.ID, u.Parent, k.units)
		k.known("unit "+u.ID, u.Head, k.staff)
	}
	for _, s := range c.Staff {
		k.named("staff "+s.ID, s.Title)
		k.that(s.Unit != "", "staff %s has no unit", s.ID)
		k.known("staff "+s.ID, s.Unit, k.units)
		k.that(s.Sex == "m" || s.Sex == "f", "staff %s has no sex", s.ID)
		for _, r := range s.Roles {
			k.known("staff "+s.ID, r, roles)
		}
		if s.Away != nil {
			k.known("absence of "+s.ID, s.Away.Delegate, k.staff)
		}
	}
}

func (k *checker) desks(c *Content) {
	for _, q := range c.Counters {
		k.named("counter "+q.ID, q.Name)
		k.that(slices.Contains(k.units, q.Unit), "counter %s stands in no unit", q.ID)
		k.that(len(q.Services) > 0 && len(q.Links) > 0, "counter %s publishes nothing", q.ID)
		for _, s := range q.Services {
			k.named("service at "+q.ID, s.Name)
			k.named("time of "+s.Name.VI, s.Time)
			k.named("fee of "+s.Name.VI, s.Fee)
			k.that(s.Law != "", "%s cites no law", s.Name.VI)
		}
		for _, l := range q.Links {
			k.named("link at "+q.ID, l.Name)
			k.that(strings.HasPrefix(l.URL, "https://"), "link %s is not safe: %s", l.Name.VI, l.URL)
		}
	}
}

func (k *checker) rules(c *Content) {
	for _, r := range c.Rules {
		k.that(slices.Contains(k.units, r.Unit), "rule %s leads to no unit", r.ID)
		k.known("rule "+r.ID, r.Category, k.categories)
		k.known("rule "+r.ID, r.Counter, k.counters)
		k.that(r.Kind == "" || slices.ContainsFunc(kinds, func(x kindShare) bool { return x.name == r.Kind }), "rule %s knows the kind %q", r.ID, r.Kind)
	}
}

func (k *checker) letter(l letter) {
	k.known("letter "+l.ID, l.Category, k.categories)
	k.known("letter "+l.ID, l.Counter, k.counters)
	k.that(len(l.Subjects) > 0 && len(l.Bodies) > 0, "letter %s has no words", l.ID)
	for _, s := range l.Life {
		k.known("letter "+l.ID, s.Unit, k.units)
		k.that(slices.Contains(doings, s.Do), "letter %s knows no step %q", l.ID, s.Do)
	}
}

func (k *checker) verdicts(v verdicts) {
	for _, q := range v.Counters {
		k.that(slices.Contains(k.counters, q.Counter), "ratings name the unknown counter %q", q.Counter)
		k.that(len(q.Scores) == maxScore && q.Weight > 0, "ratings of %s have no distribution", q.Counter)
	}
}
