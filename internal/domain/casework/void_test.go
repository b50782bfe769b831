package casework_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// TestASignedPaperIsVoidedAndWrittenAnew: by whoever may sign it, with a reason, before it goes out. Its number is not used again, its
// words begin the next draft, and the case goes on to its end with that.
func TestASignedPaperIsVoidedAndWrittenAnew(t *testing.T) {
	d, ref, officer, head := desks(t, law.Feedback)
	w := written(t, d, officer, ref, said(0, "Đã vá xong ngày 20."))
	if _, err := d.HandIn(t.Context(), officer, rev(t, d, ref), w); err != nil {
		t.Fatal(err)
	}
	w.V = 1
	w.Said.Outcome = "resolved"
	_, p, err := signedBy(t, d, head, w)
	if err != nil {
		t.Fatal(err)
	}
	seen := casework.Written{Ref: ref, V: p.V}
	if _, err := d.Void(t.Context(), officer, seen, p.Name, "Sai ngày."); key(err) != "error.move_forbidden" {
		t.Errorf("whoever may not sign voids: %v", err)
	}
	if _, err := d.Void(t.Context(), head, seen, p.Name, " "); key(err) != "error.invalid" {
		t.Errorf("voided without a reason: %v", err)
	}
	if _, err := d.Void(t.Context(), head, casework.Written{Ref: ref, V: p.V - 1}, p.Name, "Sai ngày."); key(err) != "error.draft_stale" {
		t.Errorf("an older version is voided: %v", err)
	}
	next, err := d.Void(t.Context(), head, seen, p.Name, "Sai ngày.")
	if err != nil {
		t.Fatal(err)
	}
	if next.Name == p.Name || next.Said.Text != p.Said.Text || next.Said.Remark != "Sai ngày." || next.Number != 0 || next.Said.To != "" {
		t.Errorf("the next draft: %+v", next)
	}
	if _, _, err := d.Send(t.Context(), head, ref, rev(t, d, ref), p.Name); key(err) != "error.sign_first" {
		t.Errorf("a voided paper goes out: %v", err)
	}
	if _, err := d.Void(t.Context(), head, seen, p.Name, "Sai ngày."); key(err) != "error.void_signed_only" {
		t.Errorf("voided twice: %v", err)
	}
	w.V, w.Said.Text = next.V, "Đã vá xong ngày 21."
	_, again, err := signedBy(t, d, head, w)
	if err != nil {
		t.Fatal(err)
	}
	if again.Number != p.Number+1 {
		t.Errorf("numbers %d and %d", p.Number, again.Number)
	}
	c, sent, err := d.Send(t.Context(), head, ref, rev(t, d, ref), again.Name)
	if err != nil || c.State != law.Answered || sent.State != casework.PaperSent {
		t.Fatalf("%v %v %v", c, sent, err)
	}
	if _, err := d.Void(t.Context(), head, casework.Written{Ref: ref, V: sent.V}, again.Name, "x"); key(err) != "error.void_signed_only" {
		t.Errorf("what was sent is voided: %v", err)
	}
	_, ps, err := d.PapersOn(t.Context(), head, ref)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(ps, func(one *casework.Paper) bool { return one.Name == p.Name })
	if ps[i].State != casework.PaperVoid || ps[i].Number != p.Number || ps[i].Said.Text != "Đã vá xong ngày 20." {
		t.Errorf("the voided one: %+v", ps[i])
	}
}

// TestAVoidedPaperIsVoidAfterACrash: the history is written first, and tells it.
func TestAVoidedPaperIsVoidAfterACrash(t *testing.T) {
	d, ref, officer, head := desks(t, law.Petition)
	w := written(t, d, officer, ref, said(0, "Đã trả lời."))
	w.Said.Outcome = "explained"
	_, p, err := signedBy(t, d, head, w)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Void(t.Context(), head, casework.Written{Ref: ref, V: p.V}, p.Name, "Nhầm."); err != nil {
		t.Fatal(err)
	}
	kept := *p // as it was before the change, as if that had not been reached
	kept.V, kept.State = p.V+2, casework.PaperSigned
	if err := d.Papers.SetPaper(t.Context(), &kept); err != nil {
		t.Fatal(err)
	}
	_, again, err := d.Paper(t.Context(), head, ref, p.Name)
	if err != nil || again.State != casework.PaperVoid {
		t.Errorf("%v %v", again, err)
	}
}

// TestWhatWasVoidedMeanwhileDoesNotGoOut: whoever looked at a paper before it was voided does not send it, whether it ends the case or
// not; whoever looked before it was sent does not void it. Both orders are told by the history that is being written.
func TestWhatWasVoidedMeanwhileDoesNotGoOut(t *testing.T) {
	for what, lead := range map[string]struct {
		kind  law.Kind
		moves []string
		typ   string
	}{
		"an answer":           {law.Feedback, nil, "answer"},
		"a question's letter": {law.Petition, []string{"start", "ask_info"}, "ask_info"},
	} {
		d := caseworktest.New()
		f := draft(lead.kind)
		f.Category = "roads"
		c := routed(t, d, f).Case
		for _, m := range lead.moves {
			makeMove(t, d, c.ID, m)
		}
		head := staff(t, d, c.Assignee)
		w := casework.Written{Ref: c.Ref, Type: lead.typ, Said: casework.Wording{Text: "Nội dung văn bản."}}
		_, p, err := signedBy(t, d, head, w)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		papers := d.Desk.Papers
		d.Desk.Papers = meanwhile{papers, func() { // between the look and the write
			d.Desk.Papers = papers
			if _, err := d.Void(t.Context(), head, casework.Written{Ref: c.Ref, V: p.V}, p.Name, "Nhầm."); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}}
		if _, _, err := d.Send(t.Context(), head, c.Ref, rev(t, d, c.Ref), p.Name); key(err) != "error.draft_stale" {
			t.Errorf("%s goes out though it was voided: %v", what, err)
		}
		if now := stored(t, d, c.ID); now.Answer != nil || now.State == law.Answered {
			t.Errorf("%s: the case is %s", what, now.State)
		}
	}
}

// meanwhile lets something happen right after the papers of a case were read.
type meanwhile struct {
	casework.Papers
	do func()
}

func (m meanwhile) PapersOf(ctx context.Context, id string) ([]*casework.Paper, error) {
	ps, err := m.Papers.PapersOf(ctx, id)
	m.do()
	return ps, err
}

// TestNobodyVoidsWhatHisSuperiorSigned.
func TestNobodyVoidsWhatHisSuperiorSigned(t *testing.T) {
	d := caseworktest.New()
	id := signedIn(t, d, draft(law.Complaint)).Case.ID
	makeMove(t, d, id, "accept")
	makeMove(t, d, id, "ask_info")
	c := stored(t, d, id)
	_, p, err := signedBy(t, d, staff(t, d, "chair"), casework.Written{Ref: c.Ref, Type: "ask_info", Said: casework.Wording{Text: "Đề nghị bổ sung."}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Void(t.Context(), staff(t, d, "roadhead"), casework.Written{Ref: c.Ref, V: p.V}, p.Name, "Tôi không đồng ý."); key(err) != "error.move_forbidden" {
		t.Errorf("a division's head voids what the chair signed: %v", err)
	}
	if _, err := d.Void(t.Context(), staff(t, d, "chair"), casework.Written{Ref: c.Ref, V: p.V}, p.Name, "Nhầm."); err != nil {
		t.Error(err)
	}
}

// TestAPaperWhoseGroundIsGoneDoesNotGoOut: a refusal that was signed is not sent once the letter was taken up again.
func TestAPaperWhoseGroundIsGoneDoesNotGoOut(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Petition)
	f.Category = "roads"
	c := routed(t, d, f).Case
	makeMove(t, d, c.ID, "refuse")
	head := staff(t, d, c.Assignee)
	_, p, err := signedBy(t, d, head, casework.Written{Ref: c.Ref, Type: "refusal", Said: casework.Wording{Text: "Từ chối."}})
	if err != nil {
		t.Fatal(err)
	}
	d.Clock = d.Clock.Add(time.Hour)
	makeMove(t, d, c.ID, "reconsider")
	if _, _, err := d.Send(t.Context(), head, c.Ref, rev(t, d, c.Ref), p.Name); err == nil {
		t.Error("the refusal goes out")
	}
}

// TestAPaperFollowsItsCaseToAnotherUnit: nobody settles the case with other words while a signed paper waits; where the case now lies with
// another head, he may take the paper back, for its signer no longer may.
func TestAPaperFollowsItsCaseToAnotherUnit(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Feedback)
	f.Category = "roads"
	c := routed(t, d, f).Case
	makeMove(t, d, c.ID, "start")
	first, second := staff(t, d, "roadhead"), staff(t, d, "centrehead")
	_, p, err := signedBy(t, d, first, casework.Written{Ref: c.Ref, Type: "answer", Said: casework.Wording{Text: "Đã vá xong.", Outcome: "resolved"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := ordered(t, d, c.ID, "roadhead answer", map[string]string{"text": "Lời khác."}); key(err) != "error.signed_waits" {
		t.Errorf("other words pass a signed paper: %v", err)
	}
	seen := casework.Written{Ref: c.Ref, V: p.V}
	may := func(who office.Staff) bool {
		o, err := d.Offices.Office(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return d.MayVoid(o, who, stored(t, d, c.ID), p)
	}
	if !may(first) || may(second) {
		t.Error("a stranger's paper may be voided, or one's own not")
	}
	wantOK(t, ordered(t, d, c.ID, "chair assign", map[string]string{"unit": "centre", "assignee": ""}))
	if may(first) || !may(second) {
		t.Error("the signer may void a case's paper that lies elsewhere, or its head may not")
	}
	next, err := d.Void(t.Context(), second, seen, p.Name, "Đơn vị khác giải quyết.")
	if err != nil || next.State != casework.PaperDraft {
		t.Fatalf("%+v, %v", next, err)
	}
	wantOK(t, ordered(t, d, c.ID, "centrehead answer", map[string]string{"text": "Lời khác."}))
}

// TestTheNextDraftOfAVoidedPaperWaitsWhereItsCaseDoes: an answer that was handed in lies with whoever signs it also when its paper was voided.
func TestTheNextDraftOfAVoidedPaperWaitsWhereItsCaseDoes(t *testing.T) {
	d, ref, officer, head := desks(t, law.Petition)
	c, err := d.Find(t.Context(), head, ref)
	if err != nil {
		t.Fatal(err)
	}
	order(t, d, officer)(c.ID, "start", nil)
	w := written(t, d, officer, ref, said(0, "Đã vá đường."))
	if _, err := d.HandIn(t.Context(), officer, rev(t, d, ref), w); err != nil {
		t.Fatal(err)
	}
	w.V, w.Said.Outcome = 1, "resolved"
	_, p, err := signedBy(t, d, head, w)
	if err != nil {
		t.Fatal(err)
	}
	next, err := d.Void(t.Context(), head, casework.Written{Ref: ref, V: p.V}, p.Name, "Sai ngày.")
	if err != nil || next.State != casework.PaperHanded {
		t.Errorf("%+v, %v", next, err)
	}
}

// TestWhatWasSignedForAnotherAgencyDoesNotGoOut: the paper bears the head and the number of the one that the case no longer lies with.
func TestWhatWasSignedForAnotherAgencyDoesNotGoOut(t *testing.T) {
	d := caseworktest.New()
	content := caseworktest.Commune()
	for i := range content.Units {
		content.Units[i].Seal = true
	}
	d.Offices = caseworktest.Fixed{O: office.New(content)}
	f := draft(law.Feedback)
	f.Category = "roads"
	c := routed(t, d, f).Case
	makeMove(t, d, c.ID, "start")
	first, second := staff(t, d, "roadhead"), staff(t, d, "centrehead")
	w := casework.Written{Ref: c.Ref, Type: "answer", Said: casework.Wording{Text: "Đã vá xong.", Outcome: "resolved"}}
	_, p, err := signedBy(t, d, first, w)
	if err != nil || p.Of != "roads" {
		t.Fatalf("%+v, %v", p, err)
	}
	wantOK(t, ordered(t, d, c.ID, "chair assign", map[string]string{"unit": "centre", "assignee": ""}))
	if _, _, err := d.Send(t.Context(), second, c.Ref, rev(t, d, c.Ref), p.Name); key(err) != "error.signed_elsewhere" {
		t.Errorf("it goes out: %v", err)
	}
	wantOK(t, ordered(t, d, c.ID, "chair assign", map[string]string{"unit": "roads", "assignee": ""}))
	if _, _, err := d.Send(t.Context(), first, c.Ref, rev(t, d, c.Ref), p.Name); err != nil {
		t.Errorf("back where it was signed: %v", err)
	}
}

// TestWhatWasSignedOnAnEarlierRefusalDoesNotGoOut: the letter was taken up again and refused anew; the first refusal's words say what is so
// no more. That it was signed is told by the history, and by its day where a crash lost that line.
func TestWhatWasSignedOnAnEarlierRefusalDoesNotGoOut(t *testing.T) {
	for _, crash := range []bool{false, true} {
		d := caseworktest.New()
		f := draft(law.Petition)
		f.Category = "roads"
		c := routed(t, d, f).Case
		makeMove(t, d, c.ID, "refuse")
		head := staff(t, d, c.Assignee)
		w := casework.Written{Ref: c.Ref, Type: "refusal", Said: casework.Wording{Text: "Từ chối."}}
		_, p, err := signedBy(t, d, head, w)
		if err != nil {
			t.Fatal(err)
		}
		if crash {
			now := stored(t, d, c.ID)
			now.History = now.History[:len(now.History)-1]
			now.V++
			if err := errors.Join(d.Kept.Replace(t.Context(), now)...); err != nil {
				t.Fatal(err)
			}
		}
		d.Clock = d.Clock.Add(time.Hour)
		makeMove(t, d, c.ID, "reconsider")
		makeMove(t, d, c.ID, "refuse")
		if _, _, err := d.Send(t.Context(), head, c.Ref, rev(t, d, c.Ref), p.Name); key(err) != "error.paper_before_move" {
			t.Errorf("crash %v: the first refusal goes out: %v", crash, err)
		}
		next, err := d.Void(t.Context(), head, casework.Written{Ref: c.Ref, V: p.V}, p.Name, "Từ chối lần nữa.")
		if err != nil {
			t.Fatal(err)
		}
		w.V = next.V
		_, p, err = signedBy(t, d, head, w)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.Send(t.Context(), head, c.Ref, rev(t, d, c.Ref), p.Name); err != nil {
			t.Errorf("crash %v: the second: %v", crash, err)
		}
	}
}
