package casework_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// desks is a case in work with its officer and its head.
func desks(t *testing.T, kind law.Kind) (d *caseworktest.Desk, ref string, officer, head office.Staff) {
	t.Helper()
	d = caseworktest.New()
	f := draft(kind)
	f.Category = "roads"
	c := routed(t, d, f).Case
	head = staff(t, d, c.Assignee)
	officer = staff(t, d, "officer")
	order(t, d, head)(c.ID, "assign", map[string]string{"assignee": officer.ID})
	return d, c.Ref, officer, head
}

// written is what the officer types on the settling paper.
func written(t *testing.T, d *caseworktest.Desk, who office.Staff, ref string, w casework.Written) casework.Written {
	t.Helper()
	c, _, err := d.PapersOn(t.Context(), who, ref)
	if err != nil {
		t.Fatal(err)
	}
	w.Ref, w.Type, w.Said.Subject = ref, c.PaperTypes()[0], "Về việc đường hỏng"
	return w
}

// said is a version with its words.
func said(v int64, text string) casework.Written {
	return casework.Written{V: v, Said: casework.Wording{Text: text}}
}

func rev(t *testing.T, d *caseworktest.Desk, ref string) int {
	t.Helper()
	c, err := d.Kept.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return c.Rev()
}

// TestDraftGoesToAndFroUntilItIsSent: the draft is handed in, returned as it was, mended, seen, signed, numbered and sent; its sender
// reads what was sent and nothing else.
func TestDraftGoesToAndFroUntilItIsSent(t *testing.T) {
	for _, kind := range []law.Kind{law.Feedback, law.Petition, law.Praise} {
		t.Run(string(kind), func(t *testing.T) {
			d, ref, officer, head := desks(t, kind)
			p, err := d.WritePaper(t.Context(), officer, written(t, d, officer, ref, said(0, "Bản nháp")))
			if err != nil || p.V != 1 || p.State != casework.PaperDraft {
				t.Fatalf("%+v, %v", p, err)
			}
			if _, err = d.HandIn(t.Context(), officer, rev(t, d, ref), written(t, d, officer, ref, said(1, "Bản trình"))); err != nil {
				t.Fatal(err)
			}
			if _, err := d.WritePaper(t.Context(), officer, written(t, d, officer, ref, said(2, "Sửa lén"))); key(err) != "error.draft_handed_in" {
				t.Errorf("a draft that was handed in is changed under the head's eyes: %v", err)
			}
			if _, err := d.Move(t.Context(), head, casework.Order{Ref: ref, Rev: rev(t, d, ref), Move: "send_back", Args: map[string]string{"reason": "Ghi rõ ngày."}}); err != nil {
				t.Fatal(err)
			}
			_, ps, err := d.PapersOn(t.Context(), officer, ref)
			if err != nil || len(ps) != 1 || ps[0].Said.Text != "Bản trình" || ps[0].State != casework.PaperDraft {
				t.Fatalf("%+v, %v", ps, err)
			}
			if _, err = d.HandIn(t.Context(), officer, rev(t, d, ref), written(t, d, officer, ref, said(ps[0].V, "Sửa ngày 5."))); err != nil {
				t.Fatal(err)
			}
			w := written(t, d, head, ref, said(ps[0].V+1, "Đã sửa đường ngày 5."))
			w.Said.Outcome = "noted"
			f := casework.Final{Written: w, Rev: rev(t, d, ref)}
			if _, _, err := d.SignAndSend(t.Context(), head, f); key(err) != "error.preview_first" {
				t.Errorf("something goes out that nobody saw: %v", err)
			}
			if _, _, _, err := d.Preview(t.Context(), officer, f); casework.CodeOf(err) != casework.Forbidden {
				t.Errorf("an officer signs: %v", err)
			}
			_, _, f.Seen, err = d.Preview(t.Context(), head, f)
			if err != nil {
				t.Fatal(err)
			}
			other := f
			other.Said.Text += " Thêm."
			if _, _, err := d.SignAndSend(t.Context(), head, other); key(err) != "error.preview_first" {
				t.Errorf("other words go out than were seen: %v", err)
			}
			c, p, err := d.SignAndSend(t.Context(), head, f)
			if err != nil || c.State != law.Answered || p.Number != 1 || p.State != casework.PaperSent || !strings.HasPrefix(p.Symbol, "01/UBND") {
				t.Fatalf("%v %+v, %v", c, p, err)
			}
			if !slices.Equal(p.Capacity, []string{"TL. THỦ TRƯỞNG", "THỦ TRƯỞNG"}) && !slices.Equal(p.Capacity, []string{"TM. ỦY BAN NHÂN DÂN", "THỦ TRƯỞNG"}) {
				t.Errorf("signed as %q", p.Capacity)
			}
			if c.Answer.Text != "Đã sửa đường ngày 5." || strings.Contains(fmt.Sprint(c.Messages), "Bản") {
				t.Errorf("the sender reads %+v", c.Answer)
			}
		})
	}
}

func key(err error) string {
	if e, ok := errors.AsType[*casework.Error](err); ok {
		return e.Key
	}
	return ""
}

// TestTwoBrowsersDoNotOverwriteEachOther: who saw an older version is told so, and what the other wrote stays.
func TestTwoBrowsersDoNotOverwriteEachOther(t *testing.T) {
	d, ref, officer, head := desks(t, law.Feedback)
	for v, text := range []string{"Một", "Hai"} {
		if _, err := d.WritePaper(t.Context(), officer, written(t, d, officer, ref, said(int64(v), text))); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range []int64{0, 1, 3} {
		if _, err := d.WritePaper(t.Context(), head, written(t, d, head, ref, said(v, "Của tôi"))); key(err) != "error.draft_stale" {
			t.Errorf("version %d: %v", v, err)
		}
	}
	if _, ps, err := d.PapersOn(t.Context(), officer, ref); err != nil || len(ps) != 1 || ps[0].Said.Text != "Hai" {
		t.Errorf("%v, %v", ps, err)
	}
}

// TestNumbersHaveNoGapAndNoTwin: whoever signs at once, and wherever a crash comes, each paper has one number and the numbers of a
// series follow each other.
func TestNumbersHaveNoGapAndNoTwin(t *testing.T) {
	d := caseworktest.New()
	const many = 12
	fs := make([]casework.Final, many)
	heads := make([]office.Staff, many)
	for i := range fs {
		f := draft(law.Feedback)
		f.Category, f.Key = "roads", fmt.Sprintf("key-%08d-abcdefgh", i)
		c := routed(t, d, f).Case
		heads[i] = staff(t, d, c.Assignee)
		fs[i] = casework.Final{Written: written(t, d, heads[i], c.Ref, said(0, "Đã sửa.")), Rev: rev(t, d, c.Ref)}
		var err error
		if _, _, fs[i].Seen, err = d.Preview(t.Context(), heads[i], fs[i]); err != nil {
			t.Fatal(err)
		}
	}
	crash, calls := errors.New("the machine stopped"), 0
	var mu sync.Mutex
	d.Papers.BeforeSet = func() error {
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls%3 == 1 { // after the number was taken, before the paper knows it
			return crash
		}
		return nil
	}
	var wg sync.WaitGroup
	for i := range fs {
		wg.Go(func() {
			_, _, err := d.Sign(t.Context(), heads[i], fs[i])
			for errors.Is(err, crash) {
				_, _, err = d.Sign(t.Context(), heads[i], fs[i])
			}
			if err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	var got []int
	for _, p := range d.Papers.All() {
		got = append(got, p.Number)
	}
	slices.Sort(got)
	want := make([]int, many)
	for i := range want {
		want[i] = i + 1
	}
	if !slices.Equal(got, want) {
		t.Errorf("numbers %v", got)
	}
}

// TestPaperOnADenunciationRestsSealed: no word of it lies in the clear, in the paper or in the case, and it is not there for who has
// no part in the case.
func TestPaperOnADenunciationRestsSealed(t *testing.T) {
	d, ref, officer, head := desks(t, law.Complaint)
	const word = "Hoa-sen-trắng"
	if _, err := d.WritePaper(t.Context(), officer, written(t, d, officer, ref, said(0, word))); err != nil {
		t.Fatal(err)
	}
	c, err := d.Kept.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	order(t, d, head)(c.ID, "note", map[string]string{"reason": word})
	order(t, d, head)(c.ID, "reclassify", map[string]string{"kind": "denunciation", "reason": "Tố cáo."})
	judge := staff(t, d, stored(t, d, c.ID).Assignee)
	if _, ps, err := d.PapersOn(t.Context(), judge, ref); err != nil || len(ps) != 0 {
		t.Errorf("a draft from before the seal is shown: %v, %v", ps, err)
	}
	if _, err := d.WritePaper(t.Context(), judge, written(t, d, judge, ref, said(0, word+" hai"))); err != nil {
		t.Fatal(err)
	}
	order(t, d, judge)(c.ID, "note", map[string]string{"reason": word})
	if _, err := d.AttachBy(t.Context(), judge, ref, casework.Attachment{ID: "9876543210", Key: "k/9876543210", Name: "tep-987654.pdf", Type: "application/pdf", Size: 7, SHA256: []byte("sum")}); err != nil {
		t.Fatal(err)
	}
	restsSealed(t, stored(t, d, c.ID))
	for _, p := range d.Papers.All() {
		plainStrings(reflect.ValueOf(p), "", func(path, value string) {
			if strings.Contains(value, "sen") {
				t.Errorf("%s rests in the clear: %q", path, value)
			}
		})
		if strings.Contains(string(p.Words), "sen") {
			t.Error("the words of the paper are not sealed")
		}
	}
	for _, who := range everybody() {
		_, _, err := d.PapersOn(t.Context(), staff(t, d, who.ID), ref)
		if may := who.ID == judge.ID; (err == nil) != may {
			t.Errorf("%s: %v", who.ID, err)
		}
	}
}

// TestErasedCaseLeavesNoDraft: when the words of a case go, those of its papers go too, also after a crash between the two.
func TestErasedCaseLeavesNoDraft(t *testing.T) {
	d, ref, officer, head := desks(t, law.Feedback)
	if _, err := d.WritePaper(t.Context(), officer, written(t, d, officer, ref, said(0, "Nháp"))); err != nil {
		t.Fatal(err)
	}
	c, _ := d.Kept.ByRef(t.Context(), ref)
	order(t, d, head)(c.ID, "refuse", map[string]string{"reason": "x"})
	order(t, d, head)(c.ID, "close", nil)
	d.Clock = d.Clock.AddDate(3, 0, 0)
	crash := errors.New("the machine stopped")
	d.Papers.BeforeSet = func() error { return crash }
	if _, err := d.Erase(t.Context(), c.ID); !errors.Is(err, crash) {
		t.Fatal(err)
	}
	d.Papers.BeforeSet = nil
	if err := d.ErasePapers(t.Context(), stored(t, d, c.ID)); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Papers.All() {
		if len(p.Words) > 0 || p.Name == "" {
			t.Errorf("%+v", p)
		}
	}
}

// TestOnlyWhoWorksOnACaseReadsItsDrafts: whoever may see the case and no more reads none, and signs none; whoever works on it signs none.
func TestOnlyWhoWorksOnACaseReadsItsDrafts(t *testing.T) {
	d, ref, officer, head := desks(t, law.Feedback)
	c, err := d.Kept.ByRef(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	order(t, d, officer)(c.ID, "ask_info", map[string]string{"text": "Ở đâu?"})
	w := casework.Written{Ref: ref, Type: "ask_info", Said: casework.Wording{Text: "Đề nghị ghi rõ nơi."}}
	if _, err := d.WritePaper(t.Context(), officer, w); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"reception", "inspector", "admin", "chair"} {
		if _, _, err := d.PapersOn(t.Context(), staff(t, d, id), ref); err == nil {
			t.Errorf("%s reads drafts", id)
		}
	}
	w.V = 1
	f := casework.Final{Written: w, Rev: rev(t, d, ref)}
	if _, _, _, err := d.Preview(t.Context(), officer, f); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("an officer signs: %v", err)
	}
	if _, _, f.Seen, err = d.Preview(t.Context(), head, f); err != nil {
		t.Fatal(err)
	}
	if _, p, err := d.SignAndSend(t.Context(), head, f); err != nil || p.Symbol != "01/UBND-PKT" || p.State != casework.PaperSent {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestOfficesFilesAreItsOwnUntilTheyGoOut: the sender sees none that went out with no answer.
func TestOfficesFilesAreItsOwnUntilTheyGoOut(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Feedback)
	f.Category = "roads"
	filed := routed(t, d, f)
	head := staff(t, d, filed.Case.Assignee)
	ref, code := filed.Case.Ref, filed.Code.String()
	for _, id := range []string{"aaaaaaaaaa", "bbbbbbbbbb"} {
		if _, err := d.AttachBy(t.Context(), head, ref, casework.Attachment{ID: id, Key: "k/" + id, Name: id + ".pdf", Size: 7}); err != nil {
			t.Fatal(err)
		}
	}
	sees := func(id string) bool {
		_, _, err := d.FileByCode(t.Context(), code, id, "")
		return err == nil
	}
	if sees("aaaaaaaaaa") || sees("bbbbbbbbbb") {
		t.Error("the sender sees what the office keeps for itself")
	}
	w := written(t, d, head, ref, said(0, "Đã sửa."))
	w.Files = []string{"bbbbbbbbbb"}
	final := casework.Final{Written: w, Rev: rev(t, d, ref)}
	var err error
	if _, _, final.Seen, err = d.Preview(t.Context(), head, final); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.SignAndSend(t.Context(), head, final); err != nil {
		t.Fatal(err)
	}
	if sees("aaaaaaaaaa") || !sees("bbbbbbbbbb") {
		t.Error("the sender sees another file than was sent")
	}
}

// TestADraftIsNoOracleForTheSendersName: whoever works on a denunciation without reading its letter learns nothing by trying names in
// a draft; what he wrote does not go out, for the head who reads the letter is told before he signs.
func TestADraftIsNoOracleForTheSendersName(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Denunciation)
	f.Category = "roads"
	c := routed(t, d, f).Case
	head, verifier := staff(t, d, c.Assignee), staff(t, d, "officer")
	order(t, d, head)(c.ID, "assign", map[string]string{"assignee": verifier.ID})
	if v, err := d.Open(t.Context(), verifier, c.Ref); err != nil || v.Letter.Body != "" {
		t.Fatalf("the verifier reads the letter: %+v, %v", v.Letter, err)
	}
	w := written(t, d, verifier, c.Ref, said(0, "Kính gửi bà "+f.Contact.Name))
	p, err := d.WritePaper(t.Context(), verifier, w)
	if err != nil {
		t.Fatalf("the right name is told from others: %v", err)
	}
	w.V, w.Said.Text = p.V, "Kính gửi bà Nguyễn Thị Khác"
	if p, err = d.WritePaper(t.Context(), verifier, w); err != nil {
		t.Fatalf("another name is told from the right one: %v", err)
	}
	w.V, w.Said.Text = p.V, "Kính gửi bà "+f.Contact.Name
	if p, err = d.WritePaper(t.Context(), verifier, w); err != nil {
		t.Fatal(err)
	}
	final := casework.Final{Written: w, Rev: rev(t, d, c.Ref)}
	final.V = p.V
	if _, _, _, err = d.Preview(t.Context(), head, final); fields(err)["text"] != "error.field.tells" {
		t.Errorf("the head is shown a paper that names the denouncer: %v", err)
	}
	if _, _, err = d.Sign(t.Context(), head, final); fields(err)["text"] != "error.field.tells" {
		t.Errorf("the head signs it: %v", err)
	}
}
