package signin

import (
	"context"
	"time"
)

// gate bounds how many passwords are checked at once, each of which takes 19 MiB, and how many wait for it. Whoever finds
// the queue full, or waits too long, is told so at once instead of at the end of his request.
type gate struct {
	running chan struct{}
	waiting chan struct{}
}

// The bounds. Known devices have a gate of their own, so that a flood of strangers costs them nothing.
const (
	strangersWait = 8
	knownWait     = 32
	longestWait   = 3 * time.Second
)

func newGate(waiting int) gate {
	return gate{running: make(chan struct{}, 1), waiting: make(chan struct{}, waiting)}
}

// enter waits for a turn; leave ends it. ErrBusy means that there is none in time.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-g.running }
	select {
	case g.running <- struct{}{}:
		return leave, nil
	default:
	}
	select {
	case g.waiting <- struct{}{}:
		defer func() { <-g.waiting }()
	default:
		return nil, ErrBusy
	}
	ctx, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	select {
	case g.running <- struct{}{}:
		return leave, nil
	case <-ctx.Done():
		return nil, ErrBusy
	}
}
