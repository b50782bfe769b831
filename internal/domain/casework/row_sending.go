package casework

import "tiepdan/internal/domain/office"

// The parts of those who are sent something.
const (
	toSender    = "sender"    // người khiếu nại, người tố cáo
	toAccused   = "accused"   // người bị tố cáo
	toForwarder = "forwarder" // nơi chuyển đơn
)

// The recipients that the law knows, by kind.
var (
	ofComplaint    = []string{toSender, "representative", "respondent", "interested", "superior", "first_resolver", "commune", toForwarder, "inspectorate"}
	ofDenunciation = []string{toSender, "manager", toAccused, "related", "commune", toForwarder, "inspectorate"}
)

var (
	askWay    = Ask{Name: "way", Required: true, Max: 40, Many: true, OneOf: []string{"in_person", byPost, "online"}}
	askSentOn = Ask{Name: sentOn, Required: true, Max: 20}
)

const (
	sentOn = "sent_on"
	byPost = "post"
)

// sentTo are the facts of a sending to some of these.
func sentTo(of []string) []Ask {
	return []Ask{{Name: "recipients", Required: true, Max: 200, Many: true, OneOf: of}, askWay, askSentOn, askNote}
}

// senderTold is the event that the sender was told in writing that his letter goes elsewhere, is not accepted, or is put away (văn bản
// thông báo, phiếu hướng dẫn). Nobody it is about is told with him.
const senderTold = "sender_told"

// turnedTo are the states of a letter that he is to be told of.
var turnedTo = []State{Transfer, Guided, Urged, Refused, PutAway, Returned}

// telling is the row of it. That the file was closed ends no duty to tell him.
var telling = []Move{{
	Name: "notify_sender", Kinds: []Kind{Complaint, Denunciation, Petition, Feedback}, From: append([]State{Closed}, turnedTo...), Ended: turnedTo,
	By: Staff, Needs: office.Work, Or: office.Triage, Guards: []string{"sender_untold"}, Asks: sentTo([]string{toSender, toForwarder, "inspectorate"}),
	Does: []string{"sent"}, Past: senderTold, Stands: Near, Leads: turnedTo,
	Source: "Luật Khiếu nại Đ.27; Luật Tố cáo Đ.24.2, 29; Luật Tiếp công dân Đ.26, 28",
}}
