package vntext

import (
	"strings"
	"unicode"

	"github.com/mtibben/confusables"
	"golang.org/x/text/unicode/norm"
)

// Seen returns the text as a reader sees it: what cannot be seen is left out (soft hyphens, joiners, variation selectors and
// whatever else Unicode calls default-ignorable), wide and ornamental letters are plain ones, and a letter of another script
// that looks like a Latin one is that one (UTS 39). Marks and capitals stay. It is for finding names, never for keeping.
func Seen(s string) string {
	if allSeen(s) {
		return norm.NFC.String(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKC.String(strings.ToValidUTF8(s, " ")) {
		switch {
		case ignorable(r):
		case r < 0x80 || plain(r) != 0 || unicode.IsMark(r) || !unicode.IsLetter(r):
			b.WriteRune(r)
		default:
			b.WriteString(confusables.Skeleton(string(r)))
		}
	}
	return norm.NFC.String(b.String())
}

// allSeen reports whether every character is a Latin letter, a mark of one, or a plain sign.
func allSeen(s string) bool {
	for _, r := range s {
		if r >= 0x80 && plain(r) == 0 && !sign(r) && (r < firstMark || r > lastMark || ignorable(r)) || r == 0x7f {
			return false
		}
	}
	return true
}

// ignorable reports whether a program that shows text shows nothing for the character.
func ignorable(r rune) bool {
	return r >= 0x80 && (unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) ||
		unicode.Is(unicode.Variation_Selector, r))
}

// Spelled returns a word in lower case, taken apart, with its tone mark at the end: "hoà" and "hòa" are the same, "hoa" and
// "hóa" are not.
func Spelled(word string) string {
	var b, tones strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(word)) {
		switch r {
		case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
			tones.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + tones.String()
}

// OneEdit reports whether one letter more, less, other or swapped with its neighbour makes a out of b. Equal texts are none.
func OneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
