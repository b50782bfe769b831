package vntext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the text as searching compares it: without marks, in lower case, đ as d, single spaces. It is the same for
// NFC and NFD and wherever the tone mark stands (hòa, hoà). Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	if !allPlain(s) {
		s = norm.NFD.String(strings.ToValidUTF8(s, "\uFFFD"))
	}
	b := make([]byte, 0, len(s))
	space := false
	for _, r := range s {
		f := fold(r)
		switch {
		case f < 0:
			continue
		case f == ' ':
			space = true
			continue
		case space && len(b) > 0:
			b = append(b, ' ')
		}
		space = false
		b = utf8.AppendRune(b, f)
	}
	return string(b)
}

// allPlain reports whether every character has a base of its own or is a sign, so that none needs to be taken apart.
func allPlain(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && plain(r) == 0 && !sign(r) {
			return false
		}
	}
	return true
}

// fold returns the base of a character in lower case: a space for white space, -1 for a mark or what cannot be seen.
func fold(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r > ' ' && r < 0x7f:
		return r
	case unicode.IsSpace(r):
		return ' '
	}
	if p := plain(r); p != 0 {
		return rune(p)
	}
	if r = visible(r); r < 0 || r >= firstMark && r <= lastMark {
		return -1
	}
	return unicode.ToLower(r)
}

// The combining marks of Latin letters, the Vietnamese ones among them. Those of other scripts are vowels and stay.
const (
	firstMark = '\u0300'
	lastMark  = '\u036F'
)

// The blocks of composed Latin letters.
const (
	latinFirst, latinLast = 'À', 'ɏ'
	moreFirst, moreLast   = 'Ḁ', 'ỿ'
)

// latin and more hold the ASCII base of each composed letter, 0 where there is none.
var (
	latin = baseTable(latinFirst, latinLast)
	more  = baseTable(moreFirst, moreLast)
)

func baseTable(first, last rune) []byte {
	t := make([]byte, last-first+1)
	for r := first; r <= last; r++ {
		t[r-first] = base(r)
	}
	return t
}

// base returns the ASCII letter that r is without its marks, 0 when it is none.
func base(r rune) byte {
	switch r {
	case 'đ', 'Đ', '\u00D0', '\u00F0', '\u0189':
		return 'd'
	}
	parts := []rune(norm.NFD.String(string(r)))
	for _, m := range parts[1:] {
		if m < firstMark || m > lastMark {
			return 0
		}
	}
	if low := unicode.ToLower(parts[0]); low >= 'a' && low <= 'z' {
		return byte(low)
	}
	return 0
}

func plain(r rune) byte {
	switch {
	case r >= latinFirst && r <= latinLast:
		return latin[r-latinFirst]
	case r >= moreFirst && r <= moreLast:
		return more[r-moreFirst]
	case r == '\u0256':
		return 'd'
	}
	return 0
}

// Words is Fold with everything but letters and digits as single spaces: whole words can be found in it as " word ".
func Words(s string) string {
	return strings.Join(strings.FieldsFunc(Fold(s), between), " ")
}

func between(r rune) bool {
	if r < utf8.RuneSelf {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
}

// The bounds of Terms.
const (
	maxTerm  = 24 // bytes of one word
	maxTerms = 256
)

// Terms returns the distinct words of the texts, folded, in the order they first come: letters and digits only. A long word
// is cut, and so is a long list.
func Terms(texts ...string) []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range texts {
		for w := range strings.FieldsFuncSeq(Fold(t), between) {
			if len(w) > maxTerm {
				w = strings.ToValidUTF8(w[:maxTerm], "")
			}
			if seen[w] {
				continue
			}
			if len(out) == maxTerms {
				return out
			}
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}
