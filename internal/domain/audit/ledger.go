package audit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tiepdan/pkg/pace"
)

// Line (dòng sổ) says that a document was written: a record by its digest, a new case by its name alone, for its own
// history vouches for the rest.
type Line struct {
	Kind  string `bson:"k"`
	ID    string `bson:"i"`
	V     int64  `bson:"v,omitempty"`
	Sum   []byte `bson:"s,omitempty"` // SHA-256 of the document; none for a case
	Name  string `bson:"n,omitempty"` // a case's reference
	Void  bool   `bson:"o,omitempty"` // the line with this digest before it was not fulfilled
	Maybe bool   `bson:"m,omitempty"` // nobody knows whether it was
}

// Cases is the kind of lines that tell of new cases.
const Cases = "cases"

// Page (tờ sổ) is some lines that one instance wrote together. Each names the one before it, and the first of a strand the
// last pages of the other strands: pages can be taken away only from the very end, until the next one is written. A page
// carries a keyed hash, so that only the program writes any.
type Page struct {
	ID     string    `bson:"_id"` // strand/000001
	V      int64     `bson:"v"`
	Strand string    `bson:"strand"`
	Seq    int       `bson:"seq"`
	At     time.Time `bson:"at"`
	Prev   []byte    `bson:"prev,omitempty"`
	Others []Tip     `bson:"others,omitempty"`
	Lines  []Line    `bson:"lines,omitempty"`
	Closed bool      `bson:"closed,omitempty"` // the strand's last one: its program ended in order
	MAC    []byte    `bson:"mac"`
}

// Tip is the last page of a strand at some moment.
type Tip struct {
	Strand string `bson:"strand"`
	Seq    int    `bson:"seq"`
	Hash   []byte `bson:"hash"`
}

func pageID(strand string, seq int) string { return fmt.Sprintf("%s/%08d", strand, seq) }

// Hash is SHA-256 over all that the page says, each part with its length.
func (p *Page) Hash() []byte {
	var b []byte
	put := func(parts ...[]byte) {
		for _, x := range parts {
			b = append(binary.BigEndian.AppendUint64(b, uint64(len(x))), x...)
		}
	}
	num := func(n int64) []byte {
		return binary.BigEndian.AppendUint64(nil, uint64(n)) //nolint:gosec // the bits count
	}
	flag := func(on bool) []byte {
		if on {
			return []byte{1}
		}
		return nil
	}
	put([]byte(p.ID), num(p.At.UnixMilli()), p.Prev, flag(p.Closed), num(int64(len(p.Others))))
	for _, o := range p.Others {
		put([]byte(o.Strand), num(int64(o.Seq)), o.Hash)
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		put([]byte(l.Kind), []byte(l.ID), num(l.V), l.Sum, []byte(l.Name), flag(l.Void), flag(l.Maybe))
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// Pages keeps them.
type Pages interface {
	AddPage(ctx context.Context, p *Page) error // an error when the id is there already
	// EachPage streams all pages in the order of their ids: strand by strand.
	EachPage(ctx context.Context, each func(*Page) error) error
	LastPages(ctx context.Context, n int) ([]*Page, error) // the newest first
}

// Ledger (sổ) is where this instance writes what it stores, before it stores it: a promise that the document fulfils. New
// cases are told right after, for they are many; who takes a case away within that half second is not seen until a root
// is made.
type Ledger struct {
	Pages Pages
	MAC   func(domain string, parts ...[]byte) [32]byte
	Now   func() time.Time

	mu      sync.Mutex
	waiting []Line
	group   *group // writers that wait for the next page

	pen    sync.Mutex // held while a page is written
	strand string
	seq    int
	prev   []byte
}

type group struct {
	done chan struct{}
	err  error
}

// maxLines bounds a page.
const maxLines = 4000

// Tell notes lines for the next page and waits for nothing.
func (l *Ledger) Tell(lines ...Line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, lines...)
}

// Promise writes lines and returns when they are durable. Writers that come while a page is being written share the next.
func (l *Ledger) Promise(ctx context.Context, lines ...Line) error {
	l.mu.Lock()
	l.waiting = append(l.waiting, lines...)
	g := l.group
	first := g == nil
	if first {
		g = &group{done: make(chan struct{})}
		l.group = g
	}
	l.mu.Unlock()
	if first {
		// The others' page must not end with this one's request, nor keep anybody for longer than he has.
		go func() {
			own, cancel := context.WithTimeout(context.WithoutCancel(ctx), pageWithin)
			defer cancel()
			g.err = l.write(own, false)
			close(g.done)
		}()
	}
	select {
	case <-g.done:
		return g.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pageWithin bounds the writing of a page.
const pageWithin = 20 * time.Second

// Flush writes what was told.
func (l *Ledger) Flush(ctx context.Context) error { return l.write(ctx, false) }

// Close writes what was told and ends the strand, if it has begun.
func (l *Ledger) Close(ctx context.Context) error { return l.write(ctx, true) }

// Run flushes now and then until ctx ends.
func (l *Ledger) Run(ctx context.Context, every time.Duration, failed func(error)) {
	for range pace.Every(ctx, every) {
		if err := l.Flush(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
	}
}

// take hands over the lines that wait.
func (l *Ledger) take() []Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.waiting
	l.waiting, l.group = nil, nil
	return lines
}

// write writes all that waits, in as many pages as it takes. Lines that could not be written wait on.
func (l *Ledger) write(ctx context.Context, last bool) error {
	l.pen.Lock()
	defer l.pen.Unlock()
	lines := l.take()
	for len(lines) > 0 {
		n := min(len(lines), maxLines)
		if err := l.page(ctx, lines[:n], false); err != nil {
			l.Tell(lines...)
			return err
		}
		lines = lines[n:]
	}
	if !last || l.strand == "" {
		return nil
	}
	err := l.page(ctx, nil, true)
	l.strand, l.seq, l.prev = "", 0, nil
	return err
}

// page writes one.
func (l *Ledger) page(ctx context.Context, lines []Line, closed bool) error {
	p := &Page{V: 1, At: l.Now().UTC().Truncate(time.Millisecond), Lines: lines, Closed: closed}
	if l.strand == "" {
		tips, err := l.tips(ctx)
		if err != nil {
			return err
		}
		p.Others = tips
		l.strand = p.At.Format("20060102150405") + "-" + strings.ToLower(base32.StdEncoding.EncodeToString(random()))
	}
	p.Strand, p.Seq, p.Prev = l.strand, l.seq+1, l.prev
	p.ID = pageID(p.Strand, p.Seq)
	hash := p.Hash()
	mac := l.MAC(ledgerDomain, hash)
	p.MAC = mac[:]
	if err := l.Pages.AddPage(ctx, p); err != nil {
		// It may be there all the same: a new strand says nothing wrong about it.
		l.strand, l.seq, l.prev = "", 0, nil
		return fmt.Errorf("write ledger: %w", err)
	}
	l.seq, l.prev = p.Seq, hash
	return nil
}

const ledgerDomain = "ledger"

func random() []byte {
	b := make([]byte, 5)
	_, _ = rand.Read(b) // never fails
	return b
}

// tips are the last pages of the strands that were written to lately; older ones are named by those.
func (l *Ledger) tips(ctx context.Context) (out []Tip, err error) {
	pages, err := l.Pages.LastPages(ctx, latePages)
	if err != nil {
		return nil, err
	}
	for _, p := range pages {
		i := slices.IndexFunc(out, func(t Tip) bool { return t.Strand == p.Strand })
		if i < 0 {
			out = append(out, Tip{p.Strand, p.Seq, p.Hash()})
		} else if p.Seq > out[i].Seq {
			out[i] = Tip{p.Strand, p.Seq, p.Hash()}
		}
	}
	return out, nil
}

const latePages = 200
