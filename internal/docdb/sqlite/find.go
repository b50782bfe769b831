package sqlite

import (
	"context"
	"maps"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
)

// defaultLimit is the page size when a call names none.
const defaultLimit = 50

// Find returns one page in the query's order.
func (c *collection) Find(ctx context.Context, f docdb.Find) ([]bson.Raw, string, error) {
	q, conds, err := c.s.Bind(f)
	if err != nil {
		return nil, "", err
	}
	limit := f.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	b := builder{c: c, q: q, conds: conds, print: f.Print(), limit: limit}
	if err := b.after(f.After); err != nil {
		return nil, "", err
	}
	docs, err := b.docs(ctx)
	if err != nil || len(docs) < limit {
		return docs, "", err
	}
	next, err := b.cursor(docs[len(docs)-1])
	return docs, next, err
}

// docs reads the page.
func (b *builder) docs(ctx context.Context) ([]bson.Raw, error) {
	if b.q.Terms {
		return b.search(ctx)
	}
	text, args := b.find()
	if text == "" {
		return nil, nil
	}
	return b.c.docs(ctx, text, args)
}

// builder writes the SQL of one call.
type builder struct {
	c     *collection
	q     docdb.Query
	conds map[string]docdb.Cond
	print uint32
	limit int
	mark  *docdb.Mark
	index string
}

// order is the query's sort; a search's is newest first.
func (b *builder) order() []docdb.Order {
	if b.q.Terms {
		return []docdb.Order{{Path: b.c.s.Search.Newest, Desc: true}}
	}
	return b.q.Sort
}

func (b *builder) after(cursor string) error {
	if ix, err := b.c.s.Plan(b.q); err == nil && ix != nil {
		b.index = " INDEXED BY " + b.c.indexName(*ix)
	}
	if cursor == "" {
		return nil
	}
	n := len(b.order())
	if b.q.Terms {
		n = 1
	}
	m, err := docdb.ReadCursor(cursor, b.print, n)
	b.mark = &m
	return err
}

func (b *builder) cursor(last bson.Raw) (string, error) {
	m := docdb.Mark{Query: b.print}
	for _, o := range b.order() {
		f := docdb.Field{Path: o.Path, Type: docdb.Time}
		if g, ok := b.c.s.Field(o.Path); ok {
			f = g
		}
		v, err := docdb.Lookup(last, f)
		if err != nil {
			return "", err
		}
		m.Values = append(m.Values, v)
	}
	var err error
	if m.ID, _, err = docdb.Head(last); err != nil {
		return "", err
	}
	return m.Cursor()
}

// part is a piece of SQL with its arguments.
type part struct {
	text string
	args []any
}

func (b *builder) find() (string, []any) {
	if b.q.Has != "" {
		return b.list()
	}
	walks := b.walks()
	if len(walks) == 0 {
		return "", nil
	}
	if len(walks) == 1 {
		w := b.where(walks[0], true)
		return "SELECT doc FROM " + b.c.table + b.index + w.text + b.orderBy() + " LIMIT ?", append(w.args, b.limit)
	}
	return b.merge(walks)
}

// maxArms is how many selects SQLite combines at once, less a few; more are combined in two steps.
const maxArms = 400

// merge walks the index once per combination of In values, each ordered and limited, and merges the walks.
func (b *builder) merge(walks []map[string]any) (string, []any) {
	keys := []string{"row", "id"}
	for _, o := range b.q.Sort {
		keys = append(keys, col(o.Path))
	}
	cols := strings.Join(keys, ", ")
	var arms []string
	var args []any
	for part := range slices.Chunk(walks, maxArms) {
		var some []string
		for _, w := range part {
			p := b.where(w, true)
			some = append(some, "SELECT * FROM (SELECT "+cols+" FROM "+b.c.table+b.index+p.text+b.orderBy()+" LIMIT ?)")
			args = append(append(args, p.args...), b.limit)
		}
		arms = append(arms, "SELECT * FROM ("+strings.Join(some, " UNION ALL ")+")")
	}
	// The merged page is small: limit rows of keys. The documents are fetched for it alone.
	text := "SELECT doc FROM (SELECT * FROM (" + strings.Join(arms, " UNION ALL ") + ")" + b.orderBy() + " LIMIT ?) AS m CROSS JOIN " +
		b.c.table + " AS d ON d.row = m.row"
	return text, append(args, b.limit)
}

// walks lists the combinations of the In fields that come before the order; conditions by equality are in each.
func (b *builder) walks() []map[string]any {
	out := []map[string]any{{}}
	for _, path := range b.q.Eq {
		for _, w := range out {
			w[path] = docdb.Stored(b.conds[path].Vals[0])
		}
	}
	for _, path := range b.q.In {
		var next []map[string]any
		for _, v := range distinct(b.conds[path].Vals) {
			for _, w := range out {
				n := maps.Clone(w)
				n[path] = v
				next = append(next, n)
			}
		}
		out = next
	}
	return out
}

// distinct returns the values in stored form, each once.
func distinct(vals []any) []any {
	var out []any
	seen := map[any]bool{}
	for _, v := range vals {
		if v = docdb.Stored(v); !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// where writes the conditions of one walk: what the index seeks, what it carries, and where the page begins.
func (b *builder) where(walk map[string]any, keyset bool) part {
	var p part
	add := func(text string, args ...any) {
		if p.text == "" {
			p.text = " WHERE "
		} else {
			p.text += " AND "
		}
		p.text += text
		p.args = append(p.args, args...)
	}
	for _, path := range slices.Concat(b.q.Eq, b.q.In) {
		if v, ok := walk[path]; ok {
			add(col(path)+"=?", v)
		}
	}
	for _, path := range slices.Concat([]string{b.q.Range, b.q.Prefix}, b.q.Filter) {
		if c, ok := b.conds[path]; ok && path != "" {
			text, args := condition(c)
			add(text, args...)
		}
	}
	if keyset && b.mark != nil {
		text, args := b.keyset("id")
		add(text, args...)
	}
	return p
}

// condition writes a condition that is not a walk's equality.
func condition(c docdb.Cond) (string, []any) {
	name := col(c.Path)
	switch c.Kind {
	case docdb.CondEq:
		return name + "=?", []any{docdb.Stored(c.Vals[0])}
	case docdb.CondIn:
		if len(c.Vals) == 0 {
			return "0", nil
		}
		args := make([]any, 0, len(c.Vals))
		for _, v := range c.Vals {
			args = append(args, docdb.Stored(v))
		}
		return name + " IN (" + strings.TrimSuffix(strings.Repeat("?,", len(args)), ",") + ")", args
	case docdb.CondPrefix:
		from, _ := c.Vals[0].(string)
		return "(" + name + ">=? AND " + name + "<?)", []any{from, from + "\U0010FFFF"}
	default:
		return between(name, docdb.Stored(c.Vals[0]), docdb.Stored(c.Vals[1]))
	}
}

func between(name string, from, to any) (string, []any) {
	switch {
	case from == nil && to == nil:
		return name + " IS NOT NULL", nil
	case from == nil:
		return name + "<?", []any{to}
	case to == nil:
		return name + ">=?", []any{from}
	default:
		return "(" + name + ">=? AND " + name + "<?)", []any{from, to}
	}
}

// keyset begins the page after the mark: (a, b, id) > (?, ?, ?), written so that descending keys and nulls work and the
// index still seeks to the first key.
func (b *builder) keyset(id string) (string, []any) {
	order := b.q.Sort
	text, args := id+">?", []any{b.mark.ID}
	for i, o := range slices.Backward(order) {
		name, v := col(o.Path), b.mark.Values[i]
		past := name + ">?"
		if o.Desc {
			past = "(" + name + "<? OR " + name + " IS NULL)"
		}
		switch {
		case v == nil && o.Desc:
			text = "(" + name + " IS NULL AND " + text + ")"
		case v == nil:
			text = "(" + name + " IS NOT NULL OR (" + name + " IS NULL AND " + text + "))"
		default:
			seek := name + ">=?"
			if o.Desc {
				seek = "(" + name + "<=? OR " + name + " IS NULL)"
			}
			text = "(" + seek + " AND (" + past + " OR (" + name + "=? AND " + text + ")))"
			args = append([]any{v, v, v}, args...)
		}
	}
	return text, args
}

func (b *builder) orderBy() string {
	keys := make([]string, 0, len(b.q.Sort)+1)
	for _, o := range b.q.Sort {
		k := col(o.Path)
		if o.Desc {
			k += " DESC"
		}
		keys = append(keys, k)
	}
	return " ORDER BY " + strings.Join(append(keys, "id"), ", ")
}

// list finds by a value of a side table, in id order.
func (b *builder) list() (string, []any) {
	l := listTable(b.c.s.Name, b.q.Has)
	all := b.filters()
	text := "SELECT doc FROM " + l + " AS l CROSS JOIN " + b.c.table + " AS d ON d.row=l.row WHERE l.val=?" + all.text
	args := append([]any{b.conds[b.q.Has].Vals[0]}, all.args...)
	if b.mark != nil {
		text, args = text+" AND d.id>?", append(args, b.mark.ID)
	}
	return text + " ORDER BY d.id LIMIT ?", append(args, b.limit)
}

// filters are the conditions a search or list checks per document.
func (b *builder) filters() part {
	var p part
	for _, path := range slices.Concat(b.q.Eq, b.q.In, b.q.Filter) {
		if c, ok := b.conds[path]; ok {
			text, args := condition(c)
			p.text += " AND " + text
			p.args = append(p.args, args...)
		}
	}
	return p
}
