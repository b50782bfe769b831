package casework_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// TestEveryStepThatTheLawTellsIsTold by the entry that makes it, in the words of the kind, and a decision once.
func TestEveryStepThatTheLawTellsIsTold(t *testing.T) {
	for what, want := range map[string]map[law.Kind]string{
		"refused":         {law.Complaint: "refused", law.Feedback: "refused_plain", law.Petition: "refused_plain"},
		"decided":         {law.Complaint: "decided"},
		"notified":        {law.Complaint: "", law.Denunciation: "answered"},
		"dialogue_called": {law.Complaint: "dialogue_called"}, "suspended": {law.Complaint: "suspended"}, "resumed": {law.Complaint: "resumed"},
		"transferred": {law.Petition: "transferred"}, "guided": {law.Complaint: "guided"}, "filed": {law.Complaint: "filed"},
		"returned": {law.Complaint: "returned"}, "discontinued": {law.Complaint: "discontinued"}, "started": {law.Feedback: "started"},
		"withdrawn": {law.Petition: "withdrawn"}, "assigned": {law.Feedback: ""}, "identity_opened": {law.Denunciation: ""},
	} {
		for kind, step := range want {
			d := caseworktest.New()
			box := &caseworktest.Outbox{}
			d.Outbox, d.Notices = box, noNotices{}
			reach, err := d.Vault.SealPersonal([]byte("be@example.vn"), "x/reach")
			if kind.Secret() {
				reach, err = d.Vault.SealIdentity([]byte("be@example.vn"), "x/reach")
			}
			if err != nil {
				t.Fatal(err)
			}
			c := &casework.Case{ID: "x", V: 1, Kind: kind, Reach: reach, History: []history.Entry{{Seq: 1, What: what}}}
			if err := d.Kept.Insert(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(d.Notify(t.Context(), casework.Warning{Case: "x", Seq: 1})...); err != nil {
				t.Fatal(err)
			}
			d.Clock = d.Clock.Add(24 * time.Hour)
			var got []string
			for _, x := range due(t, d) {
				got = append(got, x.Step)
			}
			if strings.Join(got, " ") != step {
				t.Errorf("%s of a %s is told as %q, want %q", what, kind, got, step)
			}
		}
	}
}

// TestAMessageThatMayHaveGoneOutIsNotSentAgain: whoever sends by a way that doubles stops in the middle; the case says so.
func TestAMessageThatMayHaveGoneOutIsNotSentAgain(t *testing.T) {
	d, filed := byMail(t, law.Feedback)
	d.ToldBy = []casework.Way{casework.WayMail, casework.WaySMS}
	if err := d.Sent(t.Context(), due(t, d)[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := d.TellAt(t.Context(), filed.Code.String(), casework.TellWish{Reach: casework.Reach{Way: casework.WaySMS, To: "0905 123 456"}}); err != nil {
		t.Fatal(err)
	}
	c := stored(t, d, filed.Case.ID)
	now := d.Clock
	if err := d.Outbox.AddDispatches(t.Context(), &casework.Dispatch{ID: "s", V: 1, Case: c.ID, Seq: 9, Step: "answered", Way: casework.WayMail, Due: &now}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Claim(t.Context(), due(t, d)[0]); !errors.Is(err, casework.ErrStale) {
		t.Fatalf("mail to somebody who chose SMS: %v", err)
	}
	sms := func() []*casework.Dispatch {
		out, err := d.Due(t.Context(), casework.WaySMS, 10)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := sms()[0]
	if out, err := d.Claim(t.Context(), first); err != nil || out.To != "+84905123456" {
		t.Fatalf("%+v %v", out, err)
	}
	if err := d.Failed(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	d.Clock = d.Clock.Add(5 * time.Minute)
	if _, err := d.Claim(t.Context(), sms()[0]); err != nil { // surely not sent: it is tried again, and then the program stops
		t.Fatal(err)
	}
	d.Clock = d.Clock.Add(24 * time.Hour)
	if _, err := d.Claim(t.Context(), sms()[0]); !errors.Is(err, casework.ErrStale) || len(sms()) != 0 {
		t.Errorf("sent again: %v", err)
	}
	c = stored(t, d, c.ID)
	if e := c.History[len(c.History)-1]; e.What != "mail_returned" || e.Data["status"] != "unsure" || len(c.Reach) == 0 {
		t.Errorf("%+v", e)
	}
}

// TestTheFormChoosesHowItsSenderIsTold: at what he typed; not where that is missing, nor unnamed, nor of a denunciation without a word
// that he knows the risk.
func TestTheFormChoosesHowItsSenderIsTold(t *testing.T) {
	base := func(kind law.Kind) casework.Draft {
		return casework.Draft{
			Key: "k-k-k-k-k-k-k-k-k-k-" + string(kind), Kind: kind, Subject: "Đèn", Body: "Đèn hỏng.", Counter: "c1", Channel: "qr",
			Contact: casework.Contact{Name: "Bé", Address: "Thôn Ba", Email: "be@example.vn", Phone: "+84905123456"}, Tell: casework.Reach{Way: casework.WayMail, To: "be@example.vn"},
		}
	}
	for name, tc := range map[string]struct {
		kind   law.Kind
		change func(*casework.Draft)
		field  string
	}{
		"mail":                        {law.Feedback, func(*casework.Draft) {}, ""},
		"nowhere":                     {law.Feedback, func(f *casework.Draft) { f.Tell.Way = "" }, ""},
		"no address":                  {law.Feedback, func(f *casework.Draft) { f.Tell.To = "" }, "contact.email"},
		"a way that is not there":     {law.Feedback, func(f *casework.Draft) { f.Tell = casework.Reach{Way: casework.WaySMS, To: "0905123456"} }, "tell"},
		"a way that nobody chooses":   {law.Feedback, func(f *casework.Draft) { f.Tell = casework.Reach{Way: casework.WayZalo, To: "1"} }, "tell"},
		"unnamed":                     {law.Complaint, func(f *casework.Draft) { f.Anonymous = true }, "tell"},
		"a denouncer":                 {law.Denunciation, func(*casework.Draft) {}, "knowing"},
		"a denouncer who knows":       {law.Denunciation, func(f *casework.Draft) { f.Knowing = true }, ""},
		"a denouncer who asks it not": {law.Denunciation, func(f *casework.Draft) { f.Tell = casework.Reach{} }, ""},
	} {
		d := caseworktest.New()
		d.Outbox = &caseworktest.Outbox{}
		f := base(tc.kind)
		tc.change(&f)
		filed, err := d.Submit(t.Context(), f)
		e, _ := errors.AsType[*casework.Error](err)
		switch {
		case tc.field == "" && err != nil, tc.field != "" && (e == nil || e.Fields[tc.field] == ""):
			t.Errorf("%s: %v", name, err)
		case tc.field == "" && (len(filed.Case.Reach) > 0) != (f.Tell.Way != ""):
			t.Errorf("%s: kept %t", name, len(filed.Case.Reach) > 0)
		}
	}
}
