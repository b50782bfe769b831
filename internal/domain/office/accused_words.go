package office

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tiepdan/pkg/vntext"
)

// word is one word of a letter, as names are compared.
type word struct {
	fold    string
	spelled string // with its marks
	capital bool   // begins with a capital, in a text that is not all capitals
	first   bool   // begins a sentence or a line
	comma   bool   // something stood between it and the word before
}

// wordsOf takes a text apart. Letters written one by one are put together again; a capital inside a word begins another.
func wordsOf(text string) []word {
	t := taker{first: true, shouting: true}
	last := ' '
	for _, r := range vntext.Seen(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			if unicode.IsUpper(r) && unicode.IsLower(last) {
				t.flush()
			}
			t.shouting = t.shouting && !unicode.IsLower(r)
			t.b.WriteRune(r)
		} else {
			t.between(r)
		}
		last = r
	}
	t.flush()
	for i := range t.out {
		t.out[i].capital = t.out[i].capital && !t.shouting
	}
	return together(t.out)
}

// taker takes a text apart, character by character.
type taker struct {
	out                    []word
	b                      strings.Builder
	first, comma, shouting bool
}

func (t *taker) flush() {
	if t.b.Len() == 0 {
		return
	}
	s := t.b.String()
	t.b.Reset()
	begin, _ := utf8.DecodeRuneInString(s)
	t.out = append(t.out, word{
		fold: digitless(vntext.Fold(s)), spelled: vntext.Spelled(s), capital: unicode.IsUpper(begin), first: t.first, comma: t.comma,
	})
	t.first, t.comma = false, false
}

// between ends a word. The dot after a single letter ends no sentence.
func (t *taker) between(r rune) {
	short := utf8.RuneCountInString(t.b.String()) == 1
	t.flush()
	t.first = t.first || strings.ContainsRune("!?\n;", r) || r == '.' && !short
	t.comma = t.comma || !unicode.IsSpace(r) && r != '.' && r != '-' && r != '_'
}

// digitless reads digits inside a word as the letters they stand for.
func digitless(s string) string {
	if s == "" || s[0] >= '0' && s[0] <= '9' || !strings.ContainsAny(s, "01") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "0", "o"), "1", "l")
}

// together joins runs of three single letters or more.
func together(in []word) []word {
	out := in[:0:0]
	for i := 0; i < len(in); {
		n := 0
		for i+n < len(in) && len(in[i+n].fold) == 1 && (n == 0 || !in[i+n].comma) {
			n++
		}
		if n < 3 {
			out = append(out, in[i])
			i++
			continue
		}
		w := in[i]
		w.fold, w.spelled = joined(in[i:i+n], ""), ""
		for _, part := range in[i : i+n] {
			w.spelled += part.spelled
		}
		w.spelled = vntext.Spelled(w.spelled)
		out = append(out, w)
		i += n
	}
	return out
}

func joined(ws []word, sep string) string {
	parts := make([]string, len(ws))
	for i, w := range ws {
		parts[i] = w.fold
	}
	return strings.Join(parts, sep)
}

// unmarked reports whether a text was typed without marks: hardly any word has one.
func unmarked(ws []word) bool {
	marked := 0
	for _, w := range ws {
		if w.spelled != w.fold {
			marked++
		}
	}
	return marked*10 <= len(ws)
}

// called is one member of staff as letters name him.
type called struct {
	id, unit string
	folded   string   // the whole name
	words    []string // the same, word by word
	spelled  string   // the given name with its marks
}

// given is the last word of the name.
func (c *called) given() string { return c.words[len(c.words)-1] }

// initials reports whether the words are the name with parts of it cut to their first letter, or left out in the middle. The
// given name, which they end in, is whole.
func (c *called) initials(ws []word) bool {
	n, k := len(c.words), len(ws)
	if n < 2 || k > n || k == n && joined(ws, " ") == c.folded {
		return false
	}
	cut := func(w word, full string) bool { return w.fold == full || len(w.fold) == 1 && full[0] == w.fold[0] }
	if k == n {
		for i, w := range ws {
			if !cut(w, c.words[i]) {
				return false
			}
		}
		return true
	}
	return k == 2 && (cut(ws[0], c.words[0]) || cut(ws[0], c.words[n-2]))
}

// goesBy reports whether the word is the given name: exactly in a text with marks, or without any.
func (c *called) goesBy(w word) bool {
	return w.fold == c.given() && (w.spelled == c.spelled || w.spelled == w.fold)
}

// people is the office as letters name it, made once for each snapshot.
type people struct {
	full   map[string][]string
	joined map[string][]string // the whole name run together
	starts map[[2]string]bool  // the first two words of a name
	begins map[[2]string][]*called
	ends   map[[2]string][]*called
	spans  map[[2]string][]*called // first and last word
	given  map[string][]*called
	byID   map[string][]*called  // a person by each of his names
	posts  map[string][]post     // by rank
	former map[string][]post     // those that were held before
	ranks  map[string][][]string // by their first word, the longest first
	units  map[string][]unitName // by their first word
}

func newPeople() *people {
	return &people{
		full: map[string][]string{}, joined: map[string][]string{}, starts: map[[2]string]bool{}, begins: map[[2]string][]*called{}, ends: map[[2]string][]*called{},
		spans: map[[2]string][]*called{}, given: map[string][]*called{}, byID: map[string][]*called{}, posts: map[string][]post{}, former: map[string][]post{},
		ranks: map[string][][]string{}, units: map[string][]unitName{},
	}
}

// add makes a name findable that the person goes by or went by: by the given name alone, or whole when it has two words or more.
func (p *people) add(s Staff, full string) {
	name := vntext.Words(vntext.Seen(full))
	c := &called{id: s.ID, unit: s.Unit, folded: name, words: strings.Fields(name)}
	n := len(c.words)
	if n == 0 {
		return
	}
	all := strings.Fields(vntext.Seen(full))
	c.spelled = vntext.Spelled(all[len(all)-1])
	p.byID[s.ID] = append(p.byID[s.ID], c)
	p.given[c.given()] = append(p.given[c.given()], c)
	if n < 2 {
		return
	}
	p.full[name] = append(p.full[name], s.ID)
	p.starts[[2]string{c.words[0], c.words[1]}] = true
	run := strings.ReplaceAll(name, " ", "")
	p.joined[run] = append(p.joined[run], s.ID)
	if n < 3 {
		return
	}
	p.begins[[2]string{c.words[0], c.words[1]}] = append(p.begins[[2]string{c.words[0], c.words[1]}], c)
	p.ends[[2]string{c.words[n-2], c.words[n-1]}] = append(p.ends[[2]string{c.words[n-2], c.words[n-1]}], c)
	p.spans[[2]string{c.words[0], c.words[n-1]}] = append(p.spans[[2]string{c.words[0], c.words[n-1]}], c)
}

// longestName is how many words a name may have to be found.
const longestName = 6
