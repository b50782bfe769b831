package casework_test

import (
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// TestDisciplineHasItsOwnTimes: a complaint about a decision on discipline is resolved in 30 days, in 45 where it is complex, at either
// instance and wherever; its sender goes on with it within 10 days, after a dismissal within 30 (Luật Khiếu nại Đ.48, 50). What is said of
// it while its time runs counts that anew from its own start.
func TestDisciplineHasItsOwnTimes(t *testing.T) {
	for _, tc := range []struct {
		of            office.Contested
		remote        string
		first, appeal int
	}{
		{"authority", "no", 30, 30}, {"authority", "yes", 45, 45}, {"discipline", "no", 30, 10}, {"discipline", "yes", 30, 10}, {"dismissal", "no", 30, 30}, {"dismissal", "yes", 30, 30},
	} {
		d := caseworktest.New()
		id := signedIn(t, d, draft(law.Complaint)).Case.ID
		orderIt(t, d, stored(t, d, id), "accept", map[string]string{"remote": tc.remote})
		accepted, _ := casework.ClockOf(stored(t, d, id), law.Resolution)
		d.Clock = d.Clock.AddDate(0, 0, 3)
		orderIt(t, d, stored(t, d, id), "set_contested", map[string]string{"contested": string(tc.of), "unit": "", "reason": "Xem lại."})
		c := stored(t, d, id)
		k, _ := casework.ClockOf(c, law.Resolution)
		if want, _ := d.Calendar().Days(accepted.Start, tc.first); k.Days != tc.first || vnDay(k.Due) != vnDay(want) || !k.Start.Equal(accepted.Start) {
			t.Errorf("%+v: %d days until %s", tc, k.Days, k.Due)
		}
		if got := c.AppealDays(); got != tc.appeal {
			t.Errorf("%+v: %d days to go on", tc, got)
		}
		o, err := d.Offices.Office(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if j := c.Judge(o, d.Clock); j.Chair == "" {
			t.Errorf("%+v: nobody decides", tc)
		}
	}
	for complexity, days := range map[int]int{0: 30, 3: 45} {
		c := &casework.Case{Kind: law.Complaint, ReceivedAt: time.Now()}
		c.Legal.Level, c.Legal.Contested, c.Legal.Complex, c.Legal.Remote = 2, office.OfDiscipline, complexity, true
		if got := casework.LengthOf(law.Resolution, c); got != days {
			t.Errorf("the second time, with %d signs of a complex matter: %d days", complexity, got)
		}
	}
}

// TestWhoDecidesFindsItComplexToo: the chair, whom the law lets decide, also where the case lies with the unit that prepares it; so does
// that unit's head, and nobody else.
func TestWhoDecidesFindsItComplexToo(t *testing.T) {
	for _, tc := range []struct {
		who  string
		may  bool
		move string
	}{
		{"chair", true, "mark_complex"},
		{"roadhead", true, "mark_complex"},
		{"officer", false, "mark_complex"},
		{"reception", false, "mark_complex"},
		{"mayor", false, "mark_complex"},
		{"chair", true, "ask_expert"},
		{"roadhead", true, "ask_expert"},
		{"officer", false, "ask_expert"},
		{"officer", true, "invite_dialogue"},
		{"chair", false, "invite_dialogue"}, // which is no decision
	} {
		at := walk(t, draft(law.Complaint), []string{"accept", "start"})
		d, id := at.desk, at.it.ID
		wantOK(t, ordered(t, d, id, "chair assign", map[string]string{"unit": "roads", "assignee": "officer"}))
		err := ordered(t, d, id, tc.who+" "+tc.move, nil)
		if (err == nil) != tc.may {
			t.Errorf("%+v: %v", tc, err)
		}
	}
}
