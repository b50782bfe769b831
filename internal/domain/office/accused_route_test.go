package office_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tiepdan/internal/domain/office"
)

// TestRouteLeavesEveryLineThatMayBeAccused: what is not clear counts as accused, and what no head may have goes to inspection.
func TestRouteLeavesEveryLineThatMayBeAccused(t *testing.T) {
	everybody := []string{"mayor", "chair", "economist", "director", "officer", "desk", "watch", "admin"}
	away := now.AddDate(0, 0, 11)
	for name, tc := range map[string]struct {
		change func(*office.Content)
		s      office.Subject
		want   office.Decision
	}{
		"a possible officer": {nil, office.Subject{Unit: "economy", Secret: true, Suspects: []string{"officer"}}, office.Decision{Unit: "commune", Assignee: "chair", Past: "economy"}},
		"a possible chair":   {nil, office.Subject{Secret: true, Home: "centre", Suspects: []string{"chair"}}, office.Decision{Unit: "city", Assignee: "mayor", Past: "commune"}},
		"a unit":             {nil, office.Subject{Unit: "economy", Secret: true, Lines: []string{"economy"}}, office.Decision{Unit: "commune", Assignee: "chair", Past: "economy"}},
		"the whole commune":  {nil, office.Subject{Secret: true, Home: "centre", Lines: []string{"commune"}}, office.Decision{Unit: "city", Assignee: "mayor", Past: "commune"}},
		"chair and mayor": {
			nil,
			office.Subject{Secret: true, Home: "centre", About: []string{"chair", "mayor"}},
			office.Decision{Unit: "commune", Assignee: "watch", Outside: true},
		},
		"everybody": {nil, office.Subject{Secret: true, Home: "centre", About: everybody}, office.Decision{}},
		"everybody but the city's inspector": {func(c *office.Content) {
			c.Staff = append(c.Staff, office.Staff{ID: "cityinspector", Username: "ci", Name: "Lâm Thanh Tra", Unit: "city", Roles: []office.Role{office.Inspector}})
		}, office.Subject{Secret: true, Home: "centre", About: []string{"mayor", "chair"}}, office.Decision{Unit: "city", Assignee: "cityinspector", Outside: true, Past: "commune"}},
		"no head above": {
			func(c *office.Content) { c.Units[0].Head = "" },
			office.Subject{Secret: true, Home: "centre", Suspects: []string{"chair"}},
			office.Decision{Unit: "commune", Assignee: "watch", Outside: true},
		},
		"an accused head who is away does not choose his judge": {
			func(c *office.Content) { c.Staff[2].Away[0].Delegate = "director" },
			office.Subject{Unit: "economy", About: []string{"economist"}},
			office.Decision{Unit: "commune", Assignee: "chair", Past: "economy"},
		},
		"an accused delegate": {nil, office.Subject{Unit: "economy", About: []string{"officer"}}, office.Decision{Unit: "commune", Assignee: "chair", Past: "economy"}},
	} {
		c := commune()
		if tc.change != nil {
			tc.change(&c)
		}
		if diff := cmp.Diff(tc.want, office.New(c).Route(tc.s, away)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestDelegateOfAnAccusedHeadActsForNobody(t *testing.T) {
	c := commune()
	c.Staff[2].Away[0].Delegate = "director"
	o, at := office.New(c), now.AddDate(0, 0, 11)
	director, _ := o.Staff("director")
	if plain := (office.File{Unit: "economy"}); !o.May(director, office.Decide, plain, at) {
		t.Error("the delegate decides nothing")
	}
	if about := (office.File{Unit: "economy", About: []string{"economist"}}); o.May(director, office.See, about, at) {
		t.Error("the delegate of the accused head sees the case")
	}
	if line := (office.File{Unit: "commune", Assignee: "chair", Helpers: []string{"director"}, Secret: true, Lines: []string{"economy"}}); o.May(director, office.See, line, at) {
		t.Error("who stands in for the head of a closed unit sees the case")
	}
	chair := c
	chair.Units[1].Head = "economist"
	o = office.New(chair)
	if above := (office.File{Unit: "centre", About: []string{"economist"}}); o.May(director, office.Oversee, above, at) {
		t.Error("the delegate of the accused chair oversees the case")
	}
}

func TestDarkNamesWhereNobodyLeadsOn(t *testing.T) {
	c := commune()
	if dark := office.New(c).Dark(now); len(dark) > 0 {
		t.Errorf("dark: %v", dark)
	}
	for i := range c.Staff {
		c.Staff[i].Disabled = c.Staff[i].ID != "officer"
	}
	want := []string{"triage", "open/centre", "open/city", "open/commune", "open/economy"} // an officer works, and decides nothing
	if diff := cmp.Diff(want, office.New(c).Dark(now)); diff != "" {
		t.Error(diff)
	}
}
