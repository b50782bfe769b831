package casework_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// clearly is a filing that names whom it is about.
func clearly(kind law.Kind) casework.Draft {
	f := draft(kind)
	f.About = "Đỗ Văn Máy"
	return f
}

func splitting(kinds string, more ...string) map[string]string {
	out := map[string]string{
		"kinds": kinds, "reason": "Hai nội dung.", "feedback_subject": "Đường hỏng", "feedback_text": "Đường trước chợ hỏng.",
	}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// partOf finds the part of the kind by the citizen's code.
func partOf(t *testing.T, d *caseworktest.Desk, code string, kind law.Kind) *casework.Case {
	t.Helper()
	f, err := d.Follow(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range f.Parts {
		if p.Kind == kind {
			part, err := d.Follow(t.Context(), p.Code.String())
			if err != nil {
				t.Fatal(err)
			}
			return part.Case
		}
	}
	t.Fatalf("no part is a %s", kind)
	return nil
}

// TestPartsCarryOnlyWhatWasMarked: nothing of the letter is copied unmarked, and the sender of a letter without denunciation
// follows his parts as before.
func TestPartsCarryOnlyWhatWasMarked(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, draft(law.Complaint))
	order(t, d, staff(t, d, "roadhead"))(filed.Case.ID, "split",
		splitting("feedback,complaint", "complaint_subject", "Thu hồi đất", "complaint_text", "Tôi khiếu nại quyết định."))
	whole := stored(t, d, filed.Case.ID)
	part := partOf(t, d, filed.Code.String(), law.Feedback)
	if whole.State != law.Split || whole.Promised != nil || part.Subject != "Đường hỏng" || part.Body != "Đường trước chợ hỏng." || part.Legal.Whole != whole.Ref {
		t.Errorf("%s %+v, of %s", part.Subject, part.Legal, whole.State)
	}
	if part.Guarded() || len(part.Contact) == 0 || !part.ReceivedAt.Equal(whole.ReceivedAt) {
		t.Errorf("the sender or the day of receipt is lost: %+v", part)
	}
}

// TestPartOfALetterWithADenunciationHasASealedSender: the letter itself is the denunciation and keeps words and files; the
// other parts have no sender but the sealed one, go where the letter lay and not into everybody's queue, and everybody it is
// about is kept from them.
func TestPartOfALetterWithADenunciationHasASealedSender(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Feedback)
	f.About = "Phạm Thị Việc"
	filed := routed(t, d, f)
	order(t, d, staff(t, d, "roadhead"))(filed.Case.ID, "split",
		splitting("feedback,denunciation,petition", "petition_subject", "Xin sửa", "petition_text", "Xin sửa đường."))
	for _, kind := range []law.Kind{law.Feedback, law.Petition} { // a petition is about nobody, but for this
		if p := partOf(t, d, filed.Code.String(), kind); !slices.Equal(p.About, []string{"officer"}) || !slices.Equal(p.Told, p.About) {
			t.Errorf("the %s is kept from %v, for good from %v", kind, p.About, p.Told)
		}
	}
	whole := stored(t, d, filed.Case.ID)
	part := partOf(t, d, filed.Code.String(), law.Feedback)
	if whole.Kind != law.Denunciation || whole.State != law.Classifying || !slices.Equal(whole.Legal.Parts, []law.Kind{law.Petition, law.Feedback}) && !slices.Equal(whole.Legal.Parts, []law.Kind{law.Feedback, law.Petition}) {
		t.Errorf("the whole is a %s in %s with %v", whole.Kind, whole.State, whole.Legal.Parts)
	}
	restsSealed(t, whole)
	if !part.Guarded() || len(part.Contact) > 0 || part.Masked != "" || part.Anonymous || part.Category != "roads" || !slices.Equal(part.About, whole.About) || len(part.About) == 0 {
		t.Errorf("the part tells: %+v", part)
	}
	if errs := d.Route(t.Context(), part.ID); errors.Join(errs...) != nil {
		t.Fatal(errs)
	}
	for _, who := range everybody() {
		if _, err := d.ShowContact(t.Context(), who, part.Ref); err == nil {
			t.Errorf("%s is shown the sender", who.ID)
		}
	}
	if held, err := d.Hold(t.Context(), code(t, d, filed, law.Feedback)); err != nil || held.Contact.Name != "***" || held.Contact.Phone != "***" {
		t.Errorf("the code of a part opens the seal: %+v, %v", held, err)
	}
	opensByTwo(t, d, part)
	order(t, d, staff(t, d, stored(t, d, part.ID).Assignee))(part.ID, "reclassify", map[string]string{"kind": "denunciation", "reason": "x"})
	if now := stored(t, d, part.ID); now.SealedSender != part.SealedSender {
		t.Error("a part that is found to be a denunciation loses its sender")
	}
}

func code(t *testing.T, d *caseworktest.Desk, filed casework.Filed, kind law.Kind) string {
	t.Helper()
	f, err := d.Follow(t.Context(), filed.Code.String())
	if err != nil {
		t.Fatal(err)
	}
	return f.Parts[slices.IndexFunc(f.Parts, func(p casework.Part) bool { return p.Kind == kind })].Code.String()
}

// opensByTwo: the sealed sender of a part is shown to who works on it, when a second person said yes.
func opensByTwo(t *testing.T, d *caseworktest.Desk, part *casework.Case) {
	t.Helper()
	triage(t, d, part)
	head := staff(t, d, stored(t, d, part.ID).Assignee)
	a, err := d.AskIdentity(t.Context(), head, part.Ref, "Cần gặp người gửi.")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.ShowIdentity(t.Context(), head, a.ID, nil); err == nil {
		t.Error("shown without a second person")
	}
	if _, err := d.ApproveIdentity(t.Context(), staff(t, d, "inspector"), a.ID); err != nil {
		t.Fatal(err)
	}
	if who, err := d.ShowIdentity(t.Context(), head, a.ID, nil); err != nil || who.Name != "Võ Thị Bé" {
		t.Errorf("%+v, %v", who, err)
	}
}

// triage gives a case that waits in the queue to the head of roads.
func triage(t *testing.T, d *caseworktest.Desk, c *casework.Case) {
	t.Helper()
	if now := stored(t, d, c.ID); now.State == law.Triage {
		order(t, d, staff(t, d, "reception"))(c.ID, "assign", map[string]string{"unit": "roads", "assignee": "roadhead"})
	}
}

func TestPassageThatTellsTheSenderIsRefused(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, draft(law.Feedback))
	c := filed.Case
	for field, args := range map[string]map[string]string{
		"feedback_text":    splitting("feedback,denunciation", "feedback_text", "Gọi tôi số 0905 123 456."),
		"feedback_subject": splitting("feedback,denunciation", "feedback_subject", "Đơn của VO THI BE"),
		"kinds":            splitting("feedback"),
		"petition_text":    splitting("feedback,petition", "petition_subject", "x"),
	} {
		_, err := d.Move(t.Context(), staff(t, d, "roadhead"), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "split", Args: args})
		if fields(err)[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	args := splitting("petition,denunciation", "petition_subject", "x", "petition_text", "y")
	_, err := d.Move(t.Context(), staff(t, d, "roadhead"), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "split", Args: args})
	if fields(err)["kinds"] != "error.field.kinds_passage" {
		t.Errorf("a passage of a kind that was not chosen: %v", err)
	}
}

// TestSplitIsAPromise: a stale write leaves no part; a crash after the write loses none; filing them twice makes none twice.
func TestSplitIsAPromise(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, draft(law.Complaint))
	args := splitting("feedback,denunciation,petition", "petition_subject", "Xin sửa", "petition_text", "Xin sửa đường.")
	d.Kept.BeforeReplace = func() {
		d.Kept.BeforeReplace = nil
		order(t, d, staff(t, d, "reception"))(filed.Case.ID, "register", nil)
	}
	c := filed.Case
	_, err := d.Move(t.Context(), staff(t, d, "roadhead"), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "split", Args: args})
	if casework.CodeOf(err) != casework.Conflict || d.Kept.Len() != 1 {
		t.Fatalf("%v, and %d cases", err, d.Kept.Len())
	}
	writes := 0
	crash := errors.New("the program stops")
	d.Kept.FailInsert = func() error { writes++; return crash }
	order(t, d, staff(t, d, "roadhead"))(c.ID, "split", args)
	whole := stored(t, d, c.ID)
	if writes != 1 || d.Kept.Len() != 1 || len(whole.Promised) == 0 || len(whole.Legal.Parts) != 2 {
		t.Fatalf("%d writes tried, %d cases, %v", writes, d.Kept.Len(), whole.Legal.Parts)
	}
	for _, plain := range []string{"Xin sửa", "Đường trước chợ hỏng."} {
		if strings.Contains(string(whole.Promised), plain) {
			t.Error("the passages rest in the clear")
		}
	}
	tries := 0
	d.Kept.FailInsert = func() error { // between the parts
		if tries++; tries == 2 {
			return crash
		}
		return nil
	}
	if err := d.Fulfil(t.Context(), c.ID); !errors.Is(err, crash) || d.Kept.Len() != 2 {
		t.Fatalf("%v, %d cases", err, d.Kept.Len())
	}
	d.Kept.FailInsert = nil
	for range 3 {
		d.Clock = d.Clock.Add(time.Hour)
		if err := d.Fulfil(t.Context(), c.ID); err != nil || d.Kept.Len() != 3 {
			t.Fatalf("%v, %d cases", err, d.Kept.Len())
		}
	}
	filedOnce := 0
	for _, e := range stored(t, d, c.ID).History {
		if e.What == "parts_filed" {
			filedOnce++
		}
	}
	if now := stored(t, d, c.ID); filedOnce != 1 || now.Promised != nil || errorsOf(now) != nil {
		t.Errorf("told %d times, promised %d bytes, %v", filedOnce, len(now.Promised), errorsOf(now))
	}
}

// TestLetterLeavesTheSealByTwoPersons: until a second one says yes nothing changes; then the words are plain for the desk of the
// new kind, the sender stays sealed, and the citizen reads it.
func TestLetterLeavesTheSealByTwoPersons(t *testing.T) {
	for name, sender := range map[string]bool{"the words": false, "the sender too": true} {
		t.Run(name, func(t *testing.T) {
			d := caseworktest.New()
			filed := routed(t, d, clearly(law.Denunciation))
			id, head := filed.Case.ID, staff(t, d, filed.Case.Assignee)
			order(t, d, head)(id, "reclassify", map[string]string{"kind": "complaint", "ground": "not_denunciation", "sender": "yes", "reason": "Không phải tố cáo."})
			c := stored(t, d, id)
			if c.Kind != law.Denunciation || c.State != filed.Case.State || c.Subject != "" || c.Rev() != filed.Case.Rev() {
				t.Fatalf("one person made it a %s in %s", c.Kind, c.State)
			}
			as, _, err := d.AccessList(t.Context(), head, casework.IdentityOpened, "")
			if err != nil || len(as) != 1 || as[0].Move != "reclassify" || as[0].Why != "Không phải tố cáo." {
				t.Fatalf("%+v, %v", as, err)
			}
			for _, who := range []string{"roadhead", "officer", "reception", "centrehead", "admin"} {
				if _, err := d.ApproveOpening(t.Context(), staff(t, d, who), as[0].ID, sender); err == nil {
					t.Fatalf("%s is the second person", who)
				}
			}
			if a := approve(t, d, sender); a.Approved != "inspector" || a.Sender != sender {
				t.Errorf("%+v", a)
			}
			opened(t, d, id, filed.Code.String(), sender)
			if a, err := d.ApproveOpening(t.Context(), staff(t, d, "inspector"), as[0].ID, sender); err != nil || a.Sender != sender {
				t.Errorf("approved again: %+v, %v", a, err)
			}
			if sender {
				if _, err := d.ApproveOpening(t.Context(), staff(t, d, "inspector"), as[0].ID, false); err == nil {
					t.Error("another answer than the first is taken as the same")
				}
			}
			if _, err := d.ShowIdentity(t.Context(), head, as[0].ID, nil); err == nil {
				t.Error("the request for the words shows the sender")
			}
		})
	}
}

// opened checks a letter that left the seal.
func opened(t *testing.T, d *caseworktest.Desk, id, code string, sender bool) {
	t.Helper()
	c := stored(t, d, id)
	if c.Kind != law.Complaint || c.State != law.Classifying || c.Subject != "Đường hỏng" || len(c.Terms) == 0 || c.Guarded() == sender || (len(c.Contact) > 0) != sender {
		t.Fatalf("%s in %s, guarded %t, contact %d bytes", c.Kind, c.State, c.Guarded(), len(c.Contact))
	}
	if err := errorsOf(c); err != nil || d.CheckSealed(t.Context(), c) != nil {
		t.Error(err)
	}
	_, err := d.ShowContact(t.Context(), staff(t, d, c.Assignee), c.Ref)
	if (err == nil) != sender {
		t.Errorf("the sender is shown: %v", err)
	}
	f, err := d.Follow(t.Context(), code)
	want := map[bool]string{true: "sender_opened", false: "letter_opened"}[sender]
	if i := slices.IndexFunc(f.Timeline, func(s casework.Step) bool { return s.Event == want }); err != nil || i < 0 || f.Timeline[i].Ground != "not_denunciation" {
		t.Errorf("the citizen reads %+v, %v", f.Timeline, err)
	}
	for _, e := range c.History {
		if e.What == "reclassified" && (e.Actor != history.ByStaff("inspector") || e.Data["asked_by"] != c.Assignee || e.Data["access"] == "") {
			t.Errorf("the history tells %+v", e)
		}
	}
}

// TestSealedSenderStaysWhenALetterComesAndGoes: away from the seal and back into it, the sender is opened to nobody.
func TestSealedSenderStaysWhenALetterComesAndGoes(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, clearly(law.Denunciation))
	id := filed.Case.ID
	for range 2 {
		head := staff(t, d, stored(t, d, id).Assignee)
		order(t, d, head)(id, "reclassify", map[string]string{"kind": "complaint", "ground": "sender_wishes", "reason": "x"})
		approve(t, d, true)
		d.Clock = d.Clock.Add(time.Hour)
		if c := stored(t, d, id); c.Kind != law.Complaint || !c.Guarded() {
			t.Fatalf("%s, guarded %t", c.Kind, c.Guarded())
		}
		order(t, d, head)(id, "reclassify", map[string]string{"kind": "denunciation", "reason": "x"})
		restsSealed(t, stored(t, d, id))
		d.Clock = d.Clock.Add(time.Hour)
	}
	held, err := d.Hold(t.Context(), filed.Code.String())
	if err != nil || !held.Masked || held.Letter.Subject != "Đường hỏng" {
		t.Errorf("%+v, %v", held, err)
	}
	if err := d.CheckSealed(t.Context(), stored(t, d, id)); err != nil {
		t.Error(err)
	}
}

// TestSealedLetterIsSplitByTwoPersons, and the part that stays behind goes on.
func TestSealedLetterIsSplitByTwoPersons(t *testing.T) {
	d := caseworktest.New()
	f := clearly(law.Denunciation)
	f.Unit = "roads"
	filed := routed(t, d, f)
	id := filed.Case.ID
	if _, err := d.Move(t.Context(), staff(t, d, filed.Case.Assignee), casework.Order{
		Ref: filed.Case.Ref, Rev: filed.Case.Rev(), Move: "split",
		Args: splitting("feedback,petition", "petition_subject", "x", "petition_text", "y"),
	}); fields(err)["kinds"] == "" {
		t.Errorf("split without the denunciation: %v", err)
	}
	order(t, d, staff(t, d, filed.Case.Assignee))(id, "split", splitting("denunciation,feedback"))
	if d.Kept.Len() != 1 || len(stored(t, d, id).Legal.Parts) > 0 {
		t.Fatal("one person took a passage out of the seal")
	}
	approve(t, d, false)
	part := partOf(t, d, filed.Code.String(), law.Feedback)
	if whole := stored(t, d, id); whole.State != law.Classifying || !part.Guarded() || part.Body != "Đường trước chợ hỏng." || len(part.Contact) > 0 || part.Category+part.Wanted != "" {
		t.Errorf("%s; part %+v", whole.State, part)
	}
	restsSealed(t, stored(t, d, id))
	head := staff(t, d, filed.Case.Assignee)
	c := stored(t, d, id)
	if _, err := d.Move(t.Context(), head, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "split", Args: splitting("denunciation,feedback")}); fields(err)["kinds"] != "error.field.kinds_again" {
		t.Errorf("a second part of the same kind: %v", err)
	}
}

// TestApprovalSurvivesACrash: the case is written first; who lists finds the approval, and who approves again is answered as the
// first time, once he says the same.
func TestApprovalSurvivesACrash(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, clearly(law.Denunciation))
	order(t, d, staff(t, d, filed.Case.Assignee))(filed.Case.ID, "reclassify", map[string]string{"kind": "feedback", "ground": "not_denunciation", "reason": "x"})
	kept := d.Accesses.(*caseworktest.Accesses)
	kept.FailSet = errors.New("the program stops")
	who := staff(t, d, "inspector")
	as, _, err := d.AccessList(t.Context(), who, casework.IdentityOpened, "")
	if err != nil || len(as) != 1 {
		t.Fatal(as, err)
	}
	if _, err := d.ApproveOpening(t.Context(), who, as[0].ID, false); err == nil {
		t.Fatal("the crash was not noticed")
	}
	kept.FailSet = nil
	if c := stored(t, d, filed.Case.ID); c.Kind != law.Feedback {
		t.Fatalf("a %s", c.Kind)
	}
	if as, _, err = d.AccessList(t.Context(), who, casework.IdentityOpened, ""); err != nil || as[0].Approved != "inspector" {
		t.Errorf("the list tells %+v, %v", as[0], err)
	}
	entries := len(stored(t, d, filed.Case.ID).History)
	for range 2 { // the second time everything is noted
		a, err := d.ApproveOpening(t.Context(), who, as[0].ID, false)
		if err != nil || a.Approved != "inspector" || a.Sender || a.Order != nil {
			t.Errorf("approved again: %+v, %v", a, err)
		}
	}
	if got := len(stored(t, d, filed.Case.ID).History); got != entries {
		t.Errorf("carried out again: %d entries, then %d", entries, got)
	}
	if kept, err := d.Accesses.GetAccess(t.Context(), as[0].ID); err != nil || kept.Approved != "inspector" || kept.Order != nil {
		t.Errorf("kept %+v, %v", kept, err)
	}
	_, err = d.ApproveOpening(t.Context(), staff(t, d, filed.Case.Assignee), as[0].ID, false)
	if err == nil {
		t.Error("another person's word counts as his")
	}
}

// TestSenderIsKeptWhileAPartLeansOnHim: a denunciation that was put away is not erased before the complaint that came of it.
func TestSenderIsKeptWhileAPartLeansOnHim(t *testing.T) {
	d := caseworktest.New()
	f := clearly(law.Denunciation)
	filed := routed(t, d, f)
	id, head := filed.Case.ID, staff(t, d, filed.Case.Assignee)
	order(t, d, head)(id, "split", splitting("denunciation,complaint", "complaint_subject", "Đất", "complaint_text", "Khiếu nại.", "feedback_subject", "", "feedback_text", ""))
	approve(t, d, false)
	order(t, d, head)(id, "find_ineligible", map[string]string{"ground": "duplicate", "reason": "x"})
	order(t, d, head)(id, "file", map[string]string{"reason": "x"})
	d.Clock = d.Clock.AddDate(2, 0, 0)
	if did, err := d.Erase(t.Context(), id); did || err != nil {
		t.Errorf("erased %t, %v", did, err)
	}
	part := partOf(t, d, filed.Code.String(), law.Complaint)
	if err := errors.Join(d.Route(t.Context(), part.ID)...); err != nil {
		t.Fatal(err)
	}
	triage(t, d, part)
	order(t, d, staff(t, d, "chair"))(part.ID, "refuse", map[string]string{"reason": "x"})
	d.Clock = d.Clock.AddDate(16, 0, 0)
	for _, one := range []string{part.ID, id} {
		if did, err := d.Erase(t.Context(), one); !did || err != nil {
			t.Errorf("%s erased %t, %v", one, did, err)
		}
	}
}
