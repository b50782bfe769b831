// Package office knows who serves the citizens: units in their tree, heads and delegates, counters with their QR codes,
// staff with their roles, the rules that route a case, and who may see and do what.
//
// An Office is a snapshot: immutable, cheap to share, rebuilt by the store when something in it changes.
package office

import (
	"cmp"
	"slices"
	"time"
)

// Name is a name in the two languages of the service; English falls back to Vietnamese.
type Name struct {
	VI string `bson:"vi" json:"vi"`
	EN string `bson:"en,omitempty" json:"en,omitempty"`
}

// In returns the name in the language ("vi" or "en").
func (n Name) In(lang string) string {
	if lang == "en" && n.EN != "" {
		return n.EN
	}
	return n.VI
}

// Level is the tier of government that a unit belongs to. Districts are closed since 01/07/2025 and kept for old files.
type Level string

// The levels. Luật Tổ chức chính quyền địa phương 2025 knows two tiers below the state.
const (
	Commune  Level = "commune"  // xã, phường, đặc khu
	Province Level = "province" // tỉnh, thành phố
	Ministry Level = "ministry" // bộ, cơ quan ngang bộ
	District Level = "district" // huyện, historical
)

// Unit (đơn vị) is an agency or a part of one. Authority marks the People's Committee itself: the units below it act in
// its name, and its head is the superior of their heads.
type Unit struct {
	ID        string `bson:"_id" json:"id"`
	V         int64  `bson:"v" json:"-"`
	Parent    string `bson:"parent,omitempty" json:"parent,omitempty"`
	Name      Name   `bson:"name" json:"name"`
	Short     string `bson:"short,omitempty" json:"short,omitempty"` // prefix of references, e.g. TB
	Level     Level  `bson:"level" json:"level"`
	Authority bool   `bson:"authority,omitempty" json:"authority,omitempty"`
	Head      string `bson:"head,omitempty" json:"head,omitempty"`       // a staff id
	Address   string `bson:"address,omitempty" json:"address,omitempty"` // where citizens find it
	Phone     string `bson:"phone,omitempty" json:"phone,omitempty"`     // that citizens may call
	// Remote marks vùng sâu, vùng xa đi lại khó khăn: longer times for complaints (Luật Khiếu nại Đ.28, 37).
	Remote bool `bson:"remote,omitempty" json:"remote,omitempty"`
	// Seal marks a unit with a seal of its own (có con dấu riêng): what it signs are its papers and not those of the agency above it.
	Seal   bool  `bson:"seal,omitempty" json:"seal,omitempty"`
	Closed bool  `bson:"closed,omitempty" json:"closed,omitempty"`
	Log    int64 `bson:"log,omitempty" json:"-"` // the line of the office's log that made it so; see package register
	// FormerNames are those the unit went by before, FormerHeads who led it, as staff ids: letters still say them, or mean them.
	FormerNames []string `bson:"former_names,omitempty" json:"-"`
	FormerHeads []string `bson:"former_heads,omitempty" json:"-"`
}

// Rename gives the unit a name, and keeps the one before it.
func (u *Unit) Rename(n Name) {
	u.FormerNames = former(u.FormerNames, u.Name.VI, n.VI)
	u.Name = n
}

// Entrust gives the unit a head, and keeps who led it before.
func (u *Unit) Entrust(head string) {
	u.FormerHeads = former(u.FormerHeads, u.Head, head)
	u.Head = head
}

// Service is a published procedure (thủ tục hành chính) of a counter with its time and fee as the notice board states them.
type Service struct {
	Name Name   `bson:"name" json:"name"`
	Time Name   `bson:"time" json:"time"`
	Fee  Name   `bson:"fee" json:"fee"`
	Law  string `bson:"law,omitempty" json:"law,omitempty"`
	URL  string `bson:"url,omitempty" json:"url,omitempty"`
}

// Link leads to a service elsewhere, such as the national payment page.
type Link struct {
	Name Name   `bson:"name" json:"name"`
	URL  string `bson:"url" json:"url"`
}

// Counter (quầy) is a desk of the one-stop shop. Its sticker carries Version; raising it revokes the stickers before.
type Counter struct {
	ID       string    `bson:"_id" json:"id"`
	V        int64     `bson:"v" json:"-"`
	Unit     string    `bson:"unit" json:"unit"`
	Name     Name      `bson:"name" json:"name"`
	Number   string    `bson:"number,omitempty" json:"number,omitempty"`
	Version  int       `bson:"version" json:"version"`
	Closed   bool      `bson:"closed,omitempty" json:"closed,omitempty"`
	Services []Service `bson:"services,omitempty" json:"services,omitempty"`
	Links    []Link    `bson:"links,omitempty" json:"links,omitempty"`
	Log      int64     `bson:"log,omitempty" json:"-"`
}

// Office is the whole snapshot with its look-ups.
type Office struct {
	units    map[string]Unit
	children map[string][]string
	staff    map[string]Staff
	byLogin  map[string]string
	counters map[string]Counter
	rules    []Rule
	subjects []Category
	services []Procedure
	answers  []Template
	settings Settings
	people   *people // how letters name them
}

// Content is what an Office is made from.
type Content struct {
	Units    []Unit
	Staff    []Staff
	Counters []Counter
	Rules    []Rule

	Categories []Category
	Procedures []Procedure
	Templates  []Template
	Settings   Settings
}

// New builds the snapshot. Rules are ordered by how specific they are, once.
func New(c Content) *Office {
	o := Shape(c)
	for _, s := range c.Staff {
		for _, name := range append([]string{s.Name}, s.FormerNames...) {
			o.people.add(s, name)
		}
		o.people.addPosts(s, o.units[s.Unit])
		for _, was := range s.Former {
			o.people.addFormer(s.ID, was, o.units[was.Unit])
		}
	}
	for _, u := range c.Units {
		o.people.addUnit(u)
	}
	o.people.settle()
	return o
}

// Shape builds a snapshot that finds nobody in a letter, at a fraction of the cost: what an office would be like while it is
// being changed.
func Shape(c Content) *Office {
	o := &Office{
		units: map[string]Unit{}, children: map[string][]string{}, staff: map[string]Staff{},
		byLogin: map[string]string{}, counters: map[string]Counter{}, people: newPeople(),
		subjects: c.Categories, services: c.Procedures, answers: c.Templates, settings: c.Settings,
	}
	for _, u := range c.Units {
		o.units[u.ID] = u
		o.children[u.Parent] = append(o.children[u.Parent], u.ID)
	}
	for _, s := range c.Staff {
		o.staff[s.ID] = s
		o.byLogin[s.Username] = s.ID
	}
	for _, k := range c.Counters {
		o.counters[k.ID] = k
	}
	o.rules = slices.SortedStableFunc(slices.Values(c.Rules), func(a, b Rule) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), cmp.Compare(a.ID, b.ID))
	})
	return o
}

// Unit returns the unit, and whether it exists and is open.
func (o *Office) Unit(id string) (Unit, bool) {
	u, ok := o.units[id]
	return u, ok && !u.Closed
}

// Units returns all open units, parents before children, siblings by name.
func (o *Office) Units() []Unit {
	var out []Unit
	var walk func(parent string, depth int)
	walk = func(parent string, depth int) {
		if depth > maxDepth {
			return
		}
		ids := slices.Clone(o.children[parent])
		slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(o.units[a].Name.VI, o.units[b].Name.VI) })
		for _, id := range ids {
			if u, ok := o.Unit(id); ok {
				out = append(out, u)
			}
			walk(id, depth+1)
		}
	}
	walk("", 0)
	return out
}

// maxDepth bounds every walk along the tree, so that a loop made by mistake cannot hang a request.
const maxDepth = 12

// Below returns id and the ids of all units under it.
func (o *Office) Below(id string) []string {
	out := []string{id}
	for i := 0; i < len(out) && i < 10_000; i++ {
		out = append(out, o.children[out[i]]...)
	}
	return out
}

// Above returns the ids of the units over id, nearest first.
func (o *Office) Above(id string) []string {
	var out []string
	for range maxDepth {
		parent := o.units[id].Parent
		if parent == "" {
			break
		}
		out = append(out, parent)
		id = parent
	}
	return out
}

// Seat returns the nearest People's Committee at or above the unit: the agency in whose name the unit acts.
func (o *Office) Seat(unit string) string {
	for _, id := range append([]string{unit}, o.Above(unit)...) {
		if o.units[id].Authority {
			return id
		}
	}
	return unit
}

// Issuer returns the nearest unit, itself included, in whose name papers go out: one with a seal of its own, or a People's Committee.
func (o *Office) Issuer(unit string) string {
	for _, id := range append([]string{unit}, o.Above(unit)...) {
		if o.units[id].Seal || o.units[id].Authority {
			return id
		}
	}
	return unit
}

// Counter returns the counter, and whether it exists and is open.
func (o *Office) Counter(id string) (Counter, bool) {
	k, ok := o.counters[id]
	return k, ok && !k.Closed
}

// Counters returns all open counters by unit and number.
func (o *Office) Counters() []Counter {
	var out []Counter
	for _, k := range o.counters {
		if !k.Closed {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b Counter) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Staff returns the member of staff, and whether he exists and may still sign in.
func (o *Office) Staff(id string) (Staff, bool) {
	s, ok := o.staff[id]
	return s, ok && !s.Disabled
}

// ByUsername returns the member of staff who signs in under this name.
func (o *Office) ByUsername(name string) (Staff, bool) { return o.Staff(o.byLogin[name]) }

// ByLogin returns who has the sign-in name, disabled or not.
func (o *Office) ByLogin(name string) (Staff, bool) {
	s, ok := o.staff[o.byLogin[name]]
	return s, ok
}

// AllStaff returns everybody who may sign in, by unit and username.
func (o *Office) AllStaff() []Staff {
	var out []Staff
	for _, s := range o.staff {
		if !s.Disabled {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Staff) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Username, b.Username))
	})
	return out
}

// Colleagues returns the staff of a unit who work on cases, by username.
func (o *Office) Colleagues(unit string) []Staff {
	return slices.DeleteFunc(o.AllStaff(), func(s Staff) bool {
		return s.Unit != unit || !s.Has(Officer) && !s.Has(Head)
	})
}

// Acting returns who acts as the unit's head at this time: the head, or the delegate he named while he is away.
// It reports false when the unit has no head in service.
func (o *Office) Acting(unit string, at time.Time) (who Staff, delegated, ok bool) {
	head, ok := o.Staff(o.units[unit].Head)
	if !ok {
		return Staff{}, false, false
	}
	if d := head.delegate(at); d != "" {
		if s, ok := o.Staff(d); ok {
			return s, true, true
		}
	}
	return head, false, true
}

// Headed returns the units whose head this person is, or whose absent head he stands for at this time.
func (o *Office) Headed(staff string, at time.Time) []string {
	var out []string
	for id, u := range o.units {
		if u.Closed || u.Head == "" {
			continue
		}
		if u.Head == staff || o.standsFor(staff, u, at) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// Heads returns the units in use whose head this person is, in order.
func (o *Office) Heads(staff string) []string {
	var out []string
	for id, u := range o.units {
		if !u.Closed && u.Head == staff {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// StandsFor returns who has named this person to stand in for him, now or at another time, in order.
func (o *Office) StandsFor(staff string) []string {
	var out []string
	for id, s := range o.staff {
		if slices.ContainsFunc(s.Away, func(a Absence) bool { return a.Delegate == staff }) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func (o *Office) standsFor(staff string, u Unit, at time.Time) bool {
	head, ok := o.Staff(u.Head)
	return ok && head.delegate(at) == staff
}
