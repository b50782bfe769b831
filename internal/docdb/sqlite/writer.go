package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"tiepdan/internal/docdb"
)

// job is one Write call, or one piece of work that needs the writer's connection for itself.
type job struct {
	coll   *collection
	writes []prepared
	errs   []error
	alone  func(ctx context.Context, conn *sql.Conn) error
	done   chan struct{}
}

// Write hands the writes to the writer and waits until they are on disk.
func (c *collection) Write(ctx context.Context, writes ...docdb.Write) []error {
	j := &job{coll: c, errs: make([]error, len(writes)), writes: make([]prepared, len(writes)), done: make(chan struct{})}
	for i, w := range writes {
		j.writes[i], j.errs[i] = c.prepare(w)
	}
	if len(writes) == 0 {
		return nil
	}
	if err := c.e.submit(ctx, j); err != nil {
		return each(j.errs, err)
	}
	select {
	case <-j.done:
		return j.errs
	case <-ctx.Done():
		return each(make([]error, len(writes)), ctx.Err()) // the writer still owns j
	}
}

func (e *Engine) submit(ctx context.Context, j *job) error {
	select {
	case <-e.quit:
		return errClosed
	default:
	}
	select {
	case e.jobs <- j:
		return nil
	default:
	}
	if len(e.jobs) >= queueLength {
		select {
		case e.jobs <- j:
			return nil
		case <-ctx.Done():
			return docdb.ErrBusy
		case <-e.quit:
			return errClosed
		}
	}
	return docdb.ErrBusy
}

func each(errs []error, err error) []error {
	for i := range errs {
		errs[i] = err
	}
	return errs
}

// exclusive runs f on the writer's connection, between transactions.
func (e *Engine) exclusive(ctx context.Context, f func(ctx context.Context, conn *sql.Conn) error) error {
	j := &job{alone: f, done: make(chan struct{}), errs: make([]error, 1)}
	if err := e.submit(ctx, j); err != nil {
		return err
	}
	<-j.done
	return j.errs[0]
}

// work is the one writer. It ends when the engine closes, after everything that was accepted.
func (e *Engine) work() {
	defer close(e.done)
	for {
		select {
		case j := <-e.jobs:
			e.group(j)
		case <-e.quit:
			for {
				select {
				case j := <-e.jobs:
					e.group(j)
				default:
					return
				}
			}
		}
	}
}

// group gathers what waits and commits it at once.
func (e *Engine) group(first *job) {
	jobs := []*job{first}
	n := len(first.writes)
	alone := first.alone
	for alone == nil && n < maxGroup {
		select {
		case j := <-e.jobs:
			jobs, alone = append(jobs, j), j.alone
			n += len(j.writes)
			continue
		default:
		}
		break
	}
	// A write that was accepted is carried out whatever becomes of its caller.
	ctx := context.WithoutCancel(context.Background()) //nolint:forbidigo // the writer outlives every caller
	if alone != nil {
		last := jobs[len(jobs)-1]
		e.commit(ctx, jobs[:len(jobs)-1])
		last.errs[0] = alone(ctx, e.conn)
		close(last.done)
		return
	}
	e.commit(ctx, jobs)
}

// commit applies the jobs' writes in one transaction. A write that fails by itself leaves the others alone; when the
// commit fails, all fail.
func (e *Engine) commit(ctx context.Context, jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	err := e.transact(ctx, jobs)
	for _, j := range jobs {
		if err != nil {
			each(j.errs, err)
		}
		close(j.done)
	}
}

func (e *Engine) transact(ctx context.Context, jobs []*job) error {
	if _, err := e.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	for _, j := range jobs {
		for i := range j.writes {
			if j.errs[i] == nil {
				j.errs[i] = j.coll.apply(ctx, &j.writes[i])
			}
		}
	}
	if _, err := e.conn.ExecContext(ctx, "COMMIT"); err != nil {
		_, _ = e.conn.ExecContext(ctx, "ROLLBACK") // the commit's error is what counts
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
