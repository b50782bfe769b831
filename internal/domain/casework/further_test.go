package casework_test

import (
	"slices"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// secondDecided leads a complaint through both instances up to the second decision.
func secondDecided(t *testing.T) (*caseworktest.Desk, string) {
	t.Helper()
	d := caseworktest.New()
	first := routed(t, d, draft(law.Complaint))
	for _, name := range []string{"accept", "start", "decide", "notify"} {
		makeMove(t, d, first.Case.ID, name)
	}
	id := denouncedOn(t, d, first).ID
	for _, name := range []string{"accept", "start", "invite_dialogue"} {
		makeMove(t, d, id, name)
	}
	d.Clock = d.Clock.AddDate(0, 0, 10)
	for _, name := range []string{"hold_dialogue", "decide", "notify"} {
		makeMove(t, d, id, name)
	}
	return d, id
}

// TestSecondDecisionIsPublishedThoughItTookEffect: Luật Khiếu nại Đ.41.2; it hangs 15 days before the file is closed.
func TestSecondDecisionIsPublishedThoughItTookEffect(t *testing.T) {
	d, id := secondDecided(t)
	c := stored(t, d, id)
	k, ok := casework.ClockOf(c, law.Publish)
	if !ok || !k.Runs() || !k.Due.Equal(c.Answer.At.AddDate(0, 0, 15)) {
		t.Fatalf("the duty to publish: %+v", k)
	}
	d.Clock = d.Clock.AddDate(0, 0, 40)
	if done, err := d.TakeEffect(t.Context(), c); !done || err != nil {
		t.Fatalf("%t %v", done, err)
	}
	if c = stored(t, d, id); c.State != law.Effective || !c.Overdue(d.Clock) || c.DueAt == nil || !c.DueAt.Equal(k.Due) {
		t.Errorf("%s, due %v", c.State, c.DueAt)
	}
	if cs, _, err := d.List(t.Context(), staff(t, d, "mayor"), casework.Wanted{Due: "overdue"}); err != nil || !slices.ContainsFunc(cs, func(c *casework.Case) bool { return c.ID == id }) {
		t.Errorf("it is not on the list of what is late: %v", err)
	}
	if key := refusedMove(t, d, id, "close"); key != "error.guard.result_published" {
		t.Errorf("close unpublished: %q", key)
	}
	makeMove(t, d, id, "publish")
	if c = stored(t, d, id); c.State != law.Effective || slices.Contains(running(c), law.Publish) || !slices.Contains(running(c), law.Posting) {
		t.Errorf("published, it is %s with %v", c.State, running(c))
	}
	if key := refusedMove(t, d, id, "publish"); key != "error.guard.unpublished" {
		t.Errorf("published twice: %q", key)
	}
	makeMove(t, d, id, "enforce")
	if key := refusedMove(t, d, id, "close"); key != "error.guard.result_published" {
		t.Errorf("close while it hangs: %q", key)
	}
	d.Clock = d.Clock.AddDate(0, 0, 16)
	makeMove(t, d, id, "close")
}

// TestWhatWasReadOutAtAMeetingHangsNowhere: one of the ways of Luật Khiếu nại Đ.41.2 is enough.
func TestWhatWasReadOutAtAMeetingHangsNowhere(t *testing.T) {
	for ways, hangs := range map[string]bool{"meeting": false, "posting": true, "meeting,media": true} {
		d, id := secondDecided(t)
		wantOK(t, ordered(t, d, id, "mayor publish", map[string]string{"published": ways}))
		c := stored(t, d, id)
		if slices.Contains(running(c), law.Posting) != hangs || c.History[len(c.History)-1].Data["published"] != ways {
			t.Errorf("%s: %v", ways, running(c))
		}
	}
}

// enforced leads a complaint to the enforcement of its first decision.
func enforced(t *testing.T) (*caseworktest.Desk, casework.Filed) {
	t.Helper()
	d := caseworktest.New()
	first := routed(t, d, draft(law.Complaint))
	for _, name := range []string{"accept", "start", "decide", "notify"} {
		makeMove(t, d, first.Case.ID, name)
	}
	d.Clock = d.Clock.AddDate(0, 0, 31)
	makeMove(t, d, first.Case.ID, "take_effect")
	if k, ok := stored(t, d, first.Case.ID).Running(); ok && k.Name == law.FollowUp && !strings.Contains(k.Law, "Nghị định 31/2019 Đ.18") {
		t.Errorf("enforcement is followed under %s", k.Law)
	}
	makeMove(t, d, first.Case.ID, "enforce")
	return d, first
}

// TestLateSecondComplaintEndsNoEnforcement: it is accepted only for an objective obstacle, and the first decision goes on being
// enforced either way (Luật Khiếu nại Đ.9, 33.1, 35, 46).
func TestLateSecondComplaintEndsNoEnforcement(t *testing.T) {
	d, first := enforced(t)
	before := stored(t, d, first.Case.ID)
	next := denouncedOn(t, d, first)
	c := stored(t, d, first.Case.ID)
	if c.State != law.Enforcing || !slices.Equal(running(c), running(before)) || c.Legal.Next != next.Ref {
		t.Errorf("the first is %s with %v, next %s", c.State, running(c), c.Legal.Next)
	}
	makeMove(t, d, first.Case.ID, "report_enforcement")
	if !next.Legal.Belated {
		t.Fatal("nobody notes that it is late")
	}
	moveOn(t, d, next, "record_signature")
	if key := refusedMove(t, d, next.ID, "accept"); key != "error.guard.not_belated" {
		t.Errorf("accepted though late: %q", key)
	}
	makeMove(t, d, next.ID, "excuse_lateness")
	if c := stored(t, d, next.ID); c.Legal.Excused != "illness" {
		t.Errorf("%+v", c.Legal)
	}
	makeMove(t, d, next.ID, "accept")
	if c := stored(t, d, first.Case.ID); c.State != law.Enforcing {
		t.Errorf("the first is %s once the second is accepted", c.State)
	}
}

// TestSecondComplaintInTimeEndsTheFirst, though its decision was not even sent.
func TestSecondComplaintInTimeEndsTheFirst(t *testing.T) {
	for _, path := range [][]string{{"accept", "start", "decide"}, {"accept", "start", "decide", "notify"}} {
		d := caseworktest.New()
		first := routed(t, d, draft(law.Complaint))
		for _, name := range path {
			makeMove(t, d, first.Case.ID, name)
		}
		days := map[int]int{3: 60, 4: 20}[len(path)] // what was not sent can be complained of without end
		d.Clock = d.Clock.AddDate(0, 0, days)
		next := denouncedOn(t, d, first)
		if c := stored(t, d, first.Case.ID); c.State != law.Appealed || next.Legal.Belated {
			t.Errorf("%v: %s, %+v", path, c.State, next.Legal)
		}
		makeMove(t, d, next.ID, "accept")
	}
	d := caseworktest.New()
	first := routed(t, d, draft(law.Complaint))
	for _, name := range []string{"accept", "start", "decide", "notify"} {
		makeMove(t, d, first.Case.ID, name)
	}
	d.Clock = d.Clock.AddDate(0, 0, 31) // nobody has noted the effect yet
	if next := denouncedOn(t, d, first); !next.Legal.Belated || stored(t, d, first.Case.ID).State != law.Notified {
		t.Errorf("late before its effect was noted: %+v", next.Legal)
	}
	makeMove(t, d, first.Case.ID, "take_effect")
}

// TestUrgedCaseWaitsForTheReport: then the first goes on and is followed, or the superior takes it over (Luật Tố cáo Đ.38).
func TestUrgedCaseWaitsForTheReport(t *testing.T) {
	d := caseworktest.New()
	first := routed(t, d, draft(law.Denunciation))
	makeMove(t, d, first.Case.ID, "accept")
	d.Clock = d.Clock.AddDate(0, 0, 31)
	id := denouncedOn(t, d, first).ID
	makeMove(t, d, id, "urge")
	for _, name := range []string{"close", "urge"} {
		if key := refusedMove(t, d, id, name); key != "error.guard.reported" {
			t.Errorf("%s without the report: %q", name, key)
		}
	}
	makeMove(t, d, id, "receive_report")
	if c := stored(t, d, id); c.State != law.Urged || !slices.Equal(running(c), []law.ClockName{law.FollowUp}) {
		t.Errorf("%s with %v", c.State, running(c))
	}
	if k, _ := stored(t, d, id).Running(); strings.Contains(k.Law, "Nghị định 31/2019 Đ.18") || !strings.Contains(k.Law, "Luật Tố cáo Đ.38.3") {
		t.Errorf("what is followed rests on %s", k.Law)
	}
	if key := refusedMove(t, d, id, "receive_report"); key != "error.guard.report_due" {
		t.Errorf("reported twice: %q", key)
	}
	makeMove(t, d, id, "urge") // the result is not there yet
	if c := stored(t, d, id); !slices.Equal(running(c), []law.ClockName{law.Report}) {
		t.Errorf("urged again, with %v", running(c))
	}
	if key := refusedMove(t, d, id, "close"); key != "error.guard.reported" {
		t.Errorf("closed while the result is awaited: %q", key)
	}
	makeMove(t, d, id, "receive_report")
	for _, name := range []string{"start", "conclude"} {
		makeMove(t, d, first.Case.ID, name)
	}
	makeMove(t, d, id, "close")
}

// TestSuperiorTakesOverWhatIsLate: the first case ends, the further one is accepted and has the whole time (Luật Tố cáo Đ.38.5;
// Nghị định 31/2019 Đ.5).
func TestSuperiorTakesOverWhatIsLate(t *testing.T) {
	d := caseworktest.New()
	first := routed(t, d, draft(law.Denunciation))
	makeMove(t, d, first.Case.ID, "accept")
	d.Clock = d.Clock.AddDate(0, 0, 31)
	id := denouncedOn(t, d, first).ID
	makeMove(t, d, id, "record_signature")
	makeMove(t, d, id, "urge")
	makeMove(t, d, id, "take_over")
	c, one := stored(t, d, id), stored(t, d, first.Case.ID)
	if c.State != law.Accepted || !slices.Equal(running(c), []law.ClockName{law.AcceptanceNotice, law.Resolution}) {
		t.Errorf("taken over it is %s with %v", c.State, running(c))
	}
	if one.State != law.Transfer || len(running(one)) > 0 || one.History[len(one.History)-1].Data["next"] != c.Ref {
		t.Errorf("the first is %s with %v", one.State, running(one))
	}
	at := walk(t, draft(law.Denunciation), []string{"find_incompetent", "urge"})
	if key := refusedMove(t, at.desk, at.it.ID, "take_over"); key != "error.move_unknown" {
		t.Errorf("of others: %q", key)
	}
}

// TestConcludedFirstIsNotTakenOver: what the subordinate concluded meanwhile is no longer late.
func TestConcludedFirstIsNotTakenOver(t *testing.T) {
	d := caseworktest.New()
	first := routed(t, d, draft(law.Denunciation))
	makeMove(t, d, first.Case.ID, "accept")
	d.Clock = d.Clock.AddDate(0, 0, 31)
	id := denouncedOn(t, d, first).ID
	makeMove(t, d, id, "record_signature")
	makeMove(t, d, id, "urge")
	for _, name := range []string{"start", "conclude"} {
		makeMove(t, d, first.Case.ID, name)
	}
	if key := refusedMove(t, d, id, "take_over"); key != "error.first_concluded" {
		t.Errorf("%q", key)
	}
}
