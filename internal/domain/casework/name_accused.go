package casework

import (
	"slices"
	"strings"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// named reports whether staff have said whom the case is about.
func (c *Case) named() bool {
	return slices.ContainsFunc(c.History, func(e history.Entry) bool { return e.What == law.PastAccusedNamed })
}

// doNameAccused (xác định người bị tố cáo, bị khiếu nại) says whom the case is about, for the first time or to correct it:
// people of the office, units nobody of whom can be named yet, or nobody of this office. Whoever is named loses the case at
// once, and so do those under him; it climbs past them. Whom the letter itself names beyond doubt stays named, and whom or
// which unit it may have meant stays out until a second person agrees: no one person's word lets anybody in. Who that is
// stands in the note, for the readers of the case alone.
func (d *Desk) doNameAccused(s *step) error {
	people, units, err := s.accused()
	if err != nil {
		return err
	}
	c := s.c
	if c.clears(people, units) {
		if err := d.askClearing(s, people, units); err != nil {
			return err
		}
		suspects := slices.DeleteFunc(slices.Clone(c.Suspects), func(id string) bool { return slices.Contains(people, id) })
		return d.accuseOf(s, people, suspects, merge(units, c.Lines...))
	}
	return d.accuseOf(s, people, nil, units)
}

// clears reports whether the naming lets in somebody who might have been meant, or a unit.
func (c *Case) clears(people, units []string) bool {
	return !within(c.Suspects, people) || !within(c.Lines, units)
}

func within(all, of []string) bool {
	return !slices.ContainsFunc(all, func(one string) bool { return !slices.Contains(of, one) })
}

// askClearing keeps what was asked for until a second person says yes; he reads who was named and why.
func (d *Desk) askClearing(s *step, people, units []string) error {
	a, err := d.request(s, law.MoveNameAccused, s.accusedNote(people, units))
	if err != nil {
		return err
	}
	s.c.record(history.Entry{At: s.now, Actor: s.actor, What: law.PastOpeningAsked, Data: map[string]string{"access": a.ID, "state": string(s.c.State)}})
	*s.asked = a
	return nil
}

// doClear carries out what two persons agree on: who was named is accused, and nobody else is closed out any more.
func (d *Desk) doClear(s *step) error {
	people, units, err := s.accused()
	if err != nil {
		return err
	}
	return d.accuseOf(s, people, nil, units)
}

// accuseOf says whom the case is about and who may still be meant, and gives it to somebody who may have it then.
func (d *Desk) accuseOf(s *step, people, suspects, units []string) error {
	c := s.c
	resting := c.Unclear() || c.Outside
	c.About, c.Suspects, c.Lines = merge(people, c.Told...), suspects, units
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
	if c.Assignee != "" && (c.State == law.Received || c.State == law.Triage) {
		c.State = law.Assigned
	}
	return nil
}

// accused reads who was named, each an id or a sign-in name.
func (s *step) accused() (people, units []string, err error) {
	p := problems{}
	for _, name := range law.Listed(s.args["people"]) {
		st, ok := s.o.Staff(name)
		if !ok {
			st, ok = s.o.ByUsername(name)
		}
		p.add(!ok, "people", "error.field.person")
		people = append(people, st.ID)
	}
	for _, id := range law.Listed(s.args["units"]) {
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
