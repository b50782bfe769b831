package casework

import (
	"slices"
	"time"

	"tiepdan/internal/domain/casework/law"
)

// Stage (bước) is one step of a case's way as its sender is shown it: done, now, or still to come.
type Stage struct {
	Name string     // what is done in it: received, assigned, accepted, resolved, …; or "end." and the state that ended it
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
	clocks []law.ClockName
	first  bool // done when it was done first: what is done again later is no step of the way
}

var (
	stageReceived  = stageRow{name: "received", events: []string{"received"}}
	stageAssigned  = stageRow{name: "assigned", events: []string{"assigned"}, first: true}
	stageAccepted  = stageRow{name: "accepted", events: []string{"accepted", law.PastTakenOver}, clocks: []law.ClockName{law.Acceptance, law.Reexamine, law.Demand, law.Reply}}
	stageStarted   = stageRow{name: "accepted", events: []string{"started"}, clocks: []law.ClockName{law.Reply}, first: true}
	stageInspected = stageRow{name: "inspected", events: []string{"inspection_ended"}, clocks: []law.ClockName{law.Inspection}}
	stageHeard     = stageRow{name: "dialogue", events: []string{"dialogue_held"}}
	stageResolved  = stageRow{name: "resolved", events: []string{"answered", "decided", "concluded"}, clocks: []law.ClockName{law.Resolution}}
	stageNotified  = stageRow{name: "notified", events: []string{"notified"}, clocks: []law.ClockName{law.DecisionNotice}, first: true}
	stageEffect    = stageRow{name: "effect", events: []string{"effective"}, clocks: []law.ClockName{law.Effect}}
	stagePublished = stageRow{name: "published", events: []string{law.PastPublished}, clocks: []law.ClockName{law.Publish}}

	// What stands at the end of a way that has left the ordinary one.
	stageForward   = stageRow{name: "forward", clocks: []law.ClockName{law.Forward}}
	stageUrged     = stageRow{name: "urged", events: []string{"urged"}}
	stageReport    = stageRow{name: "report", events: []string{"report_received"}, clocks: []law.ClockName{law.Report}}
	stageFollowed  = stageRow{name: "followed", clocks: []law.ClockName{law.FollowUp}}
	stagePutAway   = stageRow{name: "ineligible"}
	stageStopped   = stageRow{name: "discontinued", events: []string{"discontinued"}}
	stageStopSent  = stageRow{name: "discontinued_sent", clocks: []law.ClockName{law.PauseNotice}}
	stageSuspended = stageRow{name: "suspended", clocks: []law.ClockName{law.Recheck}}
	stageWithdrawn = stageRow{name: "withdrawal", clocks: []law.ClockName{law.Withdrawal}}
)

// way is the way of the case: that of its kind, with what the law asks of it besides. Who is told of a denunciation stands in no path:
// its sender's page may be found by others.
func (c *Case) way() []stageRow {
	switch {
	case c.Kind == law.Denunciation && c.Nameless(): // it is looked into and never accepted (Luật Tố cáo Đ.25)
		return []stageRow{stageReceived, stageInspected}
	case c.Kind == law.Denunciation:
		return []stageRow{stageReceived, stageAccepted, stageResolved, stageNotified, stagePublished}
	case c.Kind == law.Complaint && c.Legal.Level == 2: // Luật Khiếu nại Đ.39, 41.2
		return []stageRow{stageReceived, stageAssigned, stageAccepted, stageHeard, stageResolved, stageNotified, stagePublished, stageEffect}
	case c.Kind == law.Complaint && (c.Legal.Dialogues > 0 || c.State == law.Dialogue): // Luật Khiếu nại Đ.30
		return []stageRow{stageReceived, stageAssigned, stageAccepted, stageHeard, stageResolved, stageNotified, stageEffect}
	case c.Kind == law.Complaint:
		return []stageRow{stageReceived, stageAssigned, stageAccepted, stageResolved, stageNotified, stageEffect}
	case c.Kind == law.Praise:
		return []stageRow{stageReceived, stageAssigned, stageResolved}
	default:
		return []stageRow{stageReceived, stageAssigned, stageStarted, stageResolved}
	}
}

// stageOfState is the stage that a case in a state has reached. A state that may come at any time stands in no line: what happened
// before it tells.
var stageOfState = map[law.State]string{
	law.Received: "received", law.Triage: "received",
	law.Assigned: "assigned", law.Registered: "assigned", law.Classifying: "assigned", law.Ineligible: "assigned", law.Proposed: "assigned",
	law.Accepted: "accepted", law.InProgress: "accepted", law.Verifying: "accepted", law.ExpertReview: "accepted", law.Dialogue: "accepted", law.Review: "accepted",
	law.Suspended: "accepted", law.Decided: "resolved", law.Concluded: "resolved", law.Answered: "resolved",
	law.Notified: "notified", law.Published: "notified", law.Effective: "effect", law.Enforcing: "effect",
}

// stageOrder is the order of the stages that a state tells of; a kind that does not show one has reached those before it.
var stageOrder = []string{"received", "assigned", "accepted", "resolved", "notified", "effect"}

// Path (quá trình giải quyết) is the way of the case: what is behind it with its day, where it stands, and what is still to come with
// the day that a running clock gives it. A case that ended before its way's end shows that end and nothing to come; one that left the
// ordinary way shows where that leads.
func (c *Case) Path() []Stage {
	rows := c.way()
	reached := c.reached(rows)
	var behind, ahead []Stage
	for i, r := range rows {
		if c.behind(r, i <= reached) {
			behind = append(behind, Stage{Name: r.name, Done: c.doneAt(r), Past: true})
			continue
		}
		s := Stage{Name: r.name, Now: len(ahead) == 0}
		s.Due, s.Law = c.dueOf(r.clocks)
		ahead = append(ahead, s)
	}
	if c.brokenOff() {
		for _, r := range []stageRow{stageUrged, stageReport, stageStopped} { // what a way that had left the ordinary one ended after
			if at := c.doneAt(r); at != nil && c.endedAs() == law.Closed {
				behind = append(behind, Stage{Name: r.name, Done: at, Past: true})
			}
		}
		return append(behind, Stage{Name: "end." + string(c.endedAs()), Done: c.endedOn(), Past: true})
	}
	if past, next := c.aside(); next.name != "" {
		for _, r := range past {
			behind = append(behind, Stage{Name: r.name, Done: c.doneAt(r), Past: true})
		}
		s := Stage{Name: next.name, Now: true}
		s.Due, s.Law = c.dueOf(next.clocks)
		return append(behind, s)
	}
	if c.State == law.Suspended && len(ahead) > 0 { // no step is due before it goes on
		s := Stage{Name: stageSuspended.name, Now: true}
		s.Due, s.Law = c.dueOf(stageSuspended.clocks)
		ahead[0].Now = false
		behind = append(behind, s)
	}
	return append(behind, ahead...)
}

// DueKey is the key of the words for the day of a stage: most are done by then, a decision is in force from the day after.
func (s Stage) DueKey() string {
	switch s.Name {
	case stageEffect.name:
		return "path.from"
	case stageSuspended.name:
		return "path.by.recheck"
	}
	return "path.by"
}

// aside is what was done to a case that has left the ordinary way without having ended, and what comes next there.
func (c *Case) aside() (past []stageRow, next stageRow) {
	switch {
	case c.State == law.Urged && c.reported():
		return []stageRow{stageUrged, stageReport}, stageFollowed
	case c.State == law.Urged:
		return []stageRow{stageUrged}, stageReport
	case c.State == law.Ineligible:
		return nil, stagePutAway
	case c.State == law.Discontinued:
		return []stageRow{stageStopped}, stageStopSent
	case c.State == law.Withdrawing:
		return nil, stageWithdrawn
	case c.Legal.Foreign && slices.Contains(append([]law.State{law.NeedsInfo}, law.Fresh...), c.State):
		return nil, stageForward
	default:
		return nil, stageRow{}
	}
}

// behind reports whether a stage that the case has reached is done: some are not by their place in the line, but by their own fact.
func (c *Case) behind(r stageRow, reached bool) bool {
	switch r.name {
	case stageHeard.name:
		return c.Legal.Dialogues > 0
	case stagePublished.name, stageInspected.name:
		return c.doneAt(r) != nil
	case stageAssigned.name:
		return reached && (c.Unit != "" || c.State.Ended())
	default:
		return reached
	}
}

// StageKey is the key of the words for a stage of this case.
func (c *Case) StageKey(name string) string {
	switch name {
	case "accepted", "resolved", "notified", "published":
		return "path." + name + "." + string(c.Kind)
	case "end." + string(law.Refused):
		if !c.Kind.NeedsIdentity() {
			return "path." + name + ".plain"
		}
	case "end." + string(law.Appealed):
		return "track.further." + string(c.Kind)
	}
	return "path." + name
}

// endedAs is the state that ended the case, also once its file was closed.
func (c *Case) endedAs() law.State {
	if c.State == law.Closed && c.Legal.EndedAs != "" {
		return c.Legal.EndedAs
	}
	return c.State
}

// endedOn is the day of that end, which may have come after another one.
func (c *Case) endedOn() *time.Time {
	var events []string
	for m := range law.Each {
		if m.To == c.endedAs() {
			events = append(events, m.Past)
		}
	}
	if at := c.doneAt(stageRow{events: events}); at != nil {
		return at
	}
	return c.ClosedAt
}

// brokenOff reports whether the case ended before the end of its way.
func (c *Case) brokenOff() bool {
	end := c.endedAs()
	if end == law.Closed && c.doneAt(stageInspected) != nil {
		return false
	}
	return end.Ended() && !slices.Contains([]law.State{law.Answered, law.Closed}, end) || end == law.Closed && c.Answer == nil
}

// reached is the index of the last stage behind the case. A state that may come at any time is told by what happened before it.
func (c *Case) reached(rows []stageRow) int {
	if c.endedAs() == law.Closed && c.Answer != nil {
		return len(rows) - 1
	}
	at, known := stageOfState[c.endedAs()]
	for i := range slices.Backward(rows) {
		place := slices.Index(stageOrder, rows[i].name)
		if known && place >= 0 && place <= slices.Index(stageOrder, at) || !known && c.doneAt(rows[i]) != nil {
			return i
		}
	}
	return 0
}

// doneAt is when one of the row's events happened, last or first, since the case was begun, or taken up anew.
func (c *Case) doneAt(r stageRow) (at *time.Time) {
	for i := range c.History {
		e := &c.History[i]
		if e.What == "received" && r.name == stageReceived.name { // what came by post or by hand is entered later
			return &c.ReceivedAt
		}
		if !slices.Contains(r.events, e.What) || e.What != "received" && e.At.Before(c.begun()) {
			continue
		}
		if at = &e.At; r.first {
			break
		}
	}
	return at
}

// reported reports whether the subordinate that was urged has reported since.
func (c *Case) reported() bool {
	urged, report := c.doneAt(stageUrged), c.doneAt(stageReport)
	return report != nil && (urged == nil || report.After(*urged))
}

// doneNow reports whether the event happened since the case was begun, or taken up anew.
func (c *Case) doneNow(what string) bool { return c.doneAt(stageRow{events: []string{what}}) != nil }

// dueOf is the day that one of the clocks gives, while it asks for something.
func (c *Case) dueOf(names []law.ClockName) (time.Time, string) {
	for i := range c.Clocks {
		if k := &c.Clocks[i]; slices.Contains(names, k.Name) && k.Runs() {
			return k.Due, k.Law
		}
	}
	return time.Time{}, ""
}
