package casework

import (
	"slices"
	"time"

	"tiepdan/internal/office"
)

// Party is who makes a move.
type Party string

// The parties.
const (
	Staff   Party = "staff"
	Citizen Party = "citizen"
	System  Party = "system"
)

// Ask is a value that a move needs from the person who makes it.
type Ask struct {
	Name     string
	Required bool
	Max      int // runes after NFC
	// OneOf lists the values allowed; empty allows any text.
	OneOf []string
}

// The asks that several moves share.
var (
	askReason   = Ask{Name: "reason", Required: true, Max: 2000}
	askNote     = Ask{Name: "note", Max: 2000}
	askText     = Ask{Name: "text", Required: true, Max: 20_000}
	askUnit     = Ask{Name: "unit", Max: 64}
	askAssignee = Ask{Name: "assignee", Max: 64}
	askTo       = Ask{Name: "to", Required: true, Max: 300}
)

// Move is one row of the law: what may become of a case, by whom, under which conditions, with which clocks and letter.
type Move struct {
	Name   string
	Kinds  []Kind  // empty: all kinds
	From   []State // the states it starts from
	To     State   // empty: the state stays
	By     Party
	Needs  office.Action // the right that staff need
	Asks   []Ask
	Guards []string    // names of conditions, all of which must hold; see guards
	Does   []string    // names of effects beyond the state; see effects
	Stops  []ClockName // clocks that have done their duty
	Starts []ClockName // clocks that begin to run
	Past   string      // the event's name in the past tense
	Letter string      // the letter owed to the citizen, if any
	Source string      // the article it rests on
	// Since and Until bound the law version by the date of receipt; zero is open.
	Since, Until time.Time
}

// Fits reports whether the row is about cases of this kind received at this time.
func (m Move) Fits(k Kind, received time.Time) bool {
	return (len(m.Kinds) == 0 || slices.Contains(m.Kinds, k)) &&
		(m.Since.IsZero() || !received.Before(m.Since)) && (m.Until.IsZero() || received.Before(m.Until))
}

// StartsFrom reports whether the move may start in the state.
func (m Move) StartsFrom(s State) bool { return slices.Contains(m.From, s) }

// FindMove returns the row for the case's kind and date of receipt, and whether there is one. Where several rows bear the
// name, the one that starts in the case's state is preferred.
func FindMove(c *Case, name string) (Move, bool) {
	var found Move
	ok := false
	for _, m := range moves {
		if m.Name != name || !m.Fits(c.Kind, c.ReceivedAt) {
			continue
		}
		if m.StartsFrom(c.State) {
			return m, true
		}
		if !ok {
			found, ok = m, true
		}
	}
	return found, ok
}

// Offers lists the moves that this person may make now, in the table's order.
func Offers(o *office.Office, who office.Staff, c *Case, now time.Time) []Move {
	var out []Move
	for _, m := range moves {
		if m.By != Staff || !m.Fits(c.Kind, c.ReceivedAt) || !m.StartsFrom(c.State) {
			continue
		}
		if o.May(who, m.Needs, c.File(), now) && m.guard(c) == "" {
			out = append(out, m)
		}
	}
	return out
}

// guard returns the key of the first condition that does not hold, or "".
func (m Move) guard(c *Case) string {
	for _, name := range m.Guards {
		if key := guards[name](c); key != "" {
			return key
		}
	}
	return ""
}

// guards are the conditions by name; each returns the reason why not, or "".
var guards = map[string]func(*Case) string{
	"named": func(c *Case) string {
		if c.Anonymous {
			return "error.guard.anonymous"
		}
		return ""
	},
	"assigned": func(c *Case) string {
		if c.Assignee == "" {
			return "error.guard.unassigned"
		}
		return ""
	},
}

// The groups of kinds and states that rows share.
var (
	formal  = []Kind{Complaint, Denunciation}
	plain   = []Kind{Petition, Feedback, Praise}
	working = []State{Assigned, Accepted, InProgress, NeedsInfo, Review}
	open    = []State{Received, Triage, Assigned, Accepted, InProgress, NeedsInfo, Review}
)

// moves is the table. It is read from top to bottom; pages offer the moves in this order.
var moves = []Move{
	{
		Name: "accept", Kinds: formal, From: []State{Assigned}, To: Accepted, By: Staff, Needs: office.Decide,
		Guards: []string{"named", "assigned"}, Asks: []Ask{askNote},
		Stops: []ClockName{Acceptance}, Starts: []ClockName{Resolution}, Past: "accepted", Letter: "acceptance",
		Source: "Luật Khiếu nại Đ.27, Nghị định 155/2026 Đ.10; Luật Tố cáo Đ.29",
	},
	{
		Name: "start", Kinds: formal, From: []State{Accepted}, To: InProgress, By: Staff, Needs: office.Work,
		Asks: []Ask{askNote}, Past: "started", Source: "Luật Khiếu nại Đ.29; Luật Tố cáo Đ.31",
	},
	{
		Name: "start", Kinds: plain, From: []State{Assigned}, To: InProgress, By: Staff, Needs: office.Work,
		Asks: []Ask{askNote}, Stops: []ClockName{Reply}, Starts: []ClockName{Resolution}, Past: "started",
		Source: "Luật Tiếp công dân Đ.28",
	},
	{
		Name: "propose", From: []State{Assigned, Accepted, InProgress}, To: Review, By: Staff, Needs: office.Work,
		Asks: []Ask{askText}, Does: []string{"draft"}, Past: "proposed",
	},
	{
		Name: "send_back", From: []State{Review}, To: InProgress, By: Staff, Needs: office.Decide,
		Asks: []Ask{askReason}, Past: "sent_back",
	},
	{
		Name: "answer", Kinds: plain, From: working, To: Answered, By: Staff, Needs: office.Decide,
		Asks: []Ask{askText, {Name: "outcome", Max: 40, OneOf: []string{"resolved", "explained", "forwarded", "noted"}}},
		Does: []string{"answer"}, Stops: []ClockName{Reply, Resolution}, Past: "answered", Letter: "answer",
		Source: "Luật Tiếp công dân Đ.28",
	},
	{
		Name: "answer", Kinds: formal, From: []State{Accepted, InProgress, NeedsInfo, Review}, To: Answered, By: Staff,
		Needs: office.Decide, Does: []string{"answer"}, Past: "answered", Letter: "decision",
		Asks:  []Ask{askText, {Name: "outcome", Required: true, Max: 40, OneOf: []string{"upheld", "partly_upheld", "rejected"}}},
		Stops: []ClockName{Resolution}, Source: "Luật Khiếu nại Đ.31; Luật Tố cáo Đ.35",
	},
	{
		Name: "ask_info", From: []State{Assigned, Accepted, InProgress}, To: NeedsInfo, By: Staff, Needs: office.Work,
		Asks: []Ask{askText}, Does: []string{"message"}, Past: "info_asked", Letter: "ask_info",
		Source: "Luật Khiếu nại Đ.12.1đ; Luật Tiếp công dân Đ.25",
	},
	{
		Name: "give_info", From: []State{NeedsInfo}, To: InProgress, By: Citizen, Past: "info_given",
	},
	{
		Name: "assign", From: open, To: Assigned, By: Staff, Needs: office.Triage,
		Asks: []Ask{askUnit, askAssignee, askNote}, Does: []string{"assign"}, Past: "assigned",
	},
	{
		Name: "refuse", From: []State{Received, Triage, Assigned, Accepted, InProgress, NeedsInfo, Review}, To: Refused, By: Staff,
		Needs: office.Decide, Asks: []Ask{askReason}, Does: []string{"reason"},
		Stops: []ClockName{Acceptance, Reply, Resolution}, Past: "refused", Letter: "refusal",
		Source: "Luật Khiếu nại Đ.11, 27; Luật Tố cáo Đ.24, 29; Luật Tiếp công dân Đ.28",
	},
	{
		Name: "transfer", From: open, To: Transfer, By: Staff, Needs: office.Triage, Asks: []Ask{askTo, askReason},
		Does: []string{"reason"}, Stops: []ClockName{Acceptance, Reply, Resolution}, Past: "transferred", Letter: "transfer",
		Source: "Luật Tiếp công dân Đ.26; Luật Tố cáo Đ.24.2",
	},
	{
		Name: "withdraw", From: open, To: Withdrawn, By: Citizen, Asks: []Ask{{Name: "reason", Max: 2000}},
		Does: []string{"reason"}, Stops: []ClockName{Acceptance, Reply, Resolution}, Past: "withdrawn", Letter: "withdrawal",
		Source: "Luật Khiếu nại Đ.10; Luật Tố cáo Đ.33",
	},
	{
		Name: "close", From: []State{Answered, Refused, Transfer, Withdrawn}, To: Closed, By: Staff, Needs: office.Work,
		Asks: []Ask{askNote}, Past: "closed",
	},
}

// Moves returns a copy of the table, for the documents and the test that print it.
func Moves() []Move { return slices.Clone(moves) }
