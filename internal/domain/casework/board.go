package casework

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tiepdan/internal/domain/office"
)

// Board (bảng điều hành) is a head's first page. Every number says which list it is of.
type Board struct {
	Unit   string // that it is limited to, or empty
	Tiles  []Counted
	Units  []Load // with open cases, the one with most that is late first
	People []Load
	Ageing []Age   // of the open cases, by days since receipt
	Months []Month // the last twelve, the oldest first
}

// Counted is how many cases a list holds.
type Counted struct {
	N  int
	Of Wanted
}

// Load is what a unit or a person has.
type Load struct {
	ID         string
	Open, Late Counted
	Oldest     time.Time // receipt of the one that has waited longest
}

// Age is how many open cases came in between so many days ago; To is 0 for the last.
type Age struct {
	From, To int
	Counted
}

// Month is what ended in a month, how much of it in time, and how citizens found it.
type Month struct {
	Month                           string // 2026-11
	Ended, InTime, Rated, Satisfied Counted
}

// ages are the days at which the groups of Ageing begin.
var ages = []int{0, 7, 15, 30, 60}

// boardMonths is how far back a board looks.
const boardMonths = 12

// Board counts the cases of this person's lists, of one unit or of all.
func (d *Desk) Board(ctx context.Context, who office.Staff, unit string) (Board, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Board{}, err
	}
	k := &counts{d: d, sight: sight{o, who, d.now()}}
	since := k.month(boardMonths - 1)
	k.since = &since
	b := Board{Unit: unit}
	if _, err := d.filter(k.sight, Wanted{Unit: unit}); err != nil {
		return b, err
	}
	for _, fill := range []func(context.Context, *Board) error{k.tiles, k.units, k.people, k.ageing, k.months} {
		if err := fill(ctx, &b); err != nil {
			return b, err
		}
	}
	return b, nil
}

// Kept counts what ended in each of the last months, how much of it in time and how citizens found it, of what no denunciation is:
// for whoever looks at how the office serves.
func (d *Desk) Kept(ctx context.Context, who office.Staff, unit string, months int) ([]Month, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	k := &counts{d: d, sight: sight{o, who, d.now()}, unsealed: true}
	since := k.month(months - 1)
	k.since = &since
	b := Board{Unit: unit}
	err = k.lastMonths(ctx, &b, months)
	return b.Months, err
}

// month is the first moment of the month so many months ago, in Vietnam.
func (k *counts) month(ago int) time.Time {
	y, m, _ := k.now.In(Vietnam).Date()
	return time.Date(y, m-time.Month(ago), 1, 0, 0, 0, 0, Vietnam)
}

// number counts a list.
func (k *counts) number(ctx context.Context, w Wanted) (Counted, error) {
	f, err := k.d.filter(k.sight, w)
	if err != nil {
		return Counted{Of: w}, err
	}
	n, err := k.count(ctx, f)
	return Counted{N: n, Of: w}, err
}

// by counts a list in groups.
func (k *counts) by(ctx context.Context, w Wanted, g Grouping) ([]Tally, error) {
	f, err := k.d.filter(k.sight, w)
	if err != nil {
		return nil, err
	}
	if k.unsealed {
		f.Shelves = slices.DeleteFunc(f.Shelves, func(s string) bool { return !office.OpenShelf(s) })
		f.never = f.never || len(f.Shelves) == 0
	}
	return k.grouped(ctx, f, g)
}

func (k *counts) tiles(ctx context.Context, b *Board) error {
	for _, v := range Tiles() {
		n, err := k.number(ctx, Wanted{View: v, Unit: b.Unit})
		if err != nil {
			return err
		}
		b.Tiles = append(b.Tiles, n)
	}
	return nil
}

// loads counts what is open and what is late of each group; name turns a group's key into an id, "" for none.
func (k *counts) loads(ctx context.Context, unit string, g Grouping, name func(key string) string) (map[string]*Load, error) {
	out := map[string]*Load{}
	for _, view := range []string{"", ViewOverdue} {
		ts, err := k.by(ctx, Wanted{View: view, Unit: unit}, g)
		if err != nil {
			return nil, err
		}
		for _, t := range ts {
			id := name(t.Key)
			if id == "" {
				continue
			}
			if out[id] == nil {
				out[id] = &Load{ID: id}
			}
			out[id].add(view, t)
		}
	}
	return out, nil
}

// add counts a group in.
func (l *Load) add(view string, t Tally) {
	if view == ViewOverdue {
		l.Late.N += t.N
		return
	}
	l.Open.N += t.N
	if l.Oldest.IsZero() || t.Oldest.Before(l.Oldest) {
		l.Oldest = t.Oldest
	}
}

func (k *counts) units(ctx context.Context, b *Board) error {
	found, err := k.loads(ctx, b.Unit, ByShelf, office.ShelfUnit)
	for _, l := range found {
		l.Open.Of, l.Late.Of = Wanted{Unit: l.ID}, Wanted{View: ViewOverdue, Unit: l.ID}
		b.Units = append(b.Units, *l)
	}
	slices.SortFunc(b.Units, byUrgency)
	return err
}

// people counts what each person has. One's own list holds more than the unit's: it goes beyond its shelves.
func (k *counts) people(ctx context.Context, b *Board) error {
	found, err := k.loads(ctx, b.Unit, ByHolder, func(key string) string { return key })
	if err != nil {
		return err
	}
	own := &Load{ID: k.who.ID}
	for _, view := range []string{"", ViewOverdue} {
		ts, err := k.by(ctx, Wanted{View: view, Unit: b.Unit, Assignee: k.who.ID}, ByHolder)
		if err != nil {
			return err
		}
		for _, t := range ts {
			own.add(view, t)
		}
	}
	if own.Open.N > 0 {
		found[own.ID] = own
	}
	for _, l := range found {
		l.Open.Of = Wanted{Unit: b.Unit, Assignee: l.ID}
		l.Late.Of = Wanted{View: ViewOverdue, Unit: b.Unit, Assignee: l.ID}
		b.People = append(b.People, *l)
	}
	slices.SortFunc(b.People, byUrgency)
	return nil
}

// byUrgency puts first who has most that is late.
func byUrgency(a, b Load) int {
	return cmp.Or(cmp.Compare(b.Late.N, a.Late.N), cmp.Compare(b.Open.N, a.Open.N), cmp.Compare(a.ID, b.ID))
}

func (k *counts) ageing(ctx context.Context, b *Board) error {
	day := func(ago int) string { return k.now.In(Vietnam).AddDate(0, 0, -ago).Format(time.DateOnly) }
	for i, from := range ages {
		a := Age{From: from}
		w := Wanted{Unit: b.Unit}
		if i > 0 {
			w.To = day(from)
		}
		if i+1 < len(ages) {
			a.To = ages[i+1]
			w.From = day(a.To - 1)
		}
		var err error
		if a.Counted, err = k.number(ctx, w); err != nil {
			return err
		}
		b.Ageing = append(b.Ageing, a)
	}
	return nil
}

func (k *counts) months(ctx context.Context, b *Board) error {
	return k.lastMonths(ctx, b, boardMonths)
}

func (k *counts) lastMonths(ctx context.Context, b *Board, months int) error {
	for ago := months - 1; ago >= 0; ago-- {
		m, err := k.ofMonth(ctx, Wanted{State: EndedState, Ended: k.month(ago).Format("2006-01"), Unit: b.Unit})
		if err != nil {
			return err
		}
		b.Months = append(b.Months, m)
	}
	return nil
}

// ofMonth counts what ended in a month.
func (k *counts) ofMonth(ctx context.Context, w Wanted) (Month, error) {
	m := Month{Month: w.Ended, Ended: Counted{Of: w}, InTime: Counted{Of: w}, Rated: Counted{Of: w}, Satisfied: Counted{Of: w}}
	m.InTime.Of.Timely, m.Rated.Of.Rating, m.Satisfied.Of.Rating = "yes", "any", "good"
	stood, err := k.by(ctx, w, ByStanding)
	if err != nil {
		return m, err
	}
	for _, t := range stood {
		m.Ended.N += t.N
		if t.Key == string(InTime) {
			m.InTime.N += t.N
		}
	}
	if m.Ended.N == 0 {
		return m, nil
	}
	rated, err := k.by(ctx, w, ByScore)
	for _, t := range rated {
		if t.Score >= scores["any"][0] {
			m.Rated.N += t.N
		}
		if t.Score >= scores["good"][0] {
			m.Satisfied.N += t.N
		}
	}
	return m, err
}
