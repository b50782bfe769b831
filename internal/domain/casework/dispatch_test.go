package casework_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
)

// noNotices takes notices and forgets them.
type noNotices struct{ casework.Notices }

func (noNotices) AddNotices(context.Context, ...*casework.Notice) error { return nil }

// byMail is a case whose sender is told by mail.
func byMail(t *testing.T, kind law.Kind) (*caseworktest.Desk, casework.Filed) {
	t.Helper()
	d := caseworktest.New()
	d.Outbox, d.Notices = &caseworktest.Outbox{}, noNotices{}
	m := mailed("m1", "Nội dung.", kind)
	m.Tell, m.Draft.About = true, "Đỗ Văn Máy"
	filed, err := d.FileMail(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.Receipt(t.Context(), filed, casework.Reach{Way: casework.WayMail, To: "be@example.vn"}, 1); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range d.Route(t.Context(), filed.Case.ID) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return d, filed
}

func due(t *testing.T, d *caseworktest.Desk) []*casework.Dispatch {
	t.Helper()
	out, err := d.Due(t.Context(), casework.WayMail, 10)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestADispatchIsSentOnce: one try at a time, later again when it failed, and nothing personal stays of what was sent.
func TestADispatchIsSentOnce(t *testing.T) {
	d, filed := byMail(t, law.Feedback)
	all := due(t, d)
	if len(all) != 1 {
		t.Fatalf("%d receipts", len(all))
	}
	other := *all[0]
	out, err := d.Claim(t.Context(), all[0])
	if err != nil || out.To != "be@example.vn" || out.Code != filed.Code.String() || out.Token != d.MailToken(filed.Case.ID) {
		t.Fatalf("%+v, %v", out, err)
	}
	if _, err := d.Claim(t.Context(), &other); !errors.Is(err, casework.ErrStale) {
		t.Errorf("two send it: %v", err)
	}
	if len(due(t, d)) != 0 {
		t.Error("it is due again at once")
	}
	d.Clock = d.Clock.Add(3 * time.Minute)
	if all = due(t, d); len(all) != 1 {
		t.Fatalf("a failed try is never repeated: %d", len(all))
	}
	if _, err := d.Claim(t.Context(), all[0]); err != nil {
		t.Fatal(err)
	}
	if err := d.Sent(t.Context(), all[0]); err != nil || len(all[0].To)+len(all[0].Code) > 0 {
		t.Errorf("%+v, %v", all[0], err)
	}
	d.Clock = d.Clock.Add(1000 * time.Hour)
	if err := d.Receipt(t.Context(), filed, casework.Reach{Way: casework.WayMail, To: "be@example.vn"}, 1); err != nil || len(due(t, d)) != 0 {
		t.Errorf("it is sent again: %v", err)
	}
}

// TestADispatchIsGivenUp in the end.
func TestADispatchIsGivenUp(t *testing.T) {
	d, _ := byMail(t, law.Feedback)
	tries := 0
	for range 30 {
		for _, x := range due(t, d) {
			if _, err := d.Claim(t.Context(), x); err == nil {
				tries++
			}
		}
		d.Clock = d.Clock.Add(48 * time.Hour)
	}
	if tries != 9 {
		t.Errorf("%d tries", tries)
	}
}

// TestWhatIsGivenUpIsToldToTheCase: a browser's push service sooner than a mail server, by the way that failed.
func TestWhatIsGivenUpIsToldToTheCase(t *testing.T) {
	for way, want := range map[casework.Way]struct {
		tries int
		what  string
	}{casework.WayPush: {5, "push_returned"}, casework.WayMail: {9, "mail_returned"}} {
		d := caseworktest.New()
		d.Outbox = &caseworktest.Outbox{}
		text := "be@example.vn"
		if way != casework.WayMail {
			text = string(way) + "\x00{}"
		}
		reach, err := d.Vault.SealPersonal([]byte(text), "x/reach")
		if err != nil {
			t.Fatal(err)
		}
		now, tries := d.Clock, 0
		if err := errors.Join(d.Kept.Insert(t.Context(), &casework.Case{ID: "x", V: 1, Kind: law.Feedback, Reach: reach}),
			d.Outbox.AddDispatches(t.Context(), &casework.Dispatch{ID: "x.1", V: 1, Case: "x", Seq: 1, Step: "answered", Way: way, Due: &now})); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			xs, err := d.Due(t.Context(), way, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range xs {
				if _, err := d.Claim(t.Context(), x); err == nil {
					tries++
				}
			}
			d.Clock = d.Clock.Add(48 * time.Hour)
		}
		c := stored(t, d, "x")
		if e := c.History[len(c.History)-1]; tries != want.tries || len(c.History) != 1 || e.What != want.what || e.Data["status"] != "given_up" || len(c.Reach) == 0 {
			t.Errorf("%s: %d tries, %+v", way, tries, c.History)
		}
	}
}

// TestStepsAreToldByDay: the entry that tells of a step brings one mail, in the night the next morning, and none to a denouncer, to an
// address that takes none, or once the case is a denunciation.
func TestStepsAreToldByDay(t *testing.T) {
	for name, tc := range map[string]struct {
		kind   law.Kind
		at     time.Duration // after eight in the morning
		change func(d *caseworktest.Desk, id string)
		wants  int
		hour   int
	}{
		"by day":       {law.Feedback, time.Hour, nil, 1, 9},
		"in the night": {law.Feedback, 13 * time.Hour, nil, 1, 7},
		"before seven": {law.Feedback, 22 * time.Hour, nil, 1, 7},
		"denunciation": {law.Denunciation, time.Hour, nil, 0, 0},
		"returned":     {law.Feedback, time.Hour, func(d *caseworktest.Desk, id string) { _ = d.Returned(t.Context(), id, "b", "5.1.1") }, 0, 0},
		"only late":    {law.Feedback, time.Hour, func(d *caseworktest.Desk, id string) { _ = d.Returned(t.Context(), id, "b", "4.1.1") }, 1, 9},
		"found to be a denunciation": {law.Feedback, time.Hour, func(d *caseworktest.Desk, id string) {
			order(t, d, staff(t, d, "reception"))(id, "reclassify", map[string]string{"kind": "denunciation", "reason": "Là tố cáo."})
		}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d, filed := byMail(t, tc.kind)
			for _, x := range due(t, d) {
				if err := d.Sent(t.Context(), x); err != nil {
					t.Fatal(err)
				}
			}
			id := filed.Case.ID
			if tc.change != nil {
				tc.change(d, id)
			}
			d.Clock = d.Clock.Add(tc.at)
			if c := stored(t, d, id); !c.Kind.Secret() {
				order(t, d, staff(t, d, "reception"))(id, "assign", map[string]string{"unit": "roads"})
				order(t, d, staff(t, d, "roadhead"))(id, "answer", map[string]string{"text": "Đã sửa.", "outcome": "resolved"})
			}
			c := stored(t, d, id)
			for range 2 {
				for _, err := range d.Notify(t.Context(), c.Tells()...) {
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			d.Clock = d.Clock.Add(24 * time.Hour)
			got := due(t, d)
			if len(got) != tc.wants || tc.wants == 1 && got[0].Due.In(casework.Vietnam).Hour() != tc.hour {
				t.Errorf("%d mails, %+v", len(got), got)
			}
			if len(c.Check()) > 0 {
				t.Error(c.Check())
			}
		})
	}
}
