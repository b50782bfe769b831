package casework

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Number (số văn bản đi) is a line of the register of outgoing papers: one gap-free series for each agency, year and type of paper
// (Nghị định 30/2020 Đ.15), taken when the paper is signed. Papers on denunciations have series of their own.
type Number struct {
	ID    string    `bson:"_id"` // the book and the number
	V     int64     `bson:"v"`
	Book  string    `bson:"book"`
	N     int       `bson:"n"`
	Paper string    `bson:"paper"` // its id; each has one number at most
	Ref   string    `bson:"ref"`
	Type  string    `bson:"type"`
	At    time.Time `bson:"at"`
	By    string    `bson:"by"` // the signer
}

// The events of a paper that ends no case. They change nothing that a form was filled in for.
const (
	paperHanded   = "paper_handed"
	paperReturned = "paper_returned"
	paperSigned   = "paper_signed"
	paperSent     = "paper_sent"
)

// numberTries bounds how often a number is tried again when somebody else took it.
const numberTries = 40

// book names the series the paper's number is taken from.
func book(unit string, year int, kind string, secret bool) string {
	kind = cmp.Or(kind, "CV")
	if secret {
		kind += "-M"
	}
	return fmt.Sprintf("di/%s/%d/%s", unit, year, kind)
}

// symbol is số, ký hiệu: the number, the kind of paper, and whose it is.
func symbol(o *office.Office, c *Case, p *Paper, n int) string {
	of := p.Issuer(o, c)
	number := fmt.Sprintf("%02d", n)
	if c.Kind.Secret() {
		number += "M"
	}
	if kind := c.LetterForm(p.Type).Kind; kind != "" {
		return number + "/" + kind + "-" + abbreviation(o, of)
	}
	if c.Unit == "" || c.Unit == of {
		return number + "/" + abbreviation(o, of)
	}
	return number + "/" + abbreviation(o, of) + "-" + abbreviation(o, c.Unit)
}

// abbreviation is how symbols call a unit: its own short name, UBND, or the first letters of its name.
func abbreviation(o *office.Office, id string) string {
	u, _ := o.Unit(id)
	if u.Authority {
		return "UBND"
	}
	if u.Short != "" {
		return u.Short
	}
	var b strings.Builder
	for word := range strings.FieldsSeq(u.Name.VI) {
		if r := []rune(word)[0]; vntext.Words(string(r)) != "" {
			b.WriteRune(r)
		}
	}
	return strings.ToUpper(b.String())
}

// takeNumber gives the paper the next number of its series, or the one it has. It is taken by writing it down: numbers are unique and
// without a gap whoever else takes one at that moment, and a crash after it loses none.
func (d *Desk) takeNumber(ctx context.Context, o *office.Office, c *Case, p *Paper) (*Number, error) {
	series := book(p.Issuer(o, c), p.SignedAt.In(Vietnam).Year(), c.LetterForm(p.Type).Kind, p.Secret)
	for range numberTries {
		had, err := d.Papers.NumberOf(ctx, p.ID)
		if err == nil || CodeOf(err) != NotFound {
			return had, err
		}
		last, err := d.Papers.LastNumber(ctx, series)
		if err != nil {
			return nil, err
		}
		n := &Number{
			ID: fmt.Sprintf("%s/%06d", series, last+1), V: 1, Book: series, N: last + 1, Paper: p.ID, Ref: c.Ref, Type: p.Type, At: *p.SignedAt, By: p.Signer,
		}
		err = d.Papers.AddNumber(ctx, n)
		if _, taken := errors.AsType[*TakenError](err); !taken {
			return n, err
		}
	}
	return nil, &Error{Code: Unavailable, Key: "error.busy"}
}

// Final is what a head lets go out: the words as he saw them in the preview.
type Final struct {
	Written
	Rev  int
	Seen string // proves that he saw them, see Preview

	// Unopened is one of many in a list: nobody's contact is shown for it, so its words are shown without whom they go to, and one whose
	// words still ask for his name or address is opened first.
	Unopened bool
}

// Preview (xem trước) is what a head is shown before he signs: the paper as it would go out, and the mark by which Send knows that he
// saw these very words. What keeps it from going out is said now.
func (d *Desk) Preview(ctx context.Context, who office.Staff, f Final) (*Case, *Paper, string, error) {
	o, c, p, err := d.final(ctx, who, &f)
	if err != nil {
		return nil, nil, "", err
	}
	if p.State == PaperSigned {
		seen := d.seenMark(who, c, p.Name, f)
		p, err = d.read(ctx, who, c, p)
		return c, p, seen, err
	}
	now := d.now()
	p.Said, p.Files, p.Signer, p.SignedAt = f.Said, f.Files, who.ID, &now
	m, _ := c.owesPaper(f.Type)
	p.Capacity, p.Of = capacity(o, who, c, m, now), issuer(o, c, m, now)
	return c, p, d.seenMark(who, c, p.Name, f), nil
}

// seenMark is a keyed hash of what was shown, to whom.
func (d *Desk) seenMark(who office.Staff, c *Case, name string, f Final) string {
	parts := [][]byte{[]byte(who.ID), []byte(c.ID), []byte(name), []byte(f.Said.Subject), []byte(f.Said.Text), []byte(f.Said.Outcome), []byte(f.Said.To), []byte(f.Said.Name), []byte(f.Said.Address)}
	for _, id := range f.Files {
		parts = append(parts, []byte(id))
	}
	sum := d.Vault.MAC("preview", parts...)
	return hex.EncodeToString(sum[:])
}

// final finds the paper and makes sure that it may go out: the right, the move's own conditions, and every ask of it.
func (d *Desk) final(ctx context.Context, who office.Staff, f *Final) (*office.Office, *Case, *Paper, error) {
	o, c, err := d.writable(ctx, who, f.Ref)
	if err != nil {
		return nil, nil, nil, err
	}
	m, ok := c.owesPaper(f.Type)
	if !ok {
		return nil, nil, nil, &Error{Code: NotFound, Key: "error.not_found"}
	}
	p, err := d.unsent(ctx, c, f.Type)
	if err != nil {
		return nil, nil, nil, err
	}
	if p.State == PaperSigned { // its words are fixed
		f.Said, f.Files, f.V = p.Said, p.Files, p.V
	}
	if err := d.maySign(o, who, c, m); err != nil {
		return nil, nil, nil, err
	}
	if err := f.fits(c, p); err != nil {
		return nil, nil, nil, err
	}
	if p.State != PaperSigned {
		if err := d.complete(ctx, o, who, c, f); err != nil {
			return nil, nil, nil, err
		}
	}
	if err := f.Said.whole(p.State == PaperSigned || !f.Unopened && d.mayName(o, who, c)); err != nil {
		return nil, nil, nil, err
	}
	if err := d.rehearse(step{ctx: ctx, o: o, c: c, m: m}, who, f.Said); err != nil {
		return nil, nil, nil, err
	}
	if p.State != PaperSigned && !f.Unopened {
		err = d.address(ctx, o, who, c, f)
	}
	return o, c, p, err
}

// fits refuses what was written on an older paper or case, and what no paper may hold.
func (f *Final) fits(c *Case, p *Paper) error {
	switch {
	case p.V != f.V:
		return conflict("error.draft_stale")
	case c.Rev() != f.Rev:
		return conflict("error.stale")
	}
	return c.checkWritten(&f.Written)
}

// complete puts what is known of the case into the places of words that are about to be signed, which then name nobody they must not.
func (d *Desk) complete(ctx context.Context, o *office.Office, who office.Staff, c *Case, f *Final) error {
	f.Said.Text = d.fill(o, who, c, f.Said.Text)
	return d.namesNobody(ctx, c, f.Said)
}

// unsent is the paper of the type that may still change, or the next one.
func (d *Desk) unsent(ctx context.Context, c *Case, typ string) (*Paper, error) {
	ps, err := d.papers(ctx, c)
	if err != nil {
		return nil, err
	}
	if p := current(ps, typ); p != nil {
		return p, nil
	}
	return d.begin(ctx, c, typ)
}

// maySign: who decides the case; of a row that is the competent head's alone, he, wherever the case lies. A paper on a move that was made
// asks no more where the case lay then.
func (d *Desk) maySign(o *office.Office, who office.Staff, c *Case, m law.Move) error {
	now := d.now()
	if m.Settles() || m.Competent {
		return refusal(m, o, who, c, now)
	}
	return unless(o.May(who, office.Decide, c.File(), now) || judges(o, who, c, now), forbidden("error.move_forbidden"))
}

// MaySign reports whether the person may sign a paper of the type on the case.
func (d *Desk) MaySign(o *office.Office, who office.Staff, c *Case, typ string) bool {
	m, ok := c.owesPaper(typ)
	return ok && d.maySign(o, who, c, m) == nil
}

// rehearse carries the move out on a copy that is thrown away: a number is taken for nothing that cannot be sent.
func (d *Desk) rehearse(s step, who office.Staff, w Wording) error {
	if !s.m.Settles() {
		return unless(s.c.doneNow(s.m.Past), conflict("error.paper_before_move"))
	}
	m, err := d.allowed(s.o, who, s.c, Order{Move: s.m.Name})
	if err != nil {
		return err
	}
	if s.args, err = bind(m, w.args()); err != nil {
		return err
	}
	s.c, s.m, s.actor, s.who, s.now = s.c.Clone(), m, history.ByStaff(who.ID), who.ID, d.now()
	return d.apply(s)
}

// args are what the move that sends the words asks for.
func (w Wording) args() map[string]string {
	out := map[string]string{"text": w.Open()}
	if w.Outcome != "" {
		out["outcome"] = w.Outcome
	}
	return out
}

// HandIn (trình duyệt) gives the draft to whoever signs it. The draft of an answer goes by the move that proposes it.
func (d *Desk) HandIn(ctx context.Context, who office.Staff, rev int, w Written) (*Case, error) {
	o, c, err := d.writable(ctx, who, w.Ref)
	if err != nil {
		return nil, err
	}
	w.Said.Text = d.fill(o, who, c, w.Said.Text)
	if err := w.Said.whole(len(c.Contact) > 0); err != nil {
		return nil, err
	}
	m, _ := c.owesPaper(w.Type)
	if c.Rev() != rev {
		return nil, conflict("error.stale")
	}
	p, err := d.WritePaper(ctx, who, w)
	if err != nil {
		return nil, err
	}
	if m.Settles() {
		return d.Move(ctx, who, Order{Ref: w.Ref, Rev: rev, Move: "propose", Args: map[string]string{"text": p.Said.Open()}})
	}
	p.State = PaperHanded
	if err := d.keepPaper(ctx, who, p, p.Said); err != nil {
		return nil, err
	}
	return c, d.notePaper(ctx, who, c.Ref, paperHanded, p)
}

// Return (trả lại dự thảo) gives a paper that ends no case back with a remark; an answer goes back by the move.
func (d *Desk) Return(ctx context.Context, who office.Staff, w Written, name, remark string) error {
	c, p, err := d.Paper(ctx, who, w.Ref, name)
	if err != nil {
		return err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return err
	}
	switch {
	case !d.MaySign(o, who, c, p.Type):
		return forbidden("error.move_forbidden")
	case p.State != PaperHanded:
		return conflict("error.move_not_now")
	case p.V != w.V:
		return conflict("error.draft_stale")
	}
	said := p.Said
	if said.Remark, err = d.reasonFor(ctx, c, remark); err != nil {
		return err
	}
	p.State = PaperDraft
	if err := d.keepPaper(ctx, who, p, said); err != nil {
		return err
	}
	return d.notePaper(ctx, who, c.Ref, paperReturned, p)
}

// notePaper records what became of a paper; the words are known by their digest.
func (d *Desk) notePaper(ctx context.Context, who office.Staff, ref, what string, p *Paper) error {
	return d.note(ctx, who, ref, what, p.data())
}

// data is what the history holds of a paper.
func (p *Paper) data() map[string]string {
	return map[string]string{"letter": p.Name, "content": paperDigest(p)}
}

// paperDigest is what the history knows the words by: of the sealed bytes, so that it confirms no guess.
func paperDigest(p *Paper) string {
	sum := sha256.Sum256(p.Words)
	return hex.EncodeToString(sum[:])
}

// Sign (ký) fixes the words and gives the paper its number. Signed again, it is as it was.
func (d *Desk) Sign(ctx context.Context, who office.Staff, f Final) (*Case, *Paper, error) {
	o, c, p, err := d.final(ctx, who, &f)
	if err != nil {
		return nil, nil, err
	}
	if p.State != PaperSigned {
		if f.Seen != d.seenMark(who, c, p.Name, f) {
			return c, p, conflict("error.preview_first")
		}
		if f.Unopened { // it goes out with the name, which whoever signs is shown now
			if err := d.address(ctx, o, who, c, &f); err != nil {
				return c, p, err
			}
		}
		now := d.now()
		p.State, p.Signer, p.SignedAt, p.Files = PaperSigned, who.ID, &now, f.Files
		m, _ := c.owesPaper(p.Type)
		p.Capacity, p.Of = capacity(o, who, c, m, now), issuer(o, c, m, now)
		f.Said.Remark = ""
		if err := d.keepPaper(ctx, who, p, f.Said); err != nil {
			return c, p, err
		}
	}
	if p.Number > 0 {
		return c, p, nil
	}
	n, err := d.takeNumber(ctx, o, c, p)
	if err != nil {
		return c, p, err
	}
	p.Number, p.Symbol = n.N, symbol(o, c, p, n.N)
	if err := d.keepPaper(ctx, who, p, p.Said); err != nil {
		return c, p, err
	}
	return c, p, d.notePaper(ctx, who, c.Ref, paperSigned, p)
}

// Send (phát hành) lets a signed paper go out: an answer by the move that ends the case, any other with a line in the history. Sent
// again, it is as it was. What was signed for an agency that the case no longer lies with goes out for nobody: it is voided and written anew.
func (d *Desk) Send(ctx context.Context, who office.Staff, ref string, rev int, name string) (*Case, *Paper, error) {
	c, p, err := d.Paper(ctx, who, ref, name)
	switch {
	case err != nil:
		return nil, nil, err
	case p.State == PaperSent:
		return c, p, nil
	case p.State != PaperSigned || p.Number == 0:
		return nil, nil, conflict("error.sign_first")
	}
	m, ok := c.owesPaper(p.Type)
	if !ok {
		return nil, nil, conflict("error.move_not_now")
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := d.maySign(o, who, c, m); err != nil {
		return nil, nil, err
	}
	if p.Of != "" && p.Of != issuer(o, c, m, d.now()) {
		return nil, nil, conflict("error.signed_elsewhere")
	}
	if m.Settles() {
		c, err = d.moveWith(ctx, who, Order{Ref: ref, Rev: rev, Move: m.Name, Args: p.Said.args()}, func(s *step) error {
			s.extra, s.files = map[string]string{"letter": p.Name}, p.Files
			return p.stillSigned(s.c)
		})
	} else {
		err = d.goesOut(ctx, who, ref, m, p)
	}
	if err != nil {
		return nil, nil, err
	}
	now := d.now()
	p.State, p.SentAt = PaperSent, &now
	return c, p, d.keepPaper(ctx, who, p, p.Said)
}

// stillSigned refuses what somebody voided or sent meanwhile: the history, which is being written, tells.
func (p *Paper) stillSigned(c *Case) error {
	now := *p
	now.see(c)
	return unless(now.State == PaperSigned, conflict("error.draft_stale"))
}

// goesOut records that a paper was sent which ends no case. What it rests on must still be so: a refusal is not sent once the letter was
// taken up again.
func (d *Desk) goesOut(ctx context.Context, who office.Staff, ref string, m law.Move, p *Paper) error {
	return d.noteWhere(ctx, who, ref, history.Entry{What: paperSent, Data: p.data()}, func(c *Case) error {
		if !c.doneNow(m.Past) || !p.signedSince(c, m.Past) {
			return conflict("error.paper_before_move")
		}
		return p.stillSigned(c)
	})
}

// signedSince reports whether the paper was signed after the event of the last move by which it is owed: what was signed on an earlier one,
// which was undone and made again, says what is so no more.
func (p *Paper) signedSince(c *Case, past string) bool {
	for _, e := range slices.Backward(c.History) {
		switch {
		case e.What == paperSigned && e.Data["letter"] == p.Name:
			return true
		case e.What == past: // that it was signed may have been lost in a crash: then the day tells
			return !p.SignedAt.Before(e.At)
		}
	}
	return false
}

// SignAndSend (ký và gửi) is both at once, for whoever saw the preview.
func (d *Desk) SignAndSend(ctx context.Context, who office.Staff, f Final) (*Case, *Paper, error) {
	c, p, err := d.Sign(ctx, who, f)
	if err != nil {
		return c, p, err
	}
	return d.Send(ctx, who, f.Ref, f.Rev, p.Name)
}
