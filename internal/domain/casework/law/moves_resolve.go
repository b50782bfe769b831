package law

import "tiepdan/internal/domain/office"

// PastPublished is the event of making a decision or conclusion public.
const PastPublished = "published"

// lawOfPublishing is what the publication of a second decision rests on.
const lawOfPublishing = "Luật Khiếu nại Đ.41.2; Nghị định 75/2012 Đ.12, nay Nghị định 124/2020: cần xác nhận"

// lawOfAppealing is what the time to complain a second time rests on, and from which day it counts; see handedOn.
const lawOfAppealing = "Luật Khiếu nại Đ.33.1 (ngày trao, ngày gửi trực tuyến; gửi bưu điện thì coi là nhận được sau 6 ngày, thời gian toàn trình tối đa của bưu chính công ích: cần xác nhận)"

// askPublished is how a second decision was made public, in one or several ways.
var askPublished = Ask{Name: "published", Required: true, Max: 60, Many: true, OneOf: []string{"meeting", "posting", "media"}}

// resolving are the moves from the answer, the decision or the conclusion to the end.
var resolving = []Move{
	// Working on a petition or feedback; drafts and questions of every kind
	{
		Name: "start", Kinds: plain, From: Sorting, To: InProgress, By: Staff, Needs: office.Work, Asks: []Ask{askNote},
		Stops: []ClockName{Reply}, Starts: []ClockName{Resolution}, Past: "started", Stands: Near, Leads: Sorting, Source: "Luật Tiếp công dân Đ.28",
	},
	{
		Name: "propose", Kinds: plain, From: append([]State{InProgress}, Sorting...), To: Review, By: Staff, Needs: office.Work,
		Asks: []Ask{AskText}, Does: []string{"remember", "draft"}, Past: "proposed", Stands: Near, Leads: []State{InProgress}, Page: "draft", Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: "propose", Kinds: praise, From: Sorting, To: Review, By: Staff, Needs: office.Work,
		Asks: []Ask{AskText}, Does: []string{"remember", "draft"}, Past: "proposed", Stands: Near, Leads: Sorting, Page: "draft", Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: "propose", Kinds: formal, From: []State{Accepted, Verifying}, To: Review, By: Staff, Needs: office.Work,
		Asks: []Ask{AskText}, Does: []string{"remember", "draft"}, Past: "proposed", Form: "13 Nghị định 124/2020; 10 Nghị định 31/2019",
		Stands: Near, Leads: []State{Verifying}, Page: "draft", Source: "Luật Khiếu nại Đ.29.4; Luật Tố cáo Đ.31",
	},
	{
		Name: "send_back", From: []State{Review}, By: Staff, Needs: office.Decide, Asks: []Ask{AskReason}, Does: []string{"back", "reason"},
		Past: "sent_back", Stands: Near, Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: "ask_info", Kinds: plain, From: append([]State{InProgress}, Sorting...), To: NeedsInfo, By: Staff, Needs: office.Work,
		Asks: []Ask{AskText}, Does: []string{"remember", "message"}, Past: "info_asked", Letter: "ask_info", Stands: Near, Source: "Luật Tiếp công dân Đ.25",
	},
	{
		Name: "ask_info", Kinds: formal, From: append([]State{Accepted, Verifying}, Sorting...), To: NeedsInfo, By: Staff, Needs: office.Work,
		Asks: []Ask{AskText}, Does: []string{"remember", "message"}, Starts: []ClockName{Documents}, Past: "info_asked", Letter: "ask_info",
		Stands: Near, Source: "Luật Khiếu nại Đ.12.1đ; Luật Tố cáo Đ.24.1",
	},
	{
		Name: "give_info", From: []State{NeedsInfo}, By: Citizen, Does: []string{"back"}, Stops: []ClockName{Documents}, Past: "info_given",
		Source: "Luật Khiếu nại Đ.12.2; Luật Tố cáo Đ.9.2",
	},
	{
		Name: "go_on", From: []State{NeedsInfo}, By: Staff, Needs: office.Work, Asks: []Ask{AskReason}, Does: []string{"back", "reason"},
		Stops: []ClockName{Documents}, Past: "went_on", Stands: Near, Leads: []State{NeedsInfo}, Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: "answer", Kinds: plain, From: append([]State{InProgress, NeedsInfo, Review}, Sorting...), To: Answered, By: Staff, Needs: office.Decide,
		Asks: []Ask{AskText, {Name: "outcome", Max: 40, OneOf: []string{"resolved", "explained", "forwarded", "noted"}}},
		Does: []string{"answer"}, Stops: AllClocks, Past: "answered", Letter: "answer", Stands: Near, Leads: []State{InProgress, Review}, Page: "approve", Source: "Luật Tiếp công dân Đ.28",
	},
	{
		Name: "answer", Kinds: praise, From: append([]State{Review}, Sorting...), To: Answered, By: Staff, Needs: office.Decide,
		Asks: []Ask{AskText, {Name: "outcome", Max: 40, OneOf: []string{"noted", "forwarded"}}},
		Does: []string{"answer"}, Stops: AllClocks, Past: "answered", Letter: "answer", Stands: Near, Leads: append([]State{Review}, Sorting...), Page: "approve", Source: "Nghị định 118/2025 Đ.31.1đ",
	},
	{
		Name: "refuse", Kinds: append(plain, Praise), From: append([]State{Triage, InProgress, NeedsInfo, Review}, Sorting...), To: Refused, By: Staff,
		Needs: office.Decide, Asks: []Ask{AskReason}, Does: []string{"reason"}, Stops: AllClocks, Past: "refused", Letter: "refusal",
		Stands: Danger, Source: "Luật Tiếp công dân Đ.28.1",
	},

	// Deciding a complaint
	{
		Name: "decide", Competent: true, Kinds: complaint, Level: 1, From: []State{Verifying, Review}, To: Decided, By: Staff, Needs: office.Decide,
		Guards: []string{"pause_told"}, Asks: []Ask{AskText, outcomes("upheld", "partly_upheld", "rejected")}, Does: []string{"differ", "answer"},
		Stops: []ClockName{Resolution, Documents}, Starts: []ClockName{DecisionNotice, Effect},
		Past: "decided", Letter: "decision", Form: "15 Nghị định 124/2020",
		Stands: Near, Leads: []State{Verifying, Review}, Page: "approve", Source: "Luật Khiếu nại Đ.30.1 (không chấp nhận hết thì phải đối thoại), 31, 32",
	},
	{
		Name: "decide", Competent: true, Kinds: complaint, Level: 2, From: []State{Verifying, Review}, To: Decided, By: Staff, Needs: office.Decide,
		Guards: []string{"pause_told", "heard"}, Asks: []Ask{AskText, outcomes("confirm_first", "cancel_or_amend_first")}, Does: []string{"answer"},
		Stops: []ClockName{Resolution, Documents}, Starts: []ClockName{DecisionNotice, Effect, Publish},
		Past: "decided", Letter: "decision", Form: "16 Nghị định 124/2020", Stands: Near, Leads: []State{Verifying, Review}, Page: "approve", Source: "Luật Khiếu nại Đ.39, 40, 41",
	},
	{
		Name: "notify", Kinds: complaint, From: []State{Decided}, To: Notified, By: Staff, Needs: office.Work, Asks: sentTo(ofComplaint), Does: []string{"sent"},
		Stops: []ClockName{DecisionNotice}, Starts: []ClockName{Appealing}, Past: "notified", Stands: Near, Leads: []State{Decided}, Source: "Luật Khiếu nại Đ.32, 33.1, 41.1",
	},
	{
		Name: "publish", Kinds: complaint, Level: 2, From: []State{Notified}, To: Published, By: Staff, Needs: office.Work, Guards: []string{"unpublished"},
		Asks: []Ask{askPublished, AskText}, Does: []string{"publish", "draft"}, Stops: []ClockName{Publish}, Starts: []ClockName{Posting},
		Past: PastPublished, Stands: Near, Leads: []State{Notified, Effective, Enforcing}, Source: lawOfPublishing,
	},
	{
		// That the decision took effect, or is being enforced, ends no duty to publish it.
		Name: "publish", Kinds: complaint, Level: 2, From: []State{Effective, Enforcing}, By: Staff, Needs: office.Work, Guards: []string{"unpublished"},
		Asks: []Ask{askPublished, AskText}, Does: []string{"publish", "draft"}, Stops: []ClockName{Publish}, Starts: []ClockName{Posting},
		Past: PastPublished, Stands: Near, Leads: []State{Notified, Effective, Enforcing}, Source: lawOfPublishing,
	},
	{
		Name: "take_effect", Kinds: complaint, From: []State{Notified, Published}, To: Effective, By: Staff, Needs: office.Work,
		Guards: []string{"effect_over"}, Stops: []ClockName{Effect}, Starts: []ClockName{FollowUp}, Past: "effective", Stands: Near, Leads: []State{Notified, Published}, Source: "Luật Khiếu nại Đ.44",
	},
	{
		Name: "enforce", Kinds: complaint, From: []State{Effective}, To: Enforcing, By: Staff, Needs: office.Work, Asks: []Ask{AskText},
		Does: []string{"draft"}, Past: "enforced", Stands: Near, Leads: []State{Effective}, Source: "Luật Khiếu nại Đ.45, 46",
	},

	// Concluding a denunciation
	{
		Name: "conclude", Competent: true, Kinds: denunciation, From: []State{Verifying, Review}, To: Concluded, By: Staff, Needs: office.Decide,
		Guards: []string{"acceptance_told", "pause_told", "accused_heard"},
		Asks:   []Ask{AskText, outcomes("substantiated", "partly", "false", "no_violation")}, Does: []string{"answer"},
		Stops:  []ClockName{Resolution, Documents},
		Starts: []ClockName{DecisionNotice, Act, Publish}, Past: "concluded", Letter: "conclusion", With: []string{"conclusion_notice"}, Form: "12 Nghị định 31/2019",
		Stands: Near, Leads: []State{Verifying, Review}, Page: "approve", Source: "Luật Tố cáo Đ.10, 29.3, 35.1",
	},
	{
		Name: "notify", Kinds: denunciation, From: []State{Concluded}, To: Notified, By: Staff, Needs: office.Work, Asks: sentTo(ofDenunciation), Does: []string{"sent"},
		Stops: []ClockName{DecisionNotice}, Past: "notified", Stands: Near, Leads: []State{Concluded}, Source: "Luật Tố cáo Đ.35.3",
	},
	{
		Name: "publish", Kinds: denunciation, From: []State{Notified}, To: Published, By: Staff, Needs: office.Work, Asks: []Ask{AskText},
		Does: []string{"draft"}, Stops: []ClockName{Publish}, Starts: []ClockName{Posting}, Past: PastPublished, Stands: Near, Leads: []State{Notified, Effective, Enforcing}, Source: "Luật Tố cáo Đ.40",
	},
	{
		Name: "restore_accused", Kinds: denunciation, From: []State{Notified, Published}, By: Staff, Needs: office.Work,
		Guards: []string{"unfounded"}, Asks: []Ask{AskText}, Does: []string{"restored", "draft"}, Stops: []ClockName{Act},
		Starts: []ClockName{FollowUp}, Past: "accused_restored", Stands: Near, Leads: []State{Notified, Published}, Source: "Luật Tố cáo Đ.36.1a; Luật 136/2025/QH15",
	},
	{
		Name: "enforce", Kinds: denunciation, From: []State{Published}, To: Enforcing, By: Staff, Needs: office.Work, Guards: []string{"founded"},
		Asks: []Ask{AskText}, Does: []string{"draft"}, Stops: []ClockName{Act}, Starts: []ClockName{FollowUp}, Past: "enforced", Stands: Near, Leads: []State{Published}, Source: "Luật Tố cáo Đ.36",
	},
	{
		Name: "close_unfounded", Kinds: denunciation, From: []State{Published}, To: Closed, By: Staff, Needs: office.Decide,
		Guards: []string{"unfounded", "restored", "posted", "forwarder_told"}, Asks: []Ask{askNote}, Stops: []ClockName{FollowUp, Posting},
		Past: "closed", Stands: Near, Leads: []State{Published}, Source: "Luật Tố cáo Đ.36.1a, 40; Nghị định 31/2019 Đ.6.2",
	},
	{
		Name: "report_enforcement", Kinds: formal, From: []State{Enforcing}, By: Staff, Needs: office.Work, Asks: []Ask{AskText},
		Does: []string{"draft"}, Stops: []ClockName{FollowUp}, Starts: []ClockName{FollowUp}, Past: "enforcement_reported",
		Stands: Near, Source: "Nghị định 31/2019 Đ.18; Luật Khiếu nại Đ.46",
	},
}

// ending are the moves beyond the answer, and the last ones.
var ending = []Move{
	{
		Name: "litigate", Kinds: complaint, From: append(append([]State{Withdrawing, Refused}, unsettled...), settled...), To: Litigated, By: Staff,
		Needs: office.Decide, Asks: []Ask{AskReason}, Does: []string{"reason"}, Stops: AllClocks, Past: "litigated", Stands: Danger, Source: "Luật Khiếu nại Đ.7, 42",
	},
	{
		Name: "close", From: []State{Answered, Refused, Transfer, Guided, PutAway, Returned, Withdrawn, Split, Appealed, Litigated, Criminal},
		To: Closed, By: Staff, Needs: office.Work, Asks: []Ask{askNote}, Past: "closed", Stands: Near, Leads: []State{Answered, Refused, Transfer, Guided, PutAway, Returned, Withdrawn, Split, Appealed, Litigated, Criminal}, Source: "quy chế làm việc của cơ quan",
	},
	{
		Name: "close", Kinds: formal, From: []State{Urged}, To: Closed, By: Staff, Needs: office.Decide, Guards: []string{"reported", "forwarder_told"},
		Asks: []Ask{askNote}, Stops: []ClockName{FollowUp}, Past: "closed", Stands: Near, Leads: []State{Urged}, Source: "Luật Tố cáo Đ.38.3, 38.4; Luật Tiếp công dân Đ.26.3",
	},
	{
		Name: "close", Kinds: complaint, From: []State{Effective, Enforcing}, To: Closed, By: Staff, Needs: office.Decide, Guards: []string{"result_published"},
		Asks: []Ask{askNote}, Stops: []ClockName{FollowUp, Posting, Appealing}, Past: "closed", Stands: Near, Leads: []State{Effective, Enforcing}, Source: "Luật Khiếu nại Đ.41.2, 46",
	},
	{
		Name: "close", Kinds: denunciation, From: []State{Enforcing}, To: Closed, By: Staff, Needs: office.Decide,
		Guards: []string{"posted", "forwarder_told"}, Asks: []Ask{askNote}, Stops: []ClockName{FollowUp, Posting}, Past: "closed",
		Stands: Near, Leads: []State{Enforcing}, Source: "Luật Tố cáo Đ.36, 40; Nghị định 31/2019 Đ.6.2",
	},
}
