package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/workday"
)

// CalendarChange is what an administrator wants of the calendar. A pair of swapped days (hoán đổi) is two days in Set.
type CalendarChange struct {
	Set    []workday.Day
	Remove []string // dates
}

// Shift is one clock that a change of the calendar moves. The reference of a denunciation is left out: an administrator
// learns of none.
type Shift struct {
	Ref      string
	Clock    law.ClockName
	From, To time.Time // the due times; equal where only the internal target moves
}

// Preview is what a change would do. Only with its token the change can be made.
type Preview struct {
	Shifts []Shift // the first of them
	Clocks int
	Cases  int
	Token  string
}

// CalendarJob is a change that has been made and is being carried into the cases. It is kept for good: who changed what,
// when.
type CalendarJob struct {
	ID    string     `bson:"_id"` // the token of the preview
	V     int64      `bson:"v"`
	By    string     `bson:"by"`
	At    time.Time  `bson:"at"`
	Days  []DayRow   `bson:"days"`
	Open  *time.Time `bson:"open,omitempty"` // until it is done: see ContinueCalendar
	Done  *time.Time `bson:"done,omitempty"`
	Moved int        `bson:"moved"` // cases
}

const (
	shownShifts = 100
	mostDays    = 100 // of one change
	// settles is how long after a change somebody may still have counted by the calendar before it.
	settles = 10 * time.Second
)

// PreviewCalendar tells which clocks of open cases a change would move, and changes nothing.
func (d *Desk) PreviewCalendar(ctx context.Context, who office.Staff, ch CalendarChange) (Preview, error) {
	p, _, err := d.planCalendar(ctx, who, ch)
	return p, err
}

// ApplyCalendar makes a change that was previewed. The days are kept, then every case is changed on its own; what a crash
// or the end of the request leaves over, the sweep finishes.
func (d *Desk) ApplyCalendar(ctx context.Context, who office.Staff, ch CalendarChange, token string) (*CalendarJob, error) {
	p, changed, err := d.planCalendar(ctx, who, ch)
	if err != nil {
		return nil, err
	}
	if p.Token != token {
		return nil, conflict("error.calendar_preview")
	}
	now := d.now()
	job := &CalendarJob{ID: token, V: 1, By: who.ID, At: now, Days: changed, Open: &now}
	err = d.Days.InsertJob(ctx, job)
	if _, again := errors.AsType[*TakenError](err); again {
		return nil, conflict("error.calendar_preview")
	}
	if err != nil {
		return nil, err
	}
	if err := d.carry(ctx, job); err != nil && ctx.Err() == nil {
		return job, err
	}
	return job, nil
}

// ContinueCalendar carries changes on that are under way, and returns how many cases moved. A change is done when a
// whole look at the open cases, begun after everybody counts by the new calendar, finds none to move.
func (d *Desk) ContinueCalendar(ctx context.Context) (int, error) {
	jobs, err := d.Days.OpenJobs(ctx)
	if err != nil {
		return 0, err
	}
	moved := 0
	for _, j := range jobs {
		before, began := j.Moved, d.now()
		if err := d.carry(ctx, j); err != nil {
			return moved, err
		}
		moved += j.Moved - before
		if j.Moved == before && began.Sub(j.At) > settles {
			j.Open, j.Done = nil, &began
			if err := d.Days.PutJob(ctx, j); err != nil {
				return moved, err
			}
		}
	}
	return moved, nil
}

// carry keeps the job's days and moves the clocks they touch. It may run any number of times.
func (d *Desk) carry(ctx context.Context, j *CalendarJob) error {
	if err := d.Days.PutDays(ctx, j.Days...); err != nil {
		return err
	}
	rows, err := d.Days.DayRows(ctx)
	if err != nil {
		return err
	}
	cal, err := NewCalendar(rows)
	if err != nil {
		return err
	}
	moved := 0
	err = d.Days.EachOpen(ctx, func(cs []*Case) error {
		n, err := d.shiftAll(ctx, j, cal, cs)
		moved += n
		return err
	})
	j.Moved += moved
	if moved > 0 {
		err = errors.Join(err, d.Days.PutJob(context.WithoutCancel(ctx), j))
	}
	return err
}

// shiftAll moves the clocks of cases as they were read, each case on its own; one that somebody changed meanwhile is read
// again. It returns how many moved.
func (d *Desk) shiftAll(ctx context.Context, j *CalendarJob, cal Calendar, cs []*Case) (int, error) {
	var changed, done []*Case
	for _, was := range cs {
		c := was.Clone()
		if d.recountBy(c, j, cal) {
			c.V++
			c.fold(d.ladder())
			changed = append(changed, c)
		}
	}
	if len(changed) == 0 {
		return 0, nil
	}
	moved := 0
	var failed error
	for i, err := range d.Cases.Replace(ctx, changed...) {
		if err == nil {
			done = append(done, changed[i])
			continue
		}
		if errors.Is(err, ErrStale) {
			var did bool
			if did, err = d.shift(ctx, j, cal, changed[i].ID); did {
				moved++
			}
		}
		failed = errors.Join(failed, err)
	}
	d.Announce.Announce(done...)
	return moved + len(done), failed
}

var errUnmoved = errors.New("no clock moves")

// shift moves the clocks of one case as it is now.
func (d *Desk) shift(ctx context.Context, j *CalendarJob, cal Calendar, id string) (bool, error) {
	read := func() (*Case, error) { return d.Cases.Get(ctx, id) }
	_, err := d.change(ctx, read, func(c *Case) error {
		if c.Lane != law.LaneOpen || !d.recountBy(c, j, cal) {
			return errUnmoved
		}
		return nil
	})
	if errors.Is(err, errUnmoved) || CodeOf(err) == NotFound {
		return false, nil
	}
	return err == nil, err
}

// recountBy moves the clocks that the job touches, each with an entry in the history, and reports whether there was one.
// The entry is the system's: nobody of the staff has touched the case, and the watch goes on as if nothing had been done.
func (d *Desk) recountBy(c *Case, j *CalendarJob, cal Calendar) bool {
	touched, now := spanOf(j.Days), d.now()
	shifts := touched.shifts(c, cal)
	for i := range c.Clocks {
		k, to := &c.Clocks[i], shifts[i]
		if to.due.IsZero() {
			continue
		}
		c.record(history.Entry{At: now, Actor: history.BySystem, What: "calendar_changed", Data: map[string]string{
			"clock": string(k.Name), "from": dateOf(k.Due), "to": dateOf(to.due), "reason": touched.source, "by": j.By,
		}})
		if to.due.Before(now) && !k.Due.Before(now) {
			k.Warned = 0 // late by the change: the watch speaks of all that was missed
		}
		k.Due, k.Target = to.due, to.target
	}
	return len(shifts) > 0
}

// planCalendar checks a change and finds what it would do: the preview and the rows that change.
func (d *Desk) planCalendar(ctx context.Context, who office.Staff, ch CalendarChange) (Preview, []DayRow, error) {
	if err := mayKeepCalendar(who); err != nil {
		return Preview{}, nil, err
	}
	if err := ch.check(); err != nil {
		return Preview{}, nil, err
	}
	rows, err := d.Days.DayRows(ctx)
	if err != nil {
		return Preview{}, nil, err
	}
	changed, err := ch.rows(rows, who.ID, d.now())
	if err != nil {
		return Preview{}, nil, err
	}
	cal, err := NewCalendar(merged(rows, changed))
	if err != nil {
		return Preview{}, nil, err
	}
	var p Preview
	touched := spanOf(changed)
	err = d.Days.EachOpen(ctx, func(cs []*Case) error {
		for _, c := range cs {
			p.see(c, touched.shifts(c, cal))
		}
		return nil
	})
	p.Token = ch.token(rows, p.Clocks)
	return p, changed, err
}

func (p *Preview) see(c *Case, shifts map[int]ends) {
	if len(shifts) > 0 {
		p.Cases++
	}
	for i, k := range c.Clocks {
		if to, ok := shifts[i]; ok {
			p.add(c, k, to)
		}
	}
}

func (p *Preview) add(c *Case, k Clock, to ends) {
	p.Clocks++
	if len(p.Shifts) >= shownShifts {
		return
	}
	s := Shift{Ref: c.Ref, Clock: k.Name, From: k.Due, To: to.due}
	if c.Kind.Secret() {
		s.Ref = ""
	}
	p.Shifts = append(p.Shifts, s)
}

// token binds a confirmation to what was previewed: the change, the table it was made on, and how many clocks move.
func (ch CalendarChange) token(rows []DayRow, clocks int) string {
	h := sha256.New()
	versions := make(map[string]int64, len(rows))
	for _, r := range rows {
		versions[r.Date] = r.V
	}
	err := json.NewEncoder(h).Encode([]any{ch, versions, clocks})
	if err != nil { // texts and numbers always encode
		return ""
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// check reports everything that is wrong with the change by itself.
func (ch CalendarChange) check() error {
	p := problems{}
	seen := map[string]bool{}
	date := func(text string) {
		t, err := time.Parse(time.DateOnly, text)
		p.add(err != nil || t.Year() < firstYear || t.Year() > lastYear || seen[text], "date", "error.field.date")
		seen[text] = true
	}
	for _, day := range ch.Set {
		date(day.Date)
		known := []workday.Kind{workday.Holiday, workday.Compensatory, workday.SwapOff, workday.SwapWork}
		p.add(!slices.Contains(known, day.Kind), "kind", "error.field.day_kind")
		p.add(day.Kind == workday.SwapWork && !weekend(day.Date), "date", "error.field.swap_work")
		p.add(day.Name == "" || len(day.Name) > 200, "name", "error.field.required")
		p.add(day.Source == "" || len(day.Source) > 400, "source", "error.field.required")
	}
	for _, text := range ch.Remove {
		date(text)
	}
	p.add(len(seen) == 0 || len(seen) > mostDays, "date", "error.field.date")
	return p.err()
}

func weekend(date string) bool {
	t, err := time.Parse(time.DateOnly, date)
	return err == nil && (t.Weekday() == time.Saturday || t.Weekday() == time.Sunday)
}

// rows are the rows that change: those asked for, and for a year nobody has entered yet those of the law beside them.
func (ch CalendarChange) rows(table []DayRow, by string, at time.Time) ([]DayRow, error) {
	cal, err := NewCalendar(table)
	if err != nil {
		return nil, err
	}
	years := map[int]bool{}
	for _, day := range ch.Set {
		years[yearOf(day.Date)] = true
	}
	for _, date := range ch.Remove {
		years[yearOf(date)] = true
	}
	var base []DayRow
	for year := range years {
		if !cal.Holds(year) {
			base = append(base, missing(table, year)...)
		}
	}
	table = merged(table, base)
	changed := base
	for _, day := range ch.Set {
		was, _ := rowAt(table, day.Date)
		r := RowOf(day)
		r.V, r.By, r.At = was.V+1, by, &at
		changed = merged(changed, []DayRow{r})
	}
	for _, date := range ch.Remove {
		r, ok := rowAt(table, date)
		if !ok || r.Removed {
			return nil, &Error{Code: Invalid, Key: "error.invalid", Fields: map[string]string{"date": "error.field.no_day"}}
		}
		r.V, r.By, r.At, r.Removed = r.V+1, by, &at, true
		changed = merged(changed, []DayRow{r})
	}
	return changed, nil
}

func rowAt(rows []DayRow, date string) (DayRow, bool) {
	i := slices.IndexFunc(rows, func(r DayRow) bool { return r.Date == date })
	if i < 0 {
		return DayRow{}, false
	}
	return rows[i], true
}

// merged puts rows over those of the same date.
func merged(table, over []DayRow) []DayRow {
	out := slices.DeleteFunc(slices.Clone(table), func(r DayRow) bool { _, ok := rowAt(over, r.Date); return ok })
	return append(out, over...)
}

// span is the time between the first and the last of some days, and where they stand written.
type span struct {
	from, to time.Time
	source   string
}

func spanOf(rows []DayRow) span {
	var s span
	for _, r := range rows {
		t, err := time.ParseInLocation(time.DateOnly, r.Date, Vietnam)
		if err != nil {
			continue
		}
		if s.from.IsZero() || t.Before(s.from) {
			s.from = t
		}
		if end := t.AddDate(0, 0, 1); end.After(s.to) {
			s.to = end
		}
		if r.By != "" {
			s.source = r.Source
		}
	}
	return s
}

type ends struct{ due, target time.Time }

// shifts are the unfinished clocks, by their place, that end at another time by the calendar and could have been touched
// by the days: all others are left as they are.
func (s span) shifts(c *Case, cal Calendar) map[int]ends {
	var out map[int]ends
	for i, k := range c.Clocks {
		if k.Done != nil || k.Days == 0 || !k.Start.Before(s.to) || k.Due.Before(s.from) {
			continue
		}
		var to ends
		if k.Workdays {
			to.due, to.target = cal.Workdays(k.Start, k.Days+k.Paused)
		} else {
			to.due, to.target = cal.Days(k.Start, k.Days+k.Paused)
		}
		if to.due.Equal(k.Due) && to.target.Equal(k.Target) {
			continue
		}
		if out == nil {
			out = map[int]ends{}
		}
		out[i] = to
	}
	return out
}

func dateOf(t time.Time) string { return t.In(Vietnam).Format(time.DateOnly) }
