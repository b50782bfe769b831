package casework_test

import (
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

func person(t *testing.T, id string) office.Staff {
	t.Helper()
	who, ok := office.New(caseworktest.Commune()).Staff(id)
	if !ok {
		t.Fatalf("there is no %s", id)
	}
	return who
}

// unsorted is a petition that no rule could place.
func unsorted(t *testing.T) (*caseworktest.Desk, *casework.Case) {
	t.Helper()
	d := caseworktest.New()
	f := draft(law.Petition)
	f.Category = ""
	c := routed(t, d, f).Case
	if c.State != law.Triage {
		t.Fatalf("it is %s", c.State)
	}
	return d, c
}

// act is a move of somebody's.
type act struct {
	who, move string
	args      map[string]string
}

// try makes a move.
func try(t *testing.T, d *caseworktest.Desk, c *casework.Case, a act) (*casework.Case, error) {
	t.Helper()
	c = stored(t, d, c.ID)
	return d.Move(t.Context(), person(t, a.who), casework.Order{Ref: c.Ref, Rev: c.Rev(), Move: a.move, Args: a.args})
}

func done(t *testing.T, d *caseworktest.Desk, c *casework.Case, a act) *casework.Case {
	t.Helper()
	c, err := try(t, d, c, a)
	if err != nil {
		t.Fatalf("%s: %v", a.move, err)
	}
	return c
}

// TestAMoveIsTakenBack: what was assigned, registered or classified goes back to where it stood, both moves stay in the history, and
// it goes back once.
func TestAMoveIsTakenBack(t *testing.T) {
	for name, args := range map[string]map[string]string{"assign": {"unit": "centre"}, "register": nil, "classify": nil} {
		for _, given := range []bool{false, true} {
			d, c := unsorted(t)
			if given {
				c = done(t, d, c, act{"reception", "assign", map[string]string{"unit": "roads"}})
			}
			was, n := c, len(c.History)
			c = done(t, d, c, act{"reception", name, args})
			if !c.MayTakeBack("reception", d.Clock) || c.MayTakeBack("roadhead", d.Clock) {
				t.Errorf("%s: whoever made the move may take it back, and nobody else", name)
			}
			c = done(t, d, c, act{"reception", "take_back", nil})
			if c.State != was.State || c.Unit != was.Unit || c.Assignee != was.Assignee || c.Shelf != was.Shelf {
				t.Errorf("%s: it is %s with %q of %q, was %s with %q of %q", name, c.State, c.Assignee, c.Unit, was.State, was.Assignee, was.Unit)
			}
			if len(c.History) != n+2 || c.History[n+1].What != "taken_back" {
				t.Errorf("%s: the history has %d entries and ends with %s", name, len(c.History), c.History[len(c.History)-1].What)
			}
			if _, err := try(t, d, c, act{"reception", "take_back", nil}); casework.CodeOf(err) != casework.Conflict {
				t.Errorf("%s: taken back twice: %v", name, err)
			}
		}
	}
}

// TestAMoveIsNotTakenBack late, by another, when something happened since, or out of a denunciation.
func TestAMoveIsNotTakenBack(t *testing.T) {
	for name, tc := range map[string]struct {
		who   string
		since func(d *caseworktest.Desk, c *casework.Case)
		want  bool
	}{
		"in time":    {"reception", func(d *caseworktest.Desk, _ *casework.Case) { d.Clock = d.Clock.Add(time.Minute) }, true},
		"late":       {"reception", func(d *caseworktest.Desk, _ *casework.Case) { d.Clock = d.Clock.Add(time.Minute + time.Second) }, false},
		"by another": {"centrehead", func(*caseworktest.Desk, *casework.Case) {}, false},
		"acted on":   {"reception", func(d *caseworktest.Desk, c *casework.Case) { done(t, d, c, act{"centrehead", "register", nil}) }, false},
		"another move": {"reception", func(d *caseworktest.Desk, c *casework.Case) {
			done(t, d, c, act{"reception", "reclassify", map[string]string{"kind": "feedback", "reason": "x"}})
		}, false},
	} {
		d, c := unsorted(t)
		c = done(t, d, c, act{"reception", "assign", map[string]string{"unit": "centre"}})
		tc.since(d, c)
		if _, err := try(t, d, c, act{tc.who, "take_back", nil}); (err == nil) != tc.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := caseworktest.New()
	c := routed(t, d, draft(law.Denunciation)).Case
	c = done(t, d, c, act{c.Assignee, "register", nil})
	if c.MayTakeBack(c.Assignee, d.Clock) {
		t.Error("a denunciation's is")
	}
}

// TestLettersThatAreAlike finds the same letter told again, by anybody who may see both, and never a denunciation.
func TestLettersThatAreAlike(t *testing.T) {
	d := caseworktest.New()
	file := func(key string, kind law.Kind, subject, body, phone string) *casework.Case {
		f := draft(kind)
		f.Key, f.Subject, f.Body, f.Contact.Phone, f.Category = key, subject, body, phone, ""
		return routed(t, d, f).Case
	}
	first := file("a", law.Feedback, "Rác đổ ven kênh N22", "Ba hôm nay có xe đổ rác ven kênh N22, mùi rất hôi.", "0905123456")
	again := file("b", law.Feedback, "Đổ rác ven kênh N22", "Có xe ba gác đổ rác ven kênh N22 ba hôm nay, mùi hôi lắm.", "0905123456")
	file("c", law.Feedback, "Đèn đường tắt ven kênh", "Đèn đường trước chợ tắt đã hai tuần, ban đêm rất tối.", "0905999999")
	secret := file("d", law.Denunciation, "Rác đổ ven kênh N22", "Ba hôm nay có xe đổ rác ven kênh N22, mùi rất hôi.", "0905123456")
	look := func(who string, c *casework.Case) []casework.Alike {
		v, err := d.Open(t.Context(), person(t, who), c.Ref)
		if err != nil {
			t.Fatal(err)
		}
		out, err := d.Alikes(t.Context(), person(t, who), v)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := look("reception", again)
	if len(got) != 1 || got[0].Case.ID != first.ID || !got[0].Sender {
		t.Fatalf("%+v", got)
	}
	if got := look(secret.Assignee, secret); got != nil {
		t.Errorf("to a denunciation: %+v", got)
	}
	done(t, d, first, act{"reception", "assign", map[string]string{"unit": "centre"}})
	v, err := d.Open(t.Context(), person(t, "reception"), again.Ref)
	if err != nil {
		t.Fatal(err)
	}
	why, ok, err := d.Suggest(t.Context(), v, look("reception", again))
	if err != nil || !ok || why.Unit != "centre" || why.Like != first.Ref {
		t.Errorf("suggested %+v %v %v", why, ok, err)
	}
}

// TestTheHistoryTellsWhichRuleBroughtACaseThere, and nothing where a person did.
func TestTheHistoryTellsWhichRuleBroughtACaseThere(t *testing.T) {
	d := caseworktest.New()
	c := routed(t, d, draft(law.Petition)).Case
	o := office.New(caseworktest.Commune())
	if why, ok := casework.WhyThere(o, c); !ok || why.Rule.ID != "r1" || why.Unit != "roads" {
		t.Errorf("%+v %v", why, ok)
	}
	c = done(t, d, c, act{"reception", "assign", map[string]string{"unit": "centre"}})
	if why, ok := casework.WhyThere(o, c); ok {
		t.Errorf("given by a person: %+v", why)
	}
}
