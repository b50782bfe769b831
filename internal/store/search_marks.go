package store

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tiepdan/internal/docdb"
	"tiepdan/pkg/vntext"
)

// Words are indexed without marks, for people leave them out. Who types them means them: of the newest marksWithin cases that have the
// words, those that have them so come first, and after them all others, each the newest first. Both engines answer alike, since the
// order is made here.

const (
	marksWithin = 200
	marksPage   = 50 // where nobody asks for another number
)

// typedMark is where a page of such a search ended.
type typedMark struct {
	Kind  docdb.CondKind `json:"k"`           // of the words: whole, or the last one begun
	Low   typedAt        `json:"l"`           // the last of the newest cases that were looked at
	Past  bool           `json:"p,omitempty"` // the others were read beyond that
	Last  *typedAt       `json:"a,omitempty"` // the last that was told of those with the marks, while there are more
	After string         `json:"n,omitempty"` // where the others go on
}

// typedAt is the place of a case in the order of searches.
type typedAt struct {
	At int64  `json:"t"` // when it was received, in milliseconds
	ID string `json:"i"`
}

func placeOf(raw bson.Raw) (at typedAt) {
	at.ID, _, _ = docdb.Head(raw) // it was stored
	at.At, _ = raw.Lookup("received_at").DateTimeOK()
	return at
}

// until walks cases in the order of searches and reports of each whether it stands at the place or before it.
func (p typedAt) until() func(bson.Raw) bool {
	past := false
	return func(raw bson.Raw) bool {
		at := placeOf(raw)
		if past || at.At < p.At {
			past = true
			return false
		}
		past = at == p
		return true
	}
}

// has reports whether a case has the words as they were typed.
func has(raw bson.Raw, marks vntext.Marks) bool {
	text := func(path ...string) string {
		s, _ := raw.Lookup(path...).StringValueOK()
		return s
	}
	return marks.In(text("subject"), text("body"), text("location", "address"))
}

// typed reads one page of a search whose words may have been typed with marks.
func (s *Store) typed(ctx context.Context, q docdb.Find, marks vntext.Marks) ([]bson.Raw, string, error) {
	if len(marks) == 0 {
		return s.cases.Find(ctx, q)
	}
	limit := cmp.Or(q.Limit, marksPage)
	kind := q.Where[len(q.Where)-1].Kind
	m, err := readTyped(q.After, kind)
	if err != nil {
		return nil, "", err
	}
	var out []bson.Raw
	if q.After = ""; m.Low.ID == "" || m.Last != nil {
		all, next, err := s.newest(ctx, q, &m)
		if err != nil || len(all) == 0 {
			return nil, "", err
		}
		var more bool
		if out, more = m.marked(all, marks, limit); more {
			return out, m.cursor(), nil
		}
		if next == "" && m.Last == nil && len(all) <= limit {
			return append(out, m.unmarked(all, marks)...), "", nil
		}
		m.Last = nil
	}
	q.Limit = limit
	return s.others(ctx, q, &m, marks, out)
}

// newest reads the cases among which those with the marks are looked for. Where a page was told before, new ones may have come since.
func (s *Store) newest(ctx context.Context, q docdb.Find, m *typedMark) ([]bson.Raw, string, error) {
	if q.Limit = marksWithin; m.Last != nil {
		q.Limit = 2 * marksWithin
	}
	all, next, err := s.cases.Find(ctx, q)
	if err == nil && len(all) > 0 && m.Last == nil {
		m.Low = placeOf(all[len(all)-1])
	}
	return all, next, err
}

// marked are the next with the marks, and whether there are more.
func (m *typedMark) marked(all []bson.Raw, marks vntext.Marks, limit int) (out []bson.Raw, more bool) {
	told, within := typedAt{At: 1<<63 - 1}.until(), m.Low.until()
	if m.Last != nil {
		told = m.Last.until()
	}
	for _, raw := range all {
		before, in := told(raw), within(raw)
		if before || !in || !has(raw, marks) {
			continue
		}
		if len(out) == limit {
			last := placeOf(out[limit-1])
			m.Last = &last
			return out, true
		}
		out = append(out, raw)
	}
	return out, false
}

// unmarked are those that were not told among those with the marks.
func (m *typedMark) unmarked(all []bson.Raw, marks vntext.Marks) (out []bson.Raw) {
	within := m.Low.until()
	for _, raw := range all {
		in := !m.Past && within(raw)
		m.Past = !in || placeOf(raw) == m.Low
		if !in || !has(raw, marks) {
			out = append(out, raw)
		}
	}
	return out
}

// others fills the page with the cases that lack the marks, and with all beyond the newest.
func (s *Store) others(ctx context.Context, q docdb.Find, m *typedMark, marks vntext.Marks, out []bson.Raw) ([]bson.Raw, string, error) {
	limit := q.Limit
	for q.After = m.After; len(out) < limit; {
		q.Limit = limit - len(out)
		all, next, err := s.cases.Find(ctx, q)
		if err != nil {
			return nil, "", err
		}
		out = append(out, m.unmarked(all, marks)...)
		if next == "" {
			return out, "", nil
		}
		q.After = next
	}
	m.After = q.After
	return out, m.cursor(), nil
}

func (m *typedMark) cursor() string {
	raw, _ := json.Marshal(m) // texts and numbers
	return base64.RawURLEncoding.EncodeToString(raw)
}

func readTyped(s string, kind docdb.CondKind) (m typedMark, err error) {
	if m.Kind = kind; s == "" {
		return m, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(raw, &m) != nil || m.Kind != kind || m.Low.ID == "" {
		return m, fmt.Errorf("go on with a search: %w", docdb.ErrCursor)
	}
	return m, nil
}
