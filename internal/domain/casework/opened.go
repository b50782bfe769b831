package casework

import (
	"context"
	"encoding/json"
	"slices"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Opened is one case as this person may see it.
type Opened struct {
	Case    *Case
	Letter  Letter
	Hidden  bool // the words are sealed for this person
	Blanked bool // the words are the stripped ones, without what identifies
	Contact Contact
	Masked  bool // the contact is masked; see ShowContact
	// MayUnmask: this person may see the contact in full, which is recorded.
	MayUnmask bool
	// Files and Originals say whether this person may open the files, and the originals of evidence.
	Files, Originals bool
	OwnFiles         bool // and those of the office
	Messages         []Note
	Answer           *Note
	Notes            map[int]string // history notes by seq
	Moves            []law.Move
}

// LastNote is the note of the last event of the name; "" for none.
func (v Opened) LastNote(what string) string {
	for _, e := range slices.Backward(v.Case.History) {
		if e.What == what {
			return v.Notes[e.Seq]
		}
	}
	return ""
}

// Open shows one case to a member of staff. Nothing of a denunciation's identity is in it.
func (d *Desk) Open(ctx context.Context, who office.Staff, ref string) (Opened, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Opened{}, err
	}
	c, err := d.seen(ctx, o, who, ref)
	if err != nil {
		return Opened{}, err
	}
	v := Opened{Case: c, Moves: Offers(o, who, c, d.now()), Notes: map[int]string{}}
	v.OwnFiles = mayWrite(o, who, c, d.now())
	v.Files, v.Originals = d.mayOpenFile(o, who, c, false), d.mayOpenFile(o, who, c, true)
	if err := d.fillWords(ctx, o, who, &v); err != nil {
		return Opened{}, err
	}
	if err := d.fillContact(o, who, &v); err != nil {
		return Opened{}, err
	}
	if err := d.fillTalk(&v); err != nil {
		return v, err
	}
	if c.Kind.Secret() && !o.May(who, office.SeeLetter, c.File(), d.now()) {
		v.hideCitizen(func(Message) bool { return true })
	}
	if c.Guarded() && !c.Kind.Secret() { // what he wrote while it was a denunciation
		v.hideCitizen(func(m Message) bool { return len(m.Sealed) > 0 })
	}
	return v, d.hideTelling(ctx, o, who, &v)
}

// hideTelling blanks what was said of the sender before his letter was sealed, for everybody who may not see him since. What was said after
// it stays as it is, whatever it says: who wrote it learns nothing by trying names.
func (d *Desk) hideTelling(ctx context.Context, o *office.Office, who office.Staff, v *Opened) error {
	c := v.Case
	sealed, ok := c.movedSeal(true)
	if !ok || o.May(who, office.SeeLetter, c.File(), d.now()) {
		return nil
	}
	tells, err := d.teller(ctx, c)
	if err != nil {
		return err
	}
	told := func(text string) bool { return tells.foundIn(text) || tells.calls(text) }
	before := func(n Note) bool { return !n.At.After(sealed.At) }
	for i, n := range v.Messages {
		if before(n) && told(n.Text) {
			v.Messages[i].Text = Blank
		}
	}
	if v.Answer != nil && before(*v.Answer) && told(v.Answer.Text) {
		v.Answer.Text = Blank
	}
	for seq, note := range v.Notes {
		if seq <= sealed.Seq && told(note) {
			v.Notes[seq] = Blank
		}
	}
	return nil
}

// movedSeal is the last entry by which the letter was sealed, or left the seal; false where there is none.
func (c *Case) movedSeal(sealed bool) (history.Entry, bool) {
	for _, e := range slices.Backward(c.History) {
		if was, kind := law.Kind(e.Data["was"]), law.Kind(e.Data["kind"]); e.What == "reclassified" && was.Secret() != kind.Secret() && kind.Secret() == sealed {
			return e, true
		}
	}
	return history.Entry{}, false
}

// hideCitizen takes out what the denouncer wrote since, as far as it is meant: his words tell who he is, and a verifier has the
// stripped ones. So does the note that names one of several who withdrew.
func (v *Opened) hideCitizen(meant func(m Message) bool) {
	var shown []Note
	for i, n := range v.Messages {
		if m := v.Case.Messages[i]; !m.Citizen || !meant(m) {
			shown = append(shown, n)
		}
	}
	v.Messages = shown
	for _, e := range v.Case.History {
		if (e.Actor == history.ByCitizen || e.What == partlyWithdrawn[law.WithdrawnOne]) && (v.Case.Kind.Secret() || len(e.Veil) > 0) {
			delete(v.Notes, e.Seq)
		}
	}
}

func (d *Desk) fillWords(ctx context.Context, o *office.Office, who office.Staff, v *Opened) (err error) {
	c := v.Case
	if !c.Kind.Secret() {
		v.Letter = c.words()
		return nil
	}
	if !o.May(who, office.SeeLetter, c.File(), d.now()) {
		if v.Hidden = len(c.Stripped) == 0 || !o.May(who, office.Work, c.File(), d.now()); v.Hidden {
			return nil
		}
		v.Blanked = true
		v.Letter, err = d.stripped(c)
		return err
	}
	v.Letter, err = d.letter(ctx, c)
	return err
}

func (d *Desk) fillContact(o *office.Office, who office.Staff, v *Opened) error {
	c := v.Case
	if len(c.Contact) == 0 {
		return nil
	}
	plain, err := d.Vault.OpenPersonal(c.Contact, c.ID+"/contact")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, &v.Contact); err != nil {
		return err
	}
	v.Masked, v.Contact = true, v.Contact.mask()
	v.MayUnmask = seesContact(o, who, c, d.now())
	return nil
}

// mask leaves so much that two people can tell whether they speak of the same sender.
func (c Contact) mask() Contact {
	m := Contact{Name: vntext.MaskName(c.Name)}
	if c.Phone != "" {
		m.Phone = vntext.MaskPhone(c.Phone)
	}
	if c.Email != "" {
		m.Email = vntext.MaskEmail(c.Email)
	}
	if c.IDNumber != "" {
		m.IDNumber = vntext.MaskID(c.IDNumber)
	}
	return m
}

func (d *Desk) fillTalk(v *Opened) error {
	f, err := d.following(v.Case)
	if err != nil {
		return err
	}
	v.Messages, v.Answer = f.Messages, f.Answer
	for _, e := range v.Case.History {
		note, err := d.noteOf(v.Case, e)
		if err != nil {
			return err
		}
		if note != "" {
			v.Notes[e.Seq] = note
		}
	}
	return nil
}
