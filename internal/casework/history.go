package casework

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Entry is one thing that happened to a case: a fact in the past tense, and the event that is announced. Its Hash covers
// the entry and, through Prev, all entries before it.
type Entry struct {
	Seq   int               `bson:"seq"`
	At    time.Time         `bson:"at"`
	Actor string            `bson:"actor"`          // "citizen", "system" or "staff/" and an id
	What  string            `bson:"what"`           // received, assigned, answered …
	Data  map[string]string `bson:"data,omitempty"` // ids, states and digests only, never words about people
	Note  string            `bson:"note,omitempty"` // words for readers of the case; never announced
	Veil  []byte            `bson:"veil,omitempty"` // the note of a denunciation, sealed
	Prev  []byte            `bson:"prev,omitempty"`
	Hash  []byte            `bson:"hash"`
}

// The actors that are not staff.
const (
	ByCitizen = "citizen"
	BySystem  = "system"
)

// ByStaff names a member of staff as actor.
func ByStaff(id string) string { return "staff/" + id }

// digest is SHA-256 over the previous hash and the entry in canonical form: every part with its length before it, data
// sorted by key, the time in milliseconds. The case's id is in it, so an entry cannot be moved to another case.
func (e Entry) digest(caseID string) []byte {
	var buf bytes.Buffer
	part := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		buf.Write(n[:])
		buf.Write(b)
	}
	part(e.Prev)
	part([]byte(caseID))
	var num [16]byte
	binary.BigEndian.PutUint64(num[:8], uint64(e.Seq)) //nolint:gosec // a sequence number is never negative
	binary.BigEndian.PutUint64(num[8:], uint64(e.At.UnixMilli()))
	part(num[:])
	part([]byte(e.Actor))
	part([]byte(e.What))
	for _, k := range slices.Sorted(maps.Keys(e.Data)) {
		part([]byte(k))
		part([]byte(e.Data[k]))
	}
	part([]byte(e.Note))
	part(e.Veil)
	sum := sha256.Sum256(buf.Bytes())
	return sum[:]
}

// record appends an entry and chains it.
func (c *Case) record(e Entry) {
	e.Seq = len(c.History) + 1
	e.At = e.At.UTC().Truncate(time.Millisecond)
	if n := len(c.History); n > 0 {
		e.Prev = c.History[n-1].Hash
	}
	e.Hash = e.digest(c.ID)
	c.History = append(c.History, e)
}

// BrokenChainError says where a history was changed after it was written.
type BrokenChainError struct {
	Case  string
	Seq   int
	Field string
}

func (e *BrokenChainError) Error() string {
	return fmt.Sprintf("case %s, entry %d: %s does not match its hash", e.Case, e.Seq, e.Field)
}

// CheckHistory recomputes the chain and returns a *BrokenChainError for the first entry that was changed.
func (c *Case) CheckHistory() error {
	var prev []byte
	for i, e := range c.History {
		switch {
		case e.Seq != i+1:
			return &BrokenChainError{c.ID, i + 1, "seq"}
		case !bytes.Equal(e.Prev, prev):
			return &BrokenChainError{c.ID, e.Seq, "prev"}
		case !bytes.Equal(e.Hash, e.digest(c.ID)):
			return &BrokenChainError{c.ID, e.Seq, "entry"}
		}
		prev = e.Hash
	}
	return nil
}
