package casework_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// offeredTo names the moves that the person is offered.
func offeredTo(t *testing.T, d *caseworktest.Desk, id, who string) []string {
	t.Helper()
	var out []string
	o := office.New(caseworktest.Commune())
	for _, m := range casework.Offers(o, staff(t, d, who), stored(t, d, id), d.Clock) {
		out = append(out, m.Name)
	}
	return out
}

// ordered makes the move, "person move", and returns why not, or nothing.
func ordered(t *testing.T, d *caseworktest.Desk, id, order string, more map[string]string) error {
	t.Helper()
	who, name, _ := strings.Cut(order, " ")
	c := stored(t, d, id)
	m, _ := casework.FindMove(c, name)
	in := args(c, m, d.Clock)
	maps.Copy(in, more)
	_, err := d.Move(t.Context(), staff(t, d, who), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: name, Args: in})
	return err
}

func wantOK(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantKey asks for a refusal by its key and its code.
func wantKey(t *testing.T, err error, code casework.Code, key string) {
	t.Helper()
	e, ok := err.(*casework.Error) //nolint:errorlint // the desk returns its own
	if !ok || e.Code != code || e.Key != key {
		t.Errorf("%v, want %s", err, key)
	}
}

// TestChairDecidesWhatADivisionPrepares: a complaint against a decision of the People's Committee lies with the division that
// prepared it; the division works on it, the chair accepts, refuses and decides (Luật Khiếu nại Đ.7.1, 17).
func TestChairDecidesWhatADivisionPrepares(t *testing.T) {
	d := caseworktest.New()
	id := signedIn(t, d, draft(law.Complaint)).Case.ID
	if c := stored(t, d, id); c.Unit != "roads" {
		t.Fatalf("it lies with %s", c.Unit)
	}
	for _, name := range []string{"accept", "refuse"} {
		wantKey(t, ordered(t, d, id, "roadhead "+name, nil), casework.Forbidden, "error.competence.commune_chair")
		if slices.Contains(offeredTo(t, d, id, "roadhead"), name) || !slices.Contains(offeredTo(t, d, id, "chair"), name) {
			t.Errorf("%s is offered to the wrong head", name)
		}
	}
	wantKey(t, ordered(t, d, id, "officer accept", nil), casework.Forbidden, "error.move_forbidden")
	wantKey(t, ordered(t, d, id, "mayor accept", nil), casework.Forbidden, "error.move_forbidden")
	wantOK(t, ordered(t, d, id, "chair accept", nil))
	wantOK(t, ordered(t, d, id, "roadhead start", nil))
	wantKey(t, ordered(t, d, id, "roadhead decide", nil), casework.Forbidden, "error.competence.commune_chair")
	wantOK(t, ordered(t, d, id, "chair decide", nil))
	if c := stored(t, d, id); c.State != law.Decided || c.Answer.By != "chair" || c.Unit != "roads" {
		t.Errorf("%s by %s, with %s", c.State, c.Answer.By, c.Unit)
	}
}

// TestDivisionDecidesItsOwnActs: what the citizen says at filing, or a clerk afterwards.
func TestDivisionDecidesItsOwnActs(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Complaint)
	f.Contested = string(office.OfUnit)
	id := signedIn(t, d, f).Case.ID
	if slices.Contains(offeredTo(t, d, id, "chair"), "accept") {
		t.Error("the chair is offered what the division decides")
	}
	wantOK(t, ordered(t, d, id, "reception set_contested", map[string]string{"contested": "authority", "unit": ""}))
	wantKey(t, ordered(t, d, id, "roadhead accept", nil), casework.Forbidden, "error.competence.commune_chair")
	wantOK(t, ordered(t, d, id, "reception set_contested", map[string]string{"contested": "unit", "unit": "roads"}))
	wantOK(t, ordered(t, d, id, "roadhead accept", nil))

	f.Kind, f.Key = law.Feedback, "another"
	if _, err := d.Submit(t.Context(), f); fields(err)["contested"] == "" {
		t.Errorf("feedback contests nothing: %v", err)
	}
}

// TestFileIsHandedToTheCompetentHead: and then lies with him.
func TestFileIsHandedToTheCompetentHead(t *testing.T) {
	d := caseworktest.New()
	id := signedIn(t, d, draft(law.Complaint)).Case.ID
	if !slices.Contains(offeredTo(t, d, id, "roadhead"), "hand_up") {
		t.Fatal("the division may not hand it up")
	}
	wantOK(t, ordered(t, d, id, "roadhead hand_up", nil))
	c := stored(t, d, id)
	if c.Unit != "ubnd" || c.Assignee != "chair" || c.Legal.Against != "roads" || c.State != law.Assigned {
		t.Errorf("with %s, %s, %s, %+v", c.Unit, c.Assignee, c.State, c.Legal)
	}
	wantKey(t, ordered(t, d, id, "chair hand_up", nil), casework.Conflict, "error.competence.here")
	wantOK(t, ordered(t, d, id, "chair accept", nil))
}

// TestSecondComplaintGoesToTheLevelTheLawNames: the province chair when the commune's chair decided; the provincial
// department, which is not in this office, when a division did: then the file is handed over and nobody here decides it.
func TestSecondComplaintGoesToTheLevelTheLawNames(t *testing.T) {
	for of, want := range map[office.Contested]struct{ unit, assignee string }{
		office.OfAuthority: {"city", "mayor"}, office.OfUnit: {"ubnd", "chair"},
	} {
		d := caseworktest.New()
		f := draft(law.Complaint)
		f.Contested = string(of)
		filed := signedIn(t, d, f)
		for _, name := range []string{"accept", "start", "decide"} {
			makeMove(t, d, filed.Case.ID, name)
		}
		next, err := d.Appeal(t.Context(), filed.Code.String(), casework.Draft{Subject: "Chưa đồng ý", Body: "Đề nghị xem lại."})
		wantOK(t, err)
		wantOK(t, d.Route(t.Context(), next.Case.ID)[0])
		id := next.Case.ID
		signAs(t, d, id, law.SignedByPost)
		c := stored(t, d, id)
		if c.Unit != want.unit || c.Assignee != want.assignee || c.Legal.Level != 2 {
			t.Errorf("%s: with %s, %s", of, c.Unit, c.Assignee)
		}
		if of == office.OfAuthority {
			wantKey(t, ordered(t, d, id, "mayor hand_over", nil), casework.Conflict, "error.competence.inside")
			wantOK(t, ordered(t, d, id, "mayor accept", nil))
			continue
		}
		wantKey(t, ordered(t, d, id, "chair accept", nil), casework.Forbidden, "error.competence.outside")
		wantKey(t, ordered(t, d, id, "chair refuse", nil), casework.Forbidden, "error.competence.outside")
		wantKey(t, ordered(t, d, id, "chair hand_up", nil), casework.Conflict, "error.competence.outside")
		wantOK(t, ordered(t, d, id, "chair hand_over", nil))
		if c := stored(t, d, id); c.State != law.Transfer {
			t.Errorf("handed over: %s", c.State)
		}
	}
}

// TestDenunciationIsTheAgencyHeadsToDecide: a division's head hands it up and sees it no more (Luật Tố cáo Đ.12.1, 13.1).
func TestDenunciationIsTheAgencyHeadsToDecide(t *testing.T) {
	d := caseworktest.New()
	c := signedIn(t, d, draft(law.Denunciation)).Case
	c.Unit, c.Assignee = "roads", "roadhead"
	d.Kept.Put(c)
	wantKey(t, ordered(t, d, c.ID, "roadhead accept", nil), casework.Forbidden, "error.competence.commune_chair")
	if len(offeredTo(t, d, c.ID, "chair")) > 0 {
		t.Error("a sealed letter is offered past whom it lies with")
	}
	wantOK(t, ordered(t, d, c.ID, "roadhead hand_up", nil))
	if len(offeredTo(t, d, c.ID, "roadhead")) > 0 {
		t.Error("it was handed up and still is offered to the division")
	}
	wantOK(t, ordered(t, d, c.ID, "chair accept", nil))
}
