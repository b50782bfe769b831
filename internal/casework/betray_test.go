package casework_test

import (
	"testing"

	"pgregory.net/rapid"

	"tiepdan/internal/casework"
	"tiepdan/internal/casework/caseworktest"
)

// TestOnePersonOpensNoSender lets one member of staff of a random office do whatever he likes to a denunciation that stays
// one: nobody reads a field of its sender.
func TestOnePersonOpensNoSender(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := caseworktest.DrawWorld(rt)
		id := w.File(t.Context(), rt, w.DrawLetter(rt, casework.Denunciation)).Case.ID
		who := w.Somebody(rt)
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			did := w.Act(t.Context(), rt, who)
			c := stored(t, w.Desk, id)
			if c.Kind != casework.Denunciation || c.State == casework.Split {
				return
			}
			for field, readers := range w.Readers(t.Context(), c) {
				if field != "letter" && len(readers) > 0 {
					rt.Fatalf("after %s, %v read the %s", did, readers, field)
				}
			}
		}
	})
}
