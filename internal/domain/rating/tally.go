package rating

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// Tally (tổng hợp) is what one counter was given on one day. It is counted anew from that day's ratings whenever one of them
// came or changed: a message handled twice, a worker that stopped half-way or two that race change nothing, for each write
// is conditional on the tally its count began from. Reading it never grows with the number of ratings.
type Tally struct {
	ID         string            `bson:"_id"` // counter/day
	V          int64             `bson:"v"`
	Counter    string            `bson:"counter"`
	Unit       string            `bson:"unit"`
	Day        string            `bson:"day"`
	Verified   [5]int            `bson:"verified"`   // how many gave 1, 2 … 5
	Unverified [5]int            `bson:"unverified"` // counted apart: nobody knows whether a visit stood behind it
	Criteria   map[string][5]int `bson:"criteria,omitempty"`
}

// ErrStale says that another worker counted the same day first.
var ErrStale = errors.New("tally changed meanwhile")

// Tallies is what the counting keeps and reads.
type Tallies interface {
	// RatingsOf reads all ratings of a counter on a day.
	RatingsOf(ctx context.Context, counter, day string, each func(*Rating)) error
	GetTally(ctx context.Context, id string) (*Tally, error) // nil when there is none
	PutTally(ctx context.Context, t *Tally) error            // ErrStale when the stored version is not V-1
	// TalliesOf reads the tallies of counters over days, both ends included.
	TalliesOf(ctx context.Context, counters []string, from, to string, each func(*Tally)) error
}

// Key names a counter's day.
type Key struct{ Counter, Day string }

// Count counts the days anew, each at most once however often it is named, and returns one error per key.
func (b *Book) Count(ctx context.Context, keys ...Key) []error {
	done := map[Key]error{}
	errs := make([]error, len(keys))
	for i, k := range keys {
		err, have := done[k]
		if !have {
			err = b.count(ctx, k)
			done[k] = err
		}
		errs[i] = err
	}
	return errs
}

// tries bounds how often a count begins again because another worker was first.
const tries = 5

func (b *Book) count(ctx context.Context, k Key) (err error) {
	for range tries {
		was, err := b.Tallies.GetTally(ctx, k.Counter+"/"+k.Day) // before the ratings, so that none slips between
		if err != nil {
			return err
		}
		t := &Tally{ID: k.Counter + "/" + k.Day, V: 1, Counter: k.Counter, Day: k.Day}
		if was != nil {
			t.V = was.V + 1
		}
		if err := b.Tallies.RatingsOf(ctx, k.Counter, k.Day, t.add); err != nil {
			return err
		}
		if was == nil && t.Unit == "" || was != nil && was.same(t) {
			return nil
		}
		if err = b.Tallies.PutTally(ctx, t); !errors.Is(err, ErrStale) {
			return err
		}
	}
	return ErrStale
}

func (t *Tally) add(r *Rating) {
	t.Unit = r.Unit
	if !r.Verified {
		t.Unverified[r.Score-1]++
		return
	}
	t.Verified[r.Score-1]++
	for name, v := range r.Criteria {
		if t.Criteria == nil {
			t.Criteria = map[string][5]int{}
		}
		of := t.Criteria[name]
		of[v-1]++
		t.Criteria[name] = of
	}
}

// Tallied counts ratings that are at hand, such as those of an import.
func Tallied(rs ...*Rating) []*Tally {
	c := Counted{}
	for _, r := range rs {
		c.Add(r)
	}
	return slices.Collect(maps.Values(c))
}

// Counted are tallies by their ids, counted from ratings.
type Counted map[string]*Tally

// Add counts one rating.
func (c Counted) Add(r *Rating) {
	id := r.Counter + "/" + r.Day
	if c[id] == nil {
		c[id] = &Tally{ID: id, V: 1, Counter: r.Counter, Day: r.Day}
	}
	c[id].add(r)
}

// Holds reports whether a stored tally says what was counted; a day without ratings counts as nothing.
func (c Counted) Holds(t *Tally) bool {
	of := c[t.ID]
	if of == nil {
		of = &Tally{}
	}
	return t.same(of)
}

func (t *Tally) same(o *Tally) bool {
	if t.Verified != o.Verified || t.Unverified != o.Unverified || len(t.Criteria) != len(o.Criteria) {
		return false
	}
	for name, of := range t.Criteria {
		if o.Criteria[name] != of {
			return false
		}
	}
	return true
}

// recountDays is how far back Recount looks: a tablet may keep a rating that long to itself.
const recountDays = 8

// Recount counts the last days of all counters, for what the bus lost, and returns how many days it looked at.
func (b *Book) Recount(ctx context.Context) (int, error) {
	o, err := b.Offices.Office(ctx)
	if err != nil {
		return 0, err
	}
	var keys []Key
	today := b.Now().In(vietnam)
	for _, k := range o.Counters() {
		for back := range recountDays {
			keys = append(keys, Key{k.ID, today.AddDate(0, 0, -back).Format(time.DateOnly)})
		}
	}
	return len(keys), errors.Join(b.Count(ctx, keys...)...)
}

// SmallN is how many ratings a published figure needs at least: with fewer, one could guess who gave them (Nghị định 118/2025
// Đ.29.3 wants raters kept secret; the number is the office's own).
const SmallN = 5

// Figure is what is published of a counter: always with the number of ratings behind it.
type Figure struct {
	Counter    string         `json:"counter"`
	N          int            `json:"n"`
	Unverified int            `json:"unverified"`
	Hidden     bool           `json:"hidden"`              // too few ratings to publish more than that
	Satisfied  float64        `json:"satisfied,omitempty"` // share of 4 and 5, in percent
	Mean       float64        `json:"mean,omitempty"`
	Scores     *[5]int        `json:"scores,omitempty"`
	Criteria   map[string]Sum `json:"criteria,omitempty"`
	Odd        []string       `json:"odd_days,omitempty"` // days far outside this counter's own history: to be looked into
}

// Sum is one criterion's figure; those with too few answers are left out.
type Sum struct {
	N    int     `json:"n"`
	Mean float64 `json:"mean"`
}

// Figures sums the tallies of each counter over the days, both ends included: at most counters × days documents.
func (b *Book) Figures(ctx context.Context, counters []string, from, to time.Time) (map[string]Figure, error) {
	sums, days := map[string]*Tally{}, map[string][]*Tally{}
	err := b.Tallies.TalliesOf(ctx, counters, from.In(vietnam).Format(time.DateOnly), to.In(vietnam).Format(time.DateOnly), func(t *Tally) {
		s := sums[t.Counter]
		if s == nil {
			s = &Tally{Counter: t.Counter, Criteria: map[string][5]int{}}
			sums[t.Counter] = s
		}
		s.merge(t)
		days[t.Counter] = append(days[t.Counter], t)
	})
	if err != nil {
		return nil, err
	}
	out := map[string]Figure{}
	for _, id := range counters {
		out[id] = Figure{Counter: id, Hidden: true}
		if s := sums[id]; s != nil {
			f := s.figure()
			f.Odd = oddDays(days[id])
			out[id] = f
		}
	}
	return out, nil
}

func (t *Tally) merge(o *Tally) {
	for i := range 5 {
		t.Verified[i] += o.Verified[i]
		t.Unverified[i] += o.Unverified[i]
	}
	for name, of := range o.Criteria {
		all := t.Criteria[name]
		for i := range 5 {
			all[i] += of[i]
		}
		t.Criteria[name] = all
	}
}

func (t *Tally) figure() Figure {
	n, mean := average(t.Verified)
	f := Figure{Counter: t.Counter, N: n, Hidden: n < SmallN}
	f.Unverified, _ = average(t.Unverified)
	if f.Hidden {
		return f
	}
	f.Mean, f.Scores = mean, &t.Verified
	f.Satisfied = 100 * float64(t.Verified[3]+t.Verified[4]) / float64(n)
	f.Criteria = map[string]Sum{}
	for name, of := range t.Criteria {
		if n, mean := average(of); n >= SmallN && name != costs { // that somebody asked for money is for inspection alone, see Signals
			f.Criteria[name] = Sum{n, mean}
		}
	}
	return f
}

// Together is the figure of several counters: only of those that are published themselves, or the hidden one could be had by
// taking the others away.
func Together(fs ...Figure) Figure {
	sum := &Tally{Criteria: map[string][5]int{}}
	unverified := 0
	for _, f := range fs {
		unverified += f.Unverified
		if f.Scores == nil {
			continue
		}
		for i, n := range f.Scores {
			sum.Verified[i] += n
		}
	}
	f := sum.figure()
	f.Unverified, f.Criteria = unverified, nil
	return f
}

func average(of [5]int) (n int, mean float64) {
	total := 0
	for i, k := range of {
		n += k
		total += k * (i + 1)
	}
	if n == 0 {
		return 0, 0
	}
	return n, float64(total) / float64(n)
}

// Names lists the criteria of the figure in the law's order.
func (f Figure) Names() []string {
	var out []string
	for _, c := range Criteria() {
		if _, ok := f.Criteria[c.ID]; ok {
			out = append(out, c.ID)
		}
	}
	return slices.Clip(out)
}
