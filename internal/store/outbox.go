package store

import (
	"context"
	"crypto/rand"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/domain/casework"
	"tiepdan/pkg/pace"
)

// outbox knows which entries were announced without a word about it in any case. Every write that brings entries has a stamp, and the
// stamps of one process only grow. Those whose write or announcement is under way are open; all before the least open one are
// announced. That cursor is kept in meta once a second, some seconds late, so that the bus has brought to its disk what it took. After a
// crash everything from the cursor on is announced again, under the ids it had.
//
// Where several processes share the database each keeps a cursor of its own, and the stamps of one that begins lie after all
// cursors. A cursor that does not move any more is settled by whoever finds it so.
type outbox struct {
	store *Store
	name  string // of this process's cursor in meta
	alone bool   // no other process writes to this database
	most  int    // stamps that are remembered one by one

	mu     sync.Mutex
	opened bool
	last   int64          // the last stamp that was given
	order  []int64        // stamps from the least open one on, ascending; closed ones may be among them
	open   map[int64]owed // stamps whose entries are not known to be announced
	before int64          // where the program before this one stood, while what it left is owed
	lost   int64          // up to here any stamp may be owed: so many were that they were let go
	floor  int64          // all before it were announced, by whomever
	late   []candidate
	good   time.Time // when the cursor was last kept

	beating sync.Mutex
	kept    int64 // the cursor as it was last kept
	beats   int64
	seen    map[string]sighting // the cursors of others
}

// owed is an open stamp.
type owed struct {
	at      time.Time
	writing bool // not yet known whether it is stored
}

// candidate is a cursor on its way to be kept.
type candidate struct {
	at     time.Time
	cursor int64
}

// sighting is the cursor of another process as it was first found.
type sighting struct {
	v  int64
	at time.Time
}

const (
	cursorName  = "outbox:"
	beatEvery   = time.Second
	cursorLate  = 5 * time.Second  // by then the bus has on its disk what it took
	beatAtLeast = 5 * time.Second  // where others watch whether this process lives
	mayStamp    = 15 * time.Second // without having kept its cursor
	goneAfter   = 30 * time.Second // without a beat a process is taken for gone
	mostOpen    = 100_000
	noEnd       = math.MaxInt64
)

func newOutbox(s *Store, alone bool) *outbox {
	b := &outbox{store: s, alone: alone, most: mostOpen, name: cursorName + "alone", open: map[int64]owed{}, seen: map[string]sighting{}}
	if !alone {
		b.name = cursorName + rand.Text()
	}
	return b
}

// stamp gives each case that has entries to announce the next stamp, which is open from now on.
func (b *outbox) stamp(ctx context.Context, cs ...*casework.Case) error {
	if !slices.ContainsFunc(cs, unannounced) {
		return nil
	}
	if err := b.ready(ctx); err != nil {
		return err
	}
	now := b.store.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range cs {
		if unannounced(c) {
			b.last = max(b.last+1, now.UnixMicro())
			c.Stamp = b.last
			b.put(c.Stamp, owed{at: now, writing: true})
		}
	}
	return nil
}

func unannounced(c *casework.Case) bool { return len(c.Unannounced()) > 0 }

// put opens a stamp. When too many are open, all but the first and those that are being written are let go, and count as owed.
func (b *outbox) put(stamp int64, o owed) {
	b.order = append(b.order, stamp)
	b.open[stamp] = o
	if len(b.order) <= b.most {
		return
	}
	first := b.order[0]
	b.order = slices.DeleteFunc(b.order, func(s int64) bool {
		o, open := b.open[s]
		if s == first || open && o.writing {
			return false
		}
		delete(b.open, s)
		return true
	})
	b.lost = b.last
}

// ready has a cursor in meta before the first stamp is given, and again before one is given after a long silence.
func (b *outbox) ready(ctx context.Context) error {
	b.mu.Lock()
	well := b.opened && (b.alone || b.store.now().Sub(b.good).Abs() < mayStamp)
	b.mu.Unlock()
	if well {
		return nil
	}
	return b.beat(ctx)
}

// written says how the write of a case ended: refused for certain, or stored, or nobody knows.
func (b *outbox) written(c *casework.Case, err error) {
	if errors.Is(err, docdb.ErrStale) || errors.Is(err, docdb.ErrNotFound) || errors.Is(err, docdb.ErrDuplicate) || errors.Is(err, docdb.ErrBusy) {
		b.drop(c)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if o, open := b.open[c.Stamp]; open && o.writing {
		o.writing = false
		b.open[c.Stamp] = o
	}
}

// drop closes the stamp of a write that was refused.
func (b *outbox) drop(c *casework.Case) {
	if unannounced(c) {
		b.close(c.Stamp)
	}
}

func (b *outbox) close(stamp int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.open, stamp)
	b.trim()
}

// trim leaves out what comes before the least open stamp.
func (b *outbox) trim() {
	n := 0
	for n < len(b.order) {
		if _, open := b.open[b.order[n]]; open {
			break
		}
		n++
	}
	if b.order = b.order[n:]; len(b.order) == 0 {
		b.order = nil
	}
}

// least is the first open stamp, or the one after the last.
func (b *outbox) least() int64 {
	if len(b.order) > 0 {
		return b.order[0]
	}
	return b.last + 1
}

// raise notes in cases that were read what is known of them: that all their entries were announced. Those whose entries call for more are
// marked when that is done.
func (b *outbox) raise(cs ...*casework.Case) {
	b.mu.Lock()
	floor := b.floor
	b.mu.Unlock()
	for _, c := range cs {
		if c != nil && c.Stamp > 0 && c.Stamp < floor && c.UnsentAt == nil {
			c.Announced = len(c.History)
		}
	}
}

// Announced says that the bus has all entries of a case as it was written with the stamp.
func (s *Store) Announced(stamp int64) { s.outbox.close(stamp) }

// KeepOutbox keeps the cursor of what was announced once a second, until ctx ends.
func (s *Store) KeepOutbox(ctx context.Context, failed func(error)) {
	for range pace.Every(ctx, beatEvery) {
		if err := s.outbox.beat(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
	}
}

// beat keeps the cursor when it has moved, or when others want to see that this process lives.
func (b *outbox) beat(ctx context.Context) error {
	b.beating.Lock()
	defer b.beating.Unlock()
	if err := b.begin(ctx); err != nil {
		return err
	}
	cursor, fresh := b.ripe()
	if cursor == b.kept && fresh {
		return nil
	}
	b.beats++
	doc := metaDoc{ID: b.name, V: b.beats, Value: strconv.FormatInt(cursor, 10)}
	if err := one(ctx, b.store.meta, docdb.Upsert, doc); err != nil {
		return wrap("keep where announcing stands", err)
	}
	b.kept = cursor
	b.mu.Lock()
	defer b.mu.Unlock()
	b.good = b.store.now()
	if b.alone {
		b.floor = cursor
	}
	return nil
}

// ripe is the cursor that may be kept, and whether the kept one is recent enough. It never falls.
func (b *outbox) ripe() (cursor int64, fresh bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.store.now()
	cursor = b.kept
	b.late = append(b.late, candidate{now, b.least()})
	for len(b.late) > 0 && now.Sub(b.late[0].at) >= cursorLate {
		cursor = max(cursor, b.late[0].cursor)
		b.late = b.late[1:]
	}
	return cursor, b.beats > 0 && (b.alone || now.Sub(b.good).Abs() < beatAtLeast)
}

// begin reads once where announcing stood: what comes after is owed, and new stamps come after all that.
func (b *outbox) begin(ctx context.Context) error {
	b.mu.Lock()
	opened := b.opened
	b.mu.Unlock()
	if opened {
		return nil
	}
	rows, err := b.rows(ctx)
	if err != nil {
		return err
	}
	now := b.store.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = now.UnixMicro()
	for _, r := range rows {
		b.last = max(b.last, r.cursor)
	}
	b.kept = b.last
	for _, r := range rows {
		if r.ID == b.name { // it is this file's, of the program that ran before
			b.kept, b.floor, b.beats = r.cursor, r.cursor, r.V
			b.before = r.cursor
			b.put(r.cursor, owed{})
		}
	}
	b.opened = true
	return nil
}

// keptCursor is a cursor in meta.
type keptCursor struct {
	metaDoc

	cursor int64
}

func (b *outbox) rows(ctx context.Context) (out []keptCursor, err error) {
	ms, err := all[metaDoc](docdb.For(ctx, docdb.ForBackground), b.store.meta)
	for _, m := range ms {
		if strings.HasPrefix(m.ID, cursorName) {
			n, err := strconv.ParseInt(m.Value, 10, 64)
			if err != nil {
				return nil, wrap("read where announcing stands", err)
			}
			out = append(out, keptCursor{m, n})
		}
	}
	return out, wrap("read where announcing stands", err)
}

// Owed lists the stretches that may hold entries nobody announced: what this process stored before the time and did not hear the bus
// acknowledge, and all since the cursors of processes that are gone.
func (s *Store) Owed(ctx context.Context, before time.Time) ([]casework.Stretch, error) {
	b := s.outbox
	if err := b.ready(ctx); err != nil {
		return nil, err
	}
	own := b.own(before)
	if b.alone {
		return own, nil
	}
	others, err := b.others(ctx)
	return append(own, others...), err
}

func (b *outbox) own(before time.Time) []casework.Stretch {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.before > 0 {
		return []casework.Stretch{{From: b.before, To: noEnd}} // its clock may have gone before this one's
	}
	out := casework.Stretch{From: b.least(), To: b.last + 1, Of: b.name}
	for _, stamp := range b.order {
		if o, open := b.open[stamp]; open && (o.writing || !o.at.Before(before)) {
			out.To = stamp
			break
		}
	}
	if len(b.open) == 0 || out.From >= out.To {
		return nil
	}
	return []casework.Stretch{out}
}

// others lists what processes owe that are gone, and learns how far all are.
func (b *outbox) others(ctx context.Context) (out []casework.Stretch, err error) {
	rows, err := b.rows(ctx)
	if err != nil {
		return nil, err
	}
	now := b.store.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	floor, seen := int64(0), map[string]sighting{}
	for i, r := range rows {
		if i == 0 || r.cursor < floor {
			floor = r.cursor
		}
		was, known := b.seen[r.ID]
		if !known || was.v != r.V {
			was = sighting{r.V, now}
		}
		seen[r.ID] = was
		if r.ID != b.name && now.Sub(was.at) >= goneAfter {
			out = append(out, casework.Stretch{From: r.cursor, To: noEnd, Of: r.ID, V: r.V})
		}
	}
	b.seen, b.floor = seen, floor
	return out, nil
}

// Stamped reads one page of the cases whose last entries were stored within the stretch, in that order.
func (s *Store) Stamped(ctx context.Context, of casework.Stretch, after string, limit int) ([]*casework.Case, string, error) {
	return s.find(docdb.For(ctx, docdb.ForBackground), docdb.Find{Query: "stamped", Where: []docdb.Cond{docdb.Between("stamp", of.From, of.To)}, After: after, Limit: limit})
}

// Settle says that all of the stretch was announced. The cursor of a process that is gone goes with it, unless it moved meanwhile.
func (s *Store) Settle(ctx context.Context, of casework.Stretch) error {
	b := s.outbox
	switch of.Of {
	case "":
		b.settleBefore()
		return nil
	case b.name:
		b.settle(of.To)
		return nil
	default:
		err := s.meta.Write(ctx, docdb.Write{Op: docdb.Delete, ID: of.Of, IfVersion: of.V})[0]
		if errors.Is(err, docdb.ErrStale) || errors.Is(err, docdb.ErrNotFound) {
			return nil
		}
		return wrap("settle what a process owed", err)
	}
}

// settleBefore closes what the program before this one left.
func (b *outbox) settleBefore() {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.open, b.before)
	b.before = 0
	b.trim()
}

// settle closes all stamps before one; where some after it were let go, that one is owed.
func (b *outbox) settle(to int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, stamp := range b.order {
		if stamp < to {
			delete(b.open, stamp)
		}
	}
	b.trim()
	if to <= b.lost && (len(b.order) == 0 || b.order[0] > to) {
		b.order = slices.Insert(b.order, 0, to)
		b.open[to] = owed{}
	}
}
