package casework_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
)

// TestEveryStepThatTheLawTellsIsTold by the entry that makes it, in the words of the kind, and a decision once.
func TestEveryStepThatTheLawTellsIsTold(t *testing.T) {
	for what, want := range map[string]map[casework.Kind]string{
		"refused":         {casework.Complaint: "refused", casework.Feedback: "refused_plain", casework.Petition: "refused_plain"},
		"decided":         {casework.Complaint: "decided"},
		"notified":        {casework.Complaint: "", casework.Denunciation: "answered"},
		"dialogue_called": {casework.Complaint: "dialogue_called"}, "suspended": {casework.Complaint: "suspended"}, "resumed": {casework.Complaint: "resumed"},
		"transferred": {casework.Petition: "transferred"}, "guided": {casework.Complaint: "guided"}, "filed": {casework.Complaint: "filed"},
		"returned": {casework.Complaint: "returned"}, "discontinued": {casework.Complaint: "discontinued"}, "started": {casework.Feedback: "started"},
		"withdrawn": {casework.Petition: "withdrawn"}, "assigned": {casework.Feedback: ""}, "identity_opened": {casework.Denunciation: ""},
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
			c := &casework.Case{ID: "x", V: 1, Kind: kind, Reach: reach, History: []casework.Entry{{Seq: 1, What: what}}}
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
	d, filed := byMail(t, casework.Feedback)
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
	base := func(kind casework.Kind) casework.Draft {
		return casework.Draft{
			Key: "k-k-k-k-k-k-k-k-k-k-" + string(kind), Kind: kind, Subject: "Đèn", Body: "Đèn hỏng.", Counter: "c1", Channel: "qr",
			Contact: casework.Contact{Name: "Bé", Address: "Thôn Ba", Email: "be@example.vn", Phone: "+84905123456"}, Tell: casework.Reach{Way: casework.WayMail, To: "be@example.vn"},
		}
	}
	for name, tc := range map[string]struct {
		kind   casework.Kind
		change func(*casework.Draft)
		field  string
	}{
		"mail":                        {casework.Feedback, func(*casework.Draft) {}, ""},
		"nowhere":                     {casework.Feedback, func(f *casework.Draft) { f.Tell.Way = "" }, ""},
		"no address":                  {casework.Feedback, func(f *casework.Draft) { f.Tell.To = "" }, "contact.email"},
		"a way that is not there":     {casework.Feedback, func(f *casework.Draft) { f.Tell = casework.Reach{Way: casework.WaySMS, To: "0905123456"} }, "tell"},
		"a way that nobody chooses":   {casework.Feedback, func(f *casework.Draft) { f.Tell = casework.Reach{Way: casework.WayZalo, To: "1"} }, "tell"},
		"unnamed":                     {casework.Complaint, func(f *casework.Draft) { f.Anonymous = true }, "tell"},
		"a denouncer":                 {casework.Denunciation, func(*casework.Draft) {}, "knowing"},
		"a denouncer who knows":       {casework.Denunciation, func(f *casework.Draft) { f.Knowing = true }, ""},
		"a denouncer who asks it not": {casework.Denunciation, func(f *casework.Draft) { f.Tell = casework.Reach{} }, ""},
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
