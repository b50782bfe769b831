package casework_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// TestNoWordOfAMoveNamesTheDenouncer: those who verify a denunciation read its notes and what its sender was asked; whoever reads the
// letter is told of a name he wrote there, and whoever does not learns nothing by trying names.
func TestNoWordOfAMoveNamesTheDenouncer(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Denunciation)
	f.Category = "roads"
	c := routed(t, d, f).Case
	head, verifier := staff(t, d, c.Assignee), staff(t, d, "officer")
	order(t, d, head)(c.ID, "assign", map[string]string{"assignee": verifier.ID})
	try := func(by, move, field, text string) map[string]string {
		_, err := d.Move(t.Context(), staff(t, d, by), casework.Order{Ref: c.Ref, Rev: rev(t, d, c.Ref), Move: move, Args: map[string]string{field: text}})
		return fields(err)
	}
	name := "Đã gọi " + f.Contact.Name
	for move, field := range map[string]string{"note": "reason", "ask_info": "text", "assign": "note"} {
		if got := try(head.ID, move, field, name); got[field] != "error.field.tells" {
			t.Errorf("%s with the denouncer's name in it: %v", move, got)
		}
	}
	if got := try(head.ID, "note", "reason", "Đã gọi người gửi đơn"); len(got) > 0 {
		t.Errorf("a note that names nobody: %v", got)
	}
	for _, text := range []string{name, "Đã gọi Nguyễn Thị Khác"} {
		if got := try(verifier.ID, "note", "reason", text); len(got) > 0 {
			t.Errorf("the verifier is told something of %q: %v", text, got)
		}
	}
}

// TestACaseTakesSoManyNotes and no more: it is read whole.
func TestACaseTakesSoManyNotes(t *testing.T) {
	d, ref, officer, _ := desks(t, law.Feedback)
	c, err := d.Find(t.Context(), officer, ref)
	if err != nil {
		t.Fatal(err)
	}
	row, ok := casework.FindMove(c, "note")
	if !ok {
		t.Fatal("no notes")
	}
	for range casework.MostNotes - 1 {
		c.History = append(c.History, history.Entry{What: "noted"})
	}
	if key := casework.GuardOf(row, c, d.Clock); key != "" {
		t.Errorf("the last note: %s", key)
	}
	c.History = append(c.History, history.Entry{What: "noted"})
	if key := casework.GuardOf(row, c, d.Clock); key != "error.guard.few_notes" {
		t.Errorf("one more: %q", key)
	}
}

// TestAListOfDraftsShowsNobodysContact: what a head sees of many answers at once is not recorded as a look at who gets them, for it does
// not say it; the answer that he signs from there goes out with the name, and that is recorded.
func TestAListOfDraftsShowsNobodysContact(t *testing.T) {
	d, ref, officer, head := desks(t, law.Feedback)
	w := written(t, d, officer, ref, said(0, "Đã vá đường."))
	if _, err := d.HandIn(t.Context(), officer, rev(t, d, ref), w); err != nil {
		t.Fatal(err)
	}
	shown := func() (n int) {
		c, err := d.Find(t.Context(), head, ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range c.History {
			if e.What == "contact_shown" && e.Actor == history.ByStaff(head.ID) {
				n++
			}
		}
		return n
	}
	waits := func() casework.Final {
		_, ps, err := d.PapersOn(t.Context(), head, ref)
		if err != nil {
			t.Fatal(err)
		}
		f := casework.Final{Written: w, Rev: rev(t, d, ref), Unopened: true}
		f.V, f.Said = ps[0].V, ps[0].Said
		return f
	}
	f := waits()
	_, p, seen, err := d.Preview(t.Context(), head, f)
	if err != nil || p.Said.To != "" || shown() != 0 {
		t.Fatalf("in the list: to %q, shown %d times, %v", p.Said.To, shown(), err)
	}
	asks := f
	asks.Said.Text = "Kính gửi {họ tên}: đã vá đường."
	if _, _, _, err := d.Preview(t.Context(), head, asks); fields(err)["text"] != "error.field.blanks" || shown() != 0 {
		t.Errorf("words that ask who it is: shown %d times, %v", shown(), err)
	}
	f.Seen = seen
	_, p, err = d.SignAndSend(t.Context(), head, f)
	if err != nil || p.Said.To == "" || shown() != 1 {
		t.Errorf("signed: to %q, shown %d times, %v", p.Said.To, shown(), err)
	}
}

// TestARemarkNamesNoDenouncer: a paper goes back to who may not know him.
func TestARemarkNamesNoDenouncer(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Denunciation)
	f.Category = "roads"
	c := routed(t, d, f).Case
	head, verifier := staff(t, d, c.Assignee), staff(t, d, "officer")
	order(t, d, head)(c.ID, "accept", nil)
	order(t, d, head)(c.ID, "assign", map[string]string{"assignee": verifier.ID})
	w := said(0, "Đã thụ lý.")
	w.Ref, w.Type, w.Said.Subject = c.Ref, "acceptance", "Về việc thụ lý"
	if _, err := d.HandIn(t.Context(), verifier, rev(t, d, c.Ref), w); err != nil {
		t.Fatal(err)
	}
	waits := func() *casework.Paper {
		_, ps, err := d.PapersOn(t.Context(), head, c.Ref)
		if err != nil {
			t.Fatal(err)
		}
		return ps[len(ps)-1]
	}
	p := waits()
	w.V = p.V
	if err := d.Return(t.Context(), head, w, p.Name, "Bỏ tên "+f.Contact.Name); fields(err)["reason"] != "error.field.tells" || waits().State != casework.PaperHanded {
		t.Errorf("a remark with the denouncer's name in it: %v, %s", err, waits().State)
	}
	if err := d.Return(t.Context(), verifier, w, p.Name, "Bỏ tên "+f.Contact.Name); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("the verifier is told something: %v", err)
	}
	if err := d.Return(t.Context(), head, w, p.Name, "Ghi rõ ngày."); err != nil || waits().Said.Remark != "Ghi rõ ngày." {
		t.Errorf("a remark that names nobody: %v, %+v", err, waits().Said)
	}
}

// TestTheSenderIsNamedInThePaperAlone: where an answer has places for his name and address, they are filled when it is signed and stand
// in it alone. The history and the answer that others read say that he is named, and not who; nobody is shown him before; and once he
// has his data erased no paper names him any more.
func TestTheSenderIsNamedInThePaperAlone(t *testing.T) {
	d, ref, officer, head := desks(t, law.Petition)
	c, err := d.Kept.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	order(t, d, officer)(c.ID, "start", nil)
	w := written(t, d, officer, ref, said(0, "Kính gửi {họ tên}, trú tại {dia chi}: đơn {mã số} đã được giải quyết."))
	if _, err := d.HandIn(t.Context(), officer, rev(t, d, ref), w); err != nil {
		t.Fatal(err)
	}
	shown := func() (n int) {
		c, err := d.Kept.ByRef(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range c.History {
			if e.What == "contact_shown" {
				n++
			}
		}
		return n
	}
	if shown() != 0 {
		t.Error("to hand a draft in shows the sender")
	}
	_, ps, err := d.PapersOn(t.Context(), head, ref)
	if err != nil {
		t.Fatal(err)
	}
	w.V, w.Said.Text, w.Said.Outcome = ps[0].V, ps[0].Said.Text, "resolved"
	_, p, err := signedBy(t, d, head, w)
	if err != nil {
		t.Fatal(err)
	}
	sender := draft(law.Petition).Contact
	if full := p.Said.Full(); full != "Kính gửi "+sender.Name+", trú tại "+sender.Address+": đơn "+ref+" đã được giải quyết." || shown() != 1 {
		t.Errorf("the paper says %q, its sender was shown %d times", full, shown())
	}
	done, _, err := d.Send(t.Context(), head, ref, rev(t, d, ref), p.Name)
	if err != nil {
		t.Fatal(err)
	}
	v, err := d.Open(t.Context(), head, ref)
	if err != nil {
		t.Fatal(err)
	}
	notes := 0
	for _, note := range v.Notes {
		notes += strings.Count(note, "Kính gửi (họ tên), trú tại (địa chỉ)")
		if strings.Contains(note, sender.Name) || strings.Contains(note, sender.Address) {
			t.Errorf("the history says %q", note)
		}
	}
	if notes == 0 || strings.Contains(done.Answer.Text, sender.Name) || !strings.Contains(done.Answer.Text, "(họ tên)") {
		t.Errorf("%d notes; the answer says %q", notes, done.Answer.Text)
	}
	if _, err := d.Forget(t.Context(), submit(t, d, draft(law.Petition)).Code.String()); err != nil {
		t.Fatal(err)
	}
	_, ps, err = d.PapersOn(t.Context(), head, ref)
	if err != nil || ps[0].Said.To+ps[0].Said.Name+ps[0].Said.Address != "" || strings.Contains(ps[0].Said.Full(), sender.Name) || strings.Contains(ps[0].Said.Full(), "{") {
		t.Errorf("after he had it erased: %+v, %v", ps[0].Said, err)
	}
}

// TestADenouncersPlaceStaysOpen: nobody hands in an answer to a denunciation that would name who sent it.
func TestADenouncersPlaceStaysOpen(t *testing.T) {
	d, ref, officer, _ := desks(t, law.Denunciation)
	w := written(t, d, officer, ref, said(0, "Kính gửi {họ tên}."))
	_, err := d.HandIn(t.Context(), officer, rev(t, d, ref), w)
	if fields(err)["text"] != "error.field.blanks" {
		t.Errorf("handed in: %v", err)
	}
}

// TestALetterSignedBeforeTheSealNamesNobodyAfterIt: a petition whose answer was signed with its sender in it becomes a denunciation and is
// none again, without him. Nobody reads him in that paper, neither in its places nor in words of its own, and no file has him.
func TestALetterSignedBeforeTheSealNamesNobodyAfterIt(t *testing.T) {
	for _, text := range []string{"Kính gửi {họ tên}, trú tại {địa chỉ}: đã giải quyết.", "Kính gửi bà vo thi be: đã giải quyết."} {
		d, ref, officer, head := desks(t, law.Petition)
		content := caseworktest.Commune() // where the denunciation goes, somebody second must be
		content.Staff = append(content.Staff, office.Staff{ID: "second", Username: "second", Name: "Ngô Thị Hai", Unit: "city", Roles: []office.Role{office.Inspector}})
		d.Offices = caseworktest.Fixed{O: office.New(content)}
		c, err := d.Kept.ByRef(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		order(t, d, officer)(c.ID, "start", nil)
		w := written(t, d, officer, ref, said(0, text))
		w.Said.Outcome = "resolved"
		_, p, err := signedBy(t, d, head, w)
		if err != nil {
			t.Fatal(err)
		}
		c = stored(t, d, c.ID)
		c.State = law.Classifying // as it is when it is sorted anew
		c.V++
		if err := errors.Join(d.Kept.Replace(t.Context(), c)...); err != nil {
			t.Fatal(err)
		}
		order(t, d, head)(c.ID, "reclassify", map[string]string{"kind": "denunciation", "reason": "x"})
		order(t, d, staff(t, d, stored(t, d, c.ID).Assignee))(c.ID, "reclassify", map[string]string{"kind": "petition", "ground": "not_denunciation", "sender": "no", "reason": "x"})
		approveIfAsked(t, d)
		sender := draft(law.Petition).Contact
		now := stored(t, d, c.ID)
		if now.Kind != law.Petition || !now.Guarded() {
			t.Fatalf("%s %v", now.Kind, now.Guarded())
		}
		read := 0
		for _, who := range everybody() {
			_, p, err := d.Paper(t.Context(), who, ref, p.Name)
			if err != nil {
				continue
			}
			read++
			if said := p.Said.Full() + p.Said.Subject + p.Said.To; strings.Contains(said, sender.Name) || strings.Contains(said, sender.Address) || strings.Contains(said, "vo thi be") {
				t.Errorf("%s reads %q", who.ID, said)
			}
			if _, _, err := d.ReadPaper(t.Context(), who, ref, p.Name); err != nil {
				t.Errorf("%s does not read it: %v", who.ID, err)
			}
		}
		if read == 0 {
			t.Error("nobody reads it")
		}
	}
}

// TestWhoReadsALetterReadsItsSenderOnRecord, or reads it without him.
func TestWhoReadsALetterReadsItsSenderOnRecord(t *testing.T) {
	d, ref, officer, head := desks(t, law.Petition)
	w := written(t, d, officer, ref, said(0, "Kính gửi {họ tên}: đã giải quyết."))
	w.Said.Outcome = "resolved"
	c, err := d.Kept.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	order(t, d, officer)(c.ID, "start", nil)
	_, p, err := signedBy(t, d, head, w)
	if err != nil {
		t.Fatal(err)
	}
	name := draft(law.Petition).Contact.Name
	for _, who := range everybody() {
		_, showErr := d.ShowContact(t.Context(), who, ref)
		_, read, err := d.ReadPaper(t.Context(), who, ref, p.Name)
		if err != nil {
			continue
		}
		if named := strings.Contains(read.Said.Full(), name) || read.Said.To == name; named != (showErr == nil) {
			t.Errorf("%s may see him: %v, reads him: %v", who.ID, showErr, named)
		}
	}
	d.Clock = d.Clock.Add(2 * time.Hour)
	before := len(stored(t, d, c.ID).History)
	if _, _, err := d.ReadPaper(t.Context(), officer, ref, p.Name); err != nil {
		t.Fatal(err)
	}
	after := stored(t, d, c.ID).History
	if len(after) != before+1 || after[before].What != "contact_shown" || after[before].Actor != history.ByStaff(officer.ID) {
		t.Errorf("%d entries more", len(after)-before)
	}
}
