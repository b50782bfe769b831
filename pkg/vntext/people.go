package vntext

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

var (
	mobile   = regexp.MustCompile(`^(3|5|7|8|9)\d{8}$`)
	landline = regexp.MustCompile(`^2\d{9}$`)
	passport = regexp.MustCompile(`^[A-Z]\d{7,8}$`)
	digits   = regexp.MustCompile(`^\d+$`)
)

// Phone reads a Vietnamese phone number as people write it, with spaces, dots or hyphens, and returns it in E.164
// (+84905123456); false when it is none.
func Phone(s string) (string, bool) {
	s = strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "").Replace(Line(s))
	rest, ok := strings.CutPrefix(s, "+84")
	if !ok {
		rest, ok = strings.CutPrefix(s, "0")
	}
	if !ok || !mobile.MatchString(rest) && !landline.MatchString(rest) {
		return "", false
	}
	return "+84" + rest, true
}

// maxEmail is the longest address SMTP carries.
const maxEmail = 254

// Email reads an e-mail address; false when it is none.
func Email(s string) (string, bool) {
	s = Line(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail {
		return "", false
	}
	_, domain, _ := strings.Cut(s, "@")
	return s, strings.Contains(domain, ".")
}

// CitizenID reads the number of a căn cước (12 digits), an old chứng minh nhân dân (9 digits) or a passport (a letter and
// 7 or 8 digits); false when it is none. It stays text: the zeros before it count.
func CitizenID(s string) (string, bool) {
	s = strings.ToUpper(strings.NewReplacer(" ", "", ".", "", "-", "").Replace(Line(s)))
	ok := digits.MatchString(s) && (len(s) == 12 || len(s) == 9) || passport.MatchString(s)
	return s, ok
}

// MaskID keeps the first four and the last two characters: 0490******12.
func MaskID(s string) string { return mask(s, 4, 2) }

// MaskPhone keeps the last three digits.
func MaskPhone(s string) string { return mask(s, 0, 3) }

// MaskEmail keeps the first letter and the domain.
func MaskEmail(s string) string {
	name, domain, ok := strings.Cut(s, "@")
	if !ok {
		return mask(s, 1, 0)
	}
	return mask(name, 1, 0) + "@" + domain
}

// MaskName keeps the first letter of each part of the name: N. V. A.
func MaskName(s string) string {
	parts := strings.Fields(s)
	for i, p := range parts {
		r, _ := utf8.DecodeRuneInString(p)
		parts[i] = string(r) + "."
	}
	return strings.Join(parts, " ")
}

func mask(s string, head, tail int) string {
	r := []rune(s)
	if len(r) <= head+tail {
		return strings.Repeat("*", len(r))
	}
	return string(r[:head]) + strings.Repeat("*", len(r)-head-tail) + string(r[len(r)-tail:])
}

// NameKey returns a key by which person names sort as Vietnamese lists do: by tên, then họ, then what stands between.
func NameKey(name string) []byte {
	parts := strings.Fields(Line(name))
	if n := len(parts); n > 1 {
		parts = append([]string{parts[n-1]}, parts[:n-1]...)
	}
	c := collate.New(language.Vietnamese)
	return c.KeyFromString(new(collate.Buffer), strings.Join(parts, " "))
}
