package app

import (
	"context"
	"strconv"

	"tiepdan/internal/bus"
	"tiepdan/internal/domain/casework"
)

// notify hands what people have to know to the desk, which writes their notices. A case that is not there cannot come by waiting.
func (a *App) notify(ctx context.Context, events []bus.Event) []error {
	ws := make([]casework.Warning, 0, len(events))
	for _, e := range events {
		seq, _ := strconv.Atoi(e.Data["seq"]) // no number is no entry
		ws = append(ws, casework.Warning{Case: e.About, Seq: seq})
	}
	errs := a.Desk.Remind(ctx, ws...)
	for i, err := range errs {
		if err != nil && casework.CodeOf(err) == casework.NotFound {
			errs[i] = bus.Hopeless(err)
		}
	}
	return errs
}
