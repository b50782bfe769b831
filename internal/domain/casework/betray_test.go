package casework_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// drawDenounced is a world with a letter that is a denunciation, or was one and left the seal by two persons, or holds one that
// nobody has found yet.
func drawDenounced(t *testing.T, rt *rapid.T) *caseworktest.World {
	t.Helper()
	w := caseworktest.DrawWorld(rt)
	w.File(t.Context(), rt, w.DrawLetter(rt, law.Denunciation))
	if rapid.Bool().Draw(rt, "the citizen goes on") {
		w.Citizen(t.Context(), rt)
	}
	for range rapid.IntRange(0, 4).Draw(rt, "what several did before") {
		w.Act(t.Context(), rt, w.Somebody(rt))
		w.Approve(t.Context(), rt, w.Somebody(rt))
	}
	w.Clock = w.Clock.Add(casework.AskLasts + time.Hour) // what still waits for a second person is over
	return w
}

// guardedReaders are the readers of every field of every guarded case: case and field, then staff id.
func guardedReaders(t *testing.T, w *caseworktest.World) map[string]map[string]bool {
	t.Helper()
	out := map[string]map[string]bool{}
	for _, c := range w.All() {
		if !c.Guarded() {
			continue
		}
		for field, by := range w.Readers(t.Context(), c) {
			out[c.Ref+" "+field] = by
		}
	}
	return out
}

// merged joins the readers of a field over all cases that come of one letter: where it can be read does not matter.
func merged(of map[string]map[string]bool) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for key, by := range of {
		_, field, _ := strings.Cut(key, " ")
		if out[field] == nil {
			out[field] = map[string]bool{}
		}
		for who := range by {
			out[field][who] = true
		}
	}
	return out
}

// TestOnePersonOpensNothingOfADenouncer lets one member of staff of a random office do whatever he likes, to whatever there
// is, after whatever several did before: no field of a denouncer becomes readable to anybody who could not read it. The words
// alone may come to those whom a head names to work on the case; for them there are the rights.
func TestOnePersonOpensNothingOfADenouncer(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawDenounced(t, rt)
		who := w.Somebody(rt)
		before := merged(guardedReaders(t, w))
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			did := w.Act(t.Context(), rt, who)
			after := merged(guardedReaders(t, w))
			for field, by := range after {
				for id := range by {
					if !before[field][id] && (field != "letter" || !namedTo(t, w, id)) {
						rt.Fatalf("after %s, %s reads the %s", did, id, field)
					}
				}
			}
			before = after
		}
	})
}

// namedTo reports whether the person was named to a denunciation: its assignee, its head, or one of the team.
func namedTo(t *testing.T, w *caseworktest.World, id string) bool {
	t.Helper()
	who, _ := w.O.Staff(id)
	return slices.ContainsFunc(w.All(), func(c *casework.Case) bool {
		return c.Kind.Secret() && !slices.Contains(c.About, id) && w.O.May(who, office.Work, c.File(), w.Clock)
	})
}
