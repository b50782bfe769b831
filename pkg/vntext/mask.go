package vntext

import (
	"strings"
	"unicode/utf8"
)

// MaskID keeps the first four and the last two characters of a twelve-digit number, 0490******12, and less of a shorter one.
func MaskID(s string) string {
	if utf8.RuneCountInString(s) < citizenDigits {
		return mask(s, 1, 2)
	}
	return mask(s, 4, 2)
}

// MaskPhone keeps the last three digits.
func MaskPhone(s string) string { return mask(s, 0, 3) }

// MaskEmail keeps the first letter and the domain.
func MaskEmail(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return mask(s, 1, 0)
	}
	return mask(s[:at], 1, 0) + s[at:]
}

// MaskName keeps the first letter of each part of the name: N. V. A.
func MaskName(s string) string {
	parts := strings.Fields(NFC(s))
	for i, p := range parts {
		r, _ := utf8.DecodeRuneInString(p)
		parts[i] = string(r) + "."
	}
	return strings.Join(parts, " ")
}

// mask hides everything when what would be shown is half of the text or more.
func mask(s string, head, tail int) string {
	r := []rune(s)
	if len(r) < 2*(head+tail) {
		return strings.Repeat("*", len(r))
	}
	return string(r[:head]) + strings.Repeat("*", len(r)-head-tail) + string(r[len(r)-tail:])
}
