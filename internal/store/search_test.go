package store_test

import (
	"fmt"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/law"
)

// TestSearchGoesOnAsItBegan: whole words first; the beginning of the last where they fill no page; and pages that go on by what
// their list began with.
func TestSearchGoesOnAsItBegan(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			for i, terms := range [][]string{{"duong", "hong"}, {"duong"}, {"duong", "so12"}, {"duongvanh"}, {"duongvanh", "1234"}, {"duongvan", "hong"}} {
				if err := k.store.Insert(t.Context(), &casework.Case{
					ID: fmt.Sprint("c", i), V: 1, Ref: fmt.Sprint("R", i), Kind: law.Feedback, State: law.Assigned, Lane: law.LaneOpen, Shelf: "open/u1",
					Terms: terms, ReceivedAt: k.now.Add(-time.Duration(i) * time.Hour),
				}); err != nil {
					t.Fatal(err)
				}
			}
			for _, ask := range []struct {
				words []string
				limit int
				pages []int
			}{
				{[]string{"duong"}, 3, []int{3, 0}},     // a full page of whole words: beginnings are not asked for
				{[]string{"duong"}, 2, []int{2, 1}},     // nor on the pages after it
				{[]string{"duong"}, 4, []int{4, 2}},     // too few: the list is of beginnings, on all its pages
				{[]string{"duongv"}, 2, []int{2, 1}},    // found by its beginning alone
				{[]string{"du"}, 5, []int{0}},           // two letters begin too much
				{[]string{"123"}, 5, []int{0}},          // a number is looked for whole
				{[]string{"duong", "hon"}, 5, []int{1}}, // the last word alone is a beginning
				{[]string{"duon", "hong"}, 5, []int{0}}, // and no other
				{[]string{"khongdau"}, 5, []int{0}},
			} {
				f := casework.Filter{Shelves: []string{"open/u1"}, AnyLane: true, Words: ask.words, Limit: ask.limit}
				for i, want := range ask.pages {
					cs, next, err := k.store.List(t.Context(), f)
					if err != nil || len(cs) != want {
						t.Errorf("%v by %d: page %d has %d, want %d, %v", ask.words, ask.limit, i, len(cs), want, err)
					}
					if last := i == len(ask.pages)-1; last != (next == "") {
						t.Errorf("%v by %d: after page %d the cursor is %q", ask.words, ask.limit, i, next)
					}
					f.After = next
				}
			}
		})
	}
}
