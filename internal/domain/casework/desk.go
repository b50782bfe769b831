package casework

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"tiepdan/internal/domain/office"
)

// ErrStale says that the case changed between reading and writing.
var ErrStale = errors.New("case changed meanwhile")

// TakenError says that a unique value of a new case exists already; Index is "_id" or "ref".
type TakenError struct{ Index string }

func (e *TakenError) Error() string { return "taken: " + e.Index }

// Cases is what the desk keeps. Every write is durable when it returns; absent cases are a NotFound *Error.
type Cases interface {
	Insert(ctx context.Context, c *Case) error        // *TakenError when a unique value exists
	Replace(ctx context.Context, cs ...*Case) []error // ErrStale when the stored version is not V-1
	Get(ctx context.Context, id string) (*Case, error)
	Many(ctx context.Context, ids []string) ([]*Case, error)
	ByRef(ctx context.Context, ref string) (*Case, error)
	ByRefs(ctx context.Context, refs ...string) ([]*Case, error) // those that exist
	List(ctx context.Context, f Filter) ([]*Case, string, error)
	// Count counts what List finds, in groups; words are not counted by.
	Count(ctx context.Context, f Filter, by Grouping) ([]Tally, error)
	// Wary reads a page of the open cases of which it can be in doubt who may read them, see Case.WaryAt.
	Wary(ctx context.Context, after string, limit int) ([]*Case, string, error)
	// Shown reads a page of the cases that Open311 tells of and that changed since from and before to, the newest first.
	Shown(ctx context.Context, from, to time.Time, after string, limit int) ([]*Case, string, error)
	PutSecrets(ctx context.Context, s *Secrets) error
	AddSecrets(ctx context.Context, s *Secrets) error // *TakenError when they are there already
	Secrets(ctx context.Context, id string) (*Secrets, error)
	// Purge takes what replaced documents left behind out of the database's index and files.
	Purge(ctx context.Context) error
}

// Vault seals and opens. The associated data binds a sealed value to its place, so that it cannot be moved to another.
type Vault interface {
	SealPersonal(plain []byte, place string) ([]byte, error)
	OpenPersonal(sealed []byte, place string) ([]byte, error)
	SealIdentity(plain []byte, place string) ([]byte, error)
	OpenIdentity(sealed []byte, place string) ([]byte, error)
	// MAC is a keyed hash with its own key for each domain.
	MAC(domain string, parts ...[]byte) [32]byte
}

// Offices gives the current snapshot.
type Offices interface {
	Office(ctx context.Context) (*office.Office, error)
}

// Announcer publishes the entries of a case after its mark. It never blocks and never fails: what it cannot publish, the
// sweep finds.
type Announcer interface {
	Announce(cs ...*Case)
}

// Calendar counts the law's days (Bộ luật Dân sự Đ.147, 148). due is the last moment of the last day, target the end of
// the last working day on or before it.
type Calendar interface {
	Days(from time.Time, n int) (due, target time.Time)
	Workdays(from time.Time, n int) (due, target time.Time)
}

// Desk is the use cases. Its fields are set once, by the program.
type Desk struct {
	Cases    Cases
	Vault    Vault
	Quorum   Quorum // nil where the key file alone opens identities
	Offices  Offices
	Notices  Notices
	Outbox   Outbox // nil where nobody is told
	Chats    Chats  // nil where no messages come in
	ToldBy   []Way  // the ways by which senders can be told; nil is mail alone
	Accesses Accesses
	Papers   Papers
	Announce Announcer
	Phrases  Phrases
	Calendar func() Calendar
	Days     Days // what Calendar is made from, for administrators
	Terms    Terms
	Now      func() time.Time
	Log      *slog.Logger
}

// Terms are the office's own times where the law gives none, in days.
type Terms struct {
	FeedbackDays int   // phản ánh
	PetitionDays int   // kiến nghị
	Ladder       []int // working days after a limit's end at which the watch tells one higher; see WatchSteps
}

// now is the time of a change, as documents keep it.
func (d *Desk) now() time.Time { return d.Now().UTC().Truncate(time.Millisecond) }

// retries bounds how often a change is tried again when somebody else changed the same case.
const retries = 5

// change applies f to a fresh copy of the case until it is stored. f sees the case as it is now and decides again whether
// the change is allowed; it records at least one entry.
func (d *Desk) change(ctx context.Context, read func() (*Case, error), f func(c *Case) error) (*Case, error) {
	for range retries {
		was, err := read()
		if err != nil {
			return nil, err
		}
		c := was.Clone()
		if err := f(c); err != nil {
			return nil, err
		}
		c.V++
		c.fold(d.ladder())
		err = d.Cases.Replace(ctx, c)[0]
		if errors.Is(err, ErrStale) {
			continue
		}
		if err != nil {
			return nil, err
		}
		d.Announce.Announce(c)
		return c, nil
	}
	return nil, &Error{Code: Unavailable, Key: "error.busy"}
}
