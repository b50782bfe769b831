package casework

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"tiepdan/internal/office"
	"tiepdan/pkg/trackcode"
)

// doReclassify corrects the kind of a letter (phân loại lại đơn): its clocks are those of the right kind, counted from receipt.
// A letter that turns out to be a denunciation is sealed at once and goes past everybody it is about.
func (d *Desk) doReclassify(s *step) error {
	kind := Kind(s.args["kind"])
	if kind == s.c.Kind {
		return problems{"kind": "error.field.kind_same"}.err()
	}
	s.data["kind"], s.data["was"] = string(kind), string(s.c.Kind)
	if err := d.becomes(s, kind); err != nil {
		return err
	}
	return doReason(d, s)
}

// becomes changes the kind with everything that hangs on it.
func (d *Desk) becomes(s *step, kind Kind) error {
	c, was := s.c, s.c.Kind
	l, who, err := d.contents(s.ctx, c)
	if err != nil {
		return err
	}
	talk, err := d.talk(c)
	if err != nil {
		return err
	}
	c.Kind = kind
	c.Legal.Level = 0
	if kind.NeedsIdentity() {
		c.Legal.Level = 1
	}
	if was.Secret() != kind.Secret() {
		if err := d.rewrap(s.ctx, c, l, who, talk); err != nil {
			return err
		}
	}
	if kind.NeedsIdentity() && !c.named() {
		c.accuse(s.o, nil, l, Chosen{})
	}
	c.stopClocks(s.now, all...)
	d.startClocks(c, c.ReceivedAt, c.firstClocks()...)
	if !kind.Secret() {
		return nil
	}
	return d.pastAccused(s)
}

// contents opens the words and the sender, wherever this kind keeps them. It is the one way to a sender; what only a quorum
// opens is a Conflict here, and stays closed.
func (d *Desk) contents(ctx context.Context, c *Case) (Letter, Contact, error) {
	l, who := c.words(), Contact{}
	if c.Erased() {
		return l, who, nil
	}
	if !c.Kind.Secret() {
		if len(c.Contact) == 0 {
			return l, who, nil
		}
		plain, err := d.Vault.OpenPersonal(c.Contact, c.ID+"/contact")
		if err != nil {
			return l, who, err
		}
		return l, who, json.Unmarshal(plain, &who)
	}
	sec, err := d.Cases.Secrets(ctx, c.secretsID())
	if err != nil {
		return l, who, err
	}
	if l, err = d.letter(ctx, c); err != nil {
		return l, who, err
	}
	if len(sec.Quorum) > 0 {
		return l, who, conflict("error.identity_quorum")
	}
	if len(sec.Contact) == 0 {
		return l, who, nil
	}
	plain, err := d.Vault.OpenIdentity(sec.Contact, c.ID+"/identity")
	if err != nil {
		return l, who, err
	}
	return l, who, json.Unmarshal(plain, &who)
}

// CheckSealed compares what a denunciation keeps apart with the digest its case vouches for, and opens nothing: an error
// says that it was changed, or taken away.
func (d *Desk) CheckSealed(ctx context.Context, c *Case) error {
	if c.Erased() {
		return nil
	}
	sec, err := d.Cases.Secrets(ctx, c.secretsID())
	if err != nil {
		return err
	}
	if len(c.Sealed) == 0 { // kept before cases vouched for it
		_, _, err = d.contents(ctx, c)
		return err
	}
	if !bytes.Equal(sec.sum(), c.Sealed) {
		return errors.New("sealed parts of case " + c.ID + " were changed")
	}
	return nil
}

// talk opens the texts of all messages.
func (d *Desk) talk(c *Case) ([]string, error) {
	out := make([]string, 0, len(c.Messages))
	for _, m := range c.Messages {
		text, err := d.unwords(c, m.Text, m.Sealed)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

// rewrap moves words and sender to where the new kind keeps them, and leaves nothing behind.
func (d *Desk) rewrap(ctx context.Context, c *Case, l Letter, who Contact, talk []string) error {
	c.Subject, c.Body, c.Location, c.Accused, c.Terms, c.Contact, c.Masked, c.Sealed = "", "", Location{}, "", nil, nil, "", nil
	f := Draft{Kind: c.Kind, Subject: l.Subject, Body: l.Body, About: l.Accused, Location: l.Location, Contact: who}
	if err := d.sealDraft(ctx, c, f); err != nil {
		return err
	}
	c.Messages = slices.Clone(c.Messages)
	for i, text := range talk {
		clear, sealed, err := d.words(c, text)
		if err != nil {
			return err
		}
		c.Messages[i].Text, c.Messages[i].Sealed = clear, sealed
	}
	return nil
}

// pastAccused gives a denunciation to the head who may have it.
func (d *Desk) pastAccused(s *step) error {
	sub, err := d.routingSubject(s.ctx, s.c)
	if err != nil {
		return err
	}
	if s.c.Unit != "" {
		sub.Unit = s.c.Unit
	}
	s.c.Helpers = nil
	s.c.lieWith(s.o.Route(sub, s.now), s.data)
	return nil
}

// doSplit makes a case of each kind out of a mixed letter (tách đơn). The parts are kept before the whole is ended; their ids
// come from it, so a split that was interrupted and is made again finds them there.
func (d *Desk) doSplit(s *step) error {
	kinds := listed(s.args["kinds"])
	if len(kinds) < 2 {
		return problems{"kinds": "error.field.kinds_two"}.err()
	}
	l, who, err := d.contents(s.ctx, s.c)
	if err != nil {
		return err
	}
	for _, name := range kinds {
		if err := d.part(s, Kind(name), l, who); err != nil {
			return err
		}
		s.c.Legal.Parts = append(s.c.Legal.Parts, Kind(name))
	}
	if slices.Contains(kinds, string(Denunciation)) && !s.c.Kind.Secret() {
		if err := d.becomes(s, Denunciation); err != nil {
			return err
		}
	}
	s.data["kinds"] = strings.Join(kinds, ",")
	return doReason(d, s)
}

// part keeps one part of a mixed letter as a case of its own, received when the whole was.
func (d *Desk) part(s *step, kind Kind, l Letter, who Contact) error {
	c := s.c
	f := Draft{
		Key: partKey(c, kind), Kind: kind, Counter: c.Counter, Unit: c.Wanted, Category: c.Category, Subject: l.Subject,
		Body: l.Body, About: l.Accused, Location: l.Location, Contact: who, Anonymous: c.Anonymous, Language: c.Language, Channel: c.Channel,
		Further: Further{Whole: c.Ref, Received: c.ReceivedAt, From: c},
	}
	_, err := d.file(s.ctx, s.o, f)
	return err
}

func partKey(c *Case, kind Kind) string { return inside + "split/" + c.ID + "/" + string(kind) }

// Part is one of the cases a mixed letter was split into, with the code the citizen follows it by.
type Part struct {
	Kind Kind
	Code trackcode.Code
}

func (d *Desk) parts(c *Case) []Part {
	var out []Part
	for _, kind := range c.Legal.Parts {
		out = append(out, Part{kind, d.code(partKey(c, kind))})
	}
	return out
}

// file keeps a checked draft.
func (d *Desk) file(ctx context.Context, o *office.Office, f Draft) (Filed, error) {
	code := d.code(f.Key)
	c := d.open(o, f, code)
	f.About = f.Accused.said(o, f.About)
	if err := d.sealDraft(ctx, c, f); err != nil {
		return Filed{}, err
	}
	c.fold(d.ladder())
	return d.keep(ctx, c, code)
}
