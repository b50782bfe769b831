// Package audit proves that nothing that was written was changed afterwards (soát tính toàn vẹn). It reads the whole store
// as a stream, recomputes every history and every document's digest, and compares both with the signed roots of the days
// (dấu xác nhận hằng ngày), which a person who can write into the database cannot make anew.
package audit

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"tiepdan/internal/domain/casework"
)

// Stored is a case as the database holds it.
type Stored struct {
	ID     string
	Wrong  []string // the database's own copies of fields that are not what the document says
	Decode func() (*casework.Case, error)
}

// Store is what an audit reads, and where roots are kept.
type Store interface {
	// AuditCases hands over every case in the order of its id; Decode may be called later and elsewhere.
	AuditCases(ctx context.Context, each func(Stored) error) error
	// Roots lists all roots, the oldest first.
	Roots(ctx context.Context) ([]*Root, error)
	// Heads reads one part of a root's heads; a part that is not there is empty.
	Heads(ctx context.Context, root string, part int) ([]Head, error)
	// PutHeads keeps one part of a root's heads, over whatever was there.
	PutHeads(ctx context.Context, root string, part int, heads []Head) error
	// AddRoot keeps a new root; when another worker was first with it, that is no error.
	AddRoot(ctx context.Context, r *Root) error
	// EachRecord streams every document that the ledger vouches for, EachPage the ledger.
	EachRecord(ctx context.Context, each func(Record) error) error
	EachPage(ctx context.Context, each func(*Page) error) error
}

// Signer signs roots.
type Signer interface {
	SignRoot(text []byte) []byte
	VerifyRoot(text, signature []byte) bool
	MAC(domain string, parts ...[]byte) [32]byte
}

// Finding is one thing that is not as it was written.
type Finding struct {
	Record string `json:"record,omitempty"` // kind and id of a document that is no case
	Case   string `json:"case,omitempty"`   // its reference, or its id when it cannot be read
	Entry  int    `json:"entry,omitempty"`  // of its history
	Field  string `json:"field"`
	Root   string `json:"root,omitempty"` // the day whose signed root says otherwise
}

// String tells a finding in one line.
func (f Finding) String() string {
	switch {
	case f.Record != "":
		return fmt.Sprintf("record %s: %s is not what the ledger says", f.Record, f.Field)
	case f.Field == Whole:
		return fmt.Sprintf("case %s was filed and is no longer there", f.Case)
	case f.Case == "":
		return fmt.Sprintf("root of %s: %s does not match", f.Root, f.Field)
	case f.Root != "":
		return fmt.Sprintf("case %s, entry %d: %s is not what the signed root of %s says", f.Case, f.Entry, f.Field, f.Root)
	default:
		return fmt.Sprintf("case %s, entry %d: %s does not match its hash", f.Case, f.Entry, f.Field)
	}
}

// Whole is the field of a finding about a case that is gone altogether.
const Whole = "case"

// Report is what an audit found.
type Report struct {
	At      time.Time     `json:"at"`
	Took    time.Duration `json:"took_ns"`
	Cases   int           `json:"cases"`
	Entries int           `json:"entries"`
	Roots   int           `json:"roots"`
	Records int           `json:"records"`
	Files   int           `json:"files"` // attachments that were read again; 0 where nobody looked
	Broken  int           `json:"broken"`
	Found   []Finding     `json:"found"` // the first of them
}

// maxFound bounds how many findings a report keeps; all are counted and told.
const maxFound = 200

// Auditor runs audits.
type Auditor struct {
	Store    Store
	Signer   Signer
	Now      func() time.Time
	Secrets  func(ctx context.Context, c *casework.Case) error    // opens what a denunciation keeps apart; nil leaves it out
	Others   func(ctx context.Context, found func(Finding)) error // what else is compared, such as sums with what they sum; may be nil
	Seen     func(c *casework.Case)                               // shown every case that can be read, by several goroutines; may be nil
	Found    func(Finding)                                        // told of each finding at once; may be nil
	Progress func(cases int)                                      // told now and then; may be nil
	Parallel int                                                  // cases checked at once; 0 is one a processor
}

// Check reads everything and changes nothing.
func (a *Auditor) Check(ctx context.Context) (Report, error) {
	roots, err := a.Store.Roots(ctx)
	if err != nil {
		return Report{}, err
	}
	r := a.begin(roots)
	err = r.run(ctx)
	return r.report, err
}

// run is one audit under way.
type run struct {
	*Auditor
	report  Report
	marks   []*mark
	next    *making // the root that is being made; nil when none is
	records *records
	lost    map[string]bool // cases that were gone when a root was made; whether they are met
}

func (a *Auditor) begin(roots []*Root) *run {
	r := &run{Auditor: a, report: Report{At: a.Now(), Roots: len(roots)}, lost: map[string]bool{}}
	var prev []byte
	for _, root := range roots {
		if !a.Signer.VerifyRoot([]byte(root.Text()), root.Sign) {
			r.found(Finding{Root: root.Day, Field: "signature"})
		}
		if string(root.Before) != string(prev) {
			r.found(Finding{Root: root.Day, Field: "before"})
		}
		prev = root.Sum()
		for _, h := range root.Lost {
			r.lost[h.Case] = false
		}
		r.marks = append(r.marks, newMark(root))
	}
	return r
}

func (r *run) found(f Finding) {
	if r.report.Broken++; len(r.report.Found) < maxFound {
		r.report.Found = append(r.report.Found, f)
	}
	if r.Found != nil {
		r.Found(f)
	}
}

// batch is some cases that one worker checks together.
type batch struct {
	in   []Stored
	out  []seen
	done chan struct{}
}

const (
	batchSize   = 128
	progressGap = 10_000
)

// run lets one goroutine read, some check, and compares in the order of reading.
func (r *run) run(ctx context.Context) error {
	began := r.Now()
	if err := r.pages(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	n := r.Parallel
	if n <= 0 {
		n = runtime.NumCPU()
	}
	todo, inOrder := make(chan *batch, 2*n), make(chan *batch, 2*n)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	for range n {
		wg.Go(func() {
			for b := range todo {
				for _, s := range b.in {
					b.out = append(b.out, r.look(ctx, s))
				}
				close(b.done)
			}
		})
	}
	read := make(chan error, 1)
	wg.Go(func() {
		defer close(inOrder)
		defer close(todo)
		read <- r.read(ctx, todo, inOrder)
	})
	for b := range inOrder {
		<-b.done
		if err := r.compare(ctx, b.out); err != nil {
			return err
		}
	}
	if err := <-read; err != nil {
		return err
	}
	err := r.rest(ctx)
	r.report.Took = r.Now().Sub(began)
	return err
}

// rest is what is compared when all cases have been.
func (r *run) rest(ctx context.Context) error {
	if err := r.end(ctx); err != nil {
		return err
	}
	r.missing()
	if err := r.vouched(ctx); err != nil || r.Others == nil {
		return err
	}
	return r.Others(ctx, r.found)
}

// read gathers cases into batches.
func (r *run) read(ctx context.Context, todo, inOrder chan<- *batch) error {
	b := &batch{done: make(chan struct{})}
	send := func() error {
		for _, to := range []chan<- *batch{todo, inOrder} {
			select {
			case to <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		b = &batch{done: make(chan struct{})}
		return nil
	}
	err := r.Store.AuditCases(ctx, func(s Stored) error {
		if b.in = append(b.in, s); len(b.in) < batchSize {
			return nil
		}
		return send()
	})
	if err == nil && len(b.in) > 0 {
		err = send()
	}
	return err
}

// seen is what is kept of a case after it was checked.
type seen struct {
	id, ref string
	tips    []tip
	found   []Finding
}

// tip is an entry without its content.
type tip struct {
	at   time.Time
	seq  int
	hash []byte
}

// look checks a case by itself.
func (r *run) look(ctx context.Context, s Stored) seen {
	out := seen{id: s.ID, ref: s.ID}
	c, err := s.Decode()
	if err != nil {
		out.found = append(out.found, Finding{Case: s.ID, Field: "document"})
		return out
	}
	if c.Ref != "" {
		out.ref = c.Ref
	}
	if r.Seen != nil {
		r.Seen(c)
	}
	for _, b := range c.Check() {
		out.found = append(out.found, Finding{Case: out.ref, Entry: b.Seq, Field: b.Field})
	}
	for _, path := range s.Wrong {
		out.found = append(out.found, Finding{Case: out.ref, Entry: len(c.History), Field: "index of " + path})
	}
	if r.Secrets != nil && c.Guarded() && r.Secrets(ctx, c) != nil {
		out.found = append(out.found, Finding{Case: out.ref, Entry: 1, Field: "sealed parts"})
	}
	for i := range c.History {
		out.tips = append(out.tips, tip{c.History[i].At, c.History[i].Seq, c.History[i].Hash})
	}
	return out
}

// compare holds checked cases against the roots and tells what was found.
func (r *run) compare(ctx context.Context, cases []seen) error {
	for _, s := range cases {
		delete(r.records.cases, s.id)
		if _, ok := r.lost[s.id]; ok {
			r.lost[s.id] = true
		}
		for _, f := range s.found {
			r.found(f)
		}
		if err := r.against(ctx, s); err != nil {
			return err
		}
		r.report.Cases++
		r.report.Entries += len(s.tips)
		if r.Progress != nil && r.report.Cases%progressGap == 0 {
			r.Progress(r.report.Cases)
		}
	}
	return nil
}
