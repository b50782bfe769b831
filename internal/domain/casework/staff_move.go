package casework

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Order is a move that a member of staff asks for.
type Order struct {
	Ref  string
	Rev  int // the revision he saw
	Move string
	Args map[string]string
}

// Move makes a move of the table. A stale revision is a Conflict, a move that the state, the guards or the person's rights
// do not allow is refused with its reason, and a case he may not see is not found.
func (d *Desk) Move(ctx context.Context, who office.Staff, ord Order) (*Case, error) {
	return d.moveWith(ctx, who, ord, d.signedWaits)
}

// takeStep applies a step once it holds all that it needs and names nobody it must not.
func (d *Desk) takeStep(st step, who office.Staff, with func(*step) error) error {
	if err := with(&st); err != nil {
		return err
	}
	if err := d.tellsNobody(st, who); err != nil {
		return err
	}
	return d.apply(st)
}

// moveWith is Move of a step that holds more than what was ordered.
func (d *Desk) moveWith(ctx context.Context, who office.Staff, ord Order, with func(*step) error) (*Case, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	var asked *Access
	secret := false
	read := func() (*Case, error) { return d.seen(ctx, o, who, ord.Ref) }
	c, err := d.change(ctx, read, func(c *Case) error {
		secret = c.Kind.Secret()
		if c.Rev() != ord.Rev {
			return conflict("error.stale")
		}
		m, err := d.allowed(o, who, c, ord)
		if err != nil {
			return err
		}
		args, err := bind(m, ord.Args)
		if err != nil {
			return err
		}
		now := d.now()
		st := step{ctx: ctx, o: o, c: c, m: m, args: args, actor: history.ByStaff(who.ID), who: who.ID, now: now, asked: &asked}
		if err := d.takeStep(st, who, with); err != nil {
			return err
		}
		d.cry(ctx, o, c, now)
		return d.endTaken(ctx, c, m)
	})
	if err != nil {
		return nil, err
	}
	d.fulfilNow(ctx, c)
	if asked != nil {
		return c, d.Accesses.AddAccess(ctx, asked)
	}
	if c.Kind.Secret() && !secret {
		// What the index and the database's files still hold of words that rested in the clear goes before anybody is told.
		return c, d.Cases.Purge(ctx)
	}
	return c, nil
}

// free are the asks that take words of one's own, which others who have the case read in its history.
var free = []string{"note", "reason", "text"}

// tellsNobody refuses words on a denunciation that tell who denounces: those who verify it read the history without its letter. Whoever
// does not read the letter himself is told nothing, see WritePaper.
func (d *Desk) tellsNobody(s step, who office.Staff) error {
	if !s.c.Kind.Secret() || !s.o.May(who, office.SeeLetter, s.c.File(), s.now) {
		return nil
	}
	tells, err := d.teller(s.ctx, s.c)
	if err != nil {
		return err
	}
	p := problems{}
	for _, name := range free {
		p.add(tells.foundIn(s.args[name]), name, "error.field.tells")
	}
	return p.err()
}

// Find returns the case if the person may see it; to everybody else it is not found.
func (d *Desk) Find(ctx context.Context, who office.Staff, ref string) (*Case, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	return d.seen(ctx, o, who, ref)
}

// seen returns the case if the person may see it; otherwise it does not exist for him.
func (d *Desk) seen(ctx context.Context, o *office.Office, who office.Staff, ref string) (*Case, error) {
	c, err := d.Cases.ByRef(ctx, ref)
	if err != nil {
		return nil, err
	}
	if !o.May(who, office.See, c.File(), d.now()) {
		return nil, notFound()
	}
	return c, nil
}

// allowed finds the row and says why not, where it does not apply.
func (d *Desk) allowed(o *office.Office, who office.Staff, c *Case, ord Order) (law.Move, error) {
	m, ok := FindMove(c, ord.Move)
	if !ok || m.By != law.Staff {
		return m, &Error{Code: NotFound, Key: "error.move_unknown"}
	}
	switch refused := refusal(m, o, who, c, d.now()); {
	case refused != nil:
		return m, refused
	case !c.Begins(m):
		return m, conflict("error.move_not_now")
	}
	if key := guard(m, c, d.now()); key != "" {
		return m, conflict(key)
	}
	return m, nil
}

// bind checks the values against what the row asks for and returns them normalised.
func bind(m law.Move, in map[string]string) (map[string]string, error) {
	p := problems{}
	out := map[string]string{}
	for _, a := range m.Asks {
		v := vntext.NFC(in[a.Name])
		p.add(a.Required && vntext.Line(v) == "", a.Name, "error.field.required")
		p.add(vntext.Runes(v) > a.Max, a.Name, "error.field.too_long")
		p.add(v != "" && !a.Allows(v), a.Name, "error.field.choice")
		if v != "" {
			out[a.Name] = v
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		p.add(!slices.ContainsFunc(m.Asks, func(a law.Ask) bool { return a.Name == name }), name, "error.field.unknown")
	}
	return out, p.err()
}

// step is one move under way.
type step struct {
	ctx    context.Context //nolint:containedctx // lives as long as the move
	o      *office.Office
	c      *Case
	m      law.Move
	args   map[string]string
	actor  string
	who    string // staff id, empty for the citizen
	now    time.Time
	data   map[string]string
	extra  map[string]string // what the history says besides
	note   string
	begins time.Time // where what starts is counted from another day than the move's
	files  []string  // attachments that go with the words
	asked  **Access  // where a request to open is put, see doAskOpening
}

// apply carries the move out on the case: effects, clocks, state, history.
func (d *Desk) apply(s step) error {
	was := s.c.State
	late := s.c.silent(s.now)
	s.data = map[string]string{}
	maps.Copy(s.data, s.extra)
	s.noteWas()
	s.note = s.args["note"]
	for _, name := range s.m.Does {
		if err := effects[name](d, &s); err != nil {
			return err
		}
	}
	if ground := s.args["ground"]; ground != "" {
		s.data["ground"] = ground
	}
	s.c.Legal.Late = late && !s.m.Anew()
	s.c.stopClocks(s.now, s.m.Stops...)
	if s.begins.IsZero() {
		s.begins = s.now
	}
	d.startClocks(s.c, s.begins, s.m.Starts...)
	if s.m.To != "" {
		s.c.State = s.m.To
	}
	s.c.end(was, s.now)
	s.data["state"] = string(s.c.State)
	e := history.Entry{At: s.now, Actor: s.actor, What: s.m.Past, Data: compact(s.data)}
	if err := d.veil(s.c, &e, s.note); err != nil {
		return err
	}
	s.c.record(e)
	return nil
}

// end notes when and how the case ended. What is done to an ended case, such as closing its file, is no new end.
func (c *Case) end(was law.State, at time.Time) {
	switch {
	case !c.State.Ended():
		c.ClosedAt, c.Legal.EndedAs = nil, ""
	case !was.Ended() || c.ClosedAt == nil:
		c.ClosedAt, c.Legal.EndedAs = &at, c.State
	case c.State != law.Closed: // refused, then taken to court or complained of again: no way back to the refusal
		c.Legal.EndedAs = c.State
	}
}

// barred reports whether the person may have no part in the case.
func (s *step) barred(who office.Staff) bool { return s.o.Barred(who, s.c.File(), s.now) }

// doAssign gives the case to an officer or head, or to a unit's acting head; never to somebody it is or may be about, and
// never to somebody who by his roles could not see it.
func (d *Desk) doAssign(s *step) error {
	unit, who := s.args["unit"], s.args["assignee"]
	p := problems{}
	st, ok := s.o.Staff(who)
	p.add(who != "" && (!ok || !st.Has(office.Officer) && !st.Has(office.Head) || s.barred(st)), "assignee", "error.field.assignee")
	unit = cmp.Or(unit, s.unitOf(st), s.c.Unit)
	head, _, headed := s.o.Acting(unit, s.now)
	headless := !headed || s.barred(head)
	// Whoever heads the unit of a denunciation reads all of it: nobody barred, and no other than who is meant to have it.
	p.add(unit == "" && who == "", "unit", "error.field.unit_or_person")
	p.add(headless && (who == "" || s.c.Kind.Secret()), "unit", "error.field.unit_headless")
	p.add(s.c.Kind.Secret() && ok && unit != s.c.Unit && st.Unit != unit && st.ID != head.ID, "assignee", "error.field.assignee")
	who = cmp.Or(who, head.ID)
	_, ok = s.o.Unit(unit)
	p.add(!ok, "unit", "error.field.unit")
	if err := p.err(); err != nil {
		return err
	}
	if s.c.State == law.Received || s.c.State == law.Triage {
		s.c.State = law.Assigned
	}
	s.c.Unit, s.c.Assignee, s.c.Outside = unit, who, false
	s.data["unit"], s.data["assignee"] = unit, who
	return nil
}

// unitOf is the unit that a case goes to with the person. A denunciation that lies with a head stays with him: the person's own
// head has no part in it.
func (s *step) unitOf(who office.Staff) string {
	if s.c.Kind.Secret() && !s.c.Outside && s.c.Unit != "" {
		return ""
	}
	return who.Unit
}

func (d *Desk) doAnswer(s *step) error {
	a := &Answer{At: s.now, By: s.who, Outcome: s.args["outcome"], Files: s.files}
	text, sealed, err := d.words(s.c, s.args["text"])
	if err != nil {
		return err
	}
	a.Text, a.Sealed, a.Salt = text, sealed, history.NewSalt()
	s.c.Answer = a
	s.data["outcome"] = a.Outcome
	s.data["content"] = digestOf(a.Salt, text, sealed)
	return nil
}

// doDraft keeps a proposed answer in the note: the head sees it and decides.
func (d *Desk) doDraft(s *step) error {
	s.note = s.args["text"]
	return nil
}

func (d *Desk) doMessage(s *step) error {
	text, sealed, err := d.words(s.c, s.args["text"])
	if err != nil {
		return err
	}
	m := Message{At: s.now, By: s.who, Text: text, Sealed: sealed, Salt: history.NewSalt()}
	s.c.Messages = append(s.c.Messages, m)
	s.data["content"] = digestOf(m.Salt, text, sealed)
	return nil
}

// Parted is what the note of an event says: where the case went, for a move that asks it, and the reason. See doReason, which writes it.
func Parted(past, note string) (to, reason string) {
	asked := law.Any(func(m law.Move) bool {
		return m.Past == past && slices.ContainsFunc(m.Asks, func(a law.Ask) bool { return a.Name == law.AskTo.Name })
	})
	if to, reason, ok := strings.Cut(note, ": "); ok && asked {
		return to, reason
	}
	return "", note
}

func doReason(_ *Desk, s *step) error {
	s.note = s.args["reason"]
	if to := s.args["to"]; to != "" {
		s.note = to + ": " + s.note
	}
	return nil
}
