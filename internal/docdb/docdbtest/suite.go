// Package docdbtest is the one suite that every engine of docdb passes: what the port promises, each rule a named test.
package docdbtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
)

// Opener opens an engine on the same data each time it is called within one test; the suite closes what it opens.
type Opener func(tb testing.TB) docdb.Engine

// Run runs the suite. fresh returns an opener on new, empty data.
func Run(t *testing.T, fresh func(tb testing.TB) Opener) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Opener){
		"UniqueViolationNamesItsIndex":            unique,
		"StaleVersionChangesNothing":              stale,
		"PagingCrossesTies":                       paging,
		"PagingDescendsAndMeetsNulls":             descending,
		"ListsAreFoundWhole":                      lists,
		"TermsMatchByPrefixNewestFirst":           terms,
		"SearchIsNewestFirstWhateverCameFirst":    searchOrder,
		"ManyWalksAreMergedOrRefused":             manyWalks,
		"RangesAreHalfOpen":                       ranges,
		"SparseIndexesLeaveOutTheAbsent":          sparse,
		"CountsByGroup":                           counts,
		"InMergesOrderedWalks":                    merges,
		"SixtyFourWritersLoseNoUpdate":            race,
		"BatchReportsEachWrite":                   batch,
		"CancelledCallsEnd":                       cancelled,
		"ReopenedStoreKeepsWhatWasWritten":        reopened,
		"UnservedQueriesAreRefusedOnOpen":         unserved,
		"WrongCallsAreRefused":                    wrongCalls,
		"OddDocumentsAreRefused":                  oddDocs,
		"ValuesAreNeverCode":                      injection,
		"ScanStreamsEverythingBesideWriter":       scan,
		"AuditHandsOverEverythingAndFindsNothing": audit,
		"RandomOperationsMatchAMap":               model,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
}

// schema has one of everything.
func schema() docdb.Schema {
	text := func(p string) docdb.Field { return docdb.Field{Path: p, Type: docdb.Text} }
	return docdb.Schema{
		Name: "things",
		Indexes: []docdb.Index{
			{Name: "code", Unique: true, Fields: []docdb.Field{text("code")}},
			{Name: "shelf", Fields: []docdb.Field{text("shelf"), text("lane"), {Path: "rank", Type: docdb.Int}, text("state")}},
			{Name: "newest", Fields: []docdb.Field{text("lane"), {Path: "at", Type: docdb.Time, Desc: true}}},
			{Name: "due", Sparse: true, Fields: []docdb.Field{{Path: "due", Type: docdb.Time}}},
			{Name: "flag", Fields: []docdb.Field{{Path: "in.flag", Type: docdb.Bool}, text("state")}},
		},
		Lists:  []docdb.List{{Path: "tags"}},
		Search: &docdb.Search{Path: "words", Newest: "at", Places: []string{"shelf", "state"}},
		Queries: []docdb.Query{
			{Name: "code", Eq: []string{"code"}},
			{Name: "shelf", In: []string{"shelf"}, Eq: []string{"lane"}, Sort: []docdb.Order{{Path: "rank"}}, Filter: []string{"state"}, MayOmit: []string{"state"}},
			{Name: "ranked", Eq: []string{"shelf", "lane"}, Range: "rank", Sort: []docdb.Order{{Path: "rank"}}},
			{Name: "newest", Eq: []string{"lane"}, Sort: []docdb.Order{{Path: "at", Desc: true}}},
			{Name: "due", Range: "due", Sort: []docdb.Order{{Path: "due"}}},
			{Name: "flagged", Eq: []string{"in.flag"}, Group: []string{"state"}},
			{Name: "lanes", In: []string{"shelf", "lane"}, Group: []string{"state"}, Least: "rank", Counts: true},
			{Name: "tagged", Has: "tags", Filter: []string{"shelf"}, MayOmit: []string{"shelf"}},
			{Name: "search", Terms: true, In: []string{"shelf"}, Filter: []string{"state", "rank"}, MayOmit: []string{"state", "rank"}},
		},
	}
}

var day = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

func open(t *testing.T, o Opener) docdb.Collection {
	t.Helper()
	e := o(t)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	c, err := e.Open(t.Context(), schema())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// thing makes a document; more is added to it or replaces what it has.
func thing(tb testing.TB, id string, v int64, more bson.M) bson.Raw {
	tb.Helper()
	m := bson.M{
		"_id": id, "v": v, "code": "code-" + id, "shelf": "a", "lane": "open", "rank": int64(1), "state": "new", "at": day,
		"in": bson.M{"flag": true},
	}
	for k, x := range more {
		if x == nil {
			delete(m, k)
			continue
		}
		m[k] = x
	}
	raw, err := bson.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func insert(t *testing.T, c docdb.Collection, docs ...bson.Raw) {
	t.Helper()
	writes := make([]docdb.Write, 0, len(docs))
	for _, d := range docs {
		writes = append(writes, docdb.Write{Op: docdb.Insert, Doc: d})
	}
	if err := errors.Join(c.Write(t.Context(), writes...)...); err != nil {
		t.Fatal(err)
	}
}

func put(c docdb.Collection, ctx context.Context, op docdb.Op, doc bson.Raw) error {
	return c.Write(ctx, docdb.Write{Op: op, Doc: doc})[0]
}

// found returns the ids of all pages, size at a time.
func found(t *testing.T, c docdb.Collection, f docdb.Find, size int) []string {
	t.Helper()
	f.Limit = size
	ids := []string{}
	for range 1000 {
		docs, next, err := c.Find(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range docs {
			id, _, err := docdb.Head(d)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		if next == "" {
			return ids
		}
		f.After = next
	}
	t.Fatal("paging does not end")
	return nil
}

func want(t *testing.T, what string, got []string, ids ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, ids...), got); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

func unique(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	insert(t, c, thing(t, "a", 1, nil), thing(t, "no-code-1", 1, bson.M{"code": nil}), thing(t, "no-code-2", 1, bson.M{"code": nil}))
	for _, tc := range []struct {
		doc   bson.Raw
		op    docdb.Op
		index string
	}{
		{thing(t, "a", 1, bson.M{"code": "other"}), docdb.Insert, "_id"},
		{thing(t, "b", 1, bson.M{"code": "code-a"}), docdb.Insert, "code"},
		{thing(t, "no-code-1", 2, bson.M{"code": "code-a"}), docdb.Replace, "code"},
	} {
		err := put(c, t.Context(), tc.op, tc.doc)
		dup, ok := errors.AsType[*docdb.DuplicateError](err)
		if !ok || dup.Index != tc.index || !errors.Is(err, docdb.ErrDuplicate) {
			t.Errorf("got %v, want a duplicate in %s", err, tc.index)
		}
	}
}

func stale(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	insert(t, c, thing(t, "a", 1, nil))
	if err := put(c, t.Context(), docdb.Replace, thing(t, "a", 2, bson.M{"state": "second"})); err != nil {
		t.Fatal(err)
	}
	for v, wantErr := range map[int64]error{2: docdb.ErrStale, 4: docdb.ErrStale} {
		if err := put(c, t.Context(), docdb.Replace, thing(t, "a", v, bson.M{"state": "lost"})); !errors.Is(err, wantErr) {
			t.Errorf("replace with version %d: got %v, want %v", v, err, wantErr)
		}
	}
	if err := put(c, t.Context(), docdb.Replace, thing(t, "absent", 2, nil)); !errors.Is(err, docdb.ErrNotFound) {
		t.Errorf("replace of an absent document: %v", err)
	}
	if err := c.Write(t.Context(), docdb.Write{Op: docdb.Delete, ID: "a", IfVersion: 1})[0]; !errors.Is(err, docdb.ErrStale) {
		t.Errorf("delete of an old version: %v", err)
	}
	doc, err := c.Get(t.Context(), "a")
	if err != nil || doc.Lookup("state").StringValue() != "second" {
		t.Errorf("the document became %v, %v", doc, err)
	}
	if err := c.Write(t.Context(), docdb.Write{Op: docdb.Delete, ID: "a", IfVersion: 2})[0]; err != nil {
		t.Error(err)
	}
	if _, err := c.Get(t.Context(), "a"); !errors.Is(err, docdb.ErrNotFound) {
		t.Errorf("the deleted document gives %v", err)
	}
}

func paging(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	var all []string
	for i := range 37 {
		id := fmt.Sprintf("t%02d", i)
		insert(t, c, thing(t, id, 1, bson.M{"rank": int64(i / 10)}))
		all = append(all, id)
	}
	f := docdb.Find{Query: "ranked", Where: []docdb.Cond{docdb.Eq("shelf", "a"), docdb.Eq("lane", "open"), docdb.Between("rank", nil, nil)}}
	for _, size := range []int{1, 3, 10, 36, 37, 100} {
		want(t, "pages of "+strconv.Itoa(size), found(t, c, f, size), all...)
	}
}

func descending(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	insert(t, c, thing(t, "old", 1, bson.M{"at": day}), thing(t, "new1", 1, bson.M{"at": day.Add(time.Hour)}),
		thing(t, "new2", 1, bson.M{"at": day.Add(time.Hour)}), thing(t, "newest", 1, bson.M{"at": day.Add(2 * time.Hour)}),
		thing(t, "never2", 1, bson.M{"at": nil}), thing(t, "never1", 1, bson.M{"at": nil}))
	f := docdb.Find{Query: "newest", Where: []docdb.Cond{docdb.Eq("lane", "open")}}
	for _, size := range []int{1, 2, 3, 5, 10} {
		want(t, "pages of "+strconv.Itoa(size), found(t, c, f, size), "newest", "new1", "new2", "old", "never1", "never2")
	}
	insert(t, c, thing(t, "unranked2", 1, bson.M{"rank": nil, "shelf": "n"}), thing(t, "ranked", 1, bson.M{"shelf": "n"}), thing(t, "unranked1", 1, bson.M{"rank": nil, "shelf": "n"}))
	f = docdb.Find{Query: "shelf", Where: []docdb.Cond{docdb.In("shelf", "n"), docdb.Eq("lane", "open")}}
	for _, size := range []int{1, 2, 3} {
		want(t, "pages of "+strconv.Itoa(size)+" that begin without a value", found(t, c, f, size), "unranked1", "unranked2", "ranked")
	}
}

func lists(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	insert(t, c, thing(t, "a", 1, bson.M{"tags": []string{"red", "blue"}}), thing(t, "b", 1, bson.M{"tags": []string{"red"}, "shelf": "b"}), thing(t, "c", 1, nil))
	tagged := func(tag string, more ...docdb.Cond) docdb.Find {
		return docdb.Find{Query: "tagged", Where: append([]docdb.Cond{docdb.Has("tags", tag)}, more...)}
	}
	want(t, "red", found(t, c, tagged("red"), 1), "a", "b")
	want(t, "a prefix is not enough", found(t, c, tagged("re"), 10))
	want(t, "red on b", found(t, c, tagged("red", docdb.Eq("shelf", "b")), 10), "b")
	if err := put(c, t.Context(), docdb.Replace, thing(t, "a", 2, bson.M{"tags": []string{"green"}})); err != nil {
		t.Fatal(err)
	}
	want(t, "after the change", found(t, c, tagged("red"), 10), "b")
	want(t, "the new one", found(t, c, tagged("green"), 10), "a")
}

func terms(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	for i, words := range [][]string{{"den", "duong"}, {"duong", "ngap"}, {"den", "hong"}} {
		insert(t, c, thing(t, "t"+strconv.Itoa(i), 1, bson.M{"words": words, "at": day.Add(time.Duration(i) * time.Hour), "shelf": []string{"a", "b", "a"}[i]}))
	}
	search := func(shelves []string, words ...string) docdb.Find {
		return docdb.Find{Query: "search", Where: []docdb.Cond{docdb.Terms(words...), docdb.In("shelf", shelves...)}}
	}
	both := []string{"a", "b"}
	starts := func(words ...string) docdb.Find {
		return docdb.Find{Query: "search", Where: []docdb.Cond{docdb.Starts(words...), docdb.In("shelf", both...)}}
	}
	want(t, "a prefix is no word", found(t, c, search(both, "du"), 1))
	want(t, "prefix", found(t, c, starts("du"), 1), "t1", "t0")
	want(t, "prefix of the last word alone", found(t, c, starts("den", "du"), 1), "t0")
	want(t, "prefix of another word", found(t, c, starts("du", "den"), 1))
	want(t, "prefix of none", found(t, c, starts("dum"), 1))
	want(t, "both words", found(t, c, search(both, "den", "duong"), 10), "t0")
	want(t, "within a shelf", found(t, c, search([]string{"a"}, "duong"), 10), "t0")
	narrow := starts("d")
	narrow.Where = append(narrow.Where, docdb.Eq("state", "done"))
	want(t, "in another state", found(t, c, narrow, 10))
	narrow.Where[2] = docdb.Between("rank", 1, 2)
	want(t, "within a range", found(t, c, narrow, 1), "t2", "t1", "t0")
	narrow.Where[2] = docdb.Between("rank", 2, nil)
	want(t, "outside the range", found(t, c, narrow, 10))
	want(t, "no such word", found(t, c, search(both, "xe"), 10))
	want(t, "no words", found(t, c, search(both), 10))
	if err := put(c, t.Context(), docdb.Replace, thing(t, "t1", 2, bson.M{"words": []string{"cau"}, "at": day.Add(time.Hour), "shelf": "b"})); err != nil {
		t.Fatal(err)
	}
	want(t, "after the change", found(t, c, search(both, "duong"), 10), "t0")
	if err := put(c, t.Context(), docdb.Replace, thing(t, "t0", 2, bson.M{"words": []string{"den", "duong"}, "at": day, "shelf": "b"})); err != nil {
		t.Fatal(err)
	}
	want(t, "where it was before", found(t, c, search([]string{"a"}, "duong"), 10))
	want(t, "where it was moved", found(t, c, search([]string{"b"}, "duong"), 10), "t0")
}

func ranges(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	for i := range 5 {
		insert(t, c, thing(t, "r"+strconv.Itoa(i), 1, bson.M{"rank": int64(i)}))
	}
	f := func(from, to any) docdb.Find {
		return docdb.Find{Query: "ranked", Where: []docdb.Cond{docdb.Eq("shelf", "a"), docdb.Eq("lane", "open"), docdb.Between("rank", from, to)}}
	}
	want(t, "closed below, open above", found(t, c, f(1, 3), 10), "r1", "r2")
	want(t, "no end", found(t, c, f(3, nil), 10), "r3", "r4")
	want(t, "no beginning", found(t, c, f(nil, 2), 10), "r0", "r1")
	want(t, "empty", found(t, c, f(3, 3), 10))
}

func sparse(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	insert(t, c, thing(t, "late", 1, bson.M{"due": day.Add(time.Hour)}), thing(t, "none", 1, nil), thing(t, "early", 1, bson.M{"due": day}))
	f := docdb.Find{Query: "due", Where: []docdb.Cond{docdb.Between("due", nil, day.Add(24*time.Hour))}}
	want(t, "with the field", found(t, c, f, 10), "early", "late")
	if err := put(c, t.Context(), docdb.Replace, thing(t, "early", 2, nil)); err != nil {
		t.Fatal(err)
	}
	want(t, "after it was taken away", found(t, c, f, 10), "late")
}

func counts(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	insert(t, c, thing(t, "a", 1, nil), thing(t, "b", 1, nil), thing(t, "c", 1, bson.M{"state": "done"}), thing(t, "d", 1, bson.M{"in": bson.M{"flag": false}}))
	groups, err := c.Count(t.Context(), docdb.Find{Query: "flagged", Where: []docdb.Cond{docdb.Eq("in.flag", true)}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[any]int64{}
	for _, g := range groups {
		got[g.Key[0]] = g.N
	}
	if diff := cmp.Diff(map[any]int64{"new": 2, "done": 1}, got); diff != "" {
		t.Error(diff)
	}
	insert(t, c, thing(t, "e", 1, bson.M{"shelf": "b", "lane": "done", "rank": int64(-7)}), thing(t, "f", 1, bson.M{"shelf": "c", "rank": int64(-9)}))
	groups, err = c.Count(t.Context(), docdb.Find{Query: "lanes", Where: []docdb.Cond{docdb.In("shelf", "a", "b"), docdb.In("lane", "open", "done")}})
	least := map[any][2]any{}
	for _, g := range groups {
		least[g.Key[0]] = [2]any{g.N, g.Least}
	}
	if diff := cmp.Diff(map[any][2]any{"new": {int64(4), int64(-7)}, "done": {int64(1), int64(1)}}, least); diff != "" || err != nil {
		t.Error(diff, err)
	}
	all, err := c.Count(t.Context(), docdb.Find{Query: "shelf", Where: []docdb.Cond{docdb.In("shelf", "a", "b"), docdb.Eq("lane", "open")}})
	if err != nil || len(all) != 1 || all[0].N != 4 {
		t.Errorf("count of all: %v, %v", all, err)
	}
}

func merges(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	var all []string
	for i := range 12 {
		id := fmt.Sprintf("m%02d", i)
		insert(t, c, thing(t, id, 1, bson.M{"rank": int64(i / 2), "shelf": []string{"a", "b", "c"}[i%3], "state": []string{"new", "done"}[i%2]}))
		if i%3 != 2 {
			all = append(all, id)
		}
	}
	f := docdb.Find{Query: "shelf", Where: []docdb.Cond{docdb.In("shelf", "a", "b", "nowhere", "a"), docdb.Eq("lane", "open")}}
	for _, size := range []int{1, 2, 5, 100} {
		want(t, "pages of "+strconv.Itoa(size), found(t, c, f, size), all...)
	}
	f.Where = append(f.Where, docdb.Eq("state", "done"))
	want(t, "with a filter", found(t, c, f, 2), slices.DeleteFunc(all, func(id string) bool {
		n, _ := strconv.Atoi(id[1:]) // our own ids
		return n%2 == 0
	})...)
	f.Where[0] = docdb.In[string]("shelf")
	want(t, "no values", found(t, c, f, 2))
}

// countUp adds one to what it reads.
func countUp(t *testing.T, c docdb.Collection) error {
	t.Helper()
	doc, err := c.Get(t.Context(), "n")
	if err != nil {
		return err
	}
	_, v, err := docdb.Head(doc)
	if err != nil {
		return err
	}
	return put(c, t.Context(), docdb.Replace, thing(t, "n", v+1, bson.M{"rank": doc.Lookup("rank").AsInt64() + 1}))
}

func race(t *testing.T, o Opener) {
	t.Helper()
	c := open(t, o)
	insert(t, c, thing(t, "n", 1, bson.M{"rank": int64(0)}))
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for {
				err := countUp(t, c)
				if errors.Is(err, docdb.ErrStale) {
					continue
				}
				if err != nil {
					t.Error(err)
				}
				return
			}
		})
	}
	wg.Wait()
	doc, err := c.Get(t.Context(), "n")
	if err != nil || doc.Lookup("rank").AsInt64() != 64 {
		t.Errorf("64 writers counted to %v, %v", doc.Lookup("rank"), err)
	}
}
