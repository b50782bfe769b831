package audit

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"time"
)

// Record is a document that the ledger vouches for.
type Record struct {
	Kind, ID string
	Raw      []byte
}

// Sum is a record's digest.
func Sum(raw []byte) []byte {
	sum := sha256.Sum256(raw)
	return sum[:]
}

// records is what an audit learns from the ledger.
type records struct {
	began   time.Time
	cases   map[string]string    // ids of cases that no root covers yet, with their references
	tips    []Tip                // of all strands
	said    map[string][]said    // by kind and id
	strands map[string]time.Time // unclosed strands: their last page
}

// said is one line, with what makes it count.
type said struct {
	v      int64
	at     time.Time
	sum    []byte
	strand string
	maybe  bool
}

func key(kind, id string) string { return kind + "/" + id }

// rooted are the tips that the signed roots name.
func (r *run) rooted() (tips []Tip) {
	for _, m := range r.marks {
		tips = append(tips, m.root.Tips...)
	}
	return tips
}

// pages reads the ledger and checks that it is whole.
func (r *run) pages(ctx context.Context) error {
	rec := &records{began: r.report.At, cases: map[string]string{}, said: map[string][]said{}, strands: map[string]time.Time{}}
	r.records = rec
	var from time.Time
	if n := len(r.marks); n > 0 {
		from = r.marks[n-1].root.To
	}
	var last *Page
	named := map[string]Tip{} // what other strands and roots say of a strand, at its page
	note := func(t Tip) { named[pageID(t.Strand, t.Seq)] = t }
	for _, t := range r.rooted() {
		note(t)
	}
	seen := map[string][]byte{} // hashes of the pages that were named, wherever they are met
	err := r.Store.EachPage(ctx, func(p *Page) error {
		r.page(p, last)
		for _, t := range p.Others {
			note(t)
		}
		hash := p.Hash()
		seen[p.ID] = hash
		if last != nil && last.Strand == p.Strand { // a strand's last page is its tip
			rec.tips = rec.tips[:len(rec.tips)-1]
		}
		rec.tips = append(rec.tips, Tip{p.Strand, p.Seq, hash})
		rec.strands[p.Strand] = p.At
		if p.Closed {
			delete(rec.strands, p.Strand)
		}
		for i := range p.Lines {
			rec.line(p, &p.Lines[i], from)
		}
		last = p
		return nil
	})
	for _, id := range slices.Sorted(maps.Keys(named)) {
		if hash, ok := seen[id]; !ok {
			r.found(Finding{Record: "ledger/" + id, Field: "deleted"})
		} else if !bytes.Equal(hash, named[id].Hash) {
			r.found(Finding{Record: "ledger/" + id, Field: "hash"})
		}
	}
	return err
}

// page checks one page by itself and against the one before it in its strand.
func (r *run) page(p, last *Page) {
	mac := r.Signer.MAC(ledgerDomain, p.Hash())
	switch first := last == nil || last.Strand != p.Strand; {
	case !bytes.Equal(mac[:], p.MAC) || p.ID != pageID(p.Strand, p.Seq):
		r.found(Finding{Record: "ledger/" + p.ID, Field: "signature"})
	case first && p.Seq != 1, !first && p.Seq != last.Seq+1:
		r.found(Finding{Record: "ledger/" + p.ID, Field: "before"})
	case !first && !bytes.Equal(p.Prev, last.Hash()):
		r.found(Finding{Record: "ledger/" + p.ID, Field: "before"})
	}
}

// line takes in one.
func (c *records) line(p *Page, l *Line, from time.Time) {
	if l.Kind == Cases {
		if !p.At.Before(from) && p.At.Before(c.began) {
			c.cases[l.ID] = l.Name
		}
		return
	}
	k := key(l.Kind, l.ID)
	all := c.said[k]
	if l.Void || l.Maybe {
		for i, s := range slices.Backward(all) {
			if !bytes.Equal(s.sum, l.Sum) {
				continue
			}
			if all[i].maybe = true; l.Void {
				all = slices.Delete(all, i, i+1)
			}
			break
		}
		c.said[k] = all
		return
	}
	all = append(all, said{v: l.V, at: p.At, sum: l.Sum, strand: p.Strand})
	slices.SortStableFunc(all, func(a, b said) int { return cmp.Or(cmp.Compare(a.v, b.v), a.at.Compare(b.at)) })
	c.said[k] = all[max(0, len(all)-keptLines):]
}

// keptLines is how many lines of one record are remembered: the last one counts, those before it only where it may not have
// been fulfilled.
const keptLines = 4

// Settling is how long before the end of a program that did not end in order a promise may have been left unfulfilled.
const settling = 30 * time.Second

// sums lists the digests a record may have: the last promised one, and those before it as long as what follows may not have
// been fulfilled. ok is false when the record may as well not be there.
func (c *records) sums(k string) (sums [][]byte, mustBe bool) {
	for _, s := range slices.Backward(c.said[k]) {
		sums = append(sums, s.sum)
		end, unclosed := c.strands[s.strand]
		if !s.maybe && s.at.Before(c.began) && (!unclosed || end.Sub(s.at) > settling) {
			return sums, true
		}
	}
	return sums, false
}

// vouched compares all records with what the ledger says of them. It comes after the cases, so the ledger is read again for
// what was written meanwhile.
func (r *run) vouched(ctx context.Context) error {
	type met struct{ kind, id string }
	sums := map[met][]byte{}
	if err := r.Store.EachRecord(ctx, func(rec Record) error {
		sums[met{rec.Kind, rec.ID}] = Sum(rec.Raw)
		return nil
	}); err != nil {
		return err
	}
	late := &records{began: r.records.began, cases: map[string]string{}, said: map[string][]said{}, strands: r.records.strands}
	if err := r.Store.EachPage(ctx, func(p *Page) error {
		for i := range p.Lines {
			late.line(p, &p.Lines[i], p.At.Add(time.Hour)) // no cases
		}
		return nil
	}); err != nil {
		return err
	}
	r.report.Records = len(sums)
	for _, m := range slices.SortedFunc(maps.Keys(sums), func(a, b met) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id)) }) {
		want, _ := late.sums(key(m.kind, m.id))
		switch {
		case len(want) == 0:
			r.found(Finding{Record: key(m.kind, m.id), Field: "unknown"})
		case !slices.ContainsFunc(want, func(s []byte) bool { return bytes.Equal(s, sums[m]) }):
			r.found(Finding{Record: key(m.kind, m.id), Field: "document"})
		}
		delete(late.said, key(m.kind, m.id))
	}
	for _, k := range slices.Sorted(maps.Keys(late.said)) {
		if _, must := late.sums(k); must {
			r.found(Finding{Record: k, Field: "deleted"})
		}
	}
	return nil
}

// missing tells of cases that were filed since the last root and are no longer there, and of those that were gone when a
// root was made. A root that is being made says so for good.
func (r *run) missing() {
	for _, id := range slices.Sorted(maps.Keys(r.records.cases)) {
		r.found(Finding{Case: r.records.cases[id], Field: Whole})
		if r.next != nil {
			r.next.root.Lost = append(r.next.root.Lost, Head{Case: id, Ref: r.records.cases[id]})
		}
	}
	for _, m := range r.marks {
		for _, h := range m.root.Lost {
			if !r.lost[h.Case] {
				r.found(Finding{Case: h.Ref, Field: Whole, Root: m.root.Day})
			}
		}
	}
}

// Records is the digest by which a root vouches for the ledger: the last pages of all strands, and the cases that were
// missing.
func (r *Root) Records() []byte {
	h := sha256.New()
	put := func(parts ...[]byte) {
		for _, p := range parts {
			_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p)))) // never fails
			_, _ = h.Write(p)
		}
	}
	for _, t := range r.Tips {
		put([]byte(pageID(t.Strand, t.Seq)), t.Hash)
	}
	put(nil)
	for i := range r.Lost {
		put([]byte(r.Lost[i].Case), []byte(r.Lost[i].Ref))
	}
	return h.Sum(nil)
}
