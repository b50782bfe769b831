package casework_test

import (
	"errors"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// TestASenderChoosesWhereHeIsTold by his code: what waits goes to the new address, or nowhere once he stops it; a denouncer is never
// written to.
func TestASenderChoosesWhereHeIsTold(t *testing.T) {
	d, filed := byMail(t, law.Feedback)
	code := filed.Code.String()
	tell := func(email string, want casework.Code) *casework.Case {
		t.Helper()
		c, err := d.TellAt(t.Context(), code, casework.TellWish{Reach: casework.Reach{Way: casework.WayMail, To: email}})
		if want != casework.CodeOf(err) && err != nil || (err == nil) != (want == "") {
			t.Fatalf("%q: %v", email, err)
		}
		return c
	}
	receipt := due(t, d)[0]
	if _, err := d.Claim(t.Context(), receipt); err != nil {
		t.Fatal(err)
	}
	if err := d.Sent(t.Context(), receipt); err != nil {
		t.Fatal(err)
	}
	box := d.Outbox.(*caseworktest.Outbox)
	c := stored(t, d, filed.Case.ID)
	now := d.Clock
	waiting := func(id string) *casework.Dispatch {
		x := &casework.Dispatch{ID: id, V: 1, Case: c.ID, Seq: 9, Step: "answered", Way: casework.WayMail, Due: &now, To: c.Reach}
		if err := box.AddDispatches(t.Context(), x); err != nil {
			t.Fatal(err)
		}
		return due(t, d)[0]
	}
	tell("khong phai", casework.Invalid)
	tell("moi@example.vn", "")
	if out, err := d.Claim(t.Context(), waiting("a")); err != nil || out.To != "moi@example.vn" {
		t.Errorf("after the change to %q, %v", out.To, err)
	}
	if got := tell("", ""); len(got.Reach) > 0 || got.History[len(got.History)-1].Data["way"] != "none" {
		t.Errorf("stopped: %+v", got.History[len(got.History)-1])
	}
	if n := len(tell("", "").History); n != len(stored(t, d, c.ID).History) {
		t.Error("stopping twice is told twice")
	}
	if _, err := d.Claim(t.Context(), waiting("b")); !errors.Is(err, casework.ErrStale) {
		t.Errorf("told although he stopped it: %v", err)
	}
	if c := stored(t, d, c.ID); len(c.Check()) > 0 {
		t.Error(c.Check())
	}

	d, filed = byMail(t, law.Denunciation)
	code = filed.Code.String()
	tell("moi@example.vn", casework.Invalid)
	if c := stored(t, d, filed.Case.ID); len(c.Reach) > 0 {
		t.Error("a denouncer is written to unasked")
	}
	c, err := d.TellAt(t.Context(), code, casework.TellWish{Reach: casework.Reach{Way: casework.WayMail, To: "moi@example.vn"}, Knowing: true})
	if err != nil || len(c.Reach) == 0 || c.History[len(c.History)-1].Data["way"] != "chosen" || len(c.Check()) > 0 {
		t.Fatalf("a denouncer who knows the risk: %v", err)
	}
	if _, err := d.Vault.OpenPersonal(c.Reach, c.ID+"/reach"); err == nil {
		t.Error("a denouncer's address lies under the key of every address")
	}
	d.Outbox = nil
	if d.MayTell(&casework.Case{Kind: law.Feedback}) {
		t.Error("told without a mail server")
	}
}
