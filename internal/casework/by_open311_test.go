package casework_test

import (
	"errors"
	"testing"

	"tiepdan/internal/casework"
	"tiepdan/internal/casework/caseworktest"
	"tiepdan/internal/office"
)

// TestOpen311NeverTellsOfWhatWasSealed: a letter that denounced is told of by nothing when it was found to be none, and one that was
// told of is told of no more once it is found to denounce. A unit is not named where it would say whom a letter is about.
func TestOpen311NeverTellsOfWhatWasSealed(t *testing.T) {
	for body, kind := range map[string]string{"Tôi tố cáo ông A nhận tiền.": "feedback", "Đường hỏng.": "denunciation"} {
		d := caseworktest.New()
		content := caseworktest.Commune()
		content.Categories = []office.Category{{ID: "roads", Name: office.Name{VI: "Đường sá"}, Public: true}}
		d.Offices = caseworktest.Fixed{O: office.New(content)}
		filed, err := d.FileOpen311(t.Context(), casework.Sent{Program: "fms", Content: body}, casework.Draft{Kind: casework.Feedback, Category: "roads", Subject: "Việc", Body: body})
		if err != nil || (filed.Case.ShownAt != nil) != (kind == "denunciation") {
			t.Fatalf("%+v %v", filed.Case, err)
		}
		id := filed.Case.ID
		if err := errors.Join(d.Route(t.Context(), id)...); err != nil {
			t.Fatal(err)
		}
		who := staff(t, d, "reception")
		if c := stored(t, d, id); c.Assignee != "" {
			who = staff(t, d, c.Assignee)
		}
		ask := map[string]string{"kind": kind, "reason": "x"}
		if filed.Case.Kind.Secret() {
			ask["ground"], ask["sender"] = "not_denunciation", "yes"
		}
		order(t, d, who)(id, "reclassify", ask)
		if filed.Case.Kind.Secret() {
			approve(t, d, true)
		}
		c := stored(t, d, id)
		cs, err := d.ShownByRefs(t.Context(), c.Ref)
		if string(c.Kind) != kind || c.ShownAt != nil || err != nil || len(cs) != 0 {
			t.Errorf("%s that was another is told of: %v %v", c.Kind, cs, err)
		}
	}
	if c := (&casework.Case{Unit: "roads", About: []string{"roadhead"}}); c.ShownUnit() != "" || (&casework.Case{Unit: "roads"}).ShownUnit() != "roads" {
		t.Error("the unit of a letter about somebody is named")
	}
}
