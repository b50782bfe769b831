package casework_test

import (
	"context"
	"slices"
	"testing"

	"tiepdan/internal/casework"
	"tiepdan/internal/casework/caseworktest"
	"tiepdan/internal/office"
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
	other := draft(casework.Feedback)
	other.Key = "another"
	gone, stays := routed(t, d, draft(casework.Feedback)).Case, routed(t, d, other).Case
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
	c.About, c.Kind = nil, casework.Denunciation
	d.Kept.Put(c)
	for _, who := range []string{"officer", "admin"} {
		if got := told(who); slices.Contains(got, gone.Ref) {
			t.Errorf("%s is told of what turned out to be a denunciation: %v", who, got)
		}
	}
}
