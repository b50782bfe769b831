package casework_test

import (
	"fmt"
	"slices"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// TestWhatIsSharedIsFoundByItsHelper in the list of his own cases and by words and reference, though it lies in a unit whose lists are
// not his; nobody else finds it so.
func TestWhatIsSharedIsFoundByItsHelper(t *testing.T) {
	d := caseworktest.New()
	var shared []string
	for i := range 5 { // of the roads unit, but for the last two that lie with the centre; all but the first have the officer's help
		f := draft(law.Feedback)
		f.Key = fmt.Sprint("shared ", i)
		c := routed(t, d, f).Case
		if c.Assignee = "roadhead"; i == 0 {
			c.Assignee = "officer"
		} else {
			c.Helpers = []string{"officer"}
		}
		if i > 2 {
			c.Unit, c.Shelf = "centre", "open/centre"
			shared = append(shared, c.Ref)
		}
		d.Kept.Put(c)
	}
	list := func(who string, w casework.Wanted) (refs []string) {
		for pages := 0; ; pages++ {
			cs, next, err := d.List(t.Context(), staff(t, d, who), w)
			if err != nil || w.Limit > 0 && len(cs) > w.Limit || pages > 9 {
				t.Fatalf("%d cases, %v", len(cs), err)
			}
			for _, c := range cs {
				refs = append(refs, c.Ref)
			}
			if w.After = next; next == "" {
				return refs
			}
		}
	}
	for _, limit := range []int{0, 1, 2, 3} {
		for name, tc := range map[string]struct {
			w casework.Wanted
			n int
		}{
			"his own":               {casework.Wanted{Assignee: "me"}, 5},
			"his own, of one unit":  {casework.Wanted{Assignee: "me", Unit: "centre"}, 2},
			"by words":              {casework.Wanted{Query: "duong hong"}, 5},
			"by words, in a unit":   {casework.Wanted{Query: "duong hong", Unit: "centre"}, 2},
			"by words it has not":   {casework.Wanted{Query: "truong hoc"}, 0},
			"of another kind":       {casework.Wanted{Assignee: "me", Kind: "petition"}, 0},
			"not due soon":          {casework.Wanted{Assignee: "me", Due: "overdue"}, 0},
			"the lists of his unit": {casework.Wanted{}, 3},
		} {
			tc.w.Limit = limit
			got := list("officer", tc.w)
			slices.Sort(got)
			if n := len(got); n != tc.n || len(slices.Compact(got)) != n {
				t.Errorf("%s by %d: %v", name, limit, got)
			}
		}
	}
	for _, ref := range shared {
		if got := list("officer", casework.Wanted{Query: ref}); !slices.Equal(got, []string{ref}) {
			t.Errorf("by reference: %v", got)
		}
		if got := list("officer", casework.Wanted{Query: ref, Unit: "roads"}); len(got) > 0 { // a word that no letter has
			t.Errorf("in a unit where it is not: %v", got)
		}
	}
	c, err := d.Kept.ByRef(t.Context(), shared[0])
	if err != nil {
		t.Fatal(err)
	}
	c.About = []string{"officer"}
	d.Kept.Put(c)
	if got := list("officer", casework.Wanted{Assignee: "me"}); slices.Contains(got, shared[0]) || len(got) != 4 {
		t.Errorf("of a case about himself: %v", got)
	}
	if got := list("roadhead", casework.Wanted{Query: "duong hong"}); len(got) != 3 {
		t.Errorf("another finds %v", got)
	}
}

// TestANumberThatLooksLikeAReferenceIsFound: the serial number of a land certificate has the same form.
func TestANumberThatLooksLikeAReferenceIsFound(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Feedback)
	f.Body = "Giấy chứng nhận số AA01234567 ghi sai tên."
	c := routed(t, d, f).Case
	for _, q := range []string{"AA01234567", c.Ref} {
		if cs, _, err := d.List(t.Context(), staff(t, d, c.Assignee), casework.Wanted{Query: q}); err != nil || len(cs) != 1 || cs[0].Ref != c.Ref {
			t.Errorf("%s: %d found, %v", q, len(cs), err)
		}
	}
}
