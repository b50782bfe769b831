package mongo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"tiepdan/pkg/pace"
)

// alone keeps a second process away from a server that changes a document in two steps, as FerretDB 1 does: one document says
// who writes, and shows by a number that grows that he lives.
type alone struct {
	c    *mongo.Collection
	me   writer
	good atomic.Int64 // when the number last grew, by the clock that only goes forward
	from time.Time
	stop context.CancelFunc
	wg   sync.WaitGroup
}

// writer is that document.
type writer struct {
	ID    string `bson:"_id"`
	Owner string `bson:"owner"`
	Host  string `bson:"host"`
	PID   int    `bson:"pid"`
	Beat  int64  `bson:"beat"`
}

// The pace of the sign of life. Who has given none for as long as it lasts writes nothing any more, well before others believe
// that he is gone.
const (
	beatEvery = time.Second
	mayWrite  = 6 * time.Second
	goneAfter = 10 * time.Second
	beatTime  = 3 * time.Second
)

// errNotAlone says that this process has not shown for too long that it is the only writer, or is it no longer.
var errNotAlone = errors.New("another process may be writing to this FerretDB 1 database")

// beAlone makes this process the only writer, or says who is.
func beAlone(ctx context.Context, c *mongo.Collection) (*alone, error) {
	host, _ := os.Hostname()                                                                                        // no name is a name too
	a := &alone{c: c, me: writer{ID: "writer", Owner: rand.Text(), Host: host, PID: os.Getpid()}, from: time.Now()} //nolint:forbidigo // measures what passes, whatever the date
	for {
		_, err := c.InsertOne(ctx, a.me)
		if err == nil {
			break
		}
		var was writer
		if found := c.FindOne(ctx, bson.D{{Key: "_id", Value: a.me.ID}}).Decode(&was); errors.Is(found, mongo.ErrNoDocuments) {
			continue
		} else if found != nil {
			return nil, fmt.Errorf("ask who writes: %w", errors.Join(err, found))
		}
		if err := a.await(ctx, was); err != nil {
			return nil, err
		}
		if _, err := c.DeleteOne(ctx, bson.D{{Key: "_id", Value: was.ID}, {Key: "owner", Value: was.Owner}}); err != nil {
			return nil, fmt.Errorf("take over from a writer who is gone: %w", err)
		}
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	a.lives()
	a.wg.Go(func() { a.beat(life) })
	return a, nil
}

// await returns nil once the other writer is known to be gone, and an error as soon as he shows that he lives.
func (a *alone) await(ctx context.Context, was writer) error {
	if was.Host == a.me.Host && was.PID != a.me.PID && errors.Is(syscall.Kill(was.PID, 0), syscall.ESRCH) {
		return nil
	}
	tick := time.NewTicker(beatEvery / 2)
	defer tick.Stop()
	for range goneAfter / (beatEvery / 2) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		var now writer
		switch err := a.c.FindOne(ctx, bson.D{{Key: "_id", Value: was.ID}}).Decode(&now); {
		case errors.Is(err, mongo.ErrNoDocuments):
			return nil
		case err != nil:
			return fmt.Errorf("ask who writes: %w", err)
		case now != was:
			return fmt.Errorf("process %d on %s has this database open, and a FerretDB 1 database takes one process only: stop that process and start again, or move to MongoDB, where any number may run", now.PID, now.Host)
		}
	}
	return nil
}

func (a *alone) lives() { a.good.Store(int64(time.Since(a.from))) }

// may answers nil while this process is the only writer.
func (a *alone) may() error {
	if a == nil || time.Since(a.from)-time.Duration(a.good.Load()) < mayWrite {
		return nil
	}
	return errNotAlone
}

// beat shows that this process lives, until ctx ends. Once another has taken over it never does again.
func (a *alone) beat(ctx context.Context) {
	mine := bson.D{{Key: "_id", Value: a.me.ID}, {Key: "owner", Value: a.me.Owner}}
	for range pace.Every(ctx, beatEvery) {
		a.me.Beat++
		short, cancel := context.WithTimeout(ctx, beatTime)
		res, err := a.c.ReplaceOne(short, mine, a.me)
		cancel()
		if err == nil && res.MatchedCount == 1 {
			a.lives()
		}
	}
}

// close lets the next process in.
func (a *alone) close(ctx context.Context) {
	if a == nil {
		return
	}
	a.stop()
	a.wg.Wait()
	ctx, cancel := context.WithTimeout(ctx, beatTime)
	defer cancel()
	_, _ = a.c.DeleteOne(ctx, bson.D{{Key: "_id", Value: a.me.ID}, {Key: "owner", Value: a.me.Owner}}) // the next one finds that nobody lives
}
