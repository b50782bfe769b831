package history

import (
	"bytes"
	"crypto/rand"
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

// The sizes of a check sum and of a salt, in bytes.
const (
	CheckSize = 4
	saltSize  = 16
)

// EntryParts names the parts of an entry in the order its hash covers them. A new part goes to the end.
var EntryParts = [...]string{"seq", "at", "actor", "what", "data", "note_sum", "doc"}

// sums returns the entry's hash and the check sums of its parts. The hash is SHA-256 over the previous hash, the case's
// id (an entry cannot be moved to another case) and every part with its length. The check sums only name what was changed.
func (e *Entry) sums(caseID string) (hash, parts []byte) {
	b := make(Canon, 0, 640).Bytes(e.Prev).Text(caseID)
	parts = make([]byte, 0, CheckSize*len(EntryParts))
	from := len(b)
	part := func(next Canon) {
		parts = next[from:].Sum(parts)
		b, from = next, len(next)
	}
	part(b.Num(int64(e.Seq)))
	part(b.Time(e.At))
	part(b.Text(e.Actor))
	part(b.Text(e.What))
	part(b.Num(int64(len(e.Data))).data(e.Data))
	part(b.Bytes(e.NoteSum))
	part(b.Bytes(e.Doc))
	sum := sha256.Sum256(b)
	return sum[:], parts
}

// noteSum is the digest of the entry's words, nil when it never had any.
func (e *Entry) noteSum() []byte {
	if e.Note == "" && len(e.Veil) == 0 {
		return nil
	}
	return SumOfNote(e.Salt, e.Note, e.Veil)
}

// SumOfNote is the digest that the history knows words by; with the salt gone it confirms no guess.
func SumOfNote(salt []byte, note string, veil []byte) []byte {
	sum := sha256.Sum256(make(Canon, 0, 512).Bytes(salt).Text(note).Bytes(veil))
	return sum[:]
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

// broken names the parts of an entry that are not as they were written.
func (e *Entry) broken(caseID string, seq int, prev []byte, mayErase bool) (out []string) {
	hash, parts := e.sums(caseID)
	whole := bytes.Equal(e.Hash, hash)
	switch {
	case whole && !bytes.Equal(e.Parts, parts):
		out = append(out, "parts")
	case !whole && len(e.Parts) == len(parts):
		for i, name := range EntryParts {
			if at := i * CheckSize; !bytes.Equal(parts[at:at+CheckSize], e.Parts[at:at+CheckSize]) {
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

// NewSalt makes a salt.
func NewSalt() []byte {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails
	return salt
}
