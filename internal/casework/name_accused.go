package casework

import (
	"slices"
	"strings"

	"tiepdan/internal/office"
)

// accusedNamed is the event of naming.
const accusedNamed = "accused_named"

// named reports whether staff have said whom the case is about.
func (c *Case) named() bool {
	return slices.ContainsFunc(c.History, func(e Entry) bool { return e.What == accusedNamed })
}

// doNameAccused (xác định người bị tố cáo, bị khiếu nại) says whom the case is about, for the first time or to correct it:
// people of the office, units nobody of whom can be named yet, or nobody of this office. Whoever is named loses the case at
// once, and so do those under him; it climbs past them. Whom the letter itself names beyond doubt stays named: no one person's
// word lets an accused in. Who that is stands in the note, for the readers of the case alone.
func (d *Desk) doNameAccused(s *step) error {
	people, units, err := s.accused()
	if err != nil {
		return err
	}
	c := s.c
	resting := c.Unclear() || c.Outside
	c.About, c.Suspects, c.Lines = merge(people, c.Told...), nil, units
	s.note = s.accusedNote(people, units)
	c.dropBarred(s.o, s.now)
	if !resting && c.Assignee != "" && !s.headBarred() {
		return nil
	}
	sub, err := d.routingSubject(s.ctx, c)
	if err != nil {
		return err
	}
	if !resting && c.Unit != "" {
		sub.Unit = c.Unit
	}
	c.lieWith(s.o.Route(sub, s.now), s.data)
	if c.Assignee != "" && (c.State == Received || c.State == Triage) {
		c.State = Assigned
	}
	return nil
}

// accused reads who was named, each an id or a sign-in name.
func (s *step) accused() (people, units []string, err error) {
	p := problems{}
	for _, name := range listed(s.args["people"]) {
		st, ok := s.o.Staff(name)
		if !ok {
			st, ok = s.o.ByUsername(name)
		}
		p.add(!ok, "people", "error.field.person")
		people = append(people, st.ID)
	}
	for _, id := range listed(s.args["units"]) {
		_, ok := s.o.Unit(id)
		p.add(!ok, "units", "error.field.unit")
		units = append(units, id)
	}
	somebody, nobody := len(people)+len(units) > 0, s.args["outside"] == "yes"
	p.add(!somebody && !nobody, "people", "error.field.accused_none")
	p.add(somebody && nobody, "outside", "error.field.accused_both")
	slices.Sort(people)
	slices.Sort(units)
	return slices.Compact(people), slices.Compact(units), p.err()
}

// accusedNote writes who was named and why.
func (s *step) accusedNote(people, units []string) string {
	var names []string
	for _, id := range people {
		who, _ := s.o.Staff(id)
		names = append(names, strings.TrimSuffix(who.Name+", "+who.Title.VI, ", "))
	}
	for _, id := range units {
		u, _ := s.o.Unit(id)
		names = append(names, u.Name.VI)
	}
	return strings.TrimPrefix(strings.Join(names, "; ")+". "+s.args["reason"], ". ")
}

// headBarred reports whether the unit the case lies with is headed by somebody who may have no part in it.
func (s *step) headBarred() bool {
	head, _, ok := s.o.Acting(s.c.Unit, s.now)
	return ok && !s.c.Outside && !s.o.May(head, office.See, s.c.File(), s.now)
}
