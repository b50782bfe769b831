package register_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
)

// alone is one person who keeps the office, and all the accounts that he can sign in with.
type alone struct {
	*house
	t        *rapid.T
	controls map[string]bool
	knows    map[string]bool // whose passwords he set, behind a second factor
	made     int
}

// TestNoAdministratorAloneEverReadsWhatIsSealed: whatever one administrator does, with his own account, with one that was
// confirmed as reception, with those he makes and those whose passwords he sets, in whatever order, with undoing, tables and
// crashes between: none of them reads a sealed letter, also none that waits with him, counts as a second person, or confirms anybody.
func TestNoAdministratorAloneEverReadsWhatIsSealed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := &alone{house: open(t, commune()), t: rt, controls: map[string]bool{"admin": true, "desk": true}, knows: map[string]bool{}}
		for range rapid.IntRange(1, 25).Draw(rt, "changes") {
			what := a.step()
			a.innocent(what)
		}
	})
}

func pick[T any](a *alone, what string, of ...T) T { return rapid.SampledFrom(of).Draw(a.t, what) }

// keeper is an account of his that keeps the office.
func (a *alone) keeper() string {
	var out []string
	for _, m := range a.office().AllStaff() {
		if a.controls[m.ID] && m.Has(office.Admin) {
			out = append(out, m.ID)
		}
	}
	if len(out) == 0 {
		return "admin" // he shut himself out: nothing he does works
	}
	return pick(a, "by", out...)
}

func (a *alone) person() string {
	var out []string
	for _, m := range a.office().Whole().Staff {
		out = append(out, m.ID)
	}
	return pick(a, "person", out...)
}

func (a *alone) unit() string {
	var out []string
	for _, u := range a.office().Whole().Units {
		out = append(out, u.ID)
	}
	return pick(a, "unit", out...)
}

var roleSets = []string{"head", "inspector", "admin", "officer", "reception", "admin\ninspector", "head\nofficer", "admin\nhead\ninspector"}

// change is one item of the office and what becomes of it.
func (a *alone) change() (register.Kind, string, []string) {
	switch pick(a, "what", "make", "raise", "move", "rename", "post", "away", "head", "line", "authority", "rule", "counter", "new unit") {
	case "make":
		a.made++
		id := fmt.Sprintf("puppet%d", a.made)
		a.controls[id] = true
		return register.People, id, []string{"name", "Rối " + id, "unit", a.unit(), "roles", pick(a, "roles", roleSets...)}
	case "raise":
		return register.People, a.person(), []string{"roles", pick(a, "roles", roleSets...)}
	case "move":
		return register.People, a.person(), []string{"unit", a.unit()}
	case "rename":
		return register.People, a.person(), []string{"name", pick(a, "name", "Trương Mỹ Lệ", "Phạm Thị Hoa", "Bùi Quang Huy")}
	case "post":
		return register.People, a.person(), []string{"title", pick(a, "title", "", "Chủ tịch UBND xã", "Chuyên viên")}
	case "away":
		return register.People, a.person(), []string{
			"away_from", pick(a, "from", "2026-11-20", "2026-12-01"), "away_to", pick(a, "to", "2026-12-02", "2026-12-20"), "delegate", a.person(),
		}
	case "head":
		return register.Units, a.unit(), []string{"head", a.person()}
	case "line":
		return register.Units, a.unit(), []string{"parent", a.unit()}
	case "authority":
		return register.Units, a.unit(), []string{"authority", pick(a, "on", "", "yes")}
	case "rule":
		return register.Rules, pick(a, "rule", "land", "city-land", "mine"), []string{
			"keyword", pick(a, "keyword", "đất", "phố"), "place", pick(a, "place", "", "phố"), "kind", pick(a, "kind", "", "denunciation", "praise"), "unit", a.unit(),
		}
	case "counter":
		return register.Counters, "c1", []string{"unit", a.unit()}
	default:
		a.made++
		return register.Units, fmt.Sprintf("unit%d", a.made), []string{"name", fmt.Sprintf("Ban số %d", a.made), "level", "commune", "parent", a.unit(), "head", a.person(), "authority", pick(a, "on", "", "yes")}
	}
}

// step is one thing that he does; most of what he tries is refused, and that is well.
func (a *alone) step() string {
	by := a.keeper()
	switch how := pick(a, "how", "change", "change", "change", "crash", "table", "close", "reopen", "reset", "drop", "undo", "vouch"); how {
	case "change", "crash":
		k, id, fields := a.change()
		if how == "crash" {
			a.store.fails = pick(a, "at", 1, 2, 3)
		}
		err := a.house.change(by, k, id, fields...)
		a.store.fails = 0
		if e := a.Mend(a.house.t.Context()); e != nil {
			a.t.Fatal(e)
		}
		return fmt.Sprint(by, " ", how, " ", k, "/", id, " ", fields, " ", err)
	case "table":
		k, id, fields := a.change()
		table := [][]string{{"id"}, {id}}
		if k == register.People {
			table = [][]string{{"username"}, {id}}
		}
		for i := 0; i < len(fields); i += 2 {
			table[0], table[1] = append(table[0], fields[i]), append(table[1], fields[i+1])
		}
		_, err := a.Import(a.house.t.Context(), a.staff(by), k, table, true)
		return fmt.Sprint(by, " table ", table, " ", err)
	case "close", "reopen":
		do := a.Close
		if how == "reopen" {
			do = a.Reopen
		}
		k, id := register.People, ""
		if pick(a, "unit or person", true, false) {
			k, id = register.Units, a.unit()
		} else {
			id = a.person()
		}
		return fmt.Sprint(by, " ", how, " ", id, " ", a.order(by, k, id, do))
	case "reset":
		id := a.person()
		err := a.order(by, register.People, id, a.Reset)
		a.enters(id, err == nil, err == nil || a.knows[id])
		return fmt.Sprint(by, " resets ", id, " ", err)
	case "drop":
		id := a.person()
		err := a.order(by, register.People, id, a.DropFactor)
		a.enters(id, err == nil, a.knows[id])
		return fmt.Sprint(by, " takes the factor of ", id, " ", err)
	case "undo":
		if len(a.store.lines) == 0 {
			return "nothing"
		}
		l := pick(a, "line", a.store.lines...)
		it, err := a.Get(a.house.t.Context(), a.staff(by), l.Kind, l.Item)
		if err == nil {
			_, err = a.Undo(a.house.t.Context(), a.staff(by), register.Order{Kind: l.Kind, ID: l.Item, Version: it.V}, l.Seq)
		}
		return fmt.Sprint(by, " undoes ", l.Seq, " ", err)
	default:
		var mine []string
		for _, m := range a.office().AllStaff() {
			if a.controls[m.ID] {
				mine = append(mine, m.ID)
			}
		}
		by, id := pick(a, "second", append(mine, "admin")...), a.person()
		if err := a.vouch(by, id); err == nil {
			a.t.Fatalf("%s confirmed %s", by, id)
		}
		return by + " tries to confirm " + id
	}
}

// enters notes what he can do with an account once something was done to it.
func (a *alone) enters(id string, done, knows bool) {
	a.knows[id] = knows
	if done && knows && !a.staff(id).HasFactor() {
		a.controls[id] = true
	}
}

// innocent looks for an account of his that reads, receives or approves, now or while somebody is away.
func (a *alone) innocent(what string) {
	o := a.office()
	for _, at := range []time.Time{now, now.AddDate(0, 0, 8), now.AddDate(0, 0, 20)} {
		for _, u := range append(o.Whole().Units, office.Unit{}) {
			for _, f := range []office.File{
				{Unit: u.ID, Secret: true, Guarded: true},
				{Unit: u.ID, Secret: true, Guarded: true, About: []string{"director"}},
				{Unit: u.ID, Secret: true, Guarded: true, Lines: []string{"economy"}},
				{Unit: u.ID, Secret: true, Guarded: true, Lines: []string{"centre"}},
			} {
				for id := range a.controls {
					who, ok := o.Staff(id)
					for _, act := range []office.Action{office.See, office.SeeLetter, office.Triage, office.Work, office.Decide, office.AskIdentity, office.ApproveIdentity, office.ApproveClearing} {
						if ok && o.May(who, act, f, at) {
							a.t.Fatalf("after %s: %s may %s %+v", what, id, act, f)
						}
					}
				}
			}
			for _, text := range []string{"", "dat", "dat pho"} {
				d := o.Route(office.Subject{Kind: "denunciation", Secret: true, Guarded: true, Home: u.ID, Text: text, Place: text}, at)
				if !a.controls[d.Assignee] {
					continue
				}
				who, _ := o.Staff(d.Assignee) // it waits with him, unread, until a second person confirms him
				f := office.File{Unit: d.Unit, Assignee: d.Assignee, Outside: d.Outside, Secret: true, Guarded: true}
				for _, act := range []office.Action{office.See, office.SeeLetter, office.Triage, office.Work, office.Decide, office.AskIdentity, office.ApproveIdentity} {
					if o.May(who, act, f, at) {
						a.t.Fatalf("after %s: a letter that came to %s goes to %s, who may %s it", what, u.ID, d.Assignee, act)
					}
				}
			}
		}
		for id := range a.controls {
			if who, ok := o.Staff(id); ok && slices.ContainsFunc(o.Shelves(who, at), func(s string) bool { return strings.HasPrefix(s, "sealed/") || strings.HasPrefix(s, "outside/") }) {
				a.t.Fatalf("after %s: %s reads the shelves %v", what, id, o.Shelves(who, at))
			}
		}
	}
	for _, m := range commune().Staff {
		found := o.Accused(office.Telling{Said: m.Name, Strict: true})
		if !slices.Contains(append(found.Certain, found.Possible...), m.ID) {
			a.t.Fatalf("after %s: a letter that names %s does not mean %s", what, m.Name, m.ID)
		}
	}
}
