package casework

import (
	"bytes"
	"crypto/sha256"
	"fmt"
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

	// The hash covers the note by its digest only, so that it may be erased when its time is over and the chain still
	// holds. The salt goes with the note: the digest alone then confirms no guess.
	Salt    []byte `bson:"salt,omitempty"`
	NoteSum []byte `bson:"note_sum,omitempty"`
	Erased  bool   `bson:"erased,omitempty"`
	Veiled  bool   `bson:"veiled,omitempty"` // Veil holds note and salt, sealed after they had rested in the clear

	Doc   []byte `bson:"doc,omitempty"` // digest of the document after this entry, on the last entry of each change; see sums.go
	Parts []byte `bson:"parts"`         // a check sum of each part: they name the one that was changed
	Prev  []byte `bson:"prev,omitempty"`
	Hash  []byte `bson:"hash"`
}

// The actors that are not staff.
const (
	ByCitizen = "citizen"
	BySystem  = "system"
)

// Erasure is the entry that tells that notes before it, or words of the case, were erased.
const Erasure = "erased"

// ByStaff names a member of staff as actor.
func ByStaff(id string) string { return "staff/" + id }

const (
	briefSize = 4 // bytes of a check sum
	saltSize  = 16
)

// entryParts names the parts of an entry in the order its hash covers them. A new part goes to the end.
var entryParts = [...]string{"seq", "at", "actor", "what", "data", "note_sum", "doc"}

// sums returns the entry's hash and the check sums of its parts. The hash is SHA-256 over the previous hash, the case's
// id (an entry cannot be moved to another case) and every part with its length. The check sums only name what was changed.
func (e *Entry) sums(caseID string) (hash, parts []byte) {
	b := make(canon, 0, 640).bytes(e.Prev).text(caseID)
	parts = make([]byte, 0, briefSize*len(entryParts))
	from := len(b)
	part := func(next canon) {
		parts = next[from:].sum(parts)
		b, from = next, len(next)
	}
	part(b.num(int64(e.Seq)))
	part(b.time(e.At))
	part(b.text(e.Actor))
	part(b.text(e.What))
	part(b.num(int64(len(e.Data))).data(e.Data))
	part(b.bytes(e.NoteSum))
	part(b.bytes(e.Doc))
	sum := sha256.Sum256(b)
	return sum[:], parts
}

// noteSum is the digest of the entry's words, nil when it never had any.
func (e *Entry) noteSum() []byte {
	if e.Note == "" && len(e.Veil) == 0 {
		return nil
	}
	return sumOfNote(e.Salt, e.Note, e.Veil)
}

func sumOfNote(salt []byte, note string, veil []byte) []byte {
	sum := sha256.Sum256(make(canon, 0, 512).bytes(salt).text(note).bytes(veil))
	return sum[:]
}

// record appends an entry. Its hash is set when the next one follows or when the change ends, see seal.
func (c *Case) record(e Entry) {
	c.close(nil)
	e.Seq = len(c.History) + 1
	e.At = e.At.UTC().Truncate(time.Millisecond)
	if n := len(c.History); n > 0 && e.At.Before(c.History[n-1].At) {
		e.At = c.History[n-1].At // the machine's clock was set back: what came later is never told as earlier
	}
	if e.Note != "" {
		e.Salt = newSalt()
	}
	e.NoteSum = e.noteSum()
	c.History = append(c.History, e)
}

// close chains the last entry when it is not chained yet; doc is the digest of the document it leaves behind.
func (c *Case) close(doc []byte) {
	n := len(c.History)
	if n == 0 || c.History[n-1].Hash != nil {
		return
	}
	e := &c.History[n-1]
	if n > 1 {
		e.Prev = c.History[n-2].Hash
	}
	e.Doc = doc
	e.Hash, e.Parts = e.sums(c.ID)
}

// rename gives a case that was not stored yet another reference.
func (c *Case) rename(ref string) {
	c.Ref, c.History[len(c.History)-1].Hash = ref, nil
	c.seal()
}

// pending reports whether the last entry was recorded by the change that is being made.
func (c *Case) pending() bool {
	return len(c.History) > 0 && c.History[len(c.History)-1].Hash == nil
}

// EraseNotes takes the words of all entries away and keeps their digests. The caller records an entry of Erasure after it.
func (c *Case) EraseNotes() {
	c.History = slices.Clone(c.History)
	for i := range c.History {
		if e := &c.History[i]; e.NoteSum != nil {
			e.Note, e.Veil, e.Salt, e.Erased, e.Veiled = "", nil, nil, true, false
		}
	}
}

// BrokenChainError says where a case was changed after it was written.
type BrokenChainError struct {
	Case  string // its reference
	Seq   int
	Field string
}

func (e *BrokenChainError) Error() string {
	return fmt.Sprintf("case %s, entry %d: %s does not match its hash", e.Case, e.Seq, e.Field)
}

// CheckHistory recomputes the chain and returns a *BrokenChainError for the first entry that was changed.
func (c *Case) CheckHistory() error {
	if broken := c.brokenEntries(); len(broken) > 0 {
		return broken[0]
	}
	return nil
}

// brokenEntries names all that was changed in the history.
func (c *Case) brokenEntries() (out []*BrokenChainError) {
	var prev []byte
	erasure := 0
	for i := range c.History {
		if c.History[i].What == Erasure {
			erasure = i
		}
	}
	for i := range c.History {
		e := &c.History[i]
		for _, field := range e.broken(c.ID, i+1, prev, i < erasure) {
			out = append(out, &BrokenChainError{c.Ref, i + 1, field})
		}
		prev = e.Hash
	}
	return out
}

// broken names the parts of an entry that are not as they were written.
func (e *Entry) broken(caseID string, seq int, prev []byte, mayErase bool) (out []string) {
	hash, parts := e.sums(caseID)
	whole := bytes.Equal(e.Hash, hash)
	switch {
	case whole && !bytes.Equal(e.Parts, parts):
		out = append(out, "parts")
	case !whole && len(e.Parts) == len(parts):
		for i, name := range entryParts {
			if at := i * briefSize; !bytes.Equal(parts[at:at+briefSize], e.Parts[at:at+briefSize]) {
				out = append(out, name)
			}
		}
	}
	switch {
	case e.Seq != seq && !slices.Contains(out, "seq"):
		out = append(out, "seq")
	case !bytes.Equal(e.Prev, prev):
		out = append(out, "prev")
	}
	if field := e.brokenNote(mayErase); field != "" && !slices.Contains(out, "note_sum") {
		out = append(out, field)
	}
	if !whole && len(out) == 0 {
		out = append(out, "hash")
	}
	return out
}

// brokenNote checks the words against their digest.
func (e *Entry) brokenNote(mayErase bool) string {
	switch {
	case e.Erased:
		if !mayErase || e.Note != "" || len(e.Veil) > 0 || e.NoteSum == nil {
			return "erased"
		}
		return ""
	case e.Veiled: // only who has the key can compare: see CheckSealed
		if e.Note != "" || len(e.Salt) > 0 || len(e.Veil) == 0 || e.NoteSum == nil {
			return "veil"
		}
		return ""
	case bytes.Equal(e.noteSum(), e.NoteSum):
		return ""
	case len(e.Veil) > 0:
		return "veil"
	default:
		return "note"
	}
}
