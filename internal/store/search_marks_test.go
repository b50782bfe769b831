package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/pkg/vntext"
)

// TestWordsAsTheyWereTypedComeFirst: of the newest 200 that have the words, those with the marks that were typed stand before the rest, on
// all pages of any size, each case once, and on both engines in the same order. Who types none gets the newest first.
func TestWordsAsTheyWereTypedComeFirst(t *testing.T) {
	const within = 200
	has := func(i int) bool { return i%7 == 3 || i == within-1 || i == within || i == within+5 }
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			var first, rest, plain []string
			for i := range all {
				body := "Bà cụ bán hàng"
				if has(i) {
					body = "Ở bãi rác, ba hàng cây"
				}
				id := fmt.Sprintf("c%03d", i)
				if err := k.store.Insert(t.Context(), &casework.Case{
					ID: id, V: 1, Ref: "R" + id, Kind: law.Feedback, State: law.Assigned, Lane: law.LaneOpen, Shelf: "open/u1", Body: body,
					Terms: []string{"ba", "hang"}, ReceivedAt: k.now.Add(-time.Duration(i/3) * time.Second), // some at the same moment
				}); err != nil {
					t.Fatal(err)
				}
				if plain = append(plain, id); has(i) && i < within {
					first = append(first, id)
				} else {
					rest = append(rest, id)
				}
			}
			limits := map[string][]int{"sqlite": {1, 7, 50, 200}, "mongodb": {7, 50}}
			for question, want := range map[string][]string{"bãi hàng": append(slices.Clone(first), rest...), "ba hang": plain} {
				for _, limit := range limits[name] {
					if got := walked(t, k, question, limit); !slices.Equal(got, want) {
						t.Errorf("%q by %d:\n%v, want\n%v", question, limit, got, want)
					}
				}
			}
		})
	}
}

// all is how many cases there are.
const all = 230

func walked(t *testing.T, k *kept, question string, limit int) (out []string) {
	t.Helper()
	f := casework.Filter{Shelves: []string{"open/u1"}, AnyLane: true, Words: []string{"ba", "hang"}, Marks: vntext.MarksOf(question, false), Limit: limit}
	for range all + 2 {
		cs, next, err := k.store.List(t.Context(), f)
		if err != nil || len(cs) > limit {
			t.Fatalf("%q: %d of %d, %v", question, len(cs), limit, err)
		}
		for _, c := range cs {
			out = append(out, c.ID)
		}
		if f.After = next; next == "" {
			return out
		}
	}
	t.Fatalf("%q: no end", question)
	return nil
}
