package caseworktest

import (
	"context"
	"sync"
	"time"

	"tiepdan/internal/domain/casework"
)

// Outbox keeps dispatches in memory under the contract of casework.Outbox.
type Outbox struct {
	mu   sync.Mutex
	kept map[string]casework.Dispatch
}

// AddDispatches keeps those that are not there yet.
func (o *Outbox) AddDispatches(_ context.Context, ds ...*casework.Dispatch) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.kept == nil {
		o.kept = map[string]casework.Dispatch{}
	}
	for _, d := range ds {
		if _, there := o.kept[d.ID]; !there {
			o.kept[d.ID] = *d
		}
	}
	return nil
}

// DueDispatches lists those that are due.
func (o *Outbox) DueDispatches(_ context.Context, way casework.Way, before time.Time, limit int) (out []*casework.Dispatch, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, d := range o.kept {
		if d.Way == way && d.Due != nil && d.Due.Before(before) && len(out) < limit {
			out = append(out, &d)
		}
	}
	return out, nil
}

// PutDispatch writes over the version before.
func (o *Outbox) PutDispatch(_ context.Context, d *casework.Dispatch) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.kept[d.ID].V != d.V-1 {
		return casework.ErrStale
	}
	o.kept[d.ID] = *d
	return nil
}
