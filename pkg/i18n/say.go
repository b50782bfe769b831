package i18n

import (
	"fmt"
	"strconv"
	"strings"
)

// text is a text taken apart once: literal, placeholder, literal, …, literal. One without placeholders is one literal.
type text []string

// parse takes a text apart. A brace that opens no placeholder stays as it is.
func parse(s string) text {
	var t text
	literal := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '{' {
			continue
		}
		n := nameLength(s[i+1:])
		if end := i + 1 + n; n > 0 && end < len(s) && s[end] == '}' {
			t = append(t, s[literal:i], s[i+1:end])
			literal, i = end+1, end
		}
	}
	return append(t, s[literal:])
}

// nameLength returns how many bytes at the start of s make a placeholder's name: small letters, digits and underscores.
func nameLength(s string) int {
	for i := range len(s) {
		if c := s[i]; c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return i
		}
	}
	return len(s)
}

// fill puts the values in. A placeholder without a value stays, for it is better seen than passed over.
func (t text) fill(value func(name string) (string, bool)) string {
	if len(t) == 1 {
		return t[0]
	}
	var b strings.Builder
	for i, part := range t {
		if i%2 == 0 {
			b.WriteString(part)
			continue
		}
		v, ok := value(part)
		if !ok {
			v = "{" + part + "}"
		}
		b.WriteString(v)
	}
	return b.String()
}

// The endings of plural forms: key.one is said where the placeholder n is 1, key or key.other where it is not.
const (
	one   = ".one"
	other = ".other"
	count = "n"
)

// Say returns the text of a key with its placeholders filled. A key that the language lacks is said in the default
// language, and one that no catalog has comes back as it is; Missing is told of both.
func (b *Bundle) Say(lang, key string, args map[string]string) string {
	return b.say(lang, key, func(name string) (string, bool) {
		v, ok := args[name]
		return v, ok
	})
}

// T is Say with the arguments as pairs of placeholder and value: T("vi", "chip.left", "n", 3).
func (b *Bundle) T(lang, key string, args ...any) string {
	return b.say(lang, key, func(name string) (string, bool) {
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] == name {
				return write(args[i+1]), true
			}
		}
		return "", false
	})
}

func write(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	}
	return fmt.Sprint(v)
}

func (b *Bundle) say(lang, key string, value func(string) (string, bool)) string {
	n, counted := value(count)
	for _, l := range [...]string{lang, b.langs[0]} {
		if t, ok := find(b.catalogs[l], key, n, counted); ok {
			return t.fill(value)
		}
		if b.Missing != nil {
			b.Missing(l, key)
		}
		if l == b.langs[0] {
			break
		}
	}
	return key
}

func find(c map[string]text, key, n string, counted bool) (text, bool) {
	if counted && n == "1" {
		if t, ok := c[key+one]; ok {
			return t, true
		}
	}
	t, ok := c[key]
	if !ok && counted {
		t, ok = c[key+other]
	}
	return t, ok
}
