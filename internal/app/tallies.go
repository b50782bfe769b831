package app

import (
	"context"
	"time"

	"tiepdan/internal/bus"
	"tiepdan/internal/domain/rating"
	"tiepdan/pkg/pace"
)

// count hands the days of recorded ratings to the book: a burst at one counter is one count.
func (a *App) count(ctx context.Context, events []bus.Event) []error {
	keys := make([]rating.Key, 0, len(events))
	for _, e := range events {
		keys = append(keys, rating.Key{Counter: e.Data["counter"], Day: e.Data["day"]})
	}
	return a.Book.Count(ctx, keys...)
}

// recountEvery is how often the last days are counted again, for what the bus lost.
const recountEvery = time.Hour

// recount counts the last days at the start and every hour until ctx ends.
func (a *App) recount(ctx context.Context) {
	for range pace.FromNow(ctx, recountEvery) {
		if _, err := a.Book.Recount(ctx); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "ratings not recounted", "error", err)
		}
	}
}
