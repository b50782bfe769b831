package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// doAskOpening keeps what was asked for until a second person says yes. Nothing of the case changes.
func (d *Desk) doAskOpening(s *step) error {
	if s.m.Name == "split" {
		if _, err := d.passages(s); err != nil {
			return err
		}
	}
	if err := d.mayLeave(s); err != nil {
		return err
	}
	a, err := d.request(s, s.m.Name, s.args["reason"])
	if err != nil {
		return err
	}
	s.data["access"] = a.ID
	*s.asked = a
	return doReason(d, s)
}

// request is what the second person decides on: what was typed, and the reason he reads.
func (d *Desk) request(s *step, move, reason string) (*Access, error) {
	a := &Access{
		ID: d.accessID(s.c, s.who, move, s.now), V: 1, Kind: IdentityOpened, Move: move, Case: s.c.ID, Ref: s.c.Ref,
		Seat: s.o.Seat(s.c.Unit), By: s.who, At: s.now, Sender: move != law.MoveNameAccused && s.args["sender"] == yes,
	}
	raw, err := json.Marshal(s.args)
	if err != nil {
		return nil, fmt.Errorf("encode what was asked of case %s", s.c.ID)
	}
	if a.Order, err = d.Vault.SealIdentity(raw, "access/"+a.ID+"/order"); err != nil {
		return nil, err
	}
	a.Reason, err = d.Vault.SealPersonal([]byte(reason), "access/"+a.ID)
	return a, err
}

// mayLeave says what may not leave the seal by two persons: a sender whom only a quorum opens, who is asked for by AskIdentity
// afterwards, and, where the sender is to stay sealed, words that tell him. A split has been looked at passage by passage.
func (d *Desk) mayLeave(s *step) error {
	switch {
	case s.args["sender"] == yes:
		sec, err := d.Cases.Secrets(s.ctx, s.c.senderID())
		if err == nil && len(sec.Quorum) > 0 {
			return problems{"sender": "error.identity_quorum"}.err()
		}
		return err
	case s.m.Name == "split":
		return nil
	default:
		l, err := d.letter(s.ctx, s.c)
		if err == nil {
			_, err = d.untold(s.ctx, s.c, l)
		}
		return err
	}
}

const yes = "yes"

func (d *Desk) accessID(c *Case, who, what string, at time.Time) string {
	id := d.Vault.MAC("access", []byte(c.ID), []byte(who), []byte(what), []byte(strconv.FormatInt(at.UnixMilli(), 10)))
	return ids.EncodeToString(id[:10])
}

// ApproveOpening (đồng ý mở niêm phong) is the second person's word on a request to open: an identity, or what a move would take
// out of the seal, which is carried out with it. sender says that he agrees to open the sender too, where that was asked.
func (d *Desk) ApproveOpening(ctx context.Context, who office.Staff, id string, sender bool) (*Access, error) {
	a, err := d.Accesses.GetAccess(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case a.Move == "":
		return d.ApproveIdentity(ctx, who, id)
	}
	if done, err := d.approvedBefore(ctx, who, a, sender); done || err != nil {
		return a, err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	a.Sender = a.Sender && sender
	c, err := d.change(ctx, func() (*Case, error) { return d.Cases.Get(ctx, a.Case) }, func(c *Case) error {
		if err := d.maySecond(o, who, a, c); err != nil {
			return err
		}
		return d.carryOut(ctx, o, who, a, c)
	})
	if err != nil {
		return nil, err
	}
	d.fulfilNow(ctx, c)
	// The case is written first and tells of the approval, see mend: should the program stop here, nothing is lost.
	return a, d.approved(ctx, who, a)
}

func (d *Desk) approved(ctx context.Context, who office.Staff, a *Access) error {
	a.V, a.Approved, a.Order = a.V+1, who.ID, nil
	return stale(d.Accesses.SetAccess(ctx, a))
}

// approvedBefore reports whether this very person has said yes to just this: his answer may have been lost on its way, or the
// program stopped before it noted the approval, which is done now. Nothing is carried out twice.
func (d *Desk) approvedBefore(ctx context.Context, who office.Staff, a *Access, sender bool) (bool, error) {
	c, err := d.Cases.Get(ctx, a.Case)
	if err != nil {
		return false, err
	}
	noted := a.Approved == who.ID
	if !noted && (!mend(a, c) || a.Approved != who.ID) {
		return false, nil
	}
	told := slices.ContainsFunc(c.History, func(e history.Entry) bool { return e.What == law.PastSenderOpened })
	if told != (a.Sender && sender) {
		return false, conflict("error.identity_late") // he says something else now
	}
	a.Sender = told
	if noted {
		return true, nil
	}
	return true, d.approved(ctx, who, a)
}

// maySecond says why this person may not be the second one.
func (d *Desk) maySecond(o *office.Office, who office.Staff, a *Access, c *Case) error {
	now := d.now()
	switch {
	case !o.May(who, a.approval(), c.File(), now):
		return notFound()
	case a.By == who.ID:
		return forbidden("error.identity_self")
	case a.Approved != "" || now.Sub(a.At) > AskLasts || mend(a, c):
		return conflict("error.identity_late")
	}
	return nil
}

// approval is the right that the second person needs.
func (a *Access) approval() office.Action {
	if a.Move == law.MoveNameAccused {
		return office.ApproveClearing
	}
	return office.ApproveIdentity
}

// carryOut makes the move that was asked for, if whoever asked may still ask for it.
func (d *Desk) carryOut(ctx context.Context, o *office.Office, who office.Staff, a *Access, c *Case) error {
	request, _ := FindMove(c, a.Move)
	m, ok := FindMove(c, a.Move+law.BySecond)
	asker, serves := o.Staff(a.By)
	if !ok || !c.Begins(m) || !serves || !o.May(asker, request.Needs, c.File(), d.now()) {
		return conflict("error.opening_gone")
	}
	raw, err := d.Vault.OpenIdentity(a.Order, "access/"+a.ID+"/order")
	if err != nil {
		return err
	}
	args := map[string]string{}
	if json.Unmarshal(raw, &args) != nil {
		return fmt.Errorf("decode what was asked of case %s", c.ID)
	}
	delete(args, "sender")
	if a.Sender {
		args["sender"] = yes
	}
	now := d.now()
	extra := map[string]string{"access": a.ID, "asked_by": a.By}
	if err := d.apply(step{ctx: ctx, o: o, c: c, m: m, args: args, actor: history.ByStaff(who.ID), who: a.By, now: now, extra: extra}); err != nil {
		return err
	}
	if a.Move == law.MoveNameAccused { // nothing left the seal
		d.cry(ctx, o, c, now)
		return nil
	}
	what := law.PastLetterOpened
	if a.Sender {
		what = law.PastSenderOpened
	}
	c.record(history.Entry{At: now, Actor: history.BySystem, What: what, Data: map[string]string{"state": string(c.State), "ground": cmp.Or(args["ground"], "mixed")}})
	return nil
}

// openedSender opens the sender where two persons agreed on it; nil leaves him sealed.
func (d *Desk) openedSender(s *step) (*Contact, error) {
	if s.args["sender"] != yes {
		return nil, nil //nolint:nilnil // nobody is opened
	}
	who, err := d.sender(s.ctx, s.c)
	return &who, err
}

// mend takes the approval of a request from the history of its case, should the program have stopped in between, and reports
// whether it found one.
func mend(a *Access, c *Case) bool {
	if a.Move == "" || a.Approved != "" {
		return false
	}
	for _, e := range c.History {
		if e.Data["access"] == a.ID && e.What != law.PastOpeningAsked {
			a.Approved = e.Actor[min(len(history.ByStaff("")), len(e.Actor)):]
			return true
		}
	}
	return false
}

// fulfilNow files promised parts at once where it can. Where it cannot, the announced entry and the sweep do.
func (d *Desk) fulfilNow(ctx context.Context, c *Case) {
	if len(c.Promised) == 0 {
		return
	}
	if err := d.Fulfil(ctx, c.ID); err != nil {
		d.Log.WarnContext(ctx, "parts of a split are filed later", "case", c.ID, "error", err)
	}
}
