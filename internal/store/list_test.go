package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// TestListsMeetEveryCondition asks both engines for every combination of conditions and compares with a look at each case.
func TestListsMeetEveryCondition(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			all := manyCases(t, k)
			asked := 0
			for f := range filters(k.now) {
				asked++
				want := expected(all, f)
				if diff := gocmp.Diff(want, paged(t, k, f, 13)); diff != "" {
					t.Fatalf("%+v: %s", f, diff)
				}
			}
			if asked < 200 {
				t.Errorf("only %d combinations were asked", asked)
			}
		})
	}
}

// manyCases keeps cases of every sort, in an order that is not theirs.
func manyCases(t *testing.T, k *kept) []*casework.Case {
	t.Helper()
	states := []law.State{law.Received, law.Assigned, law.InProgress, law.Answered}
	var all []*casework.Case
	for i := range 120 {
		n := i * 77 % 120
		c := &casework.Case{
			ID: fmt.Sprintf("%04d", n*31%9973), V: 1, Ref: fmt.Sprintf("TD26-%04d", n), Kind: law.Kinds()[n%3], State: states[n%4],
			Shelf: fmt.Sprintf("open/u%d", n%5), Assignee: []string{"", "an", "binh"}[n/2%3], Helpers: [][]string{nil, {"cuc"}, {"an", "cuc"}}[n/3%3], Terms: []string{"duong", fmt.Sprintf("so%d", n%6)},
			ReceivedAt: k.now.Add(-time.Duration(n) * time.Hour), Rank: k.now.Add(time.Duration(n%40-20) * 24 * time.Hour).UnixMilli(),
		}
		c.Lane = c.State.Lane()
		all = append(all, c)
		if err := k.store.Insert(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// filters yields every combination of what a list can be asked for.
func filters(now time.Time) func(func(casework.Filter) bool) {
	narrow, broad := []string{"open/u1", "open/u3"}, []string{"open/u0", "open/u2", "open/u4"}
	for i := range 600 { // as a province has them
		broad = append(broad, fmt.Sprintf("open/x%d", i))
	}
	soon := now.AddDate(0, 0, casework.SoonDays)
	return func(yield func(casework.Filter) bool) {
		for i := range 3 * 2 * 2 * 3 * 3 * 3 * 2 {
			at := func(values int) int {
				d := i % values
				i /= values
				return d
			}
			f := casework.Filter{
				Shelves: [][]string{narrow, broad, nil}[at(3)], Kind: []law.Kind{"", law.Kinds()[2]}[at(2)],
				Assignee: []string{"", "an"}[at(2)], Words: [][]string{nil, {"duong"}, {"duong", "so3"}}[at(3)],
				State: []law.State{"", law.Assigned, law.Answered}[at(3)],
				DueTo: []*time.Time{nil, &now, &soon}[at(3)], Helper: []string{"", "cuc"}[at(2)],
			}
			f.Lane = law.LaneOpen
			if f.State != "" {
				f.Lane = f.State.Lane()
			}
			if f.DueTo == &soon {
				f.DueFrom = &now
			}
			if f.AnyLane = len(f.Words) > 0 && f.State == "" && f.DueTo == nil; f.AnyLane {
				f.Lane = ""
			}
			if f.Shelves == nil && f.Assignee == "" && f.Helper == "" { // not asked by any desk
				continue
			}
			if !yield(f) {
				return
			}
		}
	}
}

// expected looks at each case by itself.
func expected(all []*casework.Case, f casework.Filter) []string {
	cs := slices.DeleteFunc(slices.Clone(all), func(c *casework.Case) bool {
		return !f.Holds(c) || f.Helper == "" && slices.ContainsFunc(f.Words, func(w string) bool { return !slices.Contains(c.Terms, w) })
	})
	slices.SortFunc(cs, func(a, b *casework.Case) int {
		switch {
		case f.Helper != "":
			return strings.Compare(a.ID, b.ID)
		case len(f.Words) > 0:
			return cmp.Or(b.ReceivedAt.Compare(a.ReceivedAt), strings.Compare(a.ID, b.ID))
		}
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), a.ReceivedAt.Compare(b.ReceivedAt), strings.Compare(a.ID, b.ID))
	})
	refs := []string{}
	for _, c := range cs {
		refs = append(refs, c.Ref)
	}
	return refs
}

// paged reads all pages.
func paged(t *testing.T, k *kept, f casework.Filter, size int) []string {
	t.Helper()
	refs := []string{}
	for f.Limit = size; ; {
		cs, next, err := k.store.List(t.Context(), f)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		for _, c := range cs {
			refs = append(refs, c.Ref)
		}
		if f.After = next; next == "" {
			return refs
		}
	}
}
