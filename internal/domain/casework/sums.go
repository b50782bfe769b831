package casework

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"maps"
	"math"
	"reflect"
	"slices"
	"time"
)

// field is a part of the document that the history answers for.
type field struct {
	id   byte   // what stands in Sums; never given to another field
	name string // how a finding calls it: its path in the document
	put  func(b canon, c *Case) canon
}

// covered is what the digest of a document covers: everything but the history itself, the version, and what changes without an
// entry: the mark of what was announced, the time the watch looks next, and what views look at, which Check computes again.
//
// To add a field to Case, or to one of its parts: append a row here with the next id, or write it at the end of its part's
// row. The row must write nothing while the field has its zero value, so that documents written before it still hold. A
// test fails for every stored field that no row covers.
var covered = [...]field{
	{1, "ref", func(b canon, c *Case) canon { return b.some(c.Ref) }},
	{2, "fingerprint", func(b canon, c *Case) canon { return append(b, c.Fingerprint...) }},
	{3, "kind", func(b canon, c *Case) canon { return b.some(string(c.Kind)) }},
	{4, "state", func(b canon, c *Case) canon { return b.some(string(c.State)) }},
	{5, "lane", func(b canon, c *Case) canon { return b.some(string(c.Lane)) }},
	{6, "shelf", func(b canon, c *Case) canon { return b.some(c.Shelf) }},
	{7, "unit", func(b canon, c *Case) canon { return b.some(c.Unit) }},
	{8, "assignee", func(b canon, c *Case) canon { return b.some(c.Assignee) }},
	{9, "helpers", func(b canon, c *Case) canon { return b.texts(c.Helpers) }},
	{10, "counter", func(b canon, c *Case) canon { return b.some(c.Counter) }},
	{11, "home", func(b canon, c *Case) canon { return b.some(c.Home) }},
	{12, "wanted", func(b canon, c *Case) canon { return b.some(c.Wanted) }},
	{13, "category", func(b canon, c *Case) canon { return b.some(c.Category) }},
	{14, "channel", func(b canon, c *Case) canon { return b.some(c.Channel) }},
	{15, "lang", func(b canon, c *Case) canon { return b.some(c.Language) }},
	{16, "anonymous", func(b canon, c *Case) canon { return b.flag(c.Anonymous) }},
	{17, "about", func(b canon, c *Case) canon { return b.texts(c.About) }},
	{71, "told", func(b canon, c *Case) canon { return b.texts(c.Told) }},
	{18, "subject", func(b canon, c *Case) canon { return b.some(c.Subject) }},
	{19, "body", func(b canon, c *Case) canon { return b.some(c.Body) }},
	{20, "location", putLocation},
	{21, "stripped", func(b canon, c *Case) canon { return append(b, c.Stripped...) }},
	{22, "terms", func(b canon, c *Case) canon { return b.texts(c.spokenTerms()) }},
	{23, "contact", func(b canon, c *Case) canon { return append(b, c.Contact...) }},
	{24, "masked", func(b canon, c *Case) canon { return b.some(c.Masked) }},
	{25, "received_at", func(b canon, c *Case) canon { return b.time(c.ReceivedAt) }},
	{26, "closed_at", func(b canon, c *Case) canon { return b.maybe(c.ClosedAt) }},
	{27, "legal", putLegal},
	{28, "clocks", putClocks},
	{29, "clocks.due", putDues},
	{30, "due_at", func(b canon, c *Case) canon { return b.maybe(c.DueAt) }},
	{32, "rank", func(b canon, c *Case) canon { return b.num(c.Rank) }},
	{33, "messages", putMessages},
	{34, "messages.text", putMessageWords},
	{35, "answer", putAnswer},
	{36, "answer.text", putAnswerWords},
	{37, "satisfaction", putSatisfaction},
	{38, "satisfaction.score", putScore},
	{39, "attachments", putAttachments},
	{40, "attachments.sha256", putAttachmentSums},
	{41, "flags", func(b canon, c *Case) canon { return b.texts(c.Flags) }},
	{42, "sealed", func(b canon, c *Case) canon { return append(b, c.Sealed...) }},
	{51, "suspects", func(b canon, c *Case) canon { return b.texts(c.Suspects) }},
	{52, "lines", func(b canon, c *Case) canon { return b.texts(c.Lines) }},
	{53, "outside", func(b canon, c *Case) canon { return b.flag(c.Outside) }},
	{55, "wary_at", func(b canon, c *Case) canon { return b.maybe(c.WaryAt) }},
	{54, "accused", func(b canon, c *Case) canon { return b.some(c.Accused) }},
	{60, "sealed_sender", func(b canon, c *Case) canon { return b.some(c.SealedSender) }},
	{61, "promised", func(b canon, c *Case) canon { return append(b, c.Promised...) }},
	{72, "forwarder", func(b canon, c *Case) canon { return b.some(c.Forwarder) }},
	{73, "reach", func(b canon, c *Case) canon { return append(b, c.Reach...) }},
	{74, "shown_at", func(b canon, c *Case) canon { return b.maybe(c.ShownAt) }},
	{62, "salt", func(b canon, c *Case) canon { return append(b, c.Salt...) }},
}

// Form is the number of the form in which this program keeps cases. It grows with every field and part of an entry that histories
// answer for: a program that does not know one drops it when it writes, and finds changes where there are none.
func Form() int {
	last := byte(0)
	for i := range covered {
		last = max(last, covered[i].id)
	}
	return int(last) + len(entryParts) + unanswered
}

// unanswered counts what was added to documents since and no history answers for: the search words of senders.
const unanswered = 1

const sumSize = 1 + briefSize

// sums digests the document: doc is SHA-256 over every field that is not empty, brief names them, each by its id and a
// check sum.
func (c *Case) sums() (brief, doc []byte) {
	brief = make([]byte, 0, sumSize*len(covered))
	b := make(canon, 0, 2048)
	for i := range covered {
		head := len(b)
		b = append(b, covered[i].id, 0, 0, 0, 0, 0, 0, 0, 0)
		from := len(b)
		if b = covered[i].put(b, c); len(b) == from {
			b = b[:head]
			continue
		}
		binary.BigEndian.PutUint64(b[head+1:from], uint64(len(b)-from)) //nolint:gosec // a length
		brief = b[from:].sum(append(brief, covered[i].id))
	}
	sum := sha256.Sum256(b)
	return brief, sum[:]
}

// seal ends a change: the entry it recorded last vouches for the document as it is now.
func (c *Case) seal() {
	if !c.pending() {
		return
	}
	brief, doc := c.sums()
	c.Sums = brief
	c.close(doc)
}

// Check names everything of the case that is not as its history says: changed entries first, then changed fields, which
// the last entry vouches for.
func (c *Case) Check() []*BrokenChainError {
	out := c.brokenEntries()
	n := len(c.History)
	if n == 0 {
		return append(out, &BrokenChainError{c.Ref, 0, "history"})
	}
	brief, doc := c.sums()
	same := bytes.Equal(brief, c.Sums)
	switch {
	case bytes.Equal(doc, c.History[n-1].Doc) && same:
		if c.Standing != "" && c.Misplaced() { // what views look at is computed, so it is computed again
			out = append(out, &BrokenChainError{c.Ref, n, "standing"})
		}
		return out
	case bytes.Equal(doc, c.History[n-1].Doc):
		return append(out, &BrokenChainError{c.Ref, n, "sums"})
	case same: // the last entry was taken away or changed, and with it what it vouched for
		return append(out, &BrokenChainError{c.Ref, n, "doc"})
	}
	was, is := split(c.Sums), split(brief)
	for _, f := range covered {
		if was[f.id] != is[f.id] {
			out = append(out, &BrokenChainError{c.Ref, n, f.name})
		}
	}
	return out
}

// split reads the check sums by field.
func split(brief []byte) (out [256][briefSize]byte) {
	for ; len(brief) >= sumSize; brief = brief[sumSize:] {
		copy(out[brief[0]][:], brief[1:sumSize])
	}
	return out
}

func putLocation(b canon, c *Case) canon {
	if l := c.Location; !l.Empty() {
		b = b.real(l.Lat).real(l.Lng).text(l.Address)
	}
	return b
}

func putLegal(b canon, c *Case) canon {
	l := c.Legal
	if reflect.DeepEqual(l, Legal{}) {
		return b
	}
	b = b.text(l.Criteria).text(l.Evidence).text(string(l.Back)).text(l.Whole).num(int64(l.Dialogues)).bytes(canon{}.flag(l.Foreign))
	for _, k := range l.Parts {
		b = b.text(string(k))
	}
	b = b.num(int64(l.Level)).text(l.Prior).num(int64(l.Complex)).num(int64(l.Extended)).num(int64(l.GroupSize))
	return b.bytes(canon{}.flag(l.Remote)).bytes(canon{}.flag(l.Guided)).maybe(l.Anew).text(string(l.Contested)).text(l.Against).text(l.Next).flag(l.Silence).text(string(l.EndedAs)).text(l.Signed).
		said(l.FalseName, "false name").said(l.AccusedHeard, "accused heard").said(l.Restored, "restored").said(l.Withdrawal != "", "withdrawal "+l.Withdrawal).said(l.Late, "late").
		said(l.Belated, "belated").said(l.Excused != "", "excused "+l.Excused)
}

func putClocks(b canon, c *Case) canon {
	for i := range c.Clocks {
		k := &c.Clocks[i]
		b = b.text(string(k.Name)).time(k.Start).time(k.Target).num(int64(k.Warned)).text(k.Law).bytes(canon{}.maybe(k.Done)).
			bytes(canon{}.maybe(k.Stopped)).num(int64(k.Days)).num(int64(k.Paused)).bytes(canon{}.flag(k.Workdays))
	}
	return b
}

func putDues(b canon, c *Case) canon {
	for i := range c.Clocks {
		b = b.time(c.Clocks[i].Due)
	}
	return b
}

func putMessages(b canon, c *Case) canon {
	for i := range c.Messages {
		m := &c.Messages[i]
		b = b.time(m.At).bytes(canon{}.flag(m.Citizen)).text(m.By)
	}
	return b
}

func putMessageWords(b canon, c *Case) canon {
	for i := range c.Messages {
		b = b.text(c.Messages[i].Text).bytes(c.Messages[i].Sealed).rest(c.Messages[i].Salt)
	}
	return b
}

func putAnswer(b canon, c *Case) canon {
	if a := c.Answer; a != nil {
		b = b.time(a.At).text(a.By).text(a.Outcome).texts(a.Files)
	}
	return b
}

func putAnswerWords(b canon, c *Case) canon {
	if a := c.Answer; a != nil {
		b = b.text(a.Text).bytes(a.Sealed).rest(a.Salt)
	}
	return b
}

func putSatisfaction(b canon, c *Case) canon {
	if s := c.Satisfaction; s != nil {
		b = b.time(s.At).text(s.Comment).rest(s.Sealed)
	}
	return b
}

func putScore(b canon, c *Case) canon {
	if s := c.Satisfaction; s != nil {
		b = b.num(int64(s.Score))
	}
	return b
}

func putAttachments(b canon, c *Case) canon {
	for i := range c.Attachments {
		a := &c.Attachments[i]
		b = b.text(a.ID).time(a.At).text(a.Key).text(a.Original).text(a.Name).text(a.Type).num(a.Size).text(a.By).rest(a.Salt)
	}
	return b
}

func putAttachmentSums(b canon, c *Case) canon {
	for i := range c.Attachments {
		b = b.bytes(c.Attachments[i].SHA256)
	}
	return b
}

// canon is bytes in canonical form: every text with its length before it, times in milliseconds.
type canon []byte

func (b canon) num(n int64) canon {
	return binary.BigEndian.AppendUint64(b, uint64(n)) //nolint:gosec // the bits count, not the number
}

func (b canon) real(f float64) canon { return binary.BigEndian.AppendUint64(b, math.Float64bits(f)) }

func (b canon) bytes(p []byte) canon { return append(b.num(int64(len(p))), p...) }

func (b canon) text(s string) canon { return append(b.num(int64(len(s))), s...) }

func (b canon) texts(ss []string) canon {
	for _, s := range ss {
		b = b.text(s)
	}
	return b
}

// digest is SHA-256 over all that was written.
func (b canon) digest() []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}

// data writes a map sorted by key.
func (b canon) data(data map[string]string) canon {
	for _, k := range slices.Sorted(maps.Keys(data)) {
		b = b.text(k).text(data[k])
	}
	return b
}

// sum appends the check sum of b: any one changed byte changes it. It proves nothing, the digests do that.
func (b canon) sum(to []byte) []byte { return binary.BigEndian.AppendUint32(to, crc32.ChecksumIEEE(b)) }

func (b canon) time(t time.Time) canon { return b.num(t.UnixMilli()) }

// maybe writes a time that may be missing.
func (b canon) maybe(t *time.Time) canon {
	if t == nil {
		return b
	}
	return b.time(*t)
}

// some writes a text that stands alone; an empty one is nothing.
func (b canon) some(s string) canon { return append(b, s...) }

// said writes a fact by name; one that is not so is nothing.
func (b canon) said(on bool, fact string) canon {
	if on {
		return b.text(fact)
	}
	return b
}

// rest writes bytes that were added to a part later; none are nothing.
func (b canon) rest(p []byte) canon {
	if len(p) == 0 {
		return b
	}
	return b.bytes(p)
}

func (b canon) flag(on bool) canon {
	if on {
		b = append(b, 1)
	}
	return b
}
