package casework_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// TestNoOnePersonLetsInWhomTheLetterNames: naming others, or nobody of this office, and giving the case away afterwards leave
// whoever the letter itself names outside, and without a say in opening the denouncer.
func TestNoOnePersonLetsInWhomTheLetterNames(t *testing.T) {
	for _, tc := range []struct {
		about, named string
		naming       map[string]string
		accused      []string
	}{
		{"Đoàn Quốc Khải", "chu-tich-tp", map[string]string{"outside": "yes"}, []string{"chu-tich"}},
		{"Đoàn Quốc Khải và Trịnh Hoài Phương", "tiep-nhan-tp", map[string]string{"people": "dia-chinh"}, []string{"chu-tich", "chu-tich-tp"}},
		{"Nguyễn Tấn Bốn", "chu-tich", map[string]string{"people": "chi-huy-truong"}, []string{"thanh-tra"}},
		{"Dương Văn Quyết", "chu-tich", map[string]string{"people": "chi-huy-truong"}, []string{"dia-chinh"}},
		{"Chánh Văn phòng", "chu-tich", map[string]string{"outside": "yes"}, []string{"chanh-van-phong"}},
	} {
		d := demoDesk()
		c := denounced(t, d, tc.about, "Nhận tiền.", casework.Chosen{})
		if got := readers(t, d, c); !slices.Equal(got, []string{tc.named}) {
			t.Fatalf("%s: read by %v", tc.about, got)
		}
		naming := map[string]string{"reason": "nhầm"}
		maps.Copy(naming, tc.naming)
		order(t, d, staff(t, d, tc.named))(c.ID, "name_accused", naming)
		for _, assign := range []map[string]string{{"unit": "ubnd-xa"}, {"assignee": tc.accused[0]}} {
			now := stored(t, d, c.ID)
			_, _ = d.Move(t.Context(), staff(t, d, tc.named), casework.Order{Ref: c.Ref, Rev: now.Rev(), Move: "assign", Args: assign}) // refused or not
		}
		o, _ := d.Offices.Office(t.Context())
		for _, id := range tc.accused {
			now := stored(t, d, c.ID)
			if slices.Contains(readers(t, d, now), id) || o.May(staff(t, d, id), office.ApproveIdentity, now.File(), d.Clock) || !slices.Contains(now.About, id) {
				t.Errorf("%s: %s was let in; it is about %v, with %s", tc.about, id, now.About, now.Unit)
			}
		}
	}
}

// TestGivingADenunciationAwayBringsInNoOtherHead: who verifies it gets no more than that, and his own head nothing.
func TestGivingADenunciationAwayBringsInNoOtherHead(t *testing.T) {
	for _, tc := range []struct {
		about  string
		assign map[string]string
		ok     bool
		want   string
	}{
		{"Dương Văn Quyết", map[string]string{"assignee": "ho-tich"}, true, "chu-tich ho-tich"},
		{"Dương Văn Quyết", map[string]string{"unit": "phong-kinh-te", "assignee": "chi-huy-truong"}, false, "chu-tich"},
		{"Hồ Tấn Lực", map[string]string{"unit": "phong-kinh-te", "assignee": "ho-tich"}, false, "chu-tich"},
		{"Hồ Tấn Lực", map[string]string{"unit": "phong-kinh-te"}, false, "chu-tich"},
		{"Dương Văn Quyết", map[string]string{"unit": "ban-chqs"}, true, "chi-huy-truong"},
		{"Ngô Thị Bích Liên", map[string]string{"assignee": "nguoi-co-cong"}, false, "chu-tich"}, // who stands in for their head now
	} {
		d := demoDesk()
		c := denounced(t, d, tc.about, "Nhận tiền.", casework.Chosen{})
		_, err := d.Move(t.Context(), staff(t, d, "chu-tich"), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "assign", Args: tc.assign})
		got := readers(t, d, c)
		slices.Sort(got)
		if (err == nil) != tc.ok || strings.Join(got, " ") != tc.want {
			t.Errorf("%s %v: %v, read by %v, want %s", tc.about, tc.assign, err, got, tc.want)
		}
	}
}

// TestWordsOfADenouncerStaySealedWithHim: of a letter that leaves the seal without its sender, what he wrote since tells him.
func TestWordsOfADenouncerStaySealedWithHim(t *testing.T) {
	for sender, want := range map[bool]int{false: 0, true: 1} {
		d := caseworktest.New()
		filed := routed(t, d, clearly(law.Denunciation))
		id, head, code := filed.Case.ID, staff(t, d, filed.Case.Assignee), filed.Code.String()
		if _, err := d.Write(t.Context(), code, "Tôi là Võ Thị Bé, 0905123456."); err != nil {
			t.Fatal(err)
		}
		order(t, d, head)(id, "reclassify", map[string]string{"kind": "complaint", "ground": "not_denunciation", "sender": "yes", "reason": "x"})
		approve(t, d, sender)
		v, err := d.Open(t.Context(), staff(t, d, "reception"), filed.Case.Ref)
		if err != nil || len(v.Messages) != want {
			t.Errorf("sender %v: reception reads %+v, %v", sender, v.Messages, err)
		}
		if f, err := d.Follow(t.Context(), code); err != nil || len(f.Messages) != 1 || !strings.Contains(f.Messages[0].Text, "Võ Thị Bé") {
			t.Errorf("sender %v: he himself reads %+v, %v", sender, f.Messages, err)
		}
	}
}

// TestAnotherKindLetsNobodyIntoAClosedLine: a denunciation that names nobody clearly is given another kind by two persons, and
// back; whoever belongs to a unit that it may be about reads nothing of it, until somebody outside said whom it is about.
func TestAnotherKindLetsNobodyIntoAClosedLine(t *testing.T) {
	for _, tc := range []struct{ about, body string }{
		{"lãnh đạo xã", "Tôi tố cáo lãnh đạo xã nhận tiền."}, // a whole line
		{"", "Ông Lực nhận tiền."},                           // who may be meant
	} {
		for _, kind := range law.SplitInto() {
			d := demoDesk()
			c := denounced(t, d, tc.about, tc.body, casework.Chosen{})
			o, _ := d.Offices.Office(t.Context())
			was := c.File()
			if !c.Unclear() {
				t.Fatalf("%s is clear: %v", tc.about+tc.body, c.About)
			}
			order(t, d, staff(t, d, c.Assignee))(c.ID, "reclassify", map[string]string{"kind": string(kind), "ground": "not_denunciation", "reason": "x"})
			approveBy(t, d, "thanh-tra", c)
			inLine := func(who office.Staff) bool {
				return o.Barred(who, was, d.Clock) && (len(was.Suspects) == 0 || slices.Contains(o.LinesOf(was.Suspects), who.Unit))
			}
			closed := func() {
				t.Helper()
				c = stored(t, d, c.ID)
				if len(readers(t, d, c)) == 0 {
					t.Errorf("%s: nobody reads the %s", tc.about+tc.body, c.Kind)
				}
				for _, who := range o.AllStaff() {
					if !inLine(who) {
						continue
					}
					for _, to := range []map[string]string{{"assignee": who.ID}, {"unit": who.Unit}, {"unit": who.Unit, "assignee": "tiep-nhan-tp"}} {
						_, _ = d.Move(t.Context(), staff(t, d, c.Assignee), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "assign", Args: to}) // refused or not
						if now := stored(t, d, c.ID); slices.ContainsFunc(readers(t, d, now), func(id string) bool { return inLine(staff(t, d, id)) }) {
							t.Errorf("%s, given to %v: the %s is read by %v, closed are %v", tc.about+tc.body, to, c.Kind, readers(t, d, now), now.Lines)
						}
						d.Kept.Put(c)
					}
				}
			}
			if closed(); c.Kind != kind {
				t.Fatalf("it is %s", c.Kind)
			}
			head := staff(t, d, c.Assignee)
			order(t, d, head)(c.ID, "reclassify", map[string]string{"kind": "denunciation", "reason": "x"})
			closed()
			d.Clock = d.Clock.Add(time.Hour)
			order(t, d, staff(t, d, c.Assignee))(c.ID, "reclassify", map[string]string{"kind": string(kind), "ground": "not_denunciation", "reason": "x"})
			approveBy(t, d, "thanh-tra", c)
			closed()
			d.Clock = d.Clock.Add(time.Hour)
			order(t, d, staff(t, d, c.Assignee))(c.ID, "name_accused", map[string]string{"units": "phong-kinh-te", "reason": "Người của phòng."})
			closed() // by one person's word
			approveIfAsked(t, d)
			if c = stored(t, d, c.ID); !slices.Contains(readers(t, d, c), c.Assignee) || staff(t, d, c.Assignee).Unit == "phong-kinh-te" {
				t.Errorf("%s: the %s lies with %q, closed are %v", tc.about+tc.body, c.Kind, c.Assignee, c.Lines)
			}
			d.Clock = d.Clock.Add(time.Hour)
			order(t, d, staff(t, d, c.Assignee))(c.ID, "name_accused", map[string]string{"outside": "yes", "reason": "Không phải người của xã."})
			approveIfAsked(t, d)
			if c = stored(t, d, c.ID); c.Unclear() || len(readers(t, d, c)) < 2 {
				t.Errorf("%s: the %s is read by %v, closed are %v", tc.about+tc.body, c.Kind, readers(t, d, c), c.Lines)
			}
		}
	}
}

// approveBy lets the first of the people who may approve what waits, this one first.
func approveBy(t *testing.T, d *caseworktest.Desk, first string, c *casework.Case) {
	t.Helper()
	o, _ := d.Offices.Office(t.Context())
	for _, who := range append([]office.Staff{staff(t, d, first)}, o.AllStaff()...) {
		for _, id := range waiting(d) {
			if a, err := d.Accesses.GetAccess(t.Context(), id); err != nil || a.Approved != "" {
				continue // approved before
			}
			if _, err := d.ApproveOpening(t.Context(), who, id, false); err == nil {
				return
			}
		}
	}
	t.Fatalf("nobody may approve what is asked of %s", c.Ref)
}

// approveIfAsked lets whoever may agree to what waits, if anything does.
func approveIfAsked(t *testing.T, d *caseworktest.Desk) {
	t.Helper()
	o, _ := d.Offices.Office(t.Context())
	for _, who := range o.AllStaff() {
		for _, id := range waiting(d) {
			_, _ = d.ApproveOpening(t.Context(), who, id, false) // tried, not needed
		}
	}
}

func waiting(d *caseworktest.Desk) []string { return (&caseworktest.World{Desk: d}).Asked() }

// TestWhoHasWhatNoHeadMightHaveCanGiveItOn: what rests with the inspection and turns out to be no denunciation is not stuck there.
func TestWhoHasWhatNoHeadMightHaveCanGiveItOn(t *testing.T) {
	d := demoDesk()
	c := denounced(t, d, "Đoàn Quốc Khải, Trịnh Hoài Phương", "Nhận tiền.", casework.Chosen{})
	o, _ := d.Offices.Office(t.Context())
	f, holder := c.File(), staff(t, d, "thanh-tra")
	f.Secret, f.Assignee, f.Unit = false, holder.ID, holder.Unit
	other := staff(t, d, c.Assignee)
	if !f.Outside || !o.May(holder, office.Triage, f, d.Clock) || o.May(holder, office.Decide, f, d.Clock) || other.Has(office.Inspector) && o.Seat(other.Unit) != o.Seat(f.Unit) && o.May(other, office.Triage, f, d.Clock) {
		t.Errorf("%+v", f)
	}
	if f.Outside = false; o.May(holder, office.Triage, f, d.Clock) {
		t.Error("an inspector sorts what rests with no inspection")
	}
}

// TestAPetitionIsAboutNobody: only what was a denunciation about nobody in particular is opened by naming.
func TestAPetitionIsAboutNobody(t *testing.T) {
	d := caseworktest.New()
	id := routed(t, d, draft(law.Petition)).Case.ID
	if key := refusedMove(t, d, id, "name_accused"); key != "error.guard.unclear" {
		t.Errorf("%s", key)
	}
}

// TestWhatIsClosedToEveryHeadGoesToTheInspection: also when it is no denunciation any more.
func TestWhatIsClosedToEveryHeadGoesToTheInspection(t *testing.T) {
	d := demoDesk()
	o, _ := d.Offices.Office(t.Context())
	sub := office.Subject{Kind: "complaint", Unit: "phong-kinh-te", Guarded: true, Lines: []string{"ubnd-tp"}}
	if dec := o.Route(sub, d.Clock); !dec.Outside || dec.Assignee == "" {
		t.Errorf("%+v", dec)
	}
	if sub.Guarded = false; o.Route(sub, d.Clock).Outside {
		t.Error("what never was a denunciation goes to the inspection")
	}
}

// TestWordsThatTellTheirSenderDoNotLeaveTheSealWithoutHim: nobody may ask for them while he is to stay sealed; stripped, they go
// as they were stripped.
func TestWordsThatTellTheirSenderDoNotLeaveTheSealWithoutHim(t *testing.T) {
	d := caseworktest.New()
	f := clearly(law.Denunciation)
	f.Body = "Tôi là vo thi be, ông Máy nhận tiền của tôi."
	filed := routed(t, d, f)
	head := staff(t, d, filed.Case.Assignee)
	ask := map[string]string{"kind": "complaint", "ground": "not_denunciation", "reason": "x"}
	if _, err := d.Move(t.Context(), head, casework.Order{Ref: filed.Case.Ref, Rev: filed.Case.Rev(), Move: "reclassify", Args: ask}); fields(err)["sender"] != "error.field.letter_tells" {
		t.Fatalf("asked for: %v", err)
	}
	if _, err := d.Strip(t.Context(), head, filed.Case.Ref, filed.Case.Rev(), casework.Letter{Subject: "Nhận tiền", Body: "Ông Máy nhận tiền."}); err != nil {
		t.Fatal(err)
	}
	order(t, d, head)(filed.Case.ID, "reclassify", ask)
	approve(t, d, false)
	if c := stored(t, d, filed.Case.ID); c.Kind != law.Complaint || c.Body != "Ông Máy nhận tiền." || strings.Contains(strings.Join(c.Terms, " "), "be") {
		t.Errorf("a %s says %q, found by %v", c.Kind, c.Body, c.Terms)
	}
}

// TestWhoOfSeveralWithdrewIsReadByTheHeadAlone: the note names a denouncer.
func TestWhoOfSeveralWithdrewIsReadByTheHeadAlone(t *testing.T) {
	d := caseworktest.New()
	filed := routed(t, d, clearly(law.Denunciation))
	head := staff(t, d, filed.Case.Assignee)
	if _, err := d.Strip(t.Context(), head, filed.Case.Ref, filed.Case.Rev(), casework.Letter{Subject: "Nhận tiền", Body: "Ông Máy nhận tiền."}); err != nil {
		t.Fatal(err)
	}
	moves := order(t, d, head)
	moves(filed.Case.ID, "record_withdrawal", map[string]string{
		"came": "signed_paper", "dated": d.Clock.In(casework.Vietnam).Format("2006-01-02"), "scope": "one_of_several", "what": "Zacharia Lâm rút.",
	})
	reads := func(who string) bool {
		v, err := d.Open(t.Context(), staff(t, d, who), filed.Case.Ref)
		if err != nil {
			t.Fatalf("%s: %v", who, err)
		}
		for _, n := range v.Notes {
			if strings.Contains(n, "Zacharia") {
				return true
			}
		}
		return false
	}
	if !reads(head.ID) {
		t.Error("the head does not read it")
	}
	moves(filed.Case.ID, "reclassify", map[string]string{"kind": "complaint", "ground": "not_denunciation", "reason": "x"})
	approve(t, d, false)
	if reads("reception") {
		t.Error("reception reads it")
	}
}

// TestWhatADenouncerSentStaysHisWhenHisLetterIsNoneAnyMore: his files still open by two things, and the reason of a wish to
// withdraw, written under the seal, is read by nobody at the new desk.
func TestWhatADenouncerSentStaysHisWhenHisLetterIsNoneAnyMore(t *testing.T) {
	d := caseworktest.New()
	f := clearly(law.Denunciation)
	f.Contact.IDNumber, f.Passphrase = "049188234567", "bông lúa vàng 1975"
	filed := routed(t, d, f)
	id, head, code := filed.Case.ID, staff(t, d, filed.Case.Assignee), filed.Code.String()
	if _, err := d.Attach(t.Context(), code, casework.Attachment{ID: "f1", Key: "k", Name: "a.jpg", Type: "image/jpeg", Size: 3}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Withdraw(t.Context(), code, casework.Wish{Reason: "Tôi là Zacharia, tôi thôi.", Second: "234567"}); err != nil {
		t.Fatal(err)
	}
	moves := order(t, d, head)
	moves(id, "continue", map[string]string{"ground": "not_signed", "reason": "x"})
	moves(id, "reclassify", map[string]string{"kind": "complaint", "ground": "not_denunciation", "reason": "x"})
	approve(t, d, false)
	if _, _, err := d.FileByCode(t.Context(), code, "f1", ""); err == nil {
		t.Error("the code alone opens his file")
	}
	for _, who := range []string{"reception", stored(t, d, id).Assignee} {
		v, err := d.Open(t.Context(), staff(t, d, who), filed.Case.Ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range v.Notes {
			if strings.Contains(n, "Zacharia") {
				t.Errorf("%s reads %q", who, n)
			}
		}
	}
}

// TestTwoPersonsClearWhomALetterMayHaveMeant: one person's word adds to whom a case is about; whoever was or may have been meant
// comes in only when a second one, who finds the request wherever he sits, agrees.
func TestTwoPersonsClearWhomALetterMayHaveMeant(t *testing.T) {
	d := demoDesk()
	o, _ := d.Offices.Office(t.Context())
	c := denounced(t, d, "", "Có người nhận tiền.", casework.Chosen{})
	was := c.File()
	asker := staff(t, d, c.Assignee)
	order(t, d, asker)(c.ID, "name_accused", map[string]string{"people": "dia-chinh", "reason": "Đã đối chiếu."})
	c = stored(t, d, c.ID)
	if !slices.Contains(c.About, "dia-chinh") || !slices.Equal(c.Lines, was.Lines) || c.Assignee != asker.ID {
		t.Fatalf("about %v, closed %v, with %s", c.About, c.Lines, c.Assignee)
	}
	_, _ = d.Move(t.Context(), asker, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "assign", Args: map[string]string{"unit": "ubnd-xa"}}) // refused or not
	for _, who := range readers(t, d, stored(t, d, c.ID)) {
		if o.Barred(staff(t, d, who), was, d.Clock) {
			t.Errorf("%s was let in by one person", who)
		}
	}
	id := waiting(d)[0]
	if _, err := d.ApproveOpening(t.Context(), asker, id, false); casework.CodeOf(err) != casework.Forbidden {
		t.Errorf("he agrees with himself: %v", err)
	}
	for _, closed := range []string{"chu-tich", "dia-chinh", "quan-tri"} {
		if _, err := d.ApproveOpening(t.Context(), staff(t, d, closed), id, false); casework.CodeOf(err) != casework.NotFound {
			t.Errorf("%s agrees: %v", closed, err)
		}
	}
	second := staff(t, d, "thanh-tra")
	list, _, err := d.AccessList(t.Context(), second, casework.IdentityOpened, "")
	if err != nil || len(list) != 1 || list[0].ID != id || !strings.Contains(list[0].Why, "Đã đối chiếu.") {
		t.Fatalf("inspection of the commune finds %v, %v", list, err)
	}
	if hidden, _, err := d.AccessList(t.Context(), staff(t, d, "chu-tich"), casework.IdentityOpened, ""); err != nil || len(hidden) > 0 {
		t.Errorf("the closed line finds %v, %v", hidden, err)
	}
	if _, err := d.ApproveOpening(t.Context(), second, id, false); err != nil {
		t.Fatal(err)
	}
	if c = stored(t, d, c.ID); c.Unclear() || c.Assignee != "chu-tich" || !slices.Equal(c.About, []string{"dia-chinh"}) || c.History[len(c.History)-1].What != "accused_cleared" {
		t.Errorf("about %v, closed %v %v, with %s", c.About, c.Suspects, c.Lines, c.Assignee)
	}
}
