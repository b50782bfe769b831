package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"tiepdan/internal/bus"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/web"
	"tiepdan/pkg/pace"
	"tiepdan/pkg/turn"
)

// health is what the last look at this process found; anybody may ask for it, so it is kept for a second.
type health struct {
	turn  turn.Turn
	at    time.Time
	last  []web.Check
	since map[string]time.Time // when a check began to fail
}

const (
	healthFresh = time.Second
	healthTime  = 1500 * time.Millisecond
	leastRoom   = 64 << 20         // below that even letters may not be kept any more
	unroutedFor = 5 * time.Minute  // a case that waits for longer shows that routing stands still
	unsentFor   = 2 * time.Minute  // an event store that took nothing for longer stands still
	untoldFor   = 10 * time.Minute // a notice that was due for longer shows that its server is away
)

// ready looks at all that this process needs, by using it, and answers within two seconds.
func (a *App) ready(ctx context.Context) []web.Check {
	end, err := a.health.turn.Take(ctx)
	if err != nil {
		return []web.Check{{Name: "database", Failed: true}}
	}
	defer end()
	h := &a.health
	if h.last != nil && a.Now().Sub(h.at).Abs() < healthFresh {
		return h.last
	}
	checks := a.checks(context.WithoutCancel(ctx)) // the answer serves others too
	if h.since == nil {
		h.since = map[string]time.Time{}
	}
	for i := range checks {
		a.noteCheck(ctx, &checks[i])
	}
	h.at, h.last = a.Now(), checks
	return checks
}

// lookAround looks without being asked, so that the log tells of what fails when it does, and since when is true: once a minute as set.
func (a *App) lookAround(ctx context.Context) {
	for range pace.Every(ctx, 4*a.Config.Sweep) {
		a.ready(ctx)
	}
}

// warnHourly warns of what goes on failing once, and again when an hour has passed.
func (a *App) warnHourly(ctx context.Context, what string) func(error) {
	var told pace.Seldom
	return func(err error) {
		if told.Due(a.Now(), time.Hour) {
			a.Log.WarnContext(ctx, "something fails and is tried again; told again in an hour, and /staff/admin/health says what to do", "what", what, "error", err)
		}
	}
}

// noteCheck keeps since when a check fails, and tells the log of each change once.
func (a *App) noteCheck(ctx context.Context, c *web.Check) {
	since, failing := a.health.since[c.Name]
	switch {
	case c.Failed && !failing:
		since = a.Now()
		a.health.since[c.Name] = since
		a.Log.WarnContext(ctx, "something this service needs fails; /staff/admin/health says what to do", "check", c.Name, "error", c.Err)
	case !c.Failed && failing:
		delete(a.health.since, c.Name)
		a.Log.InfoContext(ctx, "what this service needs works again", "check", c.Name, "failed_for", a.Now().Sub(since).Round(time.Second).String())
	}
	if c.Failed {
		c.Since = &since
	}
}

// checks carries out all checks side by side; one that is not done in time has failed.
func (a *App) checks(ctx context.Context) []web.Check {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	type check struct {
		name  string
		do    func(context.Context) error
		aside bool
	}
	look := sync.OnceValues(func() (bus.State, error) { return a.Bus.Look(ctx) })
	all := []check{
		{name: "database", do: a.checkDatabase},
		{name: "events", do: func(context.Context) error { _, err := look(); return err }},
		{name: "disk", do: a.checkDisk},
		{name: "keys", do: func(context.Context) error { _, err := os.Stat(a.Config.Keys); return err }},
		{name: "published", do: a.checkPublished},
		{name: "routing", do: a.checkRouting},
		{name: "notices", do: a.checkNotices, aside: true},
		{name: "clock", do: func(ctx context.Context) error { return a.checkClock(ctx, look) }, aside: true},
		{name: "copied", do: a.checkCopied, aside: true},
	}
	var last *time.Time
	if a.Config.Backups.To != "" {
		all = append(all, check{name: "backup", aside: true, do: func(ctx context.Context) (err error) { last, err = a.checkBackup(ctx); return err }})
	}
	out := make([]web.Check, len(all))
	var wg sync.WaitGroup
	for i, c := range all {
		wg.Go(func() {
			err := c.do(ctx)
			out[i] = web.Check{Name: c.name, Failed: err != nil, Err: err, Aside: c.aside}
		})
	}
	wg.Wait()
	for i := range out {
		if out[i].Name == "backup" {
			out[i].Last = last
		}
	}
	return out
}

// checkDatabase writes: when somebody looked last, by which checkClock knows a clock that went back.
func (a *App) checkDatabase(ctx context.Context) error {
	return errors.Join(a.Store.Ping(ctx), a.keepAlive(ctx))
}

var (
	errRoom     = errors.New("the disk of the data folder is almost full")
	errSilent   = errors.New("the event store has taken nothing for minutes")
	errUnrouted = errors.New("a case has waited for minutes to be routed")
	errUntold   = errors.New("notices to senders have waited for minutes: the server they go through is away, or refuses")
)

func (a *App) checkDisk(context.Context) error {
	if free, known := freeBytes(a.Config.Data); known && free < min(leastRoom, a.Config.FreeSpace) {
		return errRoom
	}
	return nil
}

func (a *App) checkPublished(context.Context) error {
	if good := a.Bus.LastGood(); !good.IsZero() && a.Now().Sub(good) > unsentFor {
		return errSilent
	}
	return nil
}

func (a *App) checkRouting(ctx context.Context) error {
	cs, _, err := a.Store.Waiting(ctx, a.Now().Add(-unroutedFor), "", 1)
	if err == nil && len(cs) > 0 {
		return errUnrouted
	}
	return err
}

// checkNotices looks for notices to senders that are long due, of the ways that this installation has. Their server may be away for a
// day: they wait, and letters are taken in as before.
func (a *App) checkNotices(ctx context.Context) error {
	for _, way := range casework.Ways() {
		if !a.Desk.Tells(way) {
			continue
		}
		if due, err := a.Store.DueDispatches(ctx, way, a.Now().Add(-untoldFor), 1); err != nil {
			return err
		} else if len(due) > 0 {
			return fmt.Errorf("%w (%s)", errUntold, way)
		}
	}
	return nil
}
