package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"tiepdan/internal/bus"
)

// clockSlack is by how much two clocks may differ before one of them is wrong: limits are counted in days, and a file system or a server may
// be asked late.
const clockSlack = 2 * time.Minute

// aliveMeta names the latest time at which this installation looked at itself.
const aliveMeta = "alive"

// alive is that time; zero before the first.
func (a *App) alive(ctx context.Context) (time.Time, error) {
	raw, known, err := a.Store.Meta(ctx, aliveMeta)
	if err != nil || !known {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339, raw)
	if err != nil {
		return time.Time{}, nil //nolint:nilerr // somebody wrote something else there: the next look mends it
	}
	return at, nil
}

// keepAlive writes down that this installation looked at itself. The time never goes back, so a clock that does is seen, after a restart too.
func (a *App) keepAlive(ctx context.Context) error {
	last, err := a.alive(ctx)
	if err != nil {
		return err
	}
	now := a.Now().UTC()
	if last.After(now) {
		now = last
	}
	return a.Store.PutMeta(ctx, aliveMeta, now.Format(time.RFC3339))
}

// checkClock compares this machine's clock with what was written last, with the file system of the data folder, and with the servers that
// events and documents lie on; look has asked the first. One that does not tell is passed over: other checks see that it is away.
func (a *App) checkClock(ctx context.Context, look func() (bus.State, error)) error {
	var wrong []error
	if last, err := a.alive(ctx); err == nil && last.Sub(a.Now()) > clockSlack {
		wrong = append(wrong, fmt.Errorf("the clock is %s behind what this installation wrote last (%s); if it is right now, say so with: tiepdan confirm clock", last.Sub(a.Now()).Round(time.Second), last.Format(time.RFC3339)))
	}
	for name, ask := range map[string]func(context.Context) (time.Time, error){
		"the file system of the data folder": a.clockOfDisk, "the event store": func(context.Context) (time.Time, error) { s, err := look(); return s.Clock, err }, "the database server": a.Store.Clock,
	} {
		before := a.Now()
		at, err := ask(ctx)
		if err != nil || at.IsZero() {
			continue
		}
		if at.Before(before.Add(-clockSlack)) || at.After(a.Now().Add(clockSlack)) {
			wrong = append(wrong, fmt.Errorf("the clock differs by %s from that of %s", at.Sub(before).Abs().Round(time.Second), name))
		}
	}
	return errors.Join(wrong...)
}

// clockOfDisk is what the file system writes as the time of a file made now.
func (a *App) clockOfDisk(context.Context) (time.Time, error) {
	f, err := os.CreateTemp(a.Config.Data, "clock-*.tmp")
	if err != nil {
		return time.Time{}, err
	}
	err = os.Remove(f.Name()) // it needs no name
	info, statErr := f.Stat()
	if err = errors.Join(err, statErr, f.Close()); err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// ConfirmClock takes the clock of this machine for right, though something was written later than it shows.
func (a *App) ConfirmClock(ctx context.Context) error {
	a.Log.InfoContext(ctx, "the clock was confirmed to be right", "now", a.Now().UTC().Format(time.RFC3339))
	return a.Store.PutMeta(ctx, aliveMeta, a.Now().UTC().Format(time.RFC3339))
}
