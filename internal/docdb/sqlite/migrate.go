package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
)

var columnTypes = map[docdb.Type]string{
	docdb.Text: "TEXT", docdb.Int: "INTEGER", docdb.Time: "INTEGER", docdb.Bool: "INTEGER", docdb.Bytes: "BLOB",
}

// migrate creates what the schema declares and the file lacks, fills new columns from the documents, drops indexes that
// are declared no longer, and prepares the writer's statements.
func (c *collection) migrate(ctx context.Context, conn *sql.Conn) error {
	steps := []func(context.Context, *sql.Conn) error{c.createTables, c.createLists, c.addColumns, c.syncIndexes, c.createSearch, c.prepareWriter}
	for _, step := range steps {
		if err := step(ctx, conn); err != nil {
			return err
		}
	}
	if c.s.Search != nil {
		c.e.search = append(c.e.search, c)
	}
	return nil
}

func exec(ctx context.Context, conn *sql.Conn, texts ...string) error {
	for _, t := range texts {
		if _, err := conn.ExecContext(ctx, t); err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
	}
	return nil
}

func (c *collection) createTables(ctx context.Context, conn *sql.Conn) error {
	return exec(ctx, conn, "CREATE TABLE IF NOT EXISTS "+c.table+
		" (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, v INTEGER NOT NULL, doc BLOB NOT NULL, words INTEGER NOT NULL)")
}

// createLists adds a side table for each list that the file lacks and fills it from the documents, both or neither.
func (c *collection) createLists(ctx context.Context, conn *sql.Conn) error {
	have, err := names(ctx, conn, "SELECT name FROM sqlite_schema WHERE type='table'")
	if err != nil {
		return err
	}
	for _, l := range c.s.Lists {
		t := listTable(c.s.Name, l.Path)
		if !c.e.aged && slices.Contains(have, strings.Trim(t, `"`)) {
			continue
		}
		if err := exec(ctx, conn, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		err := exec(ctx, conn, "DROP TABLE IF EXISTS "+t, "CREATE TABLE "+t+" (val TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (val, row)) WITHOUT ROWID",
			"CREATE INDEX "+strings.TrimSuffix(t, `"`)+`_row" ON `+t+" (row)")
		for last, more := int64(math.MinInt64), true; err == nil && more; {
			more, err = c.fillList(ctx, conn, l, &last)
		}
		if err != nil {
			_ = exec(ctx, conn, "ROLLBACK") // the first error is what counts
			return err
		}
		if err := exec(ctx, conn, "COMMIT"); err != nil {
			return err
		}
	}
	return nil
}

// fillList enters the list of the next document after a row, and reports whether there was one.
func (c *collection) fillList(ctx context.Context, conn *sql.Conn, l docdb.List, last *int64) (bool, error) {
	var doc []byte
	err := conn.QueryRowContext(ctx, "SELECT row, doc FROM "+c.table+" WHERE row>? ORDER BY row LIMIT 1", *last).Scan(last, &doc)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("fill list of %s: %w", c.table, err)
	}
	vals, err := docdb.Strings(bson.Raw(doc), l.Path)
	if err != nil {
		return false, err
	}
	put := "INSERT OR IGNORE INTO " + listTable(c.s.Name, l.Path) + " (val, row) VALUES (?, ?)" //nolint:gosec // the name is the schema's
	for _, v := range vals {
		if _, err := conn.ExecContext(ctx, put, v, *last); err != nil {
			return false, fmt.Errorf("fill list of %s: %w", c.table, err)
		}
	}
	return true, nil
}

// addColumns adds a column for each newly indexed field and fills it from the documents, all or nothing; where an older program wrote,
// which knew less of them, all columns are filled.
func (c *collection) addColumns(ctx context.Context, conn *sql.Conn) error {
	have, err := names(ctx, conn, "SELECT name FROM pragma_table_info(?)", c.table)
	if err != nil {
		return err
	}
	var missing, fill []docdb.Field
	for _, f := range c.fields {
		lacks := !slices.Contains(have, strings.Trim(col(f.Path), `"`))
		if lacks {
			missing = append(missing, f)
		}
		if lacks || c.e.aged {
			fill = append(fill, f)
		}
	}
	if len(fill) == 0 {
		return nil
	}
	if err := exec(ctx, conn, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := c.fillColumns(ctx, conn, missing, fill); err != nil {
		_ = exec(ctx, conn, "ROLLBACK") // the first error is what counts
		return err
	}
	return exec(ctx, conn, "COMMIT")
}

func (c *collection) fillColumns(ctx context.Context, conn *sql.Conn, missing, fill []docdb.Field) error {
	for _, f := range missing {
		if err := exec(ctx, conn, "ALTER TABLE "+c.table+" ADD COLUMN "+col(f.Path)+" "+columnTypes[f.Type]); err != nil {
			return err
		}
	}
	sets := make([]string, 0, len(fill))
	for _, f := range fill {
		sets = append(sets, col(f.Path)+"=?")
	}
	for last := int64(math.MinInt64); ; {
		n, err := c.backfillPage(ctx, conn, fill, "UPDATE "+c.table+" SET "+strings.Join(sets, ",")+" WHERE row=?", &last)
		if err != nil || n == 0 {
			return err
		}
	}
}

func (c *collection) backfillPage(ctx context.Context, conn *sql.Conn, fields []docdb.Field, update string, last *int64) (int, error) {
	rows, err := conn.QueryContext(ctx, "SELECT row, doc FROM "+c.table+" WHERE row>? ORDER BY row LIMIT 500", *last) //nolint:gosec // the name is the schema's
	if err != nil {
		return 0, fmt.Errorf("backfill %s: %w", c.table, err)
	}
	defer rows.Close()
	type change struct {
		row  int64
		vals []any
	}
	var changes []change
	for rows.Next() {
		var row int64
		var doc []byte
		if err := rows.Scan(&row, &doc); err != nil {
			return 0, fmt.Errorf("backfill %s: %w", c.table, err)
		}
		ch := change{row: row}
		for _, f := range fields {
			v, err := docdb.Lookup(bson.Raw(doc), f)
			if err != nil {
				return 0, err
			}
			ch.vals = append(ch.vals, v)
		}
		changes, *last = append(changes, ch), row
	}
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("backfill %s: %w", c.table, err)
	}
	for _, ch := range changes {
		if _, err := conn.ExecContext(ctx, update, append(ch.vals, ch.row)...); err != nil {
			return 0, fmt.Errorf("backfill %s: %w", c.table, err)
		}
	}
	return len(changes), nil
}

func names(ctx context.Context, conn *sql.Conn, query string, args ...any) ([]string, error) {
	rows, err := conn.QueryContext(ctx, query, args...)
	out, err := all(rows, err, oneWord)
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	return out, nil
}

// indexName is unique in the file.
func (c *collection) indexName(ix docdb.Index) string { return "i_" + c.s.Name + "_" + ix.Name }

func (c *collection) indexSQL(ix docdb.Index) string {
	unique, where := "", ""
	if ix.Unique {
		unique = "UNIQUE "
	}
	if ix.Sparse {
		where = " WHERE " + col(ix.Fields[0].Path) + " IS NOT NULL"
	}
	cols := make([]string, 0, len(ix.Fields)+1)
	for _, f := range ix.Fields {
		dir := ""
		if f.Desc {
			dir = " DESC"
		}
		cols = append(cols, col(f.Path)+dir)
	}
	if !ix.Unique {
		cols = slices.Insert(cols, c.s.TieAt(ix), "id")
	}
	return "CREATE " + unique + "INDEX " + c.indexName(ix) + " ON " + c.table + " (" + strings.Join(cols, ", ") + ")" + where
}

// syncIndexes makes the file's indexes those of the schema, no more and no fewer.
func (c *collection) syncIndexes(ctx context.Context, conn *sql.Conn) error {
	have, err := names(ctx, conn, "SELECT sql FROM sqlite_schema WHERE type='index' AND tbl_name=? AND sql IS NOT NULL", c.table)
	if err != nil {
		return err
	}
	want := make([]string, 0, len(c.s.Indexes))
	for _, ix := range c.s.Indexes {
		want = append(want, c.indexSQL(ix))
	}
	for _, text := range have {
		if slices.Contains(want, text) {
			continue
		}
		_, rest, _ := strings.Cut(text, "INDEX ")
		name, _, _ := strings.Cut(rest, " ")
		if err := exec(ctx, conn, "DROP INDEX "+name); err != nil {
			return err
		}
	}
	for _, text := range want {
		if slices.Contains(have, text) {
			continue
		}
		if err := exec(ctx, conn, text); err != nil {
			return err
		}
	}
	return nil
}

func (c *collection) prepareWriter(ctx context.Context, conn *sql.Conn) error {
	cols, reads := []string{"row", "id", "v", "doc", "words"}, "row, v, words"
	for _, f := range c.fields {
		cols, reads = append(cols, col(f.Path)), reads+", "+col(f.Path)
	}
	c.w.update = map[string]*sql.Stmt{}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(cols)), ",")
	texts := map[**sql.Stmt]string{
		&c.w.find:   "SELECT " + reads + " FROM " + c.table + " WHERE id=?",
		&c.w.insert: "INSERT INTO " + c.table + " (" + strings.Join(cols, ",") + ") VALUES (" + marks + ") ON CONFLICT (row) DO NOTHING",
		&c.w.remove: "DELETE FROM " + c.table + " WHERE row=?",
	}
	if c.s.Search != nil {
		texts[&c.w.ftsPut] = "INSERT INTO x_" + c.s.Name + " (rowid, terms) VALUES (?, ?)"
		texts[&c.w.ftsDrop] = "DELETE FROM x_" + c.s.Name + " WHERE rowid=?"
		texts[&c.w.latePut] = "INSERT OR IGNORE INTO p_" + c.s.Name + " (row) VALUES (?)"
		texts[&c.w.lateDrop] = "DELETE FROM p_" + c.s.Name + " WHERE row=?"
		texts[&c.w.lateNext] = "SELECT p.row, d.doc FROM p_" + c.s.Name + " AS p CROSS JOIN " + c.table + " AS d ON d.row=p.row ORDER BY p.row LIMIT ?"
		texts[&c.w.wordPut] = "INSERT OR IGNORE INTO w_" + c.s.Name + " (word) VALUES (?)"
	}
	c.w.listPut, c.w.listDrop = make([]*sql.Stmt, len(c.s.Lists)), make([]*sql.Stmt, len(c.s.Lists))
	for i, l := range c.s.Lists {
		t := listTable(c.s.Name, l.Path)
		texts[&c.w.listPut[i]] = "INSERT OR IGNORE INTO " + t + " (val, row) VALUES (?, ?)"
		texts[&c.w.listDrop[i]] = "DELETE FROM " + t + " WHERE row=?"
	}
	for into, text := range texts {
		st, err := conn.PrepareContext(ctx, text)
		if err != nil {
			return fmt.Errorf("prepare %s: %w", text, err)
		}
		*into = st
	}
	return nil
}
