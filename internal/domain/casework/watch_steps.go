package casework

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
)

// moment is when a step of a clock comes.
type moment struct {
	at    time.Time
	clock law.ClockName
	due   time.Time
	step  law.WatchStep
}

// ladder is what the steps are counted with: the days of the law, and the office's own distances after a limit's end.
type ladder struct {
	days Calendar
	own  []int // working days of the steps after the end, in their order; shorter or empty: as in the table
}

func (d *Desk) ladder() ladder { return ladder{d.Calendar(), d.Terms.Ladder} }

// late is when a step after the end comes.
func (l ladder) late(from time.Time, s law.WatchStep) time.Time {
	at, _ := l.days.Workdays(from, l.distance(s))
	return at
}

// distance is how many working days after the end the step comes.
func (l ladder) distance(s law.WatchStep) int {
	if i := s.Level - law.FirstLate; i < len(l.own) {
		return l.own[i]
	}
	return s.Workdays
}

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
		out = append(out, moment{at: stamp(last.AddDate(0, 0, law.WeekDays)), clock: law.WholeCase, step: law.StepIdle})
	}
	if !touched && !slices.Contains(c.Flags, law.StepUntouched.Name) {
		out = append(out, moment{at: stamp(c.ReceivedAt.AddDate(0, 0, law.UntouchedDays)), clock: law.WholeCase, step: law.StepUntouched})
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
		case e.What == warned && (e.Data["step"] == law.NoReader || e.Data["step"] == law.SaidForced): // says nothing of any limit
		case e.What == warned:
			told = e.At
		case strings.HasPrefix(e.Actor, history.ByStaff("")):
			touched = touched || law.Handles(e.What)
			if e.Data["state"] != "" {
				moved = e.At
			}
		}
	}
	return told, moved, touched
}

// steps lists the moments of the clock that come after since. While nothing happens the ladder climbs from the clock's end;
// a move begins it anew.
func (k Clock) steps(l ladder, since, moved time.Time) []moment {
	var out []moment
	add := func(s law.WatchStep, at time.Time) {
		if at = stamp(at); at.After(since) {
			out = append(out, moment{at: at, clock: k.Name, due: k.Due, step: s})
		}
	}
	if !k.Name.Owed() {
		add(law.StepEnded, k.Due)
		return out
	}
	from := k.Due
	if moved.After(from) {
		from = moved
	}
	for s := range law.EachStep {
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
			add(s, since.AddDate(0, 0, law.WeekDays))
		}
	}
	return out
}

// watchValues are the steps of the ladder, which the office may choose.
func watchValues(_ context.Context, d *Desk) ([]Value, error) {
	var out []Value
	for s := range law.EachStep {
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
