package casework_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// demoDesk is a desk in memory for the office of the demo.
func demoDesk() *caseworktest.Desk {
	d := caseworktest.New()
	d.Offices = caseworktest.Fixed{O: office.New(caseworktest.Demo(d.Clock))}
	return d
}

// denounced files and routes a denunciation in these words.
func denounced(t *testing.T, d *caseworktest.Desk, about, body string, chosen casework.Chosen) *casework.Case {
	t.Helper()
	return routed(t, d, casework.Draft{
		Key: fmt.Sprintf("denounced-%x", sha256.Sum256([]byte(body))), Kind: law.Denunciation, Counter: "quay-1", Category: "land", Subject: "Tố cáo", Body: body, About: about, Accused: chosen,
		Contact: casework.Contact{Name: "Võ Thị Bé", Address: "thôn 1"},
	}).Case
}

func readers(t *testing.T, d *caseworktest.Desk, c *casework.Case) []string {
	t.Helper()
	o, err := d.Offices.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, who := range o.AllStaff() {
		if _, err := d.Open(t.Context(), who, c.Ref); err == nil {
			out = append(out, who.ID)
		}
	}
	return out
}

// TestDenunciationRestsOutsideEveryLineItMayBeAbout: who reads it first, over the whole demo office.
func TestDenunciationRestsOutsideEveryLineItMayBeAbout(t *testing.T) {
	head := casework.Chosen{Unit: "phong-kinh-te", Post: casework.PostHead}
	for _, tc := range []struct {
		about, body string
		chosen      casework.Chosen
		want        string
	}{
		{"", "Ông Lực nhận tiền.", casework.Chosen{}, "chu-tich"},
		{"", "Trưởng phòng Kinh tế nhận tiền.", casework.Chosen{}, "chu-tich"},
		{"", "Cán bộ địa chính nhận tiền.", casework.Chosen{}, "chu-tich"},
		{"", "Nhận tiền.", head, "chu-tich"},
		{"", "Nhận tiền.", casework.Chosen{Unit: "phong-kinh-te"}, "chu-tich"},
		{"phòng kinh tế", "Nhận tiền.", casework.Chosen{}, "chu-tich"},
		{"", "Ông Khải, chủ tịch xã, nhận tiền.", casework.Chosen{}, "chu-tich-tp"},
		{"chủ tịch xã", "Nhận tiền.", casework.Chosen{}, "chu-tich-tp"},
		{"", "Khải nhận tiền của ông Lực.", casework.Chosen{}, "chu-tich-tp"},
		{"", "Lãnh đạo xã nhận tiền.", casework.Chosen{}, "chu-tich-tp"}, // nobody is named: the whole commune is closed
		{"", "Người ở Phòng Kinh tế nhận tiền.", casework.Chosen{}, "chu-tich-tp"},
		// A witness whom the letter names beside words that name nobody is not the accused.
		{"CT UBND xã", "CT UBND xã nhận tiền. Ông Dương Văn Quyết địa chính là người chứng kiến.", casework.Chosen{}, "chu-tich-tp"},
		{"", "Tôi tố cáo ngừoi dứng đầu xã nhận hối lộ. Có chị Đặng Thị Lài biết việc này.", casework.Chosen{}, "chu-tich-tp"},
		{"lãnh đạo xã", "Tôi tố cáo lãnh đạo xã bao che cho ông Dương Văn Quyết.", casework.Chosen{}, "chu-tich-tp"},
		{"Đoan Cuốc Khảy", "Ông ta lấn đất, ông Dương Văn Quyết đo đất cho tôi.", casework.Chosen{}, "chu-tich-tp"},
		{"sếp lớn ở ủy ban", "Sếp lớn ép cô Quỳnh tiếp nhận không nhận đơn của tôi.", casework.Chosen{}, "chu-tich-tp"},
		{"Toàn bộ cán bộ UBND xã Thăng Bình", "Nhận tiền.", casework.Chosen{}, "chu-tich-tp"},
		{"", "Tất cả công chức xã nhận tiền.", casework.Chosen{}, "chu-tich-tp"},
		{"Mọi cán bộ Phòng Kinh tế", "Nhận tiền.", casework.Chosen{}, "chu-tich"},
		{"", "Ông Dương Văn Quyết nhận tiền của tôi. Gọi tôi số 0905 318 246.", casework.Chosen{}, "chu-tich"},
		{"", "Nhà ông Dương Văn Quyết đo đất sai theo lời ai đó.", casework.Chosen{}, "chu-tich-tp"},
		{"", "Hôm qua tôi đến nộp đơn. Tôi tố cáo ông Hồ Tấn Lực nhận tiền.", casework.Chosen{}, "chu-tich"},
		{"Đoàn Quốc Khải, Trịnh Hoài Phương", "Nhận tiền.", casework.Chosen{}, "tiep-nhan-tp"}, // no head is left: the city's inspection
	} {
		d := demoDesk()
		c := denounced(t, d, tc.about, tc.body, tc.chosen)
		if got := strings.Join(readers(t, d, c), " "); got != tc.want {
			t.Errorf("%q %q %v: read by %q, want %q", tc.about, tc.body, tc.chosen, got, tc.want)
		}
	}
}

// TestNobodyWhoIsListedReadsAndSomebodyCries: a letter about everybody has no reader, and says so without a word of it.
func TestNobodyWhoIsListedReadsAndSomebodyCries(t *testing.T) {
	for _, spared := range []string{"", "thanh-tra"} {
		d := demoDesk()
		o, _ := d.Offices.Office(t.Context())
		var names []string
		for _, s := range o.AllStaff() {
			if s.ID != spared {
				names = append(names, s.Name)
			}
		}
		c := denounced(t, d, "", "Tôi tố cáo: "+strings.Join(names, "; "), casework.Chosen{})
		got := readers(t, d, c)
		flagged := slices.Contains(c.Flags, law.NoReader)
		last := c.History[len(c.History)-1]
		switch {
		case spared == "thanh-tra":
			if len(got) != 1 || got[0] != spared || flagged {
				t.Errorf("read by %v, flagged %t", got, flagged)
			}
		case len(got) > 0 || !flagged || last.What != "warned" || last.Data["steps"] != "case/no_reader":
			t.Errorf("without %s: read by %v, flagged %t, %v", spared, got, flagged, last)
		case last.Data["to"] == "":
			t.Errorf("without %s: told %q", spared, last.Data["to"])
		}
	}
}

// TestHealFindsAReaderWhenPeopleLeaveAndCriesUntilThen: heads are dismissed under an open denunciation.
func TestHealFindsAReaderWhenPeopleLeaveAndCriesUntilThen(t *testing.T) {
	d := demoDesk()
	c := denounced(t, d, "Hồ Tấn Lực", "Nhận tiền.", casework.Chosen{})
	content := caseworktest.Demo(d.Clock)
	dismiss := func(ids ...string) {
		for i := range content.Staff {
			content.Staff[i].Disabled = content.Staff[i].Disabled || slices.Contains(ids, content.Staff[i].ID)
		}
		d.Offices = caseworktest.Fixed{O: office.New(content)}
		if _, err := d.Heal(t.Context()); err != nil {
			t.Fatal(err)
		}
		c = stored(t, d, c.ID)
	}
	for _, step := range []struct {
		leaves, has string
	}{{"chu-tich", "chu-tich-tp"}, {"chu-tich-tp", "tiep-nhan-tp"}, {"tiep-nhan-tp", "thanh-tra"}} {
		if dismiss(step.leaves); strings.Join(readers(t, d, c), " ") != step.has || slices.Contains(c.Flags, law.NoReader) {
			t.Errorf("without %s: read by %v, %v", step.leaves, readers(t, d, c), c.Flags)
		}
	}
	dismiss("thanh-tra")
	cried := len(c.History)
	if !slices.Contains(c.Flags, law.NoReader) || c.History[cried-1].Data["to"] != "quan-tri" {
		t.Fatalf("nobody cries: %v", c.Flags)
	}
	d.Notices = &bell{}
	if errs := d.Notify(t.Context(), casework.Warning{Case: c.ID, Seq: cried}); errs[0] != nil {
		t.Fatal(errs[0])
	}
	if ns, _, err := d.NoticesOf(t.Context(), staff(t, d, "quan-tri"), true, ""); err != nil || len(ns) != 1 || ns[0].Ref != c.Ref || ns[0].Opens {
		t.Errorf("the administrator is not told: %v %v", ns, err)
	}
	if dismiss(); len(c.History) != cried {
		t.Error("cries at every look")
	}
	d.Clock = d.Clock.AddDate(0, 0, 8)
	if dismiss(); len(c.History) != cried+1 {
		t.Error("cries once and never again")
	}
	for i := range content.Staff {
		content.Staff[i].Disabled = false
	}
	if dismiss(); slices.Contains(c.Flags, law.NoReader) || len(readers(t, d, c)) == 0 || c.CheckHistory() != nil {
		t.Errorf("still cries: %v", c.Flags)
	}
}

// TestDoubtMovesNoLetter: while its reader waits for a second person a sealed letter waits with him, unread and with an alarm, whatever
// else the administrator could make of it; so does one that comes meanwhile. Confirmed, he has both.
func TestDoubtMovesNoLetter(t *testing.T) {
	d := demoDesk()
	c := denounced(t, d, "Hồ Tấn Lực", "Nhận tiền.", casework.Chosen{})
	content := caseworktest.Demo(d.Clock)
	doubt := func(by string) {
		for i, m := range content.Staff {
			if m.Has(office.Head) || m.Has(office.Inspector) && m.ID != "thanh-tra" {
				content.Staff[i].Unvouched = by
			}
		}
		d.Offices = caseworktest.Fixed{O: office.New(content)}
		if _, err := d.Heal(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	doubt("quan-tri")
	later := denounced(t, d, "Hồ Tấn Lực", "Lại nhận tiền.", casework.Chosen{})
	for _, id := range []string{c.ID, later.ID} {
		now := stored(t, d, id)
		if now.Assignee != c.Assignee || len(readers(t, d, now)) != 0 || !slices.Contains(now.Flags, law.NoReader) {
			t.Errorf("in doubt: with %s instead of %s, read by %v, %v", now.Assignee, c.Assignee, readers(t, d, now), now.Flags)
		}
	}
	doubt("")
	for _, id := range []string{c.ID, later.ID} {
		now := stored(t, d, id)
		if strings.Join(readers(t, d, now), " ") != c.Assignee || slices.Contains(now.Flags, law.NoReader) || now.CheckHistory() != nil {
			t.Errorf("confirmed: read by %v instead of %s, %v", readers(t, d, now), c.Assignee, now.Flags)
		}
	}
}

// TestNoAdministratorInheritsALetter: where no head may have a denunciation, inspection takes it, but nobody of it who keeps the office.
func TestNoAdministratorInheritsALetter(t *testing.T) {
	d := demoDesk()
	c := denounced(t, d, "Hồ Tấn Lực", "Nhận tiền.", casework.Chosen{})
	content := caseworktest.Demo(d.Clock)
	for i, m := range content.Staff {
		if m.Has(office.Inspector) && m.ID != "thanh-tra" {
			content.Staff[i].Roles = append(slices.Clone(m.Roles), office.Admin)
		}
	}
	for i, m := range content.Staff {
		content.Staff[i].Disabled = m.Has(office.Head)
	}
	d.Offices = caseworktest.Fixed{O: office.New(content)}
	if _, err := d.Heal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(readers(t, d, stored(t, d, c.ID)), " "); got != "thanh-tra" {
		t.Errorf("read by %q, want the inspector who keeps no office", got)
	}
}

// TestDoubtMovesNoLetterOfInspection: also what rests with one inspector goes to no other because he is in doubt.
func TestDoubtMovesNoLetterOfInspection(t *testing.T) {
	d := demoDesk()
	c := denounced(t, d, "Hồ Tấn Lực", "Nhận tiền.", casework.Chosen{})
	content := caseworktest.Demo(d.Clock)
	see := func() string {
		t.Helper()
		d.Offices = caseworktest.Fixed{O: office.New(content)}
		if _, err := d.Heal(t.Context()); err != nil {
			t.Fatal(err)
		}
		return stored(t, d, c.ID).Assignee
	}
	for i, m := range content.Staff {
		content.Staff[i].Disabled = m.Has(office.Head)
	}
	has := see()
	for i, m := range content.Staff {
		if m.ID == has {
			content.Staff[i].Unvouched = "quan-tri"
		}
	}
	if now := see(); now != has || len(readers(t, d, stored(t, d, c.ID))) != 0 {
		t.Errorf("it went from %s to %s, read by %v", has, now, readers(t, d, stored(t, d, c.ID)))
	}
}

// TestWhatWouldHaveNoReaderIsCounted: only the change that takes the last one away counts the letter.
func TestWhatWouldHaveNoReaderIsCounted(t *testing.T) {
	d := demoDesk()
	denounced(t, d, "Hồ Tấn Lực", "Nhận tiền.", casework.Chosen{})
	content := caseworktest.Demo(d.Clock)
	was := office.New(content)
	without := func(ids ...string) *office.Office {
		next := content
		next.Staff = slices.Clone(content.Staff)
		for i := range next.Staff {
			next.Staff[i].Disabled = slices.Contains(ids, next.Staff[i].ID)
		}
		return office.Shape(next)
	}
	for _, tc := range []struct {
		leave []string
		want  int
	}{{nil, 0}, {[]string{"chu-tich"}, 0}, {[]string{"chu-tich", "chu-tich-tp", "tiep-nhan-tp"}, 0}, {[]string{"chu-tich", "chu-tich-tp", "tiep-nhan-tp", "thanh-tra"}, 1}} {
		if n, err := d.Orphaned(t.Context(), was, without(tc.leave...)); err != nil || n != tc.want {
			t.Errorf("without %v: %d, %v, want %d", tc.leave, n, err, tc.want)
		}
	}
}

// TestNamingTheAccusedClimbsAtOnce: an unclear letter goes to who must resolve it; one that names its reader leaves him.
func TestNamingTheAccusedClimbsAtOnce(t *testing.T) {
	d := demoDesk()
	c := denounced(t, d, "", "Nhận tiền.", casework.Chosen{})
	name := func(who string, args map[string]string) error {
		o, _ := d.Offices.Office(t.Context())
		s, _ := o.Staff(who)
		args["reason"] = "Làm rõ"
		_, err := d.Move(t.Context(), s, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: "name_accused", Args: args})
		c = stored(t, d, c.ID)
		return err
	}
	for _, bad := range []map[string]string{{}, {"people": "nobody"}, {"units": "nowhere"}, {"people": "dia-chinh", "outside": "yes"}} {
		if err := name("chu-tich-tp", bad); casework.CodeOf(err) != casework.Invalid {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if err := name("chu-tich", map[string]string{"people": "dia-chinh"}); casework.CodeOf(err) != casework.NotFound {
		t.Errorf("somebody of the closed line names: %v", err)
	}
	for _, step := range []struct{ by, people, has string }{
		{"chu-tich-tp", "dia-chinh", "chu-tich"},
		{"chu-tich", "chu-tich", "chu-tich-tp"},
		{"chu-tich-tp", "chu-tich-tp,chu-tich", "tiep-nhan-tp"},
		{"tiep-nhan-tp", "dia-chinh", "chu-tich"},
	} {
		d.Clock = d.Clock.Add(time.Hour)
		err := name(step.by, map[string]string{"people": step.people})
		approveIfAsked(t, d)
		if c = stored(t, d, c.ID); err != nil || strings.Join(readers(t, d, c), " ") != step.has {
			t.Errorf("%s names %s: %v, read by %v", step.by, step.people, err, readers(t, d, c))
		}
	}
	for _, e := range c.History {
		for k, v := range e.Data {
			if k != "assignee" && k != "to" && k != "to_case" && strings.Contains(v, "dia-chinh") {
				t.Errorf("an event tells who is accused: %s=%s", k, v)
			}
		}
	}
}

// TestNamingDropsTheTeam: whoever verifies and is named, or is under him, is off the case.
func TestNamingDropsTheTeam(t *testing.T) {
	d := demoDesk()
	c := denounced(t, d, "Lưu Thị Ngọc Bích", "Nhận tiền.", casework.Chosen{})
	o, _ := d.Offices.Office(t.Context())
	chair, _ := o.Staff("chu-tich")
	move := func(name string, args map[string]string) error {
		_, err := d.Move(t.Context(), chair, casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: name, Args: args})
		c = stored(t, d, c.ID)
		return err
	}
	err := errors.Join(move("record_signature", handSigned()), move("accept", nil), move("start", map[string]string{"team": "dia-chinh,ha-tang,ho-tich"}))
	if err != nil || len(c.Helpers) != 3 {
		t.Fatalf("%v: %v", err, c.Helpers)
	}
	if err := move("name_accused", map[string]string{"people": "truong-phong-kt", "reason": "x"}); err != nil || !slices.Equal(c.Helpers, []string{"ho-tich"}) || c.Assignee != "chu-tich" {
		t.Errorf("%v: helpers %v, with %s", err, c.Helpers, c.Assignee)
	}
	if err := move("assign", map[string]string{"assignee": "dia-chinh"}); casework.CodeOf(err) != casework.Invalid {
		t.Errorf("given to somebody under the accused: %v", err)
	}
}

// TestNoAccusedReadsAndEveryCaseHasAReader: over random offices and lives, whoever is or may be meant reads nothing of a case
// through anything that the desk shows, and every open case has somebody who may lead it on or cries that it has none.
func TestNoAccusedReadsAndEveryCaseHasAReader(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := caseworktest.DrawWorld(rt)
		for range rapid.IntRange(1, 2).Draw(rt, "letters") {
			w.File(t.Context(), rt, w.DrawLetter(rt, rapid.SampledFrom([]law.Kind{law.Denunciation, law.Denunciation, law.Complaint}).Draw(rt, "kind")))
		}
		for range rapid.IntRange(0, 10).Draw(rt, "acts") {
			if rapid.IntRange(0, 4).Draw(rt, "citizen") == 0 {
				w.Citizen(t.Context(), rt)
			} else {
				w.Act(t.Context(), rt, w.Somebody(rt))
			}
			if rapid.IntRange(0, 3).Draw(rt, "later") == 0 {
				w.Elapse(rt)
			}
			if _, err := w.Heal(t.Context()); err != nil {
				rt.Fatal(err)
			}
			for _, c := range w.All() {
				holds(t, rt, w, c)
			}
		}
	})
}

// holds checks one case.
func holds(t *testing.T, rt *rapid.T, w *caseworktest.World, c *casework.Case) {
	t.Helper()
	led := false
	for _, who := range w.O.AllStaff() {
		seen := slices.Sorted(maps.Keys(w.Reads(t.Context(), who, c)))
		meant := slices.Contains(c.About, who.ID) || slices.Contains(c.Suspects, who.ID) || c.Guarded() && slices.Contains(c.Lines, who.Unit) && !who.Has(office.Inspector)
		if meant && len(seen) > 0 {
			rt.Fatalf("%s reads %v of %s, about %v, perhaps %v, lines %v", who.ID, seen, c.Ref, c.About, c.Suspects, c.Lines)
		}
		led = led || w.O.May(who, office.Triage, c.File(), w.Clock) || w.O.May(who, office.Decide, c.File(), w.Clock)
	}
	if c.Lane == law.LaneOpen && c.State != law.Received && led == slices.Contains(c.Flags, law.NoReader) {
		rt.Fatalf("%s %s %s in %s with %q: led %t, flags %v", c.Kind, c.Ref, c.State, c.Unit, c.Assignee, led, c.Flags)
	}
}
