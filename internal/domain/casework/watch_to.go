package casework

import (
	"slices"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// audience finds who may be told of a case. Nobody is told of a case about himself, and nobody of a case that he may not
// see, with one exception: the chair of the authority is told that a letter lies in triage, which is reception's to open.
type audience struct {
	o   *office.Office
	c   *Case
	now time.Time
}

// of lists the staff that a step is for. Where all of them are left out, the step goes to the next who may know.
func (a audience) of(s law.WatchStep) []string {
	posts, next := s.To, []law.Post{law.ToHead, law.ToSuperior, law.ToAuthority, law.ToInspector, law.ToOfficer}
	if a.c.Assignee == "" {
		posts, next = s.Waiting, []law.Post{law.ToReception, law.ToAuthority, law.ToInspector}
	}
	var out []string
	for _, p := range posts {
		out = merge(out, a.at(p)...)
	}
	for _, p := range next {
		if len(out) > 0 {
			break
		}
		out = a.at(p)
	}
	return out
}

// at lists who stands at the post and may be told.
func (a audience) at(p law.Post) []string {
	switch p {
	case law.ToOfficer:
		return a.allowed(a.c.Assignee)
	case law.ToHead:
		return a.allowed(a.acting(a.c.Unit))
	case law.ToSuperior:
		return a.superior()
	case law.ToAuthority:
		return a.authority()
	case law.ToReception:
		return a.role(office.Reception)
	case law.ToInspector:
		return a.role(office.Inspector)
	default:
		return nil
	}
}

func (a audience) acting(unit string) string {
	who, _, _ := a.o.Acting(unit, a.now)
	return who.ID
}

// allowed keeps those who may see the case.
func (a audience) allowed(ids ...string) []string {
	return slices.DeleteFunc(ids, func(id string) bool {
		who, ok := a.o.Staff(id)
		return !ok || !a.o.May(who, office.See, a.c.File(), a.now)
	})
}

// superior is the nearest head above who is not the unit's own and may know.
func (a audience) superior() []string {
	own := a.acting(a.c.Unit)
	for _, unit := range a.o.Above(a.c.Unit) {
		if id := a.acting(unit); id != own {
			if out := a.allowed(id); len(out) > 0 {
				return out
			}
		}
	}
	return nil
}

// authority is the head of the People's Committee the case lies with.
func (a audience) authority() []string {
	if a.c.Unit != "" {
		return a.allowed(a.acting(a.o.Seat(a.c.Unit)))
	}
	var out []string
	for _, seat := range a.seats() {
		if who, _, ok := a.o.Acting(seat, a.now); ok && !a.c.Kind.Secret() && !a.o.Barred(who, a.c.File(), a.now) {
			out = merge(out, who.ID)
		}
	}
	return out
}

// seats are the authorities whose reception must find the case: its home's, or all that receive.
func (a audience) seats() []string {
	for _, unit := range []string{a.c.Unit, a.c.Home, a.c.Wanted} {
		if unit != "" {
			return []string{a.o.Seat(unit)}
		}
	}
	var out []string
	for _, s := range a.o.AllStaff() {
		if s.Has(office.Reception) {
			out = merge(out, a.o.Seat(s.Unit))
		}
	}
	return out
}

// role lists the staff of the role at the seat.
func (a audience) role(r office.Role) []string {
	seats := a.seats()
	var out []string
	for _, s := range a.o.AllStaff() {
		if s.Has(r) && slices.Contains(seats, a.o.Seat(s.Unit)) {
			out = append(out, a.allowed(s.ID)...)
		}
	}
	return out
}
