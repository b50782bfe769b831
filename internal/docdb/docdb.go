// Package docdb is the port to a document database: collections of BSON documents with declared indexes and declared queries.
//
// Two engines stand behind it, docdb/sqlite and docdb/mongo, and docdbtest is the one suite that both pass. The port offers
// only what both can promise: single-document atomic writes that are durable when they are acknowledged, optimistic versions,
// and queries that a declared index serves. A query that was not declared, or that no index serves, is an error when the
// store opens, so nobody writes a full scan by accident.
package docdb

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// The errors that callers act on; engines wrap them with what was being done.
var (
	// ErrNotFound says that no document has this id.
	ErrNotFound = errors.New("no such document")
	// ErrStale says that the document no longer has the version the writer read: somebody was first.
	ErrStale = errors.New("stale version")
	// ErrDuplicate says that a unique index holds this value already; errors.As to *DuplicateError names the index.
	ErrDuplicate = errors.New("value exists already")
	// ErrUndeclared says that a query is not among the declared ones, or that no declared index serves it.
	ErrUndeclared = errors.New("no declared index serves this query")
	// ErrWide says that a call's In conditions make more combinations than MaxCombinations.
	ErrWide = errors.New("too many combinations")
	// ErrBusy says that the engine's write queue is full; nothing was written and the caller may try again.
	ErrBusy = errors.New("write queue is full")
	// ErrNoCopy says that the engine is a server that is copied with its own tools.
	ErrNoCopy = errors.New("this database is copied with the tools of its server")
)

// DuplicateError is ErrDuplicate with the name of the violated index; the primary key's name is "_id".
type DuplicateError struct{ Index string }

func (e *DuplicateError) Error() string { return "value exists already in index " + e.Index }

// Is makes errors.Is(err, ErrDuplicate) true.
func (e *DuplicateError) Is(target error) bool { return target == ErrDuplicate }

// Engine opens collections; it is one SQLite file or one MongoDB database.
type Engine interface {
	// Open checks the schema, creates what it declares and returns the collection. Opening the same name twice is an error.
	Open(ctx context.Context, s Schema) (Collection, error)
	// Alone reports whether no other process can write to this database while it is open.
	Alone() bool
	// Aged reports whether a program of an older release wrote since one of this release settled the database. What only this release
	// keeps beside the documents is then made anew by Open; what it keeps in them is for the caller, who settles it.
	Aged() bool
	// Settle says that all that older programs left was made whole.
	Settle(ctx context.Context) error
	// Ping answers nil when the engine can read and write now.
	Ping(ctx context.Context) error
	// Copy writes all of the database, as it is at one moment, into an empty file, beside readers and writers; or says
	// ErrNoCopy.
	Copy(ctx context.Context, path string) error
	// Close waits for the writes that were accepted and releases everything.
	Close() error
}

// Collection keeps documents of one schema. All methods are safe for concurrent use.
//
// A document is BSON with a string "_id" and an int64 "v", its version, which the caller sets: 1 on insert and one more
// on each replacement.
type Collection interface {
	// Write applies each write atomically on its own, all of them durable when it returns, and answers one error per write
	// (nil for success). Writes of one call to the same document are applied in order. When ctx ends early every write is
	// either reported with its true result or with ctx's error; the latter may or may not have been applied.
	Write(ctx context.Context, writes ...Write) []error
	// Get returns the document or ErrNotFound.
	Get(ctx context.Context, id string) (bson.Raw, error)
	// GetMany returns the documents found among ids, in no particular order; absent ones are left out.
	GetMany(ctx context.Context, ids []string) ([]bson.Raw, error)
	// Find returns up to limit documents in the query's order, and the cursor to go on after the last one ("" at the end).
	Find(ctx context.Context, q Find) (docs []bson.Raw, next string, err error)
	// Count counts the matching documents, in groups when the query was declared with a group (else under the key "").
	Count(ctx context.Context, q Find) ([]Group, error)
	// Scan streams every document in _id order, for verification, export and backup; it may run for minutes beside writers.
	Scan(ctx context.Context, each func(bson.Raw) error) error
	// Audit is Scan for whoever mistrusts the database: it hands over documents that cannot be read as well, and says which
	// of the engine's own copies of a document's fields are not what the document says. each may keep what it is given.
	Audit(ctx context.Context, each func(Audited) error) error
	// Purge takes what replaced and deleted documents left behind out of the engine's own files, as far as the engine keeps
	// such files. Writers are not kept waiting for long.
	Purge(ctx context.Context) error
}

// Audited is a document as Audit found it.
type Audited struct {
	ID    string
	Doc   bson.Raw
	Wrong []string // paths whose indexed copy differs from the document; "doc" when the document itself cannot be read
}

// Op says what a Write does.
type Op int

// The operations.
const (
	// Insert adds a document; a taken id or unique value is a *DuplicateError.
	Insert Op = iota
	// Replace puts the document in place of the one with the same _id whose version is Doc's "v" minus one, else ErrStale
	// (ErrNotFound when there is none).
	Replace
	// Upsert inserts the document or replaces whatever has its _id, regardless of version.
	Upsert
	// Delete removes the document with ID; when IfVersion is not 0 only at that version, else ErrStale. Absent: ErrNotFound.
	Delete
)

// Write is one atomic change of one document.
type Write struct {
	Op        Op
	Doc       bson.Raw // for Insert, Replace, Upsert
	ID        string   // for Delete
	IfVersion int64    // for Delete
}

// Type is the type of an indexed field; a document whose field has another type is refused.
type Type int

// The types. Times are BSON dates (milliseconds, UTC).
const (
	Text Type = iota
	Int
	Time
	Bool
	Bytes
)

// Field is an indexed path. A path may be dotted ("location.ward"). A document may lack the field: it then counts as null,
// which sorts first and matches no condition.
type Field struct {
	Path string
	Type Type
	Desc bool // in an Index: order of this key
}

// Index serves queries: conditions by equality on its first fields, then its order, then further conditions on any later
// field of it.
type Index struct {
	Name   string // unique in the schema, [a-z_]+
	Fields []Field
	Unique bool // documents that lack any of the fields are exempt
	// Sparse leaves out the documents that lack the first field. A query that uses the index must have a condition on it
	// or sort by it; documents without the field are then not found.
	Sparse bool
	Serves string // the use it is declared for, in words
}

// List is a multi-valued text field, matched whole by Has: multikey in MongoDB, a side table in SQLite.
type List struct {
	Path   string
	Serves string
}

// Search is a multi-valued text field of folded search words, matched with Terms and Starts: multikey in MongoDB, an FTS5
// table in SQLite. At most one per schema. Results of a Terms query come newest first, by Newest, a Time field that every
// document of the collection has and never changes. Places are indexed Text fields whose values stand in the search index beside
// the words, so that a search within few places does not walk what was found in all others; at most the first is so in MongoDB.
type Search struct {
	Path   string
	Newest string
	Places []string
	Serves string
}

// Schema declares one collection.
type Schema struct {
	Name    string // [a-z_]+
	Indexes []Index
	Lists   []List
	Search  *Search
	Queries []Query
}

// Query declares the shape of a query. The engine refuses to open when no index serves it. One index must serve the whole
// of it: Eq and In fields are a prefix of the index in any order (an In field may be combined with Eq fields and a sort:
// the engine merges one ordered walk per combination), then the Range field or the Sort follow (a Range field must be the
// first Sort field when there is a Sort), then Filter fields stand anywhere in the same index.
// With Has the list serves (Eq, In and Filter fields must then stand in some index each, and are checked per document);
// with Terms the search serves likewise, in the search's own order.
type Query struct {
	Name   string   // unique in the schema
	Eq     []string // exactly one value each
	In     []string // up to 200 values each, at most 1000 combinations over all In fields
	Range  string   // from ≤ field < to; either end may be open
	Prefix string   // a Text field that starts with the value; stands like Range
	Filter []string // conditions that the index carries but does not seek by: each is Eq, In or Range at run time
	// MayOmit names Filter fields that a call may leave out. Every other declared field needs a condition at run time.
	MayOmit []string
	Has     string   // a list's path
	Terms   bool     // all words must match: a condition of Terms or Starts
	Sort    []Order  // ties are broken by _id ascending, always; empty means by _id
	Group   []string // for Count: at most two Text, Int or Bool fields of the same index
	Counts  bool     // for Count alone: no order has to be kept
	Least   string   // for a Count with one Group field: an Int or Time field of the same index whose least value each group tells
}

// Order is one key of a sort.
type Order struct {
	Path string
	Desc bool
}

// Cond is a condition on a field at run time. Build it with Eq, In, Between, Prefix, Has, Terms and Starts.
type Cond struct {
	Path string
	Kind CondKind
	Vals []any // Eq: one; In: many; Between: from, to (nil is open)
}

// CondKind is the kind of a condition.
type CondKind int

// The kinds of conditions.
const (
	CondEq CondKind = iota
	CondIn
	CondBetween
	CondPrefix
	CondHas
	CondTerms
	CondStarts
)

// Eq matches documents whose field equals v (string, int64, int, time.Time, bool or []byte).
func Eq(path string, v any) Cond { return Cond{Path: path, Kind: CondEq, Vals: []any{v}} }

// In matches documents whose field equals one of vals. No values match nothing.
func In[T any](path string, vals ...T) Cond {
	c := Cond{Path: path, Kind: CondIn, Vals: make([]any, 0, len(vals))}
	for _, v := range vals {
		c.Vals = append(c.Vals, v)
	}
	return c
}

// Between matches from ≤ field < to; nil leaves an end open.
func Between(path string, from, to any) Cond {
	return Cond{Path: path, Kind: CondBetween, Vals: []any{from, to}}
}

// Prefix matches texts that start with p.
func Prefix(path, p string) Cond { return Cond{Path: path, Kind: CondPrefix, Vals: []any{p}} }

// Has matches documents whose list holds v whole.
func Has(path, v string) Cond { return Cond{Path: path, Kind: CondHas, Vals: []any{v}} }

// Terms matches documents whose search words hold every word given. Words must be folded already; an empty list matches nothing.
func Terms(words ...string) Cond { return terms(CondTerms, words) }

// Starts is Terms whose last word need only be how one begins. An engine may leave out words that begin so when there are very
// many of them.
func Starts(words ...string) Cond { return terms(CondStarts, words) }

func terms(kind CondKind, words []string) Cond {
	c := Cond{Kind: kind, Vals: make([]any, 0, len(words))}
	for _, w := range words {
		c.Vals = append(c.Vals, w)
	}
	return c
}

// Find is a call of a declared query.
type Find struct {
	Query string // the declared name
	Where []Cond
	After string // a cursor returned by an earlier Find with the same Query and Where; a forged or foreign one is an error
	Limit int    // 1 to 1000; 0 means 50
}

// Group is one row of a grouped count; Key has one value per group field. Least is the least value of the query's Least field in
// stored form (times in milliseconds), or nil.
type Group struct {
	Key   []any
	N     int64
	Least any
}
