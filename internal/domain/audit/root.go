package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Head (đầu chuỗi) is how far a case's history had come when a root was made.
type Head struct {
	Case string `bson:"c"`
	Ref  string `bson:"r"`
	Seq  int    `bson:"s"`
	Hash []byte `bson:"h"`
}

// Root (dấu xác nhận) vouches for everything that was recorded from a moment to the end of a day: it holds a digest of the
// last entry of each case in that time, and of the root before it, and is signed. Whoever keeps a copy of one root can
// prove later what the office had recorded by then.
type Root struct {
	Day    string    `bson:"_id"` // the last day, 2026-11-23
	V      int64     `bson:"v"`
	From   time.Time `bson:"from"` // zero for the first root
	To     time.Time `bson:"to"`   // midnight in Vietnam, not included
	Cases  int       `bson:"cases"`
	Parts  int       `bson:"parts"`
	Heads  []byte    `bson:"heads"`            // SHA-256 over all heads
	Before []byte    `bson:"before,omitempty"` // SHA-256 over the text of the root before
	Tips   []Tip     `bson:"tips,omitempty"`   // how far the ledger had come
	Lost   []Head    `bson:"lost,omitempty"`   // cases that had been filed and were gone when the root was made
	Sign   []byte    `bson:"sign"`

	Cosigned []Cosigned `bson:"cosigned,omitempty"` // by witnesses, once they have
}

// Cosigned is a witness's signature under a root.
type Cosigned struct {
	Key  []byte `bson:"k"` // its public key, Ed25519
	Sign []byte `bson:"s"`
}

// Text is what is signed: plain lines, so that anybody can read it and check it with other tools.
func (r *Root) Text() string {
	lines := []string{"root: " + r.Day}
	if !r.From.IsZero() {
		lines = append(lines, "from: "+r.From.UTC().Format(time.RFC3339))
	}
	lines = append(lines, "to: "+r.To.UTC().Format(time.RFC3339), "cases: "+strconv.Itoa(r.Cases), "heads: sha256:"+hex.EncodeToString(r.Heads))
	if len(r.Tips)+len(r.Lost) > 0 {
		lines = append(lines, "records: sha256:"+hex.EncodeToString(r.Records()))
	}
	if len(r.Before) > 0 {
		lines = append(lines, "before: sha256:"+hex.EncodeToString(r.Before))
	}
	return strings.Join(lines, "\n")
}

// Sum is the digest by which the next root names this one.
func (r *Root) Sum() []byte {
	sum := sha256.Sum256([]byte(r.Text()))
	return sum[:]
}

// partSize is how many heads one document keeps.
const partSize = 1000

// write adds a head to a digest, each part with its length.
func (h *Head) write(to hash.Hash) {
	b := make([]byte, 0, 160)
	for _, p := range [][]byte{[]byte(h.Case), []byte(h.Ref), h.Hash} {
		b = append(binary.BigEndian.AppendUint64(b, uint64(len(p))), p...)
	}
	_, _ = to.Write(binary.BigEndian.AppendUint64(b, uint64(h.Seq))) //nolint:gosec // never fails; a number of entries is small and positive
}

// mark is a root that is being compared: its heads lie in the order of ids, as the cases come.
type mark struct {
	root  *Root
	part  int
	heads []Head
	sum   hash.Hash
}

func newMark(root *Root) *mark { return &mark{root: root, sum: sha256.New()} }

// top is the next head, nil at the end.
func (m *mark) top(ctx context.Context, s Store) (*Head, error) {
	for len(m.heads) == 0 && m.part < m.root.Parts {
		heads, err := s.Heads(ctx, m.root.Day, m.part)
		if err != nil {
			return nil, err
		}
		for i := range heads {
			heads[i].write(m.sum)
		}
		m.heads, m.part = heads, m.part+1
	}
	if len(m.heads) == 0 {
		return nil, nil //nolint:nilnil // the end
	}
	return &m.heads[0], nil
}

// at is the root that covers a moment, len(marks) when none does yet.
func (r *run) at(t time.Time) int {
	i, _ := slices.BinarySearchFunc(r.marks, t, func(m *mark, t time.Time) int {
		if t.Before(m.root.To) {
			return 1
		}
		return -1
	})
	return i
}

// against compares a case with the roots of the days it was changed on.
func (r *run) against(ctx context.Context, s seen) error {
	last := map[int]tip{}
	for _, t := range s.tips {
		i := r.at(t.at)
		if had, ok := last[i]; !ok || t.seq > had.seq {
			last[i] = t
		}
	}
	for i, m := range r.marks {
		t, touched := last[i]
		if !touched {
			continue
		}
		if err := r.hold(ctx, m, s, t); err != nil {
			return err
		}
	}
	if t, ok := last[len(r.marks)]; ok && r.next != nil {
		return r.next.take(ctx, s, r.lastBefore(s, t))
	}
	return nil
}

// hold compares the last entry of a case in the time of a root with what the root saw.
func (r *run) hold(ctx context.Context, m *mark, s seen, t tip) error {
	for {
		h, err := m.top(ctx, r.Store)
		if err != nil {
			return err
		}
		switch {
		case h == nil || h.Case > s.id:
			r.found(Finding{Case: s.ref, Entry: t.seq, Field: "entry", Root: m.root.Day})
			return nil
		case h.Case < s.id:
			r.found(Finding{Case: h.Ref, Entry: h.Seq, Field: "entry", Root: m.root.Day})
			m.heads = m.heads[1:]
			continue
		case h.Seq != t.seq || !bytes.Equal(h.Hash, t.hash):
			r.found(Finding{Case: s.ref, Entry: h.Seq, Field: "hash", Root: m.root.Day})
		}
		m.heads = m.heads[1:]
		return nil
	}
}

// end tells what the roots saw and the store has no longer, and whether the roots' own heads were changed.
func (r *run) end(ctx context.Context) error {
	for _, m := range r.marks {
		for {
			h, err := m.top(ctx, r.Store)
			if err != nil {
				return err
			}
			if h == nil {
				break
			}
			r.found(Finding{Case: h.Ref, Entry: h.Seq, Field: "entry", Root: m.root.Day})
			m.heads = m.heads[1:]
		}
		if !bytes.Equal(m.sum.Sum(nil), m.root.Heads) {
			r.found(Finding{Root: m.root.Day, Field: "heads"})
		}
	}
	return nil
}
