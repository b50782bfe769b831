package attach

import (
	"context"
	"io"

	"golang.org/x/sync/semaphore"

	"tiepdan/internal/domain/casework"
)

// The memory that files take while they are looked into, in bytes, all at once. Photos as phones take them share one budget;
// a larger picture waits for the one before it, and so does a document. So whoever sends the largest things that are taken
// makes others wait who send such things too, but nobody who sends a photo.
const (
	smallPicture = 48 << 20
	smallBudget  = 2 * smallPicture
)

// queues are who waits for memory.
type queues struct{ small, large, documents *semaphore.Weighted }

func newQueues() queues {
	return queues{small: semaphore.NewWeighted(smallBudget), large: semaphore.NewWeighted(1), documents: semaphore.NewWeighted(1)}
}

// picture waits until there is room for a picture that takes so many bytes.
func (q queues) picture(ctx context.Context, cost int64) (done func(), err error) {
	if cost <= smallPicture {
		return wait(ctx, q.small, cost)
	}
	return wait(ctx, q.large, 1)
}

func (q queues) document(ctx context.Context) (done func(), err error) {
	return wait(ctx, q.documents, 1)
}

// wait waits as long as the request has time; then the citizen is asked to send the file again.
func wait(ctx context.Context, s *semaphore.Weighted, n int64) (done func(), err error) {
	if s.Acquire(ctx, n) != nil {
		return nil, busy()
	}
	return func() { s.Release(n) }, nil
}

func busy() error { return &casework.Error{Code: casework.Unavailable, Key: "error.file_busy"} }

// timed is a reader that ends with its context: decoders that know no context stop there.
type timed struct {
	ctx context.Context //nolint:containedctx // lives as long as one decoding
	r   io.Reader
}

func (t timed) Read(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.r.Read(p)
}
