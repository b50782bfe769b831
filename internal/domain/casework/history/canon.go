// Package history is what nobody can rewrite: the entries of a case, each with a hash that covers all before it, and the canonical
// form that hashes are made of. It knows an entry's words and digests, and nothing of what a case is.
package history

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"maps"
	"math"
	"slices"
	"time"
)

// Canon is bytes in canonical form: every text with its length before it, times in milliseconds.
type Canon []byte

// Num writes a number in eight bytes.
func (b Canon) Num(n int64) Canon {
	return binary.BigEndian.AppendUint64(b, uint64(n)) //nolint:gosec // the bits count, not the number
}

// Real writes a fraction by its bits.
func (b Canon) Real(f float64) Canon { return binary.BigEndian.AppendUint64(b, math.Float64bits(f)) }

// Bytes writes bytes with their length.
func (b Canon) Bytes(p []byte) Canon { return append(b.Num(int64(len(p))), p...) }

// Text writes a text with its length.
func (b Canon) Text(s string) Canon { return append(b.Num(int64(len(s))), s...) }

// Texts writes texts one after another; none are nothing.
func (b Canon) Texts(ss []string) Canon {
	for _, s := range ss {
		b = b.Text(s)
	}
	return b
}

// Digest is SHA-256 over all that was written.
func (b Canon) Digest() []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}

// data writes a map sorted by key.
func (b Canon) data(data map[string]string) Canon {
	for _, k := range slices.Sorted(maps.Keys(data)) {
		b = b.Text(k).Text(data[k])
	}
	return b
}

// Sum appends the check sum of b: any one changed byte changes it. It proves nothing, the digests do that.
func (b Canon) Sum(to []byte) []byte { return binary.BigEndian.AppendUint32(to, crc32.ChecksumIEEE(b)) }

// Time writes a moment in milliseconds.
func (b Canon) Time(t time.Time) Canon { return b.Num(t.UnixMilli()) }

// Maybe writes a time that may be missing.
func (b Canon) Maybe(t *time.Time) Canon {
	if t == nil {
		return b
	}
	return b.Time(*t)
}

// Some writes a text that stands alone; an empty one is nothing.
func (b Canon) Some(s string) Canon { return append(b, s...) }

// Said writes a fact by name; one that is not so is nothing.
func (b Canon) Said(on bool, fact string) Canon {
	if on {
		return b.Text(fact)
	}
	return b
}

// Rest writes bytes that were added to a part later; none are nothing.
func (b Canon) Rest(p []byte) Canon {
	if len(p) == 0 {
		return b
	}
	return b.Bytes(p)
}

// Flag writes what is so; what is not is nothing.
func (b Canon) Flag(on bool) Canon {
	if on {
		b = append(b, 1)
	}
	return b
}
