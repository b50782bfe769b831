package casework_test

import (
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// TestOneMainActionForThisRoleAndState: each role is shown the move that is expected of it, few beside it, and what is hard to take
// back apart.
func TestOneMainActionForThisRoleAndState(t *testing.T) {
	d, ref, officer, head := desks(t, law.Feedback)
	shown := func(who office.Staff) casework.Actions {
		v, err := d.Open(t.Context(), who, ref)
		if err != nil {
			t.Fatal(err)
		}
		return v.Case.Arrange(v.Moves)
	}
	leads := func(who office.Staff, want string) {
		t.Helper()
		a := shown(who)
		if a.Lead == nil || a.Lead.Name != want || len(a.Near) > 3 {
			t.Errorf("%s is led to %+v with %d beside it, want %s", who.ID, a.Lead, len(a.Near), want)
		}
		for _, m := range append(a.Near, a.Further...) {
			if m.Name == "refuse" || m.Name == "transfer" || m.Name == "note" {
				t.Errorf("%s stands among what is done every day", m.Name)
			}
		}
	}
	leads(officer, "start")
	c, err := d.Kept.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	order(t, d, officer)(c.ID, "start", nil)
	leads(officer, "propose")
	leads(head, "answer")
	if a := shown(head); len(a.Danger) == 0 || len(a.Aside) != 1 || a.Lead.Page != "approve" {
		t.Errorf("%+v", a)
	}
}
