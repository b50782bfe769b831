package casework

import (
	"context"
	"errors"

	"tiepdan/pkg/vntext"
)

// noticeChosen is the event of a sender who says whether and where he is told of his case.
const noticeChosen = "notice_chosen"

// MayTell reports whether the sender of the case can be told of it by mail. Nobody writes to a denouncer: who reads his mail would
// learn that he wrote to the office.
func (d *Desk) MayTell(c *Case) bool {
	return d.Outbox != nil && !c.Kind.Secret() && !c.Guarded() && !c.Erased()
}

// TellAt has the sender of a case told of each step at the address, or no more where it is empty (chọn cách nhận tin báo). What waits
// to be sent goes to the new address, or nowhere.
func (d *Desk) TellAt(ctx context.Context, typed, email string) (*Case, error) {
	address, ok := vntext.Email(email)
	p := problems{}
	p.add(email != "" && !ok, "email", "error.field.email")
	if err := p.err(); err != nil {
		return nil, err
	}
	var was *Case
	c, err := d.citizen(ctx, typed, func(c *Case) error {
		if !d.MayTell(c) {
			return conflict("error.no_notice")
		}
		if email == "" && len(c.Reach) == 0 {
			was = c
			return errKept
		}
		c.Reach = nil
		way := "none"
		if email != "" {
			way = ByMail
			if err := d.sealReach(c, address); err != nil {
				return err
			}
		}
		c.record(Entry{At: d.now(), Actor: ByCitizen, What: noticeChosen, Data: map[string]string{"state": string(c.State), "way": way}})
		return nil
	})
	if errors.Is(err, errKept) {
		return was, nil
	}
	return c, err
}
