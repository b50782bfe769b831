package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
)

// hashOf tells whether the words of a document changed.
func hashOf(words string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(words)) // never fails
	return int64(h.Sum64())       //nolint:gosec // only the bits matter
}

// moved reports whether a place of the search is another one in these columns than in those.
func (c *collection) moved(was, is []any) bool {
	return slices.ContainsFunc(c.s.Search.Places, func(path string) bool {
		i := slices.IndexFunc(c.fields, func(f docdb.Field) bool { return f.Path == path })
		return !sameValue(is[i], was[i])
	})
}

// placed is what the index holds for a place beside the words; nothing where the document lacks it.
func placed(path string, at any) string {
	place, ok := at.(string)
	if !ok {
		return ""
	}
	return " " + token(path, place)
}

// token is the word by which the index knows a place. It begins with a character that no word of a search has.
func token(path, place string) string {
	return "\uE000" + strconv.FormatUint(uint64(hashOf(path+"="+place)), 36) //nolint:gosec // only the bits matter
}

// maxPlaces bounds how many places a search asks the index for. Who may look at more finds most of what there is, and what lies
// elsewhere is passed over.
const maxPlaces = 64

// spoken are the words of a call, and whether the last is only how one begins.
type spoken struct {
	words  []string
	starts bool
}

// spoken reads the words of the call; none are those that no document has.
func (b *builder) spoken() (s spoken) {
	cond := b.conds[""]
	s.starts = cond.Kind == docdb.CondStarts
	for _, v := range cond.Vals {
		w, ok := docdb.PlainWord(v)
		if !ok {
			return spoken{}
		}
		s.words = append(s.words, w)
	}
	return s
}

// in reports whether a document has the words.
func (s spoken) in(words []string) bool {
	for i, w := range s.words {
		if s.starts && i == len(s.words)-1 && !strings.HasPrefix(w, docdb.Unsaid) {
			return slices.ContainsFunc(words, func(t string) bool { return strings.HasPrefix(t, w) })
		}
		if !slices.Contains(words, w) {
			return false
		}
	}
	return true
}

// found is a document with its row, which says where in the order it stands.
type found struct {
	row int64
	doc bson.Raw
}

// search finds by words, the newest first: rows stand in that order, see place. What still waits for the index is looked at one by
// one, and before the index, so that nothing is missed that moves there meanwhile.
func (b *builder) search(ctx context.Context) ([]bson.Raw, error) {
	s := b.spoken()
	if len(s.words) == 0 {
		return nil, nil
	}
	all, err := b.late(ctx, s)
	if err != nil {
		return nil, err
	}
	match, err := b.match(ctx, s)
	if err != nil {
		return nil, err
	}
	if match != "" {
		text, args := b.indexed(match)
		more, err := b.c.found(ctx, text, args)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	slices.SortFunc(all, func(x, y found) int { return cmp.Compare(y.row, x.row) })
	all = slices.CompactFunc(all, func(x, y found) bool { return x.row == y.row })
	var docs []bson.Raw
	for _, f := range all[:min(len(all), b.limit)] {
		docs = append(docs, f.doc)
	}
	return docs, nil
}

// late finds among the documents that the index does not have yet.
func (b *builder) late(ctx context.Context, s spoken) ([]found, error) {
	name := "p_" + b.c.s.Name
	p := b.filters()
	below, args := b.below(name + ".row")
	text := "SELECT d.row, doc FROM " + name + " CROSS JOIN " + b.c.table + " AS d ON d.row=" + name + ".row WHERE " + below + p.text
	all, err := b.c.found(ctx, text, append(args, p.args...))
	if err != nil {
		return nil, err
	}
	var out []found
	for _, f := range all {
		words, err := docdb.Strings(f.doc, b.c.s.Search.Path)
		if err != nil {
			return nil, err
		}
		if s.in(words) {
			out = append(out, f)
		}
	}
	return out, nil
}

// match is what the index is asked for; empty is what it cannot hold.
func (b *builder) match(ctx context.Context, s spoken) (string, error) {
	var all []string
	for _, path := range b.c.s.Search.Places {
		if places := b.places(path); len(places) > 0 {
			all = append(all, either(places))
		}
	}
	for i, w := range s.words {
		if !s.starts || i < len(s.words)-1 {
			all = append(all, `"`+w+`"`)
			continue
		}
		begun, err := b.c.begun(ctx, w)
		if err != nil || len(begun) == 0 {
			return "", err
		}
		all = append(all, either(begun))
	}
	return strings.Join(all, " AND "), nil
}

// either matches any of the words.
func either(words []string) string {
	return `("` + strings.Join(words, `" OR "`) + `")`
}

// places are the tokens of the values of a place that the call is narrowed to; none where it is not, or to very many.
func (b *builder) places(path string) []string {
	k, ok := b.conds[path]
	if !ok || k.Kind != docdb.CondEq && k.Kind != docdb.CondIn || len(k.Vals) > maxPlaces {
		return nil
	}
	var out []string
	for _, v := range k.Vals {
		place, _ := v.(string)
		out = append(out, token(path, place))
	}
	return out
}

// maxBegun bounds how many words one beginning stands for.
const maxBegun = 256

// begun lists the words that begin so.
func (c *collection) begun(ctx context.Context, with string) ([]string, error) {
	rows, err := c.rows(ctx, "SELECT word FROM w_"+c.s.Name+" WHERE word>=? AND word<? ORDER BY word LIMIT ?", with, with+"\U0010FFFF", maxBegun)
	out, err := all(rows, err, oneWord)
	if err != nil {
		return nil, fmt.Errorf("look up words of %s: %w", c.table, err)
	}
	return out, nil
}

// indexed asks the index.
func (b *builder) indexed(match string) (string, []any) {
	fts := "x_" + b.c.s.Name
	below, args := b.below(fts + ".rowid")
	p := b.filters()
	text := "SELECT d.row, doc FROM " + fts + " CROSS JOIN " + b.c.table + " AS d ON d.row=" + fts + ".rowid WHERE " + fts + " MATCH ? AND " + below + p.text
	args = append(append([]any{match}, args...), p.args...)
	return text + " ORDER BY " + fts + ".rowid DESC LIMIT ?", append(args, b.limit)
}

// below begins the page under the row of the mark's document. The document may be gone meanwhile; then the page goes on below its
// moment.
func (b *builder) below(row string) (string, []any) {
	if b.mark == nil {
		return row + " < ?", []any{int64(math.MaxInt64)}
	}
	ms, _ := b.mark.Values[0].(int64)
	return row + " < coalesce((SELECT row FROM " + b.c.table + " WHERE id=?), ?)", []any{b.mark.ID, ms << placeBits}
}

// found reads documents with their rows.
func (c *collection) found(ctx context.Context, text string, args []any) ([]found, error) {
	rows, err := c.rows(ctx, text, args...)
	out, err := all(rows, err, rowAndDoc)
	if err != nil {
		return nil, fmt.Errorf("search %s: %w", c.table, err)
	}
	return out, nil
}

func rowAndDoc(f *found) []any { return []any{&f.row, (*[]byte)(&f.doc)} }
