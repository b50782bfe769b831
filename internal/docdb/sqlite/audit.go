package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"tiepdan/internal/docdb"
)

// Audit streams every document in _id order beside the columns that were taken from it.
func (c *collection) Audit(ctx context.Context, each func(docdb.Audited) error) error {
	names := make([]string, 0, len(c.fields))
	for _, f := range c.fields {
		names = append(names, ","+col(f.Path))
	}
	text := "SELECT id,v,words,doc" + strings.Join(names, "") + " FROM " + c.table + " WHERE id>? ORDER BY id LIMIT ?"
	for last := ""; ; {
		page, err := c.auditPage(ctx, text, last)
		if err != nil {
			return err
		}
		for _, s := range page {
			if err := each(s); err != nil {
				return err
			}
		}
		if len(page) < scanPage {
			return nil
		}
		last = page[len(page)-1].ID
	}
}

func (c *collection) auditPage(ctx context.Context, text, after string) ([]docdb.Audited, error) {
	rows, err := c.rows(ctx, text, after, scanPage)
	if err != nil {
		return nil, fmt.Errorf("audit %s: %w", c.table, err)
	}
	defer rows.Close()
	var page []docdb.Audited
	for rows.Next() {
		s, err := c.audited(rows)
		if err != nil {
			return nil, err
		}
		page = append(page, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("audit %s: %w", c.table, err)
	}
	return page, nil
}

// audited reads a row and compares its columns with what they would be if the document were written now.
func (c *collection) audited(rows *sql.Rows) (s docdb.Audited, err error) {
	var v, hash int64
	cols := make([]any, len(c.fields))
	into := []any{&s.ID, &v, &hash, (*[]byte)(&s.Doc)}
	for i := range cols {
		into = append(into, &cols[i])
	}
	if err := rows.Scan(into...); err != nil {
		return s, fmt.Errorf("audit %s: %w", c.table, err)
	}
	p, err := c.prepare(docdb.Write{Op: docdb.Upsert, Doc: s.Doc})
	if err != nil {
		s.Wrong = append(s.Wrong, "doc")
		return s, nil //nolint:nilerr // a damaged document is what an audit is for
	}
	if p.id != s.ID {
		s.Wrong = append(s.Wrong, "_id")
	}
	if p.v != v {
		s.Wrong = append(s.Wrong, "v")
	}
	if c.s.Search != nil && p.hash != hash {
		s.Wrong = append(s.Wrong, c.s.Search.Path)
	}
	for i, f := range c.fields {
		if !sameValue(p.cols[i], cols[i]) {
			s.Wrong = append(s.Wrong, f.Path)
		}
	}
	return s, nil
}

// sameValue compares a value of a document with the one its column holds.
func sameValue(doc, column any) bool {
	switch d := doc.(type) {
	case []byte:
		b, ok := column.([]byte)
		return ok && bytes.Equal(d, b)
	case bool:
		n, ok := column.(int64)
		return ok && d == (n != 0)
	default:
		return doc == column
	}
}

// mergeStep is how many pages of the search index one step of Purge writes.
const mergeStep = 500

// Purge merges the search index until no deleted words are left in it, in small steps, and starts the log anew. Pages of the
// file itself are wiped when they are freed (secure_delete).
func (c *collection) Purge(ctx context.Context) error {
	if c.s.Search != nil {
		if err := c.mergeWords(ctx); err != nil {
			return fmt.Errorf("purge %s: %w", c.table, err)
		}
		if err := c.dropUnused(docdb.For(ctx, docdb.ForBackground)); err != nil {
			return fmt.Errorf("purge %s: %w", c.table, err)
		}
	}
	for {
		var busy, pages, copied int
		err := c.e.exclusive(ctx, func(ctx context.Context, conn *sql.Conn) error {
			return conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &copied)
		})
		if err != nil {
			return fmt.Errorf("purge %s: %w", c.table, err)
		}
		if busy == 0 {
			return nil
		}
		// Somebody reads, or copies the log just now: it still holds what was taken out.
		select {
		case <-ctx.Done():
			return fmt.Errorf("purge %s: %w", c.table, docdb.ErrBusy)
		case <-time.After(copies / 2):
		}
	}
}

// mergeWords merges the search index until there is nothing left to merge.
func (c *collection) mergeWords(ctx context.Context) error {
	name := "x_" + c.s.Name
	step, before := -mergeStep, int64(-1)
	for {
		var now int64
		err := c.e.exclusive(ctx, func(ctx context.Context, conn *sql.Conn) error {
			if _, err := conn.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s(%s, rank) VALUES('merge', %d)", name, name, step)); err != nil {
				return err
			}
			return conn.QueryRowContext(ctx, "SELECT total_changes()").Scan(&now)
		})
		if err != nil {
			return err
		}
		if before >= 0 && now-before < 2 { // SQLite's own sign that there is nothing left to merge
			return nil
		}
		step, before = mergeStep, now
	}
}
