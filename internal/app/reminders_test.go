package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/mailer"
	"tiepdan/internal/testkit"
	"tiepdan/internal/worker"
)

// TestStaffAreRemindedByMailAtTheirHour: once on a working day, from the hour that somebody chose, how much waits and not what; whoever
// chose none, has no address or nothing to read gets no mail.
func TestStaffAreRemindedByMailAtTheirHour(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		address := freeAddress(t)
		away, err := mailer.Parse("smtp://"+address, "thangan.example")
		if err != nil {
			t.Fatal(err)
		}
		lan, hoa := r.person(t, oneOf(t, r, office.Reception)), r.person(t, oneOf(t, r, office.Inspector))
		for _, who := range []office.Staff{lan, hoa} {
			if err := r.Store.ChangeStaff(t.Context(), who.ID, func(m *office.Staff) { m.Email = m.Username + "@thangan.example" }); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Register.ChooseReminders(t.Context(), lan, office.Reminders{Hour: 8}); err != nil {
			t.Fatal(err)
		}
		ref, _ := r.call(t, "GET", "/api/v1/cases/"+caseAt(t, r, "feedback"), nil).JSON["reference"].(string)
		for i, step := range []string{"half", "most", "late_first", law.NoReader} {
			for _, who := range []office.Staff{lan, hoa} {
				n := &casework.Notice{ID: fmt.Sprint(who.ID, i), V: 1, Staff: who.ID, Ref: ref, Step: step, At: r.Now(), Unread: true}
				if err := r.Store.AddNotices(t.Context(), n); err != nil {
					t.Fatal(err)
				}
			}
		}

		clock := time.Date(2026, 11, 26, 7, 59, 0, 0, casework.Vietnam) // a Thursday
		reminders := func() *worker.Reminders {
			return &worker.Reminders{
				Desk: r.Desk, Offices: r.Store, Once: r.Store, Mail: &worker.Mail{Server: away, Words: r.Words, Address: "gopy@thangan.example", BaseURL: func() string { return "https://tiepdan.example/" }},
				Workday: func(t time.Time) bool { return t.Weekday() != time.Sunday && t.Weekday() != time.Saturday }, Now: func() time.Time { return clock },
			}
		}
		one, other := reminders(), reminders()
		send := func(w *worker.Reminders, want int) {
			t.Helper()
			if n, err := w.Send(t.Context()); n != want || err != nil {
				t.Errorf("%s: %d were reminded, not %d: %v", clock, n, want, err)
			}
		}
		send(one, 0)
		clock = clock.Add(time.Minute)
		if _, err := one.Send(t.Context()); err == nil {
			t.Error("a mail server that is away is no trouble")
		}
		s := &server{}
		s.serve(t, address)
		send(one, 1)
		send(one, 0)
		send(other, 0) // another instance
		got := s.all()
		if len(got) != 1 || got[0].To != lan.Username+"@thangan.example" {
			t.Fatalf("arrived: %+v", got)
		}
		for _, want := range []string{lan.Name, "Sắp đến hạn: 2 việc", "Quá hạn: 1 việc", "can thiệp: 1 việc", "https://tiepdan.example/staff/notices"} {
			if !strings.Contains(got[0].Text, want) {
				t.Errorf("it does not say %q: %s", want, got[0].Text)
			}
		}
		if strings.Contains(got[0].Raw, ref) || !strings.Contains(got[0].Subject, "4 việc") {
			t.Errorf("it names a case, or not how many wait: %s", got[0].Raw)
		}
		clock = clock.Add(24 * time.Hour)
		clock = clock.Add(13 * time.Hour) // 21:00 on Friday
		send(one, 0)
		clock = clock.Add(-time.Minute)
		send(other, 1)
		clock = clock.Add(12 * time.Hour) // Saturday
		send(one, 0)
		clock = clock.Add(48 * time.Hour)
		if err := r.Register.ChooseReminders(t.Context(), hoa, office.Reminders{Hour: 8}); err != nil {
			t.Fatal(err)
		}
		s.hangsUp = true
		if n, err := one.Send(t.Context()); n != 0 || err == nil {
			t.Errorf("the server hung up: %d were reminded, %v", n, err)
		}
		send(one, 1) // whoever came after him
		clock = clock.Add(24 * time.Hour)
		if err := r.Register.ChooseReminders(t.Context(), hoa, office.Reminders{Hour: 8, Mute: []string{casework.Early}}); err != nil {
			t.Fatal(err)
		}
		send(one, 2)
		if all := s.all(); !strings.Contains(all[len(all)-2].Text+all[len(all)-1].Text, "Quá hạn: 1 việc") || strings.Count(all[len(all)-2].Text+all[len(all)-1].Text, "Sắp đến hạn") != 1 {
			t.Errorf("who is mailed nothing of a group: %+v", all[len(all)-2:])
		}
		clock = clock.Add(24 * time.Hour)
		for _, who := range []office.Staff{lan, hoa} {
			if _, err := r.Desk.ReadNotices(t.Context(), who, r.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		send(one, 0)
	})
}

// TestSomebodyChoosesHowHeIsReminded on his page: what is on its way no more rings the bell, what is due always does.
func TestSomebodyChoosesHowHeIsReminded(t *testing.T) {
	r := open(t, nil)
	f := r.formsAs(t, "lucht")
	const path = "/staff/me/reminders"
	if _, body := f.get(t, path); !strings.Contains(body, r.Words.Say("vi", "reminders.no_mail", nil)) || strings.Contains(body, `name="hour"`) {
		t.Errorf("without a mail server: %s", body)
	}
	if status, body := f.post(t, path, path, "call", "idle", "hour", "6"); status != 422 || !strings.Contains(body, r.Words.Say("vi", "error.reminders", nil)) {
		t.Errorf("mail at six in the morning: %d", status)
	}
	if status, body := f.post(t, path, path, "call", "idle"); status != 200 || !strings.Contains(body, r.Words.Say("vi", "reminders.saved", nil)) {
		t.Errorf("chosen: %d", status)
	}
	if got := r.person(t, "lucht").Reminders; len(got.Hush) != len(casework.MayHush())-1 || slices.Contains(got.Hush, casework.Idle) || len(got.Mute)+got.Hour != 0 {
		t.Errorf("kept: %+v", got)
	}
	if _, body := f.get(t, path); !strings.Contains(body, `value="idle" checked`) || strings.Contains(body, `value="early" checked`) {
		t.Error("the page does not show what was chosen")
	}
	p := newPhone(t, r, testkit.Phone())
	p.signIn("lucht", r.password(t))
	p.open(path)
	p.sound("reminders")
}
