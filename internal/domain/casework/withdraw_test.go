package casework_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// wished files a complaint or denunciation, routes it and asks to withdraw it by the code.
func wished(t *testing.T, kind law.Kind) (d *caseworktest.Desk, id, code string) {
	t.Helper()
	d = caseworktest.New()
	filed := routed(t, d, draft(kind))
	id, code = filed.Case.ID, filed.Code.String()
	if _, err := d.Withdraw(t.Context(), code, casework.Wish{Reason: "Tôi thôi.", Second: phrase}); err != nil {
		t.Fatal(err)
	}
	return d, id, code
}

// signedOff are the facts of a signed withdrawal.
func signedOff(d *caseworktest.Desk, scope, what string) map[string]string {
	return map[string]string{"came": "signed_paper", "dated": d.Clock.In(casework.Vietnam).Format(time.DateOnly), "scope": scope, "what": what}
}

// chairRefused tries the move as the chair, who decides, and returns why it was refused.
func chairRefused(t *testing.T, d *caseworktest.Desk, id, name string, more map[string]string) string {
	t.Helper()
	c := stored(t, d, id)
	err := ordered(t, d, id, "chair "+name, more)
	e, told := errors.AsType[*casework.Error](err)
	if !told || stored(t, d, id).V != c.V {
		t.Fatalf("%s was not refused: %v", name, err)
	}
	for _, key := range e.Fields {
		return key
	}
	return e.Key
}

// TestAWishWithdrawsNothing: Luật Khiếu nại Đ.10, Luật Tố cáo Đ.33.1. The code alone asks; what ends the case is a signed paper,
// from which the limit is counted.
func TestAWishWithdrawsNothing(t *testing.T) {
	for _, kind := range []law.Kind{law.Complaint, law.Denunciation} {
		d, id, _ := wished(t, kind)
		c := stored(t, d, id)
		if told, ok := c.ToldWithdrawal(); c.State != law.Withdrawing || !ok || told.Key != "told.withdrawal.asked."+string(kind) {
			t.Errorf("%s is %s, told %+v", kind, c.State, told)
		}
		if told, ok := (&casework.Case{Kind: kind, State: c.State, Legal: c.Legal, Clocks: c.Clocks[len(c.Clocks)-1:]}).ToldDue(c.ReceivedAt); !ok || told.Key != "told.due.withdrawal.asked" {
			t.Errorf("%s is told %+v", kind, told)
		}
		if key := chairRefused(t, d, id, "discontinue", nil); key != "error.guard.withdrawn_on_paper" {
			t.Errorf("%s: discontinued by a wish: %s", kind, key)
		}
		first, _ := casework.ClockOf(c, law.Withdrawal)
		d.Clock = d.Clock.AddDate(0, 0, 20)
		makeMove(t, d, id, "record_withdrawal")
		c = stored(t, d, id)
		paper, _ := casework.ClockOf(c, law.Withdrawal)
		if !paper.Start.Equal(d.Clock) || !paper.Due.After(first.Due) || !paper.Runs() {
			t.Errorf("%s: %+v after %+v", kind, paper, first)
		}
		if told, ok := c.ToldWithdrawal(); ok {
			t.Errorf("%s, signed, is told %+v", kind, told)
		}
		if key := chairRefused(t, d, id, "record_withdrawal", nil); key != "error.guard.not_withdrawn_on_paper" {
			t.Errorf("%s: withdrawn twice: %s", kind, key)
		}
		if key := chairRefused(t, d, id, "continue", map[string]string{"ground": "not_signed"}); key != "error.field.withdrawal_signed" {
			t.Errorf("%s: goes on as if nothing was signed: %s", kind, key)
		}
		makeMove(t, d, id, "discontinue")
	}
}

// TestAWishThatIsNeverSignedEnds: the case goes on where it stood, and may be withdrawn again.
func TestAWishThatIsNeverSignedEnds(t *testing.T) {
	for _, kind := range []law.Kind{law.Complaint, law.Denunciation} {
		d, id, code := wished(t, kind)
		chair := staff(t, d, "chair")
		order(t, d, chair)(id, "continue", map[string]string{"ground": "not_signed", "reason": "Không đến ký."})
		c := stored(t, d, id)
		if c.State != law.Classifying || c.Legal.Withdrawal != "" || slices.Contains(running(c), law.Withdrawal) {
			t.Errorf("%s is %s, %+v, %v", kind, c.State, c.Legal, running(c))
		}
		if _, err := d.Withdraw(t.Context(), code, casework.Wish{Second: phrase}); err != nil {
			t.Error(err)
		}
	}
}

// TestTheCodeOfADenunciationAloneAsksNothing: a wrong second thing is recorded and counted as at the sender's own data.
func TestTheCodeOfADenunciationAloneAsksNothing(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, draft(law.Denunciation))
	code := filed.Code.String()
	ask := func(second string) error {
		_, err := d.Withdraw(t.Context(), code, casework.Wish{Second: second})
		return err
	}
	if err := ask(""); fields(err)["second"] != "error.field.second_empty" {
		t.Errorf("by the code alone: %v", err)
	}
	for range 5 {
		if err := ask("000000"); fields(err)["second"] != "error.field.second" {
			t.Fatalf("by a wrong one: %v", err)
		}
	}
	if err := ask(phrase); !errors.Is(err, casework.ErrManyTries) {
		t.Errorf("after too many: %v", err)
	}
	f, err := d.Follow(t.Context(), code)
	if err != nil || f.Case.State != law.Assigned || len(f.Refused()) != 5 || len(f.Opened()) != 0 {
		t.Errorf("%s, refused %v, opened %v, %v", f.Case.State, f.Refused(), f.Opened(), err)
	}
	d.Clock = d.Clock.AddDate(0, 0, 1)
	if err := ask(phrase); err != nil {
		t.Error(err)
	}
}

// TestWhatNoLawWantsAPaperForEndsAtTheWish: petitions, feedback and praise.
func TestWhatNoLawWantsAPaperForEndsAtTheWish(t *testing.T) {
	for _, kind := range []law.Kind{law.Petition, law.Feedback, law.Praise} {
		d := caseworktest.New()
		filed := routed(t, d, draft(kind))
		c, err := d.Withdraw(t.Context(), filed.Code.String(), casework.Wish{})
		if err != nil || c.State != law.Withdrawn {
			t.Errorf("%s: %v", kind, err)
		}
		if _, ok := casework.FindMove(c, "record_withdrawal"); ok {
			t.Errorf("%s is withdrawn on paper", kind)
		}
	}
}

// TestASignedWithdrawalNamesItsDayAndScope: the paper is neither of tomorrow nor older than the case, and a part says which.
func TestASignedWithdrawalNamesItsDayAndScope(t *testing.T) {
	d := caseworktest.New()
	id := routed(t, d, draft(law.Complaint)).Case.ID
	received := stored(t, d, id).ReceivedAt
	d.Clock = d.Clock.AddDate(0, 0, 4)
	for name, tc := range map[string]struct{ field, value, key string }{
		"no day":   {"dated", "hôm qua", "error.field.date"},
		"tomorrow": {"dated", d.Clock.In(casework.Vietnam).AddDate(0, 0, 1).Format(time.DateOnly), "error.field.dated_ahead"},
		"older":    {"dated", received.In(casework.Vietnam).AddDate(0, 0, -1).Format(time.DateOnly), "error.field.dated_early"},
		"a part":   {"scope", "in_part", "error.field.withdrawn_what"},
		"somebody": {"scope", "one_of_several", "error.field.withdrawn_what"},
		"no scope": {"scope", "", "error.field.required"},
		"no way":   {"came", "", "error.field.required"},
	} {
		if key := chairRefused(t, d, id, "record_withdrawal", map[string]string{tc.field: tc.value}); key != tc.key {
			t.Errorf("%s: %s", name, key)
		}
	}
	for _, day := range []time.Time{received, d.Clock} {
		at := stored(t, d, id)
		in := signedOff(d, "whole", "")
		in["dated"] = day.In(casework.Vietnam).Format(time.DateOnly)
		order(t, d, staff(t, d, "chair"))(id, "record_withdrawal", in)
		d.Kept.Put(at)
	}
}

// TestPartlyWithdrawnGoesOn: Luật Tố cáo Đ.33.2, Nghị định 155/2026 Đ.7a; also where the whole had been asked for by the code.
func TestPartlyWithdrawnGoesOn(t *testing.T) {
	for scope, event := range map[string]string{"in_part": "part_withdrawn", "one_of_several": "one_withdrawn"} {
		for _, asked := range []bool{false, true} {
			d, id, code := wished(t, law.Denunciation)
			if !asked {
				d = caseworktest.New()
				filed := routed(t, d, draft(law.Denunciation))
				id, code = filed.Case.ID, filed.Code.String()
			}
			chair := staff(t, d, "chair")
			order(t, d, chair)(id, "record_withdrawal", signedOff(d, scope, "Bà Bé rút."))
			c := stored(t, d, id)
			told, ok := c.ToldWithdrawal()
			if c.State.Status() != "assigned" || slices.Contains(running(c), law.Withdrawal) || c.Legal.Withdrawal != "" || !ok || told.Key != "told.withdrawal."+event {
				t.Errorf("%s, asked %t: %s, %v, told %+v", scope, asked, c.State, running(c), told)
			}
			restsSealed(t, c)
			v, err := d.Open(t.Context(), chair, c.Ref)
			if err != nil || !slices.Contains(notes(v), "Bà Bé rút.") {
				t.Errorf("%v, %v", notes(v), err)
			}
			ended := *c
			ended.Lane = law.Lane(law.Closed)
			if told, ok := ended.ToldWithdrawal(); ok {
				t.Errorf("told of a case that is over: %+v", told)
			}
			f, err := d.Follow(t.Context(), code)
			last := f.Timeline[len(f.Timeline)-1]
			if err != nil || last.Event != event || last.Note != "" {
				t.Errorf("the citizen reads %+v, %v", last, err)
			}
		}
	}
}

// TestWhoHasTheCaseRecordsTheWithdrawal: who works on it, and reception where it may; of a denunciation nobody besides who has it.
func TestWhoHasTheCaseRecordsTheWithdrawal(t *testing.T) {
	o := office.New(caseworktest.Commune())
	for kind, want := range map[law.Kind]string{law.Complaint: "reception roadhead", law.Denunciation: "chair"} {
		d := caseworktest.New()
		c := routed(t, d, draft(kind)).Case
		var got []string
		for _, who := range everybody() {
			if slices.ContainsFunc(casework.Offers(o, who, c, d.Clock), func(m law.Move) bool { return m.Name == "record_withdrawal" }) {
				got = append(got, who.ID)
			}
		}
		slices.Sort(got)
		for id := range strings.FieldsSeq(want) {
			if !slices.Contains(got, id) {
				t.Errorf("%s: not by %s, but by %v", kind, id, got)
			}
		}
		if slices.Contains(got, "inspector") || slices.Contains(got, "admin") || kind.Secret() && slices.Contains(got, "reception") {
			t.Errorf("%s: by %v", kind, got)
		}
	}
}

// bell keeps the notices that are written.
type bell struct {
	casework.Notices
	kept []*casework.Notice
}

func (b *bell) AddNotices(_ context.Context, ns ...*casework.Notice) error {
	b.kept = append(b.kept, ns...)
	return nil
}

// TestForcedToWithdraw: Luật Tố cáo Đ.33.3. His word stops the end until somebody looked into it, and is told to the readers and
// to nobody who holds the code.
func TestForcedToWithdraw(t *testing.T) {
	for _, kind := range []law.Kind{law.Complaint, law.Denunciation} {
		d, id, code := wished(t, kind)
		makeMove(t, d, id, "record_withdrawal")
		before, err := d.Follow(t.Context(), code)
		if err != nil || !before.Case.MaySayForced() {
			t.Fatal(err)
		}
		first, err := d.Hold(t.Context(), code)
		if err != nil {
			t.Fatal(err)
		}
		rev := stored(t, d, id).Rev()
		if _, err := d.WriteForced(t.Context(), code, ""); err != nil {
			t.Fatal(err)
		}
		c := stored(t, d, id)
		warned := c.History[len(c.History)-1]
		if !c.SaidForced() || warned.Data["step"] != law.SaidForced || !slices.Contains(strings.Split(warned.Data["to"], ","), c.Assignee) {
			t.Errorf("%s: %v, %+v", kind, c.Flags, warned)
		}
		rung := &bell{}
		d.Notices = rung
		if errs := d.Notify(t.Context(), casework.Warning{Case: id, Seq: warned.Seq}); errs[0] != nil {
			t.Error(errs)
		}
		if !slices.ContainsFunc(rung.kept, func(n *casework.Notice) bool { return n.Staff == c.Assignee && n.Step == law.SaidForced }) {
			t.Errorf("%s: %+v", kind, rung.kept)
		}
		after, err := d.Follow(t.Context(), code)
		if err != nil || len(after.Timeline) != len(before.Timeline) || len(after.Messages) != 0 {
			t.Errorf("%s: whoever holds the code reads %+v, %v", kind, after.Timeline, err)
		}
		if held, err := d.Hold(t.Context(), code); err != nil || len(held.Events) != len(first.Events) {
			t.Errorf("%s: whoever holds the code gets %+v, %v", kind, held.Events, err)
		}
		if again, err := d.WriteForced(t.Context(), code, ""); err != nil || len(again.History) != len(c.History) || again.Rev() != rev {
			t.Errorf("%s: said again without a word: %v, revision %d after %d", kind, err, again.Rev(), rev)
		}
		if key := chairRefused(t, d, id, "discontinue", nil); key != "error.guard.not_forced" {
			t.Errorf("%s: discontinued under threat: %s", kind, key)
		}
		at := stored(t, d, id)
		order(t, d, staff(t, d, "chair"))(id, "continue", map[string]string{"ground": "coerced", "reason": "Bị ép."})
		if c := stored(t, d, id); c.SaidForced() || c.State != law.Classifying {
			t.Errorf("%s: goes on as %s, flagged %v", kind, c.State, c.Flags)
		}
		d.Kept.Put(at)
		makeMove(t, d, id, "check_forced")
		if key := chairRefused(t, d, id, "check_forced", nil); key != "error.guard.said_forced" {
			t.Errorf("%s: looked into what nobody says: %s", kind, key)
		}
		makeMove(t, d, id, "discontinue")
	}
}

// TestWhoHoldsTheCodeDoesNotHoldUpTheEnd: a tick without a word stops the end once, and words a few times; a paper that is signed
// after that is another withdrawal.
func TestWhoHoldsTheCodeDoesNotHoldUpTheEnd(t *testing.T) {
	d, id, code := wished(t, law.Denunciation)
	say := func(words string) (flagged bool) {
		_, err := d.WriteForced(t.Context(), code, words)
		wantOK(t, err)
		return stored(t, d, id).SaidForced()
	}
	if !say("") {
		t.Fatal("the first tick does not count")
	}
	makeMove(t, d, id, "check_forced")
	if before := len(stored(t, d, id).History); say("") || len(stored(t, d, id).History) != before {
		t.Error("a tick without a word stops the end again after the check")
	}
	for range 2 {
		if !say("Họ lại đến nhà.") {
			t.Fatal("new words do not count")
		}
		makeMove(t, d, id, "check_forced")
	}
	if said := len(stored(t, d, id).Messages); say("Họ lại đến nhà.") || len(stored(t, d, id).Messages) != said+1 {
		t.Error("looked into three times, it stops the end again, or its words are lost")
	}
	makeMove(t, d, id, "record_withdrawal")
	if !say("") {
		t.Error("a tick after a paper was signed does not count")
	}
	makeMove(t, d, id, "check_forced")
	makeMove(t, d, id, "discontinue")
}

// TestForcedAfterTheEnd: the sender may say so until the words are erased, which is counted from the end all the same; the case is
// then taken up again.
func TestForcedAfterTheEnd(t *testing.T) {
	for _, kind := range []law.Kind{law.Complaint, law.Denunciation} {
		d, id, code := wished(t, kind)
		for _, name := range []string{"record_withdrawal", "discontinue", "notify_end"} {
			makeMove(t, d, id, name)
		}
		closed := stored(t, d, id)
		kept, _ := closed.KeptUntil()
		if key := chairRefused(t, d, id, "reconsider", nil); key != "error.guard.said_forced" {
			t.Errorf("%s: taken up again for nothing: %s", kind, key)
		}
		d.Clock = d.Clock.AddDate(1, 0, 0)
		if _, err := d.WriteForced(t.Context(), code, "Tôi đã bị ép."); err != nil {
			t.Fatal(err)
		}
		said := stored(t, d, id)
		if until, ok := said.KeptUntil(); !ok || !until.Equal(kept) || said.Lane != closed.Lane || len(said.Messages) != 1 {
			t.Errorf("%s: kept until %v, was %v", kind, until, kept)
		}
		makeMove(t, d, id, "check_forced")
		if until, _ := stored(t, d, id).KeptUntil(); !until.Equal(kept) {
			t.Errorf("%s, looked into: kept until %v, was %v", kind, until, kept)
		}
		d.Kept.Put(said)
		makeMove(t, d, id, "reconsider")
		c := stored(t, d, id)
		if _, ended := c.KeptUntil(); ended || c.State != law.Classifying || c.SaidForced() || c.Legal.Withdrawal != "" || !slices.Contains(running(c), law.Acceptance) {
			t.Errorf("%s is %s with %v, flagged %v", kind, c.State, running(c), c.Flags)
		}
		if _, err := d.WriteForced(t.Context(), code, ""); casework.CodeOf(err) != casework.Conflict {
			t.Errorf("%s: said of what nobody withdraws: %v", kind, err)
		}
		d.Kept.Put(said)
		d.Clock = kept
		if did, err := d.Erase(t.Context(), id); err != nil || !did {
			t.Fatal(did, err)
		}
		for _, write := range []func() error{
			func() error { _, err := d.Write(t.Context(), code, "x"); return err },
			func() error { _, err := d.WriteForced(t.Context(), code, "x"); return err },
		} {
			if err := write(); casework.CodeOf(err) != casework.Conflict {
				t.Errorf("%s: written after the words were erased: %v", kind, err)
			}
		}
	}
}

// TestHeadingSaysWhatIsSo: a withdrawal under consideration is no withdrawal.
func TestHeadingSaysWhatIsSo(t *testing.T) {
	for state, want := range map[law.State]string{
		law.Withdrawing: "status.withdrawing", law.Discontinued: "status.discontinued", law.Withdrawn: "status.withdrawn", law.Review: "status.in_progress",
	} {
		if got := (&casework.Case{State: state}).ToldStatus(); got != want {
			t.Errorf("%s: %s", state, got)
		}
	}
}

// meddled lets something happen to a case after it was read for the first time.
type meddled struct {
	casework.Cases
	then func()
}

func (m *meddled) Get(ctx context.Context, id string) (*casework.Case, error) {
	c, err := m.Cases.Get(ctx, id)
	if do := m.then; do != nil {
		m.then = nil
		do()
	}
	return c, err
}

// TestNothingSlipsPastTheSecondThing: a complaint that is found to be a denunciation while its sender asks, and tries that run
// out meanwhile.
func TestNothingSlipsPastTheSecondThing(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, draft(law.Complaint))
	d.Cases = &meddled{Cases: d.Cases, then: func() {
		order(t, d, staff(t, d, filed.Case.Assignee))(filed.Case.ID, "reclassify", map[string]string{"kind": "denunciation", "reason": "x"})
	}}
	if _, err := d.Withdraw(t.Context(), filed.Code.String(), casework.Wish{Second: "000000"}); fields(err)["second"] == "" {
		t.Errorf("found to be a denunciation meanwhile: %v", err)
	}
	d = caseworktest.New()
	filed = routed(t, d, draft(law.Denunciation))
	tries := func() {
		for range 5 {
			_, _ = d.HoldWhole(t.Context(), filed.Code.String(), "000000") // wrong on purpose
		}
	}
	m := &meddled{Cases: d.Cases}
	m.then = func() { m.then = func() { m.then = tries } } // after what was typed is compared
	d.Cases = m
	if _, err := d.Withdraw(t.Context(), filed.Code.String(), casework.Wish{Second: phrase}); !errors.Is(err, casework.ErrManyTries) {
		t.Errorf("tried out meanwhile: %v", err)
	}
}

// TestWhatEndedOtherwiseTakesNoWord: a complaint that was being withdrawn and went to court is closed by that.
func TestWhatEndedOtherwiseTakesNoWord(t *testing.T) {
	d, id, code := wished(t, law.Complaint)
	makeMove(t, d, id, "litigate")
	makeMove(t, d, id, "close")
	if _, err := d.WriteForced(t.Context(), code, ""); casework.CodeOf(err) != casework.Conflict || err == nil || stored(t, d, id).TakesWords() {
		t.Errorf("%v", err)
	}
}
