package casework

import (
	"slices"
	"time"

	"tiepdan/internal/domain/office"
)

// Party is who makes a move.
type Party string

// The parties.
const (
	Staff   Party = "staff"
	Citizen Party = "citizen"
	System  Party = "system"
	Second  Party = "second_person" // who approves what another asked for, see ApproveOpening
)

// Ask is a value that a move needs from the person who makes it.
type Ask struct {
	Name     string
	Required bool
	Max      int // runes after NFC
	// OneOf lists the values allowed; empty allows any text. Many allows several of them, separated by commas.
	OneOf []string
	Many  bool
	First string // what an empty form holds for it, see firsts; empty for nothing
}

// Move is one row of the law: what may become of a case, by whom, under which conditions, with which clocks and letter.
type Move struct {
	Name   string
	Kinds  []Kind  // empty: all kinds
	Level  int     // 1 first instance, 2 second; 0 both
	From   []State // the states it starts from
	Ended  []State // of a closed case, the ends it may have come of; empty for all
	To     State   // empty: the state stays, or an effect chooses it
	By     Party
	Needs  office.Action // the right that staff need
	Or     office.Action // another right that does as well; empty for none
	Asks   []Ask
	Guards []string    // names of conditions, all of which must hold; see guards
	Does   []string    // names of effects beyond the state; see effects
	Stops  []ClockName // clocks that have done their duty
	Starts []ClockName // clocks that begin to run
	Past   string      // the event's name in the past tense
	Letter string      // the letter owed, if any
	With   []string    // the letters that go with it, or are owed because of it
	Form   string      // the letter's form in the regulations
	Source string      // the article it rests on
	// Competent moves are the competent head's alone, see Case.Judge; Where narrows a move by where the case lies.
	Competent bool
	Where     Place
	Back      bool // may be taken back by whoever made it, see takeBack
	// How pages offer it: how near at hand, the states in which it is the main action, and the page of its own where it is made, under
	// the case's address.
	Stands Standing
	Leads  []State
	Page   string
	// himself: a paper that goes with the move is signed by whoever the law lets make it for himself, though others may sign it too.
	himself bool
	// Since and Until bound the law version by the date of receipt, or of being taken up again; zero is open.
	Since, Until time.Time
}

// Fits reports whether the row is about a case of this kind, instance and date of receipt.
func (m Move) Fits(c *Case) bool {
	return (len(m.Kinds) == 0 || slices.Contains(m.Kinds, c.Kind)) && (m.Level == 0 || m.Level == c.Legal.Level) && c.under(m.Since, m.Until)
}

// StartsFrom reports whether the move may start in the state.
func (m Move) StartsFrom(s State) bool { return slices.Contains(m.From, s) }

// Begins reports whether the move may start where the case stands. A closed file goes on as the end that it came of does, for as
// long as its words are kept.
func (m Move) Begins(c *Case) bool {
	if !m.StartsFrom(c.State) {
		return false
	}
	return c.State != Closed || len(m.Ended) == 0 || slices.Contains(m.Ended, c.Legal.EndedAs) && !c.Erased()
}

// FindMove returns the row for the case, and whether there is one. Where several rows bear the name, the one that starts in
// the case's state is preferred.
func FindMove(c *Case, name string) (Move, bool) {
	var found Move
	ok := false
	for _, m := range moves {
		if m.Name != name || !m.Fits(c) {
			continue
		}
		if m.Begins(c) {
			return m, true
		}
		if !ok {
			found, ok = m, true
		}
	}
	return found, ok
}

// Offers lists the moves that this person may make now, in the table's order.
func Offers(o *office.Office, who office.Staff, c *Case, now time.Time) []Move {
	var out []Move
	for _, m := range moves {
		if m.By != Staff || m.Name == takeBack || !m.Fits(c) || !m.Begins(c) { // taking back is offered by what was just done
			continue
		}
		if m.refusal(o, who, c, now) == nil && m.guard(c, now) == "" {
			out = append(out, m)
		}
	}
	return out
}

// guard returns the key of the first condition that does not hold, or "".
func (m Move) guard(c *Case, now time.Time) string {
	for _, name := range m.Guards {
		if g := guards[name]; !g.Holds(c, now) {
			return "error.guard." + name
		}
	}
	return ""
}

// Signs reports whether some move of the name is a decision of a head, or owes a letter that somebody signs: nothing that a program
// does in a person's name.
func Signs(name string) bool {
	return slices.ContainsFunc(moves, func(m Move) bool {
		return m.Name == name && (m.Letter != "" || m.Needs == office.Decide || m.Or == office.Decide)
	})
}

// Moves returns a copy of the table, for the documents and the test that print it.
func Moves() []Move { return slices.Clone(moves) }
