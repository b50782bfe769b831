package casework

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// Notice (nhắc việc) tells a member of staff that a case reached a step of the watch, or that somebody did something with it that he
// has to know. It names the case by its reference and holds nothing of what was said or by whom; of a denunciation not even which
// limit it is.
type Notice struct {
	ID     string        `bson:"_id"` // the hash of the entry, the clock and the person
	V      int64         `bson:"v"`
	Staff  string        `bson:"staff"`
	Ref    string        `bson:"ref,omitempty"`   // none where it is about no case: see Of
	Of     string        `bson:"of,omitempty"`    // the counter or the colleague that it is about
	Step   string        `bson:"step"`            // see WatchSteps, and the steps of notice_events.go and notice_office.go
	Clock  law.ClockName `bson:"clock,omitempty"` // none for a denunciation, and where a step is about the whole case
	Due    *time.Time    `bson:"due,omitempty"`
	At     time.Time     `bson:"at"`
	Unread bool          `bson:"unread"`
	ReadAt *time.Time    `bson:"read_at,omitempty"`
	Opens  bool          `bson:"opens,omitempty"` // the person might open the case when he was told
}

// Notices is what the desk keeps of them.
type Notices interface {
	// AddNotices keeps those that are not there yet and leaves the others as they are.
	AddNotices(ctx context.Context, ns ...*Notice) error
	// ListNotices reads one page of a person's notices, the newest first.
	ListNotices(ctx context.Context, staff string, unread bool, after string, limit int) ([]*Notice, string, error)
	// MarkRead marks a person's notices up to the time as read and returns how many were not.
	MarkRead(ctx context.Context, staff string, until, at time.Time) (int, error)
}

// Warning names a warned entry.
type Warning struct {
	Case string
	Seq  int
}

// Notify writes the notices that entries call for, and what tells their senders, and answers one error per warning. It is driven by the
// announced entries, which the bus brings at least once and the sweep publishes again; a notice has its id from the entry, so none is
// lost and nobody is told twice.
func (d *Desk) Notify(ctx context.Context, ws ...Warning) []error {
	return d.notify(ctx, ws, d.dispatches)
}

// Remind is Notify for staff alone: senders are told by the sweep, once nobody can take back any more what was done.
func (d *Desk) Remind(ctx context.Context, ws ...Warning) []error {
	return d.notify(ctx, ws, func(*Case, history.Entry) []*Dispatch { return nil })
}

func (d *Desk) notify(ctx context.Context, ws []Warning, dispatches func(*Case, history.Entry) []*Dispatch) []error {
	errs := make([]error, len(ws))
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return fill(errs, err)
	}
	ids := make([]string, 0, len(ws))
	for _, w := range ws {
		ids = append(ids, w.Case)
	}
	found, err := d.Cases.Many(ctx, ids)
	if err != nil {
		return fill(errs, err)
	}
	byID := make(map[string]*Case, len(found))
	for _, c := range found {
		byID[c.ID] = c
	}
	var all []*Notice
	var mail []*Dispatch
	for i, w := range ws {
		c, ok := byID[w.Case]
		switch {
		case !ok || w.Seq < 1:
			errs[i] = notFound()
		case w.Seq > len(c.History): // an older copy than the one that was announced: the next look finds it
			errs[i] = &Error{Code: Unavailable, Key: "error.busy"}
		default:
			e := c.History[w.Seq-1]
			all, mail = append(all, notices(o, c, e)...), append(mail, dispatches(c, e)...)
		}
	}
	if err := errors.Join(d.Notices.AddNotices(ctx, all...), d.post(ctx, mail)); err != nil {
		for i := range errs {
			if errs[i] == nil {
				errs[i] = err
			}
		}
	}
	return errs
}

// notices lists what an entry calls for. One of the watch: for each clock the highest step it names, to everybody told of the clock.
func notices(o *office.Office, c *Case, e history.Entry) []*Notice {
	if e.What != warned {
		return eventNotices(o, c, e)
	}
	var order []law.ClockName
	highest := map[law.ClockName]string{}
	for _, s := range fields(e.Data["steps"]) {
		clock, step, _ := strings.Cut(s, "/")
		name := law.ClockName(clock)
		if highest[name] == "" {
			order = append(order, name)
		}
		highest[name] = step
	}
	var out []*Notice
	for _, clock := range order {
		for _, id := range fields(e.Data[toKey(clock)]) {
			who, ok := o.Staff(id)
			n := &Notice{ID: noticeID(c, e, clock, id), V: 1, Staff: id, Ref: c.Ref, Step: highest[clock], At: e.At, Unread: !hushes(who, highest[clock])}
			n.Opens = ok && o.May(who, office.See, c.File(), e.At)
			if k, ok := c.clock(clock); ok && !c.Kind.Secret() {
				n.Clock, n.Due = clock, &k.Due
			}
			out = append(out, n)
		}
	}
	return out
}

func noticeID(c *Case, e history.Entry, clock law.ClockName, staff string) string {
	sum := sha256.Sum256([]byte(c.ID + "/" + strconv.Itoa(e.Seq) + "/" + string(clock) + "/" + staff))
	return ids.EncodeToString(sum[:15])
}

// NoticePage is how many notices a list shows at once.
const NoticePage = 50

// NoticesOf reads one page of the person's notices, the newest first, and the cursor to go on. Of a case that has left his sight
// since he was told it says nothing; a page that is left with nothing is none.
func (d *Desk) NoticesOf(ctx context.Context, who office.Staff, unread bool, after string) ([]*Notice, string, error) {
	for {
		ns, next, err := d.Notices.ListNotices(ctx, who.ID, unread, after, NoticePage)
		if err != nil {
			return nil, "", err
		}
		if ns, err = d.inSight(ctx, who, ns); err != nil || len(ns) > 0 || next == "" {
			return ns, next, err
		}
		after = next
	}
}

// Unread counts the notices that the person has not read and may know of, up to a page of them.
func (d *Desk) Unread(ctx context.Context, who office.Staff) (int64, error) {
	ns, _, err := d.NoticesOf(ctx, who, true, "")
	return int64(len(ns)), err
}

// inSight keeps the notices whose cases the person may still know of, and says which of them he may open now.
func (d *Desk) inSight(ctx context.Context, who office.Staff, ns []*Notice) ([]*Notice, error) {
	if len(ns) == 0 {
		return nil, nil
	}
	var refs []string
	for _, n := range ns {
		refs = merge(refs, n.Ref) // merge leaves out none
	}
	cs, err := d.Cases.ByRefs(ctx, refs...)
	if err != nil {
		return nil, err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	now, about := d.now(), make(map[string]*Case, len(cs))
	for _, c := range cs {
		about[c.Ref] = c
	}
	return slices.DeleteFunc(ns, func(n *Notice) bool {
		if n.Ref == "" {
			return !n.concerns(o, who, now)
		}
		c, ok := about[n.Ref]
		return !ok || !n.inSight(o, who, c, now)
	}), nil
}

// inSight notes whether the person may open the notice's case, and reports whether he may know of it.
func (n *Notice) inSight(o *office.Office, who office.Staff, c *Case, now time.Time) bool {
	told := n.Opens
	n.Opens = o.May(who, office.See, c.File(), now)
	switch n.Step {
	case law.NoReader: // it opens nothing, and whoever was told can find a reader
		return true
	case AskedSecond:
		return mayBeSecond(o, who, c, now)
	}
	// Whoever was told of what he might not open, such as a chair of a letter that lay in triage, is still told of it.
	return n.Opens || !told && !c.Kind.Secret() && !o.Barred(who, c.File(), now)
}

// mayBeSecond reports whether an opening of the case may wait for this person's word.
func mayBeSecond(o *office.Office, who office.Staff, c *Case, now time.Time) bool {
	return o.May(who, office.ApproveIdentity, c.File(), now) || o.May(who, office.ApproveClearing, c.File(), now)
}

// ReadNotices marks the person's notices up to the time as read; those that came after he looked stay unread.
func (d *Desk) ReadNotices(ctx context.Context, who office.Staff, until time.Time) (int, error) {
	return d.Notices.MarkRead(ctx, who.ID, until, d.now())
}
