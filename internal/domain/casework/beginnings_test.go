package casework_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/workday"
)

// lawful is a desk that counts by the calendar that releases carry.
func lawful(t *testing.T, at time.Time) *caseworktest.Desk {
	t.Helper()
	raw, err := assets.Files.ReadFile("calendar/holidays.json")
	if err != nil {
		t.Fatal(err)
	}
	cal, err := workday.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	d := caseworktest.New()
	d.Calendar = func() casework.Calendar { return cal }
	d.Clock = at
	return d
}

// byHand is the second half of 2026 as it hangs on the wall: written down day by day, with nothing computed by the
// program's own calendar. A day off is a Saturday, a Sunday, or one of the days announced.
func byHand() []struct {
	date string
	off  bool
} {
	announced := []string{"31/08/2026", "01/09/2026", "02/09/2026", "24/11/2026", "01/01/2027"}
	worked := []string{"22/08/2026"} // a Saturday that makes up for 31/08
	lengths := []int{31, 31, 30, 31, 30, 31, 31, 28}
	month, year, week := 7, 2026, 2 // 01/07/2026 is a Wednesday; Monday is 0
	var out []struct {
		date string
		off  bool
	}
	for _, n := range lengths {
		for day := 1; day <= n; day++ {
			date := fmt.Sprintf("%02d/%02d/%d", day, month, year)
			off := week > 4 && !slices.Contains(worked, date) || slices.Contains(announced, date)
			out = append(out, struct {
				date string
				off  bool
			}{date, off})
			week = (week + 1) % 7
		}
		if month++; month > 12 {
			month, year = 1, year+1
		}
	}
	return out
}

// lastDay walks the wall calendar: the first day does not count, and a last day off rolls on (Bộ luật Dân sự Đ.147, 148).
func lastDay(t *testing.T, from string, n int, workdays bool) string {
	t.Helper()
	wall := byHand()
	i := slices.IndexFunc(wall, func(d struct {
		date string
		off  bool
	},
	) bool {
		return d.date == from
	})
	if i < 0 {
		t.Fatalf("%s does not hang on the wall", from)
	}
	for left := n; left > 0; {
		if i++; !workdays || !wall[i].off {
			left--
		}
	}
	for wall[i].off {
		i++
	}
	return wall[i].date
}

func vnDay(at time.Time) string { return at.In(casework.Vietnam).Format("02/01/2006") }

// TestWallCalendarAgreesWithTheVectors keeps the hand-made count honest: these dates were counted by people.
func TestWallCalendarAgreesWithTheVectors(t *testing.T) {
	for from, want := range map[string][]string{
		"01/07/2026": {"06/07/2026", "08/07/2026", "10/07/2026", "15/07/2026", "31/07/2026", "17/08/2026", "03/09/2026", "29/09/2026"},
		"24/08/2026": {"27/08/2026", "03/09/2026", "07/09/2026", "10/09/2026", "23/09/2026", "08/10/2026", "23/10/2026", "23/11/2026"},
		"20/11/2026": {"26/11/2026", "30/11/2026", "02/12/2026", "07/12/2026", "21/12/2026", "04/01/2027"},
	} {
		for i, date := range want {
			n := []int{3, 5, 7, 10, 30, 45, 60, 90}[i]
			if got := lastDay(t, from, n, i < 4); got != date {
				t.Errorf("%s + %d: %s, want %s", from, n, got, date)
			}
		}
	}
}

// TestLimitsRunFromTheDayTheLawNames lets days pass between receipt and the move that starts a clock: what the law counts
// from receipt is not longer for it.
func TestLimitsRunFromTheDayTheLawNames(t *testing.T) {
	for _, tc := range []struct {
		name      string
		kind      law.Kind
		forwarded bool
		path      []string
		clock     law.ClockName
		from      int // index of the day it is counted from: 0 receipt, n the nth move
		days      int
		workdays  bool
	}{
		{"thụ lý khiếu nại: nhận được", law.Complaint, false, nil, law.Acceptance, 0, 7, true},
		{"thụ lý tố cáo: nhận được (TC 24.1)", law.Denunciation, false, []string{"classify"}, law.Acceptance, 0, 7, true},
		{"chuyển tố cáo: nhận được (TC 24.2)", law.Denunciation, false, []string{"classify", "find_incompetent"}, law.Forward, 0, 5, true},
		{"khiếu nại không thuộc thẩm quyền: tiếp nhận (TCD 28.1)", law.Complaint, false, []string{"find_incompetent"}, law.Forward, 0, 10, true},
		{"trả lời kiến nghị: tiếp nhận (TCD 28.1)", law.Feedback, false, []string{"classify"}, law.Reply, 0, 10, true},
		{"trả lời nơi chuyển đơn: nhận được (TC 26.2)", law.Denunciation, true, []string{"accept"}, law.ForwarderReply, 0, 20, false},
		{"giải quyết khiếu nại: thụ lý (KN 28)", law.Complaint, false, []string{"classify", "accept"}, law.Resolution, 2, 30, false},
		{"giải quyết tố cáo: thụ lý (TC 30.1)", law.Denunciation, false, []string{"accept", "start"}, law.Resolution, 1, 30, false},
		{"báo tin thụ lý: quyết định thụ lý (TC 29.3)", law.Denunciation, false, []string{"accept"}, law.AcceptanceNotice, 1, 5, true},
		{"bổ sung tài liệu: yêu cầu (KN 12)", law.Complaint, false, []string{"accept", "ask_info"}, law.Documents, 2, 7, false},
		{"cấp dưới báo cáo: đôn đốc (TC 38.3)", law.Denunciation, false, []string{"find_incompetent", "urge"}, law.Report, 2, 5, true},
		{"gửi kết luận: ban hành (TC 35.3)", law.Denunciation, false, concluding(), law.DecisionNotice, len(concluding()), 5, true},
		{"xử lý kết luận: ban hành (TC 36.1)", law.Denunciation, false, append(concluding(), "notify"), law.Act, len(concluding()), 7, true},
		{"công khai kết luận: ban hành (TC 40.1)", law.Denunciation, false, append(concluding(), "notify"), law.Publish, len(concluding()), 7, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, hour := range []int{8, 21} { // out of hours counts from its own day too (BLDS 147.2)
				d := lawful(t, time.Date(2026, 8, 19, hour, 0, 0, 0, casework.Vietnam))
				f := draft(tc.kind)
				if tc.forwarded {
					f.Channel = casework.ByForward
				}
				id := routed(t, d, f).Case.ID
				days := []string{vnDay(d.Clock)}
				for _, name := range tc.path {
					d.Clock = d.Clock.AddDate(0, 0, 1)
					makeMove(t, d, id, name)
					days = append(days, vnDay(d.Clock))
				}
				k, ok := casework.ClockOf(stored(t, d, id), tc.clock)
				want := lastDay(t, days[tc.from], tc.days, tc.workdays)
				if !ok || vnDay(k.Due) != want {
					t.Errorf("moves on %v: %s ends %s, by hand %s (%+v)", days, tc.clock, vnDay(k.Due), want, k)
				}
			}
		})
	}
}

// TestEveryLimitSaysWhereItBegins: no row without a beginning and a source, and the beginnings of the articles.
func TestEveryLimitSaysWhereItBegins(t *testing.T) {
	receipt := []law.ClockName{law.Acceptance, law.Reexamine, law.Reply, law.Forward, law.ForwarderReply, law.Demand}
	issue := []law.ClockName{law.DecisionNotice, law.Effect, law.Act, law.Publish}
	for _, r := range law.ClockRules() {
		want := law.FromMove
		switch {
		case slices.Contains(receipt, r.Clock), slices.Contains(r.Kinds, law.Praise):
			want = law.FromReceipt
		case slices.Contains(issue, r.Clock):
			want = law.FromIssue
		case r.Clock == law.Appealing:
			want = law.FromHanding
		}
		if r.From != want || r.Source == "" {
			t.Errorf("%s of %v counts from %q (want %q), source %q", r.Clock, r.Kinds, r.From, want, r.Source)
		}
	}
}

// TestForwarderIsAnsweredHoweverItEnds: a denunciation that somebody passed on is not ended before he was told (Luật Tố cáo
// Đ.26.2: also when it is not accepted).
func TestForwarderIsAnsweredHoweverItEnds(t *testing.T) {
	d := caseworktest.New()
	f := draft(law.Denunciation)
	f.Channel = casework.ByForward
	id := routed(t, d, f).Case.ID
	for _, name := range []string{"refuse", "transfer", "refer_criminal"} {
		if key := refusedMove(t, d, id, name); key != "error.guard.forwarder_told" {
			t.Errorf("%s: %q", name, key)
		}
	}
	makeMove(t, d, id, "reply_forwarder")
	if key := refusedMove(t, d, id, "reply_forwarder"); key != "error.guard.owes_forwarder" {
		t.Errorf("twice: %q", key)
	}
	makeMove(t, d, id, "refuse")
	if c := stored(t, d, id); c.State != law.Refused {
		t.Errorf("%s", c.State)
	}
	if _, ok := casework.ClockOf(routed(t, caseworktest.New(), draft(law.Denunciation)).Case, law.ForwarderReply); ok {
		t.Error("nobody passed it on, yet he is owed an answer")
	}
}

// TestReconsideredLetterIsLedByTheLawOfThatDay: received under the old law and refused, taken up again under the new one.
func TestReconsideredLetterIsLedByTheLawOfThatDay(t *testing.T) {
	d := lawful(t, time.Date(2026, 6, 22, 9, 0, 0, 0, casework.Vietnam))
	id := routed(t, d, draft(law.Complaint)).Case.ID
	makeMove(t, d, id, "refuse")
	d.Clock = time.Date(2026, 8, 24, 9, 0, 0, 0, casework.Vietnam)
	makeMove(t, d, id, "reconsider")
	c := stored(t, d, id)
	k, _ := casework.ClockOf(c, law.Acceptance)
	m, _ := casework.FindMove(c, "accept")
	if k.Days != 7 || !k.Workdays || vnDay(k.Due) != "07/09/2026" || m.Form != "03 Nghị định 155/2026" {
		t.Errorf("%+v, accepted by form %q", k, m.Form)
	}
}

// TestLimitFromTheConclusionDoesNotWaitForAMove: a clock of the conclusion that starts late still counts from it.
func TestLimitFromTheConclusionDoesNotWaitForAMove(t *testing.T) {
	d := caseworktest.New()
	issued := d.Clock.AddDate(0, 0, 1)
	c := &casework.Case{Kind: law.Denunciation, Answer: &casework.Answer{At: issued}, ReceivedAt: d.Clock}
	casework.StartClocks(d.Desk, c, d.Clock.AddDate(0, 0, 4), law.Act, law.Recheck)
	if !c.Clocks[0].Start.Equal(issued) || c.Clocks[1].Start.Equal(issued) {
		t.Errorf("%+v", c.Clocks)
	}
}
