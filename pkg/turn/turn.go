// Package turn is a mutex that is waited for only as long as the caller has.
package turn

import (
	"context"
	"sync"
)

// Turn lets one caller at a time through. The zero value is ready.
type Turn struct {
	once sync.Once
	free chan struct{}
}

// Take waits for the turn until ctx ends; end gives it back.
func (t *Turn) Take(ctx context.Context) (end func(), err error) {
	t.once.Do(func() { t.free = make(chan struct{}, 1) })
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case t.free <- struct{}{}:
		return func() { <-t.free }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
