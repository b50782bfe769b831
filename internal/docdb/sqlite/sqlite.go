// Package sqlite is the embedded engine of docdb: one SQLite file, one writer that gathers the writes waiting on it into
// one transaction, readers in parallel. Every acknowledged write has been fsynced.
package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"tiepdan/internal/docdb"

	_ "modernc.org/sqlite" // registers the driver
)

// Engine is one database file.
type Engine struct {
	path    string
	lock    *os.File
	write   *sql.DB
	conn    *sql.Conn
	reads   [docdb.Purposes]*sql.DB // so that nobody waits for what others read
	copy    *sql.DB                 // copies the log into the file beside the writer
	jobs    chan *job               // single writes: somebody waits for each
	bulk    chan *job               // pieces of batches
	quit    chan struct{}
	done    chan struct{}
	copied  chan struct{} // closed when the log is copied no more
	log     atomic.Int64  // pages in the log
	commits atomic.Int64
	file    os.FileInfo // as it was opened
	gone    atomic.Bool // it is no longer there
	once    sync.Once
	end     error
	mu      sync.Mutex
	open    map[string]bool
	last    int // how many jobs the last transaction carried
	undone  int // how often a write was taken back
	search  []*collection
	aged    bool        // an older program wrote since, see survey
	indexed bool        // the search holds what this program looks for in it
	timer   *time.Timer // of linger
}

// The sizes of the engine: memory stays bounded whatever the file's size.
const (
	queueLength = 4096 // waiting Write calls
	maxGroup    = 512  // writes of one transaction
	crowd       = 12   // jobs of one transaction that make a crowd
	lingers     = 1500 * time.Microsecond
	bulkPiece   = 32      // writes of a batch that go together
	bulkBeside  = 2       // pieces taken into a transaction beside single writes …
	bulkAlone   = 12      // … and when there are hardly any
	writerPages = -48_000 // KiB of page cache
	readerPages = -4_000
	longLog     = 32_000 // pages in the log from which on the writer helps to copy it into the file
	copies      = 100 * time.Millisecond
	busyMillis  = 10_000
	pageSize    = 2048
)

// Open opens the file, creating it, and starts the writer. A second process that opens the same file is refused: group
// commit and the file's only writer belong together.
func Open(ctx context.Context, path string) (*Engine, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create folder of %s: %w", path, err)
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	e := &Engine{
		path: path, lock: lock, jobs: make(chan *job, queueLength), bulk: make(chan *job, queueLength), quit: make(chan struct{}), done: make(chan struct{}), copied: make(chan struct{}),
		open: map[string]bool{}, timer: time.NewTimer(time.Hour),
	}
	if err := e.connect(ctx); err != nil {
		return nil, errors.Join(err, e.release())
	}
	if err := e.survey(ctx); err != nil {
		return nil, errors.Join(err, e.release())
	}
	if e.file, err = os.Stat(path); err != nil {
		return nil, errors.Join(err, e.release())
	}
	go e.work()
	go e.copyLog()
	return e, nil
}

// layout is the form in which the program keeps a file. A file that a later program gave another is refused.
const layout = 3

// agedTables are the search tables of programs that knew no layout: such a program makes them again whenever it opens a file, so where
// they stand it wrote, and columns, lists and words that it did not know want filling.
const agedTables = "SELECT name FROM sqlite_schema WHERE type='table' AND name GLOB 's_*' AND sql LIKE 'CREATE VIRTUAL TABLE%'"

// survey refuses what a later program made, and finds out whether an older one wrote.
func (e *Engine) survey(ctx context.Context) error {
	at := 0
	if err := e.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&at); err != nil {
		return fmt.Errorf("open %s: %w", e.path, err)
	}
	if at > layout {
		return fmt.Errorf("%s was last written by a later program than this one: use that one, or restore the backup that was made before it", e.path)
	}
	old, err := names(ctx, e.conn, agedTables)
	e.aged, e.indexed = len(old) > 0, at == layout
	return err
}

// Aged reports whether a program of an older release wrote to the file since one of this release settled it.
func (e *Engine) Aged() bool { return e.aged }

// Alone is true: the file is locked.
func (*Engine) Alone() bool { return true }

// Settle says that all that older programs left was made whole.
func (e *Engine) Settle(ctx context.Context) error {
	return e.exclusive(ctx, func(ctx context.Context, conn *sql.Conn) error {
		old, err := names(ctx, conn, agedTables)
		if err != nil {
			return err
		}
		for _, name := range old {
			if err := exec(ctx, conn, "DROP TABLE "+name); err != nil {
				return err
			}
		}
		return exec(ctx, conn, fmt.Sprintf("PRAGMA user_version=%d", layout))
	})
}

func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the path is the administrator's setting
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		raw, _ := io.ReadAll(io.LimitReader(f, 20)) // who holds it wrote his number into it
		who := cmp.Or(strings.TrimSpace(string(raw)), "unknown")
		return nil, errors.Join(fmt.Errorf("process %s has this database open (%s): let it do the work, or stop it (kill %s) and start again; the lock ends with that process, do not delete the file", who, path, who), f.Close())
	}
	_ = f.Truncate(0) // without a number the lock holds as well
	_, _ = fmt.Fprintln(f, os.Getpid())
	return f, nil
}

func (e *Engine) connect(ctx context.Context) (err error) {
	if err := e.begin(ctx); err != nil {
		return err
	}
	if e.write, err = sql.Open("sqlite", dsn(e.path,
		pragma("journal_mode", "WAL"), pragma("synchronous", "FULL"), pragma("busy_timeout", busyMillis),
		pragma("cache_size", writerPages), pragma("wal_autocheckpoint", 0), pragma("temp_store", "MEMORY"),
		pragma("journal_size_limit", 96<<20), pragma("secure_delete", "ON"),
	)); err != nil {
		return fmt.Errorf("open %s: %w", e.path, err)
	}
	e.write.SetMaxOpenConns(1)
	if e.conn, err = e.write.Conn(ctx); err != nil {
		return fmt.Errorf("open %s: %w", e.path, err)
	}
	for p, n := range readers {
		if e.reads[p], err = sql.Open("sqlite", dsn(e.path,
			pragma("query_only", 1), pragma("busy_timeout", busyMillis), pragma("cache_size", readerPages), pragma("temp_store", "MEMORY"),
		)); err != nil {
			return fmt.Errorf("open %s: %w", e.path, err)
		}
		e.reads[p].SetMaxOpenConns(n)
		e.reads[p].SetMaxIdleConns(n)
	}
	if e.copy, err = sql.Open("sqlite", dsn(e.path, pragma("busy_timeout", busyMillis), pragma("cache_size", readerPages), pragma("synchronous", "FULL"))); err != nil {
		return fmt.Errorf("open %s: %w", e.path, err)
	}
	e.copy.SetMaxOpenConns(1)
	return nil
}

// begin gives a new file its page size: the log would fix another one, and the driver begins the log before all else.
func (e *Engine) begin(ctx context.Context) error {
	if at, err := os.Stat(e.path); err == nil && at.Size() > 0 {
		return nil
	}
	db, err := sql.Open("sqlite", dsn(e.path))
	if err != nil {
		return fmt.Errorf("open %s: %w", e.path, err)
	}
	db.SetMaxOpenConns(1)
	for _, text := range []string{fmt.Sprintf("PRAGMA page_size=%d", pageSize), "VACUUM"} {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return errors.Join(fmt.Errorf("begin %s: %w", e.path, err), db.Close())
		}
	}
	return db.Close()
}

// readers are how many read at once, for each purpose.
var readers = [docdb.Purposes]int{docdb.ForCitizens: 4, docdb.ForStaff: 3, docdb.ForSearch: 2, docdb.ForBackground: 2}

func pragma(name string, value any) string { return fmt.Sprintf("%s(%v)", name, value) }

// dsn names the file; the pragmas are carried out in their order on every new connection.
func dsn(path string, pragmas ...string) string {
	v := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// Ping reads from the file.
func (e *Engine) Ping(ctx context.Context) error {
	select {
	case <-e.quit:
		return errClosed
	default:
	}
	if e.look(); e.gone.Load() {
		return fmt.Errorf("ping %s: %w", e.path, errGone)
	}
	var one int
	if err := e.reads[docdb.ForCitizens].QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("ping %s: %w", e.path, err)
	}
	return nil
}

var errClosed = errors.New("database is closed")

// Close waits for accepted writes and closes the file.
func (e *Engine) Close() error {
	e.once.Do(func() {
		close(e.quit)
		<-e.done
		<-e.copied
		e.end = e.release()
	})
	return e.end
}

func (e *Engine) release() error {
	var errs []error
	for _, db := range e.reads {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if e.copy != nil {
		errs = append(errs, e.copy.Close())
	}
	if e.conn != nil {
		// What is copied or moved with the service stopped is one whole file.
		_, err := e.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)") //nolint:forbidigo // nobody's request
		errs = append(errs, err, e.conn.Close())
	}
	if e.write != nil {
		errs = append(errs, e.write.Close())
	}
	return errors.Join(append(errs, e.lock.Close())...)
}

// Open creates what the schema declares and checks that an index really serves each query.
func (e *Engine) Open(ctx context.Context, s docdb.Schema) (docdb.Collection, error) {
	c, err := e.collection(ctx, s)
	if err != nil {
		return nil, err
	}
	return docdb.Telling(c, trouble), nil
}

func (e *Engine) collection(ctx context.Context, s docdb.Schema) (*collection, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.open[s.Name] {
		return nil, fmt.Errorf("collection %s is open already", s.Name)
	}
	c := newCollection(e, s)
	if err := e.exclusive(ctx, c.migrate); err != nil {
		return nil, fmt.Errorf("open collection %s: %w", s.Name, err)
	}
	if err := c.prove(ctx); err != nil {
		return nil, err
	}
	e.open[s.Name] = true
	return c, nil
}
