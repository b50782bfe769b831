package casework_test

import (
	"errors"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

func TestEveryStateHasALaneAndAStatus(t *testing.T) {
	statuses := map[law.Status]bool{
		"received": true, "assigned": true, "accepted": true, "needs_info": true, "in_progress": true, "answered": true,
		"refused": true, "transferred": true, "withdrawn": true, "closed": true,
	}
	for _, s := range law.States() {
		if !statuses[s.Status()] {
			t.Errorf("state %s is told as %q", s, s.Status())
		}
	}
}

func TestHistoryToldOtherwiseIsFound(t *testing.T) {
	chain := func() *casework.Case {
		c := &casework.Case{ID: "c1"}
		at := time.Date(2026, 7, 1, 2, 0, 0, 0, time.UTC)
		for _, what := range []string{"received", "assigned", "answered"} {
			casework.Record(c, history.Entry{At: at, Actor: history.BySystem, What: what, Data: map[string]string{"unit": "a", "state": what}, Note: "n"})
		}
		return c
	}
	if err := chain().CheckHistory(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(c *casework.Case){
		"time":     func(c *casework.Case) { c.History[1].At = c.History[1].At.Add(time.Millisecond) },
		"actor":    func(c *casework.Case) { c.History[1].Actor = "staff/x" },
		"what":     func(c *casework.Case) { c.History[1].What = "refused" },
		"value":    func(c *casework.Case) { c.History[1].Data["unit"] = "b" },
		"new data": func(c *casework.Case) { c.History[1].Data["more"] = "x" },
		"note":     func(c *casework.Case) { c.History[1].Note = "" },
		"veil":     func(c *casework.Case) { c.History[1].Veil = []byte("x") },
		"hash":     func(c *casework.Case) { c.History[2].Hash[0] ^= 1 },
		"first":    func(c *casework.Case) { c.History[0].Actor = "citizen " },
		"last":     func(c *casework.Case) { c.History[2].Note = "m" },
		"doubled":  func(c *casework.Case) { c.History = append(c.History, c.History[2]) },
		"beheaded": func(c *casework.Case) { c.History = c.History[1:] },
		"rehashed": func(c *casework.Case) { // by somebody who can write one entry with its hash, but not those after it
			other := &casework.Case{ID: c.ID, History: c.History[:1:1]}
			casework.Record(other, history.Entry{At: c.History[1].At, Actor: "staff/x", What: "assigned"})
			c.History[1] = other.History[1]
		},
		"removed": func(c *casework.Case) { c.History = append(c.History[:1], c.History[2:]...) },
		"swapped": func(c *casework.Case) { c.History[1], c.History[2] = c.History[2], c.History[1] },
		"moved":   func(c *casework.Case) { c.ID = "c2" },
	} {
		c := chain()
		change(c)
		if _, ok := errors.AsType[*history.BrokenChainError](c.CheckHistory()); !ok {
			t.Errorf("%s: not noticed", name)
		}
	}
}

// TestTimelineNeverRunsBackwards sets the machine's clock back between two steps of a case.
func TestTimelineNeverRunsBackwards(t *testing.T) {
	d := caseworktest.New()
	filed := submit(t, d, clearly(law.Feedback))
	d.Clock = d.Clock.Add(-3 * time.Hour)
	if err := errors.Join(d.Route(t.Context(), filed.Case.ID)...); err != nil {
		t.Fatal(err)
	}
	h := stored(t, d, filed.Case.ID).History
	if len(h) < 2 || h[1].At.Before(h[0].At) {
		t.Errorf("%s at %s comes after %s at %s", h[1].What, h[1].At, h[0].What, h[0].At)
	}
}
