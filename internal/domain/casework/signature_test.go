package casework_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// TestUnsignedIsNotAccepted: Luật Khiếu nại Đ.11.5, Luật Tố cáo Đ.23.1; each way of signing cures it, and the limit runs from receipt.
func TestUnsignedIsNotAccepted(t *testing.T) {
	for _, kind := range []law.Kind{law.Complaint, law.Denunciation} {
		for _, way := range []string{law.SignedAtCounter, law.SignedByPost, law.SignedOnline} {
			d := caseworktest.New()
			id := routed(t, d, draft(kind)).Case.ID
			if got := refusals(t, d, id, "accept"); !slices.Contains(got, "error.guard.signed") {
				t.Errorf("%s: accepted unsigned, or refused for %v", kind, got)
			}
			before, _ := stored(t, d, id).Running()
			told, ok := stored(t, d, id).ToldSign()
			if !ok || !told.Due.Equal(before.Due) || before.Name != law.Acceptance {
				t.Errorf("%s: the sender is told %+v, with the clock %+v", kind, told, before)
			}
			signAs(t, d, id, way)
			c := stored(t, d, id)
			after, _ := c.Running()
			if c.Legal.Signed != way || !after.Due.Equal(before.Due) || c.Anonymous {
				t.Errorf("%s %s: signed %q, due %v, before %v", kind, way, c.Legal.Signed, after.Due, before.Due)
			}
			if told, ok := c.ToldSign(); ok {
				t.Errorf("%s, signed: %+v", kind, told)
			}
			makeMove(t, d, id, "accept")
			if got := stored(t, d, id).State; got != law.Accepted {
				t.Errorf("%s %s stands at %s", kind, way, got)
			}
		}
	}
}

// refusals lets everybody try the move and lists why each was refused; one who is not refused fails the test.
func refusals(t *testing.T, d *caseworktest.Desk, id, name string) []string {
	t.Helper()
	var keys []string
	c := stored(t, d, id)
	for _, who := range everybody() {
		_, err := d.Move(t.Context(), who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: name})
		e, ok := errors.AsType[*casework.Error](err)
		if !ok {
			t.Fatalf("%s by %s: %v", name, who.ID, err)
		}
		keys = append(keys, e.Key)
	}
	return keys
}

// signAs records a signature of the way, as the first person who may.
func signAs(t *testing.T, d *caseworktest.Desk, id, way string) {
	t.Helper()
	c := stored(t, d, id)
	for _, who := range everybody() {
		_, err := d.Move(t.Context(), who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "record_signature", Args: map[string]string{
			"signed": way, "paper": "citizen_card", "complete": "yes",
		}})
		if err == nil {
			return
		}
	}
	t.Fatalf("nobody may record a signature of %s", c.Kind)
}

// TestSignatureWantsNameAddressAndPaper: without the clerk's word for each of them nothing is recorded; other kinds need none.
func TestSignatureWantsNameAddressAndPaper(t *testing.T) {
	d := caseworktest.New()
	id := routed(t, d, draft(law.Complaint)).Case.ID
	for _, missing := range []string{"signed", "paper", "complete"} {
		if got := refusedWith(t, d, id, "record_signature", map[string]string{missing: ""}); got != "error.field.required" {
			t.Errorf("without %s: %s", missing, got)
		}
	}
	for _, kind := range []law.Kind{law.Petition, law.Feedback, law.Praise} {
		c := &casework.Case{Kind: kind, State: law.Received, ReceivedAt: time.Now()}
		if _, ok := casework.FindMove(c, "record_signature"); ok {
			t.Errorf("%s is to be signed", kind)
		}
		if told, ok := c.ToldSign(); ok {
			t.Errorf("%s: %+v", kind, told)
		}
	}
}

// TestSigningGivesANamelessLetterItsName: whoever comes to the desk and signs is anonymous no longer.
func TestSigningGivesANamelessLetterItsName(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Complaint)
	f.Contact, f.Anonymous = casework.Contact{}, true
	id := routed(t, d, f).Case.ID
	signAs(t, d, id, law.SignedAtCounter)
	makeMove(t, d, id, "accept")
	c := stored(t, d, id)
	if c.Anonymous || !slices.ContainsFunc(c.History, func(e history.Entry) bool { return e.What == "signed" && e.Data["paper"] == "citizen_card" }) {
		t.Errorf("anonymous: %v, history %+v", c.Anonymous, c.History)
	}
}

// handSigned are the facts of a signature at the desk.
func handSigned() map[string]string {
	return map[string]string{"signed": law.SignedAtCounter, "paper": "citizen_card", "complete": "yes"}
}

// signedIn files a complaint or denunciation, routes it and records its signature.
func signedIn(t *testing.T, d *caseworktest.Desk, f casework.Draft) casework.Filed {
	t.Helper()
	filed := routed(t, d, f)
	if f.Kind.NeedsIdentity() {
		signAs(t, d, filed.Case.ID, law.SignedAtCounter)
		filed.Case = stored(t, d, filed.Case.ID)
	}
	return filed
}
