package casework_test

import (
	"errors"
	"strconv"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// TestALongListIsTakenOutPageByPage: all of it and no page longer than one step reads, on record before the first word; a table that broke
// off is on record as what was counted, and one that would be too long is refused before anything is.
func TestALongListIsTakenOutPageByPage(t *testing.T) {
	d, ref, _, head := desks(t, law.Feedback)
	const n = 203
	for i := 1; i < n; i++ {
		f := draft(law.Feedback)
		f.Category, f.Key = "roads", "k-"+strconv.Itoa(i)
		routed(t, d, f)
	}
	recorded := func() (rows []int) {
		o, err := d.Offices.Office(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		as, _, err := d.Accesses.ListAccesses(t.Context(), casework.Exported, o.Seat(head.Unit), "", 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range as {
			rows = append(rows, a.Rows)
		}
		return rows
	}
	if _, err := d.Export(t.Context(), head, casework.Wanted{}, casework.ExportAs{Most: n - 1}); casework.CodeOf(err) != casework.Invalid || len(recorded()) != 0 {
		t.Errorf("a list that is too long: %v, recorded %v", err, recorded())
	}
	out, err := d.Export(t.Context(), head, casework.Wanted{}, casework.ExportAs{Most: n})
	if err != nil || len(recorded()) != 1 || recorded()[0] != n {
		t.Fatalf("begun: recorded %v, %v", recorded(), err)
	}
	got := map[string]bool{}
	err = out.Pages(t.Context(), func(cs []*casework.Case) error {
		if len(cs) > 200 {
			t.Errorf("a page of %d", len(cs))
		}
		for _, c := range cs {
			got[c.Ref] = true
		}
		return nil
	})
	if err != nil || len(got) != n || !got[ref] || recorded()[0] != n {
		t.Errorf("%d of %d cases, recorded %v, %v", len(got), n, recorded(), err)
	}
	if out, err = d.Export(t.Context(), head, casework.Wanted{}, casework.ExportAs{}); err != nil {
		t.Fatal(err)
	}
	gone := errors.New("the reader is gone")
	if err := out.Pages(t.Context(), func([]*casework.Case) error { return gone }); !errors.Is(err, gone) {
		t.Errorf("a table that broke off: %v", err)
	}
	if rows := recorded(); len(rows) != 2 || rows[0] != n || rows[1] != n {
		t.Errorf("recorded %v", rows)
	}
	if out, err = d.Export(t.Context(), head, casework.Wanted{Query: "đường"}, casework.ExportAs{}); err != nil {
		t.Fatal(err)
	}
	if err := out.Pages(t.Context(), func([]*casework.Case) error { return nil }); err != nil || recorded()[0]+recorded()[1]+recorded()[2] != 3*n {
		t.Errorf("a search is recorded as %v, %v", recorded(), err)
	}
}
