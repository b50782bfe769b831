package web

import (
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// unitPeople is a unit with its staff.
type unitPeople struct {
	Unit  office.Unit
	Staff []office.Staff
}

// people lists everybody by unit.
func people(o *office.Office) []unitPeople {
	var out []unitPeople
	for _, u := range o.Units() {
		g := unitPeople{Unit: u}
		for _, s := range o.AllStaff() {
			if s.Unit == u.ID {
				g.Staff = append(g.Staff, s)
			}
		}
		if len(g.Staff) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// AccusedTitle says what the kind of case calls whom it is about.
func (p casePage) AccusedTitle() string {
	switch k := p.Opened.Case.Kind; k {
	case law.Complaint, law.Denunciation:
		return p.T("case.accused." + string(k))
	default:
		return p.T("case.accused")
	}
}

// Accused reports whether something is to be said of whom the case is about.
func (p casePage) Accused() bool {
	c := p.Opened.Case
	return len(c.About)+len(c.Suspects)+len(c.Lines) > 0 || p.Opened.Letter.Accused != "" || p.Unclear()
}

// Unclear reports whether nobody knows yet whom the denunciation is about.
func (p casePage) Unclear() bool {
	return p.Opened.Case.Kind == law.Denunciation && p.Opened.Case.Unclear() && p.Opened.Case.Lane == law.LaneOpen
}
