package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
)

// filling is a schema whose writes touch the table, an index, the search and a list, so that they can fail half-way.
func filling() docdb.Schema {
	return docdb.Schema{
		Name: "filling", Indexes: []docdb.Index{{Name: "place", Fields: []docdb.Field{{Path: "place", Type: docdb.Text}}}},
		Lists: []docdb.List{{Path: "tags"}}, Search: &docdb.Search{Path: "words", Newest: "at"},
	}
}

func fill(tb testing.TB, id string, words int) docdb.Write {
	tb.Helper()
	var all []string
	for i := range words {
		all = append(all, fmt.Sprintf("%s%04d", id, i))
	}
	raw, err := bson.Marshal(bson.M{
		"_id": id, "v": int64(1), "place": id, "tags": all[:words/2], "words": all, "at": time.Unix(1_790_000_000, 0), "fat": strings.Repeat("x", 3000),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return docdb.Write{Op: docdb.Insert, Doc: raw}
}

// TestFullDiskKeepsWhatItSaysItKept fills a database whose file may not grow, with writes that are committed together, and
// compares what was reported with what is there.
func TestFullDiskKeepsWhatItSaysItKept(t *testing.T) {
	e, err := Open(t.Context(), filepath.Join(t.TempDir(), "full.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	c, err := e.Open(t.Context(), filling())
	if err != nil {
		t.Fatal(err)
	}
	limit(t, e, 60)
	errs := together(t, e, c)
	failed, kept := 0, 0
	for i, err := range errs {
		_, there := c.Get(t.Context(), fmt.Sprintf("f%02d", i))
		switch {
		case err == nil && there == nil:
			kept++
		case err != nil && errors.Is(there, docdb.ErrNotFound):
			failed++
		default:
			t.Errorf("write %d: reported %v, stored %v", i, err, there)
		}
	}
	if failed == 0 || kept == 0 {
		t.Errorf("%d failed and %d were kept: the disk was not full half-way", failed, kept)
	}
	limit(t, e, 1<<30)
	if err := errors.Join(c.Write(t.Context(), fill(t, "after", 10))...); err != nil {
		t.Errorf("with room again: %v", err)
	}
	whole(t, c, e)
}

// limit bounds the file, as a full disk does.
func limit(t *testing.T, e *Engine, more int) {
	t.Helper()
	if err := e.exclusive(t.Context(), func(ctx context.Context, conn *sql.Conn) error {
		var pages int
		if err := conn.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
			return err
		}
		return exec(ctx, conn, fmt.Sprintf("PRAGMA max_page_count=%d", pages+more))
	}); err != nil {
		t.Fatal(err)
	}
}

// together writes forty documents, small and large, while the writer is kept busy, so that they share transactions.
func together(t *testing.T, e *Engine, c docdb.Collection) []error {
	t.Helper()
	errs := make([]error, 40)
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := e.exclusive(context.WithoutCancel(t.Context()), func(context.Context, *sql.Conn) error {
			close(held)
			<-hold
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	<-held
	for i := range errs {
		wg.Go(func() { errs[i] = c.Write(t.Context(), fill(t, fmt.Sprintf("f%02d", i), 20+i%3*400))[0] })
	}
	for len(e.jobs) < len(errs) {
		runtime.Gosched() // the queue has no signal
	}
	close(hold)
	wg.Wait()
	return errs
}

// whole asks SQLite whether the file, its indexes and its search agree, and whether no list or word is left of what is not there.
func whole(t *testing.T, c docdb.Collection, e *Engine) {
	t.Helper()
	var said string
	if err := e.reads[docdb.ForCitizens].QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		t.Errorf("integrity: %s, %v", said, err)
	}
	for what, query := range map[string]string{
		"tags":  `SELECT count(*) FROM "l_filling_tags" WHERE row NOT IN (SELECT row FROM c_filling)`,
		"words": `SELECT count(*) FROM x_filling WHERE rowid NOT IN (SELECT row FROM c_filling)`,
	} {
		var left int
		if err := e.reads[docdb.ForCitizens].QueryRowContext(t.Context(), query).Scan(&left); err != nil || left != 0 {
			t.Errorf("%s: %d are left of documents that are not there, %v", what, left, err)
		}
	}
	if err := c.Audit(t.Context(), func(a docdb.Audited) error {
		if len(a.Wrong) > 0 {
			t.Errorf("%s: %v", a.ID, a.Wrong)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// TestHalfAWriteIsTakenBack lets the last step of some writes fail, with the others going on in the same transaction.
func TestHalfAWriteIsTakenBack(t *testing.T) {
	e, err := Open(t.Context(), filepath.Join(t.TempDir(), "half.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	c, err := e.Open(t.Context(), filling())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.exclusive(t.Context(), func(ctx context.Context, conn *sql.Conn) error {
		return exec(ctx, conn, `CREATE TRIGGER no_f3 BEFORE INSERT ON "l_filling_tags" WHEN NEW.val LIKE 'f_3%' BEGIN SELECT RAISE(FAIL, 'broken'); END`)
	}); err != nil {
		t.Fatal(err)
	}
	for i, err := range together(t, e, c) {
		broken := i%10 == 3
		_, there := c.Get(t.Context(), fmt.Sprintf("f%02d", i))
		if broken != (err != nil) || broken != errors.Is(there, docdb.ErrNotFound) {
			t.Errorf("write %d: reported %v, stored %v", i, err, there)
		}
	}
	whole(t, c, e)
}
