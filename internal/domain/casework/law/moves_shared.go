package law

import (
	"slices"
	"time"

	"tiepdan/pkg/workday"
)

// reform is the day on which Luật 136/2025 and Nghị định 154, 155, 156/2026 took effect.
var reform = time.Date(2026, 7, 1, 0, 0, 0, 0, workday.Vietnam)

// The asks that several moves share.
var (
	AskReason   = Ask{Name: "reason", Required: true, Max: 2000}
	askNote     = Ask{Name: "note", Max: 2000}
	AskText     = Ask{Name: "text", Required: true, Max: 20_000}
	askUnit     = Ask{Name: "unit", Max: 64, First: "unit"}
	askAssignee = Ask{Name: "assignee", Max: 64}
	AskTo       = Ask{Name: "to", Required: true, Max: 300}
	askPeople   = Ask{Name: "people", Max: 2000, Many: true}
	askUnits    = Ask{Name: "units", Max: 2000, Many: true}
	askOutside  = Ask{Name: "outside", Max: 3, OneOf: []string{"yes"}}
	askTeam     = Ask{Name: "team", Max: 600, Many: true}

	// askKinds are the kinds that a mixed letter holds; askGround says in general words, which the citizen reads, why a letter is
	// to leave its seal; askSender whether its sender is to be opened with it.
	askKinds  = Ask{Name: "kinds", Required: true, Max: 80, Many: true, OneOf: kindNames(Kinds())}
	askGround = Ask{Name: "ground", Required: true, Max: 40, OneOf: []string{"not_denunciation", "sender_wishes"}}
	askSender = Ask{Name: "sender", Max: 3, OneOf: []string{"yes", "no"}}

	// askRemote asks whether the place is one that is hard to reach (vùng sâu, vùng xa đi lại khó khăn), which gives a complaint more
	// time; not answered, it stays as the counter's unit has it.
	askRemote = Ask{Name: "remote", Max: 3, OneOf: []string{"no", "yes"}, First: "remote"}

	// askCriteria are the seven signs of a complex matter (Nghị định 155/2026 Đ.3a; Nghị định 31/2019 Đ.3).
	askCriteria = Ask{Name: "criteria", Required: true, Max: 300, Many: true, OneOf: []string{
		"places", "contents", "people", "foreign", "agencies", "disagreement", "contradiction",
	}}
)

// The groups of kinds, states and clocks that rows share.
var (
	formal       = []Kind{Complaint, Denunciation}
	complaint    = []Kind{Complaint}
	denunciation = []Kind{Denunciation}
	plain        = []Kind{Petition, Feedback}
	praise       = []Kind{Praise}
	accusing     = []Kind{Complaint, Denunciation, Feedback}

	Fresh   = []State{Received, Triage, Assigned, Registered, Classifying}
	Sorting = []State{Assigned, Registered, Classifying}
	solving = []State{Accepted, Verifying, ExpertReview, Dialogue}
	// unnamed are the states in which the name on a denunciation may be found to be false.
	unnamed   = []State{Assigned, Registered, Classifying, Ineligible, Proposed}
	unsettled = []State{
		Received, Triage, Assigned, Registered, Classifying, NeedsInfo, Ineligible, Proposed, Accepted, InProgress, Verifying,
		ExpertReview, Dialogue, Review, Suspended,
	}
	settled = []State{Decided, Concluded, Notified, Published, Effective, Enforcing}

	// reopened are the ends after which new facts let a letter be taken up again.
	reopened = []State{Guided, PutAway, Returned}

	beginning = []ClockName{Acceptance, Reply, Forward, Documents, Reexamine, Demand}
	AllClocks = slices.Concat(allButReply, []ClockName{ForwarderReply})
	// allButReply leaves the answer to whoever passed the letter on: he is owed it however the case ends.
	allButReply = []ClockName{
		Acceptance, Reply, Forward, Documents, Reexamine, Demand, Resolution, AcceptanceNotice, Report, PauseNotice, Recheck,
		Withdrawal, DecisionNotice, Effect, Appealing, Act, Publish, Posting, FollowUp, Inspection,
	}
)
