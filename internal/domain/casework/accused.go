package casework

import (
	"cmp"
	"slices"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Chosen (người bị tố cáo, người bị khiếu nại) is whom the citizen chose from the list: a unit, or who holds a post in it.
type Chosen struct {
	Unit string // a unit id
	Post string // PostHead, or empty for somebody of the unit
}

// PostHead is the post of a unit's head.
const PostHead = "head"

func (a Chosen) check(o *office.Office, p problems) {
	_, ok := o.Unit(a.Unit)
	p.add(a.Unit != "" && !ok, "accused.unit", "error.field.unit")
	p.add(a.Post != "" && (a.Post != PostHead || a.Unit == ""), "accused.post", "error.field.choice")
}

// said writes whom the citizen chose before what he wrote of him.
func (a Chosen) said(o *office.Office, words string) string {
	u, ok := o.Unit(a.Unit)
	if !ok {
		return words
	}
	name := u.Name.VI
	if head, ok := o.Staff(u.Head); ok && a.Post == PostHead {
		name = cmp.Or(head.Title.VI, name)
	}
	if words == "" {
		return name
	}
	return name + "; " + words
}

// accuse finds whom the letter is about. A denunciation that names nobody, or not clearly, closes the lines it may be about:
// the units the citizen said, else the whole authority that would have it, until somebody outside them has named the accused. Of a
// complaint it closes nothing but who may be meant; what people report or praise is about somebody only when he is named
// beyond doubt. A case that comes of another one is about the same people besides.
func (c *Case) accuse(o *office.Office, from *Case, l Letter, chosen Chosen) {
	if c.Kind == law.Praise || c.Kind == law.Petition {
		return
	}
	if from == nil {
		from = &Case{}
	}
	t := office.Telling{Said: l.Accused, Text: l.Subject + "\n" + l.Body, Home: cmp.Or(c.Home, c.Wanted), Strict: c.Kind.Secret()}
	if c.Kind.Secret() {
		t.Unit, t.Head = chosen.Unit, chosen.Post == PostHead
	}
	found := o.Accused(t)
	c.About, c.Suspects, c.Lines = merge(found.Certain, from.About...), nil, nil
	c.Told = slices.Clone(c.About)
	if c.Kind.NeedsIdentity() {
		c.Suspects = merge(found.Possible, from.Suspects...)
	}
	if !c.Kind.Secret() {
		return
	}
	c.Lines = merge(found.Units, from.Lines...)
	if found.Vague && len(from.About)+len(from.Suspects)+len(from.Lines) == 0 && !from.named() {
		s := c.subject()
		s.Category = cmp.Or(l.Category, s.Category) // a denunciation keeps it in its letter
		s.Text, s.Place = vntext.Words(l.Subject+" "+l.Body), vntext.Words(l.Location.Address)
		c.Lines = merge(c.Lines, o.Seat(o.Responsible(s)))
	}
}

// Unclear reports whether it is not clear whom the denunciation is about.
func (c *Case) Unclear() bool { return len(c.Suspects)+len(c.Lines) > 0 }

// words are the letter of a case that is no denunciation.
func (c *Case) words() Letter {
	return Letter{Subject: c.Subject, Body: c.Body, Location: c.Location, Accused: c.Accused}
}

// subject is what routing looks at besides the words.
func (c *Case) subject() office.Subject {
	return office.Subject{
		Kind: string(c.Kind), Category: c.Category, Counter: c.Counter, Unit: c.Wanted, Home: c.Home,
		About: c.About, Suspects: c.Suspects, Lines: c.Lines, Secret: c.Kind.Secret(), Guarded: c.Guarded(),
	}
}

// lieWith puts the case where routing decided, and says so in an entry's data.
func (c *Case) lieWith(dec office.Decision, data map[string]string) {
	c.Unit, c.Assignee, c.Outside = dec.Unit, dec.Assignee, dec.Outside
	data["unit"], data["assignee"] = dec.Unit, dec.Assignee
	if dec.Outside {
		data["outside"] = "yes"
	}
}

// dropBarred takes everybody off the case who may have no part in it.
func (c *Case) dropBarred(o *office.Office, now time.Time) {
	barred := func(id string) bool {
		who, ok := o.Staff(id)
		return !ok || o.Barred(who, c.File(), now)
	}
	c.Helpers = slices.DeleteFunc(slices.Clone(c.Helpers), barred)
	if c.Assignee != "" && barred(c.Assignee) {
		c.Assignee = ""
	}
}
