package law

import "tiepdan/internal/domain/office"

// The parts of those who are sent something.
const (
	ToSender    = "sender"    // người khiếu nại, người tố cáo
	ToAccused   = "accused"   // người bị tố cáo
	ToForwarder = "forwarder" // nơi chuyển đơn
)

// The recipients that the law knows, by kind.
var (
	ofComplaint    = []string{ToSender, "representative", "respondent", "interested", "superior", "first_resolver", "commune", ToForwarder, "inspectorate"}
	ofDenunciation = []string{ToSender, "manager", ToAccused, "related", "commune", ToForwarder, "inspectorate"}
)

var (
	askWay    = Ask{Name: "way", Required: true, Max: 40, Many: true, OneOf: []string{"in_person", ByPost, "online"}}
	askSentOn = Ask{Name: SentOn, Required: true, Max: 20}
)

// The ask for the day of a sending, and the way that lets a letter count as received some days later.
const (
	SentOn = "sent_on"
	ByPost = "post"
)

// sentTo are the facts of a sending to some of these.
func sentTo(of []string) []Ask {
	return []Ask{{Name: "recipients", Required: true, Max: 200, Many: true, OneOf: of}, askWay, askSentOn, askNote}
}

// PastSenderTold is the event that the sender was told in writing that his letter goes elsewhere, is not accepted, or is put away (văn bản
// thông báo, phiếu hướng dẫn). Nobody it is about is told with him.
const PastSenderTold = "sender_told"

// turnedTo are the states of a letter that he is to be told of.
var turnedTo = []State{Transfer, Guided, Urged, Refused, PutAway, Returned}

// telling is the row of it. That the file was closed ends no duty to tell him.
var telling = []Move{{
	Name: "notify_sender", Kinds: []Kind{Complaint, Denunciation, Petition, Feedback}, From: append([]State{Closed}, turnedTo...), Ended: turnedTo,
	By: Staff, Needs: office.Work, Or: office.Triage, Guards: []string{"sender_untold"}, Asks: sentTo([]string{ToSender, ToForwarder, "inspectorate"}),
	Does: []string{"sent"}, Past: PastSenderTold, Stands: Near, Leads: turnedTo,
	Source: "Luật Khiếu nại Đ.27; Luật Tố cáo Đ.24.2, 29; Luật Tiếp công dân Đ.26, 28",
}}
