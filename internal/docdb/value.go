package docdb

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"
	"unicode"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// ErrCursor says that a cursor was not given out for this query.
var ErrCursor = errors.New("not a cursor of this query")

// Lookup takes an indexed field from a document in the form engines store it: string, int64, []byte or bool, times as
// milliseconds; nil when it is absent or null. A field of another type is an error.
func Lookup(doc bson.Raw, f Field) (any, error) {
	v, err := doc.LookupErr(strings.Split(f.Path, ".")...)
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // absent is null
	}
	return stored(v, f)
}

// Columns takes all indexed fields from a document in one pass over its top level; out has one place per field.
func Columns(doc bson.Raw, fields []Field, out []any) error {
	elems, err := doc.Elements()
	if err != nil {
		return fmt.Errorf("read document: %w", err)
	}
	for _, e := range elems {
		key := e.Key()
		for i, f := range fields {
			switch {
			case f.Path == key:
				out[i], err = stored(e.Value(), f)
			case strings.HasPrefix(f.Path, key) && f.Path[len(key)] == '.':
				out[i], err = Lookup(doc, f)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// stored is the value in the form engines store it; null is nil.
func stored(v bson.RawValue, f Field) (any, error) {
	if v.Type == bson.TypeNull {
		return nil, nil //nolint:nilnil // null is nil
	}
	out, ok := typed(v, f.Type)
	if !ok {
		return nil, fmt.Errorf("field %s has the wrong type %s", f.Path, v.Type)
	}
	return out, nil
}

func typed(v bson.RawValue, t Type) (any, bool) {
	switch t {
	case Text:
		return get(v.StringValueOK())
	case Int:
		return get(v.AsInt64OK())
	case Time:
		return get(v.DateTimeOK())
	case Bool:
		return get(v.BooleanOK())
	case Bytes:
		_, b, ok := v.BinaryOK()
		return b, ok
	default:
		return nil, false
	}
}

func get[T any](v T, ok bool) (any, bool) { return v, ok }

// Strings takes a multi-valued text field from a document; absent is empty.
func Strings(doc bson.Raw, path string) ([]string, error) {
	v, err := doc.LookupErr(strings.Split(path, ".")...)
	if err != nil || v.Type == bson.TypeNull {
		return nil, nil //nolint:nilerr // absent is empty
	}
	arr, ok := v.ArrayOK()
	if !ok {
		return nil, fmt.Errorf("field %s is not a list", path)
	}
	vals, err := arr.Values()
	if err != nil {
		return nil, fmt.Errorf("field %s: %w", path, err)
	}
	out := make([]string, 0, len(vals))
	for _, e := range vals {
		s, ok := e.StringValueOK()
		if !ok {
			return nil, fmt.Errorf("field %s holds something that is no text", path)
		}
		out = append(out, s)
	}
	return out, nil
}

// Head returns a document's id and version.
func Head(doc bson.Raw) (id string, version int64, err error) {
	id, ok := doc.Lookup("_id").StringValueOK()
	if !ok || id == "" {
		return "", 0, errors.New("document has no text _id")
	}
	version, ok = doc.Lookup("v").AsInt64OK()
	if !ok || version < 1 {
		return "", 0, errors.New("document " + id + " has no version")
	}
	return id, version, nil
}

// PlainWord reports whether a search word is one: letters and digits, maybe after Unsaid. Anything else matches nothing.
func PlainWord(v any) (string, bool) {
	s, _ := v.(string)
	rest := strings.TrimPrefix(s, Unsaid)
	odd := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return s, rest != "" && odd < 0
}

// Unsaid begins search words that no text has and nobody types. They are matched whole, never by how they begin.
const Unsaid = "\uE001"

// MaxDoc bounds a document, as MongoDB does.
const MaxDoc = 16<<20 - 16<<10

// CheckDoc reports why a document cannot be kept.
func CheckDoc(doc bson.Raw) error {
	if len(doc) > MaxDoc {
		return fmt.Errorf("document of %d bytes is too large", len(doc))
	}
	if err := doc.Validate(); err != nil {
		return fmt.Errorf("document is not BSON: %w", err)
	}
	return nil
}

// Stored turns a condition's value into the form of Lookup.
func Stored(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UnixMilli()
	case *time.Time:
		if v == nil {
			return nil
		}
		return v.UnixMilli()
	case int:
		return int64(v)
	default:
		return v
	}
}

// Mark is where a page ended: the sort values in stored form, and the id.
type Mark struct {
	Query  uint32 `bson:"q"`
	Values []any  `bson:"v"`
	ID     string `bson:"i"`
}

// Cursor writes a mark down for the caller.
func (m Mark) Cursor() (string, error) {
	raw, err := bson.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("encode cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// ReadCursor reads a mark back; n is how many sort values the query has.
func ReadCursor(s string, query uint32, n int) (Mark, error) {
	var m Mark
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || bson.Raw(raw).Validate() != nil {
		return m, ErrCursor
	}
	if err := bson.Unmarshal(raw, &m); err != nil || m.Query != query || len(m.Values) != n {
		return m, ErrCursor
	}
	for i, v := range m.Values {
		switch v := v.(type) {
		case bson.Binary:
			m.Values[i] = v.Data
		case int32:
			m.Values[i] = int64(v)
		case nil, string, int64, bool:
		default:
			return m, ErrCursor
		}
	}
	return m, nil
}

// Print identifies a call's query and conditions, so that a cursor is not used with others.
func (f Find) Print() uint32 {
	h := fnv.New32a()
	var b bytes.Buffer
	b.WriteString(f.Query)
	for _, c := range f.Where {
		// Range ends move with the clock ("due before now"); a cursor stays good while they do.
		if c.Kind != CondBetween {
			fmt.Fprintf(&b, "\x00%s\x00%d\x00%v", c.Path, c.Kind, c.Vals)
		}
	}
	_, _ = h.Write(b.Bytes()) // never fails
	return h.Sum32()
}
