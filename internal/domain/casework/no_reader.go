package casework

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// cry raises the alarm when an open case has nobody to lead it on, and lowers it when it has one again. It records what it does.
func (d *Desk) cry(ctx context.Context, o *office.Office, c *Case, now time.Time) {
	flagged := slices.Contains(c.Flags, law.NoReader)
	if c.State.Ended() || o.Led(c.File(), now) {
		if flagged {
			c.Flags = slices.DeleteFunc(slices.Clone(c.Flags), func(f string) bool { return f == law.NoReader })
			c.record(history.Entry{At: now, Actor: history.BySystem, What: "reader_found", Data: map[string]string{"state": string(c.State)}})
		}
		return
	}
	if flagged && now.Before(c.criedAt().AddDate(0, 0, law.WeekDays)) {
		return
	}
	if !flagged {
		c.Flags = append(slices.Clone(c.Flags), law.NoReader)
	}
	to := strings.Join(keepers(o, c, now), ",")
	d.Log.ErrorContext(ctx, "nobody may lead a case on: the superior authority must take it", "case", c.ID)
	c.record(history.Entry{At: now, Actor: history.BySystem, What: warned, Data: compact(map[string]string{
		"clock": string(law.WholeCase), "step": law.NoReader, "level": strconv.Itoa(law.StepNoReader.Level), "steps": string(law.WholeCase) + "/" + law.NoReader,
		"to": to, toKey(law.WholeCase): to, "state": string(c.State),
	})})
}

// criedAt is when the alarm was raised last.
func (c *Case) criedAt() time.Time {
	for _, e := range slices.Backward(c.History) {
		if e.What == warned && e.Data["step"] == law.NoReader {
			return e.At
		}
	}
	return time.Time{}
}

// keepers are those who can find a reader: administrators and inspection whom the case is not about; where it is about all of
// them, the administrators all the same, for the reference opens nothing and somebody must know.
func keepers(o *office.Office, c *Case, now time.Time) []string {
	var clear, all []string
	for _, s := range o.AllStaff() {
		if s.Has(office.Admin) || s.Has(office.Inspector) {
			all = append(all, s.ID)
			if !o.Barred(s, c.File(), now) {
				clear = append(clear, s.ID)
			}
		}
	}
	if len(clear) > 0 {
		return clear
	}
	return all
}

// healBatch bounds one step of Heal.
const healBatch = 200

// Heal looks for open cases that nobody may lead on, after people left, heads changed, or letters named everybody: each is
// routed anew, and where that finds nobody the alarm is raised. It returns how many cases it changed. Only those cases are
// looked at for which it can be in doubt: denunciations, cases about somebody, and whatever lies where nobody of the office
// reads.
func (d *Desk) Heal(ctx context.Context) (int, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return 0, err
	}
	total := 0
	err = pages(func(after string) ([]*Case, string, error) { return d.Cases.Wary(ctx, after, healBatch) }, func(cs []*Case) error {
		n, err := d.heal(ctx, o, cs)
		total += n
		return err
	})
	if dark := o.Dark(d.now()); err == nil && len(dark) > 0 {
		err = pages(func(after string) ([]*Case, string, error) {
			return d.Cases.List(ctx, Filter{Shelves: dark, Lane: law.LaneOpen, After: after, Limit: healBatch})
		}, func(cs []*Case) error {
			n, err := d.heal(ctx, o, cs)
			total += n
			return err
		})
	}
	return total, err
}

// pages reads page after page.
func pages(read func(after string) ([]*Case, string, error), each func([]*Case) error) error {
	for after := ""; ; {
		cs, next, err := read(after)
		if err == nil && len(cs) > 0 {
			err = each(cs)
		}
		if err != nil || next == "" {
			return err
		}
		after = next
	}
}

func (d *Desk) heal(ctx context.Context, o *office.Office, cs []*Case) (int, error) {
	now := d.now()
	var changed []*Case
	var failed error
	for _, was := range cs {
		if was.State == law.Received || o.Led(was.File(), now) && !slices.Contains(was.Flags, law.NoReader) {
			continue
		}
		c := was.Clone()
		if err := d.findReader(ctx, o, c, now); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		if len(c.History) == len(was.History) {
			continue
		}
		c.V++
		c.fold(d.ladder())
		changed = append(changed, c)
	}
	if len(changed) == 0 {
		return 0, failed
	}
	var done []*Case
	for i, err := range d.Cases.Replace(ctx, changed...) {
		switch {
		case err == nil:
			done = append(done, changed[i])
		case !errors.Is(err, ErrStale): // somebody changed it: the next look sees it as it is then
			failed = errors.Join(failed, err)
		}
	}
	d.Announce.Announce(done...)
	return len(done), failed
}

// findReader routes a case anew that nobody may lead on, to the head of its authority if need be, and raises or lowers the alarm.
func (d *Desk) findReader(ctx context.Context, o *office.Office, c *Case, now time.Time) error {
	if !o.Led(c.File(), now) {
		sub, err := d.routingSubject(ctx, c)
		if err != nil {
			return err
		}
		for _, dec := range []office.Decision{o.Route(sub, now), o.Refuge(sub, now)} {
			if c.moveTo(o, dec, now) {
				break
			}
		}
	}
	d.cry(ctx, o, c, now)
	return nil
}

// moveTo puts the case where routing decided, if somebody may lead it on there.
func (c *Case) moveTo(o *office.Office, dec office.Decision, now time.Time) bool {
	data := map[string]string{}
	n := c.Clone()
	n.lieWith(dec, data)
	if !o.Led(n.File(), now) {
		return false
	}
	n.dropBarred(o, now)
	if n.Assignee != "" && n.State == law.Triage {
		n.State = law.Assigned
	}
	data["state"] = string(n.State)
	*c = *n
	c.record(history.Entry{At: now, Actor: history.BySystem, What: "assigned", Data: compact(data)})
	return true
}
