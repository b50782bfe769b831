package casework_test

import (
	"slices"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// TestADraftThatNobodySignsIsDropped: its words go, it holds nothing up any more, and the next one has a name of its own. Who dropped it
// stands in the history.
func TestADraftThatNobodySignsIsDropped(t *testing.T) {
	at := walk(t, draft(law.Complaint), []string{"accept", "start", "suspend"})
	d, c := at.desk, stored(t, at.desk, at.it.ID)
	chair := staff(t, d, "chair")
	w := casework.Written{Ref: c.Ref, Type: "suspension", Said: casework.Wording{Subject: "Về việc đơn", Text: "Nội dung văn bản."}}
	p, err := d.WritePaper(t.Context(), chair, w)
	if err != nil {
		t.Fatal(err)
	}
	if key := refusedWith(t, d, c.ID, "notify_pause", nil); key != "error.paper_not_sent" {
		t.Fatalf("a draft holds nothing up: %q", key)
	}
	w.V = p.V - 1
	if err := d.Drop(t.Context(), chair, w, p.Name); key(err) != "error.draft_stale" {
		t.Errorf("an older version is dropped: %v", err)
	}
	w.V = p.V
	if err := d.Drop(t.Context(), staff(t, d, "reception"), w, p.Name); err == nil {
		t.Error("a stranger drops it")
	}
	for range 2 { // again, it is as it was
		if err := d.Drop(t.Context(), chair, w, p.Name); err != nil {
			t.Fatal(err)
		}
	}
	_, ps, err := d.PapersOn(t.Context(), chair, c.Ref)
	if err != nil || len(ps) != 1 || ps[0].State != casework.PaperDropped || ps[0].Said.Text != "" || len(ps[0].Words) > 0 {
		t.Errorf("%+v, %v", ps, err)
	}
	noted := func(e history.Entry) bool {
		return e.What == "paper_dropped" && e.Actor == history.ByStaff("chair") && e.Data["letter"] == p.Name
	}
	if h := stored(t, d, c.ID).History; !slices.ContainsFunc(h, noted) || slices.ContainsFunc(h[:len(h)-1], noted) {
		t.Error("it is not noted once")
	}
	makeMove(t, d, c.ID, "notify_pause")
	w.V = 0
	if next, err := d.WritePaper(t.Context(), chair, w); err != nil || next.Name == p.Name {
		t.Errorf("the next one: %+v, %v", next, err)
	}
}

// TestNobodyDropsWhatIsNotHisDraft: what was handed in is dropped by whoever would sign it, an answer is sent back first, and what is signed
// is voided.
func TestNobodyDropsWhatIsNotHisDraft(t *testing.T) {
	d, ref, officer, head := desks(t, law.Petition)
	c, err := d.Kept.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	order(t, d, officer)(c.ID, "start", nil)
	order(t, d, officer)(c.ID, "ask_info", map[string]string{"text": "Gửi thêm ảnh."})
	w := casework.Written{Ref: ref, Type: "ask_info", Said: casework.Wording{Subject: "Về việc đơn", Text: "Đề nghị bổ sung."}}
	if _, err := d.HandIn(t.Context(), officer, rev(t, d, ref), w); err != nil {
		t.Fatal(err)
	}
	waiting := func(typ string) casework.Written {
		_, ps, err := d.PapersOn(t.Context(), head, ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range slices.Backward(ps) {
			if p.Type == typ {
				return casework.Written{Ref: ref, Type: typ, V: p.V, Said: p.Said}
			}
		}
		return casework.Written{}
	}
	if err := d.Drop(t.Context(), officer, waiting("ask_info"), "ask_info-1"); key(err) != "error.draft_handed_in" {
		t.Errorf("the officer drops what he handed in: %v", err)
	}
	if err := d.Drop(t.Context(), head, waiting("ask_info"), "ask_info-1"); err != nil {
		t.Errorf("the head: %v", err)
	}
	order(t, d, officer)(c.ID, "go_on", map[string]string{"reason": "Đã đủ."})
	answer := written(t, d, officer, ref, said(0, "Đã sửa đường."))
	if _, err := d.HandIn(t.Context(), officer, rev(t, d, ref), answer); err != nil {
		t.Fatal(err)
	}
	if err := d.Drop(t.Context(), head, waiting("answer"), "answer-1"); key(err) != "error.drop_drafts_only" {
		t.Errorf("an answer that was handed in: %v", err)
	}
	answer = waiting("answer")
	answer.Said.Outcome = "resolved"
	_, p, err := signedBy(t, d, head, answer)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Drop(t.Context(), head, waiting("answer"), p.Name); key(err) != "error.drop_drafts_only" {
		t.Errorf("a signed one: %v", err)
	}
}
