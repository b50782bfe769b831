package casework_test

import (
	"testing"
	"time"

	"tiepdan/assets"
	"tiepdan/internal/casework"
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
	for _, kind := range casework.Kinds() {
		for _, state := range casework.States() {
			c := &casework.Case{
				Kind: kind, State: state, ReceivedAt: at,
				History: []casework.Entry{{Seq: 1, At: at, What: "received"}, {Seq: 2, At: at.Add(time.Hour), What: "accepted"}},
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
				key := "path." + s.Name
				if !words.Has(key) && !words.Has(key+"."+string(kind)) && !words.Has("status."+string(state.Status())) {
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
		Kind: casework.Complaint, State: casework.Verifying, ReceivedAt: at,
		History: []casework.Entry{{At: at, What: "received"}, {At: at.Add(time.Hour), What: "assigned"}, {At: begun, What: "accepted"}},
		Clocks:  []casework.Clock{{Name: casework.Acceptance, Due: begun, Done: &begun}, {Name: casework.Resolution, Due: due, Law: "Luật Khiếu nại Đ.28"}},
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
	c.State, c.ClosedAt, c.Legal.EndedAs = casework.Closed, &due, casework.Withdrawn
	path := c.Path()
	if last := path[len(path)-1]; last.Name != "end.withdrawn" || !last.Past || !last.Done.Equal(due) {
		t.Errorf("a withdrawn case whose file is closed ends with %+v", last)
	}
	c.Legal.EndedAs, c.Answer = casework.Effective, &casework.Answer{At: due}
	if path = c.Path(); len(path) != 6 || !path[5].Past {
		t.Errorf("a closed case that was decided: %+v", path)
	}
}
