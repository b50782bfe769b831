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
	keys := make([]string, 0, len(q.Group))
	for _, g := range q.Group {
		keys = append(keys, col(g))
	}
	sums := map[string]*docdb.Group{}
	var order []string
	for _, w := range b.walks() {
		p := b.where(w, false)
		text := "SELECT " + strings.Join(append(slices.Clone(keys), "count(*)"), ", ") + " FROM " + c.table + b.index + p.text
		if len(keys) > 0 {
			text += " GROUP BY " + strings.Join(keys, ", ")
		}
		groups, err := c.groups(ctx, text, p.args, len(keys))
		if err != nil {
			return nil, err
		}
		for _, g := range groups {
			k := fmt.Sprint(g.Key...)
			if s, ok := sums[k]; ok {
				s.N += g.N
				continue
			}
			sums[k], order = &g, append(order, k)
		}
	}
	out := make([]docdb.Group, 0, len(order))
	for _, k := range order {
		out = append(out, *sums[k])
	}
	return out, nil
}

func (c *collection) groups(ctx context.Context, text string, args []any, keys int) ([]docdb.Group, error) {
	st, err := c.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", c.table, err)
	}
	defer rows.Close()
	var out []docdb.Group
	for rows.Next() {
		g := docdb.Group{Key: make([]any, keys)}
		into := make([]any, 0, keys+1)
		for i := range g.Key {
			into = append(into, &g.Key[i])
		}
		if err := rows.Scan(append(into, &g.N)...); err != nil {
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
		b := builder{c: c, q: q, conds: map[string]docdb.Cond{}, limit: 1}
		for _, path := range slices.Concat(q.Eq, q.In) {
			b.conds[path] = docdb.Eq(path, "")
		}
		if q.Range != "" {
			b.conds[q.Range] = docdb.Between(q.Range, int64(0), nil)
		}
		if q.Prefix != "" {
			b.conds[q.Prefix] = docdb.Prefix(q.Prefix, "a")
		}
		if q.Has != "" {
			b.conds[q.Has] = docdb.Has(q.Has, "a")
		}
		if q.Terms {
			b.conds[""] = docdb.Terms("a")
		}
		if err := b.after(""); err != nil {
			return err
		}
		text, args := b.find()
		if err := c.explain(ctx, q, text, args); err != nil {
			return err
		}
	}
	return nil
}

func (c *collection) explain(ctx context.Context, q docdb.Query, text string, args []any) error {
	rows, err := c.e.read.QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, args...)
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
		if len(q.In)+len(q.Eq) > 0 && scans || strings.Contains(detail, "TEMP B-TREE") && q.Has == "" {
			return fmt.Errorf("query %s of %s: %s: %w", q.Name, c.s.Name, detail, docdb.ErrUndeclared)
		}
	}
	return rows.Err()
}
