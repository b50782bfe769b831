package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/trackcode"
	"tiepdan/pkg/vntext"
)

// passage is what a clerk marked for one part of a mixed letter: nothing of the letter goes into a part but this.
type passage struct {
	Kind    law.Kind `json:"kind"`
	Subject string   `json:"subject"`
	Text    string   `json:"text"`

	// Where the rules sent the letter. Of one that was sealed already these stay with it: they may tell of it.
	Category string `json:"category,omitempty"`
	Unit     string `json:"unit,omitempty"`
}

// passages reads the parts from what was typed, and says all that is wrong with them.
func (d *Desk) passages(s *step) ([]passage, error) {
	kinds := law.Listed(s.args["kinds"])
	p := problems{}
	p.add(len(kinds) < 2, "kinds", "error.field.kinds_two")
	p.add(s.c.Kind.Secret() && !slices.Contains(kinds, string(law.Denunciation)), "kinds", "error.field.kinds_denunciation")
	var tells teller = Contact{}
	if s.c.Guarded() || slices.Contains(kinds, string(law.Denunciation)) {
		var err error
		if tells, err = d.teller(s.ctx, s.c); err != nil {
			return nil, err
		}
	}
	var out []passage
	for _, k := range law.SplitInto() {
		subject, text := string(k)+"_subject", string(k)+"_text"
		one := passage{Kind: k, Subject: vntext.Line(s.args[subject]), Text: s.args[text]}
		if !s.c.Guarded() {
			one.Category, one.Unit = s.c.Category, s.c.Wanted
		}
		if !slices.Contains(kinds, string(k)) {
			p.add(one.Subject != "" || one.Text != "", "kinds", "error.field.kinds_passage")
			continue
		}
		p.add(slices.Contains(s.c.Legal.Parts, k), "kinds", "error.field.kinds_again") // there is one part of each kind
		p.add(one.Subject == "", subject, "error.field.required")
		p.add(vntext.Line(one.Text) == "", text, "error.field.required")
		p.add(utf8.RuneCountInString(one.Subject) > law.MaxSubject, subject, "error.field.subject_long")
		p.add(tells.foundIn(one.Subject), subject, "error.field.tells")
		p.add(tells.foundIn(one.Text), text, "error.field.tells")
		out = append(out, one)
	}
	return out, p.err()
}

// doSplit promises a case of each kind that a mixed letter holds (tách đơn). Where one of them is a denunciation, the letter
// itself is that: it keeps all words and files and goes on, sealed; its sender is sealed for the other parts as well. Else the
// letter ends here. Fulfil files the parts.
func (d *Desk) doSplit(s *step) error {
	if len(s.c.Promised) > 0 {
		return conflict("error.stale") // the parts of an earlier split come first
	}
	parts, err := d.passages(s)
	if err != nil {
		return err
	}
	kinds := law.Listed(s.args["kinds"])
	s.data["kinds"] = strings.Join(kinds, ",")
	if slices.Contains(kinds, string(law.Denunciation)) {
		if !s.c.Kind.Secret() {
			if err := d.becomes(s, law.Denunciation); err != nil {
				return err
			}
		}
		s.m.To, s.m.Stops = law.Classifying, nil
	}
	for _, p := range parts {
		s.c.Legal.Parts = append(slices.Clip(s.c.Legal.Parts), p.Kind)
	}
	if err := d.promise(s.c, parts); err != nil {
		return err
	}
	return doReason(d, s)
}

// promise keeps the passages until their cases are filed: sealed as the letter is.
func (d *Desk) promise(c *Case, parts []passage) error {
	raw, err := json.Marshal(parts)
	if err != nil {
		return fmt.Errorf("encode parts of case %s", c.ID)
	}
	seal := d.Vault.SealPersonal
	if c.Guarded() {
		seal = d.Vault.SealIdentity
	}
	c.Promised, err = seal(raw, c.ID+"/parts")
	return err
}

func (d *Desk) promised(c *Case) (parts []passage, err error) {
	open := d.Vault.OpenPersonal
	if c.Guarded() {
		open = d.Vault.OpenIdentity
	}
	raw, err := open(c.Promised, c.ID+"/parts")
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(raw, &parts) != nil {
		return nil, fmt.Errorf("decode parts of case %s", c.ID)
	}
	return parts, nil
}

// Fulfil files the parts that a split promised; a case without a promise is left alone. The ids of the parts come from the
// whole, so it may be done any number of times, by several at once, and be interrupted anywhere: no part is filed twice, none
// is missing in the end.
func (d *Desk) Fulfil(ctx context.Context, id string) error {
	whole, err := d.Cases.Get(ctx, id)
	if err != nil || len(whole.Promised) == 0 {
		return err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return err
	}
	parts, err := d.promised(whole)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := d.filePart(ctx, o, whole, p); err != nil {
			return err
		}
	}
	_, err = d.change(ctx, func() (*Case, error) { return d.Cases.Get(ctx, id) }, func(c *Case) error {
		if len(c.Promised) == 0 {
			return errKept
		}
		c.Promised = nil
		c.record(history.Entry{At: d.now(), Actor: history.BySystem, What: "parts_filed", Data: map[string]string{"state": string(c.State)}})
		return nil
	})
	if err == errKept { //nolint:errorlint // ours, unwrapped
		return nil
	}
	return err
}

// filePart keeps one part of a mixed letter as a case of its own, received when the whole was.
func (d *Desk) filePart(ctx context.Context, o *office.Office, whole *Case, p passage) error {
	key := partKey(whole, p.Kind)
	_, err := d.Cases.Get(ctx, d.id(d.code(key)))
	if err == nil || CodeOf(err) != NotFound {
		return err
	}
	f := Draft{
		Key: key, Kind: p.Kind, Counter: whole.Counter, Subject: p.Subject, Body: p.Text,
		Anonymous: whole.Anonymous, Language: whole.Language, Channel: whole.Channel,
		Unit: p.Unit, Category: p.Category, Further: Further{Whole: whole.Ref, Received: whole.ReceivedAt, From: whole},
	}
	if whole.Guarded() {
		f.Further.Sender = whole.senderID()
	} else if f.Contact, err = d.sender(ctx, whole); err != nil {
		return err
	}
	_, err = d.file(ctx, o, f)
	return err
}

func partKey(c *Case, kind law.Kind) string { return inside + "split/" + c.ID + "/" + string(kind) }

// Part is one of the cases a mixed letter was split into, with the code the citizen follows it by.
type Part struct {
	Kind law.Kind
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
	if err := errors.Join(d.sealDraft(ctx, c, f), d.sealReach(c, f.Tell)); err != nil {
		return Filed{}, err
	}
	c.fold(d.ladder())
	return d.keep(ctx, c, code)
}

// ToSplit returns the letter to who may split it now, with all its words.
func (d *Desk) ToSplit(ctx context.Context, who office.Staff, ref string) (Opened, error) {
	v, err := d.Open(ctx, who, ref)
	if err != nil {
		return v, err
	}
	offered := slices.ContainsFunc(v.Moves, func(m law.Move) bool { return m.Name == "split" })
	if v.Hidden || v.Blanked || !offered {
		return v, forbidden("error.move_forbidden")
	}
	return v, nil
}
