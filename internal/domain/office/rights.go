package office

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Action is something a member of staff may do to a case.
type Action string

// The actions.
const (
	See        Action = "see"         // the case and its history
	SeeContact Action = "see_contact" // the citizen's name, phone, address in full
	SeeLetter  Action = "see_letter"  // the unstripped text of a denunciation
	Triage     Action = "triage"      // classify, assign, transfer
	Work       Action = "work"        // ask, verify, draft
	Decide     Action = "decide"      // accept, refuse, answer, extend
	Oversee    Action = "oversee"     // recommend, read the audit trail
	// AskIdentity and ApproveIdentity are the two halves of opening who denounced; never one person's.
	AskIdentity     Action = "ask_identity"
	ApproveIdentity Action = "approve_identity"
	// ApproveClearing is the second person's word that somebody or some unit that might have been meant is not.
	ApproveClearing Action = "approve_clearing"
	BringPart       Action = "bring_part" // of the key to an identity, for who holds one; see casework.Quorum
)

// File is what rights look at in a case.
type File struct {
	Unit     string
	Assignee string
	Helpers  []string // further staff the assignee shared it with, such as a verification team
	Secret   bool     // a denunciation
	Guarded  bool     // its sender is sealed: a denunciation, or what was one or came of one
	About    []string // staff the case is about
	Suspects []string // staff it may be about, while that is not clear
	Lines    []string // units it may be about, with all under them, while nobody in them is named
	Outside  bool     // it rests with a person of the inspection, in no unit's line
}

// May reports whether the person may do this to the case now. Everything that is not allowed here is forbidden: nobody
// sees a case that is or may be about himself, an administrator sees none, an inspector changes none, and a denunciation is
// open only to the acting head it was routed to and to those he named.
func (o *Office) May(who Staff, a Action, f File, at time.Time) bool {
	if who.Disabled || o.Barred(who, f, at) {
		return false
	}
	if a == ApproveClearing {
		return o.mayClear(who, f, at)
	}
	if f.Secret {
		return o.maySecret(who, a, f, at)
	}
	if f.Guarded && slices.Contains([]Action{SeeContact, AskIdentity, ApproveIdentity, BringPart}, a) {
		return o.maySecret(who, a, f, at) // the words are open, the sender is not
	}
	return slices.ContainsFunc(rights, func(r right) bool {
		return slices.Contains(r.may, a) && who.Has(r.role) && r.when(o, who, f, at)
	})
}

// mayClear: the heads in whose line the case lies, and inspection of an authority in that line, whether above or below.
func (o *Office) mayClear(who Staff, f File, at time.Time) bool {
	inspects := func() bool {
		seats := o.Line(o.Seat(who.Unit))
		return f.Unit == "" || slices.Contains(seats, o.Seat(f.Unit))
	}
	return (actingHead(o, who, f, at) || headAbove(o, who, f, at) || who.Has(Inspector) && inspects()) && !o.under(who, f.accused(), at)
}

// Line lists the authorities above and below the seat, and itself first.
func (o *Office) Line(seat string) []string {
	out := []string{seat}
	for _, u := range append(o.Above(seat), o.Below(seat)...) {
		if o.units[u].Authority && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

type right struct {
	role Role
	when func(o *Office, who Staff, f File, at time.Time) bool
	may  []Action
}

// rights is the table for everything but denunciations.
var rights = []right{
	{Reception, inSeat, []Action{See, SeeContact, Triage}},
	{Officer, mine, []Action{See, SeeContact, Work}},
	{Officer, myUnit, []Action{See}},
	{Officer, actingHead, []Action{See, SeeContact, Triage, Work, Decide}}, // an officer as delegate
	{Head, actingHead, []Action{See, SeeContact, Triage, Work, Decide}},
	{Head, mine, []Action{See, SeeContact, Triage, Work, Decide}},
	{Head, headAbove, []Action{See, Triage, Oversee}},
	{Inspector, inSeat, []Action{See, Oversee}},
	{Inspector, restsWith, []Action{See, Triage}}, // what was a denunciation that no head might have
}

func (o *Office) maySecret(who Staff, a Action, f File, at time.Time) bool {
	switch a {
	case See, Work:
		return mine(o, who, f, at) || actingHead(o, who, f, at)
	case AskIdentity:
		return mine(o, who, f, at) || actingHead(o, who, f, at)
	case ApproveIdentity:
		return (actingHead(o, who, f, at) || headAbove(o, who, f, at) || who.Has(Inspector) && inSeat(o, who, f, at)) && !o.under(who, f.accused(), at)
	case BringPart:
		return !o.under(who, f.accused(), at)
	case SeeLetter, Triage:
		// An inspector has a denunciation only where no head may: see Route.
		return actingHead(o, who, f, at) || mine(o, who, f, at) && (who.Has(Head) || f.Outside && who.Has(Inspector))
	case Decide:
		return actingHead(o, who, f, at) || mine(o, who, f, at) && who.Has(Head)
	default: // the identity of a denouncer is opened by two persons, never by right; see Desk
		return false
	}
}

// mine: the case is assigned to the person, or shared with him.
func mine(_ *Office, who Staff, f File, _ time.Time) bool {
	return f.Assignee == who.ID || slices.Contains(f.Helpers, who.ID)
}

// restsWith: no head might have the case, so the person of the inspection has it.
func restsWith(_ *Office, who Staff, f File, _ time.Time) bool {
	return f.Outside && f.Assignee == who.ID
}

func myUnit(_ *Office, who Staff, f File, _ time.Time) bool { return f.Unit == who.Unit }

// inSeat: the case lies with the same People's Committee, or still in triage.
func inSeat(o *Office, who Staff, f File, _ time.Time) bool {
	return f.Unit == "" || o.Seat(f.Unit) == o.Seat(who.Unit)
}

func actingHead(o *Office, who Staff, f File, at time.Time) bool {
	if f.Unit == "" || f.Outside {
		return false
	}
	if slices.Contains(f.accused(), o.units[f.Unit].Head) {
		return false // who acts for an accused head acts in his name
	}
	s, _, ok := o.Acting(f.Unit, at)
	return ok && s.ID == who.ID || o.units[f.Unit].Head == who.ID
}

func headAbove(o *Office, who Staff, f File, at time.Time) bool {
	headed := o.Headed(who.ID, at)
	return slices.ContainsFunc(o.Above(f.Unit), func(u string) bool {
		return slices.Contains(headed, u) && !slices.Contains(f.accused(), o.units[u].Head)
	})
}

// Shelves are the lists a person's board and searches may read; see Shelf. Whoever reads a list may see every case in it that is
// about nobody: counts rest on that.
func (o *Office) Shelves(who Staff, at time.Time) []string {
	set := map[string]bool{}
	add := func(shelves ...string) {
		for _, s := range shelves {
			set[s] = true
		}
	}
	if who.Has(Reception) || who.Has(Inspector) {
		add(TriageShelf)
		add(o.seatShelves(o.Seat(who.Unit))...)
	}
	if who.Has(Officer) {
		add(openShelf + who.Unit)
	}
	if who.Has(Inspector) && who.Vouched() { // denunciations that no head may have
		add(outsideShelf + who.Unit)
	}
	for _, headed := range o.Headed(who.ID, at) {
		add(o.headShelves(who, headed)...)
	}
	out := slices.AppendSeq(make([]string, 0, len(set)), maps.Keys(set))
	slices.Sort(out)
	return out
}

// ContactShelves are those of the Shelves in which this person may see who sent each letter that no seal guards; what lies with him
// is so wherever it lies. They are narrower than the rights by case: an administrator and inspection have none.
func (o *Office) ContactShelves(who Staff, at time.Time) []string {
	if who.Disabled {
		return nil
	}
	var out []string
	if who.Has(Reception) {
		out = append(o.seatShelves(o.Seat(who.Unit)), TriageShelf)
	}
	if who.Has(Head) || who.Has(Officer) {
		for _, unit := range o.Headed(who.ID, at) {
			out = append(out, openShelf+unit)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// seatShelves are the open lists of an authority; one below has its own reception and inspection.
func (o *Office) seatShelves(seat string) []string {
	var out []string
	for _, u := range o.Below(seat) {
		if o.Seat(u) == seat {
			out = append(out, openShelf+u)
		}
	}
	return out
}

// headShelves are the lists of whoever heads a unit or stands in for its head: an officer who stands in acts for the unit alone.
func (o *Office) headShelves(who Staff, unit string) []string {
	var out []string
	if who.Vouched() {
		out = append(out, sealedShelf+unit)
	}
	switch {
	case who.Has(Head):
		for _, u := range o.Below(unit) {
			out = append(out, openShelf+u)
		}
	case who.Has(Officer):
		out = append(out, openShelf+unit)
	}
	return out
}

// TriageShelf is the queue of cases that no rule could route; SealedTriageShelf the same for denunciations, which no list
// shows.
const (
	TriageShelf       = "triage"
	SealedTriageShelf = sealedShelf + TriageShelf

	openShelf    = "open/"
	sealedShelf  = "sealed/"
	outsideShelf = "outside/"
)

// Shelf names the list a case lies in: its unit's open shelf, its unit's sealed shelf for a denunciation, that of the
// inspection for one that no head may have, or triage.
// Lists are read by shelf, so a denunciation cannot slip into somebody's list by a forgotten condition.
func Shelf(f File) string {
	switch {
	case f.Outside:
		return outsideShelf + f.Unit
	case f.Secret && f.Unit == "":
		return SealedTriageShelf
	case f.Secret:
		return sealedShelf + f.Unit
	case f.Unit == "":
		return TriageShelf
	default:
		return openShelf + f.Unit
	}
}

// OpenShelf reports whether nothing that lies there is sealed.
func OpenShelf(shelf string) bool { return strings.HasPrefix(shelf, openShelf) || shelf == TriageShelf }

// UnitShelves returns the shelves of a unit.
func UnitShelves(unit string) []string {
	return []string{openShelf + unit, sealedShelf + unit, outsideShelf + unit}
}

// ShelfUnit is the unit whose shelf this is; empty for what lies with none.
func ShelfUnit(shelf string) string {
	for _, sort := range []string{openShelf, sealedShelf, outsideShelf} {
		if u, ok := strings.CutPrefix(shelf, sort); ok && shelf != SealedTriageShelf {
			return u
		}
	}
	return ""
}

// RatedCounters are the counters of which this person reads what citizens say: reception and inspection those of their authority, an
// officer those of his unit, a head those of what he heads. An administrator reads none.
func (o *Office) RatedCounters(who Staff, at time.Time) []Counter {
	units := map[string]bool{}
	if who.Has(Reception) || who.Has(Inspector) {
		seat := o.Seat(who.Unit)
		for _, u := range o.Below(seat) {
			units[u] = units[u] || o.Seat(u) == seat
		}
	}
	if who.Has(Officer) {
		units[who.Unit] = true
	}
	for _, headed := range o.Headed(who.ID, at) {
		for _, u := range o.Below(headed) {
			units[u] = true
		}
	}
	if who.Disabled {
		return nil
	}
	return slices.DeleteFunc(o.Counters(), func(k Counter) bool { return !units[k.Unit] })
}

// InspectedCounters are the counters of which this person hears what only inspection hears: those of his own authority.
func (o *Office) InspectedCounters(who Staff) []Counter {
	if who.Disabled || !who.Has(Inspector) {
		return nil
	}
	seat := o.Seat(who.Unit)
	return slices.DeleteFunc(o.Counters(), func(k Counter) bool { return o.Seat(k.Unit) != seat })
}

// MayAnswerRating reports whether this person answers for the office at a counter: whoever heads the counter's unit, or one above it.
func (o *Office) MayAnswerRating(who Staff, counter string, at time.Time) bool {
	k, ok := o.Counter(counter)
	return ok && !who.Disabled && slices.ContainsFunc(o.Headed(who.ID, at), func(u string) bool { return slices.Contains(o.Below(u), k.Unit) })
}
