package casework

import (
	"slices"
	"time"

	"tiepdan/internal/domain/casework/law"
)

// Clock is one limit that runs, or has run, for a case.
type Clock struct {
	Name     law.ClockName `bson:"name"`
	Start    time.Time     `bson:"start"`
	Due      time.Time     `bson:"due"`    // the last moment of the last day, rolled off days off
	Target   time.Time     `bson:"target"` // the internal target: the last working day on or before the unrolled day
	Days     int           `bson:"days"`
	Workdays bool          `bson:"workdays,omitempty"`
	Paused   int           `bson:"paused,omitempty"`  // days that do not count
	Stopped  *time.Time    `bson:"stopped,omitempty"` // since when it stands still: tạm đình chỉ, giám định
	Done     *time.Time    `bson:"done,omitempty"`
	Warned   int           `bson:"warned,omitempty"` // how many steps of the ladder were taken
	Law      string        `bson:"law,omitempty"`
}

// Runs reports whether the clock still asks for something now.
func (k Clock) Runs() bool { return k.Done == nil && k.Stopped == nil }

// firstClocks are the clocks that run from receipt. Praise has no limit in the law, only the office's own. Whoever passed a
// denunciation on is answered whether it is accepted or not (Luật Tố cáo Đ.26.2).
func (c *Case) firstClocks() []law.ClockName {
	switch {
	case c.Kind == law.Denunciation && c.Legal.Level == 2 && c.Legal.Silence:
		return []law.ClockName{law.Demand}
	case c.Kind == law.Denunciation && c.Legal.Level == 2:
		return []law.ClockName{law.Reexamine}
	case c.Kind == law.Denunciation:
		return []law.ClockName{law.Acceptance, law.ForwarderReply}
	case c.Kind.NeedsIdentity():
		return []law.ClockName{law.Acceptance}
	case c.Kind == law.Praise:
		return []law.ClockName{law.Resolution}
	default:
		return []law.ClockName{law.Reply}
	}
}

// startClocks lets the named clocks run, each from where its row begins: now is the move. One that runs or stands still
// already goes on as it is: a case given to somebody else, who begins anew, gains no time.
func (d *Desk) startClocks(c *Case, now time.Time, names ...law.ClockName) {
	for _, name := range names {
		r, ok := ruleFor(name, c)
		if !ok || c.has(name) {
			continue
		}
		k := Clock{Name: name, Start: c.beginning(r.From, now), Days: d.length(r, c), Workdays: r.Workdays, Law: r.Source}
		d.count(&k)
		c.Clocks = append(c.Clocks, k)
	}
}

// beginning is the moment that a clock is counted from.
func (c *Case) beginning(from law.Beginning, now time.Time) time.Time {
	switch {
	case from == law.FromReceipt:
		return c.begun()
	case from == law.FromIssue && c.Answer != nil:
		return c.Answer.At
	default:
		return now
	}
}

// begun is the day that the case's law and its limits from receipt are counted from: when it came in, or when it was taken
// up again for new facts.
func (c *Case) begun() time.Time {
	if c.Legal.Anew != nil {
		return *c.Legal.Anew
	}
	return c.ReceivedAt
}

// length is the row's days, or the office's own where it may choose them.
func (d *Desk) length(r law.ClockRule, c *Case) int {
	switch {
	case !r.Office || r.Clock != law.Resolution:
		return r.Days
	case c.Kind == law.Petition && d.Terms.PetitionDays > 0:
		return d.Terms.PetitionDays
	case c.Kind != law.Petition && d.Terms.FeedbackDays > 0:
		return d.Terms.FeedbackDays
	default:
		return r.Days
	}
}

// count computes when the clock ends, by today's calendar.
func (d *Desk) count(k *Clock) {
	if k.Workdays {
		k.Due, k.Target = d.Calendar().Workdays(k.Start, k.Days+k.Paused)
		return
	}
	k.Due, k.Target = d.Calendar().Days(k.Start, k.Days+k.Paused)
}

// recount gives the running or halted clock another length.
func (d *Desk) recount(c *Case, name law.ClockName, days int) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Name == name && k.Done == nil {
			k.Days = days
			d.count(k)
		}
	}
}

// halt stops the clock without ending it (tạm đình chỉ, giám định); its days from now on do not count.
func (c *Case) halt(at time.Time, name law.ClockName) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Name == name && k.Runs() {
			k.Stopped = &at
		}
	}
}

// unhalt lets the clock run on: the days it stood still are added.
func (d *Desk) unhalt(c *Case, at time.Time, name law.ClockName) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Name == name && k.Done == nil && k.Stopped != nil {
			k.Paused += dayOf(at) - dayOf(*k.Stopped)
			k.Stopped = nil
			d.count(k)
		}
	}
}

// dayOf numbers the days in Vietnam.
func dayOf(t time.Time) int { return int((t.Unix() + 7*60*60) / (24 * 60 * 60)) }

// has reports whether the clock runs or stands still.
func (c *Case) has(name law.ClockName) bool {
	return slices.ContainsFunc(c.Clocks, func(k Clock) bool { return k.Name == name && k.Done == nil })
}

// clock returns the last clock of the name, and whether there is one.
func (c *Case) clock(name law.ClockName) (Clock, bool) {
	for _, k := range slices.Backward(c.Clocks) {
		if k.Name == name {
			return k, true
		}
	}
	return Clock{}, false
}

// clockDays is the length of the last clock of the name.
func (c *Case) clockDays(name law.ClockName) int {
	k, _ := c.clock(name)
	return k.Days
}

// runs reports whether the clock runs now.
func (c *Case) runs(name law.ClockName) bool {
	return slices.ContainsFunc(c.Clocks, func(k Clock) bool { return k.Name == name && k.Runs() })
}

// stopClocks marks the named clocks as done.
func (c *Case) stopClocks(at time.Time, names ...law.ClockName) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Done == nil && slices.Contains(names, k.Name) {
			k.Done, k.Stopped = &at, nil
		}
	}
}

// Running returns the clock that ends first among those that run: one that the office owes, or else the citizen's.
func (c *Case) Running() (Clock, bool) {
	var first Clock
	ok := false
	for _, k := range c.Clocks {
		if !k.Runs() {
			continue
		}
		if !ok || k.Name.Owed() && !first.Name.Owed() || k.Name.Owed() == first.Name.Owed() && k.Due.Before(first.Due) {
			first, ok = k, true
		}
	}
	return first, ok
}

func (c *Case) dueAt() *time.Time {
	if k, ok := c.Running(); ok {
		return &k.Due
	}
	return nil
}
