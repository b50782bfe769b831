package casework

import (
	"context"

	"tiepdan/internal/domain/office"
)

// paperDropped is the event of a draft that was put away.
const paperDropped = "paper_dropped"

// Drop (bỏ dự thảo) puts a draft away that nobody will sign: by whoever may write it, and where it was handed in by whoever would sign it.
// Its words go, for they never were the office's; that there was a draft stays in the history. An answer that was handed in is sent back by
// its move first. Dropped again, it is as it was.
func (d *Desk) Drop(ctx context.Context, who office.Staff, w Written, name string) error {
	c, p, err := d.Paper(ctx, who, w.Ref, name)
	if err != nil {
		return err
	}
	handed := p.State == PaperHanded && !c.Settles(p.Type)
	if handed {
		o, err := d.Offices.Office(ctx)
		if err != nil {
			return err
		}
		if !d.MaySign(o, who, c, p.Type) {
			return conflict("error.draft_handed_in")
		}
	}
	switch {
	case p.State == PaperDropped:
		return nil
	case p.State != PaperDraft && !handed:
		return conflict("error.drop_drafts_only")
	case p.V != w.V:
		return conflict("error.draft_stale")
	}
	p.V, p.At, p.By, p.State = p.V+1, d.now(), who.ID, PaperDropped
	p.Words, p.Files, p.Said = nil, nil, Wording{}
	if err := staleDraft(d.Papers.SetPaper(ctx, p)); err != nil {
		return err
	}
	return d.note(ctx, who, w.Ref, paperDropped, map[string]string{"letter": p.Name})
}
