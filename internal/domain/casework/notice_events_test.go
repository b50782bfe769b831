package casework_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// reminded lets the desk tell of every entry of a case and returns whom by which step, in order, each as step:person.
func reminded(t *testing.T, d *caseworktest.Desk, id string) []string {
	t.Helper()
	rung := &bell{}
	d.Notices = rung
	c := stored(t, d, id)
	for _, e := range c.History {
		if err := d.Remind(t.Context(), casework.Warning{Case: id, Seq: e.Seq})[0]; err != nil {
			t.Fatal(err)
		}
	}
	var out []string
	for _, n := range rung.kept {
		if n.Ref != c.Ref || n.Of != "" || !n.Unread || n.Clock != "" || n.Due != nil {
			t.Errorf("told of a case: %+v", n)
		}
		out = append(out, n.Step+":"+n.Staff)
	}
	return out
}

func gets(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: told %v, not %v", what, got, want)
	}
}

// TestColleaguesAreToldOfWhatWasHandedToThem: of work, of drafts handed in and returned, of the first of several words of a citizen; nobody
// of what he did himself.
func TestColleaguesAreToldOfWhatWasHandedToThem(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Petition)
	f.Category = "roads"
	filed := routed(t, d, f)
	id, code := filed.Case.ID, filed.Code
	gets(t, "routed", reminded(t, d, id), "assigned:roadhead")
	head, officer := staff(t, d, "roadhead"), staff(t, d, "officer")
	order(t, d, head)(id, "assign", map[string]string{"assignee": officer.ID})
	order(t, d, officer)(id, "start", nil)
	for range 3 {
		if _, err := d.Write(t.Context(), code.String(), "Xin hỏi đã xem chưa"); err != nil {
			t.Fatal(err)
		}
	}
	told := []string{"assigned:roadhead", "assigned:officer", "replied:officer"}
	gets(t, "three messages", reminded(t, d, id), told...)
	order(t, d, officer)(id, "propose", map[string]string{"text": "Đường sẽ được sửa."})
	order(t, d, head)(id, "send_back", map[string]string{"reason": "Xin nêu ngày sửa."})
	told = append(told, "handed_in:roadhead", "draft_back:officer")
	gets(t, "a draft", reminded(t, d, id), told...)
	if _, err := d.Write(t.Context(), code.String(), "Xin cảm ơn"); err != nil {
		t.Fatal(err)
	}
	gets(t, "after the office did something", reminded(t, d, id), append(told, "replied:officer")...)
	order(t, d, head)(id, "assign", map[string]string{"assignee": head.ID})
	if got := reminded(t, d, id); len(got) != len(told)+1 || got[len(got)-1] != "replied:roadhead" { // words are whoever's who has the case
		t.Errorf("to himself: told %v", got)
	}
}

// TestANoteCallsWhoMaySeeTheCase and nobody else: an address of mail is no name, and whom the case is about learns nothing.
func TestANoteCallsWhoMaySeeTheCase(t *testing.T) {
	d, ref, officer, head := desks(t, law.Feedback)
	c, err := d.Find(t.Context(), officer, ref)
	if err != nil {
		t.Fatal(err)
	}
	id := c.ID
	c.About = []string{"reception"}
	d.Kept.Put(c)
	order(t, d, officer)(id, "note", map[string]string{"reason": "@roadhead, (@Inspector) xem giúp; @reception @admin @centrehead @officer @nobody, thư gửi ubnd@chair"})
	last := stored(t, d, id).History
	note := last[len(last)-1]
	if want := []string{head.ID, "inspector"}; !slices.Equal(casework.Called(note), want) {
		t.Errorf("called %v, not %v", casework.Called(note), want)
	}
	got := reminded(t, d, id)
	gets(t, "the note", got[len(got)-2:], "mentioned:roadhead", "mentioned:inspector")
	c = stored(t, d, id)
	c.About = []string{"reception", "inspector"}
	d.Kept.Put(c)
	got = reminded(t, d, id)
	gets(t, "about somebody who was called", got[len(got)-1:], "mentioned:roadhead")
}

// TestTheSecondPersonIsToldOfWhatWaitsForHim by the reference alone, without opening the case, and until he may no more.
func TestTheSecondPersonIsToldOfWhatWaitsForHim(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Denunciation)
	f.Category = "roads"
	c := routed(t, d, f).Case
	if _, err := d.AskIdentity(t.Context(), staff(t, d, c.Assignee), c.Ref, "Cần làm việc với người tố cáo"); err != nil {
		t.Fatal(err)
	}
	gets(t, "asked", reminded(t, d, c.ID), "assigned:chair", "asked_second:mayor", "asked_second:inspector")
	sees := func(who string) bool {
		ns, _, err := d.NoticesOf(t.Context(), staff(t, d, who), true, "")
		if err != nil {
			t.Fatal(err)
		}
		return len(ns) == 1 && ns[0].Step == casework.AskedSecond && !ns[0].Opens
	}
	if !sees("inspector") || !sees("mayor") {
		t.Error("the second person does not see what waits for him")
	}
	c = stored(t, d, c.ID)
	c.About = []string{"inspector"}
	d.Kept.Put(c)
	if sees("inspector") {
		t.Error("told of a case about himself")
	}
}

// TestPeopleAreToldWhoStandsIn: whom somebody named, and himself where that person is away at the same time; a counter's people are told
// of days in which somebody was not satisfied.
func TestPeopleAreToldWhoStandsIn(t *testing.T) {
	d := caseworktest.New()
	content := caseworktest.Commune()
	day := func(n int) time.Time { return d.Clock.AddDate(0, 0, n) }
	away := func(id string, a office.Absence) {
		for i := range content.Staff {
			if content.Staff[i].ID == id {
				content.Staff[i].Away = append(content.Staff[i].Away, a)
			}
		}
	}
	away("roadhead", office.Absence{From: day(-9), To: day(-5), Delegate: "officer"}) // over
	away("roadhead", office.Absence{From: day(1), To: day(5), Delegate: "officer"})
	away("centrehead", office.Absence{From: day(0), To: day(2), Delegate: "chair"})
	told := func() map[string]string {
		d.Offices = caseworktest.Fixed{O: office.New(content)}
		ns, err := d.OfficeNotices(t.Context(), casework.Rated{Counter: "c1", From: "2026-11-02", To: "2026-11-04"})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, n := range ns {
			out[n.Step+":"+n.Staff+":"+n.Of] = n.ID
		}
		return out
	}
	first := told()
	want := map[string]string{}
	for _, k := range []string{"stands_in:officer:roadhead", "stands_in:chair:centrehead", "low_rated:chair:c1", "low_rated:reception:c1"} {
		want[k] = first[k]
	}
	if !maps.Equal(first, want) {
		t.Errorf("told %v", first)
	}
	if again := told(); !maps.Equal(again, first) {
		t.Errorf("told anew: %v, then %v", first, again)
	}
	away("officer", office.Absence{From: day(3), To: day(9)})
	if now := told(); now["delegate_away:roadhead:officer"] == "" || len(now) != len(first)+1 {
		t.Errorf("the one who stands in is away: %v", now)
	}
}
