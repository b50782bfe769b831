package casework_test

import (
	"strings"
	"testing"
	"time"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/i18n"
)

// TestTheWayOfACaseIsSaidFromItsState: whatever the kind and state, what is done stands before what is to come, one step at most is
// next, a case that ended otherwise shows that end and nothing to come, and every step has its words.
func TestTheWayOfACaseIsSaidFromItsState(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC)
	for _, kind := range law.Kinds() {
		for _, state := range law.States() {
			if state == law.Appealed && !kind.NeedsIdentity() {
				continue // knows no further instance
			}
			c := &casework.Case{
				Kind: kind, State: state, ReceivedAt: at, Unit: "u",
				History: []history.Entry{{Seq: 1, At: at, What: "received"}, {Seq: 2, At: at.Add(time.Hour), What: "accepted"}},
			}
			if state.Ended() {
				c.ClosedAt = &at
			}
			path := c.Path()
			next, ahead := 0, false
			for i, s := range path {
				if s.Past && ahead {
					t.Errorf("%s %s: %s is done after what is to come", kind, state, s.Name)
				}
				if s.Now {
					next++
				}
				ahead = ahead || !s.Past
				if i > 0 && s.Now && !path[i-1].Past {
					t.Errorf("%s %s: %s is next and the step before it is not done", kind, state, s.Name)
				}
				if !words.Has(c.StageKey(s.Name)) {
					t.Errorf("%s %s: no words for %s", kind, state, s.Name)
				}
			}
			if next > 1 || ahead != (next == 1) {
				t.Errorf("%s %s: %d next steps in %+v", kind, state, next, path)
			}
			if path[0].Name != "received" || path[0].Done == nil || !path[0].Done.Equal(at) {
				t.Errorf("%s %s begins with %+v", kind, state, path[0])
			}
		}
	}
}

// TestTheWayNamesTheDayThatAClockGives, and what was done on which day.
func TestTheWayNamesTheDayThatAClockGives(t *testing.T) {
	at := time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC)
	due, begun := at.AddDate(0, 0, 30), at.AddDate(0, 0, 4)
	c := &casework.Case{
		Kind: law.Complaint, State: law.Verifying, ReceivedAt: at, Unit: "u",
		History: []history.Entry{{At: at, What: "received"}, {At: at.Add(time.Hour), What: "assigned"}, {At: begun, What: "accepted"}},
		Clocks:  []casework.Clock{{Name: law.Acceptance, Due: begun, Done: &begun}, {Name: law.Resolution, Due: due, Law: "Luật Khiếu nại Đ.28"}},
	}
	got := map[string]casework.Stage{}
	for _, s := range c.Path() {
		got[s.Name] = s
	}
	if s := got["accepted"]; !s.Past || s.Done == nil || !s.Done.Equal(begun) || !s.Due.IsZero() {
		t.Errorf("accepted: %+v", s)
	}
	if s := got["resolved"]; !s.Now || !s.Due.Equal(due) || s.Law != "Luật Khiếu nại Đ.28" {
		t.Errorf("resolved: %+v", s)
	}
	if s := got["effect"]; s.Past || s.Now || !s.Due.IsZero() {
		t.Errorf("effect: %+v", s)
	}
	c.State, c.ClosedAt, c.Legal.EndedAs = law.Closed, &due, law.Withdrawn
	path := c.Path()
	if last := path[len(path)-1]; last.Name != "end.withdrawn" || !last.Past || !last.Done.Equal(due) {
		t.Errorf("a withdrawn case whose file is closed ends with %+v", last)
	}
	c.Legal.EndedAs, c.Answer = law.Effective, &casework.Answer{At: due}
	if path = c.Path(); len(path) != 6 || !path[5].Past {
		t.Errorf("a closed case that was decided: %+v", path)
	}
}

// names writes a way as its steps: done ones with +, the next one with >.
func names(c *casework.Case) string {
	var out []string
	for _, s := range c.Path() {
		switch {
		case s.Past:
			out = append(out, "+"+s.Name)
		case s.Now:
			out = append(out, ">"+s.Name)
		default:
			out = append(out, s.Name)
		}
	}
	return strings.Join(out, " ")
}

// TestTheWayIsThatOfTheCase: what the law asks of this case besides its kind, and where a case that left the ordinary way is.
func TestTheWayIsThatOfTheCase(t *testing.T) {
	at := time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		what   string
		c      casework.Case
		events string
		want   string
	}{
		{"a complaint that met with silence and was taken further", casework.Case{Kind: law.Complaint, State: law.Appealed, Unit: "u"}, "assigned accepted appealed", "+received +assigned +accepted +end.appealed"},
		{"a refused complaint that was taken further", casework.Case{Kind: law.Complaint, State: law.Appealed, Unit: "u"}, "assigned refused appealed", "+received +assigned +end.appealed"},
		{"a decided complaint that was taken further", casework.Case{Kind: law.Complaint, State: law.Appealed, Unit: "u", Answer: &casework.Answer{}}, "assigned accepted decided notified appealed", "+received +assigned +accepted +resolved +notified +end.appealed"},
		{"a subordinate was urged", casework.Case{Kind: law.Complaint, State: law.Urged, Unit: "u"}, "assigned urged", "+received +assigned +urged >report"},
		{"an urged subordinate has reported", casework.Case{Kind: law.Complaint, State: law.Urged, Unit: "u"}, "assigned urged report_received", "+received +assigned +urged +report >followed"},
		{"urged again after its report", casework.Case{Kind: law.Complaint, State: law.Urged, Unit: "u"}, "assigned urged report_received urged", "+received +assigned +urged >report"},
		{"closed after the report", casework.Case{Kind: law.Complaint, State: law.Closed, Unit: "u", Legal: casework.Legal{EndedAs: law.Closed}}, "assigned urged report_received closed", "+received +assigned +urged +report +end.closed"},
		{"closed once its end was told", casework.Case{Kind: law.Complaint, State: law.Closed, Unit: "u", Legal: casework.Legal{EndedAs: law.Closed}}, "assigned accepted discontinued closed", "+received +assigned +accepted +discontinued +end.closed"},
		{"not eligible", casework.Case{Kind: law.Denunciation, State: law.Ineligible, Unit: "u"}, "assigned found_ineligible", "+received >ineligible"},
		{"asked, though not within the competence", casework.Case{Kind: law.Complaint, State: law.NeedsInfo, Unit: "u", Legal: casework.Legal{Foreign: true}}, "assigned found_incompetent info_asked", "+received +assigned >forward"},
		{"a nameless denunciation", casework.Case{Kind: law.Denunciation, State: law.Assigned, Unit: "u", Anonymous: true}, "assigned", "+received >inspected"},
		{"a nameless denunciation that is looked into", casework.Case{Kind: law.Denunciation, State: law.InProgress, Unit: "u", Anonymous: true}, "assigned inspection_begun", "+received >inspected"},
		{"a nameless denunciation that was looked into", casework.Case{Kind: law.Denunciation, State: law.Closed, Unit: "u", Anonymous: true}, "assigned inspection_begun inspection_ended", "+received +inspected"},
		{"discontinued", casework.Case{Kind: law.Complaint, State: law.Discontinued, Unit: "u"}, "assigned accepted discontinued", "+received +assigned +accepted +discontinued >discontinued_sent"},
		{"somebody wishes to withdraw", casework.Case{Kind: law.Complaint, State: law.Withdrawing, Unit: "u"}, "assigned withdrawal_asked", "+received +assigned >withdrawal"},
		{"not within the competence", casework.Case{Kind: law.Complaint, State: law.Classifying, Unit: "u", Legal: casework.Legal{Foreign: true}}, "assigned found_incompetent", "+received +assigned >forward"},
		{"registered, given to nobody", casework.Case{Kind: law.Feedback, State: law.Registered}, "registered", "+received >assigned accepted resolved"},
		{"given, taken back and registered", casework.Case{Kind: law.Feedback, State: law.Registered}, "assigned taken_back registered", "+received >assigned accepted resolved"},
		{"a second complaint", casework.Case{Kind: law.Complaint, State: law.Verifying, Unit: "u", Legal: casework.Legal{Level: 2}}, "assigned accepted started", "+received +assigned +accepted >dialogue resolved notified published effect"},
		{"a second complaint that was heard", casework.Case{Kind: law.Complaint, State: law.Verifying, Unit: "u", Legal: casework.Legal{Level: 2, Dialogues: 1}}, "assigned accepted started dialogue_held", "+received +assigned +accepted +dialogue >resolved notified published effect"},
		{"a second decision in effect and not public", casework.Case{Kind: law.Complaint, State: law.Effective, Unit: "u", Answer: &casework.Answer{}, Legal: casework.Legal{Level: 2, Dialogues: 1}}, "assigned accepted dialogue_held decided notified effective", "+received +assigned +accepted +dialogue +resolved +notified +effect >published"},
		{"a second decision that is public", casework.Case{Kind: law.Complaint, State: law.Published, Unit: "u", Answer: &casework.Answer{}, Legal: casework.Legal{Level: 2, Dialogues: 1}}, "assigned accepted dialogue_held decided notified published", "+received +assigned +accepted +dialogue +resolved +notified +published >effect"},
		{"called to a dialogue", casework.Case{Kind: law.Complaint, State: law.Dialogue, Unit: "u", Legal: casework.Legal{Level: 1}}, "assigned accepted dialogue_called", "+received +assigned +accepted >dialogue resolved notified effect"},
		{"guided", casework.Case{Kind: law.Complaint, State: law.Guided, Unit: "u"}, "assigned guided", "+received +assigned +end.guided"},
	} {
		tc.c.ReceivedAt = at
		for i, what := range append([]string{"received"}, strings.Fields(tc.events)...) {
			tc.c.History = append(tc.c.History, history.Entry{Seq: i + 1, At: at.Add(time.Duration(i) * time.Hour), What: what})
		}
		if got := names(&tc.c); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.what, got, tc.want)
		}
	}
}

// TestAStepBearsTheDayOnWhichItWasDone: accepted on the day of acceptance, not when work began; given to the unit when that was done
// first; the end on the day of that end.
func TestAStepBearsTheDayOnWhichItWasDone(t *testing.T) {
	at := time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return at.AddDate(0, 0, n) }
	closed := day(9)
	c := &casework.Case{Kind: law.Complaint, State: law.Litigated, Unit: "u", ReceivedAt: at, ClosedAt: &closed, History: []history.Entry{
		{At: at, What: "received"},
		{At: day(1), What: "assigned"},
		{At: day(3), What: "accepted"},
		{At: day(4), What: "started"},
		{At: day(5), What: "assigned"},
		{At: closed, What: "refused"},
		{At: day(12), What: "litigated"},
	}}
	want := map[string]time.Time{"received": at, "assigned": day(1), "accepted": day(3), "end.litigated": day(12)}
	for _, s := range c.Path() {
		if s.Done == nil || !s.Done.Equal(want[s.Name]) {
			t.Errorf("%s: %v, want %v", s.Name, s.Done, want[s.Name])
		}
		delete(want, s.Name)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

// TestTheWayOfASuspendedCaseWaits for what it was suspended for: no step of the ordinary way is next, and its day is that on which the reason
// is looked at again.
func TestTheWayOfASuspendedCaseWaits(t *testing.T) {
	at := walk(t, draft(law.Complaint), []string{"accept", "start", "suspend"})
	c := stored(t, at.desk, at.it.ID)
	var now []casework.Stage
	for _, s := range c.Path() {
		if s.Now {
			now = append(now, s)
		}
	}
	if len(now) != 1 || now[0].Name != "suspended" || now[0].Due.IsZero() || now[0].DueKey() != "path.by.recheck" || c.ToldStatus() != "status.suspended" {
		t.Errorf("%s: next is %+v", c.ToldStatus(), now)
	}
}

// TestWhatCameOnPaperWasReceivedThatDay, however much later it was entered; and a decision is in force after its day, not by it.
func TestWhatCameOnPaperWasReceivedThatDay(t *testing.T) {
	at := time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC)
	c := &casework.Case{
		Kind: law.Complaint, State: law.Notified, ReceivedAt: at.AddDate(0, 0, -4), Unit: "u",
		History: []history.Entry{{Seq: 1, At: at, What: "received"}}, Clocks: []casework.Clock{{Name: law.Effect, Start: at, Due: at.AddDate(0, 0, 30)}},
	}
	path := c.Path()
	if first := path[0]; !first.Done.Equal(c.ReceivedAt) {
		t.Errorf("received on %s", first.Done)
	}
	if last := path[len(path)-1]; last.Name != "effect" || last.DueKey() != "path.from" || path[1].DueKey() != "path.by" {
		t.Errorf("%+v", last)
	}
}

// TestAClockIsCalledAfterWhatItsCaseWaitsFor.
func TestAClockIsCalledAfterWhatItsCaseWaitsFor(t *testing.T) {
	for _, tc := range []struct {
		state law.State
		clock law.ClockName
		want  string
	}{
		{law.Urged, law.FollowUp, "clock.follow_up.urged"},
		{law.Enforcing, law.FollowUp, "clock.follow_up"},
		{law.Ineligible, law.Acceptance, "clock.acceptance.ineligible"},
		{law.Assigned, law.Acceptance, "clock.acceptance"},
	} {
		c := &casework.Case{Kind: law.Complaint, State: tc.state, Clocks: []casework.Clock{{Name: tc.clock, Due: time.Now()}}}
		told, ok := c.ToldDue(time.Now())
		if got := c.ClockKey(tc.clock); got != tc.want || !ok || strings.TrimPrefix(told.Key, "told.due.") != strings.TrimPrefix(tc.want, "clock.") {
			t.Errorf("%s in %s: %s, told %s", tc.clock, tc.state, got, told.Key)
		}
	}
}
