package store_test

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/docdb/mongo"
	"tiepdan/internal/docdb/sqlite"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/testkit"
)

// shared is an engine that other processes may write through too.
type shared struct{ docdb.Engine }

func (shared) Alone() bool { return false }

// outboxes are ways to open one database again and again, and how long a process that ended without a word is waited for.
func outboxes(t *testing.T) map[string]func(t *testing.T) docdb.Engine {
	t.Helper()
	lite := func() func(t *testing.T) docdb.Engine {
		path := filepath.Join(t.TempDir(), "t.db")
		return func(t *testing.T) docdb.Engine {
			t.Helper()
			e, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
	}
	many, uri := lite(), testkit.Mongo(t)
	return map[string]func(t *testing.T) docdb.Engine{
		"sqlite":            lite(),
		"several processes": func(t *testing.T) docdb.Engine { t.Helper(); return shared{many(t)} },
		"mongodb": func(t *testing.T) docdb.Engine {
			t.Helper()
			e, err := mongo.Open(t.Context(), uri)
			if err != nil {
				t.Fatal(err)
			}
			return &closedOnce{Engine: e}
		},
	}
}

// closedOnce may be closed again.
type closedOnce struct {
	docdb.Engine

	once sync.Once
}

func (c *closedOnce) Close() (err error) {
	c.once.Do(func() { err = c.Engine.Close() })
	return err
}

// owed lists the ids of the cases that a sweep would publish again, and settles them.
func (k *kept) owed(t *testing.T, before time.Time) (ids []string) {
	t.Helper()
	stretches, err := k.store.Owed(t.Context(), before)
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range stretches {
		for after := ""; ; {
			cs, next, err := k.store.Stamped(t.Context(), of, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cs {
				ids = append(ids, c.ID)
			}
			if after = next; next == "" {
				break
			}
		}
		if err := k.store.Settle(t.Context(), of); err != nil {
			t.Fatal(err)
		}
	}
	return ids
}

// beats lets time pass until the cursor is kept where it may be.
func (k *kept) beats(t *testing.T) {
	t.Helper()
	for range 10 {
		k.now = k.now.Add(time.Second)
		if err := k.store.Beat(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWhatTheBusDidNotTakeIsOwedAlsoAfterACrash files cases of which the bus takes some, and ends without a word.
func TestWhatTheBusDidNotTakeIsOwedAlsoAfterACrash(t *testing.T) {
	for name, open := range outboxes(t) {
		t.Run(name, func(t *testing.T) {
			k := newKept(t, open(t))
			one, two, three := k.submit(t, law.Feedback), k.submit(t, law.Feedback), k.submit(t, law.Feedback)
			k.store.Announced(one.Stamp)
			k.store.Announced(three.Stamp)
			filed := k.now
			k.beats(t)
			if got := k.owed(t, filed); got != nil {
				t.Errorf("owed before it was late: %v", got)
			}
			if c := k.get(t, one.ID); c.Announced != 1 {
				if _, err := k.store.Owed(t.Context(), filed); err != nil { // where several write, the sweep learns how far all are
					t.Fatal(err)
				}
				if c := k.get(t, one.ID); c.Announced != 1 {
					t.Error("nobody knows that the first was announced")
				}
			}
			if c := k.get(t, two.ID); c.Announced != 0 {
				t.Error("the second counts as announced")
			}
			changed := k.get(t, two.ID).Clone()
			changed.V++
			changed.History = append(changed.History, history.Entry{Seq: 2, What: "noted", At: k.now})
			if err := k.store.Replace(t.Context(), changed)[0]; err != nil || changed.Stamp <= three.Stamp {
				t.Fatalf("stamp %d after %d: %v", changed.Stamp, three.Stamp, err)
			}
			if err := k.store.Close(); err != nil {
				t.Fatal(err)
			}

			now := k.now.Add(-time.Hour) // the clock was put back meanwhile
			k = newKept(t, open(t))
			k.now = now
			four := k.submit(t, law.Feedback)
			if four.Stamp <= two.Stamp {
				t.Errorf("a stamp of a clock that was put back lies before others: %d, %d", four.Stamp, two.Stamp)
			}
			k.store.Announced(four.Stamp)
			got := k.owed(t, k.now)
			if name == "several processes" {
				if got != nil {
					t.Errorf("owed by a process that may live: %v", got)
				}
				k.now = k.now.Add(31 * time.Second)
				got = k.owed(t, k.now)
			}
			if !slices.Contains(got, two.ID) || slices.Contains(got, one.ID) {
				t.Errorf("owed after the crash: %v, want %s and not %s", got, two.ID, one.ID)
			}
			if got := k.owed(t, k.now); got != nil {
				t.Errorf("owed when it was settled: %v", got)
			}
			k.now = k.now.Add(2 * time.Hour)
			k.store.Announced(k.submit(t, law.Feedback).Stamp)
			k.beats(t)
			if got := k.owed(t, k.now); got != nil {
				t.Errorf("owed when all was announced: %v", got)
			}
			if c := k.get(t, two.ID); c.Announced != 2 {
				t.Errorf("%d entries of the second count as announced, want 2", c.Announced)
			}
		})
	}
}

// TestRefusedWritesOweNothing and hold nothing up.
func TestRefusedWritesOweNothing(t *testing.T) {
	k := onSQLite(t)
	c := k.submit(t, law.Feedback)
	k.store.Announced(c.Stamp)
	stale := c.Clone()
	if k.store.Replace(t.Context(), stale)[0] == nil || k.store.Insert(t.Context(), stale) == nil {
		t.Fatal("a stale version was written")
	}
	if got, err := k.store.Owed(t.Context(), k.now.Add(time.Minute)); got != nil || err != nil {
		t.Errorf("owed: %v, %v", got, err)
	}
}

// TestALongOutageIsOwedWhole though not every write of it is remembered.
func TestALongOutageIsOwedWhole(t *testing.T) {
	k := onSQLite(t)
	k.store.RememberStamps(4)
	var want []string
	var stamps []int64
	for range 11 {
		c := k.submit(t, law.Feedback)
		want, stamps = append(want, c.ID), append(stamps, c.Stamp)
	}
	for _, s := range stamps[1:9] {
		k.store.Announced(s)
	}
	late := k.now.Add(time.Minute)
	if err := k.store.Settle(t.Context(), casework.Stretch{From: stamps[0], To: stamps[3], Of: "outbox:alone"}); err != nil {
		t.Fatal(err)
	}
	if got := k.owed(t, late); !slices.Equal(got, want[3:]) {
		t.Errorf("owed: %v, want %v", got, want[3:])
	}
	if got := k.owed(t, late); got != nil {
		t.Errorf("owed when it was settled: %v", got)
	}
}

// TestWhatTheBusMayLoseYetIsOwed kills the program within the time in which the bus brings to its disk what it took; and a case that waits for
// its notices counts as announced no sooner than they are written.
func TestWhatTheBusMayLoseYetIsOwed(t *testing.T) {
	open := outboxes(t)["sqlite"]
	k := newKept(t, open(t))
	begun := k.submit(t, law.Feedback)
	k.store.Announced(begun.Stamp)
	k.beats(t)
	c := k.submit(t, law.Feedback)
	k.store.Announced(c.Stamp)
	for range 4 {
		k.now = k.now.Add(time.Second)
		if err := k.store.Beat(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.store.Close(); err != nil {
		t.Fatal(err)
	}
	now := k.now
	k = newKept(t, open(t))
	k.now = now
	if got := k.owed(t, k.now); !slices.Equal(got, []string{c.ID}) {
		t.Errorf("owed: %v, want %s", got, c.ID)
	}
	waits := k.get(t, c.ID).Clone()
	waits.V, waits.UnsentAt = waits.V+1, &now
	if err := k.store.Replace(t.Context(), waits)[0]; err != nil {
		t.Fatal(err)
	}
	k.store.Announced(waits.Stamp)
	k.beats(t)
	if got := k.get(t, c.ID); got.Announced != 0 {
		t.Error("counts as announced before its notices are written")
	}
}
