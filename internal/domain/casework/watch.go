package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// warned is the event of the watch: whom it told about which steps.
const warned = "warned"

// Watch (theo dõi thời hạn) looks at cases as they were read because their time had come: each gets one history entry that
// names every step it reached and whom it is told, the oldest limit first. Of several workers the one that writes first
// wins; the others are answered ErrStale and have done no harm. A case with nothing to say only gets its next time.
func (d *Desk) Watch(ctx context.Context, cs ...*Case) []error {
	errs := make([]error, len(cs))
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return fill(errs, err)
	}
	var looked []*Case
	var at []int
	now := d.now()
	for i, was := range cs {
		if was.WatchAt == nil || was.WatchAt.After(now) {
			continue
		}
		c := was.Clone()
		d.warn(ctx, o, c, now)
		c.V++
		c.fold(d.ladder())
		looked, at = append(looked, c), append(at, i)
	}
	if len(looked) == 0 {
		return errs
	}
	var done []*Case
	for i, err := range d.Cases.Replace(ctx, looked...) {
		if err != nil {
			errs[at[i]] = fmt.Errorf("watch case %s: %w", looked[i].ID, err)
			continue
		}
		if len(looked[i].History) > len(cs[at[i]].History) {
			done = append(done, looked[i])
		}
	}
	d.Announce.Announce(done...)
	return errs
}

// warn records the steps that the case has reached, if any. Steps missed while nobody watched are all named; each clock
// then speaks with its highest one, to everybody whom a missed one was for.
func (d *Desk) warn(ctx context.Context, o *office.Office, c *Case, now time.Time) {
	reached := slices.DeleteFunc(c.steps(d.ladder()), func(m moment) bool { return m.at.After(now) })
	if len(reached) == 0 {
		return
	}
	a := audience{o: o, c: c, now: now}
	data := map[string]string{}
	var names, all []string
	for _, m := range reached {
		names = append(names, string(m.clock)+"/"+m.step.Name)
		to := merge(fields(data[toKey(m.clock)]), a.of(m.step)...)
		data[toKey(m.clock)] = strings.Join(to, ",")
		all = merge(all, to...)
		c.noteStep(m)
	}
	top := slices.MaxFunc(reached, func(a, b moment) int { return cmp.Compare(a.step.Level, b.step.Level) })
	data["clock"], data["step"], data["level"] = string(top.clock), top.step.Name, strconv.Itoa(top.step.Level)
	data["steps"], data["to"] = strings.Join(names, ","), strings.Join(all, ",")
	if len(all) == 0 {
		d.Log.WarnContext(ctx, "a case is due and nobody may be told", "case", c.ID, "steps", data["steps"])
	}
	c.record(history.Entry{At: now, Actor: history.BySystem, What: warned, Data: compact(data)})
}

// noteStep keeps that a step was taken.
func (c *Case) noteStep(m moment) {
	if m.step.Name == law.StepUntouched.Name {
		c.Flags = append(slices.Clone(c.Flags), m.step.Name)
	}
	for i := range c.Clocks {
		if k := &c.Clocks[i]; k.Runs() && k.Name == m.clock {
			k.Warned++
		}
	}
}

// toKey names the list of those told about a clock in a warned entry.
func toKey(clock law.ClockName) string { return "to_" + string(clock) }

// fields splits a list of ids.
func fields(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// merge appends what is not there yet.
func merge(list []string, more ...string) []string {
	for _, s := range more {
		if s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}
