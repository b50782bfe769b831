package app

import (
	"context"
	"strconv"
	"strings"

	"tiepdan/internal/bus"
	"tiepdan/internal/domain/casework"
	"tiepdan/internal/outlet"
	"tiepdan/pkg/outward"
)

func (a *App) wireOutlet() {
	guard := outward.Guard{Nets: a.Config.EventNets}
	a.Outlet = &outlet.Outlet{
		Store: a.Store, Vault: a.Keys, Guard: guard, Client: guard.Client(outlet.Within), Source: a.linkBase, Now: a.Now, Log: a.Log,
	}
}

// linkBase is where citizens reach the service.
func (a *App) linkBase() string {
	if base := a.mailBase.Load(); base != nil {
		return *base
	}
	return a.Config.BaseURL
}

// tellOthers puts what happened into the outbox of those who are told, and where others may hear it. Where there is neither,
// nothing is looked up.
func (a *App) tellOthers(ctx context.Context, events []bus.Event) []error {
	errs := make([]error, len(events))
	active, err := a.Outlet.Active(ctx)
	if err == nil && (active || a.Config.NATS != bus.Embedded) {
		err = a.passOn(ctx, events)
	}
	for i := range errs {
		errs[i] = err
	}
	return errs
}

func (a *App) passOn(ctx context.Context, events []bus.Event) error {
	told, err := a.toldOf(ctx, events)
	if err != nil || len(told) == 0 {
		return err
	}
	if err := a.Outlet.Keep(ctx, told...); err != nil || a.Config.NATS == bus.Embedded {
		return err
	}
	out := make([]bus.Told, 0, len(told))
	for _, e := range told {
		raw, err := e.Encode()
		if err != nil {
			return err
		}
		out = append(out, bus.Told{What: strings.TrimPrefix(e.Type, outlet.TypePrefix), Body: raw})
	}
	return a.Bus.Pass(out...)
}

// toldOf is what others are told of the events; of most letters that are new, nothing.
func (a *App) toldOf(ctx context.Context, events []bus.Event) (out []outlet.Event, err error) {
	o, err := a.Store.Office(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range events {
		if strings.HasPrefix(e.Subject, bus.CaseSubject) {
			ids = append(ids, e.About)
		}
	}
	found, err := a.Store.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*casework.Case, len(found))
	for _, c := range found {
		byID[c.ID] = c
	}
	for _, e := range events {
		if !strings.HasPrefix(e.Subject, bus.CaseSubject) {
			out = append(out, a.Outlet.OfRating(e.ID, e.Data["counter"], e.Data["day"], e.Time))
			continue
		}
		seq, _ := strconv.Atoi(e.Data["seq"]) // no number is no entry
		if c := byID[e.About]; c != nil {
			if told, ok := a.Outlet.OfCase(o, c, seq); ok {
				out = append(out, told)
			}
		}
	}
	return out, nil
}
