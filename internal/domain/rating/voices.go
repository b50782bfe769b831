package rating

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// What those who serve read of ratings is told in periods (đợt): days of one counter that follow each other and have at least SmallN
// verified ratings together. A period that has fewer is not told of yet, nor is anything of today: so no two looks, on whatever days,
// differ by what a few people said, and no comment can be laid to whoever just stood at the counter (Nghị định 118/2025 Đ.29.3).

// Reply (trả lời góp ý) is what the office answers to a comment. It has the comment's id: each has one, which may be changed.
type Reply struct {
	ID      string    `bson:"_id"`
	V       int64     `bson:"v"`
	Counter string    `bson:"counter"`
	Text    string    `bson:"text"`
	Open    string    `bson:"open,omitempty"` // the counter once more, where everybody may read it
	On      string    `bson:"on"`             // the day it was given
	By      string    `bson:"by"`
	At      time.Time `bson:"at"`
}

// Public reports whether everybody may read the answer.
func (r Reply) Public() bool { return r.Open != "" }

// Asked is what comments are read by.
type Asked struct {
	Counters []string
	Score    int
	From, To string // days, both included
	After    string
	Limit    int
}

// Voices is what is kept of comments and their answers.
type Voices interface {
	Commented(ctx context.Context, of Asked) ([]*Rating, string, error)
	GetRating(ctx context.Context, id string) (*Rating, error) // ErrNoComment when there is none
	Replies(ctx context.Context, ids []string) ([]*Reply, error)
	PutReply(ctx context.Context, r *Reply) error // ErrStale when the stored version is not V-1
	OpenReplies(ctx context.Context, counter, since string, limit int) ([]*Reply, error)
}

// ErrNoComment says that there is no such comment, or that it is not told of yet.
var ErrNoComment = errors.New("no such comment")

// Quarter (quý) is the span that those who serve look at.
type Quarter struct{ Year, N int }

// QuarterOf is the quarter of a moment, in Vietnam.
func QuarterOf(at time.Time) Quarter {
	const months = 3
	at = at.In(vietnam)
	return Quarter{at.Year(), (int(at.Month()) + months - 1) / months}
}

// ParseQuarter reads what String writes.
func ParseQuarter(s string) (Quarter, bool) {
	at, n, ok := strings.Cut(s, "-q")
	year, err := strconv.Atoi(at)
	k, err2 := strconv.Atoi(n)
	return Quarter{year, k}, ok && err == nil && err2 == nil && k >= 1 && k <= 4 && year > 2000 && year < 3000
}

func (q Quarter) String() string { return strconv.Itoa(q.Year) + "-q" + strconv.Itoa(q.N) }

// Before is the quarter before it.
func (q Quarter) Before() Quarter {
	if q.N == 1 {
		return Quarter{q.Year - 1, 4}
	}
	return Quarter{q.Year, q.N - 1}
}

// Span are the quarter's first day and its last.
func (q Quarter) Span() (from, to time.Time) {
	from = time.Date(q.Year, time.Month(3*q.N-2), 1, 0, 0, 0, 0, vietnam)
	return from, from.AddDate(0, 3, -1)
}

// Period is some days of a counter, both ends included, and how it was found in them.
type Period struct {
	From, To string
	Figure
}

// Served is how one counter was found in a quarter: the sum of its periods.
type Served struct {
	Counter string
	Figure
	Before  Figure // in the quarter before
	Periods []Period
}

// Served sums up counters over a quarter.
func (b *Book) Served(ctx context.Context, counters []string, q Quarter) (map[string]Served, error) {
	now, err := b.periods(ctx, counters, q)
	if err != nil {
		return nil, err
	}
	before, err := b.periods(ctx, counters, q.Before())
	if err != nil {
		return nil, err
	}
	out := map[string]Served{}
	for _, id := range counters {
		s := Served{Counter: id, Figure: together(now[id]), Before: together(before[id])}
		for _, g := range now[id] {
			s.Periods = append(s.Periods, Period{g.from, g.to, g.sum.figure()})
		}
		out[id] = s
	}
	return out, nil
}

// group is a period that is being summed up.
type group struct {
	from, to string
	sum      *Tally
}

func together(gs []group) Figure {
	sum := &Tally{Criteria: map[string][5]int{}}
	for _, g := range gs {
		sum.merge(g.sum)
	}
	return sum.figure()
}

// periods groups the days of a quarter before today.
func (b *Book) periods(ctx context.Context, counters []string, q Quarter) (map[string][]group, error) {
	from, to := q.Span()
	last := to.Format(time.DateOnly)
	if yesterday := b.Now().In(vietnam).AddDate(0, 0, -1).Format(time.DateOnly); yesterday < last {
		last = yesterday
	}
	days := map[string][]*Tally{}
	err := b.Tallies.TalliesOf(ctx, counters, from.Format(time.DateOnly), last, func(t *Tally) {
		days[t.Counter] = append(days[t.Counter], t)
	})
	out := map[string][]group{}
	for id, of := range days {
		out[id] = grouped(of, last)
	}
	return out, err
}

// grouped puts days together until they have enough ratings; what is left over at the end waits.
func grouped(days []*Tally, last string) []group {
	slices.SortFunc(days, func(a, b *Tally) int { return strings.Compare(a.Day, b.Day) })
	var out []group
	var g *group
	for _, t := range days {
		if t.Day > last {
			break
		}
		if g == nil {
			g = &group{from: t.Day, sum: &Tally{Counter: t.Counter, Criteria: map[string][5]int{}}}
		}
		g.sum.merge(t)
		g.to = t.Day
		if n, _ := average(g.sum.Verified); n >= SmallN {
			out, g = append(out, *g), nil
		}
	}
	return out
}

// Comment (lời góp ý) is what a citizen wrote, as those who serve may read it: of a period, not of an hour or a day.
type Comment struct {
	ID, Counter, Text string
	From, To          string
	Score             int
	Verified          bool
	Reply             *Reply
}

// commentRows is how many comments one page reads.
const commentRows = 30

// Comments reads one page of what citizens wrote in a quarter, the lowest scores first, and the cursor to go on.
func (b *Book) Comments(ctx context.Context, counters []string, scores []int, q Quarter, after string) ([]Comment, string, error) {
	told, err := b.periods(ctx, counters, q)
	if err != nil || len(counters) == 0 {
		return nil, "", err
	}
	from, to := q.Span()
	at, cursor, _ := strings.Cut(after, ".")
	first := max(0, slices.IndexFunc(scores, func(n int) bool { return strconv.Itoa(n) == at }))
	of := Asked{Counters: counters, From: from.Format(time.DateOnly), To: to.Format(time.DateOnly), After: cursor, Limit: commentRows}
	var out []Comment
	for i := first; i < len(scores); i++ {
		of.Score = scores[i]
		got, next, err := b.ofScore(ctx, of, told)
		if err != nil {
			return nil, "", err
		}
		if out = append(out, got...); next != "" {
			return b.answered(ctx, out, strconv.Itoa(of.Score)+"."+next)
		}
		if len(out) >= commentRows && i+1 < len(scores) {
			return b.answered(ctx, out, strconv.Itoa(scores[i+1])+".")
		}
		of.After = ""
	}
	return b.answered(ctx, out, "")
}

// ofScore reads on until a page is full or the score has no more.
func (b *Book) ofScore(ctx context.Context, of Asked, told map[string][]group) ([]Comment, string, error) {
	var out []Comment
	for {
		rs, next, err := b.Voices.Commented(ctx, of)
		if err != nil {
			return nil, "", err
		}
		out = append(out, tell(rs, told)...)
		if of.After = next; next == "" || len(out) >= of.Limit {
			return out, next, nil
		}
	}
}

// tell leaves out what is of no period yet. Within a period the order says nothing of when.
func tell(rs []*Rating, told map[string][]group) []Comment {
	var out []Comment
	for _, r := range rs {
		if c, ok := r.comment(told[r.Counter]); ok {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Comment) int {
		if d := strings.Compare(b.From, a.From); d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

func (r *Rating) comment(told []group) (Comment, bool) {
	i := slices.IndexFunc(told, func(g group) bool { return g.from <= r.Day && r.Day <= g.to })
	if i < 0 || r.Comment == "" {
		return Comment{}, false
	}
	return Comment{
		ID: r.ID, Counter: r.Counter, Text: blanked(r.Comment), From: told[i].from, To: told[i].to, Score: r.Score, Verified: r.Verified,
	}, true
}

// numbers are what tells a person by itself: of a telephone, an identity card, a file.
var numbers = regexp.MustCompile(`\d(?:[ .\-–]?\d){7,}`)

// blanked takes out numbers by which somebody could be found.
func blanked(s string) string { return numbers.ReplaceAllString(s, "•••") }

// answered adds the office's answers.
func (b *Book) answered(ctx context.Context, cs []Comment, next string) ([]Comment, string, error) {
	ids := make([]string, 0, len(cs))
	for _, c := range cs {
		ids = append(ids, c.ID)
	}
	rs, err := b.Voices.Replies(ctx, ids)
	for _, r := range rs {
		i := slices.IndexFunc(cs, func(c Comment) bool { return c.ID == r.ID })
		cs[i].Reply = r
	}
	return cs, next, err
}

// Answer (trả lời) is what somebody answers to a comment; V is the version of the answer that he saw, 0 for none.
type Answer struct {
	ID, Text string
	Public   bool
	V        int64
}

// Answer keeps the office's answer to a comment that is told of. A public one is read without the comment: it may not say who
// anybody is.
func (b *Book) Answer(ctx context.Context, who office.Staff, in Answer) (Comment, error) {
	o, err := b.Offices.Office(ctx)
	if err != nil {
		return Comment{}, err
	}
	r, err := b.Voices.GetRating(ctx, in.ID)
	if err != nil {
		return Comment{}, err
	}
	now := b.Now()
	at, err := time.ParseInLocation(time.DateOnly, r.Day, vietnam)
	if err != nil {
		return Comment{}, err
	}
	told, err := b.periods(ctx, []string{r.Counter}, QuarterOf(at))
	if err != nil {
		return Comment{}, err
	}
	c, ok := r.comment(told[r.Counter])
	if !ok || !o.MayAnswerRating(who, r.Counter, now) {
		return Comment{}, ErrNoComment
	}
	text := strings.TrimSpace(vntext.NFC(in.Text))
	m := MistakesError{}
	switch {
	case text == "":
		m["text"] = "error.field.required"
	case vntext.Runes(text) > MaxComment:
		m["text"] = "error.field.text_long"
	case in.Public && numbers.MatchString(text):
		m["text"] = "error.field.answer_numbers"
	}
	if len(m) > 0 {
		return c, m
	}
	reply := &Reply{
		ID: r.ID, V: in.V + 1, Counter: r.Counter, Text: text, On: now.In(vietnam).Format(time.DateOnly), By: who.ID, At: now.UTC(),
	}
	if in.Public {
		reply.Open = r.Counter
	}
	c.Reply = reply
	return c, b.Voices.PutReply(ctx, reply)
}

// publicShown is how many public answers are shown of a counter.
const publicShown = 5

// Public reads what the office answered in public about counters since a day, the newest first.
func (b *Book) Public(ctx context.Context, counters []string, since time.Time) (map[string][]*Reply, error) {
	out := map[string][]*Reply{}
	for _, id := range counters {
		rs, err := b.Voices.OpenReplies(ctx, id, since.In(vietnam).Format(time.DateOnly), publicShown)
		if err != nil {
			return nil, err
		}
		if len(rs) > 0 {
			out[id] = rs
		}
	}
	return out, nil
}
