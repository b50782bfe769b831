package casework_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// sealing is a quorum that seals and never opens: the desk may not need more to know what was said of a sender.
type sealing struct{ casework.Quorum }

func (sealing) On() bool                                { return true }
func (sealing) Seal([]byte, string) ([]byte, error)     { return []byte("sealed"), nil }
func (sealing) Holders([]byte) (int, []string, error)   { return 2, nil, nil }
func (sealing) Begin() (public, secret []byte, e error) { return []byte("p"), []byte("s"), nil }

// TestWhatWasSaidBeforeTheSealNamesNobodyAfterIt: a petition on which everybody spoke of its sender by name becomes a denunciation, and
// none again without him. Whoever may not see him reads no such words from then on, whether the server knows him or only a quorum does; who
// reads the letter reads them while it is sealed; and what was said after the seal answers no guess.
func TestWhatWasSaidBeforeTheSealNamesNobodyAfterIt(t *testing.T) {
	for _, quorum := range []bool{false, true} {
		d, c, verifier, _ := spokenOf(t, quorum)
		order(t, d, staff(t, d, c.Assignee))(c.ID, "assign", map[string]string{"assignee": verifier.ID})
		guess := "Chắc là bà Võ Thị Bé"
		order(t, d, verifier)(c.ID, "note", map[string]string{"reason": guess})
		if said := readBy(t, d, verifier, c.Ref); tellsOf(strings.ReplaceAll(said, guess, "")) || !strings.Contains(said, casework.Blank) || !strings.Contains(said, guess) || !strings.Contains(said, "Đã nhận đơn.") {
			t.Errorf("quorum %v: the verifier reads %q", quorum, said)
		}
		if said := readBy(t, d, staff(t, d, stored(t, d, c.ID).Assignee), c.Ref); !quorum && said == "" {
			t.Error("nobody reads it")
		}
		o, err := d.Offices.Office(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range o.AllStaff() {
			if o.May(who, office.SeeLetter, stored(t, d, c.ID).File(), d.Clock) && strings.Contains(readBy(t, d, who, c.Ref), casework.Blank) {
				t.Errorf("quorum %v: %s reads the letter, and not what was said on it", quorum, who.ID)
			}
		}
		for _, who := range o.AllStaff() {
			if !o.May(who, office.SeeLetter, stored(t, d, c.ID).File(), d.Clock) {
				continue
			}
			c := stored(t, d, c.ID)
			if _, err := d.Move(t.Context(), who, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "reclassify", Args: map[string]string{"kind": "petition", "ground": "not_denunciation", "sender": "no", "reason": "x"}}); err == nil {
				break
			}
		}
		approveIfAsked(t, d)
		now := stored(t, d, c.ID)
		if now.Kind != law.Petition || !now.Guarded() {
			t.Fatalf("quorum %v: %s, guarded %v", quorum, now.Kind, now.Guarded())
		}
		read := 0
		for _, who := range o.AllStaff() {
			said := readBy(t, d, who, c.Ref)
			if said != "" {
				read++
			}
			if tellsOf(strings.ReplaceAll(said, guess, "")) {
				t.Errorf("quorum %v: %s reads %q", quorum, who.ID, said)
			}
		}
		if read == 0 {
			t.Error("nobody reads it")
		}
	}
}

// spokenOf is a petition of whose sender everybody spoke by name before it became a denunciation.
func spokenOf(t *testing.T, quorum bool) (d *caseworktest.Desk, c *casework.Case, verifier, head office.Staff) {
	t.Helper()
	d, ref, officer, head := desks(t, law.Petition)
	if quorum {
		d.Quorum = sealing{}
	}
	content := caseworktest.Commune() // where the denunciation goes, somebody second must be
	content.Staff = append(content.Staff, office.Staff{ID: "second", Username: "second", Name: "Ngô Thị Hai", Unit: "city", Roles: []office.Role{office.Inspector}})
	d.Offices = caseworktest.Fixed{O: office.New(content)}
	c, err := d.Kept.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	order(t, d, officer)(c.ID, "note", map[string]string{"reason": "Đã gọi bà vo thi bé"})
	order(t, d, officer)(c.ID, "note", map[string]string{"reason": "Đã nhận đơn."})
	order(t, d, officer)(c.ID, "note", map[string]string{"reason": "Bà Bé ở gần chợ"})
	order(t, d, officer)(c.ID, "ask_info", map[string]string{"text": "Số 0905 123 456 có đúng không?"})
	c = stored(t, d, c.ID)
	c.State, c.Accused = law.Classifying, "Đỗ Văn Máy" // as it is when it is sorted anew
	c.V++
	if err := errors.Join(d.Kept.Replace(t.Context(), c)...); err != nil {
		t.Fatal(err)
	}
	order(t, d, head)(c.ID, "reclassify", map[string]string{"kind": "denunciation", "reason": "Người ở Thôn 1 tố cáo"})
	return d, stored(t, d, c.ID), officer, head
}

// tellsOf reports whether anything tells who filed it, in one of the spellings above.
func tellsOf(said string) bool {
	return slices.ContainsFunc([]string{"bé", "0905", "thôn 1"}, func(what string) bool { return strings.Contains(strings.ToLower(said), what) })
}

// readBy is what the person reads of the talk, the notes and the answer; "" for who may not see the case.
func readBy(t *testing.T, d *caseworktest.Desk, who office.Staff, ref string) string {
	t.Helper()
	v, err := d.Open(t.Context(), who, ref)
	if casework.CodeOf(err) == casework.NotFound {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	out := []string{v.Letter.Body, v.LastNote("reclassified")}
	for _, n := range v.Messages {
		out = append(out, n.Text)
	}
	for _, n := range v.Notes {
		out = append(out, n)
	}
	return strings.Join(out, "\n")
}
