package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
)

// The search of a collection has three tables. x_ is the index: for each row its words and the tokens of its places. p_ holds the rows
// that the index does not have yet: most documents change soon after they came, and many that are indexed together cost a part of
// what they cost one by one. w_ holds the words that the index knows and that a search may begin with.
//
// A row with words stands in either x_ or p_, from the transaction on that wrote it.

const (
	indexEvery = 300 * time.Millisecond // what waits is indexed when nobody else writes
	indexFrom  = 256                    // so many that wait are indexed beside other writes
	indexRows  = 128                    // at once
)

// lateWords is what the writer knows of the rows that wait. It only counts and remembers: what it forgets costs time.
type lateWords struct {
	n     int // rows that wait
	known map[string]bool
	seen  int // Engine.undone when this was so
}

// maxKnown bounds the words that the writer remembers to have noted down.
const maxKnown = 50_000

// awaits notes that the index has to learn of the row, and reports whether it was not noted already.
func (c *collection) awaits(ctx context.Context, row int64) (fresh bool, err error) {
	res, err := c.w.latePut.ExecContext(ctx, row)
	if err != nil {
		return false, fmt.Errorf("note words: %w", err)
	}
	n, err := res.RowsAffected()
	c.late.n += int(n)
	return n > 0, err
}

// rewords notes that the words of a row, or its place, are others than the index knows.
func (c *collection) rewords(ctx context.Context, row int64, words string) error {
	if words == "" {
		return c.unword(ctx, row)
	}
	fresh, err := c.awaits(ctx, row)
	if err != nil || !fresh {
		return err
	}
	return c.dropWords(ctx, row)
}

// unword takes a row out of the search.
func (c *collection) unword(ctx context.Context, row int64) error {
	if _, err := c.w.lateDrop.ExecContext(ctx, row); err != nil {
		return fmt.Errorf("drop words: %w", err)
	}
	return c.dropWords(ctx, row)
}

func (c *collection) dropWords(ctx context.Context, row int64) error {
	if _, err := c.w.ftsDrop.ExecContext(ctx, row); err != nil {
		return fmt.Errorf("drop words: %w", err)
	}
	return nil
}

// count makes what the writer knows true again after a write was taken back.
func (c *collection) count(ctx context.Context) error {
	if c.late.known != nil && c.late.seen == c.e.undone {
		return nil
	}
	c.late = lateWords{known: map[string]bool{}, seen: c.e.undone}
	if err := c.e.conn.QueryRowContext(ctx, "SELECT count(*) FROM p_"+c.s.Name).Scan(&c.late.n); err != nil {
		return fmt.Errorf("count words: %w", err)
	}
	return nil
}

// index brings up to n rows that wait into the index, within the writer's transaction.
func (c *collection) index(ctx context.Context, n int) error {
	waiting, err := c.waiting(ctx, n)
	if err != nil {
		return err
	}
	for _, r := range waiting {
		words, place, err := c.wordsOf(r.doc)
		if err != nil {
			return err
		}
		if err := c.putWords(ctx, r.row, words, place); err != nil {
			return err
		}
		if _, err := c.w.lateDrop.ExecContext(ctx, r.row); err != nil {
			return fmt.Errorf("index words: %w", err)
		}
	}
	c.late.n -= len(waiting)
	if len(waiting) < n {
		c.late.n = 0
	}
	return nil
}

// waiting reads rows that wait.
func (c *collection) waiting(ctx context.Context, n int) ([]found, error) {
	rows, err := c.w.lateNext.QueryContext(ctx, n)
	out, err := all(rows, err, rowAndDoc)
	if err != nil {
		return nil, fmt.Errorf("index words: %w", err)
	}
	return out, nil
}

// wordsOf takes the words and the tokens of the places out of a document.
func (c *collection) wordsOf(doc bson.Raw) (words []string, place string, err error) {
	if words, err = docdb.Strings(doc, c.s.Search.Path); err != nil {
		return words, "", err
	}
	var all strings.Builder
	for _, path := range c.s.Search.Places {
		at, err := docdb.Lookup(doc, docdb.Field{Path: path, Type: docdb.Text})
		if err != nil {
			return words, "", err
		}
		all.WriteString(placed(path, at))
	}
	return words, all.String(), nil
}

func (c *collection) putWords(ctx context.Context, row int64, words []string, place string) error {
	if len(words) == 0 {
		return nil
	}
	if _, err := c.w.ftsPut.ExecContext(ctx, row, strings.Join(words, " ")+place); err != nil {
		return fmt.Errorf("index words: %w", err)
	}
	for _, w := range words {
		if c.late.known[w] || !begins(w) {
			continue
		}
		if _, err := c.w.wordPut.ExecContext(ctx, w); err != nil {
			return fmt.Errorf("note word: %w", err)
		}
		if len(c.late.known) < maxKnown {
			c.late.known[w] = true
		}
	}
	return nil
}

// begins reports whether a word may be found by how it begins: numbers and what is marked are looked for whole.
func begins(w string) bool {
	return !strings.HasPrefix(w, docdb.Unsaid) && strings.ContainsFunc(w, unicode.IsLetter)
}

// indexBeside brings what waits into the index in the transaction of other writes, as much as keeps pace with them.
func (e *Engine) indexBeside(ctx context.Context, jobs []*job) error {
	n := indexRows
	for _, j := range jobs {
		n += len(j.writes)
	}
	for _, c := range e.search {
		if err := c.count(ctx); err != nil {
			return err
		}
		if c.late.n < indexFrom {
			continue
		}
		if err := c.index(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// indexLate brings all that waits into the index while nobody else has anything to write. What fails is tried again at the next
// turn, and found meanwhile where it waits.
func (e *Engine) indexLate() {
	ctx := context.Background() //nolint:forbidigo // the writer outlives every caller
	if e.gone.Load() {
		return
	}
	for len(e.jobs) == 0 {
		more, err := e.indexSome(ctx)
		if err != nil || !more {
			return
		}
	}
}

// indexSome brings some of what waits into the index and reports whether there is more.
func (e *Engine) indexSome(ctx context.Context) (more bool, err error) {
	var all []*collection
	for _, c := range e.search {
		if err := c.count(ctx); err != nil {
			return false, err
		}
		if c.late.n > 0 {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return false, nil
	}
	if err := exec(ctx, e.conn, "BEGIN IMMEDIATE"); err != nil {
		return false, err
	}
	for _, c := range all {
		if err := c.index(ctx, 2*indexRows); err != nil {
			e.undo(ctx)
			return false, err
		}
		more = more || c.late.n > 0
	}
	e.commits.Add(1)
	if err := exec(ctx, e.conn, "COMMIT"); err != nil {
		e.undo(ctx)
		return false, err
	}
	return more, nil
}

// createSearch makes the tables of the search and fills them from the documents, all or nothing; anew where an older program wrote.
func (c *collection) createSearch(ctx context.Context, conn *sql.Conn) error {
	if c.s.Search == nil {
		return nil
	}
	have, err := names(ctx, conn, "SELECT name FROM sqlite_schema WHERE type='table'")
	if err != nil || !c.e.aged && c.e.indexed && slices.Contains(have, "x_"+c.s.Name) {
		return err
	}
	if err := exec(ctx, conn, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := c.fillSearch(ctx, conn); err != nil {
		c.late = lateWords{}
		_ = exec(ctx, conn, "ROLLBACK") // the first error is what counts
		return err
	}
	return exec(ctx, conn, "COMMIT")
}

func (c *collection) fillSearch(ctx context.Context, conn *sql.Conn) error {
	err := exec(ctx, conn, "DROP TABLE IF EXISTS x_"+c.s.Name, "DROP TABLE IF EXISTS p_"+c.s.Name, "DROP TABLE IF EXISTS w_"+c.s.Name,
		"CREATE VIRTUAL TABLE x_"+c.s.Name+" USING fts5(terms, content='', contentless_delete=1, detail=none, tokenize=\"unicode61 remove_diacritics 0\")",
		"CREATE TABLE p_"+c.s.Name+" (row INTEGER PRIMARY KEY)",
		"CREATE TABLE w_"+c.s.Name+" (word TEXT PRIMARY KEY) WITHOUT ROWID",
	)
	if err != nil {
		return err
	}
	if err := c.prepareWriter(ctx, conn); err != nil {
		return err
	}
	c.late = lateWords{known: map[string]bool{}, seen: c.e.undone}
	put, indexed := 0, 0
	for last, more := int64(math.MinInt64), true; more; {
		page, err := c.page(ctx, conn, last)
		if err != nil {
			return err
		}
		n, err := c.putPage(ctx, page)
		if err != nil {
			return err
		}
		if put, more = put+n, len(page) == scanPage; more {
			last = page[len(page)-1].row
		}
	}
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM x_"+c.s.Name+"_docsize").Scan(&indexed); err != nil {
		return fmt.Errorf("count what is indexed of %s: %w", c.table, err)
	}
	if indexed != put {
		return fmt.Errorf("index words of %s: %d documents of %d are indexed", c.table, indexed, put)
	}
	return nil
}

// putPage indexes documents and returns how many of them have words.
func (c *collection) putPage(ctx context.Context, page []found) (int, error) {
	put := 0
	for _, f := range page {
		words, place, err := c.wordsOf(f.doc)
		if err != nil {
			return put, err
		}
		if err := c.putWords(ctx, f.row, words, place); err != nil {
			return put, err
		}
		put += min(len(words), 1)
	}
	return put, nil
}

// page reads documents in the order of their rows.
func (c *collection) page(ctx context.Context, conn *sql.Conn, after int64) ([]found, error) {
	rows, err := conn.QueryContext(ctx, "SELECT row, doc FROM "+c.table+" WHERE row>? ORDER BY row LIMIT ?", after, scanPage) //nolint:gosec // the name is the schema's
	out, err := all(rows, err, rowAndDoc)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.table, err)
	}
	return out, nil
}

// dropUnused takes the words out of the list that no document has any more, a few in a turn of the writer.
func (c *collection) dropUnused(ctx context.Context) error {
	for last := ""; ; {
		page, err := c.someWords(ctx, last)
		if err != nil {
			return err
		}
		unused, err := c.unused(ctx, slices.Clone(page))
		if err != nil {
			return err
		}
		if len(unused) > 0 {
			if err := c.e.exclusive(ctx, func(ctx context.Context, conn *sql.Conn) error { return c.forgetWords(ctx, conn, unused) }); err != nil {
				return err
			}
		}
		if len(page) < wordPage {
			return nil
		}
		last = page[len(page)-1]
	}
}

// wordPage is how many words are looked at together.
const wordPage = 500

func (c *collection) someWords(ctx context.Context, after string) ([]string, error) {
	rows, err := c.rows(ctx, "SELECT word FROM w_"+c.s.Name+" WHERE word>? ORDER BY word LIMIT ?", after, wordPage)
	out, err := all(rows, err, oneWord)
	if err != nil {
		return nil, fmt.Errorf("list words of %s: %w", c.table, err)
	}
	return out, nil
}

// unused keeps the words that the index finds nowhere.
func (c *collection) unused(ctx context.Context, words []string) ([]string, error) {
	fts := "x_" + c.s.Name
	var failed error
	out := slices.DeleteFunc(words, func(w string) bool {
		rows, err := c.rows(ctx, "SELECT 1 FROM "+fts+" WHERE "+fts+" MATCH ? LIMIT 1", `"`+w+`"`)
		if err != nil {
			failed = fmt.Errorf("look for a word in %s: %w", c.table, err)
			return true
		}
		defer rows.Close()
		used := rows.Next()
		failed = errors.Join(failed, rows.Err())
		return used
	})
	return out, failed
}

// forgetWords takes words out of the list unless a document came to have them meanwhile.
func (c *collection) forgetWords(ctx context.Context, conn *sql.Conn, words []string) error {
	c.e.undone++ // what was remembered of the list is not so any more
	for _, w := range words {
		_, err := conn.ExecContext(ctx, "DELETE FROM w_"+c.s.Name+" WHERE word=? AND NOT EXISTS (SELECT 1 FROM x_"+c.s.Name+" WHERE x_"+c.s.Name+" MATCH ?)", w, `"`+w+`"`) //nolint:gosec // the name is the schema's
		if err != nil {
			return fmt.Errorf("forget words of %s: %w", c.table, err)
		}
	}
	return nil
}
