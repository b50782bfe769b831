package casework_test

import (
	"slices"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// denouncedOn files a further denunciation against the case and routes it.
func denouncedOn(t *testing.T, d *caseworktest.Desk, first casework.Filed) *casework.Case {
	t.Helper()
	next, err := d.Appeal(t.Context(), first.Code.String(), casework.Draft{Subject: "Chưa đúng", Body: "Đề nghị xem lại."})
	wantOK(t, err)
	wantOK(t, d.Route(t.Context(), next.Case.ID)[0])
	return stored(t, d, next.Case.ID)
}

func running(c *casework.Case) []law.ClockName {
	var out []law.ClockName
	for _, k := range c.Clocks {
		if k.Runs() {
			out = append(out, k.Name)
		}
	}
	slices.Sort(out)
	return out
}

// TestFurtherDenunciationAfterAConclusionStopsNothing: acting on it and publishing it go on; the superior has 20 days
// (Luật Tố cáo Đ.36, 37.2, 40).
func TestFurtherDenunciationAfterAConclusionStopsNothing(t *testing.T) {
	d := caseworktest.New()
	first := routed(t, d, draft(law.Denunciation))
	for _, name := range concluding() {
		makeMove(t, d, first.Case.ID, name)
	}
	before := stored(t, d, first.Case.ID)
	next := denouncedOn(t, d, first)
	c := stored(t, d, first.Case.ID)
	if c.State != law.Concluded || !slices.Equal(running(c), running(before)) || c.Legal.Next != next.Ref || c.DueAt == nil {
		t.Errorf("the first is %s with %v, before %v", c.State, running(c), running(before))
	}
	if next.Unit != "city" || !slices.Equal(running(next), []law.ClockName{law.Reexamine}) || next.Legal.Silence {
		t.Errorf("the further one lies with %s, %v", next.Unit, running(next))
	}
	for _, name := range []string{"notify", "publish", "enforce"} {
		makeMove(t, d, first.Case.ID, name)
	}
	if again := denouncedOn(t, d, first); again.ID != next.ID {
		t.Error("it was filed twice")
	}
}

// TestFurtherDenunciationAfterSilence: the superior demands a report within 05 working days of receipt, the subordinate gives
// it within 05 of the demand, and the first case goes on (Luật Tố cáo Đ.38).
func TestFurtherDenunciationAfterSilence(t *testing.T) {
	d := caseworktest.New()
	first := routed(t, d, draft(law.Denunciation))
	makeMove(t, d, first.Case.ID, "accept")
	d.Clock = d.Clock.AddDate(0, 0, 31)
	next := denouncedOn(t, d, first)
	received := d.Clock
	c := stored(t, d, first.Case.ID)
	if c.State != law.Accepted || !c.Overdue(d.Clock) || !slices.Contains(running(c), law.Resolution) {
		t.Errorf("the first is %s with %v", c.State, running(c))
	}
	due, _ := caseworktest.Week{}.Workdays(received, 5)
	k, ok := casework.ClockOf(next, law.Demand)
	if !ok || !k.Due.Equal(due) || !next.Legal.Silence || len(running(next)) != 1 {
		t.Errorf("the superior has %+v", next.Clocks)
	}
	d.Clock = d.Clock.AddDate(0, 0, 3)
	makeMove(t, d, next.ID, "urge")
	due, _ = caseworktest.Week{}.Workdays(d.Clock, 5)
	next = stored(t, d, next.ID)
	if k, ok := casework.ClockOf(next, law.Report); !ok || !k.Due.Equal(due) || !slices.Equal(running(next), []law.ClockName{law.Report}) {
		t.Errorf("the subordinate has %+v", next.Clocks)
	}
	for _, name := range []string{"start", "conclude"} {
		makeMove(t, d, first.Case.ID, name)
	}
}

// TestKeepingCountsFromTheEndThatStartedIt: a letter put away is kept one year; closing its file makes that neither longer nor
// later.
func TestKeepingCountsFromTheEndThatStartedIt(t *testing.T) {
	d := caseworktest.New()
	id := routed(t, d, draft(law.Complaint)).Case.ID
	makeMove(t, d, id, "find_ineligible")
	makeMove(t, d, id, "file")
	ended := d.Clock
	d.Clock = d.Clock.AddDate(0, 3, 0)
	makeMove(t, d, id, "close")
	c := stored(t, d, id)
	if until, ok := c.KeptUntil(); !ok || !until.Equal(ended.AddDate(1, 0, 0)) || c.State != law.Closed {
		t.Errorf("%s is kept until %s", c.State, until)
	}
}

// TestLateIsTheOfficeNotTheCitizen: what the citizen has to do makes nobody overdue.
func TestLateIsTheOfficeNotTheCitizen(t *testing.T) {
	at := walk(t, draft(law.Complaint), []string{"accept", "start", "decide", "notify"})
	k, ok := casework.ClockOf(at.it, law.Effect)
	if !ok || at.it.Overdue(k.Due.Add(time.Hour)) {
		t.Error("a decision that may take effect is called late")
	}
	at = walk(t, draft(law.Complaint), []string{"accept", "ask_info"})
	k, _ = casework.ClockOf(at.it, law.Documents)
	if r, _ := casework.ClockOf(at.it, law.Resolution); at.it.Overdue(k.Due.Add(time.Hour)) || !at.it.Overdue(r.Due.Add(time.Hour)) {
		t.Error("the citizen's seven days count against the office, or the office's own do not")
	}
}

// TestHeadMayVerifyHimself: without a team only whoever resolves the denunciation does (Nghị định 31/2019 Đ.10.1).
func TestHeadMayVerifyHimself(t *testing.T) {
	d := caseworktest.New()
	id := routed(t, d, draft(law.Denunciation)).Case.ID
	makeMove(t, d, id, "accept")
	wantOK(t, ordered(t, d, id, "chair assign", map[string]string{"unit": "ubnd", "assignee": "officer"}))
	if err := ordered(t, d, id, "officer start", map[string]string{"team": ""}); fields(err)["team"] == "" {
		t.Errorf("an officer verifies alone: %v", err)
	}
	if err := ordered(t, d, id, "chair start", map[string]string{"team": "officer"}); fields(err)["team"] == "" {
		t.Errorf("a team of one: %v", err)
	}
	wantOK(t, ordered(t, d, id, "chair start", map[string]string{"team": ""}))
}

// TestRunningLimitIsReachedWhereverTheCaseStands: extended and suspended in review and while the citizen is asked, and not
// before there is a limit.
func TestRunningLimitIsReachedWhereverTheCaseStands(t *testing.T) {
	for _, path := range [][]string{{"accept", "start", "propose"}, {"accept", "ask_info"}, {"accept", "start"}, {"accept"}} {
		for _, name := range []string{"extend", "suspend"} {
			at := walk(t, draft(law.Denunciation), path)
			makeMove(t, at.desk, at.it.ID, "mark_complex")
			makeMove(t, at.desk, at.it.ID, name)
		}
	}
	at := walk(t, draft(law.Denunciation), []string{"ask_info"})
	for _, name := range []string{"extend", "suspend", "mark_complex"} {
		if key := refusedMove(t, at.desk, at.it.ID, name); key != "error.guard.resolving" {
			t.Errorf("%s before acceptance: %q", name, key)
		}
	}
}

// TestComplaintOfTheDeadEnds: without an heir it is discontinued and the decision is owed within 03 working days (Luật Khiếu
// nại Đ.11a.2b; Nghị định 155/2026, Điều 28b.1).
func TestComplaintOfTheDeadEnds(t *testing.T) {
	at := walk(t, draft(law.Complaint), []string{"accept", "start"})
	makeMove(t, at.desk, at.it.ID, "discontinue")
	c := stored(t, at.desk, at.it.ID)
	if c.State != law.Discontinued || !slices.Equal(running(c), []law.ClockName{law.PauseNotice}) || c.History[len(c.History)-1].Data["ground"] != "died_no_heir" {
		t.Errorf("%s, %v", c.State, running(c))
	}
}
