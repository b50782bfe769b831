package casework

import (
	"context"
	"slices"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// The places of who sent the letter.
const (
	placeName    = "họ tên"
	placeAddress = "địa chỉ"
)

// asksWho reports whether the text has a place for the sender's name or address.
func asksWho(text string) bool { return place(text, placeName)+place(text, placeAddress) != "" }

// Full is the text as the paper has it.
func (w Wording) Full() string {
	return fillPlaces(w.Text, map[string]string{placeName: w.Name, placeAddress: w.Address})
}

// Open is the text as the history and the answer hold it: it says that somebody is named, and not who.
func (w Wording) Open() string {
	return fillPlaces(w.Text, map[string]string{placeName: "(" + placeName + ")", placeAddress: "(" + placeAddress + ")"})
}

// whole refuses words that are missing, or that leave a place open which nobody will fill: those of who sent it are filled where he is known.
func (w Wording) whole(known bool) error {
	text := w.Text
	if known {
		text = w.Open()
	}
	pr := problems{}
	pr.add(vntext.Line(w.Text) == "", "text", "error.field.required")
	pr.add(blanks(text) || blanks(w.Subject), "text", "error.field.blanks")
	return pr.err()
}

// mayName reports whether a paper that this person signs may name who sent the letter.
func (d *Desk) mayName(o *office.Office, who office.Staff, c *Case) bool {
	return len(c.Contact) > 0 && seesContact(o, who, c, d.now())
}

// address says whom a paper goes to: the agency that the move named, or the sender where he is known and whoever signs may see him; and
// who sent the letter, where the text asks for that. That he was shown is recorded. The sender of what is or was a denunciation is named
// on no paper.
func (d *Desk) address(ctx context.Context, o *office.Office, who office.Staff, c *Case, f *Final) (err error) {
	to, asks := c.LetterForm(f.Type).To, asksWho(f.Said.Text)
	if to == ToAgency {
		if f.Said.To, err = d.namedAgency(c, f.Type); err != nil {
			return err
		}
	}
	if !asks && to != ToSender || !d.mayName(o, who, c) {
		return nil
	}
	contact, err := d.ShowContact(ctx, who, c.Ref)
	if err != nil {
		return err
	}
	if to == ToSender {
		f.Said.To = contact.Name
	}
	if asks {
		f.Said.Name, f.Said.Address = contact.Name, contact.Address
	}
	return (problems{}).with(blanks(f.Said.Full()), "text", "error.field.blanks")
}

// namedAgency is where the move that owes the paper sent the case; see doReason, which writes it before the reason.
func (d *Desk) namedAgency(c *Case, typ string) (string, error) {
	for _, e := range slices.Backward(c.History) {
		if !c.Owes(typ, e.What) {
			continue
		}
		note, err := d.noteOf(c, e)
		to, _ := Parted(e.What, note)
		return to, err
	}
	return "", nil
}

// names reports whether the paper names who sent the letter: in its words, or as whom it goes to.
func (p *Paper) names(c *Case) bool {
	return p.Said.Name+p.Said.Address != "" || p.Said.To != "" && c.LetterForm(p.Type).To == ToSender
}

// Nameless is the paper without who sent the letter.
func (p *Paper) Nameless(c *Case) *Paper {
	out := *p
	out.Said = p.Said.nameless(c.LetterForm(p.Type))
	return &out
}

func (w Wording) nameless(form LetterForm) Wording {
	w.Text = w.Open()
	if w.Name, w.Address = "", ""; form.To == ToSender {
		w.To = ""
	}
	return w
}

// veilPapers takes the sender out of what was written before his letter was sealed and is read again since it left the seal without him:
// the places of his name, and all words that tell who he is.
func (d *Desk) veilPapers(ctx context.Context, c *Case, ps []*Paper) error {
	left, ok := c.movedSeal(false)
	if !ok || !c.Guarded() || c.Kind.Secret() || len(ps) == 0 {
		return nil
	}
	tells, err := d.teller(ctx, c)
	if err != nil {
		return err
	}
	for _, p := range ps {
		if p.Begun.After(left.At) {
			continue
		}
		p.Said = p.Said.nameless(c.LetterForm(p.Type))
		for _, text := range []*string{&p.Said.Text, &p.Said.Subject, &p.Said.Remark} {
			if tells.foundIn(*text) || tells.calls(*text) {
				*text = Blank
			}
		}
	}
	return nil
}

// ReadPaper is a paper to be read as it goes out. That it shows who sent the letter is recorded.
func (d *Desk) ReadPaper(ctx context.Context, who office.Staff, ref, name string) (*Case, *Paper, error) {
	c, p, err := d.Paper(ctx, who, ref, name)
	if err != nil {
		return nil, nil, err
	}
	p, err = d.read(ctx, who, c, p)
	return c, p, err
}

func (d *Desk) read(ctx context.Context, who office.Staff, c *Case, p *Paper) (*Paper, error) {
	if !p.names(c) {
		return p, nil
	}
	_, err := d.ShowContact(ctx, who, c.Ref)
	return p, err
}

// unnamePapers takes the sender out of the papers of a case: whom they go to where that is he, and the places of his name and address.
func (d *Desk) unnamePapers(ctx context.Context, c *Case) error {
	ps, err := d.Papers.PapersOf(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, p := range ps {
		if err := d.openPaper(p); err != nil {
			return err
		}
		w := p.Said.nameless(c.LetterForm(p.Type))
		if w == p.Said {
			continue
		}
		if err := d.sealPaper(p, w); err != nil {
			return err
		}
		p.V++
		if err := d.Papers.SetPaper(ctx, p); err != nil {
			return err
		}
	}
	return nil
}
