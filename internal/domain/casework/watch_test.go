package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// watched moves the clock to each watch moment of the case in turn, n times, and returns what was recorded.
func watched(t *testing.T, d *caseworktest.Desk, id string, n int) []history.Entry {
	t.Helper()
	var out []history.Entry
	for range n {
		c := read(t, d, id)
		if c.WatchAt == nil {
			t.Fatalf("an open case in state %s has no watch moment", c.State)
		}
		d.Clock = *c.WatchAt
		watch(t, d, c)
		after := read(t, d, id)
		if len(after.History) != len(c.History)+1 {
			t.Fatalf("%d entries were recorded at %s", len(after.History)-len(c.History), d.Clock)
		}
		out = append(out, after.History[len(after.History)-1])
	}
	return out
}

func read(t *testing.T, d *caseworktest.Desk, id string) *casework.Case {
	t.Helper()
	c, err := d.Kept.Get(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func watch(t *testing.T, d *caseworktest.Desk, cs ...*casework.Case) {
	t.Helper()
	if err := errors.Join(d.Watch(context.Background(), cs...)...); err != nil {
		t.Fatal(err)
	}
}

// lines writes entries as "day steps: who".
func lines(es []history.Entry) []string {
	var out []string
	for _, e := range es {
		day := e.At.Sub(caseworktest.Start).Hours() / 24
		out = append(out, time.Duration(day*24*float64(time.Hour)).String()+" "+e.Data["steps"]+": "+e.Data["to"])
	}
	return out
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLadderClimbsWhileNothingHappens: a reply is owed in 10 working days, here 14 days.
func TestLadderClimbsWhileNothingHappens(t *testing.T) {
	d := caseworktest.New()
	c := routed(t, d, draft(law.Feedback)).Case
	assign(t, d, c.ID, "officer")
	same(t, lines(watched(t, d, c.ID, 10)), []string{
		"168h0m0s reply/half: officer",
		"268h48m0s reply/most: officer,roadhead",
		"336h0m0s reply/due: officer,roadhead,chair",
		"360h0m0s reply/late_first: roadhead,chair",
		"408h0m0s reply/late_second: chair",
		"552h0m0s reply/late_third: chair,inspector",
		"720h0m0s reply/weekly: officer,roadhead,chair,inspector",
		"888h0m0s reply/weekly: officer,roadhead,chair,inspector",
		"1056h0m0s reply/weekly: officer,roadhead,chair,inspector",
		"1080h0m0s case/untouched: chair,inspector", // assigned is not handled
	})
}

// assign gives the case to somebody else.
func assign(t *testing.T, d *caseworktest.Desk, id, who string) {
	t.Helper()
	c := read(t, d, id)
	if _, err := d.Move(t.Context(), staff(t, d, c.Assignee), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "assign", Args: map[string]string{"assignee": who}}); err != nil {
		t.Fatal(err)
	}
}

func TestMoveBeginsTheLadderAnew(t *testing.T) {
	d := caseworktest.New()
	c := routed(t, d, draft(law.Feedback)).Case
	watched(t, d, c.ID, 4) // due, and a working day later
	d.Clock = d.Clock.Add(time.Hour)
	assign(t, d, c.ID, "officer")
	got := watched(t, d, c.ID, 1)[0]
	if got.Data["steps"] != "reply/late_first" || got.At != d.Clock || got.At.Sub(caseworktest.Start) != 385*time.Hour {
		t.Errorf("%v after %s", got.Data, got.At.Sub(caseworktest.Start))
	}
}

func TestOfficeChoosesItsLadder(t *testing.T) {
	d := caseworktest.New()
	d.Terms.Ladder = []int{2, 4, 5}
	c := routed(t, d, draft(law.Feedback)).Case
	got := watched(t, d, c.ID, 6)
	for i, days := range []int{14, 16, 18, 21} {
		if at := got[i+2].At.Sub(caseworktest.Start); at != time.Duration(days)*24*time.Hour {
			t.Errorf("step %d after %s", i, at)
		}
	}
}

// TestCaseThatNobodyHasClimbsToo is read by reception first.
func TestCaseThatNobodyHasClimbsToo(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Feedback)
	f.Category = ""
	c := routed(t, d, f).Case
	same(t, lines(watched(t, d, c.ID, 9)), []string{
		"168h0m0s reply/half: reception",
		"268h48m0s reply/most: reception",
		"336h0m0s reply/due: reception,chair",
		"360h0m0s reply/late_first: reception,chair",
		"408h0m0s reply/late_second: chair,inspector",
		"552h0m0s reply/late_third: chair,inspector",
		"720h0m0s reply/weekly: reception,chair,inspector",
		"888h0m0s reply/weekly: reception,chair,inspector",
		"1056h0m0s reply/weekly: reception,chair,inspector",
	})
	c = read(t, d, c.ID)
	d.Clock = caseworktest.Start.AddDate(0, 0, 45)
	watch(t, d, c)
	last := read(t, d, c.ID)
	if e := last.History[len(last.History)-1]; e.Data["steps"] != "case/untouched" || e.Data["to"] != "chair,inspector" || !slices.Contains(last.Flags, "untouched") {
		t.Errorf("%v, flags %v", e.Data, last.Flags)
	}
	for _, e := range watched(t, d, c.ID, 8) {
		if strings.Contains(e.Data["steps"], "untouched") {
			t.Errorf("flagged again: %v", e.Data)
		}
	}
}

// TestHandledLetterIsNotFlagged: looking at a letter and giving it to somebody is not handling it (Nghị định 154/2026 Đ.41.3b).
func TestHandledLetterIsNotFlagged(t *testing.T) {
	d := caseworktest.New()
	c := routed(t, d, draft(law.Feedback)).Case
	assign(t, d, c.ID, "officer")
	makeMove(t, d, c.ID, "classify")
	for _, e := range watched(t, d, c.ID, 14) {
		if strings.Contains(e.Data["steps"], "untouched") {
			t.Errorf("flagged: %v", e.Data)
		}
	}
}

// TestMissedStepsAreNamedOldestFirst: the worker was down for three weeks.
func TestMissedStepsAreNamedOldestFirst(t *testing.T) {
	d := caseworktest.New()
	c := routed(t, d, draft(law.Complaint)).Case
	c.Clocks = append(c.Clocks, casework.Clock{
		Name: law.Forward, Start: caseworktest.Start, Due: caseworktest.Start.AddDate(0, 0, 2), Target: caseworktest.Start.AddDate(0, 0, 1),
	})
	d.Kept.Put(c)
	d.Clock = caseworktest.Start.AddDate(0, 0, 12)
	watch(t, d, c)
	now := read(t, d, c.ID)
	e := now.History[len(now.History)-1]
	want := "forward/half,forward/target,forward/most,forward/due,forward/late_first,forward/late_second,forward/late_third," +
		"acceptance/half,acceptance/most,acceptance/due,acceptance/late_first"
	if e.Data["steps"] != want || e.Data["clock"] != "forward" || e.Data["step"] != "late_third" || len(now.History) != len(c.History)+1 {
		t.Errorf("%v", e.Data)
	}
	if e.Data["to_forward"] != "roadhead,chair,inspector" || e.Data["to_acceptance"] != "roadhead,chair" {
		t.Errorf("%v", e.Data)
	}
	watch(t, d, now)
	if again := read(t, d, c.ID); len(again.History) != len(now.History) || !again.WatchAt.After(d.Clock) {
		t.Errorf("warned twice; next %s at %s", again.WatchAt, d.Clock)
	}
}

func TestHaltedClockIsNotWarnedOf(t *testing.T) {
	d := caseworktest.New()
	c := routed(t, d, draft(law.Complaint)).Case
	at := d.Clock
	c.Clocks[0].Stopped = &at
	d.Kept.Put(c)
	d.Clock = *c.WatchAt // as it was computed while it ran
	watch(t, d, c)
	now := read(t, d, c.ID)
	if len(now.History) != len(c.History) || now.V != c.V+1 || !now.WatchAt.Equal(caseworktest.Start.AddDate(0, 0, 7)) {
		t.Fatalf("%d entries more, next %s", len(now.History)-len(c.History), now.WatchAt)
	}
	if e := watched(t, d, c.ID, 1)[0]; e.Data["steps"] != "case/idle" || e.Data["to"] != now.Assignee {
		t.Errorf("%v", e.Data)
	}
}

func TestWarningDoesNotMakeAnOpenFormStale(t *testing.T) {
	d := caseworktest.New()
	c := routed(t, d, draft(law.Complaint)).Case
	watched(t, d, c.ID, 3)
	if now := read(t, d, c.ID); now.Rev() != c.Rev() || now.Rev() == len(now.History) {
		t.Errorf("revision %d of %d entries", now.Rev(), len(now.History))
	}
	args := map[string]string{"assignee": "officer"}
	if _, err := d.Move(t.Context(), staff(t, d, c.Assignee), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "assign", Args: args}); err != nil {
		t.Fatal(err)
	}
	if now := read(t, d, c.ID); now.Rev() != len(now.History) || now.CheckHistory() != nil {
		t.Errorf("revision %d of %d entries", now.Rev(), len(now.History))
	}
}

// TestNobodyHearsOfACaseAboutHimself tells of denunciations only those who may open them.
func TestNobodyHearsOfACaseAboutHimself(t *testing.T) {
	for name, tc := range map[string]struct {
		kind  law.Kind
		about []string
		want  string // of all steps up to the eighth
	}{
		"complaint about the officer":             {law.Complaint, []string{"officer"}, "chair,inspector,roadhead"},
		"complaint about the head":                {law.Complaint, []string{"roadhead"}, "chair,inspector,officer"},
		"complaint about the chair":               {law.Complaint, []string{"chair"}, "inspector,mayor,officer,roadhead"},
		"denunciation":                            {law.Denunciation, nil, "officer,roadhead"},
		"denunciation of the officer":             {law.Denunciation, []string{"officer"}, "roadhead"},
		"denunciation of the head":                {law.Denunciation, []string{"roadhead"}, ""}, // the officer is under him
		"denunciation of all of them by accident": {law.Denunciation, []string{"roadhead", "officer"}, ""},
	} {
		d := caseworktest.New()
		c := routed(t, d, draft(tc.kind)).Case
		c.Unit, c.Assignee, c.About = "roads", "officer", tc.about
		d.Kept.Put(c)
		var told []string
		for _, e := range watched(t, d, c.ID, 8) {
			told = append(told, strings.FieldsFunc(e.Data["to"], func(r rune) bool { return r == ',' })...)
		}
		slices.Sort(told)
		if got := strings.Join(slices.Compact(told), ","); got != tc.want {
			t.Errorf("%s: told %s, want %s", name, got, tc.want)
		}
	}
}

func TestDelegateOfAnAbsentHeadIsTold(t *testing.T) {
	d := caseworktest.New()
	content := caseworktest.Commune()
	for i := range content.Staff {
		if content.Staff[i].ID == "roadhead" {
			content.Staff[i].Away = []office.Absence{{From: caseworktest.Start, To: caseworktest.Start.AddDate(1, 0, 0), Delegate: "officer"}}
		}
	}
	d.Offices = caseworktest.Fixed{O: office.New(content)}
	c := routed(t, d, draft(law.Feedback)).Case
	if e := watched(t, d, c.ID, 2)[1]; e.Data["to"] != "officer" {
		t.Errorf("told %s", e.Data["to"])
	}
}

// TestWatchInAnyLife: whatever staff do and whenever the watch looks, an open case has a watch moment, a step is said once
// unless somebody moved the case in between, and steps come in the order of time.
func TestWatchInAnyLife(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := caseworktest.New()
		f := draft(rapid.SampledFrom(law.Kinds()).Draw(r, "kind"))
		f.Category = rapid.SampledFrom([]string{"roads", ""}).Draw(r, "category")
		filed, err := d.Submit(context.Background(), f)
		if err != nil {
			r.Fatal(err)
		}
		id := filed.Case.ID
		said := map[string]bool{}
		for range rapid.IntRange(1, 25).Draw(r, "turns") {
			c, err := d.Kept.Get(context.Background(), id)
			if err != nil || (c.WatchAt == nil) != (c.Lane != law.LaneOpen) {
				r.Fatalf("%v: %s in lane %s is watched at %v", err, c.State, c.Lane, c.WatchAt)
			}
			if c.Lane != law.LaneOpen {
				return
			}
			d.Clock = d.Clock.Add(time.Duration(rapid.IntRange(0, 20*24).Draw(r, "hours")) * time.Hour)
			switch rapid.IntRange(0, 4).Draw(r, "turn") {
			case 0:
				_ = d.Route(context.Background(), id)
			case 1:
				if moveSomehow(r, d, c) {
					clear(said)
				}
			default:
				checkWatch(r, d, c, said)
			}
		}
	})
}

// moveSomehow makes a move that is offered, if it can without words.
func moveSomehow(r *rapid.T, d *caseworktest.Desk, c *casework.Case) bool {
	o, _ := d.Offices.Office(context.Background())
	who, _ := o.Staff(c.Assignee)
	offers := casework.Offers(o, who, c, d.Clock)
	if len(offers) == 0 {
		return false
	}
	m := rapid.SampledFrom(offers).Draw(r, "move")
	_, err := d.Move(context.Background(), who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: m.Name, Args: args(c, m, d.Clock)})
	return err == nil
}

func checkWatch(r *rapid.T, d *caseworktest.Desk, c *casework.Case, said map[string]bool) {
	if err := errors.Join(d.Watch(context.Background(), c)...); err != nil {
		r.Fatal(err)
	}
	now, _ := d.Kept.Get(context.Background(), c.ID)
	if due := !c.WatchAt.After(d.Clock); due != (len(now.History) > len(c.History)) {
		r.Fatalf("due %t, but %d entries", due, len(now.History)-len(c.History))
	}
	if !now.WatchAt.After(d.Clock) || now.CheckHistory() != nil {
		r.Fatalf("looked at %s, next at %s", d.Clock, now.WatchAt)
	}
	for _, e := range now.History[len(c.History):] {
		for s := range strings.SplitSeq(e.Data["steps"], ",") {
			again := strings.HasSuffix(s, "/weekly") || strings.HasSuffix(s, "/idle")
			if said[s] && !again {
				r.Fatalf("%s said twice", s)
			}
			said[s] = true
		}
	}
}
