package casework_test

import (
	"slices"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// concluded leads a denunciation to a conclusion with the outcome.
func concluded(t *testing.T, outcome string) (*caseworktest.Desk, string) {
	t.Helper()
	d := caseworktest.New()
	id := routed(t, d, draft(law.Denunciation)).Case.ID
	for _, name := range []string{"accept", "start"} {
		makeMove(t, d, id, name)
	}
	prepare(t, d, stored(t, d, id), "conclude")
	wantOK(t, ordered(t, d, id, "chair conclude", map[string]string{"text": "Kết luận.", "outcome": outcome}))
	return d, id
}

// TestUnfoundedDenunciationIsPublishedAndTheAccusedRestored: it is not closed before both, nor before it was posted fifteen
// days on end (Luật Tố cáo Đ.36.1a, 40).
func TestUnfoundedDenunciationIsPublishedAndTheAccusedRestored(t *testing.T) {
	for _, outcome := range []string{"false", "no_violation"} {
		d, id := concluded(t, outcome)
		want := []law.ClockName{law.Act, law.DecisionNotice, law.Publish}
		if got := running(stored(t, d, id)); !slices.Equal(got, want) {
			t.Errorf("%s: %v run", outcome, got)
		}
		makeMove(t, d, id, "notify")
		if key := refusedMove(t, d, id, "close_unfounded"); key != "error.move_not_now" {
			t.Errorf("closed unpublished: %s", key)
		}
		makeMove(t, d, id, "publish")
		for name, want := range map[string]string{"close_unfounded": "error.guard.restored", "enforce": "error.guard.founded"} {
			if key := refusedMove(t, d, id, name); key != want {
				t.Errorf("%s without restoring anybody: %s", name, key)
			}
		}
		makeMove(t, d, id, "restore_accused")
		if key := refusedMove(t, d, id, "close_unfounded"); key != "error.guard.posted" {
			t.Errorf("closed while posted: %s", key)
		}
		d.Clock = d.Clock.AddDate(0, 0, 16)
		makeMove(t, d, id, "close_unfounded")
		if c := stored(t, d, id); c.State != law.Closed || len(running(c)) > 0 {
			t.Errorf("%s with %v", c.State, running(c))
		}
	}
}

// TestFoundedConclusionRestoresNobody: the moves of an unfounded one are not offered, and those it needs are; it is closed when it
// was posted fifteen days on end (Luật Tố cáo Đ.40; Nghị định 31/2019 Đ.6.2).
func TestFoundedConclusionRestoresNobody(t *testing.T) {
	d, id := concluded(t, "partly")
	for _, name := range []string{"notify", "publish"} {
		makeMove(t, d, id, name)
	}
	for _, name := range []string{"restore_accused", "close_unfounded"} {
		if key := refusedMove(t, d, id, name); key != "error.guard.unfounded" {
			t.Errorf("%s: %s", name, key)
		}
	}
	makeMove(t, d, id, "enforce")
	makeMove(t, d, id, "report_enforcement")
	if key := refusedMove(t, d, id, "close"); key != "error.guard.posted" {
		t.Errorf("closed while posted: %s", key)
	}
	k, _ := casework.ClockOf(stored(t, d, id), law.Posting)
	d.Clock = k.Due
	if key := refusedMove(t, d, id, "close"); key != "error.guard.posted" {
		t.Errorf("closed in the last moment of the fifteenth day: %s", key)
	}
	d.Clock = k.Due.Add(time.Millisecond)
	makeMove(t, d, id, "close")
	if c := stored(t, d, id); c.State != law.Closed || len(running(c)) > 0 {
		t.Errorf("%s with %v", c.State, running(c))
	}
}

// TestNobodyIsConcludedUponUnheard: the notices of acceptance are sent and the accused is asked to explain first (Luật Tố cáo
// Đ.10, 29.3, 35.1).
func TestNobodyIsConcludedUponUnheard(t *testing.T) {
	d := caseworktest.New()
	id := routed(t, d, draft(law.Denunciation)).Case.ID
	for _, name := range []string{"accept", "start"} {
		makeMove(t, d, id, name)
	}
	conclude := func() string { return refusedMove(t, d, id, "conclude") }
	makeMove(t, d, id, "hear_accused")
	if key := conclude(); key != "error.guard.acceptance_told" {
		t.Errorf("concluded without a notice: %s", key)
	}
	d2 := caseworktest.New()
	id2 := routed(t, d2, draft(law.Denunciation)).Case.ID
	makeMove(t, d2, id2, "accept")
	stripAll(t, d2, stored(t, d2, id2))
	for _, name := range []string{"notify_acceptance", "start"} {
		makeMove(t, d2, id2, name)
	}
	if key := refusedMove(t, d2, id2, "conclude"); key != "error.guard.accused_heard" {
		t.Errorf("concluded unheard: %s", key)
	}
	makeMove(t, d2, id2, "conclude")
}

// TestRejectionNeedsADialogue: unless all that was claimed is granted (Luật Khiếu nại Đ.30.1).
func TestRejectionNeedsADialogue(t *testing.T) {
	for outcome, free := range map[string]bool{"upheld": true, "partly_upheld": false, "rejected": false} {
		at := walk(t, draft(law.Complaint), []string{"accept", "start"})
		in := map[string]string{"text": "Quyết định.", "outcome": outcome}
		err := ordered(t, at.desk, at.it.ID, "chair decide", in)
		if free != (err == nil) || !free && fields(err)["outcome"] != "error.field.dialogue_first" {
			t.Errorf("%s without a dialogue: %v", outcome, err)
		}
		if !free {
			makeMove(t, at.desk, at.it.ID, "invite_dialogue")
			at.desk.Clock = at.desk.Clock.AddDate(0, 0, 9)
			makeMove(t, at.desk, at.it.ID, "hold_dialogue")
			wantOK(t, ordered(t, at.desk, at.it.ID, "chair decide", in))
		}
	}
}

// TestFalseNameIsLookedAtForEvidence: it is not accepted, and not put away before somebody looked; the sender stays sealed
// (Luật Tố cáo Đ.25).
func TestFalseNameIsLookedAtForEvidence(t *testing.T) {
	d := caseworktest.New()
	id := routed(t, d, draft(law.Denunciation)).Case.ID
	if key := refusedMove(t, d, id, "assess"); key != "error.guard.nameless" {
		t.Errorf("a named letter is assessed: %s", key)
	}
	was := stored(t, d, id)
	makeMove(t, d, id, "find_name_false")
	c := stored(t, d, id)
	if !c.Nameless() || c.Anonymous || c.SealedSender != was.SealedSender || c.State != law.Classifying {
		t.Errorf("%s, nameless %t", c.State, c.Nameless())
	}
	for name, want := range map[string]string{
		"find_name_false": "error.guard.named", "accept": "error.guard.named", "find_ineligible": "error.guard.checked",
		"inspect_anonymous": "error.guard.evidence", "file_anonymous": "error.guard.no_evidence",
	} {
		if key := refusedMove(t, d, id, name); key != want {
			t.Errorf("%s: %s", name, key)
		}
	}
	makeMove(t, d, id, "assess")
	makeMove(t, d, id, "inspect_anonymous")
}

// TestListsOfLateCasesLeaveOutTheCitizensTime: a case that waits only for its decision to take effect is neither overdue nor
// due soon, whatever the day.
func TestListsOfLateCasesLeaveOutTheCitizensTime(t *testing.T) {
	at := walk(t, draft(law.Complaint), []string{"accept", "start", "decide", "notify"})
	k, _ := casework.ClockOf(at.it, law.Effect)
	chair := staff(t, at.desk, "chair")
	for _, day := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		at.desk.Clock = k.Due.Add(day)
		for due, want := range map[string]int{"overdue": 0, "soon": 0, "": 1} {
			cs, _, err := at.desk.List(t.Context(), chair, casework.Wanted{Due: due})
			if err != nil || len(cs) != want {
				t.Errorf("%s from the day of effect, %q: %d cases, %v", day, due, len(cs), err)
			}
		}
		b, err := at.desk.Board(t.Context(), chair, "")
		if err != nil || b.Tiles[0].N+b.Tiles[1].N > 0 || len(b.Units) != 1 || b.Units[0].Late.N > 0 || b.Units[0].Open.N != 1 {
			t.Errorf("the board: %+v, %v", b, err)
		}
	}
	late := walk(t, draft(law.Complaint), []string{"accept"})
	late.desk.Clock = late.it.DueAt.Add(time.Hour)
	if cs, _, err := late.desk.List(t.Context(), chair, casework.Wanted{Due: "overdue"}); err != nil || len(cs) != 1 {
		t.Errorf("what the office owes is left out: %d, %v", len(cs), err)
	}
}

// TestAReferredConclusionIsStillToldActedOnAndPublished: sending the file to the investigators ends none of these duties
// (Luật Tố cáo Đ.36.2, 40).
func TestAReferredConclusionIsStillToldActedOnAndPublished(t *testing.T) {
	d, id := concluded(t, "partly")
	want := running(stored(t, d, id))
	makeMove(t, d, id, "refer_criminal")
	if c := stored(t, d, id); c.State != law.Concluded || !slices.Equal(running(c), want) || len(want) == 0 {
		t.Errorf("%s with %v, before %v", c.State, running(c), want)
	}
	makeMove(t, d, id, "notify")
	makeMove(t, d, id, "refer_criminal")
	makeMove(t, d, id, "publish")
}
