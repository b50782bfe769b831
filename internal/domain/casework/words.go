package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"tiepdan/internal/domain/casework/history"
)

// This file is the gate of all that people write: whatever rests in a case goes through it, so that nothing of a denunciation
// rests in the clear. TestNothingOfADenunciationRestsInTheClear walks what is stored.

// words returns a text as this kind keeps it: in the clear, or sealed for a denunciation.
func (d *Desk) words(c *Case, text string) (clear string, sealed []byte, err error) {
	if !c.Kind.Secret() || text == "" {
		return text, nil, nil
	}
	sealed, err = d.Vault.SealIdentity([]byte(text), c.ID+"/words")
	return "", sealed, err
}

// unwords is the inverse of words.
func (d *Desk) unwords(c *Case, text string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return text, nil
	}
	plain, err := d.Vault.OpenIdentity(sealed, c.ID+"/words")
	return string(plain), err
}

// said is a place where words of people rest in a case. The salt goes with the words.
type said struct {
	text   *string
	sealed *[]byte
	salt   *[]byte
}

// spoken lists all such places but the letter itself and the notes of the history. The lists they lie in are made anew, so
// that they may be changed.
func (c *Case) spoken() []said {
	var out []said
	var none []byte
	c.Messages = slices.Clone(c.Messages)
	for i := range c.Messages {
		m := &c.Messages[i]
		out = append(out, said{&m.Text, &m.Sealed, &m.Salt})
	}
	if c.Answer != nil {
		a := *c.Answer
		c.Answer = &a
		out = append(out, said{&a.Text, &a.Sealed, &a.Salt})
	}
	if c.Satisfaction != nil {
		s := *c.Satisfaction
		c.Satisfaction = &s
		out = append(out, said{&s.Comment, &s.Sealed, &none})
	}
	return out
}

// answered lists what the office said. What a denouncer wrote since he filed tells who he is, and stays sealed while he is.
func (c *Case) answered() []said {
	all := c.spoken()
	var out []said
	for i := range c.Messages {
		if !c.Messages[i].Citizen {
			out = append(out, all[i])
		}
	}
	if c.Answer != nil {
		out = append(out, all[len(c.Messages)])
	}
	return out
}

// rewrite puts all that was spoken where the case's kind keeps it. A digest that was made of words in the clear confirms
// nothing from then on: its salt goes.
func (d *Desk) rewrite(c *Case) error { return d.rewriteAll(c, c.spoken()) }

func (d *Desk) rewriteAll(c *Case, spoken []said) error {
	for _, s := range spoken {
		text, err := d.unwords(c, *s.text, *s.sealed)
		if err != nil {
			return err
		}
		if *s.text, *s.sealed, err = d.words(c, text); err != nil {
			return err
		}
		*s.salt = nil
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

// digestOf is what the history knows words by. Without the salt, which is erased with the words, it confirms no guess.
func digestOf(salt []byte, text string, sealed []byte) string {
	sum := sha256.Sum256(make(history.Canon, 0, 512).Bytes(salt).Text(text).Bytes(sealed))
	return hex.EncodeToString(sum[:])
}

// veil puts a note where this kind keeps words: in the clear, or sealed for a denunciation.
func (d *Desk) veil(c *Case, e *history.Entry, note string) (err error) {
	if note == "" {
		return nil
	}
	if !c.Kind.Secret() {
		e.Note = note
		return nil
	}
	e.Veil, err = d.Vault.SealIdentity([]byte(note), c.ID+"/note")
	return err
}

// veiled is a note with its salt, as it rests in a seal that was put on it later.
type veiled struct {
	Note string `json:"note"`
	Salt []byte `json:"salt"`
}

// veilNotes seals the notes that rest in the clear, together with their salts: the digest that the chain holds still proves
// them to who has the key, and confirms no guess to anybody else.
func (d *Desk) veilNotes(c *Case) error {
	c.History = slices.Clone(c.History)
	for i := range c.History {
		e := &c.History[i]
		if e.Note == "" {
			continue
		}
		raw, err := json.Marshal(veiled{e.Note, e.Salt})
		if err != nil {
			return fmt.Errorf("encode note of case %s", c.ID)
		}
		if e.Veil, err = d.Vault.SealIdentity(raw, c.ID+"/veiled"); err != nil {
			return err
		}
		e.Note, e.Salt, e.Veiled = "", nil, true
	}
	return nil
}

// noteOf opens an entry's note.
func (d *Desk) noteOf(c *Case, e history.Entry) (string, error) {
	switch {
	case len(e.Veil) == 0:
		return e.Note, nil
	case e.Veiled:
		v, err := d.unveil(c, e)
		return v.Note, err
	default:
		plain, err := d.Vault.OpenIdentity(e.Veil, c.ID+"/note")
		return string(plain), err
	}
}

// unveil opens what veilNotes sealed.
func (d *Desk) unveil(c *Case, e history.Entry) (v veiled, err error) {
	plain, err := d.Vault.OpenIdentity(e.Veil, c.ID+"/veiled")
	if err != nil {
		return v, err
	}
	if json.Unmarshal(plain, &v) != nil {
		return v, fmt.Errorf("decode note of case %s", c.ID)
	}
	return v, nil
}

// checkSecrets compares what is kept apart with the digest its case vouches for, and opens no sender.
func (d *Desk) checkSecrets(ctx context.Context, c *Case) error {
	if len(c.Sealed) > 0 {
		sec, err := d.Cases.Secrets(ctx, c.secretsID())
		if err != nil {
			return err
		}
		if !bytes.Equal(sec.sum(), c.Sealed) {
			return fmt.Errorf("sealed parts of case %s were changed", c.ID)
		}
	} else if c.Kind.Secret() { // kept before cases vouched for it
		_, _, err := d.contents(ctx, c)
		return err
	}
	if c.SealedSender == "" || c.Anonymous {
		return nil
	}
	_, err := d.Cases.Secrets(ctx, c.SealedSender)
	return err
}

// CheckSealed looks at what a case keeps sealed, opens no sender and shows nothing to anybody: an error says that something was
// changed, or taken away.
func (d *Desk) CheckSealed(ctx context.Context, c *Case) error {
	if c.Erased() {
		return nil
	}
	if err := d.checkSecrets(ctx, c); err != nil {
		return err
	}
	for _, e := range c.History {
		if !e.Veiled || e.Erased {
			continue
		}
		v, err := d.unveil(c, e)
		if err != nil {
			return err
		}
		if !slices.Equal(history.SumOfNote(v.Salt, v.Note, nil), e.NoteSum) {
			return &history.BrokenChainError{Case: c.Ref, Seq: e.Seq, Field: "veil"}
		}
	}
	return nil
}
