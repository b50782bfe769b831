package register

import (
	"context"
	"slices"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// Import carries a table out, when no line of it is wrong; else it does nothing and says what is wrong. A crash in the middle
// leaves the lines before it done: the same table then does the rest. What single changes ask about, the table asks as a whole, unless
// sure.
func (r *Register) Import(ctx context.Context, who office.Staff, k Kind, table [][]string, sure bool) ([]Imported, error) {
	lines, err := r.Preview(ctx, who, k, table)
	if err != nil || slices.ContainsFunc(lines, func(l Imported) bool { return l.Do == Wrong }) {
		return lines, err
	}
	if !sure {
		if err := r.asksAll(ctx, who, lines); err != nil {
			return lines, err
		}
	}
	return lines, r.carryOut(ctx, who, lines)
}

// asksAll is asks for the lines of a table together.
func (r *Register) asksAll(ctx context.Context, who office.Staff, lines []Imported) error {
	fresh := func(l Imported) bool { // it takes nothing from anybody
		return l.Do == Same || l.Do == Created && l.Kind == People
	}
	if !slices.ContainsFunc(lines, func(l Imported) bool { return !fresh(l) }) {
		return nil
	}
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return err
	}
	whole := o.Whole()
	for i := range lines {
		if fresh(lines[i]) {
			continue
		}
		e, err := r.enter(ctx, office.Shape(whole), who, r.order(whole, &lines[i]))
		if err == nil {
			err = r.gains(ctx, e)
		}
		if err == nil {
			err = r.meet(ctx, e, &whole)
		}
		if err != nil {
			return err
		}
	}
	return r.asksOf(ctx, o, office.Shape(whole), who.ID)
}

// carryOut does what lines say that were found right. The office is read once: each line meets it as the lines before it left it,
// and what others changed meanwhile is told by the versions.
func (r *Register) carryOut(ctx context.Context, who office.Staff, lines []Imported) error {
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return err
	}
	whole := o.Whole()
	for i := range lines {
		l := &lines[i]
		if l.Do == Same {
			continue
		}
		ord := r.order(whole, l)
		if l.Kind == People && ord.do == Created {
			ord = r.withOnce(ord)
		}
		e, err := r.enter(ctx, office.Shape(whole), who, ord)
		if err == nil {
			err = r.logAndCarry(ctx, e)
		}
		if err == nil {
			err = r.meet(ctx, e, &whole)
		}
		if err != nil {
			return err
		}
		l.ID, l.Password = e.now.ID, ord.password
	}
	return nil
}

func (r *Register) logAndCarry(ctx context.Context, e *entry) error {
	if e.same() {
		return nil
	}
	if err := r.log(ctx, e); err != nil {
		return err
	}
	return r.carry(ctx, e)
}

// meet brings an office in memory up to what a line has just made of the one that is kept.
func (r *Register) meet(ctx context.Context, e *entry, whole *office.Content) error {
	into := &memory{whole}
	for _, id := range slices.Concat(e.gained, e.gained) { // twice, as carry does: the versions never fall behind
		if err := into.ChangeStaff(ctx, id, func(m *office.Staff) { m.Doubt(e.answer...) }); err != nil && casework.CodeOf(err) != casework.NotFound {
			return err
		}
	}
	return e.shelf.put(ctx, into, e)
}
