package casework

import (
	"cmp"
	"context"
	"encoding/base32"
	"slices"
	"strconv"
	"strings"

	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// A letter is found by its sender's name and telephone too, by whoever may see them: reception of the authority, the acting head, and
// whom it lies with. What is sealed for a denouncer is found by nobody. The search knows senders by keyed digests alone, and asks for
// them only in the queues that such a person may ask for, so that nobody else learns anything by what is found, counted or waited for.

// unsaid begins the search words of senders: no text has it.
const unsaid = "\uE001"

// senderBytes of a digest make a search word of a sender.
const senderBytes = 10

// senderNames is how many of the last words of a name find its bearer besides the whole of it (đệm và tên).
const senderNames = 2

// senderWord is the search word of a name or number, as it is folded.
func (d *Desk) senderWord(sort, value string) string {
	sum := d.Vault.MAC("sender-"+sort, []byte(value))
	return unsaid + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:senderBytes]))
}

// findBySender gives the case the search words of who sent it, in place of those it had.
func (d *Desk) findBySender(c *Case, who Contact) {
	c.Terms = slices.Clip(c.spokenTerms())
	if c.Guarded() {
		return
	}
	if words := strings.Fields(vntext.Words(who.Name)); len(words) > 0 {
		c.Terms = append(c.Terms, d.senderWord("name", strings.Join(words, " ")))
		if len(words) > senderNames {
			c.Terms = append(c.Terms, d.senderWord("name", strings.Join(words[len(words)-senderNames:], " ")))
		}
	}
	if who.Phone != "" {
		c.Terms = append(c.Terms, d.senderWord("phone", who.Phone))
	}
}

// spokenTerms are the search words of what was said, senderTerms those of who said it.
func (c *Case) spokenTerms() []string { return c.Terms[:c.said()] }

func (c *Case) senderTerms() []string { return slices.Clone(c.Terms[c.said():]) }

func (c *Case) said() int {
	n := len(c.Terms)
	for n > 0 && strings.HasPrefix(c.Terms[n-1], unsaid) {
		n--
	}
	return n
}

// asks adds to a search who its words may name: a telephone, or two words of a name and more.
func (d *Desk) asks(f *Filter, s sight, query string) {
	if f.whole {
		return
	}
	if phone, ok := vntext.Phone(query); ok {
		f.from = d.senderWord("phone", phone)
	} else if words := strings.Fields(vntext.Words(query)); len(words) >= senderNames && len(words) <= maxNames {
		f.from = d.senderWord("name", strings.Join(words, " "))
	}
	if f.from == "" {
		return
	}
	f.at = s.o.ContactShelves(s.who, s.now)
	f.sent = func(c *Case) bool {
		return slices.Contains(c.Terms, f.from) && seesContact(s.o, s.who, c, s.now)
	}
}

// maxNames is how many words a name may have that is looked for.
const maxNames = 8

// The parts of a search that may name a sender: his letters first, then those that have the words.
const (
	senderMark = "sender."
	wordsMark  = "words."
)

// senderRows bounds how many letters of one sender a search tells: the newest.
const senderRows = 200

// found reads one page of a search that may name a sender. Whose letter comes by it was guessed rightly: that is a showing, recorded
// before it is told.
func (d *Desk) found(ctx context.Context, who office.Staff, f Filter) ([]*Case, string, error) {
	limit := cmp.Or(f.Limit, listRows)
	var cs []*Case
	after, words := strings.CutPrefix(f.After, wordsMark)
	if !words {
		after = ""
		mine, err := d.sentBy(ctx, who, f)
		if err != nil {
			return nil, "", err
		}
		from, err := strconv.Atoi(cmp.Or(strings.TrimPrefix(f.After, senderMark), "0"))
		if err != nil || from < 0 || f.After != "" && !strings.HasPrefix(f.After, senderMark) {
			return nil, "", &Error{Code: Invalid, Key: "error.invalid", Fields: map[string]string{"cursor": "error.field.cursor"}}
		}
		cs = mine[min(from, len(mine)):]
		if err := d.recordFound(ctx, who, cs[:min(limit, len(cs))]); err != nil {
			return nil, "", err
		}
		if len(cs) > limit {
			return cs[:limit], senderMark + strconv.Itoa(from+limit), nil
		}
	}
	more, next, err := d.said(ctx, who, f, after)
	switch {
	case err != nil:
		return nil, "", err
	case len(cs)+len(more) > limit:
		return cs, wordsMark, nil
	default:
		return append(cs, more...), next, nil
	}
}

func (d *Desk) recordFound(ctx context.Context, who office.Staff, cs []*Case) error {
	if len(cs) == 0 {
		return nil
	}
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return err
	}
	for _, c := range cs {
		if err := d.recordShown(ctx, o, who, c); err != nil {
			return err
		}
	}
	return nil
}

// said reads one page of what has the words and was not found by its sender.
func (d *Desk) said(ctx context.Context, who office.Staff, f Filter, after string) ([]*Case, string, error) {
	f.After = after
	cs, next, err := d.page(ctx, who, f)
	if next != "" {
		next = wordsMark + next
	}
	return slices.DeleteFunc(cs, func(c *Case) bool { return f.sent(c) && (slices.Contains(f.at, c.Shelf) || c.Assignee == who.ID) }), next, err
}

// sentBy lists the letters of the sender whom the words name, the newest first, as far as the person may see him.
func (d *Desk) sentBy(ctx context.Context, who office.Staff, f Filter) ([]*Case, error) {
	in := f
	in.Words, in.Marks, in.whole, in.After, in.Limit = []string{f.from}, nil, true, "", senderRows
	own := in
	in.Shelves = slices.DeleteFunc(slices.Clone(f.at), func(s string) bool { return !slices.Contains(f.Shelves, s) }) // what was asked for
	var all []*Case
	for _, part := range []Filter{in, own.with(who)} {
		if len(part.Shelves) == 0 && part.Assignee != who.ID {
			continue
		}
		cs, _, err := d.Cases.List(ctx, part)
		if err != nil {
			return nil, err
		}
		all = append(all, cs...)
	}
	all = slices.DeleteFunc(all, func(c *Case) bool { return !f.sent(c) || !f.Holds(c) && !own.with(who).Holds(c) })
	slices.SortStableFunc(all, func(a, b *Case) int { return cmp.Or(b.ReceivedAt.Compare(a.ReceivedAt), cmp.Compare(a.ID, b.ID)) })
	return slices.CompactFunc(all, func(a, b *Case) bool { return a.ID == b.ID }), nil
}

// with narrows the search to what lies with the person himself, wherever it lies.
func (f Filter) with(who office.Staff) Filter {
	f.Shelves = nil
	if f.unit != "" {
		f.Shelves = office.UnitShelves(f.unit)
	}
	if f.Assignee != "" && f.Assignee != who.ID || len(f.Holders) > 0 && !slices.Contains(f.Holders, who.ID) {
		f.never = true
	}
	f.Assignee = who.ID
	return f
}

// SeekSender gives a case of an older release the search words of its sender, and reports whether it changed. No history answers for
// them: they are computed from what it answers for.
func (d *Desk) SeekSender(c *Case) (bool, error) {
	if c.said() < len(c.Terms) || len(c.Contact) == 0 || c.Guarded() {
		return false, nil
	}
	who, err := d.contact(c)
	if err != nil {
		return false, err
	}
	d.findBySender(c, who)
	c.V++
	return c.said() < len(c.Terms), nil
}
