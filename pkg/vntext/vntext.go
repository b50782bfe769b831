// Package vntext normalises, folds, masks and sorts Vietnamese text.
//
// Text is kept in Unicode NFC. Searching folds marks away: a citizen with an old phone types "duong ngap nuoc" and finds
// "Đường ngập nước". Names sort as Vietnamese lists do, by tên and then họ.
package vntext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NFC returns the text in NFC without what cannot be seen: zero-width characters, soft hyphens and controls are dropped,
// spaces that do not break become spaces, line ends become \n, and the look-alikes of Đ become Đ. Invalid bytes become
// U+FFFD. Spaces at both ends are dropped. NFC(NFC(s)) == NFC(s).
func NFC(s string) string {
	if settled(s) {
		return strings.TrimSpace(s)
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = norm.NFC.String(strings.Map(visible, s))
	if strings.ContainsAny(s, lookAlikes) {
		s = crossed(s)
	}
	return strings.TrimSpace(s)
}

// settled reports whether s is surely in NFC with nothing to drop: ASCII and the composed letters of Latin scripts, which is
// nearly all that arrives. Anything else takes the long way.
func settled(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !stays(r) {
			return false
		}
		i += n
	}
	return true
}

// stays reports whether a character is its own NFC beside any other such character. Marks and what is not Latin may not be,
// and neither are the look-alikes.
func stays(r rune) bool {
	if r >= 'À' && r <= 'ɏ' || r >= 'Ḁ' && r <= 'ỹ' {
		return r != '\u00D0' && r != '\u00F0' && r != '\u0189'
	}
	return sign(r)
}

// sign reports whether r is a dash, a quotation mark, an ellipsis or another sign usual in Vietnamese text.
func sign(r rune) bool {
	return r >= '\u2010' && r <= '\u2027' || r >= '\u2030' && r <= '\u205E' || r == '₫' || r == '°' || r == '²' || r == '³' || r == '«' || r == '»' || r == '§'
}

// visible returns what a character is kept as, and -1 for what cannot be seen.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
		return '\n'
	case r == '\u034F' || r == '\u3164' || r == '\u115F' || r == '\u1160' || r == '\uFFA0':
		return -1 // letters and marks by their class, yet blank
	case unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r):
		return -1
	}
	return r
}

// lookAlikes are typed, or left by old encodings, in place of Đ and đ: the Icelandic eth and the African D.
const lookAlikes = "\u00D0\u0189\u00F0\u0256"

// crossed writes Đ and đ for their look-alikes. Đ begins a syllable, so one after a small letter belongs to another
// language's name (Sigurður) and stays.
func crossed(s string) string {
	after := ' '
	return strings.Map(func(r rune) rune {
		inside := unicode.IsLower(after) || unicode.Is(unicode.Mn, after)
		after = r
		switch {
		case inside:
			return r
		case r == '\u00D0' || r == '\u0189':
			return 'Đ'
		case r == '\u00F0' || r == '\u0256':
			return 'đ'
		}
		return r
	}, s)
}

// Line is NFC on one line: every run of white space becomes one space.
func Line(s string) string {
	s = NFC(s)
	if !strings.ContainsAny(s, "\n\t") && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// Runes returns how many characters the text has after NFC: the length that limits count.
func Runes(s string) int { return utf8.RuneCountInString(NFC(s)) }
