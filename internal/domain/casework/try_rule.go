package casework

import (
	"context"
	"slices"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// RuleTried says what a rule would have done.
type RuleTried struct {
	Moved int // letters that would have gone to another unit
	Of    int // of how many
	Few   bool
}

const (
	// triedLetters is how many of the last letters a rule is tried on.
	triedLetters = 1000
	// fewest is the least number of letters that is told: a smaller one would answer whether somebody wrote a certain word.
	fewest = 5
)

// TryRule counts how many of the last letters a rule would have sent elsewhere, and changes nothing. Denunciations, and what
// was one, are not looked at; a number below five, none too, is told as "fewer than five", for an administrator reads no letter.
func (d *Desk) TryRule(ctx context.Context, who office.Staff, rule office.Rule) (RuleTried, error) {
	if err := mayKeepCalendar(who); err != nil {
		return RuleTried{}, err
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return RuleTried{}, err
	}
	whole := o.Whole()
	whole.Rules = append(slices.DeleteFunc(whole.Rules, func(r office.Rule) bool { return r.ID == rule.ID }), rule)
	with := office.New(whole)
	letters, err := d.lastLetters(ctx, o)
	if err != nil {
		return RuleTried{}, err
	}
	var out RuleTried
	for _, c := range letters {
		s, err := d.routingSubject(ctx, c)
		if err != nil {
			return out, err
		}
		s.Unit = ""
		out.Of++
		if o.Responsible(s) != with.Responsible(s) {
			out.Moved++
		}
	}
	if out.Few = out.Moved < fewest; out.Few {
		out.Moved = fewest
	}
	return out, nil
}

// lastLetters reads the last ones, open and ended, that are open to reading.
func (d *Desk) lastLetters(ctx context.Context, o *office.Office) ([]*Case, error) {
	shelves := []string{office.TriageShelf}
	for _, u := range o.Whole().Units {
		shelves = append(shelves, office.UnitShelves(u.ID)...)
	}
	var all []*Case
	for _, lane := range law.Lanes() {
		cs, _, err := d.Cases.List(ctx, Filter{Shelves: shelves, Lane: lane, Limit: triedLetters})
		if err != nil {
			return nil, err
		}
		all = append(all, cs...)
	}
	all = slices.DeleteFunc(all, func(c *Case) bool { return c.Guarded() || c.Erased() })
	slices.SortFunc(all, func(a, b *Case) int { return b.ReceivedAt.Compare(a.ReceivedAt) })
	return all[:min(len(all), triedLetters)], nil
}
