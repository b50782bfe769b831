package casework_test

import (
	"slices"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// mayAppeal reports whether a further case is open to the citizen now.
func mayAppeal(t *testing.T, d *caseworktest.Desk, id string) bool {
	t.Helper()
	return casework.MayAppeal(stored(t, d, id), d.Clock)
}

// TestClosingTheFileTakesNoRightAway: what a refusal opens stays open when its file is closed (Luật Khiếu nại Đ.7, 33; Luật Tố
// cáo Đ.37), and closes where it was gone: after the court, after one further case, and once the words are erased.
func TestClosingTheFileTakesNoRightAway(t *testing.T) {
	for _, kind := range []law.Kind{law.Complaint, law.Denunciation} {
		d := caseworktest.New()
		first := routed(t, d, draft(kind))
		id := first.Case.ID
		makeMove(t, d, id, "refuse")
		makeMove(t, d, id, "close")
		next := denouncedOn(t, d, first)
		c := stored(t, d, id)
		want := map[law.Kind]law.State{law.Complaint: law.Appealed, law.Denunciation: law.Closed}[kind]
		if next.Legal.Level != 2 || c.Legal.Next != next.Ref || c.State != want || !c.State.Ended() {
			t.Errorf("%s is %s, %+v", kind, c.State, c.Legal)
		}
		if mayAppeal(t, d, id) {
			t.Errorf("%s: a second further case is open", kind)
		}
	}
	at := walk(t, draft(law.Complaint), []string{"refuse", "litigate", "close"})
	if mayAppeal(t, at.desk, at.it.ID) || chairRefused(t, at.desk, at.it.ID, "reconsider", nil) != "error.guard.said_forced" {
		t.Error("what went to court comes back when its file is closed")
	}
	at = walk(t, draft(law.Complaint), []string{"refuse", "close"})
	at.desk.Clock = at.desk.Clock.AddDate(16, 0, 0)
	if done, err := at.desk.Erase(t.Context(), at.it.ID); !done || err != nil || mayAppeal(t, at.desk, at.it.ID) {
		t.Errorf("nothing is left of it, and it is open: %t %v", done, err)
	}
}

// TestClosedLetterIsTakenUpAgainForNewFacts: as it is before its file is closed, and by no other end.
func TestClosedLetterIsTakenUpAgainForNewFacts(t *testing.T) {
	for _, path := range [][]string{{"guide"}, {"refuse"}, {"find_ineligible", "file"}, {"find_ineligible", "return"}} {
		at := walk(t, draft(law.Complaint), append(path, "close"))
		makeMove(t, at.desk, at.it.ID, "reconsider")
		if c := stored(t, at.desk, at.it.ID); c.State != law.Classifying || c.ClosedAt != nil || !slices.Equal(running(c), []law.ClockName{law.Acceptance}) {
			t.Errorf("%v: %s, %v", path, c.State, running(c))
		}
	}
	at := walk(t, draft(law.Feedback), []string{"answer", "close"})
	if key := refusedMove(t, at.desk, at.it.ID, "reconsider"); key != "error.move_not_now" {
		t.Errorf("what was answered: %q", key)
	}
	d, id, _ := wished(t, law.Complaint)
	for _, name := range []string{"record_withdrawal", "discontinue", "notify_end"} {
		makeMove(t, d, id, name)
	}
	if key := chairRefused(t, d, id, "reconsider", nil); key != "error.guard.said_forced" {
		t.Errorf("what was withdrawn: %q", key)
	}
}

// TestOfficeUrgesNobodyAboutItsOwnCase: Luật Tiếp công dân Đ.26.3, Luật Tố cáo Đ.38.
func TestOfficeUrgesNobodyAboutItsOwnCase(t *testing.T) {
	for _, kind := range []law.Kind{law.Complaint, law.Denunciation} {
		d := caseworktest.New()
		first := routed(t, d, draft(kind))
		if key := refusedMove(t, d, first.Case.ID, "urge"); key != "error.guard.others" {
			t.Errorf("%s: %q", kind, key)
		}
		makeMove(t, d, first.Case.ID, "accept")
		d.Clock = d.Clock.AddDate(0, 0, 40)
		makeMove(t, d, denouncedOn(t, d, first).ID, "urge")
		at := walk(t, draft(kind), []string{"find_incompetent", "urge"})
		if at.it.State != law.Urged {
			t.Errorf("%s of others is %s", kind, at.it.State)
		}
	}
}

// TestDialogueIsHeldOnItsDay: not before the day that the complainant was invited for, which may be set anew.
func TestDialogueIsHeldOnItsDay(t *testing.T) {
	at := walk(t, draft(law.Complaint), []string{"accept", "start"})
	d, id := at.desk, at.it.ID
	makeMove(t, d, id, "invite_dialogue")
	d.Clock = d.Clock.AddDate(0, 0, 3)
	makeMove(t, d, id, "invite_dialogue")
	h := stored(t, d, id).History
	day, err := time.ParseInLocation(time.DateOnly, h[len(h)-1].Data["on"], casework.Vietnam)
	wantOK(t, err)
	for at, want := range map[time.Time]string{day.AddDate(0, 0, -2): "error.guard.dialogue_day", day.Add(-time.Second): "error.guard.dialogue_day", day: ""} {
		d.Clock = at
		if m, _ := casework.FindMove(stored(t, d, id), "hold_dialogue"); casework.GuardOf(m, stored(t, d, id), at) != want {
			t.Errorf("%s: want %q", at, want)
		}
	}
	d.Clock = day.Add(-time.Second)
	if key := refusedMove(t, d, id, "hold_dialogue"); key != "error.guard.dialogue_day" {
		t.Errorf("the evening before: %q", key)
	}
	d.Clock = day
	makeMove(t, d, id, "hold_dialogue")
}

// TestWhatTheChairRefusedHisDivisionsDoNotTakeUpAgain: where the law names who decides, he alone takes up what he refused, also when its file
// was closed; what was only put away the unit itself takes up.
func TestWhatTheChairRefusedHisDivisionsDoNotTakeUpAgain(t *testing.T) {
	for _, path := range [][]string{{"refuse"}, {"refuse", "notify_sender"}} {
		at := walk(t, draft(law.Complaint), path)
		d, id := at.desk, at.it.ID
		if err := ordered(t, d, id, "roadhead reconsider", nil); err == nil || stored(t, d, id).State != law.Refused {
			t.Errorf("%v: a division's head takes it up: %v", path, err)
		}
		wantOK(t, ordered(t, d, id, "chair reconsider", nil))
	}
	at := walk(t, draft(law.Petition), []string{"refuse"})
	c := stored(t, at.desk, at.it.ID)
	wantOK(t, ordered(t, at.desk, c.ID, c.Assignee+" reconsider", nil))
}
