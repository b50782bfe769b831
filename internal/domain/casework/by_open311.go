package casework

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework/history"
	"tiepdan/internal/domain/casework/law"
	"tiepdan/internal/domain/office"
)

// byOpen311 begins the channel of letters that a program brings by Open311; the name of its key follows.
const byOpen311 = "open311/"

// sameWithin is how long the same request, which nothing else names, is the one that was there.
const sameWithin = 10 * time.Minute

// Open311Kinds are the kinds that may be brought by Open311 and that it tells of: what is public by its nature.
func Open311Kinds() []law.Kind { return []law.Kind{law.Feedback, law.Petition} }

// Sent is a request of a program.
type Sent struct {
	Program string   // the name of its key
	Content string   // all that it says, in one order: the same content is the same request
	Named   bool     // it brings an id of its own, so it is the same for ever; else for a short time
	Media   []string // addresses of its pictures
}

// maxMedia is how many pictures of a request are fetched.
const maxMedia = 5

// Of is the case that the files are for, where what came are files alone: those of a request by Open311.
func (s Said) Of() string {
	if strings.HasPrefix(s.Channel, byOpen311) {
		return s.From
	}
	return ""
}

// arriveMedia keeps where the pictures of a request lie, so that they are fetched once it is durable: once, however often it is brought.
func (d *Desk) arriveMedia(ctx context.Context, s Sent, c *Case) error {
	if len(s.Media) == 0 || d.Chats == nil {
		return nil
	}
	said := Said{Channel: byOpen311 + s.Program, ID: c.ID, From: c.ID, At: d.now()}
	for _, at := range s.Media[:min(len(s.Media), maxMedia)] {
		said.Files = append(said.Files, SaidFile{URL: at})
	}
	return d.Arrive(ctx, said)
}

// keys are those under which the request may be kept; a new one is kept under the last.
func (s Sent) keys(now time.Time) []string {
	of := func(span string) string {
		sum := sha256.Sum256([]byte(s.Content + "\x00" + span))
		return inside + byOpen311 + s.Program + "/" + hex.EncodeToString(sum[:])
	}
	if s.Named {
		return []string{of("")}
	}
	span := now.UnixMilli() / sameWithin.Milliseconds()
	return []string{of(strconv.FormatInt(span-1, 10)), of(strconv.FormatInt(span, 10))}
}

// FileOpen311 keeps a letter that a program brought: durable when it returns, and one case however often it is brought. A letter
// whose words may denounce is sealed whatever the program calls it.
func (d *Desk) FileOpen311(ctx context.Context, s Sent, f Draft) (Filed, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return Filed{}, err
	}
	keys := s.keys(d.now())
	f.Channel, f.Key = byOpen311+s.Program, keys[len(keys)-1]
	p := f.all(o)
	_, public := o.PublicCategory(f.Category)
	p.add(!public, "category", "error.field.category")
	p.add(!slices.Contains(Open311Kinds(), f.Kind), "kind", "error.field.kind")
	if err := p.err(); err != nil {
		return Filed{}, err
	}
	if found := MailKind(f.Subject, f.Body, f.Location.Address, f.Contact.Name); found.Secret() {
		f.Kind = found
	}
	if len(keys) > 1 { // it may have come at the end of the span before
		code := d.code(keys[0])
		was, err := d.Cases.Get(ctx, d.id(code))
		if err == nil && d.now().Sub(was.ReceivedAt) < sameWithin {
			return Filed{Case: was, Code: code, Replay: true}, d.arriveMedia(ctx, s, was)
		}
		if err != nil && CodeOf(err) != NotFound {
			return Filed{}, err
		}
	}
	filed, err := d.file(ctx, o, f)
	if err != nil {
		return filed, err
	}
	return filed, d.arriveMedia(ctx, s, filed.Case)
}

// SayOpen311 adds to a case what its sender told the program further, once. Words that may denounce become a sealed letter of their
// own, unless the case is sealed. Cases of others are not found.
func (d *Desk) SayOpen311(ctx context.Context, s Sent, ref, text string) error {
	text, err := message(text, true)
	if err != nil {
		return err
	}
	c, err := d.Cases.ByRef(ctx, ref)
	if err != nil {
		return err
	}
	if c.Channel != byOpen311+s.Program {
		return notFound()
	}
	if MailKind(text).Secret() && !c.Kind.Secret() {
		return d.denounceFurther(ctx, s, c, text)
	}
	keys := s.keys(d.now())
	_, err = d.byMail(ctx, c.ID, keys[len(keys)-1], func(c *Case) error {
		sum := d.Vault.MAC("case-mail", []byte(c.ID), []byte(keys[0]))
		once := hex.EncodeToString(sum[:8])
		if slices.ContainsFunc(c.History, func(e history.Entry) bool { return e.Data["mail"] == once && d.now().Sub(e.At) < sameWithin }) {
			return errKept
		}
		if !c.TakesWords() {
			return conflict("error.case_closed")
		}
		return d.say(c, text)
	})
	return err
}

// denounceFurther files what was said further as a denunciation of its own.
func (d *Desk) denounceFurther(ctx context.Context, s Sent, c *Case, text string) error {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return err
	}
	keys := s.keys(d.now())
	f := Draft{Key: keys[len(keys)-1], Kind: law.Denunciation, Subject: firstWords(text), Body: text, Channel: c.Channel, Language: c.Language, Anonymous: true}
	if err := f.all(o).err(); err != nil {
		return err
	}
	_, err = d.file(ctx, o, f)
	return err
}

// firstWords is the beginning of a text, as a subject has room for.
func firstWords(text string) string {
	words := strings.Join(strings.Fields(text), " ")
	if r := []rune(words); len(r) > law.MaxSubject {
		return string(r[:law.MaxSubject-1]) + "…"
	}
	return words
}

// Turn is one thing that Open311 tells of a case: since At its status is so.
type Turn struct {
	Seq    int
	At     time.Time
	Status law.Status
	Ended  bool
}

// Published are the changes of the status that citizens are told, the oldest first.
func (c *Case) Published() []Turn {
	var out []Turn
	for _, e := range c.History {
		at := law.State(e.Data["state"])
		if at == "" || len(out) > 0 && out[len(out)-1].Status == at.Status() && out[len(out)-1].Ended == at.Ended() {
			continue
		}
		out = append(out, Turn{Seq: e.Seq, At: e.At, Status: at.Status(), Ended: at.Ended()})
	}
	return out
}

// shownAt is since when what Open311 tells of the case is so, and nil for a case that it never tells of: one that came another way,
// that is, was or came of a sealed one, that is of a kind it does not know, that was erased.
func (c *Case) shownAt() *time.Time {
	if !strings.HasPrefix(c.Channel, byOpen311) || !slices.Contains(Open311Kinds(), c.Kind) || !c.Tellable() {
		return nil
	}
	p := c.Published()
	if len(p) == 0 {
		return nil
	}
	at := p[len(p)-1].At
	return &at
}

// denounced reports whether the case was a denunciation at any time, also when its seal was lifted whole.
func (c *Case) denounced() bool {
	return slices.ContainsFunc(c.History, func(e history.Entry) bool {
		return law.Kind(e.Data["kind"]).Secret() || law.Kind(e.Data["was"]).Secret()
	})
}

// shown reports whether Open311 tells of the case now: the administrator may take the mark of its subject back.
func (c *Case) shown(o *office.Office) bool {
	_, public := o.PublicCategory(c.Category)
	return public && c.shownAt() != nil
}

// ShownUnit is the unit that Open311 names for the case; none where it would tell whom the letter is about.
func (c *Case) ShownUnit() string {
	if c.Outside || len(c.About)+len(c.Suspects)+len(c.Lines) > 0 {
		return ""
	}
	return c.Unit
}

// ShownByRefs reads those of the cases that Open311 tells of; of others it is not said that they exist.
func (d *Desk) ShownByRefs(ctx context.Context, refs ...string) ([]*Case, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	cs, err := d.Cases.ByRefs(ctx, refs...)
	return slices.DeleteFunc(cs, func(c *Case) bool { return !c.shown(o) }), err
}

// The limits of one answer.
const (
	maxShown  = 1000
	shownPage = 500
	maxPages  = 10
)

// ShownSince reads the cases that Open311 tells of, that changed since from and before to, and that are meant, the newest first.
func (d *Desk) ShownSince(ctx context.Context, from, to time.Time, meant func(*Case) bool) ([]*Case, error) {
	o, err := d.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	var out []*Case
	after := ""
	for range maxPages {
		cs, next, err := d.Cases.Shown(ctx, from, to, after, shownPage)
		if err != nil {
			return nil, err
		}
		for _, c := range cs {
			if c.shown(o) && meant(c) {
				out = append(out, c)
			}
		}
		if after = next; after == "" || len(out) >= maxShown {
			break
		}
	}
	return out[:min(len(out), maxShown)], nil
}

// Tellable reports whether programs of others may be told of the case: it is not, was not and did not come of a denunciation, was
// split off no other letter, and is not erased.
func (c *Case) Tellable() bool {
	return !c.Guarded() && !c.denounced() && c.Legal.Whole == "" && !c.Erased()
}
