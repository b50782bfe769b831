package law

import (
	"slices"

	"tiepdan/internal/domain/office"
)

// moves is the table of moves: the law, row by row, in the order in which pages offer them. It is printed whole in
// deployments/docs/law.md.
var moves = slices.Concat(takingIn, signing, resolving, withdrawing, further, telling, ending, noting)

// takingIn are the moves up to and into the work on a complaint or denunciation.
var takingIn = []Move{
	// Taking in and sorting
	{
		Name: "assign", From: append(append([]State{Withdrawing, Discontinued, Urged}, unsettled...), settled...),
		By: Staff, Needs: office.Triage, Asks: []Ask{askUnit, askAssignee, askNote}, Does: []string{"assign"}, Past: "assigned", Back: true,
		Stands: Near, Leads: []State{Received, Triage},
		Source: "quy chế làm việc của cơ quan",
	},
	{
		// Nobody outside has heard of it and nobody inside has done anything since.
		Name: MoveTakeBack, From: Fresh, By: Staff, Needs: office.Triage, Guards: []string{"just_done"}, Does: []string{"take_back"}, Past: "taken_back",
		Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: MoveNameAccused, Kinds: accusing, From: append(append([]State{Withdrawing, Discontinued, Urged}, unsettled...), settled...),
		By: Staff, Needs: office.Triage, Asks: []Ask{askPeople, askUnits, askOutside, AskReason}, Does: []string{"name_accused"},
		Past: "accused_named", Source: "Luật Tố cáo Đ.12, 13, 23; Luật Khiếu nại Đ.17",
	},
	{
		// What was a denunciation about nobody in particular stays closed to the units it may be about until then.
		Name: MoveNameAccused, Kinds: []Kind{Petition, Praise}, From: append(append([]State{}, unsettled...), settled...), By: Staff,
		Needs: office.Triage, Guards: []string{"unclear"}, Asks: []Ask{askPeople, askUnits, askOutside, AskReason},
		Does: []string{"name_accused"}, Past: "accused_named", Source: "Luật Tố cáo Đ.8, 56",
	},
	{
		// One person's word closes the case to somebody; it takes two to open it to whom it may have meant.
		Name: MoveNameAccused + BySecond, From: append(append([]State{Withdrawing, Discontinued, Urged}, unsettled...), settled...), By: Second,
		Does: []string{"clear"}, Past: "accused_cleared", Source: "Luật Tố cáo Đ.8, 12, 13, 56; Luật Khiếu nại Đ.17",
	},
	{
		Name: "register", From: []State{Received, Triage, Assigned}, To: Registered, By: Staff, Needs: office.Triage,
		Asks: []Ask{askNote}, Past: "registered", Back: true, Form: "03/TCD", Source: "Nghị định 154/2026 Đ.27",
	},
	{
		Name: "classify", From: []State{Received, Triage, Assigned, Registered}, To: Classifying, By: Staff, Needs: office.Triage,
		Asks: []Ask{askNote}, Past: "classified", Back: true, Stands: Far, Leads: []State{Assigned, Registered}, Source: "Luật Tiếp công dân Đ.25; Thông tư 05/2021/TT-TTCP",
	},
	{
		Name: "reclassify", Kinds: SplitInto(), From: Fresh, To: Classifying, By: Staff, Needs: office.Triage,
		Asks: []Ask{{Name: "kind", Required: true, Max: 20, OneOf: kindNames(Kinds())}, AskReason}, Does: []string{"reclassify"},
		Past: "reclassified", Stands: Near, Source: "Luật Tiếp công dân Đ.25.3",
	},
	{
		Name: "reclassify", Kinds: denunciation, From: Fresh, By: Staff, Needs: office.Triage,
		Asks: []Ask{{Name: "kind", Required: true, Max: 20, OneOf: kindNames(SplitInto())}, askGround, askSender, AskReason}, Does: []string{"ask_opening"},
		Past: PastOpeningAsked, Stands: Near, Source: "Luật Tiếp công dân Đ.25.3; Luật Tố cáo Đ.8, 56",
	},
	{
		Name: "reclassify" + BySecond, Kinds: denunciation, From: Fresh, To: Classifying, By: Second, Does: []string{"reclassify"},
		Past: "reclassified", Source: "Luật Tiếp công dân Đ.25.3; Luật Tố cáo Đ.8, 56",
	},
	{
		Name: "split", Kinds: SplitInto(), From: []State{Assigned, Registered, Classifying, Triage}, To: Split, By: Staff, Needs: office.Triage,
		Asks: append(append([]Ask{askKinds}, askPassages()...), AskReason), Does: []string{"split"}, Stops: AllClocks,
		Past: "split", Letter: "split", Stands: Far, Page: "split", Source: "Luật Tiếp công dân Đ.25.3; Nghị định 154/2026 Đ.14.4",
	},
	{
		Name: "split", Kinds: denunciation, From: Sorting, By: Staff, Needs: office.Triage,
		Asks: append(append([]Ask{askKinds}, askPassages()...), AskReason), Does: []string{"ask_opening"},
		Past: PastOpeningAsked, Stands: Far, Page: "split", Source: "Luật Tiếp công dân Đ.25.3; Nghị định 154/2026 Đ.14.4; Luật Tố cáo Đ.8, 56",
	},
	{
		Name: "split" + BySecond, Kinds: denunciation, From: Sorting, To: Classifying, By: Second, Does: []string{"split"}, Past: "split", Letter: "split",
		Source: "Luật Tiếp công dân Đ.25.3; Nghị định 154/2026 Đ.14.4; Luật Tố cáo Đ.8, 56",
	},
	{
		Name: "set_contested", Kinds: complaint, From: slices.Concat(Fresh, []State{Proposed, Accepted, Verifying, Review}), By: Staff,
		Needs: office.Triage, Asks: []Ask{{Name: "contested", Required: true, Max: 20, OneOf: contestedByDesk(), First: "contested"}, {Name: "unit", Max: 64, First: "against"}, AskReason},
		Does: []string{"contest"}, Past: "contested_set", Source: "Luật Khiếu nại Đ.7, 17, 20, 21, 51",
	},
	{
		Name: "hand_up", Kinds: formal, Where: Elsewhere, From: slices.Concat(unsettled, []State{Withdrawing}), By: Staff, Needs: office.Work,
		Asks: []Ask{askNote}, Does: []string{"hand_up"}, Past: "handed_up", Stands: Near, Source: "Luật Khiếu nại Đ.17, 20, 21; Luật Tố cáo Đ.12, 13",
	},
	{
		Name: "hand_over", Kinds: formal, Where: Outside, From: slices.Concat(unsettled, []State{Withdrawing}), To: Transfer, By: Staff,
		Needs: office.Triage, Guards: []string{"forwarder_told"}, Asks: []Ask{AskTo, AskReason}, Does: []string{"reason"}, Stops: AllClocks, Past: "transferred", Letter: "transfer",
		Stands: Danger, Source: "Luật Khiếu nại Đ.7, 33; Luật Tố cáo Đ.12, 13, 24.2, 37; Luật Tiếp công dân Đ.26, 28",
	},
	{
		// No head here may have it and inspection decides nothing: whoever it rests with sends it to the superior with its file.
		Name: "send_up", Kinds: formal, From: slices.Concat(unsettled, settled, []State{Withdrawing, Discontinued, Urged}), To: Transfer, By: Staff,
		Needs: office.Triage, Guards: []string{"resting", "forwarder_told"}, Asks: []Ask{AskTo, AskReason}, Does: []string{"reason"}, Stops: AllClocks,
		Past: "transferred", Letter: "transfer", Form: "03 Thông tư 05/2021 (tố cáo)", Stands: Danger, Source: "Luật Tố cáo Đ.12, 13, 24.2; Luật Tiếp công dân Đ.26, 28",
	},
	{
		Name: "find_incompetent", Kinds: formal, From: Fresh, To: Classifying, By: Staff, Needs: office.Triage, Guards: []string{"ours"},
		Asks: []Ask{askNote}, Does: []string{"foreign"}, Stops: []ClockName{Acceptance}, Starts: []ClockName{Forward}, Past: "found_incompetent",
		Source: "Luật Tiếp công dân Đ.26, 28; Luật Tố cáo Đ.24.2",
	},
	{
		Name: "find_ineligible", From: Fresh, To: Ineligible, By: Staff, Needs: office.Triage, Guards: []string{"checked"},
		Asks: []Ask{grounds("unsigned", "no_identity", "duplicate", "illegible", "sent_elsewhere", "guided_before"), AskReason},
		Does: []string{"reason"}, Past: "found_ineligible", Source: "Thông tư 05/2021/TT-TTCP; Luật Tiếp công dân Đ.28",
	},
	{
		// The signature, the paper or the reason that was missing came, or was there.
		Name: "find_eligible", From: []State{Ineligible}, To: Classifying, By: Staff, Needs: office.Triage, Asks: []Ask{AskReason}, Does: []string{"reason"},
		Past: "found_eligible", Stands: Near, Source: "Thông tư 05/2021/TT-TTCP; Luật Tiếp công dân Đ.28",
	},
	{
		Name: "file", From: []State{Ineligible}, To: PutAway, By: Staff, Needs: office.Triage, Guards: []string{"forwarder_told"}, Asks: []Ask{AskReason},
		Does: []string{"reason"}, Stops: AllClocks, Past: "filed", Letter: "filing", Stands: Danger, Leads: []State{Ineligible}, Source: "Thông tư 05/2021/TT-TTCP",
	},
	{
		Name: "return", From: []State{Ineligible}, To: Returned, By: Staff, Needs: office.Triage, Guards: []string{"forwarder_told"}, Asks: []Ask{AskReason},
		Does: []string{"reason"}, Stops: AllClocks, Past: "returned", Letter: "return", Stands: Danger, Source: "Thông tư 05/2021/TT-TTCP",
	},
	{
		Name: "guide", Kinds: complaint, From: []State{Triage, Assigned, Registered, Classifying}, To: Guided, By: Staff, Needs: office.Triage,
		Guards: []string{"not_guided"}, Asks: []Ask{AskTo, AskReason}, Does: []string{"guide", "reason"}, Stops: AllClocks,
		Past: "guided", Letter: "guidance", Stands: Near, Source: "Luật Tiếp công dân Đ.26; Thông tư 05/2021/TT-TTCP",
	},
	{
		Name: "transfer", Kinds: []Kind{Denunciation, Petition, Feedback, Praise}, From: append([]State{InProgress, NeedsInfo, Review}, Fresh...), To: Transfer,
		By: Staff, Needs: office.Triage, Guards: []string{"forwarder_told"}, Asks: []Ask{AskTo, AskReason}, Does: []string{"reason"}, Stops: AllClocks, Past: "transferred",
		Letter: "transfer", Form: "03 Thông tư 05/2021 (tố cáo)", Stands: Danger, Source: "Luật Tố cáo Đ.24.2; Luật Tiếp công dân Đ.26, 28",
	},
	{
		Name: "urge", Kinds: formal, From: Sorting, To: Urged, By: Staff, Needs: office.Decide, Guards: []string{"others"}, Asks: []Ask{AskTo, AskReason},
		Does: []string{"reason"}, Stops: beginning, Starts: []ClockName{Report}, Past: "urged", Letter: "urging",
		Stands: Near, Source: "Luật Tiếp công dân Đ.26.3; Luật Tố cáo Đ.38",
	},
	{
		// That the file was closed takes nothing away.
		Name: "reconsider", From: append([]State{Closed}, reopened...), Ended: reopened, To: Classifying, By: Staff, Needs: office.Decide,
		Asks: []Ask{AskReason}, Does: []string{"reconsider"}, Past: "reconsidered", Stands: Near, Source: "Nghị định 154/2026 Đ.4.1h",
	},
	{
		// What he refused whom the law lets decide, nobody under him takes up again.
		Name: "reconsider", Competent: true, From: []State{Closed, Refused}, Ended: []State{Refused}, To: Classifying, By: Staff, Needs: office.Decide,
		Asks: []Ask{AskReason}, Does: []string{"reconsider"}, Past: "reconsidered", Stands: Near, Source: "Nghị định 154/2026 Đ.4.1h",
	},
	{
		// A name that nobody bears makes the letter nameless; it is looked at for evidence like one.
		Name: "find_name_false", Kinds: denunciation, From: unnamed, To: Classifying, By: Staff, Needs: office.Decide,
		Guards: []string{"named"}, Asks: []Ask{AskReason}, Does: []string{"nameless", "reason"}, Past: "name_found_false",
		Stands: Danger, Source: "Luật Tố cáo Đ.25.1, 25.2",
	},
	{
		Name: "assess", Kinds: denunciation, From: Sorting, By: Staff, Needs: office.Decide, Guards: []string{"nameless"},
		Asks: []Ask{yesNo("clear_accused"), yesNo("concrete_evidence"), yesNo("can_verify"), AskReason}, Does: []string{"assess", "reason"},
		Past: "assessed", Stands: Near, Leads: Sorting, Source: "Luật Tố cáo Đ.25.2",
	},
	{
		Name: "file_anonymous", Kinds: denunciation, From: Sorting, To: PutAway, By: Staff, Needs: office.Decide,
		Guards: []string{"no_evidence", "forwarder_told"}, Asks: []Ask{AskReason}, Does: []string{"reason"}, Stops: AllClocks, Past: "filed",
		Stands: Danger, Leads: Sorting, Source: "Luật Tố cáo Đ.25.1",
	},
	{
		Name: "inspect_anonymous", Kinds: denunciation, From: Sorting, To: InProgress, By: Staff, Needs: office.Decide,
		Guards: []string{"evidence"}, Asks: []Ask{AskReason}, Does: []string{"reason"}, Stops: beginning,
		Starts: []ClockName{Inspection}, Past: "inspection_begun", Stands: Near, Leads: Sorting, Source: "Luật Tố cáo Đ.25.2",
	},
	{
		Name: "end_inspection", Kinds: denunciation, From: []State{InProgress}, To: Closed, By: Staff, Needs: office.Decide,
		Guards: []string{"inspection", "forwarder_told"}, Asks: []Ask{AskText}, Does: []string{"draft"}, Stops: []ClockName{Inspection},
		Past: "inspection_ended", Stands: Near, Leads: []State{InProgress}, Source: "Luật Tố cáo Đ.25.2",
	},

	// Accepting or refusing
	{
		Name: "extend_check", Kinds: denunciation, From: append([]State{Proposed}, Sorting...), By: Staff, Needs: office.Decide,
		Guards: []string{"once", "in_time"}, Asks: []Ask{AskReason}, Does: []string{"long_check", "reason"}, Past: "check_extended",
		Source: "Luật Tố cáo Đ.24.1",
	},
	{
		Name: "propose_acceptance", Kinds: formal, From: Sorting, To: Proposed, By: Staff, Needs: office.Work,
		Guards: []string{"named", "ours"}, Asks: []Ask{askNote}, Past: "acceptance_proposed", Form: "01 Thông tư 05/2021",
		Stands: Near, Leads: Sorting, Source: "Thông tư 05/2021/TT-TTCP",
	},
	{
		Name: "accept", Competent: true, Kinds: complaint, From: append([]State{Proposed}, Sorting...), To: Accepted, By: Staff, Needs: office.Decide,
		Guards: []string{"named", "signed", "assigned", "ours", "not_belated"}, Asks: []Ask{askRemote, askNote}, Does: []string{"remote"}, Stops: beginning, Starts: []ClockName{Resolution},
		Past: "accepted", Letter: "acceptance", Form: "03 Nghị định 124/2020", Until: reform, Stands: Near, Leads: append([]State{Proposed}, Sorting...), Source: "Luật Khiếu nại Đ.27, 28, 36, 37",
	},
	{
		Name: "accept", Competent: true, Kinds: complaint, From: append([]State{Proposed}, Sorting...), To: Accepted, By: Staff, Needs: office.Decide,
		Guards: []string{"named", "signed", "assigned", "ours", "not_belated"}, Asks: []Ask{askRemote, askNote}, Does: []string{"remote"}, Stops: beginning, Starts: []ClockName{Resolution},
		Past: "accepted", Letter: "acceptance", Form: "03 Nghị định 155/2026", Since: reform, Stands: Near, Leads: append([]State{Proposed}, Sorting...), Source: "Luật Khiếu nại Đ.27, 28, 36, 37; Nghị định 155/2026 Đ.10",
	},
	{
		Name: "accept", Competent: true, Kinds: denunciation, From: append([]State{Proposed}, Sorting...), To: Accepted, By: Staff, Needs: office.Decide,
		Guards: []string{"named", "signed", "assigned", "ours"}, Asks: []Ask{askNote}, Stops: beginning, Starts: []ClockName{Resolution, AcceptanceNotice},
		Past: "accepted", Letter: "acceptance", With: []string{"acceptance_notice", "accused_notice"}, Form: "04 Nghị định 31/2019", Stands: Near, Leads: append([]State{Proposed}, Sorting...), Source: "Luật Tố cáo Đ.29, 38",
	},
	{
		Name: "notify_acceptance", Kinds: denunciation, From: append([]State{NeedsInfo, Review, Suspended}, solving...), By: Staff, Needs: office.Work,
		Guards: []string{"owes_acceptance_notice", "stripped"}, Asks: sentTo(ofDenunciation), Does: []string{"sent"}, Stops: []ClockName{AcceptanceNotice}, Past: "acceptance_notified",
		Form: "05, 06 Nghị định 31/2019", Stands: Near, Leads: solving, Source: "Luật Tố cáo Đ.29.3",
	},
	{
		Name: "reply_forwarder", Kinds: denunciation, From: slices.Concat(unsettled, settled, []State{Withdrawing, Discontinued, Urged}), By: Staff,
		Needs: office.Work, Guards: []string{"owes_forwarder"}, Asks: []Ask{AskText, askWay, askSentOn}, Does: []string{"sent", "draft"}, Stops: []ClockName{ForwarderReply},
		Past: "forwarder_told", Stands: Near, Source: "Luật Tố cáo Đ.26.2",
	},
	{
		Name: "refuse", Competent: true, Kinds: formal, From: append([]State{Proposed, Triage}, Sorting...), To: Refused, By: Staff, Needs: office.Decide,
		Guards: []string{"forwarder_told"}, Asks: []Ask{{Name: "ground", Max: 40, OneOf: []string{
			"not_subject", "not_affected", "no_capacity", "unsigned", "time_barred", "settled", "discontinued", "court", "no_basis", "no_new_evidence",
		}}, AskReason}, Does: []string{"reason"}, Stops: AllClocks, Past: "refused", Letter: "refusal", Form: "04 Nghị định 155/2026 (khiếu nại)",
		Stands: Danger, Source: "Luật Khiếu nại Đ.11, 27; Luật Tố cáo Đ.24, 29",
	},

	// Resolving a complaint or a denunciation
	{
		Name: "start", Kinds: formal, From: []State{Accepted}, To: Verifying, By: Staff, Needs: office.Work, Asks: []Ask{askTeam, askNote},
		Does: []string{"team"}, Past: "started", Form: "05 Nghị định 124/2020; 07 Nghị định 31/2019", Stands: Near, Leads: []State{Accepted}, Source: "Luật Khiếu nại Đ.29; Luật Tố cáo Đ.31",
	},
	{
		Name: "mark_complex", Kinds: formal, From: slices.Concat([]State{NeedsInfo, Review}, solving), By: Staff, Needs: office.Decide, Guards: []string{"resolving", "in_time"}, Asks: []Ask{askCriteria, AskReason},
		Does: []string{"complex", "reason"}, Past: "found_complex", Source: "Nghị định 155/2026 Đ.3a; Nghị định 31/2019 Đ.3",
	},
	{
		Name: "set_remote", Competent: true, Kinds: complaint, From: slices.Concat([]State{NeedsInfo, Review}, solving), By: Staff, Needs: office.Decide,
		Guards: []string{"resolving", "in_time"}, Asks: []Ask{{Name: "remote", Required: true, Max: 3, OneOf: []string{"yes", "no"}, First: "remote"}, AskReason}, Does: []string{"remote", "reason"}, Past: "remote_set",
		Source: "Luật Khiếu nại Đ.28, 37",
	},
	{
		Name: "extend", Competent: true, Kinds: denunciation, From: slices.Concat([]State{NeedsInfo, Review}, solving), By: Staff, Needs: office.Decide, Guards: []string{"resolving", "may_extend", "in_time"},
		Asks: []Ask{AskReason}, Does: []string{"extend", "reason"}, Past: "extended", Letter: "extension", Form: "01 Nghị định 31/2019",
		Stands: Near, Source: "Luật Tố cáo Đ.30.2, 30.3",
	},
	{
		Name: "ask_expert", Kinds: formal, From: []State{Verifying}, To: ExpertReview, By: Staff, Needs: office.Decide, Asks: []Ask{AskTo, AskReason},
		Does: []string{"expert_pause", "reason"}, Starts: []ClockName{Recheck}, Past: "expert_asked", Form: "09 Nghị định 124/2020; 09 Nghị định 31/2019",
		Source: "Luật Khiếu nại Đ.29; Nghị định 31/2019 Đ.15.4",
	},
	{
		Name: "hear_expert", Kinds: formal, From: []State{ExpertReview}, To: Verifying, By: Staff, Needs: office.Work, Asks: []Ask{askNote},
		Does: []string{"unpause"}, Stops: []ClockName{Recheck}, Past: "expert_heard", Stands: Near, Leads: []State{ExpertReview}, Source: "Nghị định 31/2019 Đ.15.4",
	},
	{
		// Invited again, it is held on the new day.
		Name: "invite_dialogue", Kinds: complaint, From: []State{Verifying, Review, Dialogue}, To: Dialogue, By: Staff, Needs: office.Work,
		Asks: []Ask{{Name: "on", Required: true, Max: 20}, {Name: "hour", Max: 5}, AskText}, Does: []string{"invite", "message"}, Past: PastDialogueCalled,
		Letter: "dialogue", Stands: Near, Source: "Luật Khiếu nại Đ.30, 39; Nghị định 155/2026 Đ.11",
	},
	{
		Name: "hold_dialogue", Kinds: complaint, From: []State{Dialogue}, To: Verifying, By: Staff, Needs: office.Work,
		Guards: []string{"dialogue_day"}, Asks: []Ask{AskText}, Does: []string{"heard", "draft"}, Past: "dialogue_held", Form: "14 Nghị định 155/2026", Stands: Near, Leads: []State{Dialogue}, Source: "Luật Khiếu nại Đ.30, 39",
	},
	{
		Name: "hear_accused", Kinds: denunciation, From: []State{Verifying, Review}, By: Staff, Needs: office.Work,
		Asks: []Ask{{Name: "hearing", Required: true, Max: 20, OneOf: []string{"gave_account", "declined"}}, AskText}, Does: []string{"accused_heard", "draft"},
		Past: "accused_heard", Form: "08 Nghị định 31/2019", Stands: Near, Source: "Luật Tố cáo Đ.10, 31, 35.1",
	},
	{
		Name: "suspend", Competent: true, Kinds: formal, From: slices.Concat([]State{NeedsInfo, Review}, solving), To: Suspended, By: Staff, Needs: office.Decide,
		Guards: []string{"resolving"}, Stops: []ClockName{Documents},
		Asks: []Ask{grounds("force_majeure", "related_matter", "other_case"), AskReason}, Does: []string{"pause", "reason"},
		Starts: []ClockName{PauseNotice, Recheck}, Past: "suspended", Letter: "suspension", Form: "14a Nghị định 155/2026 (khiếu nại)",
		Source: "Luật Khiếu nại Đ.11a, Nghị định 155/2026 Đ.28a, 28b; Luật Tố cáo Đ.34",
	},
	{
		Name: "notify_pause", Kinds: complaint, From: append([]State{Suspended, NeedsInfo, Review}, solving...), By: Staff, Needs: office.Work,
		Guards: []string{"owes_pause_notice"}, Asks: sentTo(ofComplaint), Does: []string{"sent"}, Stops: []ClockName{PauseNotice}, Past: "pause_notified",
		Stands: Near, Leads: []State{Suspended}, Source: "Nghị định 155/2026 Đ.28b",
	},
	{
		Name: "notify_pause", Kinds: denunciation, From: append([]State{Suspended, NeedsInfo, Review}, solving...), By: Staff, Needs: office.Work,
		Guards: []string{"owes_pause_notice"}, Asks: sentTo(ofDenunciation), Does: []string{"sent"}, Stops: []ClockName{PauseNotice}, Past: "pause_notified",
		Stands: Near, Leads: []State{Suspended}, Source: "Luật Tố cáo Đ.34",
	},
	{
		Name: "keep_suspended", Kinds: formal, From: []State{Suspended, ExpertReview}, By: Staff, Needs: office.Decide, Asks: []Ask{AskReason},
		Does: []string{"reason"}, Stops: []ClockName{Recheck}, Starts: []ClockName{Recheck}, Past: "pause_kept", Stands: Near, Source: "quy định của cơ quan",
	},
	{
		Name: "resume", Competent: true, Kinds: formal, From: []State{Suspended}, To: Verifying, By: Staff, Needs: office.Decide, Asks: []Ask{AskReason},
		Does: []string{"unpause", "reason"}, Stops: []ClockName{Recheck}, Starts: []ClockName{PauseNotice}, Past: "resumed",
		Letter: "resumption", Form: "14b Nghị định 155/2026 (khiếu nại)", Stands: Near, Leads: []State{Suspended}, Source: "Nghị định 155/2026 Đ.28b.2; Luật Tố cáo Đ.34",
	},
	{
		Name: "refer_criminal", Kinds: denunciation, From: append([]State{Suspended, NeedsInfo, Review}, append(Sorting, solving...)...),
		To: Criminal, By: Staff, Needs: office.Decide, Guards: []string{"forwarder_told"}, Asks: []Ask{AskTo, AskReason}, Does: []string{"reason"}, Stops: AllClocks,
		Past: "referred", Letter: "referral", Stands: Danger, Source: "Luật Tố cáo Đ.36.2",
	},
	{
		// Once it is concluded the file goes to the investigators, and telling, acting and publishing go on.
		Name: "refer_criminal", Kinds: denunciation, From: []State{Concluded, Notified}, By: Staff, Needs: office.Decide, Asks: []Ask{AskTo, AskReason},
		Does: []string{"reason"}, Past: "referred", Letter: "referral", Stands: Danger, Source: "Luật Tố cáo Đ.36.2, 40",
	},
}
