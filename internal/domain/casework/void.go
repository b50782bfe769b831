package casework

import (
	"context"
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// paperVoided is the event of a paper that was signed and will not go out. Its note holds the reason.
const paperVoided = "paper_voided"

// Void (hủy văn bản) takes back a paper that was signed and has not gone out, for whoever MayVoid it, with a reason. Its number stays
// taken and stands in the register with it (Nghị định 30/2020 Đ.15: numbers run on); its words begin the next draft, with the reason as
// what is to be mended. What was sent is not taken back, but changed by a paper of its own.
func (d *Desk) Void(ctx context.Context, who office.Staff, w Written, name, reason string) (*Paper, error) {
	c, p, err := d.Paper(ctx, who, w.Ref, name)
	if err != nil {
		return nil, err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case !d.MayVoid(o, who, c, p):
		return nil, forbidden("error.move_forbidden")
	case p.State != PaperSigned:
		return nil, conflict("error.void_signed_only")
	case p.V != w.V:
		return nil, conflict("error.draft_stale")
	}
	if reason, err = d.reasonFor(ctx, c, reason); err != nil {
		return nil, err
	}
	err = d.noteWhere(ctx, who, w.Ref, history.Entry{What: paperVoided, Note: reason, Data: p.data()}, func(c *Case) error {
		return unless(p.stillSigned(c) == nil, conflict("error.void_signed_only")) // somebody sent it, or was first
	})
	if err != nil {
		return nil, err
	}
	p.State = PaperVoid
	if err := d.keepPaper(ctx, who, p, p.Said); err != nil {
		return nil, err
	}
	next, err := d.begin(ctx, c, p.Type)
	if err != nil {
		return nil, err
	}
	next.Files = p.Files
	said := p.Said
	said.Remark, said.To, said.Name, said.Address = reason, "", "", ""
	if err := d.keepPaper(ctx, who, next, said); err != nil {
		return nil, err
	}
	next.see(c)
	return next, nil
}

// MayVoid reports whether the person may take a signed paper back: its signer or who is over him, and whoever signs for the case now that
// its signer no longer does. A case that goes to another unit leaves no paper behind that nobody may touch.
func (d *Desk) MayVoid(o *office.Office, who office.Staff, c *Case, p *Paper) bool {
	if !d.MaySign(o, who, c, p.Type) {
		return false
	}
	signer, ok := o.Staff(p.Signer)
	return p.Signer == who.ID || over(o, who, p.Signer, d.now()) || !ok || !d.MaySign(o, signer, c, p.Type)
}

// signedWaits refuses to settle a case with words of their own while its paper is signed and not sent: that paper has a number, and would
// never go out.
func (d *Desk) signedWaits(s *step) error {
	if !s.m.Settles() {
		return nil
	}
	ps, err := d.papers(s.ctx, s.c)
	if err != nil {
		return err
	}
	waits := slices.ContainsFunc(ps, func(p *Paper) bool { return p.Type == s.m.Letter && p.State == PaperSigned })
	return unless(!waits, conflict("error.signed_waits"))
}

// over reports whether the person heads the unit of another, or one above it: nobody undoes what his superior signed.
func over(o *office.Office, who office.Staff, other string, now time.Time) bool {
	s, _ := o.Staff(other)
	return slices.ContainsFunc(append([]string{s.Unit}, o.Above(s.Unit)...), func(unit string) bool { return slices.Contains(o.Headed(who.ID, now), unit) })
}

// reasonFor is a reason as it is kept: there, not too long, and on a denunciation no word of who denounces.
func (d *Desk) reasonFor(ctx context.Context, c *Case, reason string) (string, error) {
	reason = vntext.NFC(reason)
	pr := problems{}
	pr.add(vntext.Line(reason) == "", "reason", "error.field.required")
	pr.add(vntext.Runes(reason) > law.AskReason.Max, "reason", "error.field.too_long")
	if c.Kind.Secret() {
		tells, err := d.teller(ctx, c)
		if err != nil {
			return "", err
		}
		pr.add(tells.foundIn(reason), "reason", "error.field.tells")
	}
	return reason, pr.err()
}
