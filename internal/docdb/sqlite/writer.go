package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"

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
	parts := slices.Collect(slices.Chunk(writes, bulkPiece))
	pieces := make([][]error, len(parts))
	ordered := sameDocument(writes)
	var wg sync.WaitGroup
	for i, part := range parts {
		if ordered {
			pieces[i] = c.piece(ctx, part, true)
			continue
		}
		wg.Go(func() { pieces[i] = c.piece(ctx, part, true) })
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
		j.writes[i].unfit = j.errs[i]
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
	tick := time.NewTicker(indexEvery)
	defer tick.Stop()
	for {
		select {
		case j := <-e.jobs:
			e.group(j)
		case j := <-e.bulk:
			e.group(j)
		case <-tick.C:
			e.indexLate()
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

// commit applies the jobs' writes in one transaction. A write that fails by itself leaves the others alone and nothing of
// itself behind; when the commit fails, all fail.
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

// transact carries the group out. A write is refused for a stale version, an absent document or a taken value before it has
// changed anything, and the others go on. Whatever else fails may have left half a write behind: then the group is undone and
// carried out again with a savepoint before each write; and where the database gives up the whole transaction, as on a full
// disk, each write has one of its own.
func (e *Engine) transact(ctx context.Context, jobs []*job) error {
	if e.gone.Load() {
		return errGone
	}
	if err := exec(ctx, e.conn, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	half := applyAll(ctx, jobs, plainly)
	if half == nil {
		half = e.indexBeside(ctx, jobs)
	}
	if half != nil {
		e.undo(ctx)
		if err := exec(ctx, e.conn, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		if gone := applyAll(ctx, jobs, e.guarded); gone != nil {
			e.undo(ctx)
			return applyAll(ctx, jobs, e.alone())
		}
	}
	if err := exec(ctx, e.conn, "COMMIT"); err != nil {
		e.undo(ctx)
		return err
	}
	return nil
}

// undo ends the transaction that has failed; the database may have ended it already.
func (e *Engine) undo(ctx context.Context) {
	_ = exec(ctx, e.conn, "ROLLBACK")
	e.undone++
}

// alone carries a write out in a transaction of its own. After several failures in a row it tries no more: the disk is full
// for all, and whoever waits should be told soon.
func (e *Engine) alone() func(ctx context.Context, c *collection, w *prepared) (own, stop error) {
	row := 0
	var last error
	return func(ctx context.Context, c *collection, w *prepared) (own, stop error) {
		if row >= enough {
			return last, nil
		}
		own = exec(ctx, e.conn, "BEGIN IMMEDIATE")
		if own == nil {
			if own = c.apply(ctx, w); own == nil {
				own = exec(ctx, e.conn, "COMMIT")
			}
			if own != nil {
				e.undo(ctx)
			}
		}
		row++
		if own == nil || refused(own) {
			row = 0
		}
		last = own
		return own, nil
	}
}

// enough failures in a row end the trying.
const enough = 8

// applyAll applies every write of the group that was fit for it and notes each one's error. It stops at the first error that
// one returns besides: the transaction cannot go on as it stands.
func applyAll(ctx context.Context, jobs []*job, one func(context.Context, *collection, *prepared) (own, stop error)) error {
	for _, j := range jobs {
		for i := range j.writes {
			w := &j.writes[i]
			if j.errs[i] = w.unfit; w.unfit != nil {
				continue
			}
			own, stop := one(ctx, j.coll, w)
			if stop != nil {
				return stop
			}
			j.errs[i] = own
		}
	}
	return nil
}

// plainly applies a write; an error that may have left half of it behind stops the group.
func plainly(ctx context.Context, c *collection, w *prepared) (own, stop error) {
	err := c.apply(ctx, w)
	if err == nil || refused(err) {
		return err, nil
	}
	return nil, err
}

// guarded applies a write behind a savepoint and takes back what a failed one left. When the database has given up the whole
// transaction there is no savepoint to go back to, and nothing of the group is kept.
func (e *Engine) guarded(ctx context.Context, c *collection, w *prepared) (own, stop error) {
	if err := exec(ctx, e.conn, "SAVEPOINT one"); err != nil {
		return nil, err
	}
	own = c.apply(ctx, w)
	if own != nil {
		e.undone++
		if err := exec(ctx, e.conn, "ROLLBACK TO one"); err != nil {
			return nil, errors.Join(own, err)
		}
	}
	return own, exec(ctx, e.conn, "RELEASE one")
}

// refused reports an error that a write met before it changed anything.
func refused(err error) bool {
	return errors.Is(err, docdb.ErrStale) || errors.Is(err, docdb.ErrNotFound) || errors.Is(err, docdb.ErrDuplicate)
}
