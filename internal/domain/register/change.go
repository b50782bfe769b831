package register

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tiepdan/internal/domain/casework"
)

// What a line of the log may say.
const (
	Created       = "created"
	Changed       = "changed"
	Closed        = "closed"
	Reopened      = "reopened"
	Undone        = "undone"
	EndedSessions = "ended_sessions"
	Reset         = "reset" // a one-time password was given
	DroppedFactor = "dropped_factor"
	Vouched       = "vouched"  // a second person confirmed a standing
	Printed       = "printed"  // a counter's sticker went on paper
	Reissued      = "reissued" // a counter's sticker: those before it are refused
)

// Change (dòng nhật ký bộ máy) says who made an item of the office what it is. The lines are chained: each holds the digest of
// the one before it.
type Change struct {
	ID      string    `bson:"_id"` // Seq, so that lines come in their order
	V       int64     `bson:"v"`
	Seq     int64     `bson:"seq"`
	At      time.Time `bson:"at"`
	Actor   string    `bson:"actor"` // a staff id, or Machine
	Kind    Kind      `bson:"kind"`
	Item    string    `bson:"item"`
	Version int64     `bson:"version"` // of the item after it
	Do      string    `bson:"do"`
	Note    string    `bson:"note,omitempty"`
	Answer  []string  `bson:"answer,omitempty"` // who answers for whoever gained by it: the actor, and those who answered for him then
	Before  Row       `bson:"before,omitempty"`
	After   Row       `bson:"after,omitempty"`
	Prev    []byte    `bson:"prev,omitempty"`
	Hash    []byte    `bson:"hash"`
}

// Machine is the actor of commands given on the machine itself.
const Machine = "machine"

// FieldChange is one difference that a change made.
type FieldChange struct{ Name, From, To string }

// Differences lists what the change made different, by the names of the fields.
func (c *Change) Differences() []FieldChange {
	names := map[string]bool{}
	for _, row := range []Row{c.Before, c.After} {
		for n := range row {
			names[n] = true
		}
	}
	var out []FieldChange
	for _, n := range slices.Sorted(maps.Keys(names)) {
		if c.Before[n] != c.After[n] {
			out = append(out, FieldChange{n, c.Before[n], c.After[n]})
		}
	}
	return out
}

// Sum is SHA-256 over all that the line says, each part with its length.
func (c *Change) Sum() []byte {
	var b []byte
	put := func(x []byte) {
		b = append(binary.BigEndian.AppendUint64(b, uint64(len(x))), x...)
	}
	row := func(r Row) {
		if r == nil {
			r = Row{} // as stored, nothing and an empty row are the same
		}
		raw, err := json.Marshal(r) // sorted by name
		if err != nil {             // texts always encode
			return
		}
		put(raw)
	}
	for _, text := range []string{
		strconv.FormatInt(c.Seq, 10), strconv.FormatInt(c.At.UnixMilli(), 10), c.Actor, string(c.Kind), c.Item, strconv.FormatInt(c.Version, 10), c.Do, c.Note,
	} {
		put([]byte(text))
	}
	row(c.Before)
	row(c.After)
	put(c.Prev)
	if len(c.Answer) > 0 { // lines before there were such
		put([]byte(strings.Join(c.Answer, "\n")))
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// LineID is the id of the line with the number.
func LineID(seq int64) string {
	text := strconv.FormatInt(seq, 10)
	return "000000000000"[:max(0, 12-len(text))] + text
}

// log writes the line of an entry after all that others wrote. When another line made this very version, and was not carried
// out yet, it is carried out first and the order is stale.
func (r *Register) log(ctx context.Context, e *entry) error {
	actor := e.by.ID
	if e.trusted {
		actor = Machine
	}
	for {
		last, err := r.Store.LastChange(ctx)
		if err != nil {
			return err
		}
		c := &Change{
			V: 1, Seq: 1, At: r.Now().UTC().Truncate(time.Millisecond), Actor: actor, Kind: e.Kind, Item: e.now.ID, Version: e.now.V, Do: e.do, Note: e.Note, Answer: e.answer,
			Before: e.was.Row, After: e.now.Row,
		}
		if last != nil {
			c.Seq, c.Prev = last.Seq+1, last.Hash
			if c.At.Before(last.At) {
				c.At = last.At // a clock that was put back
			}
		}
		c.ID, c.Hash = LineID(c.Seq), c.Sum()
		switch err := r.Store.AddChange(ctx, c); {
		case err == nil:
			e.now.log = c.Seq
			return nil
		case errors.Is(err, ErrTaken):
			continue
		case errors.Is(err, casework.ErrStale):
			return errors.Join(ErrStale, r.mendItem(ctx, e.Kind, e.now.ID))
		default:
			return err
		}
	}
}

// lastLines reads the log, shows each of its lines, and returns the last one of every item.
func (r *Register) lastLines(ctx context.Context, show func(*Change)) (map[Kind]map[string]*Change, error) {
	last := map[Kind]map[string]*Change{}
	return last, r.Store.EachChange(ctx, func(c *Change) error {
		show(c)
		if last[c.Kind] == nil {
			last[c.Kind] = map[string]*Change{}
		}
		last[c.Kind][c.Item] = c
		return nil
	})
}

// Mend carries out what the log says and a crash kept from the office. It runs when the program starts.
func (r *Register) Mend(ctx context.Context) error {
	last, err := r.lastLines(ctx, func(*Change) {})
	if err != nil {
		return err
	}
	for _, k := range Kinds() {
		for _, id := range slices.Sorted(maps.Keys(last[k])) {
			if err := r.mend(ctx, last[k][id]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Register) mendItem(ctx context.Context, k Kind, id string) error {
	lines, err := r.Store.ChangesOf(ctx, k, id)
	if err != nil || len(lines) == 0 {
		return err
	}
	return r.mend(ctx, lines[0])
}

// mend carries out the newest line of an item, where that has not happened.
func (r *Register) mend(ctx context.Context, c *Change) error {
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return err
	}
	s := shelves[c.Kind]
	e := &entry{Order: Order{Kind: c.Kind, ID: c.Item, do: c.Do}, o: o, whole: o.Whole(), shelf: s, was: Item{Row: Row{}}}
	e.by.ID, e.trusted, e.answer = c.Actor, c.Actor == Machine, c.answers()
	if was, err := find(s.list(e.whole), c.Item); err == nil {
		e.was = was
	}
	if e.was.log >= c.Seq {
		return nil
	}
	e.now = Item{ID: c.Item, V: c.Version, Closed: c.After[closed] != "", Row: c.After, log: c.Seq}
	if e.was.V > c.Version {
		e.now.V = e.was.V + 1
	}
	if c.Do == Vouched && e.was.V != c.Version-1 {
		e.do = Changed // somebody changed him since he was confirmed
	}
	return r.carry(ctx, e)
}

// Broken is a line of the log that is not as it was written.
type Broken struct{ Line, Field string }

// Check recomputes the chain, and compares every item that the log made with its last line.
func (r *Register) Check(ctx context.Context, found func(Broken)) error {
	var prev []byte
	var seq int64
	last, err := r.lastLines(ctx, func(c *Change) {
		if seq++; c.Seq != seq || c.ID != LineID(c.Seq) || string(c.Prev) != string(prev) {
			found(Broken{c.ID, "before"})
		}
		if string(c.Hash) != string(c.Sum()) {
			found(Broken{c.ID, "hash"})
		}
		seq, prev = c.Seq, c.Hash
	})
	if err != nil {
		return err
	}
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return err
	}
	for _, k := range Kinds() {
		for _, it := range shelves[k].list(o.Whole()) {
			if c := last[k][it.ID]; c != nil && it.log == c.Seq && !maps.Equal(it.Row, c.After) {
				found(Broken{c.ID, string(k) + "/" + it.ID})
			}
		}
	}
	return nil
}
