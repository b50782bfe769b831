package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"tiepdan/internal/docdb"
)

// collection is a table with one real column per indexed field, an FTS5 table for the search words and a side table for
// each list.
type collection struct {
	e      *Engine
	s      docdb.Schema
	fields []docdb.Field
	table  string
	stmts  sync.Map // reading → *sql.Stmt
	kept   atomic.Int64
	w      writerStmts
	late   lateWords
}

// reading names a prepared statement of the readers.
type reading struct {
	purpose docdb.Purpose
	text    string
}

// maxStmts bounds how many statements are kept prepared: lists over any number of queues have a text each.
const maxStmts = 400

// writerStmts are the writer's prepared statements; only its goroutine uses them.
type writerStmts struct {
	find, insert, remove        *sql.Stmt
	update                      map[string]*sql.Stmt // by which columns change
	ftsPut, ftsDrop             *sql.Stmt
	latePut, lateDrop, lateNext *sql.Stmt
	wordPut                     *sql.Stmt
	listPut, listDrop           []*sql.Stmt
}

func newCollection(e *Engine, s docdb.Schema) *collection {
	return &collection{e: e, s: s, fields: s.Fields(), table: "c_" + s.Name}
}

// col is the column of a field.
func col(path string) string { return `"f_` + strings.ReplaceAll(path, ".", "__") + `"` }

func listTable(table, path string) string {
	return `"l_` + table + "_" + strings.ReplaceAll(path, ".", "__") + `"`
}

// prepared is a write with what its columns hold.
type prepared struct {
	w     docdb.Write
	id    string
	v     int64
	cols  []any
	words string
	hash  int64
	lists [][]string
	row   int64 // where an inserted document goes; 0 lets the database choose
	unfit error // why it is never applied
}

// prepare checks a write and takes out of the document what the columns hold; it runs in the caller's goroutine.
func (c *collection) prepare(w docdb.Write) (p prepared, err error) {
	p.w = w
	if w.Op == docdb.Delete {
		p.id = w.ID
		return p, nil
	}
	if err := docdb.CheckDoc(w.Doc); err != nil {
		return p, err
	}
	if p.id, p.v, err = docdb.Head(w.Doc); err != nil {
		return p, err
	}
	p.cols = make([]any, len(c.fields))
	if err := docdb.Columns(w.Doc, c.fields, p.cols); err != nil {
		return p, err
	}
	if c.s.Search != nil {
		words, err := docdb.Strings(w.Doc, c.s.Search.Path)
		if err != nil {
			return p, err
		}
		p.words = strings.Join(words, " ")
		p.hash = hashOf(p.words)
		if w.Op != docdb.Replace { // a row stays where it was put
			if p.row, err = c.place(w.Doc, p.id); err != nil {
				return p, err
			}
		}
	}
	for _, l := range c.s.Lists {
		vals, err := docdb.Strings(w.Doc, l.Path)
		if err != nil {
			return p, err
		}
		p.lists = append(p.lists, vals)
	}
	return p, nil
}

// apply carries one write out within the writer's transaction.
func (c *collection) apply(ctx context.Context, p *prepared) error {
	if p.w.Op == docdb.Insert {
		return c.insert(ctx, p)
	}
	was, err := c.stands(ctx, p.id)
	if errors.Is(err, sql.ErrNoRows) {
		if p.w.Op == docdb.Upsert {
			return c.insert(ctx, p)
		}
		return docdb.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("find %s: %w", p.id, err)
	}
	switch {
	case p.w.Op == docdb.Delete && p.w.IfVersion != 0 && was.v != p.w.IfVersion, p.w.Op == docdb.Replace && was.v != p.v-1:
		return docdb.ErrStale
	case p.w.Op == docdb.Delete:
		return c.remove(ctx, was.row)
	default:
		return c.update(ctx, p, was)
	}
}

// stood is a row as the writer found it.
type stood struct {
	row, v, hash int64
	cols         []any
}

// stands reads the row of a document.
func (c *collection) stands(ctx context.Context, id string) (was stood, err error) {
	was.cols = make([]any, len(c.fields))
	into := make([]any, 0, len(c.fields)+3)
	into = append(into, &was.row, &was.v, &was.hash)
	for i := range was.cols {
		into = append(into, &was.cols[i])
	}
	return was, c.w.find.QueryRowContext(ctx, id).Scan(into...)
}

// place is the row of a searchable document: by the moment that searches order by, then against its id, so that walking rows
// backwards gives the newest first and equals in the order of their ids, in whatever order the documents came in.
func (c *collection) place(doc bson.Raw, id string) (int64, error) {
	at, err := docdb.Lookup(doc, docdb.Field{Path: c.s.Search.Newest, Type: docdb.Time})
	ms, ok := at.(int64)
	if err != nil || !ok || ms <= 0 || ms >= 1<<43 {
		return 0, err
	}
	return ms<<placeBits | (1<<placeBits - 1 - slot(id)), nil
}

// placeBits leaves room for that many documents of one millisecond before the order of equals is that of their coming.
const placeBits = 10

// slot maps ids to the places of a millisecond without turning their order round: two letters or digits decide.
func slot(id string) int64 {
	const steps = 37 // 0, or one more than the number of the first digit or letter that is not before it
	n := 0
	for i := range 2 {
		n *= steps
		if i < len(id) {
			n += 1 + sort.Search(len(idLetters)-1, func(k int) bool { return idLetters[k] >= id[i] })
		}
	}
	return int64(n << placeBits / (steps * steps))
}

const idLetters = "0123456789abcdefghijklmnopqrstuvwxyz"

func (c *collection) insert(ctx context.Context, p *prepared) error {
	row, err := c.insertRow(ctx, p)
	if err != nil {
		return err
	}
	if p.words != "" {
		if _, err := c.awaits(ctx, row); err != nil {
			return err
		}
	}
	return c.putLists(ctx, row, p)
}

// insertRow adds the row at its place or, where that is taken, at a free one before it. It steps back in ever longer strides,
// so that a crowd of one millisecond costs each of them a few tries.
func (c *collection) insertRow(ctx context.Context, p *prepared) (int64, error) {
	place := p.row
	for stride := int64(1); ; stride *= 2 {
		at := any(place)
		if place <= 0 {
			at = nil
		}
		res, err := c.w.insert.ExecContext(ctx, append([]any{at, p.id, p.v, []byte(p.w.Doc), p.hash}, p.cols...)...)
		if err != nil {
			return 0, c.violated(err)
		}
		if n, err := res.RowsAffected(); n > 0 || err != nil {
			row, _ := res.LastInsertId() // SQLite always has it
			return row, err
		}
		place -= stride
	}
}

func (c *collection) update(ctx context.Context, p *prepared, was stood) error {
	if err := c.updateRow(ctx, p, was); err != nil {
		return c.violated(err)
	}
	if c.s.Search != nil && (was.hash != p.hash || c.moved(was.cols, p.cols)) {
		if err := c.rewords(ctx, was.row, p.words); err != nil {
			return err
		}
	}
	if err := c.dropLists(ctx, was.row); err != nil {
		return err
	}
	return c.putLists(ctx, was.row, p)
}

// updateRow writes the document and those columns that are others than before: SQLite takes a row out of every index that a named
// column stands in, and puts it there again, whether or not its value changed.
func (c *collection) updateRow(ctx context.Context, p *prepared, was stood) error {
	args := []any{p.v, []byte(p.w.Doc), p.hash}
	changed := make([]byte, len(c.fields))
	for i, v := range p.cols {
		if !sameValue(v, was.cols[i]) {
			changed[i] = 1
			args = append(args, v)
		}
	}
	st, err := c.updating(ctx, changed)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(ctx, append(args, was.row)...)
	return err
}

// updating is the statement that writes the columns that are marked.
func (c *collection) updating(ctx context.Context, changed []byte) (*sql.Stmt, error) {
	if st, ok := c.w.update[string(changed)]; ok {
		return st, nil
	}
	sets := []string{"v=?", "doc=?", "words=?"}
	for i, f := range c.fields {
		if changed[i] == 1 {
			sets = append(sets, col(f.Path)+"=?")
		}
	}
	st, err := c.e.conn.PrepareContext(ctx, "UPDATE "+c.table+" SET "+strings.Join(sets, ",")+" WHERE row=?") //nolint:gosec // the names are the schema's
	if err != nil {
		return nil, err
	}
	if len(c.w.update) >= maxUpdates { // of the combinations few come again and again
		for key, old := range c.w.update {
			delete(c.w.update, key)
			_ = old.Close() // it is used no more
			break
		}
	}
	c.w.update[string(changed)] = st
	return st, nil
}

// maxUpdates bounds the statements that are kept, one for each combination of columns.
const maxUpdates = 64

func (c *collection) remove(ctx context.Context, row int64) error {
	if _, err := c.w.remove.ExecContext(ctx, row); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	if c.s.Search != nil {
		if err := c.unword(ctx, row); err != nil {
			return err
		}
	}
	return c.dropLists(ctx, row)
}

func (c *collection) putLists(ctx context.Context, row int64, p *prepared) error {
	for i, vals := range p.lists {
		for _, v := range vals {
			if _, err := c.w.listPut[i].ExecContext(ctx, v, row); err != nil {
				return fmt.Errorf("index list of %s: %w", p.id, err)
			}
		}
	}
	return nil
}

func (c *collection) dropLists(ctx context.Context, row int64) error {
	for _, st := range c.w.listDrop {
		if _, err := st.ExecContext(ctx, row); err != nil {
			return fmt.Errorf("drop list: %w", err)
		}
	}
	return nil
}

// violated names the unique index that a write ran into.
func (c *collection) violated(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok || e.Code() != lib.SQLITE_CONSTRAINT_UNIQUE && e.Code() != lib.SQLITE_CONSTRAINT_PRIMARYKEY {
		return fmt.Errorf("write: %w", err)
	}
	text := e.Error()
	if strings.Contains(text, c.table+".id") {
		return &docdb.DuplicateError{Index: "_id"}
	}
	for _, ix := range c.s.Indexes {
		if ix.Unique && strings.Contains(text, c.table+"."+strings.Trim(col(ix.Fields[0].Path), `"`)) {
			return &docdb.DuplicateError{Index: ix.Name}
		}
	}
	return fmt.Errorf("write: %w", err)
}

// Get returns the document or ErrNotFound.
func (c *collection) Get(ctx context.Context, id string) (bson.Raw, error) {
	docs, err := c.docs(ctx, "SELECT doc FROM "+c.table+" WHERE id=?", []any{id})
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, docdb.ErrNotFound
	}
	return docs[0], nil
}

// GetMany returns the documents found among ids.
func (c *collection) GetMany(ctx context.Context, ids []string) ([]bson.Raw, error) {
	var out []bson.Raw
	for len(ids) > 0 {
		part := ids[:min(len(ids), 256)]
		ids = ids[len(part):]
		args := make([]any, 0, 256)
		for _, id := range part {
			args = append(args, id)
		}
		size := 1
		for size < len(part) {
			size *= 2 // few distinct statements; unused places hold null, which matches nothing
		}
		for len(args) < size {
			args = append(args, nil)
		}
		marks := strings.TrimSuffix(strings.Repeat("?,", size), ",")
		docs, err := c.docs(ctx, "SELECT doc FROM "+c.table+" WHERE id IN ("+marks+")", args)
		if err != nil {
			return nil, err
		}
		out = append(out, docs...)
	}
	return out, nil
}

// rows asks with the readers' prepared statement for the text, or, when very many are kept already, without.
func (c *collection) rows(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	key := reading{docdb.PurposeOf(ctx), text}
	db := c.e.reads[key.purpose]
	st, ok := c.stmts.Load(key)
	if !ok {
		if c.kept.Load() >= maxStmts {
			return db.QueryContext(ctx, text, args...)
		}
		made, err := db.PrepareContext(ctx, text)
		if err != nil {
			return nil, fmt.Errorf("prepare: %w", err)
		}
		var other bool
		if st, other = c.stmts.LoadOrStore(key, made); other {
			_ = made.Close() // nobody has used it
		} else {
			c.kept.Add(1)
		}
	}
	return st.(*sql.Stmt).QueryContext(ctx, args...) //nolint:forcetypeassert // only statements are stored
}

func (c *collection) docs(ctx context.Context, text string, args []any) ([]bson.Raw, error) {
	rows, err := c.rows(ctx, text, args...)
	out, err := all(rows, err, func(doc *bson.Raw) []any { return []any{(*[]byte)(doc)} })
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", c.table, err)
	}
	return out, nil
}

// all reads the rows of a query to their end; into says where the columns of one go.
func all[T any](rows *sql.Rows, err error, into func(*T) []any) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var one T
		if err := rows.Scan(into(&one)...); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

func oneWord(w *string) []any { return []any{w} }

// scanPage is how many documents Scan reads at a time: no reader holds the log back for long.
const scanPage = 500

// Scan streams every document in _id order.
func (c *collection) Scan(ctx context.Context, each func(bson.Raw) error) error {
	last := ""
	for {
		docs, err := c.docs(ctx, "SELECT doc FROM "+c.table+" WHERE id>? ORDER BY id LIMIT ?", []any{last, scanPage})
		if err != nil {
			return err
		}
		for _, d := range docs {
			if err := each(d); err != nil {
				return err
			}
		}
		if len(docs) < scanPage {
			return nil
		}
		if last, _, err = docdb.Head(docs[len(docs)-1]); err != nil {
			return err
		}
	}
}
