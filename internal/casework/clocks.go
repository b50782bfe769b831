package casework

import (
	"slices"
	"time"
)

// ClockName names a legal time limit (thời hạn).
type ClockName string

// The clocks.
const (
	Acceptance ClockName = "acceptance" // thụ lý or refuse
	Reply      ClockName = "reply"      // tell the citizen what becomes of his petition
	Resolution ClockName = "resolution" // decide, conclude, answer
)

// Clock is one limit that runs, or has run, for a case.
type Clock struct {
	Name   ClockName  `bson:"name"`
	Start  time.Time  `bson:"start"`
	Due    time.Time  `bson:"due"`    // the last moment of the last day, rolled off days off
	Target time.Time  `bson:"target"` // the internal target: the last working day on or before the unrolled day
	Done   *time.Time `bson:"done,omitempty"`
	Warned int        `bson:"warned,omitempty"` // how many steps of the ladder were taken
	Law    string     `bson:"law,omitempty"`
}

// Runs reports whether the clock still asks for something.
func (k Clock) Runs() bool { return k.Done == nil }

// ClockRule is one row of the law's time limits.
type ClockRule struct {
	Clock    ClockName
	Kinds    []Kind
	Level    int // 0: any
	Remote   int // -1 not remote, 1 remote, 0 either
	Complex  int // -1 not complex, 1 complex, 2 specially complex, 0 any
	Days     int
	Workdays bool      // working days, else calendar days
	Office   bool      // no legal limit: the office's own time, Days is its default
	Since    time.Time // by date of receipt; zero is open
	Until    time.Time
	Source   string
	Sure     bool // read in a source; else to be confirmed
}

// reform is the day on which Luật 136/2025 and Nghị định 154, 155, 156/2026 took effect.
var reform = time.Date(2026, 7, 1, 0, 0, 0, 0, Vietnam)

// clockRules is the table; the first row that fits counts.
var clockRules = []ClockRule{
	{Clock: Acceptance, Kinds: []Kind{Complaint}, Days: 10, Until: reform, Source: "Luật Khiếu nại Đ.27, 36", Sure: true},
	{Clock: Acceptance, Kinds: []Kind{Complaint}, Days: 7, Workdays: true, Since: reform, Source: "Nghị định 155/2026 Đ.10"},
	{Clock: Acceptance, Kinds: []Kind{Denunciation}, Days: 7, Workdays: true, Source: "Luật Tố cáo Đ.24.1", Sure: true},
	{Clock: Reply, Kinds: []Kind{Petition, Feedback, Praise}, Days: 10, Workdays: true, Source: "Luật Tiếp công dân Đ.28.1", Sure: true},

	{Clock: Resolution, Kinds: []Kind{Complaint}, Level: 1, Remote: -1, Complex: -1, Days: 30, Source: "Luật Khiếu nại Đ.28", Sure: true},
	{Clock: Resolution, Kinds: []Kind{Complaint}, Level: 1, Remote: -1, Complex: 1, Days: 45, Source: "Luật Khiếu nại Đ.28", Sure: true},
	{Clock: Resolution, Kinds: []Kind{Complaint}, Level: 1, Remote: 1, Complex: -1, Days: 45, Source: "Luật Khiếu nại Đ.28", Sure: true},
	{Clock: Resolution, Kinds: []Kind{Complaint}, Level: 1, Remote: 1, Complex: 1, Days: 60, Source: "Luật Khiếu nại Đ.28", Sure: true},
	{Clock: Resolution, Kinds: []Kind{Complaint}, Level: 2, Remote: -1, Complex: -1, Days: 45, Source: "Luật Khiếu nại Đ.37", Sure: true},
	{Clock: Resolution, Kinds: []Kind{Complaint}, Level: 2, Remote: -1, Complex: 1, Days: 60, Source: "Luật Khiếu nại Đ.37", Sure: true},
	{Clock: Resolution, Kinds: []Kind{Complaint}, Level: 2, Remote: 1, Complex: -1, Days: 60, Source: "Luật Khiếu nại Đ.37", Sure: true},
	{Clock: Resolution, Kinds: []Kind{Complaint}, Level: 2, Remote: 1, Complex: 1, Days: 70, Source: "Luật Khiếu nại Đ.37", Sure: true},
	{Clock: Resolution, Kinds: []Kind{Denunciation}, Days: 30, Source: "Luật Tố cáo Đ.30.1", Sure: true},
	{Clock: Resolution, Kinds: []Kind{Feedback, Praise}, Days: 15, Office: true, Source: "quy định của cơ quan"},
	{Clock: Resolution, Kinds: []Kind{Petition}, Days: 30, Office: true, Source: "quy định của cơ quan"},
}

// ClockRules returns a copy of the table.
func ClockRules() []ClockRule { return slices.Clone(clockRules) }

// fits reports whether the row is about this case.
func (r ClockRule) fits(name ClockName, c *Case) bool {
	l := c.Legal
	remote, complexity := -1, -1
	if l.Remote {
		remote = 1
	}
	if l.Complex > 0 {
		complexity = 1
	}
	return r.Clock == name && slices.Contains(r.Kinds, c.Kind) &&
		(r.Level == 0 || r.Level == l.Level) && (r.Remote == 0 || r.Remote == remote) &&
		(r.Complex == 0 || r.Complex == complexity) &&
		(r.Since.IsZero() || !c.ReceivedAt.Before(r.Since)) && (r.Until.IsZero() || c.ReceivedAt.Before(r.Until))
}

// ruleFor returns the row for the case, and whether there is one.
func ruleFor(name ClockName, c *Case) (ClockRule, bool) {
	i := slices.IndexFunc(clockRules, func(r ClockRule) bool { return r.fits(name, c) })
	if i < 0 {
		return ClockRule{}, false
	}
	return clockRules[i], true
}

// firstClocks are the clocks that run from receipt.
func firstClocks(k Kind) []ClockName {
	if k.NeedsIdentity() {
		return []ClockName{Acceptance}
	}
	return []ClockName{Reply}
}

// startClocks lets the named clocks run from the given time. One that runs already goes on as it is: a case given to
// somebody else, who begins anew, gains no time.
func (d *Desk) startClocks(c *Case, from time.Time, names ...ClockName) {
	for _, name := range names {
		r, ok := ruleFor(name, c)
		if !ok || c.runs(name) {
			continue
		}
		days := r.Days
		switch {
		case r.Office && c.Kind == Petition && d.Terms.PetitionDays > 0:
			days = d.Terms.PetitionDays
		case r.Office && c.Kind != Petition && d.Terms.FeedbackDays > 0:
			days = d.Terms.FeedbackDays
		}
		k := Clock{Name: name, Start: from, Law: r.Source}
		if r.Workdays {
			k.Due, k.Target = d.Calendar().Workdays(from, days)
		} else {
			k.Due, k.Target = d.Calendar().Days(from, days)
		}
		c.Clocks = append(c.Clocks, k)
	}
}

// runs reports whether the clock runs now.
func (c *Case) runs(name ClockName) bool {
	return slices.ContainsFunc(c.Clocks, func(k Clock) bool { return k.Name == name && k.Runs() })
}

// stopClocks marks the named clocks as done.
func (c *Case) stopClocks(at time.Time, names ...ClockName) {
	for i := range c.Clocks {
		if c.Clocks[i].Runs() && slices.Contains(names, c.Clocks[i].Name) {
			c.Clocks[i].Done = &at
		}
	}
}

// Running returns the clock that ends first among those that run.
func (c *Case) Running() (Clock, bool) {
	var first Clock
	ok := false
	for _, k := range c.Clocks {
		if k.Runs() && (!ok || k.Due.Before(first.Due)) {
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
