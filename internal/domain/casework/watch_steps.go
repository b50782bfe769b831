package casework

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Post is whom a step of the watch speaks to, seen from the case.
type Post string

// The posts.
const (
	ToOfficer   Post = "officer"   // người thụ lý
	ToHead      Post = "head"      // thủ trưởng đơn vị, or who acts for him
	ToSuperior  Post = "superior"  // thủ trưởng cấp trên trực tiếp
	ToAuthority Post = "authority" // chủ tịch Ủy ban nhân dân
	ToReception Post = "reception" // bộ phận tiếp nhận, while nobody has the case
	ToInspector Post = "inspector" // Thanh tra, Ban Thanh tra nhân dân
	ToKeepers   Post = "keepers"   // quản trị and inspection, by the reference alone
)

// WatchStep (bậc nhắc việc) is one row of the ladder: when, and who is told.
type WatchStep struct {
	Name     string
	Level    int    // how high it stands; a higher one speaks for those below it
	Percent  int    // of the time between a clock's start and its end
	Target   bool   // at the internal target, where it comes before the end
	Workdays int    // after the end, or after the last move since
	Weekly   bool   // after all others, again and again
	To       []Post // of a case that somebody has
	Waiting  []Post // of a case that nobody has
	Source   string
	Sure     bool
}

// own is the source of the office's own rules.
const own = "quy định của cơ quan"

// watchSteps is the ladder of every clock.
var watchSteps = []WatchStep{
	{Name: "half", Level: 1, Percent: 50, To: []Post{ToOfficer}, Waiting: []Post{ToReception}, Source: own},
	{Name: "most", Level: 2, Percent: 80, To: []Post{ToOfficer, ToHead}, Waiting: []Post{ToReception}, Source: own},
	{Name: "target", Level: 3, Target: true, To: []Post{ToOfficer}, Waiting: []Post{ToReception}, Source: own},
	{
		Name: "due", Level: 4, Percent: 100, To: []Post{ToOfficer, ToHead, ToSuperior},
		Waiting: []Post{ToReception, ToAuthority}, Source: own,
	},
	{Name: "late_first", Level: 5, Workdays: 1, To: []Post{ToHead, ToSuperior}, Waiting: []Post{ToReception, ToAuthority}, Source: own},
	{Name: "late_second", Level: 6, Workdays: 3, To: []Post{ToSuperior, ToAuthority}, Waiting: []Post{ToAuthority, ToInspector}, Source: own},
	{Name: "late_third", Level: 7, Workdays: 7, To: []Post{ToAuthority, ToInspector}, Waiting: []Post{ToAuthority, ToInspector}, Source: own},
	{
		Name: "weekly", Level: 8, Weekly: true, To: []Post{ToOfficer, ToHead, ToSuperior, ToInspector},
		Waiting: []Post{ToReception, ToAuthority, ToInspector}, Source: own,
	},
}

// ended is the one step of a clock that is the citizen's: the officer learns that it is over.
var ended = WatchStep{Name: "ended", Level: 1, Percent: 100, To: []Post{ToOfficer}, Waiting: []Post{ToReception}, Source: own}

// idle reminds of an open case on which no clock of the office runs.
var idle = WatchStep{Name: "idle", Level: 1, Weekly: true, To: []Post{ToOfficer, ToHead}, Waiting: []Post{ToReception}, Source: own}

// untouched flags a letter that nobody touched: a ground for discipline, so it is told once and above.
var untouched = WatchStep{
	Name: "untouched", Level: 9, To: []Post{ToSuperior, ToInspector}, Waiting: []Post{ToAuthority, ToInspector},
	Source: "Nghị định 154/2026 Đ.41.3b", Sure: true,
}

const (
	untouchedDays = 45
	week          = 7
	// WholeCase stands where a step is about no clock in particular.
	WholeCase ClockName = "case"
)

// WatchSteps returns a copy of the ladder, with what stands beside it.
func WatchSteps() []WatchStep {
	return append(slices.Clone(watchSteps), ended, idle, untouched, noReader, saidForced)
}

// moment is when a step of a clock comes.
type moment struct {
	at    time.Time
	clock ClockName
	due   time.Time
	step  WatchStep
}

// ladder is what the steps are counted with: the days of the law, and the office's own distances after a limit's end.
type ladder struct {
	days Calendar
	own  []int // working days of the steps after the end, in their order; shorter or empty: as in the table
}

func (d *Desk) ladder() ladder { return ladder{d.Calendar(), d.Terms.Ladder} }

// late is when a step after the end comes.
func (l ladder) late(from time.Time, s WatchStep) time.Time {
	at, _ := l.days.Workdays(from, l.distance(s))
	return at
}

// distance is how many working days after the end the step comes.
func (l ladder) distance(s WatchStep) int {
	if i := s.Level - firstLate; i < len(l.own) {
		return l.own[i]
	}
	return s.Workdays
}

// firstLate is the level of the first step after the end.
const firstLate = 5

// stamp is a moment as documents keep it.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// watchAt is when the deadline watch must look at the case next; an open case always has such a time.
func (c *Case) watchAt(l ladder) *time.Time {
	first := slices.MinFunc(c.steps(l), func(a, b moment) int { return a.at.Compare(b.at) })
	return &first.at
}

// steps lists what has not been said yet of an open case, past and to come: the limit that ends first first, then in the
// order of time. It is never empty, and follows from the clocks and the history alone.
func (c *Case) steps(l ladder) []moment {
	told, moved, touched := c.lastSaid()
	var out []moment
	for _, k := range c.Clocks {
		if k.Runs() {
			since := told
			if k.Warned == 0 {
				since = time.Time{}
			}
			out = append(out, k.steps(l, since, moved)...)
		}
	}
	if len(out) == 0 {
		last := c.History[len(c.History)-1].At
		out = append(out, moment{at: stamp(last.AddDate(0, 0, week)), clock: WholeCase, step: idle})
	}
	if !touched && !slices.Contains(c.Flags, untouched.Name) {
		out = append(out, moment{at: stamp(c.ReceivedAt.AddDate(0, 0, untouchedDays)), clock: WholeCase, step: untouched})
	}
	slices.SortStableFunc(out, func(a, b moment) int { return cmp.Or(a.due.Compare(b.due), a.at.Compare(b.at)) })
	return out
}

// lastSaid looks through the history: when the watch spoke last, when staff last moved the case, and whether anybody of
// the staff ever handled it: looking at a letter, assigning it and entering it in a book is not handling it (Nghị định
// 154/2026 Đ.41.3b).
func (c *Case) lastSaid() (told, moved time.Time, touched bool) {
	for _, e := range c.History {
		switch {
		case e.What == warned && (e.Data["step"] == NoReader || e.Data["step"] == SaidForced): // says nothing of any limit
		case e.What == warned:
			told = e.At
		case strings.HasPrefix(e.Actor, ByStaff("")):
			touched = touched || handling[e.What]
			if e.Data["state"] != "" {
				moved = e.At
			}
		}
	}
	return told, moved, touched
}

// handling are the events of staff's moves that deal with a letter.
var handling = handlingEvents()

func handlingEvents() map[string]bool {
	out := map[string]bool{}
	for _, m := range slices.Concat(takingIn, resolving) {
		if m.By == Staff && m.Name != "assign" && m.Name != "register" && m.Name != "hand_up" {
			out[m.Past] = true
		}
	}
	return out
}

// steps lists the moments of the clock that come after since. While nothing happens the ladder climbs from the clock's end;
// a move begins it anew.
func (k Clock) steps(l ladder, since, moved time.Time) []moment {
	var out []moment
	add := func(s WatchStep, at time.Time) {
		if at = stamp(at); at.After(since) {
			out = append(out, moment{at: at, clock: k.Name, due: k.Due, step: s})
		}
	}
	if !k.Name.Owed() {
		add(ended, k.Due)
		return out
	}
	from := k.Due
	if moved.After(from) {
		from = moved
	}
	for _, s := range watchSteps {
		switch {
		case s.Percent > 0:
			add(s, k.Start.Add(k.Due.Sub(k.Start)/100*time.Duration(s.Percent)))
		case s.Target:
			if k.Target.Before(k.Due) && k.Target.After(k.Start) {
				add(s, k.Target)
			}
		case s.Workdays > 0:
			add(s, l.late(from, s))
		case s.Weekly && len(out) == 0:
			add(s, since.AddDate(0, 0, week))
		}
	}
	return out
}

// watchValues are the steps of the ladder, which the office may choose.
func watchValues(_ context.Context, d *Desk) ([]Value, error) {
	var out []Value
	for _, s := range watchSteps {
		v := Value{ID: "watch/" + s.Name, What: "notice." + s.Name, Source: s.Source, Sure: s.Sure}
		switch {
		case s.Workdays > 0:
			v.Value = strconv.Itoa(d.ladder().distance(s)) + " unit.workdays"
		case s.Percent > 0:
			v.Value = strconv.Itoa(s.Percent) + "%"
		default:
			continue
		}
		out = append(out, v)
	}
	return out, nil
}
