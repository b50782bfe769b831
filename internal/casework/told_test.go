package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tiepdan/assets"
	"tiepdan/internal/casework"
	"tiepdan/internal/casework/caseworktest"
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
			due := strings.HasPrefix(key, "told.due.") || strings.HasPrefix(key, "told.late.")
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
		c := &casework.Case{Kind: casework.Complaint, State: casework.Received, ReceivedAt: time.Now(), Legal: casework.Legal{Level: tc.level, Remote: tc.remote}}
		got, ok := c.ToldThen()
		if want := (casework.Told{Key: tc.key, Law: tc.law, Days: tc.days, More: tc.more, Far: tc.far, FarMore: tc.most}); !ok || got != want {
			t.Errorf("level %d, remote %v: %+v, want %+v", tc.level, tc.remote, got, want)
		}
		c.State = casework.Accepted
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
	for _, s := range []casework.State{casework.Received, casework.Triage} {
		c := &casework.Case{Kind: casework.Feedback, State: s}
		for lang, head := range map[string]string{"vi": "thủ trưởng", "en": "head"} {
			if said := words.Say(lang, c.ToldNow().Key, nil); strings.Contains(said, head) {
				t.Errorf("%s, %s: %q", s, lang, said)
			}
		}
	}
	refused := &casework.Case{Kind: casework.Feedback, State: casework.Refused}
	if said := words.Say("vi", refused.ToldNow().Key, nil); strings.Contains(said, "thụ lý") {
		t.Errorf("of feedback that is declined: %q", said)
	}
}

// TestToldDueSaysWhatHappensByTheDay walks every kind from receipt and compares the sentence with the clock that runs.
func TestToldDueSaysWhatHappensByTheDay(t *testing.T) {
	desk := caseworktest.New()
	known := casework.ToldKeys()
	for _, kind := range casework.Kinds() {
		c := submit(t, desk, casework.Draft{Key: "a key for " + string(kind), Kind: kind, Subject: "Đường hỏng", Body: "Đường hỏng nặng.", Contact: casework.Contact{Name: "Trần Văn An"}}).Case
		k, _ := c.Running()
		got, ok := c.ToldDue()
		if !ok || !slices.Contains(known, got.Key) || !strings.HasPrefix(got.Key, "told.due."+string(k.Name)) || !got.Due.Equal(k.Due) || got.Law != k.Law {
			t.Errorf("%s: %+v, with the clock %+v", kind, got, k)
		}
		if late, ok := c.ToldWarning(k.Due.Add(-time.Minute)); ok {
			t.Errorf("%s is said to be late before its day is over: %+v", kind, late)
		}
		if late, ok := c.ToldWarning(k.Due.Add(time.Minute)); !ok || !slices.Contains(known, late.Key) {
			t.Errorf("%s is not said to be late: %+v", kind, late)
		}
		c.State = casework.Closed
		if got, ok := c.ToldDue(); ok {
			t.Errorf("%s, closed: %+v", kind, got)
		}
	}
}
