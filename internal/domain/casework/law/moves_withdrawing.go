package law

import (
	"slices"

	"tiepdan/internal/domain/office"
)

// The scopes of a signed withdrawal.
const (
	WithdrawnWhole = "whole"          // rút toàn bộ
	WithdrawnPart  = "in_part"        // rút một phần nội dung
	WithdrawnOne   = "one_of_several" // một hoặc một số người cùng đứng đơn rút
)

// What Legal.Withdrawal says.
const (
	WithdrawalAsked = "asked" // by the tracking code; nothing is signed
	WithdrawalPaper = "paper" // signed, and seen
)

// The events about somebody who says that he is forced to withdraw. They stand in no timeline that the code alone opens: whoever
// forces him may be reading it with him.
const (
	PastForcedSaid    = "forced_said"
	PastForcedChecked = "forced_checked"
)

// lawOfWithdrawal is what the rows below rest on.
const lawOfWithdrawal = "Luật Khiếu nại Đ.10; Nghị định 155/2026 Đ.7a; Luật Tố cáo Đ.33.1, 33.2; Nghị định 156/2026 Đ.1 (Điều 4)"

// askWithdrawal are the facts of a signed withdrawal.
var askWithdrawal = []Ask{
	{Name: "came", Required: true, Max: 20, OneOf: []string{"signed_paper", "minutes"}},
	{Name: "dated", Required: true, Max: 20},
	{Name: "scope", Required: true, Max: 20, OneOf: []string{WithdrawnWhole, WithdrawnPart, WithdrawnOne}},
	{Name: "what", Max: 2000}, // which part, or who
	askNote,
}

// withdrawing are the rows about it.
var withdrawing = []Move{
	{
		Name: "withdraw", Kinds: append(plain, Praise), From: []State{Received, Triage, Assigned, Registered, Classifying, NeedsInfo, Ineligible, InProgress, Review},
		To: Withdrawn, By: Citizen, Asks: []Ask{{Name: "reason", Max: 2000}}, Does: []string{"reason"}, Stops: AllClocks, Past: "withdrawn",
		Letter: "withdrawal", Source: "quy định của cơ quan",
	},
	{
		Name: "withdraw", Kinds: formal, From: unsettled, To: Withdrawing, By: Citizen, Asks: []Ask{{Name: "reason", Max: 2000}},
		Does: []string{"remember", "ask_withdrawal", "reason"}, Starts: []ClockName{Withdrawal}, Past: "withdrawal_asked",
		Source: lawOfWithdrawal,
	},
	{
		// The limit is counted from the paper: what ran since the wish ends.
		Name: "record_withdrawal", Kinds: formal, From: append([]State{Withdrawing}, unsettled...), To: Withdrawing, By: Staff, Needs: office.Work, Or: office.Triage,
		Guards: []string{"not_withdrawn_on_paper"}, Asks: askWithdrawal, Does: []string{"withdrawal"}, Stops: []ClockName{Withdrawal},
		Starts: []ClockName{Withdrawal}, Past: "withdrawal_recorded", Letter: "withdrawal", Form: "02, 03 Nghị định 156/2026 (tố cáo)",
		Stands: Near, Source: lawOfWithdrawal,
	},
	{
		Name: "continue", Competent: true, Kinds: denunciation, From: []State{Withdrawing}, By: Staff, Needs: office.Decide,
		Asks: []Ask{grounds("violation_signs", "coerced", "slander", NotSigned), AskReason}, Does: []string{"continue", "back", "reason"},
		Stops: []ClockName{Withdrawal}, Past: "continued", Stands: Near, Source: "Luật Tố cáo Đ.33.1, 33.3; Nghị định 156/2026 Đ.1 (Điều 4.4)",
	},
	{
		Name: "continue", Competent: true, Kinds: complaint, From: []State{Withdrawing}, By: Staff, Needs: office.Decide,
		Asks: []Ask{grounds("coerced", NotSigned), AskReason}, Does: []string{"continue", "back", "reason"},
		Stops: []ClockName{Withdrawal}, Past: "continued", Stands: Near, Source: "Luật Khiếu nại Đ.10; Luật 136/2025/QH15",
	},
	{
		Name: "check_forced", Competent: true, Kinds: formal, From: append([]State{Withdrawing, Discontinued, Closed}, unsettled...), By: Staff, Needs: office.Decide,
		Guards: []string{SaidForced}, Asks: []Ask{AskReason}, Does: []string{"unforce", "reason"}, Past: PastForcedChecked,
		Stands: Near, Leads: unsettled, Source: "Luật Tố cáo Đ.33.3; Nghị định 156/2026 Đ.1 (Điều 4.4b, 4.5); Luật 136/2025/QH15",
	},
	{
		// What was withdrawn under threat is taken up again though it was discontinued.
		Name: "reconsider", Competent: true, Kinds: formal, From: []State{Discontinued, Closed}, To: Classifying, By: Staff, Needs: office.Decide,
		Guards: []string{SaidForced}, Asks: []Ask{AskReason}, Does: []string{"continue", "reconsider"}, Stops: []ClockName{PauseNotice},
		Past: "reconsidered", Stands: Near, Source: "Luật Tố cáo Đ.33.3; Luật 136/2025/QH15",
	},
	{
		Name: "discontinue", Competent: true, Kinds: formal, From: []State{Withdrawing}, To: Discontinued, By: Staff, Needs: office.Decide,
		Guards: []string{"withdrawn_on_paper", "not_forced"}, Asks: []Ask{AskReason}, Does: []string{"reason"}, Stops: allButReply,
		Starts: []ClockName{PauseNotice}, Past: "discontinued", Letter: "discontinuance", Form: "14a Nghị định 155/2026 (khiếu nại)",
		Stands: Danger, Leads: []State{Withdrawing}, Source: "Luật Khiếu nại Đ.10, 11a; Luật Tố cáo Đ.33, 34",
	},
	{
		Name: "discontinue", Competent: true, Kinds: complaint, From: slices.Concat([]State{Suspended, NeedsInfo, Review}, solving), To: Discontinued,
		By: Staff, Needs: office.Decide, Guards: []string{"resolving"}, Asks: []Ask{grounds("died_no_heir", "dissolved_no_successor"), AskReason},
		Does: []string{"reason"}, Stops: allButReply, Starts: []ClockName{PauseNotice}, Past: "discontinued", Letter: "discontinuance",
		Form: "14a Nghị định 155/2026", Stands: Danger, Source: "Luật Khiếu nại Đ.11a.2b; Nghị định 155/2026 Đ.12 (Điều 28b.1)",
	},
	{
		Name: "discontinue", Competent: true, Kinds: denunciation, From: append([]State{Suspended, NeedsInfo}, solving...), To: Discontinued, By: Staff, Needs: office.Decide,
		Asks: []Ask{grounds("accused_died", "already_judged"), AskReason}, Does: []string{"reason"}, Stops: allButReply, Starts: []ClockName{PauseNotice},
		Past: "discontinued", Letter: "discontinuance", Stands: Danger, Source: "Luật Tố cáo Đ.34.3",
	},
	{
		Name: "notify_end", Kinds: complaint, From: []State{Discontinued}, To: Closed, By: Staff, Needs: office.Work, Asks: sentTo(ofComplaint),
		Does: []string{"sent"}, Stops: []ClockName{PauseNotice}, Past: "closed", Stands: Near, Leads: []State{Discontinued}, Source: "Nghị định 155/2026 Đ.28b",
	},
	{
		Name: "notify_end", Kinds: denunciation, From: []State{Discontinued}, To: Closed, By: Staff, Needs: office.Work, Guards: []string{"forwarder_told"},
		Asks: sentTo(ofDenunciation), Does: []string{"sent"}, Stops: []ClockName{PauseNotice}, Past: "closed", Stands: Near, Leads: []State{Discontinued}, Source: "Luật Tố cáo Đ.34",
	},
}

// NotSigned is the ground to go on where a withdrawal was asked for and never signed.
const NotSigned = "not_signed"
