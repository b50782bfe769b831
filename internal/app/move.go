package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tiepdan/internal/docdb"
	"tiepdan/internal/docdb/mongo"
	"tiepdan/internal/docdb/sqlite"
	"tiepdan/internal/store"
)

// Moving is what the documents are moved from and to (chuyển cơ sở dữ liệu): from TIEPDAN_STORE, or the folder's own file, to another engine.
type Moving struct {
	Data, To string // To is sqlite:FILE or mongodb://…, empty or left half full by a move that was cut off
	Log      *slog.Logger
	Progress io.Writer
}

// Moved is the proof that all documents came over: the same as before.
type Moved struct {
	Restored
	Docs, New int
}

// Move carries all documents to another engine while the service rests, and proves that they are the same there: each document byte by byte,
// every history, record, attachment and root, and one digest over the heads of all histories. What it was moved from keeps everything, and
// is marked as a copy, so that it tells nobody anything when it is started by mistake. A move that was cut off goes on when asked again.
func Move(ctx context.Context, m Moving) (out Moved, err error) {
	from, err := FromEnv("", m.Data, nil)
	if err != nil {
		return out, err
	}
	to := from
	to.Store = m.To
	if err := m.canMove(ctx, from); err != nil {
		return out, err
	}
	before, err := proved(ctx, from, m)
	if err != nil {
		return out, fmt.Errorf("the documents as they are: %w", err)
	}
	if out.Docs, out.New, err = m.carry(ctx, from.Store); err != nil {
		return out, err
	}
	if out.Restored, err = proved(ctx, to, m); err != nil {
		return out, fmt.Errorf("the documents in their new place: %w", err)
	}
	if out.Heads != before.Heads || out.Root != before.Root || out.Report.Cases != before.Report.Cases {
		return out, errors.New("the histories in the new place are not those of the old one: nothing was removed, serve the old one")
	}
	return out, m.settle(ctx, from, to)
}

func (m Moving) canMove(ctx context.Context, from Config) error {
	if !strings.HasPrefix(m.To, "sqlite:") && !strings.HasPrefix(m.To, "mongodb") || m.To == from.Store {
		return errors.New("--to must be another database: sqlite:FILE or mongodb://…")
	}
	if err := from.there(); err != nil {
		return err
	}
	conn, running, err := dialRunning(ctx, from)
	if err != nil || !running {
		return err
	}
	return errors.Join(errors.New("the service runs on this folder: stop it first, for a letter that came while its documents are moved would stay behind"), conn.Close())
}

// proved opens what a configuration names, on an event store of its own, and reads all of it again.
func proved(ctx context.Context, cfg Config, m Moving) (p Restored, err error) {
	err = m.with(ctx, cfg, func(a *App) error { return a.prove(ctx, &p, m.Progress) })
	if err == nil && p.Report.Broken > 0 {
		err = fmt.Errorf("%d records are not as they were once written, see above", p.Report.Broken)
	}
	return p, err
}

// with opens the program for one task; events are none of a move's business, so they have a folder that goes again.
func (m Moving) with(ctx context.Context, cfg Config, task func(*App) error) (err error) {
	cfg.NATS = "embedded"
	bus, err := os.MkdirTemp(cfg.Data, "copy-*.tmp")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(bus)) }()
	a, err := openMoving(ctx, cfg, m.Log, bus)
	if err != nil {
		return err
	}
	return errors.Join(task(a), a.Close())
}

// openMoving opens also a database that a move has not ended in.
func openMoving(ctx context.Context, cfg Config, log *slog.Logger, bus string) (*App, error) {
	cfg.busDir, cfg.moving = filepath.Join(bus, "nats"), true
	return Open(ctx, cfg, log)
}

// openDocuments opens the documents alone.
func (a *App) openDocuments(ctx context.Context, where string) (*store.Store, error) {
	var e docdb.Engine
	var err error
	if path, ok := strings.CutPrefix(where, "sqlite:"); ok {
		e, err = sqlite.Open(ctx, path)
	} else {
		e, err = mongo.Open(ctx, where)
	}
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, e, a.Now)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return s, nil
}

// carry fills the new place.
func (m Moving) carry(ctx context.Context, from string) (docs, fresh int, err error) {
	a := &App{Now: time.Now}
	src, err := a.openDocuments(ctx, from)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	dst, err := a.openDocuments(ctx, m.To)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if err := dst.BeginCarry(ctx, placeName(from)); err != nil {
		return 0, 0, err
	}
	var told error
	err = src.CarryTo(ctx, dst, func(c store.Carried) {
		docs, fresh = docs+c.Docs, fresh+c.New
		_, e := fmt.Fprintf(m.Progress, "%s: %d documents, %d of them written now\n", c.Name, c.Docs, c.New)
		told = errors.Join(told, e)
	})
	return docs, fresh, errors.Join(err, told)
}

// placeName names a place without telling it: an address may hold a password.
func placeName(where string) string {
	name := sha256.Sum256([]byte(where))
	return hex.EncodeToString(name[:])
}

// settle marks the old place first, and ends the move only when that is kept: at no moment may two of them send. Cut off between, it is
// done again by the next move.
func (m Moving) settle(ctx context.Context, from, to Config) error {
	here := placeName(to.Store)
	if err := m.with(ctx, from, func(a *App) error { return a.markMoved(ctx, here) }); err != nil {
		return err
	}
	return m.with(ctx, to, func(a *App) error {
		if err := a.arrived(ctx, here); err != nil {
			return err
		}
		return a.Store.EndCarry(ctx)
	})
}

// errUnfinished says that a database was never filled to its end.
var errUnfinished = errors.New("the move into this database did not come to its end: give the command again, it goes on where it was")
