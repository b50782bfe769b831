package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// matter is what competence is asked for.
func (c *Case) matter() office.Matter {
	unit := c.Legal.Against
	for _, u := range []string{c.Unit, c.Home} {
		if unit == "" {
			unit = u
		}
	}
	return office.Matter{Kind: string(c.Kind), Of: c.Legal.Contested, Unit: unit, About: c.About, Second: c.Legal.Level == 2}
}

// Judge says who may decide the case (người có thẩm quyền giải quyết); a zero Chair where the law names none.
func (c *Case) Judge(o *office.Office, now time.Time) office.Judge {
	if !c.Kind.NeedsIdentity() {
		return office.Judge{}
	}
	return o.Judge(c.matter(), now)
}

// NextJudge says who decides if its sender goes on with it (khiếu nại lần hai); a zero Chair where nobody does.
func (c *Case) NextJudge(o *office.Office, now time.Time) office.Judge {
	if c.Kind != law.Complaint || c.Legal.Level == 2 {
		return office.Judge{}
	}
	return o.Judge(c.nextMatter(), now)
}

// nextMatter is what competence is asked for where the sender goes on with it.
func (c *Case) nextMatter() office.Matter {
	m := c.matter()
	m.Second = true
	return m
}

// AppealDays is how many days the sender has for that from the day he gets the decision (Luật Khiếu nại Đ.33.1, 48).
func (c *Case) AppealDays() int {
	r, _ := ruleFor(law.Appealing, c)
	return r.Days
}

// refusal says why the person may not make the move, or nothing. Where the law names who decides, he alone accepts, refuses and
// decides, though the case lies with a unit that prepares it; everybody else is told who it is. What else a head decides on it, such as
// that the matter is complex, both may.
func refusal(m law.Move, o *office.Office, who office.Staff, c *Case, now time.Time) error {
	may := o.May(who, m.Needs, c.File(), now) || m.Or != "" && o.May(who, m.Or, c.File(), now) || m.Needs == office.Decide && judges(o, who, c, now)
	if !m.Competent && m.Where == "" {
		return unless(may, forbidden("error.move_forbidden"))
	}
	j := c.Judge(o, now)
	if m.Where != "" {
		return misplaced(m, c, j, may)
	}
	switch {
	case j.Chair == "":
		return unless(may, forbidden("error.move_forbidden"))
	case judges(o, who, c, now):
		return nil
	case !may:
		return forbidden("error.move_forbidden")
	case !j.Inside:
		return forbidden("error.competence.outside")
	default:
		return forbidden("error.competence." + string(j.Chair))
	}
}

// judges reports whether the person is the head whom the law lets decide the case, and sees it.
func judges(o *office.Office, who office.Staff, c *Case, now time.Time) bool {
	j := c.Judge(o, now)
	return j.Inside && slices.Contains(o.Headed(who.ID, now), j.Unit) && o.May(who, office.See, c.File(), now)
}

// seesContact reports whether the person may see the sender in full: who has the right, and the head who decides, for his papers name
// the complainant (Luật Khiếu nại Đ.31.2). Of what is or was a denunciation nobody does.
func seesContact(o *office.Office, who office.Staff, c *Case, now time.Time) bool {
	return !c.Guarded() && (o.May(who, office.SeeContact, c.File(), now) || judges(o, who, c, now))
}

// misplaced is refusal for moves that depend on where the case lies.
func misplaced(m law.Move, c *Case, j office.Judge, may bool) error {
	switch {
	case !may:
		return forbidden("error.move_forbidden")
	case m.Where == law.Outside:
		return unless(j.Chair != "" && !j.Inside, conflict("error.competence.inside"))
	case !j.Inside:
		return conflict("error.competence.outside")
	default:
		return unless(j.Unit != c.Unit, conflict("error.competence.here"))
	}
}

func unless(fine bool, e error) error {
	if fine {
		return nil
	}
	return e
}

// doHandUp gives the case to the head who may decide it; the unit it comes from may go on preparing it.
func doHandUp(_ *Desk, s *step) error {
	j := s.c.Judge(s.o, s.now)
	who, _, ok := s.o.Acting(j.Unit, s.now)
	if !ok {
		return conflict("error.competence.outside")
	}
	if s.c.Legal.Against == "" {
		s.c.Legal.Against = s.c.Unit
	}
	s.c.Unit, s.c.Assignee = j.Unit, who.ID
	s.data["unit"], s.data["assignee"] = j.Unit, who.ID
	return nil
}

// doContest records what the complaint is against, which decides who may resolve it, and in which time: a limit that runs is counted anew
// from its own start.
func (d *Desk) doContest(s *step) error {
	s.c.Legal.Contested = office.Contested(s.args["contested"])
	if unit := s.args["unit"]; unit != "" {
		_, ok := s.o.Unit(unit)
		if err := (problems{}).with(!ok, "unit", "error.field.unit"); err != nil {
			return err
		}
		s.c.Legal.Against = unit
	}
	s.data["contested"] = s.args["contested"]
	if r, ok := ruleFor(law.Resolution, s.c); ok {
		d.recount(s.c, law.Resolution, r.Days)
	}
	return doReason(d, s)
}

// with is a single check.
func (p problems) with(bad bool, field, key string) error {
	p.add(bad, field, key)
	return p.err()
}

// competenceValues are the rows of who decides that were not read in a source as they are.
func competenceValues(context.Context, *Desk) ([]Value, error) {
	var out []Value
	for _, c := range office.Competences() {
		words := []string{"chair." + string(c.First)}
		if c.Second != "" {
			words = append(words, "chair.then", "chair."+string(c.Second))
		}
		out = append(out, Value{
			ID:     "competence/" + c.Kind + "/" + string(c.Of) + "/" + string(c.By),
			What:   "confirm.competence kind." + c.Kind + " contested." + string(c.Of) + " chair." + string(c.By),
			Value:  strings.Join(words, " "),
			Source: c.Source, Sure: c.Sure,
		})
	}
	return out, nil
}
