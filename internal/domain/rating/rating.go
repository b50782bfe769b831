// Package rating knows how satisfied citizens were with a visit to a counter. A rating is joined to no case and no person
// (Nghị định 118/2025 Đ.29.3): it keeps the counter, the hour and what was said.
package rating

import (
	"context"
	"encoding/base32"
	"maps"
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Criterion is one of the questions after the faces, with the law it comes from.
type Criterion struct {
	ID     string // the translation key is criterion.<ID>
	Source string
}

// Criteria are the citizen's criteria of Nghị định 118/2025 Đ.33.1, each answered 1 to 5.
func Criteria() []Criterion {
	const art = "Nghị định 118/2025 Đ.33.1"
	return []Criterion{
		{"attitude", art + "đ"},    // thái độ của cán bộ
		{"time", art + "a"},        // thời gian trả kết quả
		{"visits", art + "c"},      // số lần phải đi lại
		{"agencies", art + "b"},    // số cơ quan phải liên hệ
		{"information", art + "d"}, // công khai thủ tục
		{"costs", art + "e"},       // chi phí ngoài quy định
		{"explanation", art + "g"}, // giải trình, tiếp thu
		{"online", art + "h"},      // dịch vụ trực tuyến
	}
}

// Rating (đánh giá) is one visit's verdict.
type Rating struct {
	ID       string         `bson:"_id"`
	V        int64          `bson:"v"`
	Counter  string         `bson:"counter"`
	Unit     string         `bson:"unit"`
	At       time.Time      `bson:"at"`  // the hour, not the minute: nobody is to be recognised by the time
	Day      string         `bson:"day"` // in Vietnam, 2026-11-23
	Score    int            `bson:"score"`
	Criteria map[string]int `bson:"criteria,omitempty"`
	Comment  string         `bson:"comment,omitempty"`
	Said     string         `bson:"said,omitempty"` // the counter once more, where there is a comment: what comments are found by
	Verified bool           `bson:"verified"`       // it came with a genuine sticker and a fresh visit; others are counted apart
}

// MaxComment bounds the comment, in runes after NFC.
const MaxComment = 1000

// Ballot is what a citizen hands in.
type Ballot struct {
	Visit    string // the visit's token or the caller's idempotency key; the same one amends the same rating
	Counter  string
	Score    int
	Criteria map[string]int
	Comment  string
	Verified bool
	At       time.Time // when it was given, if a device had to keep it a while; zero means now
}

// MistakesError are translation keys by field.
type MistakesError map[string]string

// Error lists the fields.
func (m MistakesError) Error() string {
	return "invalid rating: " + strings.Join(slices.Sorted(maps.Keys(m)), " ")
}

// Ratings is what the book keeps; Put is durable when it returns and replaces the rating with the same id.
type Ratings interface {
	Put(ctx context.Context, r *Rating) error
}

// Book takes ratings in.
type Book struct {
	Ratings Ratings
	Tallies Tallies
	Tablets Tablets
	Voices  Voices
	Offices interface {
		Office(ctx context.Context) (*office.Office, error)
	}
	MAC      func(domain string, parts ...[]byte) [32]byte
	Recorded func(*Rating) // announces; never blocks
	Now      func() time.Time
}

// Make checks a ballot and makes the rating of it, without keeping it.
func (b *Book) Make(ctx context.Context, in Ballot) (*Rating, error) {
	o, err := b.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	counter, known := o.Counter(in.Counter)
	in.Comment = vntext.NFC(in.Comment)
	if m := in.mistakes(known); len(m) > 0 {
		return nil, m
	}
	now := b.Now().UTC()
	if !in.At.IsZero() && in.At.Before(now) {
		now = in.At.UTC()
	}
	id := b.MAC("rating-id", []byte(in.Visit), []byte(in.Counter))
	r := &Rating{
		ID: ids.EncodeToString(id[:15]), V: 1, Counter: counter.ID, Unit: counter.Unit, At: now.Truncate(time.Hour),
		Day: now.In(vietnam).Format(time.DateOnly), Score: in.Score, Criteria: in.Criteria, Comment: in.Comment,
		Verified: in.Verified,
	}
	r.Place()
	return r, nil
}

// Place computes what comments are found by, and reports whether that is new.
func (r *Rating) Place() bool {
	was := r.Said
	if r.Said = ""; r.Comment != "" {
		r.Said = r.Counter
	}
	return r.Said != was
}

// Record (đánh giá) keeps a rating and returns it.
func (b *Book) Record(ctx context.Context, in Ballot) (*Rating, error) {
	r, err := b.Make(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := b.Ratings.Put(ctx, r); err != nil {
		return nil, err
	}
	b.Recorded(r)
	return r, nil
}

func (in Ballot) mistakes(known bool) MistakesError {
	m := MistakesError{}
	if !known {
		m["counter"] = "error.field.counter"
	}
	if in.Score < 1 || in.Score > 5 {
		m["score"] = "error.field.score"
	}
	if vntext.Runes(in.Comment) > MaxComment {
		m["comment"] = "error.field.text_long"
	}
	for name, v := range in.Criteria {
		if v < 1 || v > 5 || !slices.ContainsFunc(Criteria(), func(c Criterion) bool { return c.ID == name }) {
			m["criteria"] = "error.field.criteria"
		}
	}
	return m
}

var (
	ids     = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
	vietnam = time.FixedZone("+07", 7*60*60)
)
