package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Alike is a letter that may say the same as another.
type Alike struct {
	Case   *Case
	Text   float64 // how much of the words is the same
	Place  bool    // the same place
	Sender bool    // the same telephone or e-mail, as far as this person may see them
}

// What makes two letters alike enough to be shown: their words alone, or fewer words and the same place or sender.
const (
	alikeText    = .40
	alikeWith    = .20
	alikePlace   = .60 // of the words of two places
	alikeShown   = 3
	alikeRead    = 40 // cases read for each pair of words
	alikeWords   = 4  // words of a subject that are looked for, in pairs
	alikeLetters = 3  // the least letters of such a word
)

// Alikes lists the letters that may say the same as this one, the likeliest first: among those this person may see, and never one
// whose sender is protected, nor to one.
func (d *Desk) Alikes(ctx context.Context, who office.Staff, v Opened) ([]Alike, error) {
	c := v.Case
	if c.Guarded() || v.Hidden || c.Erased() {
		return nil, nil
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]Alike{}
	for _, query := range pairs(v.Letter.Subject) {
		cs, _, err := d.List(ctx, who, Wanted{Query: query, Whole: true, State: AnyState, Limit: alikeRead})
		if err != nil {
			return nil, err
		}
		for _, other := range cs {
			if _, known := found[other.ID]; known || other.ID == c.ID || other.Guarded() || other.Erased() {
				continue
			}
			if found[other.ID], err = d.compare(o, who, c, other); err != nil {
				return nil, err
			}
		}
	}
	return likeliest(found), nil
}

// likeliest are those that are alike enough, the likeliest first.
func likeliest(found map[string]Alike) []Alike {
	var out []Alike
	for _, a := range found {
		if a.Text >= alikeText || a.Text >= alikeWith && (a.Place || a.Sender) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Alike) int { return cmp.Or(cmp.Compare(b.Text, a.Text), cmp.Compare(a.Case.Ref, b.Case.Ref)) })
	return out[:min(len(out), alikeShown)]
}

// compare says how far two letters are alike.
func (d *Desk) compare(o *office.Office, who office.Staff, c, other *Case) (Alike, error) {
	one, two := c.words(), other.words()
	a := Alike{
		Case: other, Text: vntext.Alike(one.Subject+" "+one.Body, two.Subject+" "+two.Body),
		Place: vntext.Alike(one.Location.Address, two.Location.Address) >= alikePlace,
	}
	if a.Text < alikeWith || !o.May(who, office.SeeContact, c.File(), d.now()) || !o.May(who, office.SeeContact, other.File(), d.now()) {
		return a, nil
	}
	mine, err := d.contact(c)
	if err != nil {
		return a, err
	}
	theirs, err := d.contact(other)
	a.Sender = mine.Phone != "" && mine.Phone == theirs.Phone || mine.Email != "" && strings.EqualFold(mine.Email, theirs.Email)
	return a, err
}

// contact opens the sender's contact of a case that is no denunciation; the zero Contact where there is none.
func (d *Desk) contact(c *Case) (out Contact, err error) {
	if len(c.Contact) == 0 {
		return out, nil
	}
	plain, err := d.Vault.OpenPersonal(c.Contact, c.ID+"/contact")
	if err != nil {
		return out, err
	}
	defer clear(plain)
	return out, json.Unmarshal(plain, &out)
}

// pairs are the queries that find letters like one with this subject: its longest words, two by two, so that a letter that names the
// thing otherwise is found by the rest.
func pairs(subject string) []string {
	words := slices.DeleteFunc(vntext.Terms(subject), func(w string) bool { return len(w) < alikeLetters })
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	words = words[:min(len(words), alikeWords)]
	var out []string
	for i, w := range words {
		for _, with := range words[i+1:] {
			out = append(out, w+" "+with)
		}
	}
	if len(words) == 1 {
		out = words
	}
	return out
}
