package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"

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

// Write hands the writes to the writer and waits until they are on disk. Long lists go in pieces through the queue that
// yields to single writes: somebody waits for those, and a worker's batch can wait a little.
func (c *collection) Write(ctx context.Context, writes ...docdb.Write) []error {
	if len(writes) <= bulkPiece {
		return c.piece(ctx, writes, len(writes) > 1)
	}
	pieces := make([][]error, 0, len(writes)/bulkPiece+1)
	var wg sync.WaitGroup
	for part := range slices.Chunk(writes, bulkPiece) {
		pieces = append(pieces, nil)
		into := &pieces[len(pieces)-1]
		if len(pieces) == cap(pieces) || sameDocument(writes) {
			*into = c.piece(ctx, part, true)
			continue
		}
		wg.Go(func() { *into = c.piece(ctx, part, true) })
	}
	wg.Wait()
	return slices.Concat(pieces...)
}

// sameDocument reports whether two of the writes are to one document: those must stay in order.
func sameDocument(writes []docdb.Write) bool {
	seen := make(map[string]bool, len(writes))
	for _, w := range writes {
		id := w.ID
		if w.Op != docdb.Delete {
			id, _, _ = docdb.Head(w.Doc) // a document without id fails later
		}
		if seen[id] {
			return true
		}
		seen[id] = true
	}
	return false
}

func (c *collection) piece(ctx context.Context, writes []docdb.Write, bulk bool) []error {
	j := &job{coll: c, errs: make([]error, len(writes)), writes: make([]prepared, len(writes)), done: make(chan struct{})}
	for i, w := range writes {
		j.writes[i], j.errs[i] = c.prepare(w)
	}
	if len(writes) == 0 {
		return nil
	}
	queue := c.e.jobs
	if bulk {
		queue = c.e.bulk
	}
	if err := c.e.submit(ctx, queue, j); err != nil {
		return each(j.errs, err)
	}
	select {
	case <-j.done:
		return j.errs
	case <-c.e.done:
		return c.closed(j)
	case <-ctx.Done():
		return each(make([]error, len(writes)), ctx.Err()) // the writer still owns j
	}
}

// closed answers for a job when the writer has ended: carried out before, or never.
func (c *collection) closed(j *job) []error {
	select {
	case <-j.done:
		return j.errs
	default:
		return each(make([]error, len(j.errs)), errClosed)
	}
}

// submit queues the job. A full queue is waited for as long as the caller has; then the database is too busy for him.
func (e *Engine) submit(ctx context.Context, queue chan<- *job, j *job) error {
	select {
	case <-e.quit:
		return errClosed
	default:
	}
	select {
	case queue <- j:
		return nil
	case <-ctx.Done():
		return docdb.ErrBusy
	case <-e.quit:
		return errClosed
	}
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
	if err := e.submit(ctx, e.jobs, j); err != nil {
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
		case j := <-e.bulk:
			e.group(j)
		case <-e.quit:
			for {
				select {
				case j := <-e.jobs:
					e.group(j)
				case j := <-e.bulk:
					e.group(j)
				default:
					return
				}
			}
		}
	}
}

// group gathers what waits and commits it at once. A job that wants the connection for itself ends the gathering and comes
// after the commit.
func (e *Engine) group(first *job) {
	var g gathered
	g.add(first)
	for g.more() {
		select {
		case j := <-e.jobs:
			g.add(j)
			continue
		default:
		}
		break
	}
	e.linger(&g)
	if g.lone == nil {
		e.some(&g)
		e.last = len(g.jobs)
	}
	// A write that was accepted is carried out whatever becomes of its caller.
	ctx := context.Background() //nolint:forbidigo // the writer outlives every caller
	e.commit(ctx, g.jobs)
	e.help(ctx)
	if g.lone != nil {
		g.lone.errs[0] = g.lone.alone(ctx, e.conn)
		close(g.lone.done)
	}
}

// gathered is what one transaction carries.
type gathered struct {
	jobs []*job
	n    int  // writes
	lone *job // wants the connection for itself, afterwards
}

func (g *gathered) add(j *job) {
	if j.alone != nil {
		g.lone = j
		return
	}
	g.jobs = append(g.jobs, j)
	g.n += len(j.writes)
}

func (g *gathered) more() bool { return g.lone == nil && g.n < maxGroup }

// linger waits a moment for the companions of a crowd: where the last transaction carried many, the next will too, and one
// transaction for all costs less than several. A lone writer is never kept waiting.
func (e *Engine) linger(g *gathered) {
	if e.last < crowd {
		return
	}
	e.timer.Reset(lingers)
	defer e.timer.Stop()
	for g.more() && len(g.jobs) < e.last {
		select {
		case j := <-e.jobs:
			g.add(j)
		case <-e.timer.C:
			return
		}
	}
}

// some adds a little of the bulk that waits: more when nobody else does.
func (e *Engine) some(g *gathered) {
	room := bulkBeside
	if len(g.jobs) < bulkBeside {
		room = bulkAlone
	}
	for range room {
		select {
		case j := <-e.bulk:
			g.add(j)
			continue
		default:
		}
		break
	}
}

// commit applies the jobs' writes in one transaction. A write that fails by itself leaves the others alone; when the
// commit fails, all fail.
func (e *Engine) commit(ctx context.Context, jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	err := e.transact(ctx, jobs)
	e.commits.Add(1)
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
