package sqlite

import (
	"context"
	"database/sql"
	"time"
)

// copyLog copies what was committed from the log into the file, beside the writer, so that no commit has to do it: that
// would make everybody in it wait. It ends with the writer.
func (e *Engine) copyLog() {
	defer close(e.copied)
	tick := time.NewTicker(copies)
	defer tick.Stop()
	var before int64
	for {
		select {
		case <-e.done:
			return
		case <-tick.C:
		}
		e.look()
		if n := e.commits.Load(); n != before {
			before = n
			e.log.Store(checkpoint(e.copy))
		}
	}
}

// help lets the writer copy the rest of a long log, which is short after what was copied beside it; the next transaction
// then begins the log anew.
func (e *Engine) help(ctx context.Context) {
	if e.log.Load() < longLog {
		return
	}
	var busy, log, done int64
	if err := e.conn.QueryRowContext(ctx, passive).Scan(&busy, &log, &done); err == nil && log == done {
		e.log.Store(0)
	}
}

// passive copies as much as it can without making anybody wait.
const passive = "PRAGMA wal_checkpoint(PASSIVE)" //nolint:gosec // no credential, a pragma

// checkpoint copies what no reader holds back, and returns how many pages the log has. What fails is tried again soon.
func checkpoint(db *sql.DB) int64 {
	var busy, log, done int64
	if err := db.QueryRow(passive).Scan(&busy, &log, &done); err != nil { //nolint:noctx // bounded by the busy timeout
		return 0
	}
	return log
}
