package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
)

func spokenSchema() docdb.Schema {
	text := func(p string) docdb.Field { return docdb.Field{Path: p, Type: docdb.Text} }
	return docdb.Schema{
		Name: "letters", Indexes: []docdb.Index{{Name: "shelf", Fields: []docdb.Field{text("shelf"), text("state")}}},
		Search:  &docdb.Search{Path: "words", Newest: "at", Places: []string{"shelf", "state"}},
		Queries: []docdb.Query{{Name: "search", Terms: true, Filter: []string{"shelf", "state"}, MayOmit: []string{"shelf", "state"}}},
	}
}

// letter is a document of spokenSchema, as the test knows it.
type letter struct {
	id, shelf string
	v         int64
	at        time.Time
	words     []string
}

func (l letter) raw(tb testing.TB) bson.Raw {
	tb.Helper()
	raw, err := bson.Marshal(bson.M{"_id": l.id, "v": l.v, "shelf": l.shelf, "state": "open", "at": l.at, "words": l.words})
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

var syllables = []string{"duong", "duoc", "den", "dien", "hong", "ngap", "nuoc", "so7", "1945"}

// lives leads documents through random lives beside an indexing at random moments, and compares each search with a look at all.
type lives struct {
	t    *testing.T
	rnd  *rand.Rand
	e    *Engine
	c    docdb.Collection
	all  map[string]letter
	path string
}

func (l *lives) open() {
	l.t.Helper()
	var err error
	if l.e, err = Open(l.t.Context(), l.path); err != nil {
		l.t.Fatal(err)
	}
	if l.c, err = l.e.Open(l.t.Context(), spokenSchema()); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lives) alone(do func(ctx context.Context, conn *sql.Conn) error) {
	l.t.Helper()
	if err := l.e.exclusive(l.t.Context(), do); err != nil {
		l.t.Fatal(err)
	}
}

// index brings what waits into the index, as the writer does when it has time.
func (l *lives) index() {
	l.t.Helper()
	l.alone(func(ctx context.Context, _ *sql.Conn) error {
		for {
			if more, err := l.e.indexSome(ctx); err != nil || !more {
				return err
			}
		}
	})
}

func (l *lives) step(i int) {
	l.t.Helper()
	ids := slices.Sorted(func(yield func(string) bool) {
		for id := range l.all {
			if !yield(id) {
				return
			}
		}
	})
	pick := func() letter { return l.all[ids[l.rnd.IntN(len(ids))]] }
	write := func(op docdb.Op, d letter) {
		l.t.Helper()
		if err := l.c.Write(l.t.Context(), docdb.Write{Op: op, Doc: d.raw(l.t)})[0]; err != nil {
			l.t.Fatal(err)
		}
		l.all[d.id] = d
	}
	switch n := l.rnd.IntN(10); {
	case n < 4 || len(ids) == 0:
		write(docdb.Insert, letter{fmt.Sprintf("%x", i*7919%1000), l.shelf(), 1, start.Add(time.Duration(l.rnd.IntN(50)) * time.Hour), l.words()})
	case n < 6:
		d := pick()
		d.v, d.shelf = d.v+1, l.shelf()
		write(docdb.Replace, d)
	case n < 7:
		d := pick()
		d.v, d.words = d.v+1, l.words()
		write(docdb.Upsert, d)
	case n < 8:
		d := pick()
		if err := l.c.Write(l.t.Context(), docdb.Write{Op: docdb.Delete, ID: d.id})[0]; err != nil {
			l.t.Fatal(err)
		}
		delete(l.all, d.id)
	case n < 9:
		l.index()
	default:
		if err := l.e.Close(); err != nil {
			l.t.Fatal(err)
		}
		l.open()
	}
}

var start = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func (l *lives) shelf() string { return fmt.Sprint("open/u", l.rnd.IntN(4)) }

func (l *lives) words() []string {
	var out []string
	for _, w := range syllables {
		if l.rnd.IntN(3) == 0 {
			out = append(out, w)
		}
	}
	return out
}

// look searches for words in places and compares.
func (l *lives) look() {
	l.t.Helper()
	words := []string{syllables[l.rnd.IntN(len(syllables))]}
	cond := docdb.Terms(words...)
	has := func(d letter, w string) bool { return slices.Contains(d.words, w) }
	if w := words[0]; l.rnd.IntN(2) == 0 && w != "1945" {
		cond = docdb.Starts(w[:2])
		has = func(d letter, _ string) bool {
			return slices.ContainsFunc(d.words, func(t string) bool { return strings.HasPrefix(t, w[:2]) })
		}
	}
	f := docdb.Find{Query: "search", Where: []docdb.Cond{cond}, Limit: 1 + l.rnd.IntN(5)}
	var places []string
	for l.rnd.IntN(3) > 0 {
		places = append(places, l.shelf())
	}
	if len(places) > 0 {
		f.Where = append(f.Where, docdb.In("shelf", places...))
	}
	var want []string
	for id, d := range l.all {
		if has(d, words[0]) && (len(places) == 0 || slices.Contains(places, d.shelf)) {
			want = append(want, id)
		}
	}
	slices.Sort(want)
	var got []string
	var last time.Time
	for {
		docs, next, err := l.c.Find(l.t.Context(), f)
		if err != nil {
			l.t.Fatal(err)
		}
		for _, doc := range docs {
			id, _, _ := docdb.Head(doc)
			if at := l.all[id].at; !last.IsZero() && at.After(last) {
				l.t.Errorf("%s of %v comes after one of %v", id, at, last)
			} else {
				last = at
			}
			got = append(got, id)
		}
		if f.After = next; next == "" {
			break
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		l.t.Fatalf("%+v: %s", f.Where, diff)
	}
}

func TestSearchFindsWhatWaitsAndWhatIsIndexed(t *testing.T) {
	for seed := range uint64(6) {
		l := &lives{t: t, rnd: rand.New(rand.NewPCG(seed, 1)), all: map[string]letter{}, path: filepath.Join(t.TempDir(), "lives.db")}
		l.open()
		for i := range 120 {
			l.step(i)
			l.look()
		}
		l.index()
		l.alone(func(ctx context.Context, conn *sql.Conn) error {
			var waiting int
			if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM p_letters").Scan(&waiting); err != nil || waiting != 0 {
				t.Errorf("%d wait after the indexing, %v", waiting, err)
			}
			return nil
		})
		l.look()
		if err := l.e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSearchOfAnOlderReleaseIsMadeAnew opens a file whose index knows neither places nor beginnings.
func TestSearchOfAnOlderReleaseIsMadeAnew(t *testing.T) {
	l := &lives{t: t, rnd: rand.New(rand.NewPCG(1, 2)), all: map[string]letter{}, path: filepath.Join(t.TempDir(), "old.db")}
	l.open()
	for i := range 40 {
		d := letter{fmt.Sprintf("d%02d", i), l.shelf(), 1, start.Add(time.Duration(i) * time.Minute), append(l.words(), "chung")}
		l.all[d.id] = d
		if err := l.c.Write(t.Context(), docdb.Write{Op: docdb.Insert, Doc: d.raw(t)})[0]; err != nil {
			t.Fatal(err)
		}
	}
	l.alone(func(ctx context.Context, conn *sql.Conn) error {
		return exec(ctx, conn, "DROP TABLE x_letters", "DROP TABLE p_letters", "DROP TABLE w_letters",
			`CREATE VIRTUAL TABLE s_letters USING fts5(terms, content='', contentless_delete=1, detail=none, tokenize="unicode61 remove_diacritics 0")`,
			`INSERT INTO s_letters (rowid, terms) SELECT row, 'stale' FROM c_letters`)
	})
	for range 2 { // the second time there is nothing to do
		if err := l.e.Close(); err != nil {
			t.Fatal(err)
		}
		l.open()
		for range 40 {
			l.look()
		}
	}
	if docs, _, err := l.c.Find(t.Context(), docdb.Find{Query: "search", Where: []docdb.Cond{docdb.Terms("stale")}}); err != nil || len(docs) > 0 {
		t.Errorf("%d found by what the old index held, %v", len(docs), err)
	}
	if err := l.e.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestSearchAsksTheIndexForPlaces: who has few places does not walk what lies elsewhere.
func TestSearchAsksTheIndexForPlaces(t *testing.T) {
	places := func(n int) []string {
		shelves := make([]string, n)
		for i := range shelves {
			shelves[i] = fmt.Sprint("u", i)
		}
		b := builder{c: newCollection(nil, spokenSchema()), conds: map[string]docdb.Cond{"shelf": docdb.In("shelf", shelves...)}}
		return b.places("shelf")
	}
	if got := places(2); len(got) != 2 || got[0] != token("shelf", "u0") || got[0] == got[1] {
		t.Errorf("two places are asked for as %q", got)
	}
	if got := places(maxPlaces + 1); got != nil {
		t.Errorf("very many places are asked for: %d", len(got))
	}
	if w, ok := docdb.PlainWord(token("shelf", "u0")); ok {
		t.Errorf("a search may ask for the place itself: %q", w)
	}
}

// TestPurgeForgetsWords: the list of words holds none that only an erased document had.
func TestPurgeForgetsWords(t *testing.T) {
	l := &lives{t: t, all: map[string]letter{}, path: filepath.Join(t.TempDir(), "purge.db")}
	l.open()
	defer l.e.Close()
	for _, d := range []letter{{"a", "u1", 1, start, []string{"duong", "zorquyen"}}, {"b", "u1", 1, start, []string{"duong"}}} {
		if err := l.c.Write(t.Context(), docdb.Write{Op: docdb.Insert, Doc: d.raw(t)})[0]; err != nil {
			t.Fatal(err)
		}
	}
	l.index()
	if err := l.c.Write(t.Context(), docdb.Write{Op: docdb.Replace, Doc: letter{"a", "u1", 2, start, nil}.raw(t)})[0]; err != nil {
		t.Fatal(err)
	}
	if err := l.c.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.alone(func(ctx context.Context, conn *sql.Conn) error {
		left, err := names(ctx, conn, "SELECT word FROM w_letters")
		if diff := cmp.Diff([]string{"duong"}, left); diff != "" || err != nil {
			t.Errorf("words left: %s, %v", diff, err)
		}
		return nil
	})
	// It comes back with the next document that has it.
	if err := l.c.Write(t.Context(), docdb.Write{Op: docdb.Insert, Doc: letter{"c", "u1", 1, start, []string{"zorquyen"}}.raw(t)})[0]; err != nil {
		t.Fatal(err)
	}
	l.index()
	if docs, _, err := l.c.Find(t.Context(), docdb.Find{Query: "search", Where: []docdb.Cond{docdb.Starts("zorq")}}); err != nil || len(docs) != 1 {
		t.Errorf("%d found by a word that came back, %v", len(docs), err)
	}
}

// TestWhatNobodySaysBeginsNothing: the list of words that a search may begin with holds no marked ones.
func TestWhatNobodySaysBeginsNothing(t *testing.T) {
	if begins(docdb.Unsaid+"abc") || !begins("abc") {
		t.Error("a marked word is listed among those that begin, or no other is")
	}
}
