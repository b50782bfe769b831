package app

import (
	"context"
	"sync"
	"time"

	"tiepdan/internal/domain/casework"
)

// officeTold is what this process has told people that is about no case; what another one told is kept once all the same.
type officeTold struct {
	mu    sync.Mutex
	ids   map[string]bool
	rated time.Time // when ratings were last looked at
	low   []casework.Rated
}

// tellOffice tells people who stands in for whom, and at whose counter citizens were not satisfied; it returns how many notices are new to
// this process.
func (a *App) tellOffice(ctx context.Context) (int, error) {
	t := &a.officeTold
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := a.Now(); now.Sub(t.rated) >= recountEvery || now.Before(t.rated) {
		low, err := a.lowRated(ctx)
		if err != nil {
			return 0, err
		}
		t.low, t.rated = low, now
	}
	all, err := a.Desk.OfficeNotices(ctx, t.low...)
	if err != nil {
		return 0, err
	}
	known := make(map[string]bool, len(all)) // what is over is forgotten
	var fresh []*casework.Notice
	for _, n := range all {
		known[n.ID] = true
		if !t.ids[n.ID] {
			fresh = append(fresh, n)
		}
	}
	if err := a.Desk.Notices.AddNotices(ctx, fresh...); err != nil {
		return 0, err
	}
	t.ids = known
	return len(fresh), nil
}

func (a *App) lowRated(ctx context.Context) ([]casework.Rated, error) {
	o, err := a.Store.Office(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, k := range o.Counters() {
		ids = append(ids, k.ID)
	}
	low, err := a.Book.Low(ctx, ids)
	var out []casework.Rated
	for _, id := range ids {
		for _, p := range low[id] {
			out = append(out, casework.Rated{Counter: id, From: p.From, To: p.To})
		}
	}
	return out, err
}
