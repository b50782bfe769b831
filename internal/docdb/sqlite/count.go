package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tiepdan/internal/docdb"
)

// Count counts in groups.
func (c *collection) Count(ctx context.Context, f docdb.Find) ([]docdb.Group, error) {
	q, conds, err := c.s.Bind(f)
	if err != nil {
		return nil, err
	}
	b := builder{c: c, q: q, conds: conds}
	if err := b.after(""); err != nil {
		return nil, err
	}
	text, args := b.count()
	return c.groups(ctx, text, args, len(q.Group))
}

// count writes a count in groups.
func (b *builder) count() (string, []any) {
	keys := make([]string, 0, len(b.q.Group))
	for _, g := range b.q.Group {
		keys = append(keys, col(g))
	}
	least := "NULL"
	if b.q.Least != "" {
		least = "min(" + col(b.q.Least) + ")"
	}
	p := b.counted()
	text := "SELECT " + strings.Join(append(slices.Clone(keys), "count(*)", least), ", ") + " FROM " + b.c.table + b.index + p.text
	if len(keys) > 0 {
		text += " GROUP BY " + strings.Join(keys, ", ")
	}
	return text, p.args
}

// counted writes all conditions of a count: without an order to keep, the In fields need no walk of their own.
func (b *builder) counted() part {
	var p part
	for _, path := range slices.Concat(b.q.Eq, b.q.In, []string{b.q.Range, b.q.Prefix}, b.q.Filter) {
		c, ok := b.conds[path]
		if !ok || path == "" {
			continue
		}
		text, args := condition(c)
		p.text += " AND " + text
		p.args = append(p.args, args...)
	}
	if p.text != "" {
		p.text = " WHERE " + strings.TrimPrefix(p.text, " AND ")
	}
	return p
}

func (c *collection) groups(ctx context.Context, text string, args []any, keys int) ([]docdb.Group, error) {
	rows, err := c.rows(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", c.table, err)
	}
	defer rows.Close()
	var out []docdb.Group
	for rows.Next() {
		g := docdb.Group{Key: make([]any, keys)}
		into := make([]any, 0, keys+2)
		for i := range g.Key {
			into = append(into, &g.Key[i])
		}
		if err := rows.Scan(append(into, &g.N, &g.Least)...); err != nil {
			return nil, fmt.Errorf("count %s: %w", c.table, err)
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

// prove prepares every declared query with made-up values: INDEXED BY makes SQLite refuse a query that its index cannot
// serve, and the plan must show no sorting but the merge's.
func (c *collection) prove(ctx context.Context) error {
	for _, q := range c.s.Queries {
		b := builder{c: c, q: q, conds: made(q), limit: 1}
		if err := b.after(""); err != nil {
			return err
		}
		text, args := b.find()
		switch {
		case q.Counts:
			text, args = b.count()
		case q.Terms:
			text, args = b.indexed(`"a"`)
		}
		if err := c.explain(ctx, q, text, args); err != nil {
			return err
		}
	}
	return nil
}

// made makes up a value for every condition that a query wants.
func made(q docdb.Query) map[string]docdb.Cond {
	out := map[string]docdb.Cond{}
	for _, path := range slices.Concat(q.Eq, q.In) {
		out[path] = docdb.Eq(path, "")
	}
	if q.Range != "" {
		out[q.Range] = docdb.Between(q.Range, int64(0), nil)
	}
	if q.Prefix != "" {
		out[q.Prefix] = docdb.Prefix(q.Prefix, "a")
	}
	if q.Has != "" {
		out[q.Has] = docdb.Has(q.Has, "a")
	}
	if q.Terms {
		out[""] = docdb.Terms("a")
	}
	return out
}

func (c *collection) explain(ctx context.Context, q docdb.Query, text string, args []any) error {
	rows, err := c.e.reads[docdb.ForCitizens].QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		return fmt.Errorf("query %s of %s: %w: %w", q.Name, c.s.Name, docdb.ErrUndeclared, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return fmt.Errorf("explain %s: %w", q.Name, err)
		}
		scans := strings.HasPrefix(detail, "SCAN "+c.table) && !strings.Contains(detail, "USING")
		if len(q.In)+len(q.Eq) > 0 && scans || strings.Contains(detail, "TEMP B-TREE") && q.Has == "" && !q.Counts {
			return fmt.Errorf("query %s of %s: %s: %w", q.Name, c.s.Name, detail, docdb.ErrUndeclared)
		}
	}
	return rows.Err()
}
