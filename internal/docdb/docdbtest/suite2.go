package docdbtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"

	"tiepdan/internal/docdb"
)

func batch(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	insert(t, c, thing(t, "a", 1, nil))
	errs := c.Write(t.Context(),
		docdb.Write{Op: docdb.Insert, Doc: thing(t, "b", 1, nil)},
		docdb.Write{Op: docdb.Insert, Doc: thing(t, "a", 1, bson.M{"code": "x"})},
		docdb.Write{Op: docdb.Replace, Doc: thing(t, "b", 2, bson.M{"state": "second"})},
		docdb.Write{Op: docdb.Replace, Doc: thing(t, "b", 2, bson.M{"state": "lost"})},
		docdb.Write{Op: docdb.Delete, ID: "absent"},
		docdb.Write{Op: docdb.Upsert, Doc: thing(t, "u", 7, nil)},
	)
	for i, target := range []error{nil, docdb.ErrDuplicate, nil, docdb.ErrStale, docdb.ErrNotFound, nil} {
		if !errors.Is(errs[i], target) {
			t.Errorf("write %d: got %v, want %v", i, errs[i], target)
		}
	}
	docs, err := c.GetMany(t.Context(), []string{"a", "b", "u", "absent"})
	if err != nil || len(docs) != 3 {
		t.Errorf("GetMany: %d documents, %v", len(docs), err)
	}
	many := make([]docdb.Write, 0, 300)
	for i := range 300 {
		many = append(many, docdb.Write{Op: docdb.Insert, Doc: thing(t, fmt.Sprint("many", i), 1, nil)})
	}
	if err := errors.Join(c.Write(t.Context(), many...)...); err != nil {
		t.Error(err)
	}
}

func cancelled(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("Get: %v", err)
	}
	err := put(c, ctx, docdb.Insert, thing(t, "a", 1, nil))
	if err == nil {
		if _, err := c.Get(t.Context(), "a"); err != nil {
			t.Errorf("a write reported as done is not there: %v", err)
		}
	}
	if err := put(c, t.Context(), docdb.Upsert, thing(t, "a", 1, nil)); err != nil {
		t.Errorf("a later write: %v", err)
	}
}

func reopened(t *testing.T, o Opener) {
	t.Helper()
	e := o(t)
	c, err := e.Open(t.Context(), schema())
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 20 {
				id := fmt.Sprintf("w%d-%d", w, i)
				if err := put(c, t.Context(), docdb.Insert, thing(t, id, 1, nil)); err == nil {
					mu.Lock()
					acknowledged[id] = true
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	c = open(t, o)
	docs, err := c.GetMany(t.Context(), slices.Collect(maps.Keys(acknowledged)))
	if err != nil || len(docs) != len(acknowledged) || len(docs) != 160 {
		t.Errorf("%d of %d acknowledged documents are there, %v", len(docs), len(acknowledged), err)
	}
}

func unserved(t *testing.T, o Opener) {
	t.Helper()
	e := o(t)
	t.Cleanup(func() { _ = e.Close() })
	for name, q := range map[string]docdb.Query{
		"a field in no index":      {Name: "q", Eq: []string{"body"}},
		"not a prefix":             {Name: "q", Eq: []string{"lane", "rank"}},
		"a sort against the index": {Name: "q", Eq: []string{"lane"}, Sort: []docdb.Order{{Path: "at"}}},
		"sparse without its field": {Name: "q", Sort: []docdb.Order{{Path: "state"}}},
		"a list not declared":      {Name: "q", Has: "words"},
	} {
		s := schema()
		s.Queries = append(s.Queries, q)
		if _, err := e.Open(t.Context(), s); !errors.Is(err, docdb.ErrUndeclared) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func wrongCalls(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	lane := docdb.Eq("lane", "open")
	for name, f := range map[string]docdb.Find{
		"unknown query":       {Query: "nothing"},
		"missing condition":   {Query: "code"},
		"undeclared field":    {Query: "code", Where: []docdb.Cond{docdb.Eq("code", "x"), docdb.Eq("state", "new")}},
		"wrong kind":          {Query: "newest", Where: []docdb.Cond{docdb.Prefix("lane", "o")}},
		"limit out of bounds": {Query: "newest", Where: []docdb.Cond{lane}, Limit: 5000},
	} {
		if _, _, err := c.Find(t.Context(), f); !errors.Is(err, docdb.ErrUndeclared) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for i := range 3 {
		insert(t, c, thing(t, fmt.Sprint("c", i), 1, nil))
	}
	_, next, err := c.Find(t.Context(), docdb.Find{Query: "newest", Where: []docdb.Cond{lane}, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]docdb.Find{
		"forged cursor":  {Query: "newest", Where: []docdb.Cond{lane}, After: "zzzz"},
		"foreign cursor": {Query: "newest", Where: []docdb.Cond{docdb.Eq("lane", "closed")}, After: next},
	} {
		if _, _, err := c.Find(t.Context(), f); !errors.Is(err, docdb.ErrCursor) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func oddDocs(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	for name, doc := range map[string]bson.Raw{
		"no id":          thing(t, "", 1, nil),
		"no version":     thing(t, "x", 0, nil),
		"not BSON":       []byte{1, 2, 3},
		"wrong type":     thing(t, "x", 1, bson.M{"rank": "seven"}),
		"too large":      thing(t, "x", 1, bson.M{"body": strings.Repeat("a", 17<<20)}),
		"time as a text": thing(t, "x", 1, bson.M{"due": "2026"}),
	} {
		if err := put(c, t.Context(), docdb.Insert, doc); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := c.Get(t.Context(), "x"); !errors.Is(err, docdb.ErrNotFound) {
		t.Errorf("a refused document is there: %v", err)
	}
}

func injection(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	for i, nasty := range []string{`'; DROP TABLE c_things; --`, `{"$gt":""}`, `" OR 1=1 "`, `a"*b NEAR (x)`, `.*`, "\x00nul"} {
		id := fmt.Sprint("n", i)
		insert(t, c, thing(t, id, 1, bson.M{"code": nasty, "words": []string{"w" + strconv.Itoa(i)}, "tags": []string{nasty}}))
		want(t, "by code "+nasty, found(t, c, docdb.Find{Query: "code", Where: []docdb.Cond{docdb.Eq("code", nasty)}}, 10), id)
		want(t, "by tag "+nasty, found(t, c, docdb.Find{Query: "tagged", Where: []docdb.Cond{docdb.Has("tags", nasty)}}, 10), id)
		want(t, "by words "+nasty, found(t, c, docdb.Find{Query: "search", Where: []docdb.Cond{docdb.Terms(nasty), docdb.In("shelf", "a")}}, 10))
	}
}

func scan(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	var all []string
	for i := range 40 {
		id := fmt.Sprintf("s%02d", i)
		all = append(all, id)
		insert(t, c, thing(t, id, 1, nil))
	}
	var got []string
	err := c.Scan(t.Context(), func(doc bson.Raw) error {
		id, _, err := docdb.Head(doc)
		if !strings.HasPrefix(id, "s") {
			return err
		}
		got = append(got, id)
		return errors.Join(err, put(c, t.Context(), docdb.Upsert, thing(t, "beside", 1, nil)))
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "scan", got, all...)
	stop := errors.New("enough")
	if err := c.Scan(t.Context(), func(bson.Raw) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("a scan that is stopped returns %v", err)
	}
}

// audit hands over every document once, in order, and finds nothing wrong with what the port wrote.
func audit(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	var all, got []string
	for i := range 40 {
		id := fmt.Sprintf("a%02d", i)
		all = append(all, id)
		insert(t, c, thing(t, id, 1, bson.M{"rank": int64(i), "words": []string{"duong", "ngap"}}))
	}
	var kept []docdb.Audited
	if err := c.Audit(t.Context(), func(a docdb.Audited) error {
		if kept = append(kept, a); len(a.Wrong) > 0 {
			t.Errorf("%s: %v is said to be wrong", a.ID, a.Wrong)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, a := range kept {
		if id, _, err := docdb.Head(a.Doc); err != nil || id != a.ID {
			t.Errorf("the document of %s is that of %q: %v", a.ID, id, err)
		}
		got = append(got, a.ID)
	}
	want(t, "audit", got, all...)
	stop := errors.New("enough")
	if err := c.Audit(t.Context(), func(docdb.Audited) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an audit that is stopped returns %v", err)
	}
}

// model does random operations beside a map and compares what both hold.
func model(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	held := map[string]int64{}
	rapid.Check(t, func(r *rapid.T) {
		id := fmt.Sprint("k", rapid.IntRange(0, 7).Draw(r, "id"))
		have := held[id]
		v := have + int64(rapid.IntRange(0, 2).Draw(r, "ahead"))
		w := docdb.Write{Op: docdb.Op(rapid.IntRange(int(docdb.Insert), int(docdb.Delete)).Draw(r, "op")), ID: id, IfVersion: v}
		if w.Op != docdb.Delete {
			v = max(v, 1)
			w.Doc = thing(t, id, v, bson.M{"rank": v})
		}
		err := c.Write(t.Context(), w)[0]
		if want := expected(w.Op, have, v); !errors.Is(err, want) || (want == nil && err != nil) {
			r.Fatalf("op %d of %s at %d with %d: got %v, want %v", w.Op, id, have, v, err, want)
		}
		if err == nil {
			held[id] = v
			if w.Op == docdb.Delete {
				delete(held, id)
			}
		}
	})
	got := map[string]int64{}
	if err := c.Scan(t.Context(), func(doc bson.Raw) error {
		id, v, err := docdb.Head(doc)
		got[id] = v
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(held, got); diff != "" {
		t.Error(diff)
	}
}

// expected is what the port promises for an operation on a document at version have (0: absent).
func expected(op docdb.Op, have, v int64) error {
	switch {
	case op == docdb.Upsert, op == docdb.Insert && have == 0:
		return nil
	case op == docdb.Insert:
		return docdb.ErrDuplicate
	case have == 0:
		return docdb.ErrNotFound
	case op == docdb.Replace && v != have+1, op == docdb.Delete && v != have && v != 0:
		return docdb.ErrStale
	default:
		return nil
	}
}

// searchOrder inserts documents out of their order, several of one moment among them, and pages through what a search finds.
func searchOrder(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	at := map[string]int{"m5": 5, "a9": 9, "z1": 1, "c4": 4, "b4": 4, "d4": 4, "k7": 7, "x2": 2}
	for _, id := range []string{"m5", "d4", "a9", "z1", "b4", "x2", "k7", "c4"} {
		insert(t, c, thing(t, id, 1, bson.M{"words": []string{"duong"}, "at": day.Add(time.Duration(at[id]) * time.Hour)}))
	}
	f := docdb.Find{Query: "search", Where: []docdb.Cond{docdb.Terms("duong"), docdb.In("shelf", "a")}}
	for _, size := range []int{1, 2, 3, 20} {
		want(t, "pages of "+strconv.Itoa(size), found(t, c, f, size), "a9", "k7", "m5", "b4", "c4", "d4", "x2", "z1")
	}
	f.Limit = 4
	_, next, err := c.Find(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Write(t.Context(), docdb.Write{Op: docdb.Delete, ID: "b4"})[0]; err != nil {
		t.Fatal(err)
	}
	f.After = next
	rest := found(t, c, f, 20)
	want(t, "after a page whose last document is gone", rest[len(rest)-2:], "x2", "z1")
}

// manyWalks merges more walks than an engine combines at once, and refuses more than it would ever.
func manyWalks(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	shelves := make([]string, docdb.MaxCombinations)
	for i := range shelves {
		shelves[i] = "s" + strconv.Itoa(i)
	}
	insert(t, c, thing(t, "first", 1, bson.M{"shelf": "s999", "rank": int64(1)}), thing(t, "second", 1, bson.M{"shelf": "s0", "rank": int64(2)}),
		thing(t, "third", 1, bson.M{"shelf": "s450", "rank": int64(3)}))
	f := docdb.Find{Query: "shelf", Where: []docdb.Cond{docdb.In("shelf", shelves...), docdb.Eq("lane", "open")}}
	want(t, "a thousand walks", found(t, c, f, 2), "first", "second", "third")
	f.Where[0] = docdb.In("shelf", append(shelves, "one more")...)
	if _, _, err := c.Find(t.Context(), f); !errors.Is(err, docdb.ErrWide) {
		t.Errorf("more walks than there may be: %v", err)
	}
}
