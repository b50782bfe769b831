package casework

import (
	"slices"
	"time"
)

// Stage (bước) is one step of a case's way as its sender is shown it: done, now, or still to come.
type Stage struct {
	Name string     // what is done in it: received, assigned, accepted, resolved, notified, effect; or "end." and the state that ended it
	Done *time.Time // when it was done; nil where the history does not say, or not yet
	Past bool
	Now  bool // the first that is not done
	// Due is the day by which it is to be done, with its law: zero where no clock of the case says so yet.
	Due time.Time
	Law string
}

// stageRow says when a stage is behind a case: which event did it, and which clock asks for it.
type stageRow struct {
	name   string
	events []string
	clocks []ClockName
}

var (
	stageReceived = stageRow{"received", []string{"received"}, nil}
	stageAssigned = stageRow{"assigned", []string{"assigned"}, nil}
	stageAccepted = stageRow{"accepted", []string{"accepted", "started"}, []ClockName{Acceptance, Reexamine, Demand, Reply}}
	stageResolved = stageRow{"resolved", []string{"answered", "decided", "concluded"}, []ClockName{Resolution}}
	stageNotified = stageRow{"notified", []string{"notified"}, []ClockName{DecisionNotice}}
	stageEffect   = stageRow{"effect", []string{"effective"}, []ClockName{Effect}}
	stagePublish  = stageRow{"published", []string{"published"}, []ClockName{Publish}}
)

// stagesOf is the way of a kind. Who is told of a denunciation stands in no path: its sender's page may be found by others.
var stagesOf = map[Kind][]stageRow{
	Complaint:    {stageReceived, stageAssigned, stageAccepted, stageResolved, stageNotified, stageEffect},
	Denunciation: {stageReceived, stageAccepted, stageResolved, stageNotified, stagePublish},
	Petition:     {stageReceived, stageAssigned, stageAccepted, stageResolved},
	Feedback:     {stageReceived, stageAssigned, stageAccepted, stageResolved},
	Praise:       {stageReceived, stageAssigned, stageResolved},
}

// stageOfState is the stage that a case in a state has reached.
var stageOfState = map[State]string{
	Received: "received", Triage: "received",
	Assigned: "assigned", Registered: "assigned", Classifying: "assigned", Ineligible: "assigned", Proposed: "assigned",
	Accepted: "accepted", InProgress: "accepted", Verifying: "accepted", ExpertReview: "accepted", Dialogue: "accepted", Review: "accepted",
	Suspended: "accepted", Urged: "accepted",
	Decided: "resolved", Concluded: "resolved", Answered: "resolved", Appealed: "resolved",
	Notified: "notified", Published: "published", Effective: "effect", Enforcing: "effect",
}

// stageOrder is the order of all stages; a kind that does not show one has reached those before it.
var stageOrder = []string{"received", "assigned", "accepted", "resolved", "notified", "published", "effect"}

// Path (quá trình giải quyết) is the way of the case: what is behind it with its day, where it stands, and what is still to come with
// the day that a running clock gives it. A case that ended before its way's end shows that end and nothing to come.
func (c *Case) Path() []Stage {
	rows := stagesOf[c.Kind]
	reached := c.reached(rows)
	var out []Stage
	for i, r := range rows {
		s := Stage{Name: r.name, Past: i <= reached}
		switch {
		case s.Past:
			s.Done = c.lastly(r.events)
		case c.brokenOff():
			continue
		default:
			s.Now = i == reached+1
			s.Due, s.Law = c.dueOf(r.clocks)
		}
		out = append(out, s)
	}
	if c.brokenOff() {
		out = append(out, Stage{Name: "end." + string(c.endedAs()), Done: c.ClosedAt, Past: true})
	}
	return out
}

// endedAs is the state that ended the case, also once its file was closed.
func (c *Case) endedAs() State {
	if c.State == Closed && c.Legal.EndedAs != "" {
		return c.Legal.EndedAs
	}
	return c.State
}

// brokenOff reports whether the case ended before the end of its way.
func (c *Case) brokenOff() bool {
	end := c.endedAs()
	return end.Ended() && !slices.Contains([]State{Answered, Closed}, end) || end == Closed && c.Answer == nil
}

// reached is the index of the last stage behind the case. A state that may come at any time is told by what happened before it.
func (c *Case) reached(rows []stageRow) int {
	if c.endedAs() == Closed && c.Answer != nil {
		return len(rows) - 1
	}
	at, known := stageOfState[c.endedAs()]
	for i := range slices.Backward(rows) {
		if known && slices.Index(stageOrder, rows[i].name) <= slices.Index(stageOrder, at) || !known && c.lastly(rows[i].events) != nil {
			return i
		}
	}
	return 0
}

// lastly is when one of the events happened last since the case was begun, or taken up anew.
func (c *Case) lastly(events []string) *time.Time {
	for i := len(c.History) - 1; i >= 0; i-- {
		e := &c.History[i]
		if slices.Contains(events, e.What) && (e.What == "received" || !e.At.Before(c.begun())) {
			return &e.At
		}
	}
	return nil
}

// dueOf is the day that one of the clocks gives, while it asks for something.
func (c *Case) dueOf(names []ClockName) (time.Time, string) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; slices.Contains(names, k.Name) && k.Runs() {
			return k.Due, k.Law
		}
	}
	return time.Time{}, ""
}
