package law

import (
	"slices"

	"tiepdan/internal/domain/office"
)

// further are the rows about what comes after the first instance: the second complaint in time and late, and a further
// denunciation because nothing was resolved in time.
var further = []Move{
	{
		Name: "appeal", Kinds: complaint, Level: 1, From: slices.Concat([]State{Refused, Closed, Withdrawing, Urged}, unsettled, settled), Ended: []State{Refused}, To: Appealed, By: System,
		Guards: []string{"appealable", "appeal_in_time"}, Stops: AllClocks, Past: "appealed", Source: "Luật Khiếu nại Đ.7, 33",
	},
	{
		// What has taken effect is enforced all the same: only a decision of its own suspends that.
		Name: "appeal_late", Kinds: complaint, Level: 1, From: []State{Notified, Published, Effective, Enforcing}, By: System,
		Guards: []string{"appealable", "appeal_over"}, Past: "appealed_late", Source: "Luật Khiếu nại Đ.33.1, 35, 44, 46",
	},
	{
		// A further denunciation suspends nothing: what the conclusion asks for goes on, and so does a case that is late.
		Name: "appeal", Kinds: denunciation, Level: 1, From: slices.Concat([]State{Refused, Closed, Withdrawing, Urged}, unsettled, settled), By: System,
		Guards: []string{"appealable"}, Past: "denounced_on", Source: "Luật Tố cáo Đ.36, 37, 38, 40",
	},
	{
		Name: "excuse_lateness", Competent: true, Kinds: complaint, Level: 2, From: append([]State{Proposed}, Sorting...), By: Staff, Needs: office.Decide,
		Guards: []string{"belated"}, Asks: []Ask{grounds("illness", "disaster", "war", "away", "other_obstacle"), AskReason},
		Does: []string{"excuse", "reason"}, Past: "lateness_excused", Stands: Near, Leads: Sorting, Source: "Luật Khiếu nại Đ.9, 33.1",
	},
	{
		Name: "receive_report", Kinds: formal, From: []State{Urged}, By: Staff, Needs: office.Work, Guards: []string{"report_due"}, Asks: []Ask{AskText},
		Does: []string{"draft"}, Stops: []ClockName{Report}, Starts: []ClockName{FollowUp}, Past: "report_received", Stands: Near, Leads: []State{Urged}, Source: "Luật Tố cáo Đ.38.3, 38.4; Luật Tiếp công dân Đ.26.3",
	},
	{
		// The first case goes on with whoever has it; the superior follows it until its result was reported.
		Name: "urge", Kinds: formal, From: []State{Urged}, By: Staff, Needs: office.Decide, Guards: []string{"reported"}, Asks: []Ask{AskTo, AskReason},
		Does: []string{"reason"}, Stops: []ClockName{FollowUp}, Starts: []ClockName{Report}, Past: "urged", Letter: "urging",
		Stands: Near, Source: "Luật Tố cáo Đ.38.3, 38.4; Luật Tiếp công dân Đ.26.3",
	},
	{
		// The subordinate is told to stop and to send the file; then the superior accepts, and the time runs from that day.
		Name: "take_over", Competent: true, Kinds: denunciation, Level: 2, From: []State{Urged}, To: Accepted, By: Staff, Needs: office.Decide,
		Guards: []string{"silence", "named", "signed", "assigned"}, Asks: []Ask{grounds("serious_violation", "not_objective"), AskReason},
		Does: []string{"reason"}, Stops: []ClockName{Report, FollowUp}, Starts: []ClockName{Resolution, AcceptanceNotice},
		Past: PastTakenOver, Letter: "acceptance", Form: "04 Nghị định 31/2019", Stands: Near, Source: "Luật Tố cáo Đ.38.5; Nghị định 31/2019 Đ.5",
	},
	{
		Name: PastTakenOver, Kinds: denunciation, Level: 1, From: append([]State{Withdrawing, Urged}, unsettled...), To: Transfer, By: System, Stops: AllClocks,
		Past: PastTakenOver, Source: "Luật Tố cáo Đ.38.5; Nghị định 31/2019 Đ.5.3",
	},
}

// PastTakenOver is the event of it, and the row by which the first case ends.
const PastTakenOver = "taken_over"
