package register_test

import (
	"context"
	"errors"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
)

// TestNobodyIsGivenAnothersName: letters that say it would mean both from then on, whatever is taken back, and be kept from both.
func TestNobodyIsGivenAnothersName(t *testing.T) {
	h := open(t, commune())
	rename := func(id, name string) error { return h.change("admin", register.People, id, "name", name) }
	for name, err := range map[string]error{
		"another head's": rename("director", "Phạm Thị Hòa"), "in other letters": rename("director", "PHẠM  THỊ HOÀ"),
	} {
		if f, ok := errors.AsType[*casework.Error](err); !ok || f.Fields["name"] != "error.field.name_of_another" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := rename("economist", "Phạm Thị Hòa Bình"); err != nil {
		t.Fatal(err)
	}
	if err := rename("director", "Phạm Thị Hòa"); err == nil {
		t.Error("a name that another went by")
	}
	if err := rename("economist", "Phạm Thị Hòa"); err != nil {
		t.Errorf("her own name before: %v", err)
	}
	if _, err := h.Create(t.Context(), h.staff("admin"), register.Order{Kind: register.People, Row: register.Row{"username": "hoapt", "name": "Phạm Thị Hòa", "unit": "centre", "roles": "officer"}}); err != nil {
		t.Errorf("a namesake who joins: %v", err)
	}
}

// TestWhoWouldConfirmAloneIsAsked: a change that leaves nobody to confirm others but its author.
func TestWhoWouldConfirmAloneIsAsked(t *testing.T) {
	c := commune()
	c.Units[0].Head, c.Units[1].Head = "", ""
	for i, m := range c.Staff {
		if m.ID == "watch" {
			c.Staff[i].Disabled = true
		}
	}
	h := open(t, c)
	is := func(err error) bool {
		f, ok := errors.AsType[*casework.Error](err)
		return ok && f.Key == register.LosesConfirmer
	}
	if err := h.order("admin", register.People, "officer", h.Close); err != nil {
		t.Fatalf("who confirms nobody goes: %v", err)
	}
	if err := h.order("admin", register.People, "second", h.Close); !is(err) {
		t.Errorf("the other administrator goes: %v", err)
	}
	if err := h.order("admin", register.People, "second", h.Reset); !is(err) {
		t.Errorf("the other administrator comes into doubt: %v", err)
	}
	table := [][]string{{"username", "roles"}, {"second", "officer"}}
	if _, err := h.Import(t.Context(), h.staff("admin"), register.People, table, false); !is(err) || !h.staff("second").Has(office.Admin) {
		t.Errorf("by a table: %v", err)
	}
	if _, err := h.Import(t.Context(), h.staff("admin"), register.People, table, true); err != nil || h.staff("second").Has(office.Admin) {
		t.Errorf("by a table, and sure: %v", err)
	}
}

// TestATableAsksForItsCasesToo: what a single change asks, a table of it asks.
func TestATableAsksForItsCasesToo(t *testing.T) {
	h := open(t, commune())
	h.Orphaned = func(context.Context, *office.Office, *office.Office) (int, error) { return 3, nil }
	table := [][]string{{"username", "roles"}, {"economist", "officer"}}
	_, err := h.Import(t.Context(), h.staff("admin"), register.People, table, false)
	if f, ok := errors.AsType[*casework.Error](err); !ok || f.Key != register.LosesReader || f.Args["n"] != "10" || !h.staff("economist").Has(office.Head) {
		t.Errorf("not asked: %v", err)
	}
	if _, err := h.Import(t.Context(), h.staff("admin"), register.People, table, true); err != nil {
		t.Error(err)
	}
}

// TestAFilledCellUnderNoHeadingIsWrong: it would be lost without a word.
func TestAFilledCellUnderNoHeadingIsWrong(t *testing.T) {
	h := open(t, commune())
	head := []string{"id", "name", "", "parent", "level"}
	lines, err := h.Preview(t.Context(), h.staff("admin"), register.Units, [][]string{
		head,
		{"a", "Tổ một", "chữ lạc", "commune", "commune"},
		{"b", "Tổ hai", " ", "commune", "commune"},
		{"c", "Tổ ba", "", "commune", "commune", "", "lạc"},
		{"", "", "chỉ có ở đây"},
		{"", " ", ""},
	})
	if err != nil || len(lines) != 4 {
		t.Fatal(err, lines)
	}
	for i, want := range []bool{true, false, true, true} {
		if got := lines[i].Do == register.Wrong && lines[i].Problems["id"] == "error.field.no_heading"; got != want {
			t.Errorf("line %d: %s %v", lines[i].Line, lines[i].Do, lines[i].Problems)
		}
	}
}
