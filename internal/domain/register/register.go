// Package register keeps the office (sổ bộ máy): its units, people, counters, rules, categories, procedures and templates, as an
// administrator changes them. Every change has a version and a line in a chained log, written before the change is carried out, so
// that what stands in the office can always be told from the log, and undone by it.
package register

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"tiepdan/internal/domain/casework"
	"tiepdan/internal/domain/office"
	"tiepdan/pkg/vntext"
)

// Kind is a part of the office.
type Kind string

// The kinds.
const (
	Units      Kind = "units"      // đơn vị
	People     Kind = "people"     // cán bộ
	Counters   Kind = "counters"   // quầy
	Rules      Kind = "rules"      // quy tắc phân đơn
	Categories Kind = "categories" // lĩnh vực
	Procedures Kind = "procedures" // thủ tục hành chính
	Templates  Kind = "templates"  // mẫu trả lời
	Settings   Kind = "settings"   // quy định chung: one item
)

// Kinds lists them in the order in which one refers to another: units before their people, counters before the rules.
func Kinds() []Kind {
	return []Kind{Units, People, Counters, Categories, Rules, Procedures, Templates, Settings}
}

// Single reports whether there is one item of the kind, which is neither made nor closed.
func (k Kind) Single() bool { return k == Settings }

// Row is an item as forms, tables, programs and the log write it: texts by the names of their fields. A list has a line for
// each of its parts.
type Row map[string]string

// Item is one part of the office.
type Item struct {
	ID     string
	V      int64 // rises with every change; a change names the one it was made from
	Closed bool  // closed, disabled or no longer used
	Row    Row
	Beside Beside
	log    int64
}

// Beside is what the program keeps with an item that no field shows.
type Beside struct {
	Unvouched   string     // of a person: who gave him a standing that waits for a second person, one a line
	FormerNames []string   // of a person
	OnceUntil   *time.Time // of a person: his password is a one-time one
	Factor      bool       // of a person: he has a second factor
	Sticker     int        // of a counter: the version of its sticker
}

// Store keeps the office and its log.
type Store interface {
	// LastChange reads the newest line, nil when there is none.
	LastChange(ctx context.Context) (*Change, error)
	// AddChange keeps a line: ErrTaken when another has its number, casework.ErrStale when another made this version of the item.
	AddChange(ctx context.Context, c *Change) error
	// ChangesOf reads the lines of an item, the newest first.
	ChangesOf(ctx context.Context, k Kind, id string) ([]*Change, error)
	// EachChange streams all lines in their order.
	EachChange(ctx context.Context, each func(*Change) error) error

	Parts
	// OpenCases counts the open cases that lie with a unit.
	OpenCases(ctx context.Context, unit string) (int64, error)
}

// Parts keeps parts of the office.
type Parts interface {
	PutUnit(ctx context.Context, u office.Unit) error
	PutStaff(ctx context.Context, s office.Staff) error
	PutCounter(ctx context.Context, k office.Counter) error
	PutRule(ctx context.Context, r office.Rule) error
	PutCategory(ctx context.Context, c office.Category) error
	PutProcedure(ctx context.Context, p office.Procedure) error
	PutTemplate(ctx context.Context, t office.Template) error
	PutSettings(ctx context.Context, x office.Settings) error
	// ChangeStaff changes a person over whatever others change at the same time.
	ChangeStaff(ctx context.Context, id string, change func(*office.Staff)) error
}

// ErrStale says that somebody changed the item since the version that the order was made from.
var ErrStale error = &casework.Error{Code: casework.Conflict, Key: "error.stale_item"}

// ErrTaken says that another line of the log has this number.
var ErrTaken = errors.New("number of the log is taken")

// Register changes the office.
type Register struct {
	Offices interface {
		Office(ctx context.Context) (*office.Office, error)
	}
	Store    Store
	Hash     func(password string) string
	HashOnce func(password string) string // of a password of ours, too random to be guessed at any cost
	Matches  func(hash, password string) bool
	Now      func() time.Time
	// Orphaned counts the open cases that nobody could lead on any more.
	Orphaned func(ctx context.Context, was, next *office.Office) (int, error)
}

// Order is a change that somebody asks for.
type Order struct {
	Kind    Kind
	ID      string // empty for a new item: one is made from its name
	Version int64  // that the change was made from; 0 for a new item
	Row     Row    // only what changes
	Note    string // why, if anybody said
	Sure    bool   // also when open cases lose everybody who may lead them on

	do       string
	password string // of a person
	once     bool   // the password is one that its owner has to change, until then
	until    time.Time
	trusted  bool // by a command on the machine itself
}

// Filled is a change that was carried out.
type Filled struct {
	Item     Item
	Password string // the one-time password of a person, told this once
}

// mostNote bounds the words that say why something was changed.
const mostNote = 300

// mayKeep lets administrators in.
func mayKeep(who office.Staff) error {
	if who.Disabled || !who.Has(office.Admin) {
		return &casework.Error{Code: casework.Forbidden, Key: "error.admin_only"}
	}
	return nil
}

func notFound() error { return &casework.Error{Code: casework.NotFound, Key: "error.not_found"} }

func invalid(p map[string]string) error {
	if len(p) == 0 {
		return nil
	}
	return &casework.Error{Code: casework.Invalid, Key: "error.invalid", Fields: p}
}

// List returns all items of a kind, those in use first.
func (r *Register) List(ctx context.Context, who office.Staff, k Kind) ([]Item, error) {
	if err := mayKeep(who); err != nil {
		return nil, err
	}
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return nil, err
	}
	shelf, ok := shelves[k]
	if !ok {
		return nil, notFound()
	}
	items := shelf.list(o.Whole())
	byName := vntext.Compare
	if k == People {
		byName = vntext.CompareNames
	}
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(word(a.Closed), word(b.Closed)), byName(a.Row["name"], b.Row["name"]))
	})
	return items, nil
}

func word(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

// Get returns one item.
func (r *Register) Get(ctx context.Context, who office.Staff, k Kind, id string) (Item, error) {
	items, err := r.List(ctx, who, k)
	if err != nil {
		return Item{}, err
	}
	return find(items, id)
}

func find(items []Item, id string) (Item, error) {
	i := slices.IndexFunc(items, func(it Item) bool { return it.ID == id })
	if i < 0 {
		return Item{}, notFound()
	}
	return items[i], nil
}

// History returns the lines of an item, the newest first.
func (r *Register) History(ctx context.Context, who office.Staff, k Kind, id string) ([]*Change, error) {
	if err := mayKeep(who); err != nil {
		return nil, err
	}
	return r.Store.ChangesOf(ctx, k, id)
}

// Create adds an item.
func (r *Register) Create(ctx context.Context, who office.Staff, ord Order) (Filled, error) {
	ord.do, ord.Version = Created, 0
	return r.fill(ctx, who, ord)
}

// Change changes an item made from the version that the order names; ErrStale when somebody was quicker.
func (r *Register) Change(ctx context.Context, who office.Staff, ord Order) (Filled, error) {
	ord.do = Changed
	return r.fill(ctx, who, ord)
}

// Close closes an item: a unit or counter no longer receives, a person no longer signs in, a rule no longer applies. What
// others still need is not closed. Nothing is ever deleted.
func (r *Register) Close(ctx context.Context, who office.Staff, ord Order) (Filled, error) {
	ord.do, ord.Row = Closed, Row{closed: "yes"}
	return r.fill(ctx, who, ord)
}

// Reopen takes an item into use again.
func (r *Register) Reopen(ctx context.Context, who office.Staff, ord Order) (Filled, error) {
	ord.do, ord.Row = Reopened, Row{closed: ""}
	return r.fill(ctx, who, ord)
}

// Undo (hoàn tác) takes a line of the log back: the item becomes as it was before it. That is a change like any other.
func (r *Register) Undo(ctx context.Context, who office.Staff, ord Order, seq int64) (Filled, error) {
	lines, err := r.History(ctx, who, ord.Kind, ord.ID)
	if err != nil {
		return Filled{}, err
	}
	i := slices.IndexFunc(lines, func(c *Change) bool { return c.Seq == seq })
	if i < 0 {
		return Filled{}, notFound()
	}
	ord.do = Undone
	if ord.Row = maps.Clone(lines[i].Before); len(ord.Row) == 0 {
		ord.Row = Row{closed: word(!ord.Kind.Single())} // it was made then; what is always there was only empty
	}
	if _, ok := ord.Row[closed]; !ok {
		ord.Row[closed] = ""
	}
	for name := range lines[i].After {
		if _, had := ord.Row[name]; !had && name != closed {
			ord.Row[name] = ""
		}
	}
	return r.fill(ctx, who, ord)
}

// fill checks an order and carries it out: first the line in the log, then the item.
func (r *Register) fill(ctx context.Context, who office.Staff, ord Order) (Filled, error) {
	if !ord.trusted {
		if err := mayKeep(who); err != nil {
			return Filled{}, err
		}
	}
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return Filled{}, err
	}
	e, err := r.enter(ctx, o, who, ord)
	if err != nil {
		return Filled{}, err
	}
	if e.same() {
		return Filled{Item: e.was}, nil
	}
	if err := r.asks(ctx, e); err != nil {
		return Filled{}, err
	}
	if err := r.log(ctx, e); err != nil {
		return Filled{}, err
	}
	if err := r.carry(ctx, e); err != nil {
		return Filled{}, err
	}
	if o, err = r.Offices.Office(ctx); err != nil {
		return Filled{}, err
	}
	now, err := find(e.shelf.list(o.Whole()), e.now.ID)
	return Filled{Item: now}, err
}

// entry is an order while it is carried out.
type entry struct {
	Order
	by       office.Staff
	o        *office.Office
	whole    office.Content
	shelf    shelf
	was, now Item
	hash     string   // of a new password
	answer   []string // who answers for whoever gains by it; see office.Staff.Doubt
	gained   []string // who gains by it
	missed   bool     // a confirmation that came after another change
	p        map[string]string
}

func (e *entry) wrong(bad bool, field, key string) {
	if _, have := e.p[field]; bad && !have {
		e.p[field] = key
	}
}

// same reports whether nothing would change.
func (e *entry) same() bool {
	return e.was.V > 0 && e.hash == "" && !slices.Contains([]string{EndedSessions, DroppedFactor, Vouched, Reissued, Printed}, e.do) && maps.Equal(e.was.Row, e.now.Row) && e.was.Closed == e.now.Closed
}

// enter checks an order against the office.
func (r *Register) enter(ctx context.Context, o *office.Office, who office.Staff, ord Order) (*entry, error) {
	shelf, ok := shelves[ord.Kind]
	if !ok {
		return nil, notFound()
	}
	e := &entry{Order: ord, by: who, o: o, whole: o.Whole(), shelf: shelf, p: map[string]string{}}
	e.answer = e.answers()
	items := shelf.list(e.whole)
	if ord.do == Created {
		e.was = Item{Row: Row{}}
	} else {
		var err error
		if e.was, err = find(items, ord.ID); err != nil {
			return nil, err
		}
		if e.was.V != ord.Version {
			return nil, ErrStale
		}
	}
	e.Note = vntext.Line(e.Note)
	e.wrong(vntext.Runes(e.Note) > mostNote, "change_note", "error.field.too_long")
	e.fill()
	if e.do == Created {
		e.now.ID = e.newID(items)
	}
	if err := e.check(ctx, r.Store); err != nil {
		return nil, err
	}
	switch {
	case e.password == "":
	case e.once:
		e.hash = r.HashOnce(e.password)
	default:
		e.hash = r.Hash(e.password)
	}
	return e, nil
}

// fill writes the order's fields over those of the item.
func (e *entry) fill() {
	row := maps.Clone(e.was.Row)
	for name, text := range e.Row {
		f, ok := e.shelf.field(name)
		e.wrong(!ok && name != closed, name, "error.field.unknown")
		if row[name] = f.clean(text); row[name] == "" {
			delete(row, name)
		}
	}
	e.now = Item{ID: e.ID, V: e.was.V + 1, Closed: row[closed] != "", Row: row}
}

// check says all that is wrong with the item as it would be.
func (e *entry) check(ctx context.Context, s Store) error {
	for _, f := range e.shelf.fields {
		f.check(e)
	}
	if len(e.p) == 0 && e.shelf.check != nil {
		e.shelf.check(e)
	}
	if len(e.p) == 0 && e.now.Closed && !e.was.Closed && e.shelf.closes != nil {
		if err := e.shelf.closes(ctx, s, e); err != nil {
			return err
		}
	}
	return invalid(e.p)
}

// Rule reads a routing rule that is not kept yet, to be tried: with the id of one that is, in its place.
func (r *Register) Rule(ctx context.Context, who office.Staff, ord Order) (office.Rule, error) {
	if err := mayKeep(who); err != nil {
		return office.Rule{}, err
	}
	o, err := r.Offices.Office(ctx)
	if err != nil {
		return office.Rule{}, err
	}
	ord.Kind, ord.do = Rules, Created
	if it, err := find(shelves[Rules].list(o.Whole()), ord.ID); err == nil {
		ord.do, ord.Version = Changed, it.V
	}
	e, err := r.enter(ctx, o, who, ord)
	if err != nil {
		return office.Rule{}, err
	}
	return ruleOf(e.now), nil
}
