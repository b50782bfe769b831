package casework

import (
	"context"
	"time"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// Grouping says what a count is grouped by.
type Grouping string

// The groupings.
const (
	Whole      Grouping = ""         // one number
	ByShelf    Grouping = "shelf"    // with the time of the oldest
	ByHolder   Grouping = "assignee" // likewise
	ByStanding Grouping = "standing"
	ByScore    Grouping = "score"
)

// Tally is how many cases a group holds, and when the oldest of them was received where the grouping tells it.
type Tally struct {
	Key    string
	Score  int
	N      int
	Oldest time.Time
}

// key is the group of a case.
func (by Grouping) key(c *Case) Tally {
	switch by {
	case ByShelf:
		return Tally{Key: c.Shelf}
	case ByHolder:
		return Tally{Key: c.Assignee}
	case ByStanding:
		return Tally{Key: string(c.Standing)}
	case ByScore:
		if c.Satisfaction != nil {
			return Tally{Score: c.Satisfaction.Score}
		}
	case Whole:
	}
	return Tally{}
}

// counts is one page's counts: everything in it is as of one moment, and the cases that rights have to look at one by one are
// read once.
type counts struct {
	d *Desk
	sight
	doubtful map[bool][]*Case // open, ended: what this person sees of what is doubtful in his shelves
	unsealed bool             // nothing of what is sealed is counted
	since    *time.Time       // set where all counts are of what ended since then, or is open
}

// Count counts the cases of a list as this person would find them on its pages. What is found by words is not counted: -1.
func (d *Desk) Count(ctx context.Context, who office.Staff, w Wanted) (int, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return 0, err
	}
	s := sight{o, who, d.now()}
	f, err := d.filter(s, w)
	if err != nil {
		return 0, err
	}
	if len(f.Words) > 0 {
		return -1, nil
	}
	k := &counts{d: d, sight: s}
	return k.count(ctx, f)
}

// count is how many cases the pages of the filter hold.
func (k *counts) count(ctx context.Context, f Filter) (int, error) {
	ts, err := k.grouped(ctx, f, Whole)
	if err != nil || len(ts) == 0 {
		return 0, err
	}
	return ts[0].N, nil
}

// grouped counts what nobody doubts by an index, and looks at the rest.
func (k *counts) grouped(ctx context.Context, f Filter, by Grouping) ([]Tally, error) {
	if f.never {
		return nil, nil
	}
	out := tallies{by: by}
	sure := k.sure(f)
	if len(sure) > 0 && f.reads(k.who) {
		counted := f
		counted.Doubts = sure
		ts, err := k.d.Cases.Count(ctx, counted, by)
		if err != nil {
			return nil, err
		}
		for _, t := range ts {
			out.add(t)
		}
	}
	cs, err := k.looked(ctx, f, sure)
	if err != nil {
		return nil, err
	}
	for _, c := range cs {
		out.look(c)
	}
	return out.list, nil
}

// sure are the doubts that the shelves of a filter settle: those cases of it need no look.
func (k *counts) sure(f Filter) []int {
	vouched := k.who.Vouched()
	works := k.who.Has(office.Officer) || k.who.Has(office.Head)
	switch {
	case f.looks != nil || f.Helper != "" || f.own(k.who) && !works, len(f.Shelves) > 0 && f.Assignee == k.who.ID:
		return nil
	case vouched:
		return []int{doubtNone, doubtSealed}
	default:
		return []int{doubtNone}
	}
}

// looked reads the cases of a filter that rights look at one by one, and what was shared.
func (k *counts) looked(ctx context.Context, f Filter, sure []int) ([]*Case, error) {
	rest := f
	switch len(sure) {
	case 1:
		rest.Doubts = []int{doubtSealed, doubtPerson}
	case 2:
		rest.Doubts = []int{doubtPerson}
	}
	if len(sure) > 0 && !f.own(k.who) && (k.since != nil || f.Lane == law.LaneOpen) {
		return k.among(ctx, f)
	}
	var out []*Case
	if f.reads(k.who) {
		cs, err := k.walk(ctx, rest)
		if err != nil {
			return nil, err
		}
		out = cs
	}
	if !f.shares(k.who) {
		return out, nil
	}
	shared, err := k.walk(ctx, f.shared(k.who))
	for _, c := range shared {
		if !f.has(c) {
			out = append(out, c)
		}
	}
	return out, err
}

// among are those of the doubtful cases that the filter finds.
func (k *counts) among(ctx context.Context, f Filter) ([]*Case, error) {
	ended := f.Ended || f.Lane != law.LaneOpen
	if err := k.doubt(ctx, ended); err != nil {
		return nil, err
	}
	var out []*Case
	for _, c := range k.doubtful[ended] {
		if f.Holds(c) {
			out = append(out, c)
		}
	}
	return out, nil
}

// doubt reads the doubtful cases of the person's shelves, once for all counts of a page.
func (k *counts) doubt(ctx context.Context, ended bool) error {
	if _, read := k.doubtful[ended]; read {
		return nil
	}
	f := Filter{Shelves: k.o.Shelves(k.who, k.now), Doubts: []int{doubtPerson}, Lane: law.LaneOpen, Ended: ended}
	if !k.who.Vouched() {
		f.Doubts = append(f.Doubts, doubtSealed)
	}
	if k.since != nil && ended {
		f.before(time.UnixMilli(1 - k.since.UnixMilli()))
	}
	if k.doubtful == nil {
		k.doubtful = map[bool][]*Case{}
	}
	k.doubtful[ended] = nil
	if !f.reads(k.who) {
		return nil
	}
	var err error
	k.doubtful[ended], err = k.walk(ctx, f)
	return err
}

// walkRows is how many cases one step of a walk reads.
const walkRows = 200

// walk reads all that the person sees of a filter.
func (k *counts) walk(ctx context.Context, f Filter) ([]*Case, error) {
	var out []*Case
	for f.Limit, f.After = walkRows, ""; ; {
		cs, next, err := k.d.Cases.List(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, c := range cs {
			if k.may(f, c) {
				out = append(out, c)
			}
		}
		if f.After = next; next == "" {
			return out, nil
		}
	}
}

// Tallied counts cases in groups.
func (by Grouping) Tallied(cs []*Case) []Tally {
	out := tallies{by: by}
	for _, c := range cs {
		out.look(c)
	}
	return out.list
}

// tallies adds up groups.
type tallies struct {
	by   Grouping
	list []Tally
}

func (t *tallies) add(one Tally) {
	for i := range t.list {
		at := &t.list[i]
		if at.Key != one.Key || at.Score != one.Score {
			continue
		}
		at.N += one.N
		if at.Oldest.IsZero() || !one.Oldest.IsZero() && one.Oldest.Before(at.Oldest) {
			at.Oldest = one.Oldest
		}
		return
	}
	t.list = append(t.list, one)
}

// look adds a case that was looked at.
func (t *tallies) look(c *Case) {
	one := t.by.key(c)
	one.N, one.Oldest = 1, c.ReceivedAt
	t.add(one)
}
