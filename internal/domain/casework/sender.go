package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tiepdan/pkg/vntext"
)

// Guarded reports whether the sender is kept sealed (giữ bí mật người tố cáo, Luật Tố cáo Đ.8, 56): the case is a
// denunciation, was one, or came of one. Who he is opens to two persons together only, see AskIdentity.
func (c *Case) Guarded() bool { return c.Kind.Secret() || c.SealedSender != "" }

// senderID names the Secrets that hold the sealed sender: the case's own, or those of the letter it came of. The sender is
// sealed once and never copied.
func (c *Case) senderID() string {
	if c.SealedSender != "" {
		return c.SealedSender
	}
	return c.secretsID()
}

// owner is the case whose Secrets these are: the place its values are sealed for.
func (s *Secrets) owner() string {
	id, _, _ := strings.Cut(s.ID, "-")
	return id
}

// sender opens who filed, wherever the case keeps him. It is the one way to a sender; what only a quorum opens is a Conflict
// here, and stays closed.
func (d *Desk) sender(ctx context.Context, c *Case) (who Contact, err error) {
	if c.Erased() || c.Anonymous {
		return who, nil
	}
	var plain []byte
	if !c.Guarded() {
		if len(c.Contact) == 0 {
			return who, nil
		}
		plain, err = d.Vault.OpenPersonal(c.Contact, c.ID+"/contact")
	} else {
		sec, geterr := d.Cases.Secrets(ctx, c.senderID())
		switch {
		case geterr == nil && len(sec.Quorum) > 0:
			return who, conflict("error.identity_quorum")
		case geterr != nil || len(sec.Contact) == 0:
			return who, geterr
		}
		plain, err = d.Vault.OpenIdentity(sec.Contact, sec.owner()+"/identity")
	}
	if err != nil {
		return who, err
	}
	if json.Unmarshal(plain, &who) != nil {
		return who, fmt.Errorf("decode sender of case %s", c.ID)
	}
	return who, nil
}

// contents opens the words and the sender, wherever this kind keeps them.
func (d *Desk) contents(ctx context.Context, c *Case) (Letter, Contact, error) {
	l, err := d.letter(ctx, c)
	if err != nil {
		return l, Contact{}, err
	}
	who, err := d.sender(ctx, c)
	return l, who, err
}

// letter opens what was written, wherever this kind keeps it.
func (d *Desk) letter(ctx context.Context, c *Case) (Letter, error) {
	l := c.words()
	l.Category = c.Category
	if c.Erased() || !c.Kind.Secret() {
		return l, nil
	}
	sec, err := d.Cases.Secrets(ctx, c.secretsID())
	if err != nil {
		return l, err
	}
	plain, err := d.Vault.OpenIdentity(sec.Letter, c.ID+"/letter")
	if err != nil {
		return l, err
	}
	if json.Unmarshal(plain, &l) != nil {
		return l, fmt.Errorf("decode letter of case %s", c.ID)
	}
	return l, nil
}

// sealDraft puts the words and the sender where this kind keeps them. A case that comes of a guarded one leans on the sealed
// sender of that; one whose sender is named anew seals him itself.
func (d *Desk) sealDraft(ctx context.Context, c *Case, f Draft) error {
	c.SealedSender = f.Further.Sender
	if c.Guarded() {
		return d.sealGuarded(ctx, c, f)
	}
	c.putLetter(f.letter())
	if f.Contact.Empty() {
		return nil
	}
	return d.putContact(c, f.Contact)
}

// sealGuarded writes the sealed document first: should the program stop before the case itself is stored, the request was not
// acknowledged, and its repetition writes the same document again. The document's id depends on what was filed, so a reused
// key with another text cannot touch the one that is there.
func (d *Desk) sealGuarded(ctx context.Context, c *Case, f Draft) (err error) {
	s := &Secrets{ID: c.secretsID(), V: 1}
	if c.SealedSender == "" || !f.Contact.Empty() {
		c.SealedSender = s.ID
	}
	if !f.Contact.Empty() {
		if err := d.sealSender(c, s, f.Contact, f.letter().texts()); err != nil {
			return err
		}
	}
	if !c.Kind.Secret() {
		c.putLetter(f.letter())
		if c.SealedSender != s.ID {
			return nil
		}
		return d.addSecrets(ctx, c, s)
	}
	if s.Letter, err = d.sealLetter(c, f.letter()); err != nil {
		return err
	}
	if s.Second, err = d.sealPhrase(ctx, c, f.Passphrase); err != nil {
		return err
	}
	return d.addSecrets(ctx, c, s)
}

// addSecrets keeps what is sealed; what is there already is the same and stays, never written over: the case vouches for it.
func (d *Desk) addSecrets(ctx context.Context, c *Case, s *Secrets) error {
	err := d.Cases.AddSecrets(ctx, s)
	if _, there := errors.AsType[*TakenError](err); there {
		s, err = d.Cases.Secrets(ctx, s.ID)
	}
	if err == nil {
		c.Sealed = s.sum()
	}
	return err
}

func (f Draft) letter() Letter {
	return Letter{Subject: f.Subject, Body: f.Body, Location: f.Location, Accused: f.About, Category: f.Category}
}

// putLetter keeps words in the clear, with what finds them.
func (c *Case) putLetter(l Letter) {
	c.Subject, c.Body, c.Location, c.Accused, c.Category = l.Subject, l.Body, l.Location, l.Accused, l.Category
	terms := vntext.Terms(l.Subject, l.Body, l.Location.Address)
	c.Terms = slices.Concat(terms[:min(len(terms), maxTerms)], c.senderTerms())
}

// putContact keeps a sender whom nothing guards.
func (d *Desk) putContact(c *Case, who Contact) error {
	raw, err := json.Marshal(who)
	if err != nil {
		return fmt.Errorf("encode contact: %w", err)
	}
	c.Masked = vntext.MaskName(who.Name)
	d.findBySender(c, who)
	c.Contact, err = d.Vault.SealPersonal(raw, c.ID+"/contact")
	return err
}

func (d *Desk) sealLetter(c *Case, l Letter) ([]byte, error) {
	raw, err := encodeLetter(l)
	if err != nil {
		return nil, err
	}
	return d.Vault.SealIdentity(raw, c.ID+"/letter")
}

// intoSeal moves all words of a case and its sender into the seal and leaves nothing of them behind.
func (d *Desk) intoSeal(st *step, l Letter, who Contact) error {
	ctx, c := st.ctx, st.c
	s := &Secrets{ID: c.secretsID(), V: 1}
	if c.SealedSender == "" { // else he is sealed already, and stays so
		c.SealedSender = s.ID
		said, err := d.saidOn(st, l)
		if err != nil {
			return err
		}
		if !who.Empty() {
			if err := d.sealSender(c, s, who, said); err != nil {
				return err
			}
		}
	}
	var err error
	if s.Letter, err = d.sealLetter(c, l); err != nil {
		return err
	}
	if err := d.addSecrets(ctx, c, s); err != nil {
		return err
	}
	c.Subject, c.Body, c.Location, c.Accused, c.Category, c.Terms, c.Contact, c.Reach, c.Masked = "", "", Location{}, "", "", nil, nil, nil, ""
	d.hideFiles(c)
	if err := d.veilNotes(c); err != nil {
		return err
	}
	return d.rewrite(c)
}

// saidOn is all that was said on a case until the step, and by it: the letter, the talk, the notes, the papers.
func (d *Desk) saidOn(st *step, l Letter) ([]string, error) {
	out := append(l.texts(), slices.Collect(maps.Values(st.args))...)
	for _, s := range st.c.spoken() {
		text, err := d.unwords(st.c, *s.text, *s.sealed)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	for _, e := range st.c.History {
		note, err := d.noteOf(st.c, e)
		if err != nil {
			return nil, err
		}
		out = append(out, note)
	}
	ps, err := d.Papers.PapersOf(st.ctx, st.c.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range ps {
		if err := d.openPaper(p); err != nil {
			return nil, err
		}
		out = append(out, p.Said.Text, p.Said.Subject, p.Said.Remark)
	}
	return out, nil
}

// hideFiles takes from the files of a case what could tell who sent them: their names, and digests that somebody who has
// the file could compare.
func (d *Desk) hideFiles(c *Case) {
	c.Attachments = slices.Clone(c.Attachments)
	for i := range c.Attachments {
		a := &c.Attachments[i]
		a.Name, a.Salt = PlainFileName(a.ID, a.Name), nil
		sum := d.Vault.MAC("attachment-digest", []byte(c.ID), a.SHA256)
		a.SHA256 = sum[:]
	}
}

// PlainFileName is what a file of a guarded case is called: a number and the ending.
func PlainFileName(id, name string) string {
	ending := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		ending = name[i:]
	}
	return "tep-" + id[:min(len(id), 6)] + ending
}

// outOfSeal gives the words to the desk of the new kind. The sender stays sealed unless he was opened on purpose.
func (d *Desk) outOfSeal(ctx context.Context, c *Case, l Letter, opened *Contact) error {
	c.SealedSender = c.senderID()
	spoken := c.spoken()
	if opened == nil {
		var err error
		if l, err = d.untold(ctx, c, l); err != nil {
			return err
		}
		spoken = c.answered()
	}
	c.Stripped = nil
	c.putLetter(l)
	if opened != nil {
		c.SealedSender = ""
		if !opened.Empty() {
			if err := d.putContact(c, *opened); err != nil {
				return err
			}
		}
	}
	return d.rewriteAll(c, spoken)
}

// untold is the letter as it may leave the seal without its sender: the words stripped for verifiers where there are some, else
// its own, unless they tell who wrote them.
func (d *Desk) untold(ctx context.Context, c *Case, l Letter) (Letter, error) {
	if len(c.Stripped) > 0 {
		s, err := d.stripped(c)
		s.Category = l.Category
		return s, err
	}
	tells, err := d.teller(ctx, c)
	if err != nil {
		return l, err
	}
	p := problems{}
	p.add(slices.ContainsFunc([]string{l.Subject, l.Body, l.Location.Address, l.Accused}, tells.foundIn), "sender", "error.field.letter_tells")
	return l, p.err()
}

// leaners returns the cases that may lean on this one's sealed sender: the parts it was split into and a further case.
func (d *Desk) leaners(ctx context.Context, c *Case) ([]*Case, error) {
	keys := []string{furtherKey(c)}
	for _, kind := range c.Legal.Parts {
		keys = append(keys, partKey(c, kind))
	}
	ids := make([]string, 0, len(keys))
	for _, key := range keys {
		ids = append(ids, d.id(d.code(key)))
	}
	found, err := d.Cases.Many(ctx, ids)
	return slices.DeleteFunc(found, func(x *Case) bool { return x.Erased() || x.SealedSender != c.senderID() }), err
}
