package i18n

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Problems lists what is wrong with the catalogs, for a test to hold against nothing: keys that a language lacks,
// placeholders that differ between languages or between the forms of a plural, a stray brace, an empty text, spaces at its
// ends, and a text that is not in Unicode NFC. The plural form for one may be missing, for Vietnamese has none.
func (b *Bundle) Problems() []string {
	var out []string
	holders := map[string]map[string][]string{}
	all := map[string]bool{}
	for _, l := range b.langs {
		holders[l] = map[string][]string{}
		for _, key := range b.Keys(l) {
			out = append(out, b.textProblems(l, key)...)
			base := b.base(l, key)
			whole, _ := find(b.catalogs[l], base, "", true)
			holders[l][base], all[base] = placeholders(whole), true
		}
	}
	first := b.langs[0]
	for _, key := range slices.Sorted(maps.Keys(all)) {
		want, known := holders[first][key]
		for _, l := range b.langs {
			got, ok := holders[l][key]
			switch {
			case !ok:
				out = append(out, l+" lacks "+key)
			case known && !slices.Equal(got, want):
				out = append(out, l+" has other placeholders than "+first+" in "+key)
			}
		}
	}
	return out
}

// base returns the key that a plural form belongs to, and any other key as it is.
func (b *Bundle) base(lang, key string) string {
	c := b.catalogs[lang]
	if base, ok := strings.CutSuffix(key, one); ok {
		if _, whole := find(c, base, "", true); whole {
			return base
		}
	}
	if base, ok := strings.CutSuffix(key, other); ok {
		if _, plural := c[base+one]; plural {
			return base
		}
	}
	return key
}

func (b *Bundle) textProblems(lang, key string) []string {
	var out []string
	t := b.catalogs[lang][key]
	whole := t.fill(func(string) (string, bool) { return "x", true })
	switch {
	case strings.TrimSpace(whole) == "":
		out = append(out, lang+" says nothing in "+key)
	case strings.TrimSpace(whole) != whole:
		out = append(out, lang+" has spaces at an end of "+key)
	}
	if strings.ContainsAny(whole, "{}") {
		out = append(out, lang+" has a stray brace in "+key)
	}
	if !norm.NFC.IsNormalString(whole) {
		out = append(out, lang+" is not in NFC in "+key)
	}
	base := b.base(lang, key)
	if rest, _ := find(b.catalogs[lang], base, "", true); base+one == key {
		for _, p := range placeholders(t) {
			if !slices.Contains(placeholders(rest), p) {
				out = append(out, lang+" has in "+key+" a placeholder that its plural lacks: "+p)
			}
		}
	}
	return out
}

// placeholders lists the distinct names in order.
func placeholders(t text) []string {
	found := []string{}
	for i := 1; i < len(t); i += 2 {
		found = append(found, t[i])
	}
	slices.Sort(found)
	return slices.Compact(found)
}
