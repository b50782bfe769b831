package office

import (
	"slices"
	"strings"
	"time"

	"tiepdan/pkg/vntext"
)

// Rule sends cases that match all its conditions to a unit. An empty condition matches everything.
type Rule struct {
	ID       string `bson:"_id" json:"id"`
	V        int64  `bson:"v" json:"-"`
	Kind     string `bson:"kind,omitempty" json:"kind,omitempty"`
	Category string `bson:"category,omitempty" json:"category,omitempty"`
	Counter  string `bson:"counter,omitempty" json:"counter,omitempty"`
	Place    string `bson:"place,omitempty" json:"place,omitempty"`     // a hamlet or street, found in the address
	Keyword  string `bson:"keyword,omitempty" json:"keyword,omitempty"` // found in the subject or the text
	Unit     string `bson:"unit" json:"unit"`
	Note     string `bson:"note,omitempty" json:"note,omitempty"`
	Closed   bool   `bson:"closed,omitempty" json:"closed,omitempty"` // no longer applied
	Log      int64  `bson:"log,omitempty" json:"-"`
}

// weight orders rules: what a citizen or clerk chose on purpose (category, counter) is worth more than what was found
// in a text, and every further condition makes a rule more specific than all rules without it.
func (r Rule) weight() int {
	w := 0
	for i, cond := range []string{r.Kind, r.Keyword, r.Place, r.Counter, r.Category} {
		if cond != "" {
			w += 100 + 1<<i
		}
	}
	return w
}

// Subject is what routing looks at in a case. Text and Place are folded (vntext.Words).
type Subject struct {
	Kind     string
	Category string
	Counter  string
	Unit     string // the unit the citizen named, if any
	Home     string // the unit of the counter it came in at; a denunciation that no rule fits goes to its authority
	Place    string
	Text     string
	About    []string // staff the case is about
	Suspects []string // staff it may be about
	Lines    []string // units it may be about
	Secret   bool     // a denunciation
	Guarded  bool     // its sender is sealed, see File
}

// file is the subject as rights see it, lying with a unit.
func (s Subject) file(unit, assignee string) File {
	return File{Unit: unit, Assignee: assignee, Secret: s.Secret, Guarded: s.Guarded, About: s.About, Suspects: s.Suspects, Lines: s.Lines}
}

func (r Rule) matches(s Subject) bool {
	return !r.Closed && (r.Kind == "" || r.Kind == s.Kind) &&
		(r.Category == "" || r.Category == s.Category) &&
		(r.Counter == "" || r.Counter == s.Counter) &&
		(r.Place == "" || containsWords(s.Place, r.Place)) &&
		(r.Keyword == "" || containsWords(s.Text, r.Keyword))
}

// containsWords finds whole words, so that "rac" is not found in "trac".
func containsWords(text, words string) bool {
	return strings.Contains(" "+text+" ", " "+vntext.Words(words)+" ")
}

// Decision says where a case goes. Assignee is empty for the triage queue; Unit then too.
type Decision struct {
	Unit      string
	Assignee  string
	Delegated bool   // the head is away and his delegate takes it
	Rule      string // the rule that fitted, empty when the citizen named the unit or nothing fitted
	Outside   bool   // the inspection has it, because no head may
	Past      string // the unit whose head was passed over, because the case is about him or his line
}

// Route decides which unit's head receives the case: the unit the citizen named, else the most specific rule; past
// everybody the case is or may be about, up to the next head above. A denunciation about a head goes to the head of the direct
// superior (Luật Tố cáo Đ.12, 13); one that no head may have goes to the inspection, of the superior authority first. Where no
// rule fits, nobody is chosen and the case waits in the triage queue.
func (o *Office) Route(s Subject, at time.Time) Decision {
	d := o.responsible(s)
	if _, ok := o.Unit(d.Unit); !ok {
		return Decision{}
	}
	return o.pastConflict(d, s, at)
}

// Responsible returns the unit that would have the case if it were about nobody, "" where no rule fits.
func (o *Office) Responsible(s Subject) string { return o.responsible(s).Unit }

// responsible chooses by the citizen's wish, then by the rules.
func (o *Office) responsible(s Subject) Decision {
	d := Decision{Unit: s.Unit}
	if _, ok := o.Unit(d.Unit); !ok {
		d.Unit = ""
		if i := slices.IndexFunc(o.rules, func(r Rule) bool { return r.matches(s) }); i >= 0 {
			d.Unit, d.Rule = o.rules[i].Unit, o.rules[i].ID
		}
	}
	if d.Unit == "" && s.Secret {
		d.Unit = o.home(s.Home)
	}
	return d
}

// Rule returns a rule by its id.
func (o *Office) Rule(id string) (Rule, bool) {
	i := slices.IndexFunc(o.rules, func(r Rule) bool { return r.ID == id })
	if i < 0 || id == "" {
		return Rule{}, false
	}
	return o.rules[i], true
}

// RulesTo lists the rules that lead to the unit.
func (o *Office) RulesTo(unit string) []Rule {
	var out []Rule
	for _, r := range o.rules {
		if r.Unit == unit && !r.Closed {
			out = append(out, r)
		}
	}
	return out
}

// Refuge is where the case goes when nobody who receives letters may have it: to the head of the authority it came to, or above.
func (o *Office) Refuge(s Subject, at time.Time) Decision {
	s.Unit = o.home(s.Home)
	return o.Route(s, at)
}

// home returns the authority of the unit, or the lowest authority there is: a denunciation never waits in a shared queue.
func (o *Office) home(unit string) string {
	if _, ok := o.Unit(unit); ok {
		return o.Seat(unit)
	}
	found := ""
	for _, u := range o.Units() {
		if u.Authority {
			found = u.ID // parents come first, so the last is a lowest one
		}
	}
	return found
}

// pastConflict climbs from the decision's unit to the first whose acting head may have the case. A denunciation also
// climbs past every unit that an accused person heads, so that it is never read by his own line.
func (o *Office) pastConflict(d Decision, s Subject, at time.Time) Decision {
	start := d.Unit
	if s.Secret {
		start = o.aboveAccused(d.Unit, append(slices.Clip(s.About), s.Suspects...))
	}
	past := func(unit string) string {
		if unit == d.Unit {
			return ""
		}
		return d.Unit
	}
	for _, unit := range append([]string{start}, o.Above(start)...) {
		who, delegated, ok := o.Acting(unit, at)
		if !ok || !actingHead(o, who, s.file(unit, ""), at) || o.concerned(who, s.file(unit, ""), at) {
			continue
		}
		return Decision{Unit: unit, Assignee: who.ID, Delegated: delegated, Rule: d.Rule, Past: past(unit)}
	}
	if who, ok := o.inspection(d.Unit, s.file("", ""), at); ok && (s.Secret || s.Guarded && len(s.Lines) > 0) {
		return Decision{Unit: who.Unit, Assignee: who.ID, Outside: true, Rule: d.Rule, Past: past(who.Unit)}
	}
	return Decision{}
}

// aboveAccused returns the lowest unit at or above unit that is not under anybody accused: an accused head's superior
// unit, or, for an accused member of staff, the agency that manages him.
func (o *Office) aboveAccused(unit string, accused []string) string {
	line := append([]string{unit}, o.Above(unit)...)
	at := 0
	for _, id := range accused {
		a, ok := o.staff[id]
		if !ok {
			continue
		}
		manager := o.Seat(a.Unit)
		if o.units[manager].Head == id {
			manager = o.units[manager].Parent
		}
		if i := slices.Index(line, manager); i > at {
			at = i
		}
	}
	return line[at]
}
