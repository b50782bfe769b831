package app_test

import (
	"net/http"
	"testing"
)

// TestProgramsAssignManyLettersAtOnce: each by the caller's right and the version that he saw. A letter that changed stays and says why, a
// stranger moves none, and nothing is done where nobody is named or too much is.
func TestProgramsAssignManyLettersAtOnce(t *testing.T) {
	r := open(t, nil)
	d1, _, head := roadCase(t, r)
	d2, _, _ := roadCase(t, r)
	who, as := r.person(t, head), r.signIn(t, head)
	const path = "/api/v1/staff/cases/assign"
	picked := func(d *dossier, more int) map[string]any {
		return map[string]any{"reference": d.ref, "version": d.kept(t).Rev() + more}
	}
	first := picked(d1, 0)
	for name, body := range map[string]map[string]any{
		"error.none_chosen":   {"cases": []any{}, "assignee": who.ID},
		"error.nobody_chosen": {"cases": []any{first}},
		"error.many_chosen":   {"cases": repeated(first, 51), "assignee": who.ID},
	} {
		if a := r.call(t, "POST", path, body, as...); a.Status != http.StatusUnprocessableEntity || a.JSON["code"] != name {
			t.Errorf("%s: %d %s", name, a.Status, a.Raw)
		}
	}
	stranger := r.signIn(t, "nhatcm")
	a := r.call(t, "POST", path, map[string]any{"cases": []any{first}, "assignee": who.ID}, stranger...)
	if held := heldOf(a); a.Status != http.StatusOK || held[d1.ref] != "error.case_not_found" || d1.kept(t).Assignee == who.ID {
		t.Errorf("a stranger: %d %s", a.Status, a.Raw)
	}
	a = r.call(t, "POST", path, map[string]any{"cases": []any{map[string]any{"reference": "đơn số 3", "version": 1}}, "assignee": who.ID}, as...)
	if held := heldOf(a); a.Status != http.StatusOK || len(held) != 1 || held["đơn số 3"] != "error.case_not_found" {
		t.Errorf("what is no reference: %d %s", a.Status, a.Raw)
	}
	a = r.call(t, "POST", path, map[string]any{"cases": []any{first, picked(d2, -1), first}, "assignee": who.ID, "note": "Nghỉ phép"}, as...)
	if held := heldOf(a); a.Status != http.StatusOK || len(held) != 1 || held[d2.ref] != "error.stale" {
		t.Errorf("one of two: %d %s", a.Status, a.Raw)
	}
	if done := a.JSON["assigned"].([]any); len(done) != 1 || done[0] != d1.ref || d1.kept(t).Assignee != who.ID || d2.kept(t).Assignee == who.ID {
		t.Errorf("assigned %v", done)
	}
}

func repeated(v any, n int) (out []any) {
	for range n {
		out = append(out, v)
	}
	return out
}

// heldOf lists why letters stayed, by reference.
func heldOf(a answer) map[string]any {
	out := map[string]any{}
	held, _ := a.JSON["held"].([]any)
	for _, h := range held {
		m := h.(map[string]any)
		out[m["reference"].(string)] = m["problem"].(map[string]any)["code"]
	}
	return out
}
