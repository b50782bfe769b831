package casework

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/trackcode"
	"tiepdan/pkg/vntext"
)

// Filter is what a list of cases asks for. The zero value lists the open cases of the given shelves by due time. Conditions
// narrow each other; none is ever left out.
type Filter struct {
	Shelves  []string // set by the desk, from rights; none means any, which is for one person's own cases alone
	Assignee string
	Holders  []string // only cases that one of these has
	Helper   string   // only cases that were shared with this person; the words are then for the desk to compare
	Lane     law.Lane // LaneOpen, unless AnyLane or Ended
	AnyLane  bool     // with Words only
	Ended    bool     // the lanes of all ends
	State    law.State
	States   []law.State // only these, if any are named
	Standing []WhoseTurn
	Kind     law.Kind
	Category string
	Channel  string
	Score    []int      // how the citizen found the answer: from, to, both included
	Replied  bool       // the citizen wrote, and nobody has done anything since
	Doubts   []int      // of rights, see doubt; for counts
	From, To *time.Time // received in between, the latter exclusive
	DueFrom  *time.Time // with DueTo: only cases due in between, the latter exclusive; see Case.Rank
	DueTo    *time.Time
	Words    []string     // folded search words, see Begins
	Marks    vntext.Marks // of Words, those that were typed with marks: cases that have them so come before the others
	After    string
	Limit    int

	looks func(c *Case) bool // besides: what no index knows
	unit  string             // that was asked for
	apart bool               // what was shared with the person is not listed with his own
	never bool               // the conditions cannot be met together
	whole bool               // no word is only the beginning of one
	from  string             // the search word of the sender whom the words may name, see senderWords
	at    []string           // the shelves in which the person may see who sent a letter
	sent  func(c *Case) bool // with from: whether he sent the case, and the person may know it
}

// begunLetters is the least letters of the beginning of a word.
const begunLetters = 3

// Begins reports whether the last word may be the beginning of one, where too few cases have it whole. Numbers are looked for whole.
func (f Filter) Begins() bool {
	if len(f.Words) == 0 || f.whole {
		return false
	}
	last := f.Words[len(f.Words)-1]
	return utf8.RuneCountInString(last) >= begunLetters && strings.ContainsFunc(last, unicode.IsLetter)
}

// Speaks reports whether the case's search words hold these: whole, but for the last, which may be the beginning of one.
func (f Filter) Speaks(c *Case) bool {
	for i, w := range f.Words {
		begins := i == len(f.Words)-1 && f.Begins()
		if !slices.ContainsFunc(c.Terms, func(t string) bool { return t == w || begins && strings.HasPrefix(t, w) }) {
			return false
		}
	}
	return true
}

// Wanted is what a member of staff asks a list for. All conditions hold together.
type Wanted struct {
	View     string // one of Views
	State    string // a State, "open", "ended", "any" (with words only) or empty: "any" with words, else "open"
	Kind     string
	Unit     string
	Assignee string // a staff id or "me"
	Due      string // "", "overdue", "soon" or "later" (neither, with or without a limit); open cases only
	From, To string // received from and until this day, 2026-11-20; both included
	Ended    string // ended in this month, 2026-11
	Timely   string // "yes" or "no": of what ended, whether all times were kept
	Category string
	Channel  string
	Rating   string // "1" to "5", "low" (1, 2), "good" (4, 5) or "any": how the citizen found the answer
	Query    string // words, or a reference
	Whole    bool   // of Query, no word is only the beginning of one
	Nameless bool   // of Query, no word names a sender: a program is shown nobody
	After    string
	Limit    int
}

// The Wanted.State that leaves the state open, and the one of everything that ended.
const (
	AnyState   = "any"
	EndedState = "ended"
)

// maxShelves bounds how many queues one list reads.
const maxShelves = 4000

// SoonDays is how near a due date is called soon.
const SoonDays = 3

// List returns the cases this person may see, by due time (newest first for a search), and the cursor to go on.
func (d *Desk) List(ctx context.Context, who office.Staff, w Wanted) ([]*Case, string, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, "", err
	}
	now := d.now()
	f, err := d.filter(sight{o, who, now}, w)
	if err != nil {
		return nil, "", err
	}
	return d.list(ctx, sight{o, who, now}, f, w)
}

// sight is who looks, at which moment, in which office.
type sight struct {
	o   *office.Office
	who office.Staff
	now time.Time
}

// may reports whether the person sees the case, and it is what the filter looks for.
func (s sight) may(f Filter, c *Case) bool {
	return s.o.May(s.who, office.See, c.File(), s.now) && (f.looks == nil || f.looks(c))
}

// list reads one page of a filter.
func (d *Desk) list(ctx context.Context, s sight, f Filter, w Wanted) ([]*Case, string, error) {
	if f.never {
		return nil, "", nil
	}
	if ref, ok := trackcode.ParseReference(w.Query); ok {
		found, err := d.one(ctx, s, ref, f, f.shared(s.who))
		if err != nil || len(found) > 0 {
			return found, "", err
		} // the number of a paper may look like a reference
	}
	cs, next, err := d.look(ctx, s.who, f)
	if err != nil {
		return nil, "", err
	}
	return slices.DeleteFunc(cs, func(c *Case) bool { return !s.may(f, c) }), next, nil
}

// own reports whether the list is of what this person has himself; he may see it wherever it lies.
func (f Filter) own(who office.Staff) bool { return f.Assignee == who.ID && len(f.Shelves) == 0 }

// one finds a case by its reference, where it meets the other conditions. One that is shared with the person may lie anywhere.
func (d *Desk) one(ctx context.Context, s sight, ref string, f, shared Filter) ([]*Case, error) {
	c, err := d.seen(ctx, s.o, s.who, ref)
	switch {
	case CodeOf(err) == NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case !f.Holds(c) && !shared.Holds(c), !s.may(f, c):
		return nil, nil
	}
	return []*Case{c}, nil
}

// Holds reports whether the case meets all conditions but the words.
func (f Filter) Holds(c *Case) bool {
	return !f.never && f.holdsPlace(c) && f.holdsWork(c) && f.holdsTimes(c) && f.holdsScore(c)
}

// among reports whether the value is one of those named, or none is named.
func among[T comparable](named []T, v T) bool { return len(named) == 0 || slices.Contains(named, v) }

// is reports whether the value is the named one, or none is named.
func is[T comparable](named, v T) bool {
	var none T
	return named == none || named == v
}

func (f Filter) holdsPlace(c *Case) bool {
	return among(f.Shelves, c.Shelf) && is(f.Assignee, c.Assignee) && among(f.Holders, c.Assignee) &&
		(f.Helper == "" || slices.Contains(c.Helpers, f.Helper)) && among(f.Doubts, c.Doubt)
}

func (f Filter) holdsWork(c *Case) bool {
	lane := f.AnyLane || f.Ended && c.Lane != law.LaneOpen || !f.Ended && c.Lane == f.Lane
	return lane && is(f.State, c.State) && among(f.States, c.State) && among(f.Standing, c.Standing) && is(f.Kind, c.Kind) &&
		is(f.Category, c.Category) && is(f.Channel, c.Channel) && (!f.Replied || c.RepliedAt != nil)
}

func (f Filter) holdsTimes(c *Case) bool {
	return (f.DueFrom == nil || c.Rank >= f.DueFrom.UnixMilli()) && (f.DueTo == nil || c.Rank < f.DueTo.UnixMilli()) &&
		(f.From == nil || !c.ReceivedAt.Before(*f.From)) && (f.To == nil || c.ReceivedAt.Before(*f.To))
}

func (f Filter) holdsScore(c *Case) bool {
	return len(f.Score) == 0 || c.Satisfaction != nil && c.Satisfaction.Score >= f.Score[0] && c.Satisfaction.Score <= f.Score[1]
}

// filter turns wishes into conditions, within the shelves that rights open. What it does not know is refused.
func (d *Desk) filter(s sight, w Wanted) (Filter, error) {
	p := problems{}
	f := Filter{After: w.After, Limit: w.Limit, Kind: law.Kind(w.Kind), Assignee: w.Assignee, Category: w.Category, Channel: w.Channel, whole: w.Whole}
	if q := vntext.Terms(w.Query); len(q) > 0 {
		f.Words = q[:min(len(q), 8)]
		f.Marks = vntext.MarksOf(w.Query, f.Begins())
		if !w.Nameless {
			d.asks(&f, s, w.Query)
		}
	}
	p.add(w.Kind != "" && !f.Kind.Known(), "kind", "error.field.kind")
	if w.Assignee == "me" {
		f.Assignee = s.who.ID
	}
	known, _ := s.o.Staff(f.Assignee)
	p.add(f.Assignee != "" && known.ID == "", "assignee", "error.field.staff")
	v, ok := viewNamed(w.View)
	p.add(!ok, "view", "error.field.view")
	if v.mine {
		p.add(w.Assignee != "" && f.Assignee != s.who.ID, "assignee", "error.field.view_mine")
		f.Assignee = s.who.ID
	}
	f.shelves(s.o, s.who, w, s.now, p)
	f.states(w, v, p)
	f.score(w.Rating, p)
	f.days(w, p)
	f.ends(w, p)
	f.due(s.now, w.Due, p)
	v.narrow(&f, s, p)
	p.add(w.Limit < 0 || w.Limit > 200, "limit", "error.field.limit")
	return f, p.err()
}

// shelves limits the list to what rights open, and to the unit that is asked for. One's own cases may lie anywhere.
func (f *Filter) shelves(o *office.Office, who office.Staff, w Wanted, now time.Time, p problems) {
	f.unit = w.Unit
	own := f.Assignee == who.ID && who.ID != ""
	if !own {
		f.Shelves = o.Shelves(who, now)
	}
	if w.Unit == "" {
		p.add(len(f.Shelves) > maxShelves, "unit", "error.field.unit_wide")
		return
	}
	_, ok := o.Unit(w.Unit)
	p.add(!ok, "unit", "error.field.unit")
	if unit := office.UnitShelves(w.Unit); own {
		f.Shelves = unit
	} else {
		f.Shelves = slices.DeleteFunc(f.Shelves, func(s string) bool { return !slices.Contains(unit, s) })
	}
}

// states narrows the list to open cases, to what ended, to one state, or, for a search, to nothing.
func (f *Filter) states(w Wanted, v view, p problems) {
	f.Ended = w.State == EndedState || w.State == "" && (v.ended || w.Ended != "" || w.Timely != "")
	switch {
	case f.Ended:
	case w.State == string(law.LaneOpen), w.State == "" && (len(f.Words) == 0 || v.open()):
		f.Lane = law.LaneOpen
	case w.State == "", w.State == AnyState:
		p.add(len(f.Words) == 0, "state", "error.field.state_any")
		f.AnyLane = true
	default:
		f.State = law.State(w.State)
		f.Lane = f.State.Lane()
		p.add(!slices.Contains(law.States(), f.State), "state", "error.field.state")
	}
	p.add(v.open() && (f.Ended || f.Lane != law.LaneOpen) && w.State != AnyState, "state", "error.field.view_open")
	p.add(v.ended && f.Lane == law.LaneOpen, "state", "error.field.view_ended")
}

// due narrows the list to a span of due times.
func (f *Filter) due(now time.Time, due string, p problems) {
	soon := now.AddDate(0, 0, SoonDays)
	if due != "" {
		p.add(f.Ended || !f.AnyLane && f.Lane != law.LaneOpen, "due", "error.field.due_open")
		f.AnyLane, f.Lane = false, law.LaneOpen
	}
	switch due {
	case "":
	case "overdue":
		f.before(now)
	case "soon":
		f.since(now)
		f.before(soon)
	case "later":
		f.since(soon)
	default:
		p.add(true, "due", "error.field.due")
	}
}

// since and before narrow the span of due times.
func (f *Filter) since(at time.Time) {
	if f.DueFrom == nil || f.DueFrom.Before(at) {
		f.DueFrom = &at
	}
}

func (f *Filter) before(at time.Time) {
	if f.DueTo == nil || f.DueTo.After(at) {
		f.DueTo = &at
	}
}

// days narrows the list to what was received between two days.
func (f *Filter) days(w Wanted, p problems) {
	day := func(field, text string, more int) *time.Time {
		if text == "" {
			return nil
		}
		at, err := time.ParseInLocation(time.DateOnly, text, Vietnam)
		p.add(err != nil, field, "error.field.date")
		at = at.AddDate(0, 0, more).UTC()
		return &at
	}
	f.From, f.To = day("from", w.From, 0), day("to", w.To, 1)
}

// ends narrows the list to what ended in a month, in time or late. Ended cases rank by when they ended.
func (f *Filter) ends(w Wanted, p problems) {
	if w.Ended != "" {
		from, err := time.ParseInLocation("2006-01", w.Ended, Vietnam)
		p.add(err != nil, "ended", "error.field.month")
		p.add(!f.Ended && f.Lane == law.LaneOpen, "ended", "error.field.view_ended")
		f.since(time.UnixMilli(1 - from.AddDate(0, 1, 0).UnixMilli()))
		f.before(time.UnixMilli(1 - from.UnixMilli()))
	}
	switch w.Timely {
	case "":
		return
	case "yes":
		f.Standing = []WhoseTurn{InTime}
	case "no":
		f.Standing = []WhoseTurn{Belatedly}
	default:
		p.add(true, "timely", "error.field.choice")
	}
	p.add(!f.Ended && f.Lane == law.LaneOpen, "timely", "error.field.view_ended")
}

// scores are what a rating may be asked for by name.
var scores = map[string][]int{"1": {1, 1}, "2": {2, 2}, "3": {3, 3}, "4": {4, 4}, "5": {5, 5}, "low": {1, 2}, "good": {4, 5}, "any": {1, 5}}

func (f *Filter) score(name string, p problems) {
	if name == "" {
		return
	}
	f.Score = scores[name]
	p.add(f.Score == nil, "rating", "error.field.score")
}
