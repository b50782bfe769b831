package casework_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// ListNotices reads the person's, one a page: what is hidden leaves no empty page.
func (b *bell) ListNotices(_ context.Context, staff string, unread bool, after string, _ int) ([]*casework.Notice, string, error) {
	for i, n := range b.kept {
		if n.Staff == staff && (n.Unread || !unread) && n.ID > after {
			next := ""
			if i+1 < len(b.kept) {
				next = n.ID
			}
			copied := *n
			return []*casework.Notice{&copied}, next, nil
		}
	}
	return nil, "", nil
}

// TestNoticesTellNothingOfWhatLeftOnesSight: whoever was told of a case and may see it no more reads no notice of it, nor is it
// counted; whoever was told of what he might not open still is, but for a case that turned out to be about him.
func TestNoticesTellNothingOfWhatLeftOnesSight(t *testing.T) {
	d := caseworktest.New()
	rung := &bell{}
	d.Notices = rung
	other := draft(law.Feedback)
	other.Key = "another"
	gone, stays := routed(t, d, draft(law.Feedback)).Case, routed(t, d, other).Case
	for i, ref := range []string{gone.Ref, stays.Ref} {
		for _, who := range []string{"officer", "admin"} { // an administrator may open no case
			rung.kept = append(rung.kept, &casework.Notice{ID: string(rune('a' + 2*i)), Staff: who, Ref: ref, Step: "due", Unread: true, Opens: who == "officer"})
		}
	}
	told := func(who string) (refs []string) {
		for after := ""; ; {
			ns, next, err := d.NoticesOf(t.Context(), staff(t, d, who), true, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range ns {
				refs = append(refs, n.Ref)
				c := stored(t, d, map[string]string{gone.Ref: gone.ID, stays.Ref: stays.ID}[n.Ref])
				if sees := office.New(caseworktest.Commune()).May(staff(t, d, who), office.See, c.File(), d.Clock); n.Opens != sees {
					t.Errorf("%s may open %s: %t", who, n.Ref, n.Opens)
				}
			}
			if after = next; next == "" {
				return refs
			}
		}
	}
	for _, who := range []string{"officer", "admin"} {
		if got := told(who); !slices.Equal(got, []string{gone.Ref, stays.Ref}) {
			t.Fatalf("%s is told of %v", who, got)
		}
	}
	c := stored(t, d, gone.ID)
	c.Unit, c.Assignee = "centre", "centrehead"
	d.Kept.Put(c)
	if got := told("officer"); !slices.Equal(got, []string{stays.Ref}) {
		t.Errorf("told of a case that went to another unit: %v", got)
	}
	c.Unit, c.Assignee = gone.Unit, gone.Assignee
	c.About = []string{"officer"}
	d.Kept.Put(c)
	if got := told("officer"); !slices.Equal(got, []string{stays.Ref}) {
		t.Errorf("told of a case about himself: %v", got)
	}
	if n, err := d.Unread(t.Context(), staff(t, d, "officer")); err != nil || n != 1 {
		t.Errorf("%d unread, %v", n, err)
	}
	c.About = []string{"admin"}
	d.Kept.Put(c)
	if got := told("admin"); !slices.Equal(got, []string{stays.Ref}) {
		t.Errorf("told of a case about himself that he might never open: %v", got)
	}
	c.About, c.Kind = nil, law.Denunciation
	d.Kept.Put(c)
	for _, who := range []string{"officer", "admin"} {
		if got := told(who); slices.Contains(got, gone.Ref) {
			t.Errorf("%s is told of what turned out to be a denunciation: %v", who, got)
		}
	}
}

// TestSomebodyIsCalledByWhatHeChose: what he hushed stands in his list as read; what is due, late or grave calls him whatever he chose.
func TestSomebodyIsCalledByWhatHeChose(t *testing.T) {
	for _, s := range law.WatchSteps() {
		if g := casework.NoticeGroup(s.Name); !slices.Contains(casework.NoticeGroups(), g) || g == casework.Grave && s.Name != "untouched" && s.Name != law.NoReader && s.Name != law.SaidForced {
			t.Errorf("%s is of the group %q", s.Name, g)
		}
	}
	for step, calls := range map[string]bool{"half": false, "target": false, "idle": true, "due": true, "late_first": true, law.NoReader: true, "of a later program": true} {
		content := caseworktest.Commune()
		for i := range content.Staff {
			content.Staff[i].Reminders.Hush = []string{casework.Early, casework.Due, casework.Late, casework.Grave}
		}
		d, rung := caseworktest.New(), &bell{}
		d.Offices, d.Notices = caseworktest.Fixed{O: office.New(content)}, rung
		c := routed(t, d, draft(law.Feedback)).Case
		c.V++
		c.History = append(c.History, history.Entry{Seq: len(c.History) + 1, At: d.Clock, Actor: history.BySystem, What: "warned", Data: map[string]string{"steps": "answer/" + step, "to_answer": "officer"}})
		d.Kept.Put(c)
		if err := d.Notify(t.Context(), casework.Warning{Case: c.ID, Seq: len(c.History)})[0]; err != nil {
			t.Fatal(err)
		}
		if len(rung.kept) != 1 || rung.kept[0].Unread != calls {
			t.Errorf("%s: %+v", step, rung.kept)
		}
	}
}

func TestUnreadNoticesAreCountedByGroup(t *testing.T) {
	d, rung := caseworktest.New(), &bell{}
	d.Notices = rung
	c := routed(t, d, draft(law.Feedback)).Case
	for i, step := range []string{"half", "most", "due", "weekly", "untouched"} {
		rung.kept = append(rung.kept, &casework.Notice{ID: string(rune('a' + i)), Staff: "officer", Ref: c.Ref, Step: step, Unread: step != "due"})
	}
	rung.kept = append(rung.kept, &casework.Notice{ID: "z", Staff: "officer", Ref: "PA26-ZZZZZZ", Step: "half", Unread: true})
	got, err := d.UnreadByGroup(t.Context(), staff(t, d, "officer"))
	if want := map[string]int{casework.Early: 2, casework.Late: 1, casework.Grave: 1}; err != nil || !maps.Equal(got, want) {
		t.Errorf("counted %v, not %v: %v", got, want, err)
	}
}
