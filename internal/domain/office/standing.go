package office

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"tiepdan/pkg/vntext"
)

// span is a time during which somebody has a power; the zero value is always.
type span struct{ from, to time.Time }

func (s span) holds(t span) bool {
	return s == span{} || t != span{} && !t.from.Before(s.from) && !t.to.After(s.to)
}

// standing (vị thế) is all by which a person may come to read what is sealed, to confirm others, or to be the second person: his
// roles, unit and posts, the units he heads or stands in for, those under them and those he inspects, each with its times.
type standing map[string][]span

// standings are those of everybody who may sign in.
func (o *Office) standings() map[string]standing {
	all := make(map[string]standing, len(o.staff))
	for id, s := range o.staff {
		if !s.Disabled {
			all[id] = o.own(s)
		}
	}
	give := func(id, power string, at span) {
		if st, ok := all[id]; ok {
			st[power] = append(st[power], at)
		}
	}
	for _, s := range o.staff {
		for _, a := range s.Away {
			give(a.Delegate, "stands for "+s.ID, span{a.From, a.To})
		}
	}
	for _, u := range o.units {
		if head, ok := o.Staff(u.Head); ok {
			o.heads(u, head, give)
		}
	}
	return all
}

// heads gives the powers of a unit's head to him and to who stands in for him.
func (o *Office) heads(u Unit, head Staff, give func(id, power string, at span)) {
	for _, power := range o.powers(u) {
		give(head.ID, power, span{})
		for _, a := range head.Away {
			give(a.Delegate, power, span{a.From, a.To})
		}
	}
}

// own is what a person has by himself.
func (o *Office) own(s Staff) standing {
	st := standing{"of " + s.Unit: {{}}}
	for _, r := range s.Roles {
		st["is "+string(r)] = []span{{}}
	}
	for part := range strings.SplitSeq(s.Title.VI, ",") {
		words := strings.Fields(vntext.Words(part))
		if rank, n := rankOf(words); n > 0 && rank != clerk {
			st["post "+rank] = []span{{}} // worded otherwise it is the same post; what it was called before still names him
		}
	}
	if s.Has(Inspector) {
		seat := o.Seat(s.Unit)
		line := o.Line(seat)
		for id := range o.units {
			of := o.Seat(id)
			if of == seat {
				st["inspects "+id] = []span{{}}
			}
			if slices.Contains(line, of) {
				st["clears "+id] = []span{{}}
			}
		}
	}
	return st
}

// powers are those of a unit's head.
func (o *Office) powers(u Unit) []string {
	out := []string{"heads " + u.ID}
	if !u.Closed {
		out = append(out, "heads open "+u.ID)
	}
	if u.Authority {
		out = append(out, "heads authority "+u.ID)
	}
	for _, id := range o.Below(u.ID)[1:] {
		out = append(out, "over "+id)
	}
	return out
}

// beyond reports whether there is something in it that was not there before, or at other times.
func (st standing) beyond(was standing) bool {
	for power, spans := range st {
		for _, s := range spans {
			if !slices.ContainsFunc(was[power], func(w span) bool { return w.holds(s) }) {
				return true
			}
		}
	}
	return false
}

// Gained lists, in order, whose standing the office as it is to be makes greater than the office as it was: who gets a role, a
// unit, a post, a unit to head or to stand in for, or has a line put under him; to whom denunciations are sent that went
// elsewhere; and, of these alone, by, who changes it, also when he comes out of a line that kept him from a letter.
func Gained(was, next *Office, by string, at time.Time) []string {
	old, gained := was.standings(), map[string]bool{}
	for id, st := range next.standings() {
		if st.beyond(old[id]) {
			gained[id] = true
		}
	}
	for _, id := range newlySent(was, next) {
		gained[id] = true
	}
	if freed(was, next, by, at) {
		gained[by] = true
	}
	return slices.Sorted(maps.Keys(gained))
}

// Weaker reports whether somebody may do less in the office as it is to be, or waits for a second person there who did not before.
func Weaker(was, next *Office) bool {
	after := next.standings()
	for id, st := range was.standings() {
		if st.beyond(after[id]) || was.staff[id].Vouched() && !next.staff[id].Vouched() {
			return true
		}
	}
	return false
}

// freed reports whether the person is no longer under a unit or a head that he was under, without belonging elsewhere now.
func freed(was, next *Office, id string, at time.Time) bool {
	who, ok := next.Staff(id)
	before, had := was.Staff(id)
	if !ok || !had {
		return false
	}
	now := append([]string{who.Unit}, next.Above(who.Unit)...)
	for _, unit := range append([]string{before.Unit}, was.Above(before.Unit)...) {
		head := was.units[unit].Head
		if !slices.Contains(now, unit) || head != "" && head != id && !next.under(who, []string{head}, at) {
			return true
		}
	}
	return false
}

// newlySent lists to whom a change of the rules or of the counters sends denunciations that went to others: the heads who take
// them, and whoever stands in for these.
func newlySent(was, next *Office) []string {
	var out []string
	sent := func(from, to string) {
		if to != "" && to != from {
			out = append(out, next.receivers(to)...)
		}
	}
	for id, k := range was.counters {
		sent(was.home(k.Unit), next.home(next.counters[id].Unit))
	}
	for _, s := range samples(was, next) {
		sent(was.Responsible(s), next.Responsible(s))
	}
	return out
}

// receivers are who takes what comes to a unit: its head and who stands in for him, or those of the next unit above that has one.
func (o *Office) receivers(unit string) []string {
	for _, id := range append([]string{unit}, o.Above(unit)...) {
		head, ok := o.Staff(o.units[id].Head)
		if !ok {
			continue
		}
		out := []string{head.ID}
		for _, a := range head.Away {
			if _, ok := o.Staff(a.Delegate); ok {
				out = append(out, a.Delegate)
			}
		}
		return out
	}
	return nil
}

// samples are denunciations that a change may send elsewhere: one handed in nowhere, and those that fit a rule that was changed, by
// itself and together with each of the others.
func samples(was, next *Office) []Subject {
	out := []Subject{{Kind: denunciation, Secret: true}}
	changed := differing(was.rules, next.rules)
	if len(changed) == 0 {
		return out
	}
	homes := next.authorities()
	for _, r := range changed {
		for _, other := range slices.Concat([]Rule{{}}, was.rules, next.rules) {
			s, ok := fitting(r, other)
			if !ok {
				continue
			}
			if out = append(out, s); was.responsible(s).Rule == "" || next.responsible(s).Rule == "" { // it matters where it is handed in
				for _, s.Home = range homes {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// authorities lists those in use.
func (o *Office) authorities() []string {
	var out []string
	for id, u := range o.units {
		if u.Authority && !u.Closed {
			out = append(out, id)
		}
	}
	return out
}

// denunciation is the kind whose letters are sealed, as rules name it.
const denunciation = "denunciation"

// differing lists the rules that stand in one of the lists alone, as they decide.
func differing(was, next []Rule) []Rule {
	plain := func(r Rule) Rule {
		r.V, r.Log, r.Note = 0, 0, ""
		return r
	}
	in := func(list []Rule, r Rule) bool {
		return slices.ContainsFunc(list, func(q Rule) bool { return plain(q) == plain(r) })
	}
	var out []Rule
	for _, r := range was {
		if !in(next, r) {
			out = append(out, r)
		}
	}
	for _, r := range next {
		if !in(was, r) {
			out = append(out, r)
		}
	}
	return out
}

// fitting is a denunciation that fits both rules; it reports false when none does.
func fitting(a, b Rule) (Subject, bool) {
	either := func(x, y string) (string, bool) { return cmp.Or(x, y), x == "" || y == "" || x == y }
	category, one := either(a.Category, b.Category)
	counter, same := either(a.Counter, b.Counter)
	kind, fits := either(cmp.Or(a.Kind, denunciation), cmp.Or(b.Kind, denunciation))
	return Subject{
		Kind: kind, Category: category, Counter: counter, Place: vntext.Words(a.Place + " " + b.Place), Text: vntext.Words(a.Keyword + " " + b.Keyword), Secret: true,
	}, one && same && fits && kind == denunciation
}
