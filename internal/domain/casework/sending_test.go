package casework_test

import (
	"slices"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// TestWhatWasSentSaysToWhomHowAndWhen: a notice or decision is sent only with its recipients, its way and its day, which is neither
// ahead nor before what was sent (Luật Khiếu nại Đ.32; Luật Tố cáo Đ.29.3, 35.3).
func TestWhatWasSentSaysToWhomHowAndWhen(t *testing.T) {
	for kind, path := range map[law.Kind][]string{law.Complaint: {"accept", "start", "decide"}, law.Denunciation: concluding()} {
		at := walk(t, draft(kind), path)
		d, id := at.desk, at.it.ID
		d.Clock = d.Clock.AddDate(0, 0, 2)
		day := func(n int) string { return d.Clock.In(casework.Vietnam).AddDate(0, 0, n).Format(time.DateOnly) }
		for _, tc := range []struct {
			with map[string]string
			want string
		}{
			{map[string]string{"recipients": ""}, "error.field.required"},
			{map[string]string{"way": ""}, "error.field.required"},
			{map[string]string{"way": "pigeon"}, "error.field.choice"},
			{map[string]string{"sent_on": "hôm qua"}, "error.field.date"},
			{map[string]string{"sent_on": day(1)}, "error.field.dated_ahead"},
			{map[string]string{"sent_on": day(-3)}, "error.field.sent_early"},
			{map[string]string{"recipients": "inspectorate"}, "error.field.sent_sender"},
		} {
			if key := refusedWith(t, d, id, "notify", tc.with); key != tc.want && (kind != law.Denunciation || key != "error.field.sent_accused") {
				t.Errorf("%s %v: %q", kind, tc.with, key)
			}
		}
		if kind == law.Denunciation {
			if key := refusedWith(t, d, id, "notify", map[string]string{"recipients": "sender"}); key != "error.field.sent_accused" {
				t.Errorf("the accused was left out: %q", key)
			}
		}
	}
}

// TestSendingStandsInTheHistory, and says nothing of who the people are.
func TestSendingStandsInTheHistory(t *testing.T) {
	at := walk(t, draft(law.Denunciation), concluding())
	at.desk.Clock = at.desk.Clock.AddDate(0, 0, 2)
	makeMove(t, at.desk, at.it.ID, "notify")
	h := stored(t, at.desk, at.it.ID).History
	s, ok := casework.SentBy(h[len(h)-1])
	if !ok || !slices.Equal(s.To, []string{"sender", "accused"}) || !slices.Equal(s.Way, []string{"in_person", "online"}) || vnDay(s.On) != vnDay(at.desk.Clock) {
		t.Errorf("%+v, %t", s, ok)
	}
	if _, ok := casework.SentBy(h[0]); ok {
		t.Error("what was received was sent")
	}
}

// TestTheTimeToComplainAgainCountsFromTheDayItWasHandedOver, not from the day of the decision, which takes effect by itself; what goes
// by post is taken to arrive six days later (Luật Khiếu nại Đ.33.1, 44).
func TestTheTimeToComplainAgainCountsFromTheDayItWasHandedOver(t *testing.T) {
	for way, days := range map[string]int{"in_person": 0, "online": 0, "post": 6, "in_person,post": 6} {
		at := walk(t, draft(law.Complaint), []string{"accept", "start", "decide"})
		d, id := at.desk, at.it.ID
		issued := stored(t, d, id).Answer.At
		d.Clock = d.Clock.AddDate(0, 0, 7)
		orderIt(t, d, stored(t, d, id), "notify", map[string]string{"recipients": "sender", "way": way, "sent_on": d.Clock.In(casework.Vietnam).AddDate(0, 0, -2).Format(time.DateOnly)})
		c := stored(t, d, id)
		k, ok := casework.ClockOf(c, law.Appealing)
		want, _ := d.Calendar().Days(issued.AddDate(0, 0, 5+days), 30)
		if !ok || vnDay(k.Due) != vnDay(want) || k.Name.Owed() {
			t.Errorf("%s: until %s, want %s", way, k.Due, want)
		}
		e, _ := casework.ClockOf(c, law.Effect)
		if !e.Due.Before(k.Due) {
			t.Fatalf("%s: in force from %s", way, e.Due)
		}
		d.Clock = e.Due.Add(time.Minute)
		if done, err := d.TakeEffect(t.Context(), c); !done || err != nil {
			t.Fatal(done, err)
		}
		for at, late := range map[time.Time]bool{e.Due.Add(time.Hour): false, k.Due: false, k.Due.Add(time.Minute): true} {
			if got := casework.AppealIsLate(stored(t, d, id), at); got != late {
				t.Errorf("%s: late at %s: %t", way, at, got)
			}
		}
	}
}

// TestTheSenderIsToldWhereHisLetterWent: to whom, how and when the notice of a transfer, guidance, urging or refusal went stands in
// the history, once for each, and nobody whom a denunciation is about is told with him.
func TestTheSenderIsToldWhereHisLetterWent(t *testing.T) {
	for _, tc := range []struct {
		kind law.Kind
		path []string
	}{
		{law.Complaint, []string{"guide"}},
		{law.Complaint, []string{"refuse"}},
		{law.Complaint, []string{"find_incompetent", "urge"}},
		{law.Complaint, []string{"find_ineligible", "return"}},
		{law.Denunciation, []string{"transfer"}},
		{law.Petition, []string{"transfer"}},
		{law.Feedback, []string{"refuse"}},
	} {
		at := walk(t, draft(tc.kind), tc.path)
		d, id := at.desk, at.it.ID
		d.Clock = d.Clock.AddDate(0, 0, 2)
		day := d.Clock.In(casework.Vietnam).AddDate(0, 0, -3).Format(time.DateOnly)
		if key := refusedWith(t, d, id, "notify_sender", map[string]string{"sent_on": day}); key != "error.field.sent_early" {
			t.Errorf("%s %v: sent before: %q", tc.kind, tc.path, key)
		}
		if key := refusedWith(t, d, id, "notify_sender", map[string]string{"recipients": "accused"}); key != "error.field.choice" {
			t.Errorf("%s %v: to the accused: %q", tc.kind, tc.path, key)
		}
		if key := refusedWith(t, d, id, "notify_sender", map[string]string{"recipients": "inspectorate"}); key != "error.field.sent_sender" {
			t.Errorf("%s %v: not to the sender: %q", tc.kind, tc.path, key)
		}
		orderIt(t, d, stored(t, d, id), "notify_sender", map[string]string{"recipients": "sender", "way": "post", "sent_on": d.Clock.In(casework.Vietnam).Format(time.DateOnly)})
		c := stored(t, d, id)
		if s, ok := casework.SentBy(c.History[len(c.History)-1]); !ok || !slices.Equal(s.To, []string{"sender"}) || c.State != at.it.State {
			t.Errorf("%s %v: %+v, %s", tc.kind, tc.path, s, c.State)
		}
		if key := refusedMove(t, d, id, "notify_sender"); key != "error.guard.sender_untold" {
			t.Errorf("%s %v: twice: %q", tc.kind, tc.path, key)
		}
	}
	at := walk(t, draft(law.Complaint), []string{"find_incompetent", "urge", "notify_sender", "receive_report", "urge", "notify_sender"})
	if at.it.State != law.Urged {
		t.Error("told once of two urgings")
	}
}

// TestWhatIsStillADraftWasSentToNobody: a sending is noted once every paper that it is about, where one was begun here, has gone out.
func TestWhatIsStillADraftWasSentToNobody(t *testing.T) {
	for _, tc := range []struct {
		path []string
		typ  string
		move string
	}{
		{[]string{"accept", "start", "suspend"}, "suspension", "notify_pause"},
		{[]string{"accept", "start", "suspend", "resume"}, "resumption", "notify_pause"},
		{[]string{"refuse"}, "refusal", "notify_sender"},
		{[]string{"guide"}, "guidance", "notify_sender"},
	} {
		at := walk(t, draft(law.Complaint), tc.path)
		d, c := at.desk, stored(t, at.desk, at.it.ID)
		chair := staff(t, d, "chair")
		w := casework.Written{Ref: c.Ref, Type: tc.typ, Said: casework.Wording{Subject: "Về việc đơn", Text: "Nội dung văn bản."}}
		if _, err := d.WritePaper(t.Context(), chair, w); err != nil {
			t.Fatalf("%v: %v", tc.path, err)
		}
		if key := refusedWith(t, d, c.ID, tc.move, nil); key != "error.paper_not_sent" {
			t.Errorf("%v: a draft was sent: %q", tc.path, key)
		}
		w.V = 1
		_, p, err := signedBy(t, d, chair, w)
		if err != nil {
			t.Fatalf("%v: %v", tc.path, err)
		}
		if key := refusedWith(t, d, c.ID, tc.move, nil); key != "error.paper_not_sent" {
			t.Errorf("%v: what is only signed was sent: %q", tc.path, key)
		}
		if _, _, err := d.Send(t.Context(), chair, c.Ref, rev(t, d, c.Ref), p.Name); err != nil {
			t.Fatalf("%v: %v", tc.path, err)
		}
		makeMove(t, d, c.ID, tc.move)
	}
}

// TestNothingIsSentToWhoDied: where the case ended because of it, he is not among those it must have gone to.
func TestNothingIsSentToWhoDied(t *testing.T) {
	for _, tc := range []struct {
		kind       law.Kind
		ground, to string
		want       string
	}{
		{law.Complaint, "died_no_heir", "interested", ""},
		{law.Complaint, "dissolved_no_successor", "interested", ""},
		{law.Denunciation, "accused_died", "sender", ""},
		{law.Denunciation, "accused_died", "accused", "error.field.sent_sender"},
		{law.Denunciation, "already_judged", "sender", "error.field.sent_accused"},
	} {
		at := walk(t, draft(tc.kind), []string{"accept", "start"})
		d, id := at.desk, at.it.ID
		orderIt(t, d, stored(t, d, id), "discontinue", map[string]string{"ground": tc.ground, "reason": "Có giấy xác nhận."})
		to := map[string]string{"recipients": tc.to, "way": "in_person", "sent_on": d.Clock.In(casework.Vietnam).Format(time.DateOnly)}
		if tc.want == "" {
			orderIt(t, d, stored(t, d, id), "notify_end", to)
		} else if key := refusedWith(t, d, id, "notify_end", to); key != tc.want {
			t.Errorf("%s, %s, to %s: %q", tc.kind, tc.ground, tc.to, key)
		}
	}
}

// TestHeIsToldAlsoWhenTheFileIsClosed: closing the file ends no duty to tell the sender where his letter went; of a file that was closed
// after an answer there is nothing to tell.
func TestHeIsToldAlsoWhenTheFileIsClosed(t *testing.T) {
	at := walk(t, draft(law.Complaint), []string{"refuse", "close"})
	makeMove(t, at.desk, at.it.ID, "notify_sender")
	c := stored(t, at.desk, at.it.ID)
	if s, ok := casework.SentBy(c.History[len(c.History)-1]); !ok || !slices.Contains(s.To, "sender") || c.State != law.Closed {
		t.Errorf("%+v, %s", s, c.State)
	}
	at = walk(t, draft(law.Petition), []string{"start", "answer", "close"})
	if key := refusedMove(t, at.desk, at.it.ID, "notify_sender"); key != "error.move_not_now" {
		t.Errorf("of an answer: %q", key)
	}
}

// TestWhatWasCuredIsSortedOn: a letter that was found not eligible for want of a signature goes on once it is there, and its times with it.
func TestWhatWasCuredIsSortedOn(t *testing.T) {
	for _, kind := range []law.Kind{law.Complaint, law.Petition, law.Praise} {
		at := walk(t, draft(kind), []string{"find_ineligible", "find_eligible"})
		if at.it.State != law.Classifying {
			t.Errorf("%s: %s", kind, at.it.State)
		}
		if key := refusedMove(t, at.desk, at.it.ID, "file"); key != "error.move_not_now" {
			t.Errorf("%s: still put away: %q", kind, key)
		}
	}
}

// TestOnlyWhoSaysWhereSplitsHisReason: a reason with a colon in it is a reason, but for a move that asks where the letter goes.
func TestOnlyWhoSaysWhereSplitsHisReason(t *testing.T) {
	const note = "Điều 11: không đủ điều kiện"
	for past, want := range map[string][2]string{"transferred": {"Điều 11", "không đủ điều kiện"}, "guided": {"Điều 11", "không đủ điều kiện"}, "refused": {"", note}, "filed": {"", note}} {
		if to, reason := casework.Parted(past, note); to != want[0] || reason != want[1] {
			t.Errorf("%s: %q, %q", past, to, reason)
		}
	}
}

// TestASecondDenunciationIsNoSecondComplaint: what the tables hold for a second decision is for complaints alone.
func TestASecondDenunciationIsNoSecondComplaint(t *testing.T) {
	for kind, want := range map[law.Kind]string{law.Complaint: "letter.body.decision.second", law.Denunciation: "letter.body.decision.denunciation"} {
		c := &casework.Case{Kind: kind}
		c.Legal.Level = 2
		if got := c.LetterWords("body", "decision"); got[0] != want {
			t.Errorf("%s: %v", kind, got)
		}
	}
}
