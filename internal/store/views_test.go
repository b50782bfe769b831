package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/caseworktest"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// TestEveryNumberIsItsList walks the list of every number that anybody reads anywhere: all tiles, units, people, ages and months
// of a board, and every view, whole and of each unit.
func TestEveryNumberIsItsList(t *testing.T) {
	for name, k := range onBothEngines(t) {
		o := office.New(caseworktest.Commune())
		sizes := map[string][]int{"sqlite": {10, 1000}, "mongodb": {10, 60}}[name] // the server that tests have takes its time
		for i, n := range sizes {
			t.Run(fmt.Sprintf("%s with %d", name, n), func(t *testing.T) {
				k.fillWithCases(t, o, append([]int{0}, sizes...)[i], n)
				told := 0
				for i, who := range o.AllStaff() {
					if name == "sqlite" || i%3 == n%3 {
						told += k.compare(t, o, who)
					}
				}
				if told == 0 {
					t.Error("nobody was told a number")
				}
			})
		}
	}
}

// compare walks all numbers of a person and returns their sum.
func (k *kept) compare(t *testing.T, o *office.Office, who office.Staff) int {
	t.Helper()
	sum := 0
	walked := map[casework.Wanted]int{}
	for _, unit := range []string{"", who.Unit} {
		for _, n := range k.numbers(t, who, unit) {
			if _, done := walked[n.Of]; !done {
				walked[n.Of] = k.walk(t, o, who, n.Of)
			}
			if got := walked[n.Of]; got != n.N {
				t.Errorf("%s (%v) is told %d of %+v and finds %d", who.ID, who.Roles, n.N, n.Of, got)
			}
			sum += n.N
		}
	}
	return sum
}

// numbers are all that a person can read of a unit, or of everything.
func (k *kept) numbers(t *testing.T, who office.Staff, unit string) []casework.Counted {
	t.Helper()
	b, err := k.Board(t.Context(), who, unit)
	if err != nil {
		t.Fatal(err)
	}
	out := b.Tiles
	for _, l := range append(b.Units, b.People...) {
		out = append(out, l.Open, l.Late)
	}
	for _, a := range b.Ageing {
		out = append(out, a.Counted)
	}
	for _, m := range b.Months {
		out = append(out, m.Ended, m.InTime, m.Rated, m.Satisfied)
	}
	for _, view := range append(casework.Views(), "") {
		for _, w := range []casework.Wanted{{View: view, Unit: unit}, {View: view, Unit: unit, Kind: "complaint", Channel: "qr"}} {
			if view == casework.ViewDenunciations {
				w.Kind = ""
			}
			n, err := k.Count(t.Context(), who, w)
			if err != nil {
				t.Fatalf("%+v: %v", w, err)
			}
			out = append(out, casework.Counted{N: n, Of: w})
		}
	}
	return out
}

// walk counts the cases on all pages of a list. None is there that the person may not see, and none twice.
func (k *kept) walk(t *testing.T, o *office.Office, who office.Staff, w casework.Wanted) int {
	t.Helper()
	seen := map[string]bool{}
	for w.Limit = 150; ; {
		cs, next, err := k.List(t.Context(), who, w)
		if err != nil {
			t.Fatalf("%+v: %v", w, err)
		}
		for _, c := range cs {
			if seen[c.Ref] || !o.May(who, office.See, c.File(), k.now) {
				t.Errorf("%s finds %s, which is twice there or not for him", who.ID, c.Ref)
			}
			seen[c.Ref] = true
		}
		if w.After = next; next == "" {
			return len(seen)
		}
	}
}

// fillWithCases keeps cases of every sort, the same ones at every call.
func (k *kept) fillWithCases(t *testing.T, o *office.Office, from, to int) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, uint64(from))) // the same cases every time
	var all []*casework.Case
	for i := from; i < to; i++ {
		all = append(all, anyCase(r, o, k.now, i))
	}
	if err := k.store.PutCases(t.Context(), all...); err != nil {
		t.Fatal(err)
	}
}

// anyCase is a case in any state, with anybody, about somebody or nobody.
func anyCase(r *rand.Rand, o *office.Office, now time.Time, i int) *casework.Case {
	people, units := o.AllStaff(), o.Units()
	person := func() string { return people[r.IntN(len(people))].ID }
	c := &casework.Case{
		ID: fmt.Sprintf("%05d", i*7919%99991), V: 1, Ref: fmt.Sprintf("TD26-%05d", i), Kind: law.Kinds()[r.IntN(5)], State: law.States()[r.IntN(len(law.States()))],
		ReceivedAt: now.Add(-time.Duration(r.IntN(100*24)) * time.Hour), Channel: []string{"qr", "paper"}[r.IntN(2)],
	}
	if r.IntN(6) > 0 {
		c.Unit = units[r.IntN(len(units))].ID
	}
	if r.IntN(6) > 0 {
		c.Assignee = person()
	}
	switch r.IntN(6) {
	case 0:
		c.About = []string{person()}
	case 1:
		c.Suspects, c.Lines = []string{person()}, []string{units[r.IntN(len(units))].ID}
	case 2:
		c.SealedSender = "x"
	}
	if r.IntN(4) == 0 {
		c.Helpers = []string{person(), person()}
	}
	c.Outside = c.Kind.Secret() && r.IntN(5) == 0
	c.Lane, c.Shelf = c.State.Lane(), office.Shelf(c.File())
	c.History = []history.Entry{{Seq: 1, Actor: history.ByCitizen, What: []string{"received", "messaged", "proposed", "sent_back"}[r.IntN(4)], At: c.ReceivedAt}}
	c.Rank = now.Add(time.Duration(r.IntN(40*24)-20*24) * time.Hour).UnixMilli()
	if c.Lane != law.LaneOpen {
		end(r, now, c)
	}
	c.Place()
	return c
}

// end ends a case some time in the last fourteen months.
func end(r *rand.Rand, now time.Time, c *casework.Case) {
	at := now.Add(-time.Duration(r.IntN(420*24)) * time.Hour)
	c.ClosedAt, c.Rank, c.Legal.Late = &at, -at.UnixMilli(), r.IntN(3) == 0
	if r.IntN(2) == 0 {
		c.Satisfaction = &casework.Satisfaction{At: at, Score: 1 + r.IntN(5)}
	}
}
