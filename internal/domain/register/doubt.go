package register

import (
	"context"
	"slices"
	"strconv"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
)

// answers lists who answers for whoever gains by a change: its administrator and, while nobody has confirmed him, those who made
// him one. What the machine is told needs nobody.
func (e *entry) answers() []string {
	if e.trusted {
		return nil
	}
	out := []string{e.by.ID}
	if m, ok := e.o.Staff(e.by.ID); ok {
		out = append(out, m.Doubters()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// answers are those that the line names; lines before it named them have their actor alone.
func (c *Change) answers() []string {
	if len(c.Answer) > 0 || c.Actor == Machine {
		return c.Answer
	}
	return []string{c.Actor}
}

// carry carries out what the log says. Whoever gains by it is in doubt before it is so, and once more after it: a second person who
// confirmed him in between had not seen it.
func (r *Register) carry(ctx context.Context, e *entry) error {
	if err := r.gains(ctx, e); err != nil {
		return err
	}
	others := slices.DeleteFunc(slices.Clone(e.gained), func(id string) bool { return e.Kind == People && id == e.now.ID })
	doubt := func() error {
		for _, id := range others {
			if err := r.Store.ChangeStaff(ctx, id, func(m *office.Staff) { m.Doubt(e.answer...) }); err != nil {
				return err
			}
		}
		return nil
	}
	if err := doubt(); err != nil {
		return err
	}
	if err := e.shelf.put(ctx, r.Store, e); err != nil {
		return err
	}
	return doubt()
}

// gains finds who gains by an entry, by the office as it would leave it.
func (r *Register) gains(ctx context.Context, e *entry) error {
	if e.trusted || e.do == Vouched || e.do == Printed {
		return nil
	}
	next := e.whole
	if err := e.shelf.put(ctx, &memory{&next}, e); err != nil {
		return err
	}
	e.gained = office.Gained(e.o, office.Shape(next), e.by.ID, r.Now())
	return nil
}

// LosesReader is the key of the mistake that asks whether a change is meant that leaves open cases to nobody; "n" says how many they
// are at most: 10, 100, 1,000. An exact number, asked again after a letter came, would tell whom that letter is about.
const LosesReader = "error.loses_reader"

// asks refuses a change that nobody has said to be sure of, when open cases would lose everybody who may lead them on: because of
// it, or because of the doubt that it casts.
func (r *Register) asks(ctx context.Context, e *entry) error {
	if e.trusted || e.Sure {
		return nil
	}
	if err := r.gains(ctx, e); err != nil {
		return err
	}
	next := e.whole
	if err := r.meet(ctx, e, &next); err != nil {
		return err
	}
	return r.asksOf(ctx, e.o, office.Shape(next), e.by.ID)
}

// LosesConfirmer is the key of the mistake that asks whether a change is meant after which only its author could confirm others.
const LosesConfirmer = "error.loses_confirmer"

// asksOf is asks for the office as it was and as it would be.
func (r *Register) asksOf(ctx context.Context, was, after *office.Office, by string) error {
	if !office.Weaker(was, after) {
		return nil
	}
	if at := r.Now(); othersConfirm(was, by, at) && !othersConfirm(after, by, at) {
		return &casework.Error{Code: casework.Conflict, Key: LosesConfirmer}
	}
	if r.Orphaned == nil {
		return nil
	}
	n, err := r.Orphaned(ctx, was, after)
	if err != nil || n == 0 {
		return err
	}
	most := 10
	for most < n {
		most *= 10
	}
	return &casework.Error{Code: casework.Conflict, Key: LosesReader, Args: map[string]string{"n": strconv.Itoa(most)}}
}

// casts puts the person in doubt, or takes him out of it.
func (e *entry) casts(m *office.Staff) {
	// The administrator knows his password, or may have known it, and that alone lets him in.
	known := e.do == Reset && !m.HasFactor() || e.do == DroppedFactor
	e.missed = e.do == Vouched && m.V != e.was.V
	switch {
	case e.do == Vouched && !e.missed, e.trusted && e.hash != "":
		m.Unvouched = ""
	case known, slices.Contains(e.gained, m.ID):
		m.Doubt(e.answer...)
	}
}

// Waiting lists the people whose standing waits for a second person, for whom this one may confirm it.
func (r *Register) Waiting(ctx context.Context, who office.Staff) ([]office.Staff, error) {
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(o.AllStaff(), func(m office.Staff) bool { return m.Vouched() || !mayVouch(o, who.ID, m, r.Now()) }), nil
}

// mayVouch: inspection, the head of an authority or an administrator, who has his own standing from others and answers for no part
// of what is to be confirmed.
func mayVouch(o *office.Office, id string, m office.Staff, at time.Time) bool {
	return id != m.ID && !slices.Contains(m.Doubters(), id) && confirms(o, id, at)
}

// othersConfirm reports whether somebody beside the person may confirm others.
func othersConfirm(o *office.Office, but string, at time.Time) bool {
	return slices.ContainsFunc(o.AllStaff(), func(m office.Staff) bool { return m.ID != but && confirms(o, m.ID, at) })
}

// confirms reports whether a person is of those who may confirm others.
func confirms(o *office.Office, id string, at time.Time) bool {
	who, ok := o.Staff(id)
	if !ok || !who.Vouched() {
		return false
	}
	heads := slices.ContainsFunc(o.Headed(id, at), func(unit string) bool { u, ok := o.Unit(unit); return ok && u.Authority })
	return heads || who.Has(office.Inspector) || who.Has(office.Admin)
}

// Vouch (xác nhận) confirms, as the second person, the standing that an administrator gave somebody: as it was in the version that
// the second person saw; ErrStale when it has changed since.
func (r *Register) Vouch(ctx context.Context, who office.Staff, id string, version int64) error {
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return err
	}
	m, ok := o.Staff(id)
	if !ok || m.Vouched() {
		return notFound()
	}
	if !mayVouch(o, who.ID, m, r.Now()) {
		return &casework.Error{Code: casework.Forbidden, Key: "error.vouch"}
	}
	if m.V != version {
		return ErrStale
	}
	e := &entry{Order: Order{Kind: People, ID: id, do: Vouched}, by: who, o: o, whole: o.Whole(), shelf: shelves[People], p: map[string]string{}}
	if e.was, err = find(e.shelf.list(e.whole), id); err != nil {
		return err
	}
	e.now = e.was
	e.now.V++
	if err := r.log(ctx, e); err != nil {
		return err
	}
	if err := r.carry(ctx, e); err != nil {
		return err
	}
	if e.missed {
		return ErrStale
	}
	return nil
}
