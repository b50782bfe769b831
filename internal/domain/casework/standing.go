package casework

import (
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// WhoseTurn (tình trạng xử lý) says whose turn it is with an open case, and of an ended one whether it ended in time. Views are made
// of it. It is computed from the rest of the case, so no digest covers it: Check computes it again.
type WhoseTurn string

// The standings.
const (
	Unrouted  WhoseTurn = "unrouted" // nobody has it yet
	Sorting   WhoseTurn = "sorting"  // somebody has it who has not begun to work on it
	Working   WhoseTurn = "working"  // whoever has it works on it
	SentBack  WhoseTurn = "returned" // a draft came back and has not been handed in again
	Approval  WhoseTurn = "approval" // whoever decides has to say yes or no
	OnCitizen WhoseTurn = "citizen"  // the citizen has to supply something
	OnOthers  WhoseTurn = "others"   // an expert, a court or another body has to do something
	InTime    WhoseTurn = "ended"    // ended, and no time that the office owed was passed
	Belatedly WhoseTurn = "ended_late"
)

// The groups of standings that views are made of.
var (
	myTurn  = []WhoseTurn{Unrouted, Sorting, Working, SentBack}
	waiting = []WhoseTurn{Approval, OnCitizen, OnOthers}
)

// standings are the states that say whose turn it is by themselves.
var standings = map[law.State]WhoseTurn{
	law.Assigned: Sorting, law.Registered: Sorting, law.Classifying: Sorting, law.Review: Approval, law.Proposed: Approval, law.Withdrawing: Approval,
	law.NeedsInfo: OnCitizen, law.ExpertReview: OnOthers, law.Suspended: OnOthers, law.Urged: OnOthers,
}

// stands computes the standing.
func (c *Case) stands() WhoseTurn {
	switch {
	case c.Lane != law.LaneOpen && c.endedLate():
		return Belatedly
	case c.Lane != law.LaneOpen:
		return InTime
	case c.Assignee == "":
		return Unrouted
	}
	at, ok := standings[c.State]
	switch {
	case !ok && c.sentBack():
		return SentBack
	case !ok:
		return Working
	default:
		return at
	}
}

// endedLate reports whether a duty of the office was done after its time, or never.
func (c *Case) endedLate() bool {
	return c.Legal.Late || slices.ContainsFunc(c.Clocks, func(k Clock) bool {
		return k.Name.Owed() && k.Done != nil && k.Done.After(k.Due)
	})
}

// sentBack reports whether the last draft came back from whoever decides.
func (c *Case) sentBack() bool {
	for _, e := range slices.Backward(c.History) {
		if e.What == "proposed" || e.What == "sent_back" {
			return e.What == "sent_back"
		}
	}
	return false
}

// citizensWords are the events by which a citizen adds to his case.
var citizensWords = []string{"messaged", "info_given", "attached"}

// repliedAt is when the citizen last wrote, while nobody of the office has done anything about the case since; nil otherwise.
func (c *Case) repliedAt() *time.Time {
	if c.Lane != law.LaneOpen {
		return nil
	}
	for _, e := range slices.Backward(c.History) {
		switch {
		case slices.Contains(quiet, e.What) || e.Actor == history.BySystem:
		case e.Actor == history.ByCitizen && slices.Contains(citizensWords, e.What):
			at := e.At
			return &at
		default:
			return nil
		}
	}
	return nil
}

// The doubts whether somebody whose lists a case lies in may see it, see Filter.Doubts.
const (
	doubtNone   = 0 // whoever's list it lies in sees it
	doubtSealed = 1 // a denunciation about nobody here: whoever may read sealed lists sees it
	doubtPerson = 2 // it is or may be about somebody, or had been sealed: rights look at each person
)

// doubt says how far the case's list alone tells who may see it.
func (c *Case) doubt() int {
	switch {
	case c.Outside || len(c.About)+len(c.Suspects)+len(c.Lines) > 0 || c.Guarded() && !c.Kind.Secret():
		return doubtPerson
	case c.Kind.Secret():
		return doubtSealed
	default:
		return doubtNone
	}
}

// place computes what views and counts look at.
func (c *Case) place() {
	c.Standing, c.RepliedAt, c.Doubt = c.stands(), c.repliedAt(), c.doubt()
}

// Misplaced reports whether the case was kept by a release that did not know its views, or was changed so that they miss it.
func (c *Case) Misplaced() bool {
	same := func(a, b *time.Time) bool { return a == b || a != nil && b != nil && a.Equal(*b) }
	return c.Standing != c.stands() || c.Doubt != c.doubt() || !same(c.RepliedAt, c.repliedAt())
}

// Place sets what views look at, for a case that is Misplaced.
func (c *Case) Place() { c.place() }
