package casework

import (
	"context"
	"errors"
	"slices"

	"tiepdan/internal/domain/casework/history"
)

// noticeChosen is the event of a sender who says whether and where he is told of his case.
const noticeChosen = "notice_chosen"

// noticeStopped is the event of a sender who is told no more.
const noticeStopped = "notice_stopped"

// MayTell reports whether the sender of the case can be told of it by any way that people choose.
func (d *Desk) MayTell(c *Case) bool {
	return !c.Erased() && slices.ContainsFunc(Ways(), func(w Way) bool { return w.Chosen() && d.Tells(w) })
}

// TellWish (cách nhận tin báo đã chọn) is where a sender wants to be told of his case; none means no more.
type TellWish struct {
	Reach
	// Knowing says that a denouncer knows the risk: who reads his mail or holds his phone learns that he wrote to the office.
	Knowing bool
}

// TellAt has the sender of a case told of each step, or no more where nothing is given (chọn cách nhận tin báo). What waits to be sent
// goes to the new place, or nowhere.
func (d *Desk) TellAt(ctx context.Context, typed string, n TellWish) (*Case, error) {
	p := problems{}
	if !n.Empty() {
		n.clean(p)
		p.add(!d.Tells(n.Way), "way", "error.field.choice")
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	var was *Case
	c, err := d.citizen(ctx, typed, func(c *Case) error {
		if !d.MayTell(c) {
			return conflict("error.no_notice")
		}
		if n.Empty() && len(c.Reach) == 0 {
			was = c
			return errKept
		}
		if !n.Empty() && c.Guarded() && !n.Knowing {
			return invalidField("knowing", "error.field.knowing")
		}
		if err := d.sealReach(c, n.Reach); err != nil {
			return err
		}
		data := map[string]string{"state": string(c.State), "way": string(n.Way)}
		what := noticeChosen
		switch {
		case n.Empty():
			what, data["way"] = noticeStopped, "none"
		case c.Guarded():
			data["way"] = "chosen" // which one is his own business
		}
		c.record(history.Entry{At: d.now(), Actor: history.ByCitizen, What: what, Data: data})
		return nil
	})
	if errors.Is(err, errKept) {
		return was, nil
	}
	return c, err
}

func invalidField(field, key string) error {
	return &Error{Code: Invalid, Key: "error.invalid", Fields: map[string]string{field: key}}
}
