package law

import (
	"slices"
	"time"

	"tiepdan/internal/domain/office"
)

// Facts (vụ việc dưới mắt luật) is what the rows of the law look at to know whether they are about a case.
type Facts struct {
	Kind      Kind
	Level     int // instance: 1 first, 2 second
	State     State
	EndedAs   State // of a closed case, the end that it came of
	Erased    bool  // its words are gone
	Begun     time.Time
	Remote    bool // the place is hard to reach
	Complex   bool
	Forwarded bool             // another body passed it on
	Against   office.Contested // what a complaint is against
}

// Fits reports whether the row is about a case of this kind, instance and date of receipt.
func (m Move) Fits(s Facts) bool {
	return (len(m.Kinds) == 0 || slices.Contains(m.Kinds, s.Kind)) && (m.Level == 0 || m.Level == s.Level) && s.under(m.Since, m.Until)
}

// Begins reports whether the move may start where the case stands. A closed file goes on as the end that it came of does, for as
// long as its words are kept.
func (m Move) Begins(s Facts) bool {
	if !m.StartsFrom(s.State) {
		return false
	}
	return s.State != Closed || len(m.Ended) == 0 || slices.Contains(m.Ended, s.EndedAs) && !s.Erased
}

// Find returns the row of the name for the case, and whether there is one. Where several rows bear the name, the one that starts
// in the case's state is preferred.
func Find(s Facts, name string) (Move, bool) {
	var found Move
	ok := false
	for _, m := range moves {
		if m.Name != name || !m.Fits(s) {
			continue
		}
		if m.Begins(s) {
			return m, true
		}
		if !ok {
			found, ok = m, true
		}
	}
	return found, ok
}

// Each goes through the table of moves, in its order.
func Each(yield func(Move) bool) {
	for _, m := range moves {
		if !yield(m) {
			return
		}
	}
}

// Any reports whether some row of the table is such.
func Any(such func(Move) bool) bool { return slices.ContainsFunc(moves, such) }

// RuleFor returns the clock's row for the case, and whether there is one: the first that fits counts.
func RuleFor(name ClockName, s Facts) (ClockRule, bool) {
	i := slices.IndexFunc(clockRules, func(r ClockRule) bool { return r.fits(name, s) })
	if i < 0 {
		return ClockRule{}, false
	}
	return clockRules[i], true
}

// fits reports whether the row is about this case.
func (r ClockRule) fits(name ClockName, s Facts) bool {
	remote, complexity := -1, -1
	if s.Remote {
		remote = 1
	}
	if s.Complex {
		complexity = 1
	}
	return r.Clock == name && slices.Contains(r.Kinds, s.Kind) &&
		(r.Level == 0 || r.Level == s.Level) && (r.Remote == 0 || r.Remote == remote) &&
		(r.Complex == 0 || r.Complex == complexity) && (!r.Forwards || s.Forwarded) && (r.In == "" || r.In == s.State) &&
		(len(r.Against) == 0 || slices.Contains(r.Against, s.Against)) &&
		s.under(r.Since, r.Until)
}

// under reports whether the version of the law holds for the case; zero is open.
func (s Facts) under(since, until time.Time) bool {
	return (since.IsZero() || !s.Begun.Before(since)) && (until.IsZero() || s.Begun.Before(until))
}
