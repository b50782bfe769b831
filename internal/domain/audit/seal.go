package audit

import (
	"context"
	"crypto/sha256"
	"hash"
	"slices"
	"time"
)

var vietnam = time.FixedZone("+07", 7*60*60) //nolint:gochecknoglobals // a constant of the country

// Settles is how long after midnight the day is surely over: no request that began before it is still being written.
const Settles = time.Hour

// Due returns the midnight up to which a root can be made now.
func Due(now time.Time) time.Time {
	y, m, d := now.Add(-Settles).In(vietnam).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, vietnam)
}

// making is a root under way.
type making struct {
	*run
	root *Root
	part []Head
	sum  hash.Hash
}

// Seal audits everything and signs the root of all days that are over and have none yet. Without such a day it does
// nothing and the root is nil. A root is made even when something was found: it says what was there.
func (a *Auditor) Seal(ctx context.Context) (*Root, Report, error) {
	roots, err := a.Store.Roots(ctx)
	if err != nil {
		return nil, Report{}, err
	}
	root := &Root{V: 1, To: Due(a.Now()).UTC()}
	if n := len(roots); n > 0 {
		root.From, root.Before = roots[n-1].To, roots[n-1].Sum()
	}
	if !root.From.Before(root.To) {
		return nil, Report{}, nil
	}
	root.Day = root.To.Add(-time.Minute).In(vietnam).Format(time.DateOnly)
	r := a.begin(roots)
	r.next = &making{run: r, root: root, sum: sha256.New()}
	if err := r.run(ctx); err != nil {
		return nil, r.report, err
	}
	if err := r.next.flush(ctx); err != nil {
		return nil, r.report, err
	}
	root.Heads, root.Tips = r.next.sum.Sum(nil), r.records.tips
	root.Sign = a.Signer.SignRoot([]byte(root.Text()))
	return root, r.report, a.Store.AddRoot(ctx, root)
}

// lastBefore is the last entry of a case that the root under way covers; the last one of all may be of today.
func (r *run) lastBefore(s seen, last tip) *tip {
	if last.at.Before(r.next.root.To) {
		return &last
	}
	for _, t := range slices.Backward(s.tips) {
		if t.at.Before(r.next.root.To) && !t.at.Before(r.next.root.From) {
			return &t
		}
	}
	return nil
}

// take adds a case's head.
func (m *making) take(ctx context.Context, s seen, t *tip) error {
	if t == nil {
		return nil
	}
	h := Head{Case: s.id, Ref: s.ref, Seq: t.seq, Hash: t.hash}
	h.write(m.sum)
	m.root.Cases++
	if m.part = append(m.part, h); len(m.part) < partSize {
		return nil
	}
	return m.flush(ctx)
}

func (m *making) flush(ctx context.Context) error {
	if len(m.part) == 0 {
		return nil
	}
	err := m.Store.PutHeads(ctx, m.root.Day, m.root.Parts, m.part)
	m.root.Parts++
	m.part = nil
	return err
}
