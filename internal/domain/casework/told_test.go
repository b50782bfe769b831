package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/assets"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/i18n"
)

// TestEveryToldSentenceHasItsWords in every language, with the day, the law and the lengths that it is given.
func TestEveryToldSentenceHasItsWords(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"vi", "en"} {
		for _, key := range casework.ToldKeys() {
			said := words.Say(lang, key, map[string]string{"date": "DATE", "law": "LAW", "days": "DAYS", "more": "MORE", "far": "FAR", "far_more": "FAR_MORE"})
			if said == key || strings.Contains(said, "{") {
				t.Errorf("%s %s: %q", lang, key, said)
			}
			if strings.HasPrefix(key, "told.sign.") {
				if strings.Contains(said, "DATE") == strings.HasSuffix(key, ".undated") || !strings.Contains(said, "LAW") {
					t.Errorf("%s %s: %q", lang, key, said)
				}
				continue
			}
			due := strings.HasPrefix(key, "told.due.") || strings.HasPrefix(key, "told.late")
			if due != (strings.Contains(said, "DATE") && strings.Contains(said, "LAW")) && !strings.HasPrefix(key, "told.then.") {
				t.Errorf("%s %s names its day and law: %q", lang, key, said)
			}
			if strings.Contains(said, "Đ.") {
				t.Errorf("%s %s: %q", lang, key, said)
			}
		}
	}
}

// TestToldThenAsksTheInstanceAndThePlace: the lengths of Luật Khiếu nại Điều 28 for a first complaint, Điều 37 for a second.
func TestToldThenAsksTheInstanceAndThePlace(t *testing.T) {
	for _, tc := range []struct {
		level      int
		remote     bool
		key, law   string
		days, more int
		far, most  int
	}{
		{1, false, "told.then.complaint", "Luật Khiếu nại Đ.28", 30, 45, 45, 60},
		{1, true, "told.then.complaint.remote", "Luật Khiếu nại Đ.28", 45, 60, 0, 0},
		{2, false, "told.then.complaint.second", "Luật Khiếu nại Đ.37", 45, 60, 60, 70},
		{2, true, "told.then.complaint.second.remote", "Luật Khiếu nại Đ.37", 60, 70, 0, 0},
	} {
		c := &casework.Case{Kind: law.Complaint, State: law.Received, ReceivedAt: time.Now(), Legal: casework.Legal{Level: tc.level, Remote: tc.remote}}
		got, ok := c.ToldThen()
		if want := (casework.Told{Key: tc.key, Law: tc.law, Days: tc.days, More: tc.more, Far: tc.far, FarMore: tc.most}); !ok || got != want {
			t.Errorf("level %d, remote %v: %+v, want %+v", tc.level, tc.remote, got, want)
		}
		c.State = law.Accepted
		if got, ok := c.ToldThen(); ok {
			t.Errorf("after acceptance: %+v", got)
		}
	}
}

// TestToldNowSaysNothingOfAHeadInTriage: a letter that no rule could route has reached nobody's head.
func TestToldNowSaysNothingOfAHeadInTriage(t *testing.T) {
	words, err := i18n.Load(assets.Files, "locales", "vi", "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []law.State{law.Received, law.Triage} {
		c := &casework.Case{Kind: law.Feedback, State: s}
		for lang, head := range map[string]string{"vi": "thủ trưởng", "en": "head"} {
			if said := words.Say(lang, c.ToldNow().Key, nil); strings.Contains(said, head) {
				t.Errorf("%s, %s: %q", s, lang, said)
			}
		}
	}
	refused := &casework.Case{Kind: law.Feedback, State: law.Refused}
	if said := words.Say("vi", refused.ToldNow().Key, nil); strings.Contains(said, "thụ lý") {
		t.Errorf("of feedback that is declined: %q", said)
	}
}

// TestToldDueSaysWhatHappensByTheDay walks every kind from receipt and compares the sentence with the clock that runs.
func TestToldDueSaysWhatHappensByTheDay(t *testing.T) {
	desk := caseworktest.New()
	known := casework.ToldKeys()
	for _, kind := range law.Kinds() {
		c := submit(t, desk, casework.Draft{Key: "a key for " + string(kind), Kind: kind, Subject: "Đường hỏng", Body: "Đường hỏng nặng.", Contact: casework.Contact{Name: "Trần Văn An"}}).Case
		k, _ := c.Running()
		got, ok := c.ToldDue(k.Due)
		if !ok || !slices.Contains(known, got.Key) || !strings.HasPrefix(got.Key, "told.due."+string(k.Name)) || !got.Due.Equal(k.Due) || got.Law != k.Law {
			t.Errorf("%s: %+v, with the clock %+v", kind, got, k)
		}
		if late, ok := c.ToldWarning(k.Due.Add(-time.Minute)); ok {
			t.Errorf("%s is said to be late before its day is over: %+v", kind, late)
		}
		if late, ok := c.ToldWarning(k.Due.Add(time.Minute)); !ok || !slices.Contains(known, late.Key) {
			t.Errorf("%s is not said to be late: %+v", kind, late)
		}
		c.State = law.Closed
		if got, ok := c.ToldDue(k.Due); ok {
			t.Errorf("%s, closed: %+v", kind, got)
		}
	}
}

// TestLatenessPromisesOnlyTheRightThatIsOpen: a further complaint or denunciation is offered where it may be filed now, not because any
// duty is late.
func TestLatenessPromisesOnlyTheRightThatIsOpen(t *testing.T) {
	now := time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	late := func(kind law.Kind, state law.State, level int, name law.ClockName, answered bool) *casework.Case {
		c := &casework.Case{
			Kind: kind, State: state, Lane: state.Lane(), Unit: "u", ReceivedAt: now.AddDate(0, -3, 0), Legal: casework.Legal{Level: level},
			Clocks: []casework.Clock{{Name: name, Due: now.AddDate(0, 0, -3), Law: "Luật"}},
		}
		if answered {
			c.Answer = &casework.Answer{}
		}
		return c
	}
	for _, tc := range []struct {
		c    *casework.Case
		want string
	}{
		{late(law.Complaint, law.Verifying, 1, law.Resolution, false), "told.late.complaint"},
		{late(law.Complaint, law.Decided, 1, law.DecisionNotice, true), "told.late"},
		{late(law.Complaint, law.Effective, 1, law.FollowUp, true), "told.late"},
		{late(law.Complaint, law.Verifying, 2, law.Resolution, false), "told.late.complaint.second"},
		{late(law.Complaint, law.Decided, 2, law.DecisionNotice, true), "told.late"},
		{late(law.Denunciation, law.Verifying, 1, law.Resolution, false), "told.late.denunciation"},
		{late(law.Denunciation, law.Verifying, 1, law.AcceptanceNotice, false), "told.late.secret"},
		{late(law.Denunciation, law.Notified, 1, law.Publish, true), "told.late.secret"},
		{late(law.Feedback, law.InProgress, 0, law.Resolution, false), "told.late"},
	} {
		got, ok := tc.c.ToldWarning(now)
		if !ok || got.Key != tc.want {
			t.Errorf("%s %s, %s late: %q, want %q", tc.c.Kind, tc.c.State, tc.c.Clocks[0].Name, got.Key, tc.want)
		}
		if open := casework.MayAppeal(tc.c, now); strings.HasSuffix(got.Key, ".complaint") != (open && tc.c.Kind == law.Complaint && tc.c.Answer == nil) {
			t.Errorf("%s %s: promised %q, open %t", tc.c.Kind, tc.c.State, got.Key, open)
		}
	}
}

// TestToldThenPromisesNoAcceptance to whom it was given, nor where there is none to come.
func TestToldThenPromisesNoAcceptance(t *testing.T) {
	for what, c := range map[string]*casework.Case{
		"accepted, and asked for papers": {Kind: law.Complaint, State: law.NeedsInfo, Legal: casework.Legal{Level: 1}, Clocks: []casework.Clock{{Name: law.Resolution}}},
		"found not ours":                 {Kind: law.Complaint, State: law.Classifying, Legal: casework.Legal{Level: 1, Foreign: true}},
		"nameless":                       {Kind: law.Denunciation, State: law.Assigned, Anonymous: true, Legal: casework.Legal{Level: 1}},
	} {
		if got, ok := c.ToldThen(); ok {
			t.Errorf("%s: %+v", what, got)
		}
	}
}

// TestASecondDecisionIsNoConclusion: what is said of its publication and effect is of a complaint, and of a second one.
func TestASecondDecisionIsNoConclusion(t *testing.T) {
	for name, want := range map[law.ClockName]string{law.Publish: "told.due.publish.complaint", law.Posting: "told.due.posting.complaint", law.Effect: "told.due.effect.second"} {
		c := &casework.Case{Kind: law.Complaint, State: law.Notified, Legal: casework.Legal{Level: 2}, Clocks: []casework.Clock{{Name: name, Due: time.Now()}}}
		if got, ok := c.ToldDue(c.Clocks[0].Due); !ok || got.Key != want {
			t.Errorf("%s: %q", name, got.Key)
		}
	}
}

// TestAPostingThatIsOverIsNotPromised: what only had to hang is told until its last day.
func TestAPostingThatIsOverIsNotPromised(t *testing.T) {
	due := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	c := &casework.Case{Kind: law.Denunciation, State: law.Published, Clocks: []casework.Clock{{Name: law.Posting, Due: due}}}
	if _, ok := c.ToldDue(due); !ok {
		t.Error("it hangs, and nothing is told")
	}
	if told, ok := c.ToldDue(due.Add(time.Minute)); ok {
		t.Errorf("it is over, and %s is told", told.Key)
	}
}
