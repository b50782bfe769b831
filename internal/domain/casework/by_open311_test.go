package casework_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// TestOpen311NeverTellsOfWhatWasSealed: a letter that denounced is told of by nothing when it was found to be none, and one that was
// told of is told of no more once it is found to denounce. A unit is not named where it would say whom a letter is about.
func TestOpen311NeverTellsOfWhatWasSealed(t *testing.T) {
	for body, kind := range map[string]string{"Tôi tố cáo ông A nhận tiền.": "feedback", "Đường hỏng.": "denunciation"} {
		d := caseworktest.New()
		content := caseworktest.Commune()
		content.Categories = []office.Category{{ID: "roads", Name: office.Name{VI: "Đường sá"}, Public: true}}
		d.Offices = caseworktest.Fixed{O: office.New(content)}
		filed, err := d.FileOpen311(t.Context(), casework.Sent{Program: "fms", Content: body}, casework.Draft{Kind: law.Feedback, Category: "roads", Subject: "Việc", Body: body})
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

// arrived keeps what arrives.
type arrived struct {
	casework.Chats
	kept map[string]*casework.Arrival
}

func (a arrived) AddArrivals(_ context.Context, as ...*casework.Arrival) error {
	for _, x := range as {
		if a.kept[x.ID] == nil {
			a.kept[x.ID] = x
		}
	}
	return nil
}

func (arrived) PutArrival(context.Context, *casework.Arrival) error { return nil }

// TestPicturesOfARequestWaitToBeFetched: five at most, for their case alone, once however often the request is brought.
func TestPicturesOfARequestWaitToBeFetched(t *testing.T) {
	d := caseworktest.New()
	content := caseworktest.Commune()
	content.Categories = []office.Category{{ID: "roads", Name: office.Name{VI: "Đường sá"}, Public: true}}
	d.Offices = caseworktest.Fixed{O: office.New(content)}
	in := arrived{kept: map[string]*casework.Arrival{}}
	d.Chats = in
	for _, tc := range []struct {
		sent casework.Sent
		more int // arrivals
	}{
		{casework.Sent{Program: "fms", Content: "1", Named: true}, 0},
		{casework.Sent{Program: "fms", Content: "2", Named: true, Media: []string{"https://a.vn/1", "https://a.vn/2", "https://a.vn/3", "https://a.vn/4", "https://a.vn/5", "https://a.vn/6"}}, 1},
		{casework.Sent{Program: "fms", Content: "3", Media: []string{"https://a.vn/1"}}, 1},
	} {
		before := len(in.kept)
		for range 3 {
			if _, err := d.FileOpen311(t.Context(), tc.sent, casework.Draft{Kind: law.Feedback, Category: "roads", Subject: "Đèn", Body: "Đèn tắt."}); err != nil {
				t.Fatal(err)
			}
		}
		if len(in.kept) != before+tc.more {
			t.Errorf("%s: %d more", tc.sent.Content, len(in.kept)-before)
		}
	}
	d.Clock = d.Clock.Truncate(10 * time.Minute).Add(9 * time.Minute)
	for i, chats := range []casework.Chats{nil, in} { // the program stopped between the letter and its pictures; it comes again in the next span
		d.Chats = chats
		before := len(in.kept)
		if _, err := d.FileOpen311(t.Context(), casework.Sent{Program: "fms", Content: "4", Media: []string{"https://a.vn/1"}}, casework.Draft{Kind: law.Feedback, Category: "roads", Subject: "Đèn", Body: "Đèn tắt."}); err != nil || len(in.kept) != before+i {
			t.Errorf("%d: %d more, %v", i, len(in.kept)-before, err)
		}
		d.Clock = d.Clock.Add(2 * time.Minute)
	}
	for _, a := range in.kept {
		s, err := d.ClaimArrival(t.Context(), a)
		if err != nil || len(s.Files) != 5 && len(s.Files) != 1 || s.Of() == "" || stored(t, d, s.Of()).Subject != "Đèn" {
			t.Errorf("%+v %v", s, err)
		}
	}
	if of := (casework.Said{Channel: casework.ByZalo, From: "x"}).Of(); of != "" {
		t.Errorf("a message of Zalo is for case %q", of)
	}
}
