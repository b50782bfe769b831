package app_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tiepdan/internal/domain/rating"
	"tiepdan/internal/store"
)

// counted returns the counter's tally of the day as the store has it.
func counted(t *testing.T, s *store.Store, k rating.Key) (yes, no [5]int) {
	t.Helper()
	got, err := s.GetTally(t.Context(), k.Counter+"/"+k.Day)
	if err != nil {
		t.Fatal(err)
	}
	if got == nil {
		return
	}
	return got.Verified, got.Unverified
}

// TestTalliesAreExactWhateverHappens records and amends ratings at random while workers count the same days twice, at once and
// in any order: once they are done every tally is what a count of all ratings gives.
func TestTalliesAreExactWhateverHappens(t *testing.T) {
	onBothEngines(t, func(t *testing.T, r *running) {
		t.Helper()
		rounds := 0
		rapid.Check(t, func(rt *rapid.T) {
			if rounds++; rounds > 12 { // each round is dozens of durable writes
				return
			}
			visits := map[string]int{}
			var wg sync.WaitGroup
			key := rating.Key{Counter: "quay-2", Day: r.Now().In(time.FixedZone("", 7*3600)).Format(time.DateOnly)}
			for range rapid.IntRange(1, 12).Draw(rt, "ballots") {
				visit := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}).Draw(rt, "visit")
				score := rapid.IntRange(1, 5).Draw(rt, "score")
				if _, err := r.Book.Record(t.Context(), rating.Ballot{Visit: "t" + visit, Counter: "quay-2", Score: score, Verified: visit < "d"}); err != nil {
					rt.Fatal(err)
				}
				visits[visit] = score
				for range rapid.IntRange(0, 3).Draw(rt, "workers") {
					wg.Go(func() { _ = r.Book.Count(t.Context(), key, key) }) // one that lost the race leaves it to the other
				}
			}
			wg.Wait()
			for _, err := range r.Book.Count(t.Context(), key) {
				if err != nil {
					rt.Fatal(err)
				}
			}
			check(t, rt, r, key)
		})
	})
}

func check(t *testing.T, rt *rapid.T, r *running, key rating.Key) {
	t.Helper()
	var yes, no [5]int
	err := r.Store.RatingsOf(t.Context(), key.Counter, key.Day, func(x *rating.Rating) {
		if x.Verified {
			yes[x.Score-1]++
		} else {
			no[x.Score-1]++
		}
	})
	if err != nil {
		rt.Fatal(err)
	}
	if gotYes, gotNo := counted(t, r.Store, key); gotYes != yes || gotNo != no {
		rt.Fatalf("the tally says %v and %v, the ratings %v and %v", gotYes, gotNo, yes, no)
	}
}

// TestResultsArePublishedWithTheirNumberAndNotOfTooFew rates counters over the API and reads the page and the JSON.
func TestResultsArePublishedWithTheirNumberAndNotOfTooFew(t *testing.T) {
	r := open(t, nil)
	give := func(counter string, verified bool, scores ...int) {
		for i, score := range scores {
			in := rating.Ballot{Visit: counter + strings.Repeat("x", i), Counter: counter, Score: score, Verified: verified}
			if _, err := r.Book.Record(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
	}
	give("quay-1", true, 5, 5, 4, 2, 1, 5)
	give("quay-2", true, 1, 1, 1, 1)
	give("quay-3", false, 1, 1, 1, 1, 1, 1)
	day := r.Now().In(time.FixedZone("", 7*3600)).Format(time.DateOnly)
	for _, k := range []string{"quay-1", "quay-2", "quay-3"} {
		until(t, "counting", func() bool {
			yes, no := counted(t, r.Store, rating.Key{Counter: k, Day: day})
			n := 0
			for i := range 5 {
				n += yes[i] + no[i]
			}
			return n == map[string]int{"quay-1": 6, "quay-2": 4, "quay-3": 6}[k]
		})
	}
	got := r.call(t, "GET", "/api/v1/results", nil)
	units, _ := got.JSON["units"].([]any)
	if got.Status != http.StatusOK || len(units) == 0 {
		t.Fatalf("%d %s", got.Status, got.Raw)
	}
	unit := units[0].(map[string]any)
	all := unit["all"].(map[string]any)
	for _, c := range unit["counters"].([]any) {
		f := c.(map[string]any)
		hidden := f["counter"] != "quay-1"
		if f["hidden"] != hidden || hidden == (f["scores"] != nil) {
			t.Errorf("published: %v", f)
		}
	}
	if all["n"] != 6.0 || all["unverified"] != 6.0 {
		t.Errorf("the unit's figure tells of hidden counters: %v", all)
	}
	page := r.call(t, "GET", "/results", nil)
	if !strings.Contains(string(page.Raw), "66,7 %") || !slices.Contains([]int{200}, page.Status) {
		t.Errorf("%d %s", page.Status, page.Raw)
	}
}
