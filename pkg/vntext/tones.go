package vntext

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Marks are the words of a question that were typed with marks (dấu): who types "má" means neither "ma" nor "mà". Words typed without
// any are not among them, for people leave marks out.
type Marks []spelling

// spelling is a word with its marks: the letters as they are decomposed, and the tone, wherever it was set (hòa, hoà).
type spelling struct {
	letters string
	tone    rune
	begins  bool // it need only be how a word begins
}

// The tones (thanh điệu) as combining marks; the sixth has none.
const (
	graveTone, acuteTone, tildeTone, hookTone, dotTone = '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'
)

func isTone(r rune) bool {
	return r == graveTone || r == acuteTone || r == tildeTone || r == hookTone || r == dotTone
}

// MarksOf reads the words of a question; with begins the last of them may be the beginning of a word.
func MarksOf(question string, begins bool) (out Marks) {
	last := false
	for w := range strings.FieldsFuncSeq(spellable(question), asunder) {
		s := spell(w)
		if last = Fold(w) != w; last {
			out = append(out, s)
		}
	}
	if begins && last {
		out[len(out)-1].begins = true
	}
	return out
}

// In reports whether all of the words stand in the texts as they were typed. No words stand in every text.
func (m Marks) In(texts ...string) bool {
	missing := len(m)
	found := make([]bool, len(m))
	for _, t := range texts {
		if missing == 0 {
			break
		}
		for w := range strings.FieldsFuncSeq(spellable(t), asunder) {
			s := spell(w)
			for i, k := range m {
				if !found[i] && k.is(s) {
					found[i] = true
					missing--
				}
			}
		}
	}
	return missing == 0
}

func (k spelling) is(s spelling) bool {
	return k.tone == s.tone && (k.letters == s.letters || k.begins && strings.HasPrefix(s.letters, k.letters))
}

// spellable is a text in lower case, its letters apart from their marks.
func spellable(s string) string { return norm.NFD.String(strings.ToLower(NFC(s))) }

// asunder reports whether a character stands between words.
func asunder(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }

func spell(w string) (s spelling) {
	if at := strings.IndexFunc(w, isTone); at < 0 {
		s.letters = w
		return s
	}
	s.letters = strings.Map(func(r rune) rune {
		if isTone(r) {
			s.tone = r
			return -1
		}
		return r
	}, w)
	return s
}
