package law

import (
	"slices"
	"strings"
	"time"

	"tiepdan/internal/domain/office"
)

// Standing is how near at hand a page puts a move.
type Standing int

// The standings.
const (
	Far    Standing = iota // behind "other actions"
	Near                   // among the first, while there is room
	Danger                 // last, and only after a confirmation
	Aside                  // not among the actions: it has a place of its own on the page
)

// PageOf is the page of its own where moves of the name are made; "" for none.
func PageOf(name string) string {
	i := slices.IndexFunc(moves, func(m Move) bool { return m.Name == name })
	if i < 0 {
		return ""
	}
	return moves[i].Page
}

// Place narrows a move by where the case lies, seen from whoever may decide it.
type Place string

// The places.
const (
	Elsewhere Place = "elsewhere" // the competent head is in this office, and the case lies with another unit
	Outside   Place = "outside"   // the competent level is not in this office
)

// Anew reports whether the move lets another time to decide run.
func (m Move) Anew() bool {
	return slices.Contains(m.Starts, Resolution) || slices.Contains(m.Does, "reconsider")
}

func outcomes(names ...string) Ask {
	return Ask{Name: "outcome", Required: true, Max: 40, OneOf: names}
}

func yesNo(name string) Ask {
	return Ask{Name: name, Required: true, Max: 3, OneOf: []string{"yes", "no"}}
}

func grounds(names ...string) Ask {
	return Ask{Name: "ground", Required: true, Max: 40, OneOf: names}
}

func kindNames(kinds []Kind) []string {
	out := make([]string, 0, len(kinds))
	for _, k := range kinds {
		out = append(out, string(k))
	}
	return out
}

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
	// Himself a paper that goes with the move is signed by whoever the law lets make it for himself, though others may sign it too.
	Himself bool
	// Since and Until bound the law version by the date of receipt, or of being taken up again; zero is open.
	Since, Until time.Time
}

// StartsFrom reports whether the move may start in the state.
func (m Move) StartsFrom(s State) bool { return slices.Contains(m.From, s) }

// Signs reports whether some move of the name is a decision of a head, or owes a letter that somebody signs: nothing that a program
// does in a person's name.
func Signs(name string) bool {
	return slices.ContainsFunc(moves, func(m Move) bool {
		return m.Name == name && (m.Letter != "" || m.Needs == office.Decide || m.Or == office.Decide)
	})
}

// Moves returns a copy of the table, for the documents and the test that print it.
func Moves() []Move { return slices.Clone(moves) }

// Owing is the row for a paper of the type: as it stands for the letter it owes; of one that goes with it only when it is due, for
// sending it makes no move and asks for nothing else.
func (m Move) Owing(typ string) (Move, bool) {
	if m.Letter == typ {
		return m, true
	}
	m.Letter, m.Does, m.Asks, m.Competent, m.Himself, m.Guards, m.Page = typ, nil, nil, false, m.Competent, nil, ""
	return m, slices.Contains(m.With, typ)
}

// Settles reports whether sending the paper is the move that ends the case.
func (m Move) Settles() bool { return slices.Contains(m.Does, "answer") }

// Allows reports whether the value, or each of several, is among those the ask lists.
func (a Ask) Allows(v string) bool {
	if len(a.OneOf) == 0 {
		return true
	}
	if !a.Many {
		return slices.Contains(a.OneOf, v)
	}
	return !slices.ContainsFunc(Listed(v), func(one string) bool { return !slices.Contains(a.OneOf, one) })
}

// ContestedNames are what a complaint may be against, as asks and drafts name it.
func ContestedNames() []string {
	var out []string
	for _, of := range office.ContestedByComplaint() {
		out = append(out, string(of))
	}
	return out
}

// contestedByDesk are those, and what only who sorts a letter has to tell apart.
func contestedByDesk() []string { return append(ContestedNames(), string(office.OfDismissal)) }

// PastAccusedNamed is the event of naming, and MoveNameAccused its move.
const (
	PastAccusedNamed = "accused_named"
	MoveNameAccused  = "name_accused"
)

// SplitInto lists the kinds of parts that get passages of their own. The part that is a denunciation is the letter itself.
func SplitInto() []Kind {
	return slices.DeleteFunc(Kinds(), Kind.Secret)
}

// askPassages are a subject and a text for each part.
func askPassages() []Ask {
	var out []Ask
	for _, k := range SplitInto() {
		out = append(out, Ask{Name: string(k) + "_subject", Max: MaxSubject}, Ask{Name: string(k) + "_text", Max: MaxBody})
	}
	return out
}

// Listed splits what was chosen from a list of which several may be taken.
func Listed(v string) []string {
	var out []string
	for one := range strings.SplitSeq(v, ",") {
		if one = strings.TrimSpace(one); one != "" && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}

// MoveTakeBack (hoàn tác) is the move that takes another back. It is a move like all others: both stay in the history.
const MoveTakeBack = "take_back"

// PastDialogueCalled is the event of an invitation; it says for which day.
const PastDialogueCalled = "dialogue_called"

// handling are the events of staff's moves that deal with a letter.
var handling = handlingEvents()

func handlingEvents() map[string]bool {
	out := map[string]bool{}
	for _, m := range slices.Concat(takingIn, resolving) {
		if m.By == Staff && m.Name != "assign" && m.Name != "register" && m.Name != "hand_up" {
			out[m.Past] = true
		}
	}
	return out
}

// How long a letter's subject and its words may be, in runes after NFC.
const (
	MaxSubject = 200
	MaxBody    = 10_000
)

// Handles reports whether the event is that of a move of staff that deals with a letter.
func Handles(past string) bool { return handling[past] }
