package office

import (
	"maps"
	"slices"
	"time"
)

// accused lists whom the case is about or may be about.
func (f File) accused() []string {
	if len(f.Suspects) == 0 {
		return f.About
	}
	return slices.Concat(f.About, f.Suspects)
}

// Barred reports whether the person may have no part in the case whatever his right: he is whom it is or may be about. Of a
// denunciation everybody is barred besides whom an accused person heads, and, while it is not clear whom it is about,
// everybody of the units it may be about, their heads and who stands in for them. Those units stay closed when the letter is
// given another kind: see casework. Whoever has been given his standing by an administrator alone is barred from all that is
// sealed.
func (o *Office) Barred(who Staff, f File, at time.Time) bool {
	return !who.Vouched() && (f.Secret || f.Guarded) || o.concerned(who, f, at)
}

// concerned is Barred by what the case is about alone. A letter goes by this, and waits unread where its reader is in doubt: else
// whoever puts people in doubt would choose who reads next.
func (o *Office) concerned(who Staff, f File, at time.Time) bool {
	accused := f.accused()
	if slices.Contains(accused, who.ID) {
		return true
	}
	if !f.Secret {
		return f.Guarded && o.closedTo(who, f.Lines, at)
	}
	if len(accused)+len(f.Lines) == 0 {
		return false
	}
	closed := slices.Concat(f.Lines, o.LinesOf(f.Suspects))
	if o.outside(who) {
		return slices.Contains(accused, o.units[who.Unit].Head) && !o.units[who.Unit].Authority || o.closedTo(who, f.Lines, at)
	}
	return o.under(who, accused, at) || o.closedTo(who, closed, at)
}

// closedTo reports whether the person belongs to one of the closed units. Inspection does only where it is of that very unit.
func (o *Office) closedTo(who Staff, lines []string, at time.Time) bool {
	if o.outside(who) {
		return slices.Contains(lines, who.Unit) && !o.units[who.Unit].Authority
	}
	return o.within(who, lines, at)
}

// LinesOf lists the units that are closed while these people may be meant: theirs, but for a whole authority.
func (o *Office) LinesOf(suspects []string) []string {
	var out []string
	for _, id := range suspects {
		if unit := o.staff[id].Unit; unit != "" && !o.units[unit].Authority && !slices.Contains(out, unit) {
			out = append(out, unit)
		}
	}
	return out
}

// outside reports whether the person belongs to no line: inspection, which answers to the people and not to a head.
func (o *Office) outside(who Staff) bool {
	return who.Has(Inspector) && !who.Has(Officer) && !who.Has(Head) && !who.Has(Reception)
}

// under reports whether one of the accused heads this person's unit or one above it, or stands in for its head now. The head
// himself is under nobody who stands in for him.
func (o *Office) under(who Staff, accused []string, at time.Time) bool {
	for _, unit := range append([]string{who.Unit}, o.Above(who.Unit)...) {
		u := o.units[unit]
		if u.Head != "" && slices.ContainsFunc(accused, func(id string) bool {
			return id == u.Head || who.ID != u.Head && o.standsFor(id, u, at)
		}) {
			return true
		}
	}
	return false
}

// within reports whether the person belongs to one of the units or to one under them, heads one, or stands in for its head.
func (o *Office) within(who Staff, units []string, at time.Time) bool {
	for _, unit := range units {
		if o.units[unit].Head == who.ID || o.standsFor(who.ID, o.units[unit], at) {
			return true
		}
	}
	return slices.ContainsFunc(append([]string{who.Unit}, o.Above(who.Unit)...), func(u string) bool { return slices.Contains(units, u) })
}

// Readers lists who may see the case now, in the order of AllStaff.
func (o *Office) Readers(f File, at time.Time) []Staff {
	return slices.DeleteFunc(o.AllStaff(), func(s Staff) bool { return !o.May(s, See, f, at) })
}

// Led reports whether anybody may lead the case on now. Whoever may only look at it, or work on it, does not.
func (o *Office) Led(f File, at time.Time) bool {
	acting, _, _ := o.Acting(f.Unit, at)
	for _, id := range []string{f.Assignee, acting.ID} { // who nearly always may
		if s, ok := o.Staff(id); ok && o.acts(s, f, at) {
			return true
		}
	}
	for _, s := range o.staff {
		if o.acts(s, f, at) {
			return true
		}
	}
	return false
}

// acts reports whether the person may decide the case or give it to somebody who may.
func (o *Office) acts(who Staff, f File, at time.Time) bool {
	return o.May(who, Triage, f, at) || o.May(who, Decide, f, at)
}

// Dark lists the open shelves whose ordinary cases nobody may lead on.
func (o *Office) Dark(at time.Time) []string {
	var out []string
	for _, unit := range append([]string{""}, slices.Sorted(maps.Keys(o.units))...) {
		if f := (File{Unit: unit}); !o.Led(f, at) {
			out = append(out, Shelf(f))
		}
	}
	return out
}

// inspection returns who of the inspection takes a denunciation that no head may have: that of the authorities above before
// that of its own, and nobody who administers the office, for he could take the heads away.
func (o *Office) inspection(unit string, f File, at time.Time) (Staff, bool) {
	own := o.Seat(unit)
	line := append(o.Above(own), own)
	for _, seat := range line {
		for _, s := range o.AllStaff() {
			if s.Has(Inspector) && !s.Has(Admin) && o.Seat(s.Unit) == seat && !o.concerned(s, f, at) {
				return s, true
			}
		}
	}
	return Staff{}, false
}
