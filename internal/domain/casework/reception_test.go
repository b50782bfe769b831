package casework_test

import (
	"errors"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

func taken(kind law.Kind, on string) casework.Taken {
	return casework.Taken{Draft: draft(kind), Channel: casework.ByForward, On: on, Forwarder: "Văn phòng Đoàn đại biểu Quốc hội"}
}

// TestForwardedLetterRunsFromItsReceipt: entered days later, its limits run from the day it came, and whoever passed it on is owed
// his answer (Luật Tố cáo Đ.24.1, 26.2).
func TestForwardedLetterRunsFromItsReceipt(t *testing.T) {
	d := caseworktest.New()
	day := d.Clock.In(casework.Vietnam).AddDate(0, 0, -3)
	filed, err := d.TakeIn(t.Context(), staff(t, d, "reception"), taken(law.Denunciation, day.Format(time.DateOnly)))
	wantOK(t, err)
	wantOK(t, d.Route(t.Context(), filed.Case.ID)[0])
	c := stored(t, d, filed.Case.ID)
	k, ok := casework.ClockOf(c, law.ForwarderReply)
	if !ok || vnDay(k.Start) != vnDay(day) || vnDay(k.Due) != vnDay(day.AddDate(0, 0, 20)) {
		t.Errorf("the answer is owed by %+v", k)
	}
	if a, _ := casework.ClockOf(c, law.Acceptance); vnDay(a.Start) != vnDay(day) || c.Channel != casework.ByForward || c.Forwarder == "" || c.Home != "centre" {
		t.Errorf("%+v, %s, %s, %s", a, c.Channel, c.Forwarder, c.Home)
	}
	if c.History[0].Actor != history.ByStaff("reception") {
		t.Errorf("received by %s", c.History[0].Actor)
	}
	makeMove(t, d, c.ID, "reply_forwarder")
}

// TestOnlyReceptionTakesLettersIn, with a day that can be and a forwarder where there is one.
func TestOnlyReceptionTakesLettersIn(t *testing.T) {
	d := caseworktest.New()
	today := d.Clock.In(casework.Vietnam)
	for _, who := range []string{"officer", "admin", "inspector", "chair"} {
		if _, err := d.TakeIn(t.Context(), staff(t, d, who), taken(law.Feedback, vnISO(today))); casework.CodeOf(err) != casework.Forbidden {
			t.Errorf("%s: %v", who, err)
		}
	}
	for field, change := range map[string]func(*casework.Taken){
		"received_on": func(in *casework.Taken) { in.On = vnISO(today.AddDate(0, 0, 1)) },
		"forwarder":   func(in *casework.Taken) { in.Forwarder = "" },
		"channel":     func(in *casework.Taken) { in.Channel, in.Forwarder = "web", "" },
		"subject":     func(in *casework.Taken) { in.Draft.Subject = "" },
	} {
		in := taken(law.Feedback, vnISO(today))
		change(&in)
		if _, err := d.TakeIn(t.Context(), staff(t, d, "reception"), in); fields(err)[field] == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	for name, change := range map[string]func(*casework.Taken){
		"no day": func(in *casework.Taken) { in.On = "" }, "years ago": func(in *casework.Taken) { in.On = vnISO(today.AddDate(-2, 0, 0)) },
	} {
		in := taken(law.Feedback, vnISO(today))
		change(&in)
		if _, err := d.TakeIn(t.Context(), staff(t, d, "reception"), in); fields(err)["received_on"] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	in := taken(law.Feedback, vnISO(today))
	in.Channel = casework.ByPaper
	if _, err := d.TakeIn(t.Context(), staff(t, d, "reception"), in); fields(err)["forwarder"] == "" {
		t.Errorf("nobody passed it on: %v", err)
	}
	in.Forwarder = ""
	filed, err := d.TakeIn(t.Context(), staff(t, d, "reception"), in)
	wantOK(t, err)
	if again, err := d.TakeIn(t.Context(), staff(t, d, "reception"), in); err != nil || !again.Replay || again.Case.ID != filed.Case.ID {
		t.Errorf("sent twice: %v, %t", err, again.Replay)
	}
}

func vnISO(at time.Time) string { return at.In(casework.Vietnam).Format(time.DateOnly) }

// TestReceptionEntersForItsOwnCountersAlone: a letter is not put down to another authority's counter.
func TestReceptionEntersForItsOwnCountersAlone(t *testing.T) {
	d := caseworktest.New()
	content := caseworktest.Commune()
	content.Counters = append(content.Counters, office.Counter{ID: "city1", Unit: "city", Version: 1})
	d.Offices = caseworktest.Fixed{O: office.New(content)}
	for counter, want := range map[string]string{"": "", "c1": "", "city1": "error.field.counter", "none": "error.field.counter"} {
		f := draft(law.Feedback)
		f.Key, f.Counter = "at "+counter, counter
		filed, err := d.TakeIn(t.Context(), staff(t, d, "reception"), casework.Taken{Draft: f, Channel: casework.ByPaper, On: d.Clock.In(casework.Vietnam).Format(time.DateOnly)})
		if fault, _ := errors.AsType[*casework.Error](err); want != "" && (fault == nil || fault.Fields["counter"] != want) {
			t.Errorf("%q: %v", counter, err)
		} else if want == "" && (err != nil || filed.Case.Counter != counter || filed.Case.Home != "centre") {
			t.Errorf("%q: %v", counter, err)
		}
	}
}
