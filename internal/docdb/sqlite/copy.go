package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Copy writes the database as it is at one moment into an empty file, with a connection of its own: readers and the writer
// go on. Copying page by page instead would begin anew with every write of another connection.
func (e *Engine) Copy(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(e.path, pragma("busy_timeout", busyMillis), pragma("cache_size", readerPages)))
	if err != nil {
		return fmt.Errorf("open %s: %w", e.path, err)
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("copy %s: %w", e.path, err)
	}
	return nil
}
