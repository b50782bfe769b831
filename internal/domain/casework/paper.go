package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Paper (văn bản) is a letter that the office writes on a case, from its first word to its sending: draft, handed in, signed and
// numbered, sent. Its words rest sealed whatever the kind of the case, so that no draft on a denunciation ever lay in the clear; the
// history of the case holds their digest once they are signed.
type Paper struct {
	ID       string     `bson:"_id"` // the case's id and the name
	V        int64      `bson:"v"`
	Case     string     `bson:"case"`
	Name     string     `bson:"name"`   // type and number among the case's papers of the type: answer-1
	Type     string     `bson:"type"`   // Move.Letter of the row that owes it
	Secret   bool       `bson:"secret"` // the case was a denunciation when it was begun
	State    PaperState `bson:"state"`
	Begun    time.Time  `bson:"begun"`
	At       time.Time  `bson:"at"` // of the last change
	By       string     `bson:"by"` // who wrote last, a staff id
	Words    []byte     `bson:"words,omitempty"`
	Files    []string   `bson:"files,omitempty"` // attachments of the case that go with it
	SignedAt *time.Time `bson:"signed_at,omitempty"`
	Signer   string     `bson:"signer,omitempty"`
	Capacity []string   `bson:"capacity,omitempty"` // in which he signed, as it stands over his name
	Of       string     `bson:"of,omitempty"`       // the unit whose paper it is, see issuer
	Number   int        `bson:"number,omitempty"`
	Symbol   string     `bson:"symbol,omitempty"` // số, ký hiệu: 12/TB-UBND
	SentAt   *time.Time `bson:"sent_at,omitempty"`

	Said Wording `bson:"-"` // Words, opened for who may read them
}

// Wording is what a paper says.
type Wording struct {
	Subject string `json:"subject,omitempty"` // trích yếu
	Text    string `json:"text"`
	Outcome string `json:"outcome,omitempty"`
	To      string `json:"to,omitempty"` // whom it goes to, fixed when it is signed
	// Name and Address are the sender's, where the text has places for them, fixed when it is signed. They stand in the paper alone: what
	// the history and the answer hold of it is read by more people.
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	Remark  string `json:"remark,omitempty"` // why it was returned to be mended
}

// PaperState is where a paper stands.
type PaperState string

// The states of a paper.
const (
	PaperDraft   PaperState = "draft"     // dự thảo
	PaperHanded  PaperState = "submitted" // đã trình
	PaperSigned  PaperState = "signed"    // đã ký, đã lấy số
	PaperSent    PaperState = "sent"      // đã phát hành
	PaperVoid    PaperState = "void"      // đã hủy sau khi ký
	PaperDropped PaperState = "dropped"   // dự thảo đã bỏ, không ký
)

// Done reports whether nothing becomes of the paper any more.
func (s PaperState) Done() bool { return s == PaperSent || s == PaperVoid || s == PaperDropped }

// Papers keeps them; writes are durable when they return.
type Papers interface {
	AddPaper(ctx context.Context, p *Paper) error              // *TakenError when it is there already
	SetPaper(ctx context.Context, p *Paper) error              // ErrStale when the stored version is not V-1
	PapersOf(ctx context.Context, id string) ([]*Paper, error) // of a case, the oldest first
	// AddNumber takes a number: *TakenError of "_id" where somebody was first, of "paper" where the paper has one already.
	AddNumber(ctx context.Context, n *Number) error
	NumberOf(ctx context.Context, paper string) (*Number, error)
	LastNumber(ctx context.Context, book string) (int, error) // 0 for an empty book
}

// maxPapers bounds what is written on one case.
const maxPapers = 60

// The lengths of a paper, in characters.
const maxPaperSubject = 300

// settling is the row that ends a case of this kind with words to its sender: the answer, the decision, the conclusion.
func (c *Case) settling() (law.Move, bool) {
	at := c.facts()
	for m := range law.Each {
		if m.Fits(at) && slices.Contains(m.Does, "answer") {
			return law.Find(at, m.Name)
		}
	}
	return law.Move{}, false
}

// owesPaper is the row that a paper of the type belongs to.
func (c *Case) owesPaper(typ string) (law.Move, bool) {
	if m, ok := c.settling(); ok && m.Letter == typ {
		return m, true
	}
	var found law.Move
	for row := range law.Each {
		m, owed := row.Owing(typ)
		if m.By != law.Staff || !owed || typ == "withdrawal" || typ == "" || !m.Fits(c.facts()) {
			continue
		}
		if c.doneNow(m.Past) { // the row that was made
			return m, true
		}
		if found.Name == "" {
			found = m
		}
	}
	return found, found.Name != ""
}

// Owes reports whether the event is that of a move that owes a paper of the type.
func (c *Case) Owes(typ, past string) bool {
	return law.Any(func(m law.Move) bool { _, owed := m.Owing(typ); return owed && m.Past == past })
}

// Settles reports whether a paper of the type is what ends the case.
func (c *Case) Settles(typ string) bool {
	m, ok := c.owesPaper(typ)
	return ok && m.Settles()
}

// Issues reports whether a paper of the type is made, and handed to those it concerns by a step of its own: a decision, a conclusion.
func (c *Case) Issues(typ string) bool { return c.Kind.NeedsIdentity() && c.Settles(typ) }

// Outcomes lists what a paper of the type may say was found.
func (c *Case) Outcomes(typ string) []string {
	m, _ := c.owesPaper(typ)
	for _, a := range m.Asks {
		if a.Name == "outcome" {
			return a.OneOf
		}
	}
	return nil
}

// PaperTypes lists what may be written on the case, the settling one first.
func (c *Case) PaperTypes() []string {
	var out []string
	if m, ok := c.settling(); ok {
		out = append(out, m.Letter)
	}
	for m := range law.Each {
		for _, typ := range append([]string{m.Letter}, m.With...) {
			if _, ok := c.owesPaper(typ); ok && !slices.Contains(out, typ) {
				out = append(out, typ)
			}
		}
	}
	return out
}

// mayWrite reports whether the person may write papers on the case, and read those that were not sent: whoever works on it or decides it,
// also the head whom the law lets decide what lies with another unit.
func mayWrite(o *office.Office, who office.Staff, c *Case, now time.Time) bool {
	return o.May(who, office.Work, c.File(), now) || o.May(who, office.Decide, c.File(), now) || judges(o, who, c, now)
}

// writable is the case, for whoever may write papers on it.
func (d *Desk) writable(ctx context.Context, who office.Staff, ref string) (*office.Office, *Case, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, nil, err
	}
	c, err := d.seen(ctx, o, who, ref)
	if err != nil {
		return nil, nil, err
	}
	if !mayWrite(o, who, c, d.now()) {
		return nil, nil, forbidden("error.move_forbidden")
	}
	return o, c, nil
}

// PapersOn lists the papers of the case for whoever may write them, with their words. What was written while the case was a
// denunciation, and was not sent, is not shown when it no longer is one.
func (d *Desk) PapersOn(ctx context.Context, who office.Staff, ref string) (*Case, []*Paper, error) {
	_, c, err := d.writable(ctx, who, ref)
	if err != nil {
		return nil, nil, err
	}
	ps, err := d.papers(ctx, c)
	return c, ps, err
}

func (d *Desk) papers(ctx context.Context, c *Case) ([]*Paper, error) {
	ps, err := d.Papers.PapersOf(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	ps = slices.DeleteFunc(ps, func(p *Paper) bool { return p.Secret != c.Kind.Secret() })
	for _, p := range ps {
		if err := d.openPaper(p); err != nil {
			return nil, err
		}
		p.see(c)
	}
	return ps, d.veilPapers(ctx, c, ps)
}

// see sets the state that the case's own history tells of: it is written first, so a crash between the two is made good here.
func (p *Paper) see(c *Case) {
	if p.State.Done() {
		return
	}
	for _, e := range c.History {
		if e.Data["letter"] == p.Name && e.What == paperVoided {
			p.State = PaperVoid
			return
		}
		if e.Data["letter"] == p.Name && (e.What == paperSent || e.What == c.settledAs()) {
			at := e.At
			p.State, p.SentAt = PaperSent, &at
			return
		}
	}
	if m, ok := c.settling(); ok && m.Letter == p.Type && p.State != PaperSigned {
		p.State = PaperDraft
		if c.State == law.Review {
			p.State = PaperHanded
		}
	}
}

func (c *Case) settledAs() string {
	m, _ := c.settling()
	return m.Past
}

func paperPlace(id string) string { return id + "/paper" }

func (d *Desk) openPaper(p *Paper) error {
	if len(p.Words) == 0 { // erased
		return nil
	}
	plain, err := d.Vault.OpenIdentity(p.Words, paperPlace(p.ID))
	if err != nil {
		return err
	}
	if json.Unmarshal(plain, &p.Said) != nil {
		return fmt.Errorf("decode paper %s", p.Name)
	}
	return nil
}

func (d *Desk) sealPaper(p *Paper, w Wording) error {
	raw, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("encode paper %s", p.Name)
	}
	p.Said = w
	p.Words, err = d.Vault.SealIdentity(raw, paperPlace(p.ID))
	return err
}

// Paper finds one by its name.
func (d *Desk) Paper(ctx context.Context, who office.Staff, ref, name string) (*Case, *Paper, error) {
	c, ps, err := d.PapersOn(ctx, who, ref)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range ps {
		if p.Name == name {
			return c, p, nil
		}
	}
	return nil, nil, &Error{Code: NotFound, Key: "error.not_found"}
}

// current is the last paper of the type that may still change, nil for none.
func current(ps []*Paper, typ string) *Paper {
	for _, p := range slices.Backward(ps) {
		if p.Type == typ && !p.State.Done() {
			return p
		}
	}
	return nil
}

// begin is an empty paper of the type with the next name, after those also that are not shown since the case was given another kind.
func (d *Desk) begin(ctx context.Context, c *Case, typ string) (*Paper, error) {
	all, err := d.Papers.PapersOf(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if len(all) >= maxPapers {
		return nil, conflict("error.papers_many")
	}
	n := 1
	for _, p := range all {
		if p.Type == typ {
			n++
		}
	}
	name := typ + "-" + strconv.Itoa(n)
	return &Paper{ID: c.ID + "/" + name, Case: c.ID, Name: name, Type: typ, Secret: c.Kind.Secret(), State: PaperDraft, Begun: d.now()}, nil
}

// Written is what somebody typed on a paper. V is the version he saw, 0 for a new paper: who saw an older one overwrites nothing.
type Written struct {
	Ref   string
	Type  string
	V     int64
	Said  Wording
	Files []string
}

// NewPaper begins a paper of the type; where one is not sent yet, it is that one.
func (d *Desk) NewPaper(ctx context.Context, who office.Staff, ref, typ string) (p *Paper, fresh bool, err error) {
	_, c, err := d.writable(ctx, who, ref)
	if err != nil {
		return nil, false, err
	}
	ps, err := d.papers(ctx, c)
	if err != nil {
		return nil, false, err
	}
	if p := current(ps, typ); p != nil {
		return p, false, nil
	}
	p, err = d.WritePaper(ctx, who, Written{Ref: ref, Type: typ})
	return p, err == nil, err
}

// WritePaper keeps what was typed. A draft that was handed in is its head's; a signed one is nobody's any more.
func (d *Desk) WritePaper(ctx context.Context, who office.Staff, w Written) (*Paper, error) {
	o, c, err := d.writable(ctx, who, w.Ref)
	if err != nil {
		return nil, err
	}
	if _, ok := c.owesPaper(w.Type); !ok {
		return nil, &Error{Code: Invalid, Key: "error.invalid", Fields: map[string]string{"type": "error.field.choice"}}
	}
	p, err := d.unsent(ctx, c, w.Type)
	if err != nil {
		return nil, err
	}
	switch {
	case p.V != w.V:
		return p, conflict("error.draft_stale")
	case p.State == PaperSigned:
		return nil, conflict("error.draft_signed")
	case p.State == PaperHanded && !d.MaySign(o, who, c, w.Type):
		return nil, conflict("error.draft_handed_in")
	case p.State != PaperHanded && c.State.Ended() && p.V == 0 && !c.doneNow(c.pastOf(w.Type)):
		return nil, conflict("error.move_not_now")
	}
	if err := c.checkWritten(&w); err != nil {
		return nil, err
	}
	// Whoever may not read the letter is told nothing about its words: asked often enough, that would tell him who denounces. What he
	// wrote is looked at when the head signs.
	if o.May(who, office.SeeLetter, c.File(), d.now()) {
		if err := d.namesNobody(ctx, c, w.Said); err != nil {
			return nil, err
		}
	}
	w.Said.Remark = p.Said.Remark
	p.Files = w.Files
	return p, d.keepPaper(ctx, who, p, w.Said)
}

// namesNobody refuses words on a denunciation that still tell who denounces: verifiers read drafts too.
func (d *Desk) namesNobody(ctx context.Context, c *Case, w Wording) error {
	if !c.Kind.Secret() {
		return nil
	}
	tells, err := d.teller(ctx, c)
	if err != nil {
		return err
	}
	p := problems{}
	p.add(tells.foundIn(w.Subject), "subject", "error.field.tells")
	p.add(tells.foundIn(w.Text), "text", "error.field.tells")
	return p.err()
}

func (c *Case) pastOf(typ string) string {
	m, _ := c.owesPaper(typ)
	return m.Past
}

// checkWritten brings the words into form and says what is wrong with them.
func (c *Case) checkWritten(w *Written) error {
	w.Said.Subject, w.Said.Text = vntext.Line(w.Said.Subject), vntext.NFC(w.Said.Text)
	p := problems{}
	p.add(vntext.Runes(w.Said.Subject) > maxPaperSubject, "subject", "error.field.too_long")
	p.add(vntext.Runes(w.Said.Text) > law.AskText.Max, "text", "error.field.too_long")
	m, _ := c.owesPaper(w.Type)
	for _, a := range m.Asks {
		p.add(a.Name == "outcome" && w.Said.Outcome != "" && !a.Allows(w.Said.Outcome), "outcome", "error.field.choice")
	}
	for _, id := range w.Files {
		a, err := c.file(id)
		p.add(err != nil || a.By == "", "files", "error.field.choice")
	}
	return p.err()
}

// keepPaper stores the paper with its words as changed by the person.
func (d *Desk) keepPaper(ctx context.Context, who office.Staff, p *Paper, w Wording) error {
	if p.V == 0 || w != p.Said { // words that did not change stay as they are: the history knows their digest
		if err := d.sealPaper(p, w); err != nil {
			return err
		}
	}
	p.V, p.At, p.By = p.V+1, d.now(), who.ID
	if p.V > 1 {
		return staleDraft(d.Papers.SetPaper(ctx, p))
	}
	return staleDraft(d.Papers.AddPaper(ctx, p))
}

// staleDraft says that somebody else was first.
func staleDraft(err error) error {
	if _, taken := errors.AsType[*TakenError](err); taken || errors.Is(err, ErrStale) {
		return conflict("error.draft_stale")
	}
	return err
}

// ErasePapers takes the words out of the papers of an erased case; what it was and its number stay.
func (d *Desk) ErasePapers(ctx context.Context, c *Case) error {
	if !c.Erased() {
		return nil
	}
	ps, err := d.Papers.PapersOf(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, p := range ps {
		if len(p.Words) == 0 {
			continue
		}
		p.V, p.Words, p.Files = p.V+1, nil, nil
		if err := d.Papers.SetPaper(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// blanks are the places of a template that nobody filled in.
func blanks(text string) bool {
	_, after, ok := strings.Cut(text, "{")
	return ok && strings.Contains(after, "}")
}
