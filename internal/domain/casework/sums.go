package casework

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"reflect"

	"tiepdan/internal/domain/casework/history"
)

// field is a part of the document that the history answers for.
type field struct {
	id   byte   // what stands in Sums; never given to another field
	name string // how a finding calls it: its path in the document
	put  func(b history.Canon, c *Case) history.Canon
}

// covered is what the digest of a document covers: everything but the history itself, the version, and what changes without an
// entry: the mark of what was announced, the time the watch looks next, and what views look at, which Check computes again.
//
// To add a field to Case, or to one of its parts: append a row here with the next id, or write it at the end of its part's
// row. The row must write nothing while the field has its zero value, so that documents written before it still hold. A
// test fails for every stored field that no row covers.
var covered = [...]field{
	{1, "ref", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Ref) }},
	{2, "fingerprint", func(b history.Canon, c *Case) history.Canon { return append(b, c.Fingerprint...) }},
	{3, "kind", func(b history.Canon, c *Case) history.Canon { return b.Some(string(c.Kind)) }},
	{4, "state", func(b history.Canon, c *Case) history.Canon { return b.Some(string(c.State)) }},
	{5, "lane", func(b history.Canon, c *Case) history.Canon { return b.Some(string(c.Lane)) }},
	{6, "shelf", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Shelf) }},
	{7, "unit", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Unit) }},
	{8, "assignee", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Assignee) }},
	{9, "helpers", func(b history.Canon, c *Case) history.Canon { return b.Texts(c.Helpers) }},
	{10, "counter", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Counter) }},
	{11, "home", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Home) }},
	{12, "wanted", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Wanted) }},
	{13, "category", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Category) }},
	{14, "channel", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Channel) }},
	{15, "lang", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Language) }},
	{16, "anonymous", func(b history.Canon, c *Case) history.Canon { return b.Flag(c.Anonymous) }},
	{17, "about", func(b history.Canon, c *Case) history.Canon { return b.Texts(c.About) }},
	{71, "told", func(b history.Canon, c *Case) history.Canon { return b.Texts(c.Told) }},
	{18, "subject", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Subject) }},
	{19, "body", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Body) }},
	{20, "location", putLocation},
	{21, "stripped", func(b history.Canon, c *Case) history.Canon { return append(b, c.Stripped...) }},
	{22, "terms", func(b history.Canon, c *Case) history.Canon { return b.Texts(c.spokenTerms()) }},
	{23, "contact", func(b history.Canon, c *Case) history.Canon { return append(b, c.Contact...) }},
	{24, "masked", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Masked) }},
	{25, "received_at", func(b history.Canon, c *Case) history.Canon { return b.Time(c.ReceivedAt) }},
	{26, "closed_at", func(b history.Canon, c *Case) history.Canon { return b.Maybe(c.ClosedAt) }},
	{27, "legal", putLegal},
	{28, "clocks", putClocks},
	{29, "clocks.due", putDues},
	{30, "due_at", func(b history.Canon, c *Case) history.Canon { return b.Maybe(c.DueAt) }},
	{32, "rank", func(b history.Canon, c *Case) history.Canon { return b.Num(c.Rank) }},
	{33, "messages", putMessages},
	{34, "messages.text", putMessageWords},
	{35, "answer", putAnswer},
	{36, "answer.text", putAnswerWords},
	{37, "satisfaction", putSatisfaction},
	{38, "satisfaction.score", putScore},
	{39, "attachments", putAttachments},
	{40, "attachments.sha256", putAttachmentSums},
	{41, "flags", func(b history.Canon, c *Case) history.Canon { return b.Texts(c.Flags) }},
	{42, "sealed", func(b history.Canon, c *Case) history.Canon { return append(b, c.Sealed...) }},
	{51, "suspects", func(b history.Canon, c *Case) history.Canon { return b.Texts(c.Suspects) }},
	{52, "lines", func(b history.Canon, c *Case) history.Canon { return b.Texts(c.Lines) }},
	{53, "outside", func(b history.Canon, c *Case) history.Canon { return b.Flag(c.Outside) }},
	{55, "wary_at", func(b history.Canon, c *Case) history.Canon { return b.Maybe(c.WaryAt) }},
	{54, "accused", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Accused) }},
	{60, "sealed_sender", func(b history.Canon, c *Case) history.Canon { return b.Some(c.SealedSender) }},
	{61, "promised", func(b history.Canon, c *Case) history.Canon { return append(b, c.Promised...) }},
	{72, "forwarder", func(b history.Canon, c *Case) history.Canon { return b.Some(c.Forwarder) }},
	{73, "reach", func(b history.Canon, c *Case) history.Canon { return append(b, c.Reach...) }},
	{74, "shown_at", func(b history.Canon, c *Case) history.Canon { return b.Maybe(c.ShownAt) }},
	{62, "salt", func(b history.Canon, c *Case) history.Canon { return append(b, c.Salt...) }},
}

// Form is the number of the form in which this program keeps cases. It grows with every field and part of an entry that histories
// answer for: a program that does not know one drops it when it writes, and finds changes where there are none.
func Form() int {
	last := byte(0)
	for i := range covered {
		last = max(last, covered[i].id)
	}
	return int(last) + len(history.EntryParts) + unanswered
}

// unanswered counts what was added to documents since and no history answers for: the search words of senders.
const unanswered = 1

const sumSize = 1 + history.CheckSize

// sums digests the document: doc is SHA-256 over every field that is not empty, brief names them, each by its id and a
// check sum.
func (c *Case) sums() (brief, doc []byte) {
	brief = make([]byte, 0, sumSize*len(covered))
	b := make(history.Canon, 0, 2048)
	for i := range covered {
		head := len(b)
		b = append(b, covered[i].id, 0, 0, 0, 0, 0, 0, 0, 0)
		from := len(b)
		if b = covered[i].put(b, c); len(b) == from {
			b = b[:head]
			continue
		}
		binary.BigEndian.PutUint64(b[head+1:from], uint64(len(b)-from)) //nolint:gosec // a length
		brief = b[from:].Sum(append(brief, covered[i].id))
	}
	sum := sha256.Sum256(b)
	return brief, sum[:]
}

// seal ends a change: the entry it recorded last vouches for the document as it is now.
func (c *Case) seal() {
	if !c.History.Pending() {
		return
	}
	brief, doc := c.sums()
	c.Sums = brief
	c.History.Close(c.ID, doc)
}

// Check names everything of the case that is not as its history says: changed entries first, then changed fields, which
// the last entry vouches for.
func (c *Case) Check() []*history.BrokenChainError {
	out := c.History.Broken(c.ID, c.Ref)
	n := len(c.History)
	if n == 0 {
		return append(out, &history.BrokenChainError{Case: c.Ref, Seq: 0, Field: "history"})
	}
	brief, doc := c.sums()
	same := bytes.Equal(brief, c.Sums)
	switch {
	case bytes.Equal(doc, c.History[n-1].Doc) && same:
		if c.Standing != "" && c.Misplaced() { // what views look at is computed, so it is computed again
			out = append(out, &history.BrokenChainError{Case: c.Ref, Seq: n, Field: "standing"})
		}
		return out
	case bytes.Equal(doc, c.History[n-1].Doc):
		return append(out, &history.BrokenChainError{Case: c.Ref, Seq: n, Field: "sums"})
	case same: // the last entry was taken away or changed, and with it what it vouched for
		return append(out, &history.BrokenChainError{Case: c.Ref, Seq: n, Field: "doc"})
	}
	was, is := split(c.Sums), split(brief)
	for _, f := range covered {
		if was[f.id] != is[f.id] {
			out = append(out, &history.BrokenChainError{Case: c.Ref, Seq: n, Field: f.name})
		}
	}
	return out
}

// split reads the check sums by field.
func split(brief []byte) (out [256][history.CheckSize]byte) {
	for ; len(brief) >= sumSize; brief = brief[sumSize:] {
		copy(out[brief[0]][:], brief[1:sumSize])
	}
	return out
}

func putLocation(b history.Canon, c *Case) history.Canon {
	if l := c.Location; !l.Empty() {
		b = b.Real(l.Lat).Real(l.Lng).Text(l.Address)
	}
	return b
}

func putLegal(b history.Canon, c *Case) history.Canon {
	l := c.Legal
	if reflect.DeepEqual(l, Legal{}) {
		return b
	}
	b = b.Text(l.Criteria).Text(l.Evidence).Text(string(l.Back)).Text(l.Whole).Num(int64(l.Dialogues)).Bytes(history.Canon{}.Flag(l.Foreign))
	for _, k := range l.Parts {
		b = b.Text(string(k))
	}
	b = b.Num(int64(l.Level)).Text(l.Prior).Num(int64(l.Complex)).Num(int64(l.Extended)).Num(int64(l.GroupSize))
	return b.Bytes(history.Canon{}.Flag(l.Remote)).Bytes(history.Canon{}.Flag(l.Guided)).Maybe(l.Anew).Text(string(l.Contested)).Text(l.Against).Text(l.Next).Flag(l.Silence).Text(string(l.EndedAs)).Text(l.Signed).
		Said(l.FalseName, "false name").Said(l.AccusedHeard, "accused heard").Said(l.Restored, "restored").Said(l.Withdrawal != "", "withdrawal "+l.Withdrawal).Said(l.Late, "late").
		Said(l.Belated, "belated").Said(l.Excused != "", "excused "+l.Excused)
}

func putClocks(b history.Canon, c *Case) history.Canon {
	for i := range c.Clocks {
		k := &c.Clocks[i]
		b = b.Text(string(k.Name)).Time(k.Start).Time(k.Target).Num(int64(k.Warned)).Text(k.Law).Bytes(history.Canon{}.Maybe(k.Done)).
			Bytes(history.Canon{}.Maybe(k.Stopped)).Num(int64(k.Days)).Num(int64(k.Paused)).Bytes(history.Canon{}.Flag(k.Workdays))
	}
	return b
}

func putDues(b history.Canon, c *Case) history.Canon {
	for i := range c.Clocks {
		b = b.Time(c.Clocks[i].Due)
	}
	return b
}

func putMessages(b history.Canon, c *Case) history.Canon {
	for i := range c.Messages {
		m := &c.Messages[i]
		b = b.Time(m.At).Bytes(history.Canon{}.Flag(m.Citizen)).Text(m.By)
	}
	return b
}

func putMessageWords(b history.Canon, c *Case) history.Canon {
	for i := range c.Messages {
		b = b.Text(c.Messages[i].Text).Bytes(c.Messages[i].Sealed).Rest(c.Messages[i].Salt)
	}
	return b
}

func putAnswer(b history.Canon, c *Case) history.Canon {
	if a := c.Answer; a != nil {
		b = b.Time(a.At).Text(a.By).Text(a.Outcome).Texts(a.Files)
	}
	return b
}

func putAnswerWords(b history.Canon, c *Case) history.Canon {
	if a := c.Answer; a != nil {
		b = b.Text(a.Text).Bytes(a.Sealed).Rest(a.Salt)
	}
	return b
}

func putSatisfaction(b history.Canon, c *Case) history.Canon {
	if s := c.Satisfaction; s != nil {
		b = b.Time(s.At).Text(s.Comment).Rest(s.Sealed)
	}
	return b
}

func putScore(b history.Canon, c *Case) history.Canon {
	if s := c.Satisfaction; s != nil {
		b = b.Num(int64(s.Score))
	}
	return b
}

func putAttachments(b history.Canon, c *Case) history.Canon {
	for i := range c.Attachments {
		a := &c.Attachments[i]
		b = b.Text(a.ID).Time(a.At).Text(a.Key).Text(a.Original).Text(a.Name).Text(a.Type).Num(a.Size).Text(a.By).Rest(a.Salt)
	}
	return b
}

func putAttachmentSums(b history.Canon, c *Case) history.Canon {
	for i := range c.Attachments {
		b = b.Bytes(c.Attachments[i].SHA256)
	}
	return b
}
