// Package vntext normalises, folds, masks and sorts Vietnamese text.
//
// Text is kept in Unicode NFC. Searching folds marks away: a citizen with an old phone types "duong ngap nuoc" and finds
// "Đường ngập nước".
package vntext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NFC returns the text in NFC without what cannot be seen: zero-width characters, soft hyphens and controls are dropped, a
// no-break space becomes a space, line ends become \n, and the look-alikes of Đ become Đ. Invalid bytes become U+FFFD.
// Spaces at both ends are dropped. NFC(NFC(s)) == NFC(s).
func NFC(s string) string {
	if plainASCII(s) {
		return strings.TrimSpace(s)
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(visible, s)
	return strings.TrimSpace(norm.NFC.String(s))
}

// plainASCII reports whether s needs no work but trimming.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c < ' ' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return true
}

func visible(r rune) rune {
	switch r {
	case '\n', '\t':
		return r
	case '\r':
		return '\n'
	case '\u00A0', '\u2007', '\u202F', '\u3000':
		return ' '
	case '\u00D0', '\u0189': // Eth and African D look like Đ and are typed for it
		return 'Đ'
	case '\u0256':
		return 'đ'
	case '\u00AD', '\uFEFF':
		return -1
	}
	if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) {
		return -1
	}
	return r
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

// Fold returns the text as searching compares it: without marks, in lower case, đ as d, single spaces. It is the same for
// NFC and NFD and wherever the tone mark stands (hòa, hoà).
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		if r < utf8.RuneSelf {
			space = foldASCII(&b, byte(r), space)
			continue
		}
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		folded, ok := bases[r]
		if !ok {
			folded = decompose(r)
		}
		if folded == 0 {
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(folded)
	}
	return b.String()
}

func foldASCII(b *strings.Builder, c byte, space bool) bool {
	switch {
	case c <= ' ' || c == 0x7f:
		return true
	case c >= 'A' && c <= 'Z':
		c += 'a' - 'A'
	}
	if space && b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteByte(c)
	return false
}

// bases maps every precomposed Vietnamese letter to its base; it is built once from the letters themselves.
var bases = func() map[rune]rune {
	m := map[rune]rune{'đ': 'd', 'Đ': 'd', '\u00D0': 'd', '\u00F0': 'd', '\u0189': 'd', '\u0256': 'd'}
	for _, r := range "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ" {
		m[r] = decompose(r)
		m[unicode.ToUpper(r)] = decompose(r)
	}
	return m
}()

// decompose returns the base letter of r in lower case, or 0 for a mark or something invisible.
func decompose(r rune) rune {
	if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) {
		return 0
	}
	first, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	return unicode.ToLower(first)
}

// The bounds of Terms.
const (
	maxTerm  = 24 // bytes of one word
	maxTerms = 256
)

// Terms returns the distinct words of the texts, folded, in the order they first come: letters and digits only.
func Terms(texts ...string) []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range texts {
		for w := range strings.FieldsFuncSeq(Fold(t), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len(w) > maxTerm {
				w = strings.ToValidUTF8(w[:maxTerm], "")
			}
			if seen[w] || len(out) >= maxTerms {
				continue
			}
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}
