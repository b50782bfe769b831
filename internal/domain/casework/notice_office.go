package casework

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/office"
)

// The steps that are about no case.
const (
	LowRated     = "low_rated"     // days that are told of hold ratings under 3 of a counter
	StandsIn     = "stands_in"     // the person stands in for an absent colleague
	DelegateAway = "delegate_away" // whom the person named to stand in for him is away himself
)

// Rated names days of a counter that those who serve are told of, in which somebody was not satisfied.
type Rated struct {
	Counter  string
	From, To string // days, both included
}

// OfficeNotices lists what people have to know that is about no case: who stands in for whom from now on, and at whose counter somebody
// was not satisfied. Each has its id from what it says, so that keeping them again tells nobody twice.
func (d *Desk) OfficeNotices(ctx context.Context, low ...Rated) ([]*Notice, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	now := d.now()
	var out []*Notice
	for _, s := range o.AllStaff() {
		for _, a := range s.Away {
			if now.Before(a.To) {
				out = append(out, absent(o, s, a, now)...)
			}
		}
	}
	for _, r := range low {
		for _, who := range serving(o, r.Counter, now) {
			out = append(out, officeNotice(who, LowRated, r.Counter, now, r.From, r.To))
		}
	}
	return out, nil
}

// absent tells whom somebody named to stand in for him, and himself where that person is away as well.
func absent(o *office.Office, s office.Staff, a office.Absence, now time.Time) (out []*Notice) {
	stands, ok := o.Staff(a.Delegate)
	if !ok {
		return nil
	}
	days := []string{a.From.UTC().Format(time.DateTime), a.To.UTC().Format(time.DateTime)}
	n := officeNotice(stands, StandsIn, s.ID, now, days...)
	n.Due = &a.To
	out = append(out, n)
	if slices.ContainsFunc(stands.Away, func(b office.Absence) bool { return b.From.Before(a.To) && a.From.Before(b.To) && now.Before(b.To) }) {
		out = append(out, officeNotice(s, DelegateAway, stands.ID, now, days...))
	}
	return out
}

// serving are those who serve at the counter, the officers and the reception of its unit, and who heads that.
func serving(o *office.Office, counter string, now time.Time) (out []office.Staff) {
	k, ok := o.Counter(counter)
	if !ok {
		return nil
	}
	head, _, _ := o.Acting(k.Unit, now)
	for _, s := range o.AllStaff() {
		if s.ID == head.ID || s.Unit == k.Unit && (s.Has(office.Officer) || s.Has(office.Reception)) {
			out = append(out, s)
		}
	}
	return out
}

func officeNotice(who office.Staff, step, of string, now time.Time, what ...string) *Notice {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{step, of, who.ID}, what...), "/")))
	return &Notice{
		ID: ids.EncodeToString(sum[:15]), V: 1, Staff: who.ID, Of: of, Step: step, At: stamp(now), Unread: !hushes(who, step), Opens: true,
	}
}

// concerns reports whether a notice about no case still concerns the person.
func (n *Notice) concerns(o *office.Office, who office.Staff, now time.Time) bool {
	switch n.Step {
	case LowRated:
		return slices.ContainsFunc(o.RatedCounters(who, now), func(k office.Counter) bool { return k.ID == n.Of })
	case StandsIn:
		s, ok := o.Staff(n.Of)
		return ok && slices.ContainsFunc(s.Away, func(a office.Absence) bool { return a.Delegate == who.ID && n.Due != nil && a.To.Equal(*n.Due) })
	default:
		return true
	}
}
