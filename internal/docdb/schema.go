package docdb

import (
	"fmt"
	"regexp"
	"slices"
)

var nameShape = regexp.MustCompile(`^[a-z][a-z_]*$`)

// MaxCombinations bounds how many ordered walks one call with In conditions may merge.
const MaxCombinations = 1000

// Check reports what is wrong with the schema: a name, a missing index for a query, a field that no index declares.
func (s Schema) Check() error {
	if !nameShape.MatchString(s.Name) {
		return fmt.Errorf("collection %q: bad name", s.Name)
	}
	if err := s.checkIndexes(); err != nil {
		return err
	}
	names := map[string]bool{}
	for _, q := range s.Queries {
		if q.Name == "" || names[q.Name] {
			return fmt.Errorf("collection %s: query %q: missing or repeated name", s.Name, q.Name)
		}
		names[q.Name] = true
		if _, err := s.Plan(q); err != nil {
			return err
		}
	}
	return nil
}

func (s Schema) checkIndexes() error {
	seen := map[string]bool{}
	types := map[string]Type{}
	for _, ix := range s.Indexes {
		if !nameShape.MatchString(ix.Name) || seen[ix.Name] || len(ix.Fields) == 0 {
			return fmt.Errorf("collection %s: index %q: bad or repeated name, or no fields", s.Name, ix.Name)
		}
		seen[ix.Name] = true
		for _, f := range ix.Fields {
			if t, ok := types[f.Path]; ok && t != f.Type {
				return fmt.Errorf("collection %s: field %s is declared with two types", s.Name, f.Path)
			}
			types[f.Path] = f.Type
		}
	}
	if s.Search == nil {
		return nil
	}
	for _, place := range s.Search.Places {
		if t, ok := types[place]; !ok || t != Text {
			return fmt.Errorf("collection %s: the place of searches, %s, is no text of an index", s.Name, place)
		}
	}
	return nil
}

// Fields returns every indexed field once, in order of declaration.
func (s Schema) Fields() []Field {
	var out []Field
	for _, ix := range s.Indexes {
		for _, f := range ix.Fields {
			if !slices.ContainsFunc(out, func(g Field) bool { return g.Path == f.Path }) {
				out = append(out, f)
			}
		}
	}
	return out
}

// Field returns the indexed field with the path.
func (s Schema) Field(path string) (Field, bool) {
	fs := s.Fields()
	i := slices.IndexFunc(fs, func(f Field) bool { return f.Path == path })
	if i < 0 {
		return Field{}, false
	}
	return fs[i], true
}

// Query returns the declared query with the name.
func (s Schema) Query(name string) (Query, error) {
	i := slices.IndexFunc(s.Queries, func(q Query) bool { return q.Name == name })
	if i < 0 {
		return Query{}, fmt.Errorf("collection %s: query %q: %w", s.Name, name, ErrUndeclared)
	}
	return s.Queries[i], nil
}

// Plan says what serves a query: the index, or nil when the primary key, a list or the search does.
func (s Schema) Plan(q Query) (*Index, error) {
	fail := func(why string) (*Index, error) {
		return nil, fmt.Errorf("collection %s: query %s: %s: %w", s.Name, q.Name, why, ErrUndeclared)
	}
	for _, path := range q.fields() {
		if _, ok := s.Field(path); !ok {
			return fail("field " + path + " stands in no index")
		}
	}
	switch {
	case q.Terms && s.Search == nil:
		return fail("no search is declared")
	case q.Has != "" && !slices.ContainsFunc(s.Lists, func(l List) bool { return l.Path == q.Has }):
		return fail("no list " + q.Has + " is declared")
	case q.Terms || q.Has != "":
		if len(q.Sort) > 0 {
			return fail("a search or list has its own order")
		}
		return nil, nil //nolint:nilnil // no index is the answer: the search or the list serves
	case len(q.fields()) == 0:
		return nil, nil //nolint:nilnil // the primary key serves
	}
	for i := range s.Indexes {
		if s.Indexes[i].serves(q) {
			return &s.Indexes[i], nil
		}
	}
	return fail("no index has these fields in this order")
}

// fields lists every field the query names in an index.
func (q Query) fields() []string {
	out := slices.Concat(q.Eq, q.In, q.Filter, q.Group)
	for _, r := range []string{q.Range, q.Prefix, q.Least} {
		if r != "" {
			out = append(out, r)
		}
	}
	for _, o := range q.Sort {
		out = append(out, o.Path)
	}
	return out
}

// ranged is the field the query walks a range of, or "".
func (q Query) ranged() string { return q.Range + q.Prefix }

// has reports whether one of the fields has the path.
func has(fields []Field, path string) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return f.Path == path })
}

func (ix Index) serves(q Query) bool {
	exact := slices.Concat(q.Eq, q.In)
	if len(ix.Fields) < len(exact) {
		return false
	}
	for _, path := range exact {
		if !has(ix.Fields[:len(exact)], path) {
			return false
		}
	}
	for _, path := range slices.Concat(q.Filter, q.Group) {
		if !has(ix.Fields, path) {
			return false
		}
	}
	if q.Least != "" && !has(ix.Fields, q.Least) {
		return false
	}
	return ix.ordered(q, len(exact)) && ix.holds(q, exact)
}

// ordered reports whether the index, after its first n fields, walks the query's range and sort.
func (ix Index) ordered(q Query, n int) bool {
	rest := ix.Fields[n:]
	if r := q.ranged(); r != "" && (len(rest) == 0 || rest[0].Path != r || len(q.Sort) > 0 && q.Sort[0].Path != r) {
		return false
	}
	if len(rest) < len(q.Sort) {
		return false
	}
	for i, o := range q.Sort {
		if rest[i].Path != o.Path || rest[i].Desc != o.Desc {
			return false
		}
	}
	return true
}

// holds reports whether a sparse index holds every document the query can find.
func (ix Index) holds(q Query, exact []string) bool {
	return !ix.Sparse || slices.Contains(exact, ix.Fields[0].Path) || q.ranged() == ix.Fields[0].Path ||
		len(q.Sort) > 0 && q.Sort[0].Path == ix.Fields[0].Path
}

// Bind checks a call against its declared query and returns the conditions by path (Terms under "").
func (s Schema) Bind(f Find) (Query, map[string]Cond, error) {
	q, err := s.Query(f.Query)
	if err != nil {
		return q, nil, err
	}
	fail := func(why string) (Query, map[string]Cond, error) {
		return q, nil, fmt.Errorf("collection %s: query %s: %s: %w", s.Name, q.Name, why, ErrUndeclared)
	}
	conds := map[string]Cond{}
	combos := 1
	for _, c := range f.Where {
		if _, twice := conds[c.Path]; twice || !q.allows(c) {
			return fail("condition on " + c.Path + " is not declared so")
		}
		conds[c.Path] = c
		if c.Kind == CondIn && slices.Contains(q.In, c.Path) {
			combos *= max(len(c.Vals), 1)
		}
	}
	for _, path := range q.wanted() {
		if _, ok := conds[path]; !ok {
			return fail("condition on " + path + " is missing")
		}
	}
	if combos > MaxCombinations {
		return q, nil, fmt.Errorf("collection %s: query %s: %d: %w", s.Name, q.Name, combos, ErrWide)
	}
	if f.Limit < 0 || f.Limit > 1000 {
		return fail("limit out of bounds")
	}
	return q, conds, nil
}

func (q Query) allows(c Cond) bool {
	switch c.Kind {
	case CondEq:
		return slices.Contains(q.Eq, c.Path) || slices.Contains(q.Filter, c.Path)
	case CondIn:
		return slices.Contains(q.In, c.Path) || slices.Contains(q.Filter, c.Path)
	case CondBetween:
		return q.Range == c.Path || slices.Contains(q.Filter, c.Path)
	case CondPrefix:
		return q.Prefix == c.Path
	case CondHas:
		return q.Has == c.Path
	case CondTerms, CondStarts:
		return q.Terms
	default:
		return false
	}
}

// wanted lists the paths a call must give a condition for.
func (q Query) wanted() []string {
	out := slices.Concat(q.Eq, q.In)
	if r := q.ranged(); r != "" {
		out = append(out, r)
	}
	for _, f := range q.Filter {
		if !slices.Contains(q.MayOmit, f) {
			out = append(out, f)
		}
	}
	if q.Has != "" {
		out = append(out, q.Has)
	}
	if q.Terms {
		out = append(out, "")
	}
	return out
}

// TieAt is where in the index the _id stands, which breaks ties: after the fields that its queries match and sort by, and
// before those that it only carries.
func (s Schema) TieAt(ix Index) int {
	at := 0
	for _, q := range s.Queries {
		if p, err := s.Plan(q); err == nil && p != nil && p.Name == ix.Name && !q.Counts {
			n := len(q.Eq) + len(q.In) + len(q.Sort)
			if len(q.Sort) == 0 && q.ranged() != "" {
				n++
			}
			at = max(at, n)
		}
	}
	if at == 0 {
		return len(ix.Fields)
	}
	return at
}
