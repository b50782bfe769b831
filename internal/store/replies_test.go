package store_test

import (
	"errors"
	"fmt"
	"testing"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/rating"
)

// TestCommentsAreFoundByCounterScoreAndDay on both engines, the newest first, also those of a release that listed none.
func TestCommentsAreFoundByCounterScoreAndDay(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			for i := range 40 {
				r := &rating.Rating{ID: fmt.Sprintf("r%02d", i), V: 1, Counter: fmt.Sprintf("c%d", i%2), Day: fmt.Sprintf("2026-11-%02d", 1+i%28), Score: 1 + i%5}
				if i%4 != 3 {
					r.Comment = "Chờ lâu"
				}
				if i%3 != 0 { // the others are of the release before
					r.Place()
				}
				if err := k.store.Put(ctx, r); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if err := k.store.Place(ctx); err != nil {
					t.Fatal(err)
				}
			}
			got, after, last := 0, "", "9"
			for {
				rs, next, err := k.store.Commented(ctx, rating.Asked{Counters: []string{"c0", "c1"}, Score: 2, From: "2026-11-02", To: "2026-11-27", After: after, Limit: 2})
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rs {
					if r.Score != 2 || r.Comment == "" || r.Day > last || r.Day < "2026-11-02" || r.Day > "2026-11-27" {
						t.Errorf("%+v after %s", r, last)
					}
					got, last = got+1, r.Day
				}
				if after = next; next == "" {
					break
				}
			}
			want := 0
			for i := range 40 {
				if d := 1 + i%28; 1+i%5 == 2 && i%4 != 3 && d >= 2 && d <= 27 {
					want++
				}
			}
			if got != want || want < 4 {
				t.Errorf("%d comments, want %d", got, want)
			}
		})
	}
}

// TestAnswersToCommentsAreKeptByVersion on both engines; those that are public are found by their counter.
func TestAnswersToCommentsAreKeptByVersion(t *testing.T) {
	for name, k := range onBothEngines(t) {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if _, err := k.store.GetRating(ctx, "none"); !errors.Is(err, rating.ErrNoComment) {
				t.Errorf("a rating that is not there: %v", err)
			}
			put := func(v int64, open, on string) error {
				return k.store.PutReply(ctx, &rating.Reply{ID: "r", V: v, Counter: "c", Text: "Đã rõ", Open: open, On: on})
			}
			if err := errors.Join(put(1, "", "2026-11-02"), put(2, "c", "2026-11-03")); err != nil {
				t.Fatal(err)
			}
			for _, v := range []int64{1, 2, 4} {
				if err := put(v, "c", "2026-11-04"); !errors.Is(err, rating.ErrStale) {
					t.Errorf("version %d over 2: %v", v, err)
				}
			}
			for since, want := range map[string]int{"2026-11-03": 1, "2026-11-04": 0} {
				if rs, err := k.store.OpenReplies(ctx, "c", since, 5); err != nil || len(rs) != want {
					t.Errorf("since %s: %v, %v", since, rs, err)
				}
			}
			if rs, err := k.store.Replies(ctx, []string{"r", "x"}); err != nil || len(rs) != 1 || rs[0].V != 2 {
				t.Errorf("%v, %v", rs, err)
			}
		})
	}
}

// TestNoDenunciationIsCountedBesideRatings: what is told of keeping the times is of all other cases that ended.
func TestNoDenunciationIsCountedBesideRatings(t *testing.T) {
	k := onSQLite(t)
	o := office.New(caseworktest.Commune())
	k.fillWithCases(t, o, 0, 600)
	sealed, told := 0, 0
	for _, who := range o.AllStaff() {
		months, err := k.Kept(t.Context(), who, "", 12)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range months {
			want, after := 0, ""
			for {
				cs, next, err := k.List(t.Context(), who, casework.Wanted{State: casework.EndedState, Ended: m.Month, After: after, Limit: 100})
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range cs {
					if c.Kind.Secret() {
						sealed++
					} else {
						want++
					}
				}
				if after = next; next == "" {
					break
				}
			}
			if told += want; m.Ended.N != want {
				t.Errorf("%s is told %d of %s, want %d", who.ID, m.Ended.N, m.Month, want)
			}
		}
	}
	if sealed == 0 || told == 0 {
		t.Errorf("%d sealed and %d other cases", sealed, told)
	}
}
