package sqlite

import (
	"errors"
	"os"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"tiepdan/internal/docdb"
)

// errGone says that the file was removed or replaced under the running program: what is written now would be lost.
var errGone = errors.New("the file of the database is not the one that was opened: it was removed or replaced")

// primary are the bits of an error's code that name its kind.
const primary = 0xff

// trouble tells what the file or its disk suffers from.
func trouble(err error) error {
	if errors.Is(err, errClosed) || errors.Is(err, errGone) {
		return docdb.ErrDown
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return nil
	}
	switch e.Code() & primary {
	case lib.SQLITE_FULL:
		return docdb.ErrFull
	case lib.SQLITE_IOERR, lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY, lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return docdb.ErrDown
	}
	return nil
}

// look notes whether the file is still the one that was opened.
func (e *Engine) look() {
	now, err := os.Stat(e.path)
	e.gone.Store(err != nil || !os.SameFile(e.file, now))
}
