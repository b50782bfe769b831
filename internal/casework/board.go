package casework

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tiepdan/internal/office"
	"tiepdan/pkg/trackcode"
	"tiepdan/pkg/vntext"
)

// Filter is what a list of cases asks for. The zero value lists the open cases of the given shelves by due time. Conditions
// narrow each other; none is ever left out.
type Filter struct {
	Shelves  []string // set by the desk, from rights; none means any, which is for one person's own cases alone
	Assignee string
	Helper   string // only cases that were shared with this person; the words are then for the desk to compare
	Lane     Lane   // LaneOpen, unless AnyLane
	AnyLane  bool   // with Words only
	State    State
	Kind     Kind
	DueFrom  *time.Time // with DueTo: only cases due in between, the latter exclusive; see Case.Rank
	DueTo    *time.Time
	Words    []string // folded search words
	After    string
	Limit    int
}

// Wanted is what a member of staff asks a list for. All conditions hold together.
type Wanted struct {
	State    string // a State, "open", "any" (with words only) or empty: "any" with words, else "open"
	Kind     string
	Unit     string
	Assignee string // a staff id or "me"
	Due      string // "", "overdue", "soon" or "later" (neither, with or without a limit); open cases only
	Query    string // words, or a reference
	After    string
	Limit    int
}

// AnyState is the Wanted.State that leaves the state open.
const AnyState = "any"

// maxShelves bounds how many queues one list reads.
const maxShelves = 4000

// SoonDays is how near a due date is called soon.
const SoonDays = 3

// List returns the cases this person may see, by due time (newest first for a search), and the cursor to go on.
func (d *Desk) List(ctx context.Context, who office.Staff, w Wanted) ([]*Case, string, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, "", err
	}
	f, err := d.filter(o, who, w)
	if err != nil {
		return nil, "", err
	}
	if ref, ok := trackcode.ParseReference(w.Query); ok {
		return d.one(ctx, who, ref, f, f.shared(who, w.Unit))
	}
	cs, next, err := d.page(ctx, who, f, w.Unit)
	if err != nil {
		return nil, "", err
	}
	now := d.now()
	cs = slices.DeleteFunc(cs, func(c *Case) bool { return !o.May(who, office.See, c.File(), now) })
	return cs, next, nil
}

// own reports whether the list is of what this person has himself; he may see it wherever it lies.
func (f Filter) own(who office.Staff) bool { return f.Assignee == who.ID && len(f.Shelves) == 0 }

// one finds a case by its reference, where it meets the other conditions. One that is shared with the person may lie anywhere.
func (d *Desk) one(ctx context.Context, who office.Staff, ref string, f, shared Filter) ([]*Case, string, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, "", err
	}
	c, err := d.seen(ctx, o, who, ref)
	if err != nil && CodeOf(err) == NotFound || err == nil && !f.Holds(c) && !shared.Holds(c) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	return []*Case{c}, "", nil
}

// Holds reports whether the case meets all conditions but the words.
func (f Filter) Holds(c *Case) bool {
	due := func() bool {
		return (f.DueFrom == nil || c.Rank >= f.DueFrom.UnixMilli()) && (f.DueTo == nil || c.Rank < f.DueTo.UnixMilli())
	}
	return (f.AnyLane || c.Lane == f.Lane) && (f.State == "" || c.State == f.State) && (f.Kind == "" || c.Kind == f.Kind) &&
		(f.Assignee == "" || c.Assignee == f.Assignee) && (f.Helper == "" || slices.Contains(c.Helpers, f.Helper)) && (len(f.Shelves) == 0 || slices.Contains(f.Shelves, c.Shelf)) && due()
}

// filter turns wishes into conditions, within the shelves that rights open.
func (d *Desk) filter(o *office.Office, who office.Staff, w Wanted) (Filter, error) {
	p := problems{}
	f := Filter{After: w.After, Limit: w.Limit, Kind: Kind(w.Kind), Assignee: w.Assignee}
	if q := vntext.Terms(w.Query); len(q) > 0 {
		f.Words = q[:min(len(q), 8)]
	}
	p.add(w.Kind != "" && !f.Kind.Known(), "kind", "error.field.kind")
	if w.Assignee == "me" {
		f.Assignee = who.ID
	}
	known, _ := o.Staff(f.Assignee)
	p.add(f.Assignee != "" && known.ID == "", "assignee", "error.field.staff")
	f.shelves(o, who, w, d.now(), p)
	f.states(w, p)
	d.dueFilter(&f, w.Due, p)
	p.add(w.Limit < 0 || w.Limit > 200, "limit", "error.field.limit")
	return f, p.err()
}

// shelves limits the list to what rights open, and to the unit that is asked for. One's own cases may lie anywhere.
func (f *Filter) shelves(o *office.Office, who office.Staff, w Wanted, now time.Time, p problems) {
	own := f.Assignee == who.ID && who.ID != ""
	if !own {
		f.Shelves = o.Shelves(who, now)
	}
	if w.Unit == "" {
		p.add(len(f.Shelves) > maxShelves, "unit", "error.field.unit_wide")
		return
	}
	_, ok := o.Unit(w.Unit)
	p.add(!ok, "unit", "error.field.unit")
	if unit := office.UnitShelves(w.Unit); own {
		f.Shelves = unit
	} else {
		f.Shelves = slices.DeleteFunc(f.Shelves, func(s string) bool { return !slices.Contains(unit, s) })
	}
}

// states narrows the list to open cases, to one state, or, for a search, to nothing.
func (f *Filter) states(w Wanted, p problems) {
	switch {
	case w.State == string(LaneOpen), w.State == "" && len(f.Words) == 0:
		f.Lane = LaneOpen
	case w.State == "", w.State == AnyState:
		p.add(len(f.Words) == 0, "state", "error.field.state_any")
		f.AnyLane = true
	default:
		f.State = State(w.State)
		f.Lane = f.State.Lane()
		p.add(!slices.Contains(States(), f.State), "state", "error.field.state")
	}
}

func (d *Desk) dueFilter(f *Filter, due string, p problems) {
	now := d.now()
	soon := now.AddDate(0, 0, SoonDays)
	if due != "" {
		p.add(!f.AnyLane && f.Lane != LaneOpen, "due", "error.field.due_open")
		f.AnyLane, f.Lane = false, LaneOpen
	}
	switch due {
	case "":
	case "overdue":
		f.DueTo = &now
	case "soon":
		f.DueFrom, f.DueTo = &now, &soon
	case "later":
		f.DueFrom = &soon
	default:
		p.add(true, "due", "error.field.due")
	}
}

// Board is a head's first page: what is late, what falls due soon, and the rest.
type Board struct {
	Overdue, Soon, Rest Pile
}

// Pile is one part of a board, the most urgent first.
type Pile struct {
	Cases []*Case
	More  bool // there are more of them than were read
}

// boardRows bounds what is read of one part of a board.
const boardRows = 100

// Board reads the open cases of this person's shelves, each part by an indexed query of its own: however much is late, what is
// due soon is seen.
func (d *Desk) Board(ctx context.Context, who office.Staff) (Board, error) {
	b := Board{}
	for _, part := range []struct {
		due  string
		pile *Pile
	}{{"overdue", &b.Overdue}, {"soon", &b.Soon}, {"later", &b.Rest}} {
		cs, next, err := d.List(ctx, who, Wanted{Due: part.due, Limit: boardRows})
		if err != nil {
			return Board{}, err
		}
		*part.pile = Pile{Cases: cs, More: next != ""}
	}
	return b, nil
}

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
	Moves            []Move
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
	return v, nil
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
		if (e.Actor == ByCitizen || e.What == partlyWithdrawn[withdrawnOne]) && (v.Case.Kind.Secret() || len(e.Veil) > 0) {
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
	v.MayUnmask = o.May(who, office.SeeContact, c.File(), d.now())
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
