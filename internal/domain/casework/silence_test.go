package casework_test

import (
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// TestNothingDoneAfterSilenceTakesTheAppealAway: once the time is over, no move of the office's and no wish by the code ends the
// right to go to the superior (Luật Khiếu nại Đ.33; Luật Tố cáo Đ.38).
func TestNothingDoneAfterSilenceTakesTheAppealAway(t *testing.T) {
	accepted := []string{"accept", "start"}
	for _, tc := range []struct {
		kind   law.Kind
		before []string
		after  []string
	}{
		{law.Complaint, accepted, []string{"suspend"}},
		{law.Denunciation, accepted, []string{"suspend", "notify_pause", "resume"}},
		{law.Complaint, accepted, []string{"ask_expert"}},
		{law.Denunciation, accepted, []string{"ask_expert", "hear_expert"}},
		{law.Complaint, nil, []string{"find_incompetent"}},
		{law.Denunciation, nil, []string{"find_incompetent", "urge"}},
		{law.Complaint, nil, []string{"find_incompetent", "urge"}},
		{law.Complaint, accepted, []string{"withdraw"}},
		{law.Denunciation, accepted, []string{"withdraw"}},
		{law.Complaint, accepted, []string{"record_withdrawal", "continue"}},
	} {
		d := caseworktest.New()
		first := routed(t, d, draft(tc.kind))
		id := first.Case.ID
		for _, name := range tc.before {
			makeMove(t, d, id, name)
		}
		if mayAppeal(t, d, id) {
			t.Errorf("%s after %v: in time, and open", tc.kind, tc.before)
		}
		d.Clock = d.Clock.AddDate(0, 0, 33)
		for _, name := range tc.after {
			if name == "withdraw" {
				_, err := d.Withdraw(t.Context(), first.Code.String(), casework.Wish{Second: phrase})
				wantOK(t, err)
			} else {
				makeMove(t, d, id, name)
			}
			if open := mayAppeal(t, d, id); open == (name == "record_withdrawal") {
				t.Errorf("%s late, then %s: open is %t", tc.kind, name, open)
			}
		}
		if next := denouncedOn(t, d, first); next.Legal.Level != 2 || !next.Legal.Silence {
			t.Errorf("%s after %v: %+v", tc.kind, tc.after, next.Legal)
		}
	}
}

// TestTimeThatIsOverIsNotProlonged, and a letter accepted late has the whole time to be resolved.
func TestTimeThatIsOverIsNotProlonged(t *testing.T) {
	at := walk(t, draft(law.Denunciation), nil)
	at.desk.Clock = at.desk.Clock.AddDate(0, 0, 33)
	if key := refusedMove(t, at.desk, at.it.ID, "extend_check"); key != "error.guard.in_time" {
		t.Errorf("extend_check: %q", key)
	}
	for _, name := range []string{"accept", "start", "mark_complex"} {
		makeMove(t, at.desk, at.it.ID, name)
	}
	if mayAppeal(t, at.desk, at.it.ID) {
		t.Error("accepted late, and late for ever")
	}
	for _, kind := range []law.Kind{law.Complaint, law.Denunciation} {
		at = walk(t, draft(kind), []string{"accept", "start", "mark_complex"})
		at.desk.Clock = at.desk.Clock.AddDate(0, 0, 61)
		if key := refusedMove(t, at.desk, at.it.ID, "mark_complex"); key != "error.guard.in_time" {
			t.Errorf("%s mark_complex: %q", kind, key)
		}
	}
	if key := chairRefused(t, at.desk, at.it.ID, "extend", nil); key != "error.guard.in_time" {
		t.Errorf("extend: %q", key)
	}
}

// TestPauseIsToldBeforeTheDecision: Nghị định 155/2026 Đ.28b; Luật Tố cáo Đ.34.
func TestPauseIsToldBeforeTheDecision(t *testing.T) {
	for kind, name := range map[law.Kind]string{law.Complaint: "decide", law.Denunciation: "conclude"} {
		at := walk(t, draft(kind), []string{"accept", "start"})
		prepare(t, at.desk, at.it, name)
		makeMove(t, at.desk, at.it.ID, "suspend")
		makeMove(t, at.desk, at.it.ID, "resume")
		if key := chairRefused(t, at.desk, at.it.ID, name, nil); key != "error.guard.pause_told" {
			t.Errorf("%s: %q", name, key)
		}
		makeMove(t, at.desk, at.it.ID, "notify_pause")
		makeMove(t, at.desk, at.it.ID, name)
	}
}

// TestPauseIsToldBeforeTheSecondDecisionToo: of a complaint that goes on to the next authority.
func TestPauseIsToldBeforeTheSecondDecisionToo(t *testing.T) {
	d := caseworktest.New()
	first := routed(t, d, draft(law.Complaint))
	for _, name := range []string{"accept", "start", "decide", "notify"} {
		makeMove(t, d, first.Case.ID, name)
	}
	id := denouncedOn(t, d, first).ID
	for _, name := range []string{"accept", "start", "invite_dialogue"} {
		makeMove(t, d, id, name)
	}
	h := stored(t, d, id).History
	day, err := time.ParseInLocation(time.DateOnly, h[len(h)-1].Data["on"], casework.Vietnam)
	wantOK(t, err)
	d.Clock = day
	for _, name := range []string{"hold_dialogue", "suspend", "resume"} {
		makeMove(t, d, id, name)
	}
	if c := stored(t, d, id); c.Legal.Level != 2 {
		t.Fatalf("a complaint of level %d", c.Legal.Level)
	}
	if key := refusedMove(t, d, id, "decide"); key != "error.guard.pause_told" {
		t.Errorf("decide: %q", key)
	}
	makeMove(t, d, id, "notify_pause")
	makeMove(t, d, id, "decide")
}
