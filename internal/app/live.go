package app

import (
	"context"
	"strings"
	"time"

	"tiepdan/internal/bus"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/signin"
	"tiepdan/internal/web/live"
)

// The words that the processes tell each other for the moment, beside the events about cases.
const (
	liveTold  = "told"  // people were told something
	liveEnded = "ended" // a session ended, or all of a person's
	liveSeen  = "seen"  // somebody looks at a case, or went from it
)

// followLive lets the open pages of this process hear what the bus carries, until ctx ends.
func (a *App) followLive(ctx context.Context) {
	if err := a.Bus.Follow(ctx, a.heard, a.live.Missed); err != nil {
		a.Log.ErrorContext(ctx, "open pages of the staff are told nothing until the program is started anew", "error", err)
	}
}

// heard passes one event on to the open pages.
func (a *App) heard(e bus.Event) {
	what, moment := strings.CutPrefix(e.Subject, bus.LiveSubject)
	switch {
	case !moment:
		a.live.Changed(e.About)
	case what == liveTold:
		a.live.Told(strings.Fields(e.Data["staff"])...)
	case what == liveEnded:
		a.live.Ended(e.Data["session"], e.Data["staff"])
	case what == liveSeen:
		a.live.Seen(live.Look{Case: e.About, Staff: e.Data["staff"], Gone: e.Data["gone"] != ""})
	}
}

// tellAll tells every process, this one too. While the bus is away none hears it, which makes nothing false: pages look anew when
// it is back, a session is asked for at every beat, and whoever looks at a case says so again.
func (a *App) tellAll(what, about string, data map[string]string) {
	if err := a.Bus.Tell(what, about, data); err != nil {
		a.Log.Debug("open pages are not told", "what", what, "error", err)
	}
}

func (a *App) looks(l live.Look) {
	data := map[string]string{"staff": l.Staff}
	if l.Gone {
		data["gone"] = "yes"
	}
	a.live.Seen(l) // at once, for the answer that is being written
	a.tellAll(liveSeen, l.Case, data)
}

// toldLive lets open pages know when their people are told something, or have read it on another.
type toldLive struct {
	casework.Notices
	app *App
}

func (t toldLive) AddNotices(ctx context.Context, ns ...*casework.Notice) error {
	if err := t.Notices.AddNotices(ctx, ns...); err != nil || len(ns) == 0 {
		return err
	}
	staff := make([]string, 0, len(ns))
	for _, n := range ns {
		staff = append(staff, n.Staff)
	}
	t.app.tellAll(liveTold, "", map[string]string{"staff": strings.Join(staff, " ")})
	return nil
}

func (t toldLive) MarkRead(ctx context.Context, staff string, until, at time.Time) (int, error) {
	n, err := t.Notices.MarkRead(ctx, staff, until, at)
	if err == nil && n > 0 {
		t.app.tellAll(liveTold, "", map[string]string{"staff": staff})
	}
	return n, err
}

// endedLive ends the streams of a session with it.
type endedLive struct {
	signin.Sessions
	app *App
}

func (e endedLive) DropSession(ctx context.Context, id string) error {
	err := e.Sessions.DropSession(ctx, id)
	if err == nil {
		e.app.tellAll(liveEnded, "", map[string]string{"session": id})
	}
	return err
}

func (e endedLive) RaiseEpoch(ctx context.Context, staff string) error {
	err := e.Sessions.RaiseEpoch(ctx, staff)
	if err == nil {
		e.app.tellAll(liveEnded, "", map[string]string{"staff": staff})
	}
	return err
}
