package casework

import (
	"time"

	"tiepdan/internal/office"
)

// reform is the day on which Luật 136/2025 and Nghị định 154, 155, 156/2026 took effect.
var reform = time.Date(2026, 7, 1, 0, 0, 0, 0, Vietnam)

// The asks that several moves share.
var (
	askReason   = Ask{Name: "reason", Required: true, Max: 2000}
	askNote     = Ask{Name: "note", Max: 2000}
	askText     = Ask{Name: "text", Required: true, Max: 20_000}
	askUnit     = Ask{Name: "unit", Max: 64}
	askAssignee = Ask{Name: "assignee", Max: 64}
	askTo       = Ask{Name: "to", Required: true, Max: 300}
	askTeam     = Ask{Name: "team", Max: 600, Many: true}

	// askCriteria are the seven signs of a complex matter (Nghị định 155/2026 Đ.3a; Nghị định 31/2019 Đ.3).
	askCriteria = Ask{Name: "criteria", Required: true, Max: 300, Many: true, OneOf: []string{
		"places", "contents", "people", "foreign", "agencies", "disagreement", "contradiction",
	}}
)

func outcomes(names ...string) Ask {
	return Ask{Name: "outcome", Required: true, Max: 40, OneOf: names}
}

func yesNo(name string) Ask {
	return Ask{Name: name, Required: true, Max: 3, OneOf: []string{"yes", "no"}}
}

func grounds(names ...string) Ask {
	return Ask{Name: "ground", Required: true, Max: 40, OneOf: names}
}

// The groups of kinds, states and clocks that rows share.
var (
	formal       = []Kind{Complaint, Denunciation}
	complaint    = []Kind{Complaint}
	denunciation = []Kind{Denunciation}
	plain        = []Kind{Petition, Feedback}
	praise       = []Kind{Praise}

	fresh     = []State{Received, Triage, Assigned, Registered, Classifying}
	sorting   = []State{Assigned, Registered, Classifying}
	solving   = []State{Accepted, Verifying, ExpertReview, Dialogue}
	unsettled = []State{
		Received, Triage, Assigned, Registered, Classifying, NeedsInfo, Ineligible, Proposed, Accepted, InProgress, Verifying,
		ExpertReview, Dialogue, Review, Suspended,
	}
	settled = []State{Decided, Concluded, Notified, Published, Effective, Enforcing}

	beginning = []ClockName{Acceptance, Reply, Forward, Documents, Reexamine}
	all       = []ClockName{
		Acceptance, Reply, Forward, Documents, Reexamine, Resolution, AcceptanceNotice, Report, PauseNotice, Recheck,
		Withdrawal, DecisionNotice, Effect, Act, Publish, FollowUp, Inspection, ForwarderReply,
	}
)

// moves is the table of moves: the law, row by row, in the order in which pages offer them. It is printed whole in
// deployments/docs/law.md.
var moves = []Move{
	// Taking in and sorting
	{
		Name: "assign", From: append(append([]State{Withdrawing, Discontinued, Urged}, unsettled...), settled...),
		By: Staff, Needs: office.Triage, Asks: []Ask{askUnit, askAssignee, askNote}, Does: []string{"assign"}, Past: "assigned",
		Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: "register", From: []State{Received, Triage, Assigned}, To: Registered, By: Staff, Needs: office.Triage,
		Asks: []Ask{askNote}, Past: "registered", Form: "03/TCD", Source: "Nghị định 154/2026 Đ.27",
	},
	{
		Name: "classify", From: []State{Received, Triage, Assigned, Registered}, To: Classifying, By: Staff, Needs: office.Triage,
		Asks: []Ask{askNote}, Past: "classified", Source: "Luật Tiếp công dân Đ.25; Thông tư 05/2021/TT-TTCP",
	},
	{
		Name: "reclassify", From: fresh, To: Classifying, By: Staff, Needs: office.Triage,
		Asks: []Ask{{Name: "kind", Required: true, Max: 20, OneOf: kindNames()}, askReason}, Does: []string{"reclassify"},
		Past: "reclassified", Source: "Luật Tiếp công dân Đ.25.3",
	},
	{
		Name: "split", From: []State{Assigned, Registered, Classifying, Triage}, To: Split, By: Staff, Needs: office.Triage,
		Asks: []Ask{{Name: "kinds", Required: true, Max: 80, Many: true, OneOf: kindNames()}, askReason}, Does: []string{"split"},
		Stops: all, Past: "split", Letter: "split", Source: "Luật Tiếp công dân Đ.25.3; Nghị định 154/2026 Đ.14.4",
	},
	{
		Name: "find_incompetent", Kinds: formal, From: fresh, To: Classifying, By: Staff, Needs: office.Triage, Guards: []string{"ours"},
		Asks: []Ask{askNote}, Does: []string{"foreign"}, Starts: []ClockName{Forward}, Past: "found_incompetent",
		Source: "Luật Khiếu nại Đ.6; Luật Tố cáo Đ.24.2",
	},
	{
		Name: "find_ineligible", From: fresh, To: Ineligible, By: Staff, Needs: office.Triage, Guards: []string{"checked"},
		Asks: []Ask{grounds("unsigned", "no_identity", "duplicate", "illegible", "sent_elsewhere", "guided_before"), askReason},
		Does: []string{"reason"}, Past: "found_ineligible", Source: "Thông tư 05/2021/TT-TTCP; Luật Tiếp công dân Đ.28",
	},
	{
		Name: "file", From: []State{Ineligible}, To: PutAway, By: Staff, Needs: office.Triage, Asks: []Ask{askReason},
		Does: []string{"reason"}, Stops: all, Past: "filed", Letter: "filing", Source: "Thông tư 05/2021/TT-TTCP",
	},
	{
		Name: "return", From: []State{Ineligible}, To: Returned, By: Staff, Needs: office.Triage, Asks: []Ask{askReason},
		Does: []string{"reason"}, Stops: all, Past: "returned", Letter: "return", Source: "Thông tư 05/2021/TT-TTCP",
	},
	{
		Name: "guide", Kinds: complaint, From: []State{Triage, Assigned, Registered, Classifying}, To: Guided, By: Staff, Needs: office.Triage,
		Guards: []string{"not_guided"}, Asks: []Ask{askTo, askReason}, Does: []string{"guide", "reason"}, Stops: all,
		Past: "guided", Letter: "guidance", Source: "Luật Tiếp công dân Đ.26; Thông tư 05/2021/TT-TTCP",
	},
	{
		Name: "transfer", Kinds: []Kind{Denunciation, Petition, Feedback, Praise}, From: append([]State{InProgress, NeedsInfo, Review}, fresh...), To: Transfer,
		By: Staff, Needs: office.Triage, Asks: []Ask{askTo, askReason}, Does: []string{"reason"}, Stops: all, Past: "transferred",
		Letter: "transfer", Form: "03 Thông tư 05/2021 (tố cáo)", Source: "Luật Tố cáo Đ.24.2; Luật Tiếp công dân Đ.26, 28",
	},
	{
		Name: "urge", Kinds: formal, From: sorting, To: Urged, By: Staff, Needs: office.Decide, Asks: []Ask{askTo, askReason},
		Does: []string{"reason"}, Stops: beginning, Starts: []ClockName{Report}, Past: "urged", Letter: "urging",
		Source: "Luật Tiếp công dân Đ.26.3; Luật Tố cáo Đ.38",
	},
	{
		Name: "reconsider", From: []State{Guided, PutAway, Returned, Refused}, To: Classifying, By: Staff, Needs: office.Decide,
		Asks: []Ask{askReason}, Does: []string{"reconsider"}, Past: "reconsidered", Source: "Nghị định 154/2026 Đ.4.1h",
	},
	{
		Name: "assess", Kinds: denunciation, From: sorting, By: Staff, Needs: office.Decide, Guards: []string{"nameless"},
		Asks: []Ask{yesNo("clear_accused"), yesNo("concrete_evidence"), yesNo("can_verify"), askReason}, Does: []string{"assess", "reason"},
		Past: "assessed", Source: "Luật Tố cáo Đ.25.2",
	},
	{
		Name: "file_anonymous", Kinds: denunciation, From: sorting, To: PutAway, By: Staff, Needs: office.Decide,
		Guards: []string{"no_evidence"}, Asks: []Ask{askReason}, Does: []string{"reason"}, Stops: all, Past: "filed",
		Source: "Luật Tố cáo Đ.25.1",
	},
	{
		Name: "inspect_anonymous", Kinds: denunciation, From: sorting, To: InProgress, By: Staff, Needs: office.Decide,
		Guards: []string{"evidence"}, Asks: []Ask{askReason}, Does: []string{"reason"}, Stops: beginning,
		Starts: []ClockName{Inspection}, Past: "inspection_begun", Source: "Luật Tố cáo Đ.25.2",
	},
	{
		Name: "end_inspection", Kinds: denunciation, From: []State{InProgress}, To: Closed, By: Staff, Needs: office.Decide,
		Guards: []string{"inspection"}, Asks: []Ask{askText}, Does: []string{"draft"}, Stops: []ClockName{Inspection},
		Past: "inspection_ended", Source: "Luật Tố cáo Đ.25.2",
	},

	// Accepting or refusing
	{
		Name: "extend_check", Kinds: denunciation, From: append([]State{Proposed}, sorting...), By: Staff, Needs: office.Decide,
		Guards: []string{"once"}, Asks: []Ask{askReason}, Does: []string{"long_check", "reason"}, Past: "check_extended",
		Source: "Luật Tố cáo Đ.24.1",
	},
	{
		Name: "propose_acceptance", Kinds: formal, From: sorting, To: Proposed, By: Staff, Needs: office.Work,
		Guards: []string{"named", "ours"}, Asks: []Ask{askNote}, Past: "acceptance_proposed", Form: "01 Thông tư 05/2021",
		Source: "Thông tư 05/2021/TT-TTCP",
	},
	{
		Name: "accept", Kinds: complaint, From: append([]State{Proposed}, sorting...), To: Accepted, By: Staff, Needs: office.Decide,
		Guards: []string{"named", "assigned", "ours"}, Asks: []Ask{askNote}, Stops: beginning, Starts: []ClockName{Resolution, ForwarderReply},
		Past: "accepted", Letter: "acceptance", Form: "03 Nghị định 124/2020", Until: reform, Source: "Luật Khiếu nại Đ.27, 36",
	},
	{
		Name: "accept", Kinds: complaint, From: append([]State{Proposed}, sorting...), To: Accepted, By: Staff, Needs: office.Decide,
		Guards: []string{"named", "assigned", "ours"}, Asks: []Ask{askNote}, Stops: beginning, Starts: []ClockName{Resolution, ForwarderReply},
		Past: "accepted", Letter: "acceptance", Form: "03 Nghị định 155/2026", Since: reform, Source: "Luật Khiếu nại Đ.27, 36; Nghị định 155/2026 Đ.10",
	},
	{
		Name: "accept", Kinds: denunciation, From: append([]State{Proposed}, sorting...), To: Accepted, By: Staff, Needs: office.Decide,
		Guards: []string{"named", "assigned", "ours"}, Asks: []Ask{askNote}, Stops: beginning, Starts: []ClockName{Resolution, AcceptanceNotice, ForwarderReply},
		Past: "accepted", Letter: "acceptance", Form: "04 Nghị định 31/2019", Source: "Luật Tố cáo Đ.29, 38",
	},
	{
		Name: "notify_acceptance", Kinds: denunciation, From: append([]State{NeedsInfo, Review, Suspended}, solving...), By: Staff, Needs: office.Work,
		Guards: []string{"owes_acceptance_notice", "stripped"}, Asks: []Ask{askNote}, Stops: []ClockName{AcceptanceNotice}, Past: "acceptance_notified",
		Letter: "acceptance_notice", Form: "05, 06 Nghị định 31/2019", Source: "Luật Tố cáo Đ.29.3",
	},
	{
		Name: "refuse", Kinds: formal, From: append([]State{Proposed, Triage}, sorting...), To: Refused, By: Staff, Needs: office.Decide,
		Asks: []Ask{{Name: "ground", Max: 40, OneOf: []string{
			"not_subject", "not_affected", "no_capacity", "unsigned", "time_barred", "settled", "discontinued", "court", "no_basis", "no_new_evidence",
		}}, askReason}, Does: []string{"reason"}, Stops: all, Past: "refused", Letter: "refusal", Form: "04 Nghị định 155/2026 (khiếu nại)",
		Source: "Luật Khiếu nại Đ.11, 27; Luật Tố cáo Đ.24, 29",
	},

	// Resolving a complaint or a denunciation
	{
		Name: "start", Kinds: formal, From: []State{Accepted}, To: Verifying, By: Staff, Needs: office.Work, Asks: []Ask{askTeam, askNote},
		Does: []string{"team"}, Past: "started", Form: "05 Nghị định 124/2020; 07 Nghị định 31/2019", Source: "Luật Khiếu nại Đ.29; Luật Tố cáo Đ.31",
	},
	{
		Name: "mark_complex", Kinds: formal, From: solving, By: Staff, Needs: office.Decide, Asks: []Ask{askCriteria, askReason},
		Does: []string{"complex", "reason"}, Past: "found_complex", Source: "Nghị định 155/2026 Đ.3a; Nghị định 31/2019 Đ.3",
	},
	{
		Name: "extend", Kinds: denunciation, From: solving, By: Staff, Needs: office.Decide, Guards: []string{"may_extend"},
		Asks: []Ask{askReason}, Does: []string{"extend", "reason"}, Past: "extended", Letter: "extension", Form: "01 Nghị định 31/2019",
		Source: "Luật Tố cáo Đ.30.2, 30.3",
	},
	{
		Name: "ask_expert", Kinds: formal, From: []State{Verifying}, To: ExpertReview, By: Staff, Needs: office.Decide, Asks: []Ask{askTo, askReason},
		Does: []string{"expert_pause", "reason"}, Starts: []ClockName{Recheck}, Past: "expert_asked", Form: "09 Nghị định 124/2020; 09 Nghị định 31/2019",
		Source: "Luật Khiếu nại Đ.29; Nghị định 31/2019 Đ.15.4",
	},
	{
		Name: "hear_expert", Kinds: formal, From: []State{ExpertReview}, To: Verifying, By: Staff, Needs: office.Work, Asks: []Ask{askNote},
		Does: []string{"unpause"}, Stops: []ClockName{Recheck}, Past: "expert_heard", Source: "Nghị định 31/2019 Đ.15.4",
	},
	{
		Name: "invite_dialogue", Kinds: complaint, From: []State{Verifying}, To: Dialogue, By: Staff, Needs: office.Work,
		Asks: []Ask{{Name: "on", Required: true, Max: 20}, askText}, Does: []string{"invite", "message"}, Past: "dialogue_called",
		Letter: "dialogue", Source: "Luật Khiếu nại Đ.30, 39; Nghị định 155/2026 Đ.11",
	},
	{
		Name: "hold_dialogue", Kinds: complaint, From: []State{Dialogue}, To: Verifying, By: Staff, Needs: office.Work, Asks: []Ask{askText},
		Does: []string{"heard", "draft"}, Past: "dialogue_held", Form: "14 Nghị định 155/2026", Source: "Luật Khiếu nại Đ.30, 39",
	},
	{
		Name: "suspend", Kinds: formal, From: []State{Accepted, Verifying, Dialogue, NeedsInfo}, To: Suspended, By: Staff, Needs: office.Decide,
		Asks: []Ask{grounds("force_majeure", "related_matter", "other_case"), askReason}, Does: []string{"pause", "reason"},
		Starts: []ClockName{PauseNotice, Recheck}, Past: "suspended", Letter: "suspension", Form: "14a Nghị định 155/2026 (khiếu nại)",
		Source: "Luật Khiếu nại Đ.11a, Nghị định 155/2026 Đ.28a, 28b; Luật Tố cáo Đ.34",
	},
	{
		Name: "notify_pause", Kinds: formal, From: append([]State{Suspended, NeedsInfo, Review}, solving...), By: Staff, Needs: office.Work,
		Guards: []string{"owes_pause_notice"}, Asks: []Ask{askNote}, Stops: []ClockName{PauseNotice}, Past: "pause_notified",
		Source: "Nghị định 155/2026 Đ.28b; Luật Tố cáo Đ.34",
	},
	{
		Name: "keep_suspended", Kinds: formal, From: []State{Suspended, ExpertReview}, By: Staff, Needs: office.Decide, Asks: []Ask{askReason},
		Does: []string{"reason"}, Stops: []ClockName{Recheck}, Starts: []ClockName{Recheck}, Past: "pause_kept", Source: "quy định của cơ quan",
	},
	{
		Name: "resume", Kinds: formal, From: []State{Suspended}, To: Verifying, By: Staff, Needs: office.Decide, Asks: []Ask{askReason},
		Does: []string{"unpause", "reason"}, Stops: []ClockName{Recheck}, Starts: []ClockName{PauseNotice}, Past: "resumed",
		Letter: "resumption", Form: "14b Nghị định 155/2026 (khiếu nại)", Source: "Nghị định 155/2026 Đ.28b.2; Luật Tố cáo Đ.34",
	},
	{
		Name: "refer_criminal", Kinds: denunciation, From: append([]State{Suspended, NeedsInfo, Review, Concluded, Notified}, append(sorting, solving...)...),
		To: Criminal, By: Staff, Needs: office.Decide, Asks: []Ask{askTo, askReason}, Does: []string{"reason"}, Stops: all,
		Past: "referred", Letter: "referral", Source: "Luật Tố cáo Đ.36.2",
	},

	// Working on a petition or feedback; drafts and questions of every kind
	{
		Name: "start", Kinds: plain, From: sorting, To: InProgress, By: Staff, Needs: office.Work, Asks: []Ask{askNote},
		Stops: []ClockName{Reply}, Starts: []ClockName{Resolution}, Past: "started", Source: "Luật Tiếp công dân Đ.28",
	},
	{
		Name: "propose", Kinds: plain, From: append([]State{InProgress}, sorting...), To: Review, By: Staff, Needs: office.Work,
		Asks: []Ask{askText}, Does: []string{"remember", "draft"}, Past: "proposed", Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: "propose", Kinds: formal, From: []State{Accepted, Verifying}, To: Review, By: Staff, Needs: office.Work,
		Asks: []Ask{askText}, Does: []string{"remember", "draft"}, Past: "proposed", Form: "13 Nghị định 124/2020; 10 Nghị định 31/2019",
		Source: "Luật Khiếu nại Đ.29.4; Luật Tố cáo Đ.31",
	},
	{
		Name: "send_back", From: []State{Review}, By: Staff, Needs: office.Decide, Asks: []Ask{askReason}, Does: []string{"back", "reason"},
		Past: "sent_back", Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: "ask_info", Kinds: plain, From: append([]State{InProgress}, sorting...), To: NeedsInfo, By: Staff, Needs: office.Work,
		Asks: []Ask{askText}, Does: []string{"remember", "message"}, Past: "info_asked", Letter: "ask_info", Source: "Luật Tiếp công dân Đ.25",
	},
	{
		Name: "ask_info", Kinds: formal, From: append([]State{Accepted, Verifying}, sorting...), To: NeedsInfo, By: Staff, Needs: office.Work,
		Asks: []Ask{askText}, Does: []string{"remember", "message"}, Starts: []ClockName{Documents}, Past: "info_asked", Letter: "ask_info",
		Source: "Luật Khiếu nại Đ.12.1đ; Luật Tố cáo Đ.24.1",
	},
	{
		Name: "give_info", From: []State{NeedsInfo}, By: Citizen, Does: []string{"back"}, Stops: []ClockName{Documents}, Past: "info_given",
		Source: "Luật Khiếu nại Đ.12.2; Luật Tố cáo Đ.9.2",
	},
	{
		Name: "go_on", From: []State{NeedsInfo}, By: Staff, Needs: office.Work, Asks: []Ask{askReason}, Does: []string{"back", "reason"},
		Stops: []ClockName{Documents}, Past: "went_on", Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: "answer", Kinds: plain, From: append([]State{InProgress, NeedsInfo, Review}, sorting...), To: Answered, By: Staff, Needs: office.Decide,
		Asks: []Ask{askText, {Name: "outcome", Max: 40, OneOf: []string{"resolved", "explained", "forwarded", "noted"}}},
		Does: []string{"answer"}, Stops: all, Past: "answered", Letter: "answer", Source: "Luật Tiếp công dân Đ.28",
	},
	{
		Name: "answer", Kinds: praise, From: sorting, To: Answered, By: Staff, Needs: office.Decide,
		Asks: []Ask{askText, {Name: "outcome", Max: 40, OneOf: []string{"noted", "forwarded"}}},
		Does: []string{"answer"}, Stops: all, Past: "answered", Letter: "answer", Source: "Nghị định 118/2025 Đ.31.1đ",
	},
	{
		Name: "refuse", Kinds: append(plain, Praise), From: append([]State{Triage, InProgress, NeedsInfo, Review}, sorting...), To: Refused, By: Staff,
		Needs: office.Decide, Asks: []Ask{askReason}, Does: []string{"reason"}, Stops: all, Past: "refused", Letter: "refusal",
		Source: "Luật Tiếp công dân Đ.28.1",
	},

	// Deciding a complaint
	{
		Name: "decide", Kinds: complaint, Level: 1, From: []State{Verifying, Review}, To: Decided, By: Staff, Needs: office.Decide,
		Asks: []Ask{askText, outcomes("upheld", "partly_upheld", "rejected")}, Does: []string{"answer"},
		Stops: []ClockName{Resolution, Documents, ForwarderReply, PauseNotice}, Starts: []ClockName{DecisionNotice, Effect},
		Past: "decided", Letter: "decision", Form: "15 Nghị định 124/2020", Source: "Luật Khiếu nại Đ.31, 32",
	},
	{
		Name: "decide", Kinds: complaint, Level: 2, From: []State{Verifying, Review}, To: Decided, By: Staff, Needs: office.Decide,
		Guards: []string{"heard"}, Asks: []Ask{askText, outcomes("confirm_first", "cancel_or_amend_first")}, Does: []string{"answer"},
		Stops: []ClockName{Resolution, Documents, ForwarderReply, PauseNotice}, Starts: []ClockName{DecisionNotice, Effect},
		Past: "decided", Letter: "decision", Form: "16 Nghị định 124/2020", Source: "Luật Khiếu nại Đ.39, 40, 41",
	},
	{
		Name: "notify", Kinds: complaint, From: []State{Decided}, To: Notified, By: Staff, Needs: office.Work, Asks: []Ask{askNote},
		Stops: []ClockName{DecisionNotice}, Past: "notified", Source: "Luật Khiếu nại Đ.32, 41.1",
	},
	{
		Name: "publish", Kinds: complaint, Level: 2, From: []State{Notified}, To: Published, By: Staff, Needs: office.Work,
		Asks: []Ask{askText}, Does: []string{"draft"}, Past: "published", Source: "Luật Khiếu nại Đ.41.2",
	},
	{
		Name: "take_effect", Kinds: complaint, From: []State{Notified, Published}, To: Effective, By: Staff, Needs: office.Work,
		Guards: []string{"effect_over"}, Stops: []ClockName{Effect}, Starts: []ClockName{FollowUp}, Past: "effective", Source: "Luật Khiếu nại Đ.44",
	},
	{
		Name: "enforce", Kinds: complaint, From: []State{Effective}, To: Enforcing, By: Staff, Needs: office.Work, Asks: []Ask{askText},
		Does: []string{"draft"}, Past: "enforced", Source: "Luật Khiếu nại Đ.45, 46",
	},

	// Concluding a denunciation
	{
		Name: "conclude", Kinds: denunciation, From: []State{Verifying, Review}, To: Concluded, By: Staff, Needs: office.Decide,
		Asks: []Ask{askText, outcomes("substantiated", "partly", "false", "no_violation")}, Does: []string{"answer"},
		Stops:  []ClockName{Resolution, Documents, ForwarderReply, PauseNotice, AcceptanceNotice},
		Starts: []ClockName{DecisionNotice, Act, Publish}, Past: "concluded", Letter: "conclusion", Form: "12 Nghị định 31/2019",
		Source: "Luật Tố cáo Đ.35",
	},
	{
		Name: "notify", Kinds: denunciation, From: []State{Concluded}, To: Notified, By: Staff, Needs: office.Work, Asks: []Ask{askNote},
		Stops: []ClockName{DecisionNotice}, Past: "notified", Source: "Luật Tố cáo Đ.35.3",
	},
	{
		Name: "publish", Kinds: denunciation, From: []State{Notified}, To: Published, By: Staff, Needs: office.Work, Asks: []Ask{askText},
		Does: []string{"draft"}, Stops: []ClockName{Publish}, Past: "published", Source: "Luật Tố cáo Đ.40",
	},
	{
		Name: "enforce", Kinds: denunciation, From: []State{Published}, To: Enforcing, By: Staff, Needs: office.Work, Asks: []Ask{askText},
		Does: []string{"draft"}, Stops: []ClockName{Act}, Starts: []ClockName{FollowUp}, Past: "enforced", Source: "Luật Tố cáo Đ.36",
	},
	{
		Name: "close_unfounded", Kinds: denunciation, From: []State{Notified}, To: Closed, By: Staff, Needs: office.Decide,
		Guards: []string{"unfounded"}, Asks: []Ask{askNote}, Stops: []ClockName{Act, Publish}, Past: "closed", Source: "Luật Tố cáo Đ.36.1",
	},
	{
		Name: "report_enforcement", Kinds: formal, From: []State{Enforcing}, By: Staff, Needs: office.Work, Asks: []Ask{askText},
		Does: []string{"draft"}, Stops: []ClockName{FollowUp}, Starts: []ClockName{FollowUp}, Past: "enforcement_reported",
		Source: "Nghị định 31/2019 Đ.18; Luật Khiếu nại Đ.46",
	},

	// Withdrawing
	{
		Name: "withdraw", Kinds: append(plain, Praise), From: []State{Received, Triage, Assigned, Registered, Classifying, NeedsInfo, Ineligible, InProgress, Review},
		To: Withdrawn, By: Citizen, Asks: []Ask{{Name: "reason", Max: 2000}}, Does: []string{"reason"}, Stops: all, Past: "withdrawn",
		Letter: "withdrawal", Source: "quy định của cơ quan",
	},
	{
		Name: "withdraw", Kinds: formal, From: unsettled, To: Withdrawing, By: Citizen, Asks: []Ask{{Name: "reason", Max: 2000}},
		Does: []string{"remember", "reason"}, Starts: []ClockName{Withdrawal}, Past: "withdrawn", Letter: "withdrawal",
		Form: "02, 03 Nghị định 156/2026 (tố cáo)", Source: "Luật Khiếu nại Đ.10; Luật Tố cáo Đ.33",
	},
	{
		Name: "continue", Kinds: denunciation, From: []State{Withdrawing}, By: Staff, Needs: office.Decide,
		Asks: []Ask{grounds("violation_signs", "coerced", "slander"), askReason}, Does: []string{"back", "reason"},
		Stops: []ClockName{Withdrawal}, Past: "continued", Source: "Luật Tố cáo Đ.33.3",
	},
	{
		Name: "continue", Kinds: complaint, From: []State{Withdrawing}, By: Staff, Needs: office.Decide, Asks: []Ask{grounds("coerced"), askReason},
		Does: []string{"back", "reason"}, Stops: []ClockName{Withdrawal}, Past: "continued", Source: "Luật 136/2025/QH15",
	},
	{
		Name: "discontinue", Kinds: formal, From: []State{Withdrawing}, To: Discontinued, By: Staff, Needs: office.Decide, Asks: []Ask{askReason},
		Does: []string{"reason"}, Stops: all, Starts: []ClockName{PauseNotice}, Past: "discontinued", Letter: "discontinuance",
		Form: "14a Nghị định 155/2026 (khiếu nại)", Source: "Luật Khiếu nại Đ.10, 11a; Luật Tố cáo Đ.33, 34",
	},
	{
		Name: "discontinue", Kinds: denunciation, From: append([]State{Suspended, NeedsInfo}, solving...), To: Discontinued, By: Staff, Needs: office.Decide,
		Asks: []Ask{grounds("accused_died", "already_judged"), askReason}, Does: []string{"reason"}, Stops: all, Starts: []ClockName{PauseNotice},
		Past: "discontinued", Letter: "discontinuance", Source: "Luật Tố cáo Đ.34.3",
	},
	{
		Name: "notify_end", Kinds: formal, From: []State{Discontinued}, To: Closed, By: Staff, Needs: office.Work, Asks: []Ask{askNote},
		Stops: []ClockName{PauseNotice}, Past: "closed", Source: "Nghị định 155/2026 Đ.28b; Luật Tố cáo Đ.34",
	},

	// Going further, and ending
	{
		Name: "appeal", Kinds: complaint, Level: 1, From: append(append([]State{Refused}, unsettled...), settled...), To: Appealed, By: System,
		Guards: []string{"appealable"}, Stops: all, Past: "appealed", Source: "Luật Khiếu nại Đ.7, 33",
	},
	{
		Name: "appeal", Kinds: denunciation, Level: 1, From: append(append([]State{Refused}, unsettled...), settled...), To: Appealed, By: System,
		Guards: []string{"appealable"}, Stops: all, Past: "appealed", Source: "Luật Tố cáo Đ.37, 38",
	},
	{
		Name: "litigate", Kinds: complaint, From: append(append([]State{Withdrawing, Refused}, unsettled...), settled...), To: Litigated, By: Staff,
		Needs: office.Decide, Asks: []Ask{askReason}, Does: []string{"reason"}, Stops: all, Past: "litigated", Source: "Luật Khiếu nại Đ.7, 42",
	},
	{
		Name: "close", From: []State{Answered, Refused, Transfer, Guided, PutAway, Returned, Withdrawn, Split, Appealed, Litigated, Criminal},
		To: Closed, By: Staff, Needs: office.Work, Asks: []Ask{askNote}, Past: "closed", Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: "close", Kinds: formal, From: []State{Urged, Effective, Enforcing}, To: Closed, By: Staff, Needs: office.Decide, Asks: []Ask{askNote},
		Stops: []ClockName{Report, FollowUp}, Past: "closed", Source: "Luật Khiếu nại Đ.46; Luật Tố cáo Đ.36",
	},
}

func kindNames() []string {
	out := make([]string, 0, len(Kinds()))
	for _, k := range Kinds() {
		out = append(out, string(k))
	}
	return out
}
