package history

import (
	"slices"
	"time"
)

// Chain (nhật ký) is the history of one case: each entry's hash covers all entries before it.
type Chain []Entry

// Record appends an entry to the history of the case with the id. Its hash is set when the next one follows or when the change ends,
// see Close.
func (h Chain) Record(caseID string, e Entry) Chain {
	h.Close(caseID, nil)
	e.Seq = len(h) + 1
	e.At = e.At.UTC().Truncate(time.Millisecond)
	if n := len(h); n > 0 && e.At.Before(h[n-1].At) {
		e.At = h[n-1].At // the machine's clock was set back: what came later is never told as earlier
	}
	if e.Note != "" {
		e.Salt = NewSalt()
	}
	e.NoteSum = e.noteSum()
	return append(h, e)
}

// Close chains the last entry when it is not chained yet; doc is the digest of the document it leaves behind.
func (h Chain) Close(caseID string, doc []byte) {
	if !h.Pending() {
		return
	}
	n := len(h)
	e := &h[n-1]
	if n > 1 {
		e.Prev = h[n-2].Hash
	}
	e.Doc = doc
	e.Hash, e.Parts = e.sums(caseID)
}

// Pending reports whether the last entry was recorded by the change that is being made.
func (h Chain) Pending() bool { return len(h) > 0 && h[len(h)-1].Hash == nil }

// WithoutNotes is the history with the words of all entries taken away and their digests kept. The caller records an entry of
// Erasure after it.
func (h Chain) WithoutNotes() Chain {
	out := slices.Clone(h)
	for i := range out {
		if e := &out[i]; e.NoteSum != nil {
			e.Note, e.Veil, e.Salt, e.Erased, e.Veiled = "", nil, nil, true, false
		}
	}
	return out
}

// Broken names all that was changed in the history of the case with the id and the reference.
func (h Chain) Broken(caseID, ref string) (out []*BrokenChainError) {
	var prev []byte
	erasure := 0
	for i := range h {
		if h[i].What == Erasure {
			erasure = i
		}
	}
	for i := range h {
		e := &h[i]
		for _, field := range e.broken(caseID, i+1, prev, i < erasure) {
			out = append(out, &BrokenChainError{ref, i + 1, field})
		}
		prev = e.Hash
	}
	return out
}
