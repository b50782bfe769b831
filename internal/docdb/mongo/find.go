package mongo

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tiepdan/internal/docdb"
)

const defaultLimit = 50

// Find returns one page in the query's order.
func (c *collection) Find(ctx context.Context, f docdb.Find) ([]bson.Raw, string, error) {
	q, conds, err := c.s.Bind(f)
	if err != nil {
		return nil, "", err
	}
	filter, some := c.filter(conds)
	if !some {
		return nil, "", nil
	}
	order := c.order(q)
	if f.After != "" {
		m, err := docdb.ReadCursor(f.After, f.Print(), len(order))
		if err != nil {
			return nil, "", err
		}
		filter = bson.D{{Key: "$and", Value: bson.A{filter, c.past(order, m)}}}
	}
	limit := f.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	var sort bson.D
	for _, o := range order {
		dir := 1
		if o.Desc {
			dir = -1
		}
		sort = append(sort, bson.E{Key: o.Path, Value: dir})
	}
	sort = append(sort, bson.E{Key: "_id", Value: 1})
	cur, err := c.c.Find(ctx, filter, options.Find().SetSort(sort).SetLimit(int64(limit)))
	if err != nil {
		return nil, "", fmt.Errorf("find %s: %w", q.Name, err)
	}
	docs, err := drain(ctx, cur)
	if err != nil || len(docs) < limit {
		return docs, "", err
	}
	next, err := c.cursor(f, order, docs[len(docs)-1])
	return docs, next, err
}

func (c *collection) order(q docdb.Query) []docdb.Order {
	if q.Terms {
		return []docdb.Order{{Path: c.s.Search.Newest, Desc: true}}
	}
	return q.Sort
}

func (c *collection) field(path string) docdb.Field {
	if f, ok := c.s.Field(path); ok {
		return f
	}
	return docdb.Field{Path: path, Type: docdb.Time}
}

func (c *collection) cursor(f docdb.Find, order []docdb.Order, last bson.Raw) (string, error) {
	m := docdb.Mark{Query: f.Print()}
	for _, o := range order {
		v, err := docdb.Lookup(last, c.field(o.Path))
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

// past begins the page after the mark.
func (c *collection) past(order []docdb.Order, m docdb.Mark) bson.D {
	var or bson.A
	var same bson.D
	for i, o := range order {
		v := c.wire(o.Path, m.Values[i])
		op := "$gt"
		if o.Desc {
			op = "$lt"
		}
		switch {
		case v == nil && o.Desc: // null is last: nothing comes after it
		case v == nil:
			or = append(or, append(slices.Clone(same), bson.E{Key: o.Path, Value: bson.D{{Key: "$ne", Value: nil}}}))
		default:
			or = append(or, append(slices.Clone(same), bson.E{Key: o.Path, Value: bson.D{{Key: op, Value: v}}}))
			if o.Desc {
				or = append(or, append(slices.Clone(same), bson.E{Key: o.Path, Value: nil}))
			}
		}
		same = append(same, bson.E{Key: o.Path, Value: v})
	}
	or = append(or, append(slices.Clone(same), bson.E{Key: "_id", Value: bson.D{{Key: "$gt", Value: m.ID}}}))
	return bson.D{{Key: "$or", Value: or}}
}

// wire turns a stored value into what the server compares: times are dates.
func (c *collection) wire(path string, v any) any {
	if ms, ok := v.(int64); ok && c.field(path).Type == docdb.Time {
		return bson.DateTime(ms)
	}
	return v
}

// filter writes the conditions; it reports false when they cannot match.
func (c *collection) filter(conds map[string]docdb.Cond) (bson.D, bool) {
	var all bson.A
	for _, cond := range conds {
		d, ok := c.cond(cond)
		if !ok {
			return nil, false
		}
		all = append(all, d...)
	}
	if len(all) == 0 {
		return bson.D{}, true
	}
	return bson.D{{Key: "$and", Value: all}}, true
}

func (c *collection) cond(k docdb.Cond) (bson.A, bool) {
	is := func(v any) bson.A { return bson.A{bson.D{{Key: k.Path, Value: v}}} }
	switch k.Kind {
	case docdb.CondEq, docdb.CondHas:
		return is(bson.D{{Key: "$eq", Value: value(k.Vals[0])}}), true
	case docdb.CondIn:
		vals := make(bson.A, 0, len(k.Vals))
		for _, v := range k.Vals {
			vals = append(vals, value(v))
		}
		return is(bson.D{{Key: "$in", Value: vals}}), len(vals) > 0
	case docdb.CondBetween:
		return is(between(k.Vals[0], k.Vals[1])), true
	case docdb.CondPrefix:
		from, _ := k.Vals[0].(string)
		return is(bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: from + "\U0010FFFF"}}), true
	case docdb.CondTerms, docdb.CondStarts:
		return c.terms(k)
	default:
		return nil, false
	}
}

func between(from, to any) bson.D {
	var d bson.D
	if from = value(from); from != nil {
		d = append(d, bson.E{Key: "$gte", Value: from})
	}
	if to = value(to); to != nil {
		d = append(d, bson.E{Key: "$lt", Value: to})
	}
	if d == nil {
		d = bson.D{{Key: "$ne", Value: nil}}
	}
	return d
}

func (c *collection) terms(k docdb.Cond) (bson.A, bool) {
	var all bson.A
	for i, w := range k.Vals {
		s, ok := docdb.PlainWord(w)
		if !ok {
			return nil, false
		}
		var is any = s
		if k.Kind == docdb.CondStarts && i == len(k.Vals)-1 {
			is = bson.Regex{Pattern: "^" + regexp.QuoteMeta(s)}
		}
		all = append(all, bson.D{{Key: c.s.Search.Path, Value: is}})
	}
	return all, len(all) > 0
}

func value(v any) any {
	switch v := v.(type) {
	case *time.Time:
		if v == nil {
			return nil
		}
		return *v
	case int:
		return int64(v)
	default:
		return v
	}
}

// Count counts in groups on the server.
func (c *collection) Count(ctx context.Context, f docdb.Find) ([]docdb.Group, error) {
	q, conds, err := c.s.Bind(f)
	if err != nil {
		return nil, err
	}
	filter, some := c.filter(conds)
	if !some {
		return nil, nil
	}
	if len(q.Group) == 0 {
		n, err := c.c.CountDocuments(ctx, filter)
		if err != nil {
			return nil, fmt.Errorf("count %s: %w", q.Name, err)
		}
		return []docdb.Group{{N: n}}, nil
	}
	return c.groups(ctx, q, filter)
}

// groups counts by the first field on the server, and by the second within each value of the first: servers differ in
// whether they group by several fields at once.
func (c *collection) groups(ctx context.Context, q docdb.Query, filter bson.D) ([]docdb.Group, error) {
	if q.Least != "" {
		return c.groupLeast(ctx, q, filter)
	}
	first, err := c.groupBy(ctx, q.Group[0], filter)
	if err != nil || len(q.Group) == 1 {
		return first, err
	}
	var out []docdb.Group
	for _, g := range first {
		inner := bson.D{{Key: "$and", Value: bson.A{filter, bson.D{{Key: q.Group[0], Value: g.Key[0]}}}}}
		second, err := c.groupBy(ctx, q.Group[1], inner)
		if err != nil {
			return nil, err
		}
		for _, s := range second {
			out = append(out, docdb.Group{Key: []any{g.Key[0], s.Key[0]}, N: s.N})
		}
	}
	return out, nil
}

func (c *collection) groupBy(ctx context.Context, path string, filter bson.D) ([]docdb.Group, error) {
	return c.aggregate(ctx, path, bson.A{
		bson.D{{Key: "$match", Value: filter}},
		bson.D{{Key: "$group", Value: bson.D{{Key: "_id", Value: "$" + path}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}}}},
	})
}

// groupLeast counts with the least value of each group. Not every server knows $min: there the least is looked up group by group.
func (c *collection) groupLeast(ctx context.Context, q docdb.Query, filter bson.D) ([]docdb.Group, error) {
	path := q.Group[0]
	if !c.plain.Load() {
		out, err := c.aggregate(ctx, path, bson.A{
			bson.D{{Key: "$match", Value: filter}},
			bson.D{{Key: "$group", Value: bson.D{
				{Key: "_id", Value: "$" + path}, {Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}}, {Key: "least", Value: bson.D{{Key: "$min", Value: "$" + q.Least}}},
			}}},
		})
		if said, ok := errors.AsType[mongo.CommandError](err); !ok || said.Code != notImplemented {
			return out, err
		}
		c.plain.Store(true)
	}
	out, err := c.groupBy(ctx, path, filter)
	if err != nil {
		return nil, err
	}
	for i, g := range out {
		one := bson.D{{Key: "$and", Value: bson.A{filter, bson.D{{Key: path, Value: g.Key[0]}}}}}
		first, err := c.c.FindOne(ctx, one, options.FindOne().SetSort(bson.D{{Key: q.Least, Value: 1}})).Raw()
		if errors.Is(err, mongo.ErrNoDocuments) { // gone meanwhile
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("least of %s: %w", q.Name, err)
		}
		if out[i].Least, err = docdb.Lookup(first, c.field(q.Least)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// notImplemented is how a server says that it lacks something.
const notImplemented = 238

// aggregate reads groups by the path.
func (c *collection) aggregate(ctx context.Context, path string, steps bson.A) ([]docdb.Group, error) {
	cur, err := c.c.Aggregate(ctx, steps)
	if err != nil {
		return nil, fmt.Errorf("count by %s: %w", path, err)
	}
	docs, err := drain(ctx, cur)
	if err != nil {
		return nil, err
	}
	out := make([]docdb.Group, 0, len(docs))
	for _, d := range docs {
		n, _ := d.Lookup("n").AsInt64OK() // $sum of 1 is a number
		var key any
		if v := d.Lookup("_id"); v.Type != bson.TypeNull {
			key, _ = docdb.Lookup(d, docdb.Field{Path: "_id", Type: c.field(path).Type})
		}
		out = append(out, docdb.Group{Key: []any{key}, N: n, Least: leastOf(d.Lookup("least"))})
	}
	return out, nil
}

// leastOf is a least value in stored form.
func leastOf(v bson.RawValue) any {
	if ms, ok := v.DateTimeOK(); ok {
		return ms
	}
	if n, ok := v.AsInt64OK(); ok {
		return n
	}
	return nil
}
