package casework_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// standing are the moves that lead a case nowhere by themselves.
var standing = []string{
	"assign", "name_accused", "set_contested", "register", "record_signature", "mark_complex", "extend", "extend_check", "keep_suspended", "check_forced",
	"reply_forwarder", "record_withdrawal", "hear_accused", "litigate", "refer_criminal", "report_enforcement", "find_incompetent", "excuse_lateness",
}

// TestEveryOpenCaseHasSomebodyWhoLeadsItOn: whatever office, whoever is away or accused and whatever people did, somebody may lead
// every open case on, unless nobody may read it, which is cried out, or it waits for a day.
func TestEveryOpenCaseHasSomebodyWhoLeadsItOn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := caseworktest.DrawWorld(rt)
		if !serves(w) {
			return
		}
		for range rapid.IntRange(1, 2).Draw(rt, "letters") {
			w.File(t.Context(), rt, w.DrawLetter(rt, rapid.SampledFrom(law.Kinds()).Draw(rt, "kind")))
		}
		var did []string
		for range rapid.IntRange(0, 14).Draw(rt, "acts") {
			w.Elapse(rt)
			switch rapid.IntRange(0, 5).Draw(rt, "who acts") {
			case 0:
				did = append(did, w.Citizen(t.Context(), rt))
			case 1:
				w.Approve(t.Context(), rt, w.Somebody(rt))
			default:
				did = append(did, w.Act(t.Context(), rt, w.Somebody(rt)))
			}
			if _, err := w.Heal(t.Context()); err != nil {
				rt.Fatal(err)
			}
			for _, c := range w.All() {
				if !ledOn(t, w, c) {
					rt.Fatalf("nobody leads on %s %s, %s with %q of %q, about %v %v %v, %+v, outside %t\n%s", c.Kind, c.Ref, c.State, c.Assignee, c.Unit,
						c.About, c.Suspects, c.Lines, c.Legal, c.Outside, strings.Join(did, "\n"))
				}
			}
		}
	})
}

// serves reports whether the office can work at all: every authority has a head in service, and somebody receives letters.
func serves(w *caseworktest.World) bool {
	for _, u := range w.O.Units() {
		if _, _, ok := w.O.Acting(u.ID, w.Clock); u.Authority && !ok {
			return false
		}
	}
	return slices.ContainsFunc(w.O.AllStaff(), func(s office.Staff) bool { return s.Has(office.Reception) })
}

// ledOn reports whether somebody may lead the case on now, or nobody has to.
func ledOn(t *testing.T, w *caseworktest.World, c *casework.Case) bool {
	t.Helper()
	if c.Lane != law.LaneOpen || c.State == law.Received || slices.Contains(c.Flags, law.NoReader) {
		return true
	}
	for _, name := range []law.ClockName{law.Effect, law.Posting} {
		if k, ok := casework.ClockOf(c, name); ok && k.Runs() {
			return true
		}
	}
	return moved(w, c) || slices.ContainsFunc(w.O.AllStaff(), func(who office.Staff) bool { return givenOn(t, w, c, who) })
}

// moved reports whether somebody is offered a move that leads on.
func moved(w *caseworktest.World, c *casework.Case) bool {
	for _, who := range w.O.AllStaff() {
		for _, m := range casework.Offers(w.O, who, c, w.Clock) {
			if !slices.Contains(standing, m.Name) {
				return true
			}
		}
	}
	return false
}

// givenOn reports whether the person may give the case to somebody who then leads it on. Nothing is left of the trying.
func givenOn(t *testing.T, w *caseworktest.World, c *casework.Case, who office.Staff) bool {
	t.Helper()
	defer w.Kept.Put(c)
	for _, u := range w.O.Units() {
		w.Kept.Put(c)
		n, err := w.Move(t.Context(), who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "assign", Args: map[string]string{"unit": u.ID}})
		if err == nil && moved(w, n) {
			return true
		}
	}
	return false
}

// TestWithdrawalThatRestsWithInspectionGoesUp: inspection decides nothing; it sends the file to the superior, who does (Luật Tố cáo
// Đ.12, 33).
func TestWithdrawalThatRestsWithInspectionGoesUp(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Denunciation)
	f.About = "Bùi Văn Phố, Nguyễn Văn Chủ" // whoever heads the commune and the city
	filed := routed(t, d, f)
	_, err := d.Withdraw(t.Context(), filed.Code.String(), casework.Wish{Reason: "thôi", Second: phrase})
	wantOK(t, err)
	id := filed.Case.ID
	c := stored(t, d, id)
	if !c.Outside || c.Assignee != "inspector" || c.State != law.Withdrawing {
		t.Fatalf("with %s, outside %t, %s", c.Assignee, c.Outside, c.State)
	}
	wantOK(t, ordered(t, d, id, "inspector send_up", nil))
	if c = stored(t, d, id); c.State != law.Transfer || len(running(c)) > 0 {
		t.Errorf("%s with %v", c.State, running(c))
	}
	at := walk(t, draft(law.Denunciation), nil)
	if key := refusedMove(t, at.desk, at.it.ID, "send_up"); key != "error.guard.resting" {
		t.Errorf("what a head has: %q", key)
	}
}

// TestLetterAboutWhoReceivesLettersGoesToTheHead: nobody but its only receptionist would take it from the queue.
func TestLetterAboutWhoReceivesLettersGoesToTheHead(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Feedback)
	f.Category, f.About = "other", "Võ Thị Tiếp"
	c := routed(t, d, f).Case
	if _, err := d.Heal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c = stored(t, d, c.ID); c.Assignee != "chair" || c.State != law.Assigned || slices.Contains(c.Flags, law.NoReader) {
		t.Errorf("%s with %q of %q, %v", c.State, c.Assignee, c.Unit, c.Flags)
	}
}
